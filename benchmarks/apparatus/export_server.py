"""An EHR that exports any number of laboratory results, made as they are sent."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.apparatus.laboratory import result

FILES = 10
_ROOT = Path(__file__).resolve().parents[2]
_AT = "2026-11-20T03:00:00Z"


@contextmanager
def serving(count: int) -> Iterator[str]:
    """Run the server in a process of its own; give its FHIR base address."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.apparatus.export_server", str(count)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()


def serve(count: int) -> None:
    """Serve an export of ``count`` results; print the base address, then answer for ever."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if "$export" in self.path:
                self._answer(202, b"", ("Content-Location", f"{origin}/status"))
            elif self.path == "/status":
                self._answer(200, json.dumps(_manifest(origin, count)).encode())
            else:
                self._file(int(self.path.rpartition("/")[2]))

        def do_DELETE(self) -> None:
            self._answer(202, b"")

        def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in (("Content-Type", "application/json"), *headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _file(self, number: int) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/fhir+ndjson")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for block in _blocks(number, count):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(block), block))
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_arguments: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    print(f"{origin}/fhir", flush=True)
    server.serve_forever()


def _manifest(origin: str, count: int) -> dict[str, Any]:
    output = [
        {"type": "Observation", "url": f"{origin}/files/{number}", "count": len(numbers)}
        for number in range(FILES)
        if (numbers := _numbers(number, count))
    ]
    return {"transactionTime": _AT, "requiresAccessToken": True, "output": output, "error": []}


def _numbers(file: int, count: int) -> range:
    return range(count * file // FILES, count * (file + 1) // FILES)


def _blocks(file: int, count: int) -> Iterator[bytes]:
    text = json.dumps({**result(0), "id": "o%d"}, separators=(",", ":"))
    # Only the id is told apart; a percent sign elsewhere stays one.
    line = text.replace("%", "%%").replace('"o%%d"', '"o%d"').encode() + b"\n"
    numbers = _numbers(file, count)
    for start in range(numbers.start, numbers.stop, 1000):
        yield b"".join(line % number for number in range(start, min(start + 1000, numbers.stop)))


if __name__ == "__main__":
    serve(int(sys.argv[1]))
