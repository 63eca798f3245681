"""``python -m sandbox``: make the database, load the charts, serve until told to stop."""

import argparse
import asyncio
import os
import socket
import sys
from pathlib import Path

import django
import uvicorn


def main(arguments: list[str] | None = None) -> None:
    """Serve the hospital; prints one line with its address once it answers."""
    options = _options(arguments)
    listener = _listen(options.port)
    _environment(listener)
    django.setup()
    _prepare(options)
    asyncio.run(_serve(listener))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--charts", type=Path, help="a folder of bundles, resources or ndjson")
    parser.add_argument(
        "--shift-dates", action="store_true", help="move each file's dates up to this week"
    )
    parser.add_argument(
        "--volume", type=int, default=0, metavar="N", help="also N generated patients, not stored"
    )
    parser.add_argument("--volume-seed", type=int, default=1, help="other charts (default 1)")
    parser.add_argument(
        "--volume-draws", type=int, default=2, help="how often each gave blood (default 2)"
    )
    parser.add_argument("--port", type=int, help="0 takes a free one (default SANDBOX_PORT, 8090)")
    return parser.parse_args(arguments)


def _listen(port: int | None) -> socket.socket:
    """Bind first: the settings need the address, and port 0 has none before this."""
    host = os.environ.get("SANDBOX_HOST", "127.0.0.1")
    wanted = int(os.environ.get("SANDBOX_PORT", "8090")) if port is None else port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on: 40 ms on every answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, wanted))
    except OSError as error:
        sys.exit(
            f"Cannot listen on {host}:{wanted} ({error.strerror}). Give --port another number."
        )
    return listener


def _environment(listener: socket.socket) -> None:
    os.environ["SANDBOX_PORT"] = str(listener.getsockname()[1])
    os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"


def _prepare(options: argparse.Namespace) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - after the settings

    from sandbox import loader  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    try:
        # First, so that nobody is told it is ready before all of it is.
        if options.volume:
            loader.generate(options.volume, seed=options.volume_seed, draws=options.volume_draws)
        loader.load(options.charts, shift=options.shift_dates)
    except loader.ChartsError as error:
        sys.exit(str(error))


async def _serve(listener: socket.socket) -> None:
    from sandbox import settings  # noqa: PLC0415

    config = uvicorn.Config(
        "sandbox.asgi:application",
        log_level="warning",
        access_log=False,
        date_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        print(f"Sandbox hospital ready at {settings.SANDBOX_BASE_URL}", flush=True)  # noqa: T201
    await serving


if __name__ == "__main__":
    main()
