#!/usr/bin/env python3
"""Verify an export of the Countersign trail. Needs Python 3.11 and the package ``cryptography``.

    python verify_trail.py EXPORT --key KEY [--checkpoint FILE ...] [--published FOLDER]

EXPORT is what ``manage.py export_ledger`` wrote. KEY is the verifier key, which must come from
somewhere else than the export: it is told when the installation is set up. Each FILE is a
checkpoint that somebody kept. FOLDER is what was published, with its ``checkpoints/`` and tiles.

Exit status 0: every row is what was recorded, in its place, and every checkpoint holds. 1: not so,
and the first row that does not hold is named. 2: the files cannot be read. 3: what is here holds,
and a checkpoint was signed over more: rows are gone, or were recorded after the export was made.

``docs/ledger.md`` describes all formats, so that anybody can write this anew.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "countersign-trail/1"
GENESIS = "0" * 64
# What a row's hash is made of, in this order, after the format's number.
COLUMNS = (
    "stream",
    "sequence",
    "type",
    "outcome",
    "code",
    "at",
    "actor",
    "actor_name",
    "launch_id",
    "draft_id",
    "patient_index",
    "ehr",
    "address",
    "request_id",
    "detail_json",
    "commitment",
    "previous_hash",
)
# Name, public key, key id.
Key = tuple[str, bytes, bytes]
Line = dict[str, Any]


class Refused(Exception):
    """A file that cannot be used."""


class Bad(Exception):
    """The first thing that does not hold."""


def sha256(data: bytes) -> bytes:
    """Return the hash, 32 bytes."""
    return hashlib.sha256(data).digest()


class Older(Exception):
    """All that is here holds, and more was signed than is here."""


def parsed(text: str) -> Line:
    """Return a line's object; a name that stands twice would read differently to others."""

    def once(pairs: list[tuple[str, Any]]) -> Line:
        if len({name for name, _ in pairs}) != len(pairs):
            raise Refused("A name stands twice in one object.")
        return dict(pairs)

    line = json.loads(text, object_pairs_hook=once)
    if not isinstance(line, dict):
        raise Refused("A line is no object.")
    return line


class Tree:
    """RFC 9162, section 2.1.1, a leaf at a time: the roots of the whole subtrees so far."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the hash of the next leaf."""
        self.peaks.append(leaf)
        self.size += 1
        size = self.size
        while size % 2 == 0:
            right = self.peaks.pop()
            self.peaks[-1] = sha256(b"\x01" + self.peaks[-1] + right)
            size //= 2

    def root(self) -> bytes:
        """Return the root of the leaves so far."""
        if not self.peaks:
            return sha256(b"")
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = sha256(b"\x01" + peak + root)
        return root


def key_of(text: str) -> Key:
    """Return name, key id and public key out of ``NAME+ID+BASE64``."""
    try:
        name, key_id, encoded = text.strip().split("+", 2)
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise Refused("The key is not NAME+ID+BASE64.") from None
    if len(key) != 33 or key[0] != 1 or sha256(f"{name}\n".encode() + key)[:4].hex() != key_id:
        raise Refused("The key is not one of Ed25519 with its own id.")
    return name, key[1:], bytes.fromhex(key_id)


def head_of(note: str, key: Key) -> tuple[int, bytes]:
    """Return size and root of a checkpoint, signed by the key; Bad where it is not."""
    name, public, key_id = key
    text, blank, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if not blank or len(lines) != 3 or lines[0] != name:
        raise Bad("a checkpoint is not one of this trail")
    for line in signatures.splitlines():
        signer, _, encoded = line.removeprefix("— ").partition(" ")
        signature = base64.b64decode(encoded)
        if signer == name and signature[:4] == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(
                    signature[4:], f"{text}\n".encode()
                )
            except InvalidSignature:
                break
            return int(lines[1]), base64.b64decode(lines[2], validate=True)
    raise Bad(f"the checkpoint of {lines[1]} rows is not signed by this key")


def heads_from(
    header: Line, key: Key, checkpoints: Sequence[Path], published: Path | None
) -> dict[int, bytes]:
    """Return {size: root} of every checkpoint; two that disagree are a fault by themselves."""
    notes = [header["checkpoint"], *(path.read_text("utf-8") for path in checkpoints)]
    if published:
        kept = sorted((published / "checkpoints").iterdir())
        notes += [path.read_text("utf-8") for path in kept if not path.name.startswith(".")]
    heads: dict[int, bytes] = {}
    for note in notes:
        size, root = head_of(note, key)
        if heads.setdefault(size, root) != root:
            raise Bad(f"two signed checkpoints of {size} rows differ")
    return heads


def published_leaf(published: Path | None, index: int) -> bytes | None:
    """Return a leaf's hash from its published whole tile, or None."""
    if not published:
        return None
    number = index // 256
    digits = [f"{number % 1000:03}"]
    while number := number // 1000:
        digits.insert(0, f"x{number % 1000:03}")
    tile = published.joinpath("tile", "0", *digits)
    if not tile.is_file():
        return None
    place = index % 256 * 32
    return tile.read_bytes()[place : place + 32]


def named(line: Line, row: Line) -> str:
    """Return how a row is named to people."""
    return f"leaf {line['leaf']} ({row['type']}, {row['stream']} row {row['sequence']})"


def check_row(line: Line, row: Line, tree: Tree, streams: dict[str, tuple[int, str]]) -> None:
    """Hold one row against its hash, its place and its predecessor."""
    if line["leaf"] != tree.size:
        raise Bad(f"leaf {tree.size} is missing; leaf {line['leaf']} comes next")
    content = json.dumps([1, *line["row"]], separators=(",", ":"), ensure_ascii=True)
    if sha256(content.encode()).hex() != line["hash"]:
        raise Bad(f"{named(line, row)} was changed: its hash differs")
    sequence, previous = streams.get(row["stream"], (0, GENESIS))
    if row["sequence"] != sequence + 1 or row["previous_hash"] != previous:
        raise Bad(f"{named(line, row)} does not follow the row before it in its stream")
    streams[row["stream"]] = row["sequence"], line["hash"]


def opening(export: TextIO) -> Line:
    """Return the first line of an export; Refused where it is none of this format."""
    header = parsed(export.readline())
    if header.get("format") != FORMAT:
        raise Refused(f"This is no export of the format {FORMAT}.")
    if tuple(header.get("columns", ())) != COLUMNS:
        raise Refused("The columns are not those of the format.")
    return header


def refuse_unless_all(size: int, held: int, signed: int) -> None:
    """Compare where the rows end with what was signed; Bad or Older."""
    if size > signed:
        raise Bad(f"leaf {signed} and those after it are beyond what was signed")
    if size < signed:
        lacking = f"leaves {size} to {signed - 1} were signed and are not here"
        if held == size:
            raise Older(f"{lacking}: gone, or signed after this was exported; export anew")
        raise Bad(f"{lacking}: they are gone")


def check(
    export: TextIO, key: Key, checkpoints: Sequence[Path] = (), published: Path | None = None
) -> tuple[int, int]:
    """Return how many rows and checkpoints hold; Bad at the first that does not."""
    header = opening(export)
    heads = heads_from(header, key, checkpoints, published)
    tree, held = Tree(), 0
    streams: dict[str, tuple[int, str]] = {}
    suspect = None
    for text in export:
        line = parsed(text)
        if set(line) != {"leaf", "hash", "row"}:
            raise Refused("A line has other names than leaf, hash and row.")
        row = dict(zip(COLUMNS, line["row"], strict=True))
        check_row(line, row, tree, streams)
        leaf = sha256(b"\x00" + bytes.fromhex(line["hash"]))
        known = published_leaf(published, tree.size)
        if suspect is None and known is not None and known != leaf:
            suspect = named(line, row)
        tree.add(leaf)
        if tree.size in heads:
            if heads[tree.size] != tree.root():
                between = f"one of the leaves {held} to {tree.size - 1}"
                raise Bad(f"{suspect or between} is not the row that was signed")
            held, suspect = tree.size, None
    refuse_unless_all(tree.size, held, max(heads))
    return tree.size, len(heads)


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Verify an export of the trail.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", required=True, help="NAME+ID+BASE64, from a place you trust")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    parser.add_argument("--published", type=Path, help="the folder of checkpoints and tiles")
    options = parser.parse_args(arguments)
    try:
        with options.export.open(encoding="utf-8") as export:
            rows, heads = check(export, key_of(options.key), options.checkpoint, options.published)
    except Bad as fault:
        print(f"NOT WHOLE: {fault}.")
        return 1
    except Older as fault:
        print(f"NOT ALL: every row here holds, but {fault}.")
        return 3
    except (Refused, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        print(f"These files cannot be verified: {error}")
        return 2
    print(f"Whole: {rows:,} rows, {heads} checkpoints hold.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
