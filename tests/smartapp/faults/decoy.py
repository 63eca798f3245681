"""Another server, to which links and redirects lead: nothing may ever come there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Decoy:
    """A listening server; ``seen`` are the requests it got, with their headers."""

    url: str = ""
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def decoy() -> Iterator[Decoy]:
    """Listen on this machine at another port than the hospital's."""
    listening = Decoy()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listening.seen.append((f"{self.command} {self.path}", dict(self.headers)))
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    listening.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield listening
    server.shutdown()
    server.server_close()
    thread.join()
