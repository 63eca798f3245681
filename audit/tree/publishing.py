"""The signed tree, given to places that the database's owner cannot reach.

Whole and partial tiles first, then the checkpoint that needs them, in the layout of C2SP
tlog-tiles; each checkpoint also stays under its size. Tiles hold hashes and nothing else. What the
leaves stand for is not published: rows are exported to those who may see them.
"""

import logging
from collections.abc import Iterator
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from audit.models import Publication, SignedCheckpoint
from audit.tree.stored import HEIGHT, WIDTH, StoredNodes

logger = logging.getLogger(__name__)


class PlaceRefused(Exception):
    """A place that took not what it was given. ``code`` is stable and names no address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Place(Protocol):
    """Somewhere outside the database. Giving the same again is no fault; giving other data is."""

    address: str

    def give(self, path: str, data: bytes, *, anew: bool = False) -> None:
        """Keep ``data`` at ``path``; only with ``anew`` may it take another's place.

        :class:`PlaceRefused` where it cannot, or where something else stands there already.
        """
        ...


def publish() -> None:
    """Give every place of ``LEDGER_PLACES`` the newest checkpoint; a failure is told and kept."""
    newest = SignedCheckpoint.objects.order_by("-size").first()
    for address in settings.LEDGER_PLACES if newest else []:
        progress, _ = Publication.objects.get_or_create(place=address)
        if newest is None or progress.size >= newest.size:
            continue
        try:
            _give(place_of(address), progress.size, newest)
        except PlaceRefused as error:
            logger.warning("ledger_not_published", extra={"code": error.code})
            _note(
                address, failure=error.code, failing_since=progress.failing_since or timezone.now()
            )
        else:
            _note(address, size=newest.size, at=timezone.now(), failure="", failing_since=None)


def place_of(address: str) -> Place:
    """Return the place with this address; its kind is the address's scheme."""
    kind = settings.LEDGER_PLACE_KINDS[address.partition(":")[0]]
    place: Place = import_string(kind)(address)
    return place


def _note(address: str, **values: object) -> None:
    with transaction.atomic():
        Publication.objects.filter(place=address).update(**values)


def _give(place: Place, before: int, checkpoint: SignedCheckpoint) -> None:
    for path, data in tiles(before, checkpoint.size):
        place.give(path, data)
    place.give(f"checkpoints/{checkpoint.size}", checkpoint.note.encode())
    place.give("checkpoint", checkpoint.note.encode(), anew=True)


def tiles(before: int, size: int) -> Iterator[tuple[str, bytes]]:
    """Yield the tiles, with their paths, that a tree of ``size`` has beyond one of ``before``."""
    nodes = StoredNodes()
    level = 0
    while size >> (HEIGHT * level):
        begin, end = before >> (HEIGHT * level), size >> (HEIGHT * level)
        for index in range(begin // WIDTH, end // WIDTH):
            yield tile_path(level, index), b"".join(nodes.tile(level, index))
        if (width := end % WIDTH) and end != begin:
            hashes = nodes.tile(level, end // WIDTH)[:width]
            yield tile_path(level, end // WIDTH, width), b"".join(hashes)
        level += 1


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return where a tile stands: three digits a folder, all but the last with an x before them."""
    digits = [f"{index % 1000:03}"]
    while index := index // 1000:
        digits.insert(0, f"x{index % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(digits)}{partial}"
