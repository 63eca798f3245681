"""A folder as the place that is given the tree: a mounted share, a disk that is written once."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
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
            # On the disk before it has its name: what is written once cannot be mended later.
            with NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as whole:
                whole.write(data)
                whole.flush()
                os.fsync(whole.fileno())
            Path(whole.name).chmod(0o644)
            Path(whole.name).replace(file)
        except OSError as error:
            raise PlaceRefused("unreachable") from error
