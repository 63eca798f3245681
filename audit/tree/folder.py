"""A folder as the place that is given the tree: a mounted share, a disk that is written once."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from audit.tree.publishing import PlaceRefused


class FolderPlace:
    """``file:///PATH``."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._folder = Path(unquote(urlsplit(address).path))

    def give(self, path: str, data: bytes, *, anew: bool = False) -> None:
        """Write a file whole or not at all; PlaceRefused: ``unreachable`` or ``differs``."""
        file = self._folder / path
        try:
            if not anew and file.exists():
                if file.read_bytes() != data:
                    raise PlaceRefused("differs")
                return
            file.parent.mkdir(parents=True, exist_ok=True)
            whole = file.with_name(f".{file.name}.{os.getpid()}")
            whole.write_bytes(data)
            whole.replace(file)
        except OSError as error:
            raise PlaceRefused("unreachable") from error
