"""The embedded broker: kombu's file-system transport, with messages that appear whole.

Kombu creates a message's file and then writes it; a worker that looks in between reads an empty
message, cannot parse it, and ends. Here a message is written under a name no worker looks for,
and then renamed, which a file system does at once or not at all.
"""

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

ALIAS = "files"


class Channel(filesystem.Channel):
    """Puts each message into the queue's folder in one step."""

    def _put(self, queue: str, message: Any, **_: Any) -> None:  # type: ignore[override]
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        unfinished = folder / f"{name}.new"
        try:
            unfinished.write_text(dumps(message), encoding="utf-8")
            unfinished.rename(folder / name)
        except OSError as error:
            raise ChannelError("The queue's folder cannot be written to.") from error


class Transport(filesystem.Transport):
    """``files://``: no server, shared by the processes of one machine."""

    Channel = Channel


def register() -> None:
    """Make ``files://`` known to kombu."""
    TRANSPORT_ALIASES[ALIAS] = f"{__name__}:Transport"
