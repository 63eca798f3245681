"""Signed notes and checkpoints, as the C2SP specifications signed-note and tlog-checkpoint say.

A note is text that ends with a newline, a blank line, and lines ``— NAME BASE64``; each signature
is a key's four-byte id and Ed25519's 64 bytes over the text. A checkpoint is a note whose text has
three lines: the log's name, the number of its leaves, its root in base64.
"""

import base64
import hashlib
from binascii import Error as NotBase64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "— "


class NoteRefused(ValueError):
    """A note, key or checkpoint that is not what it should be. ``code`` is stable."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and the name that it signs under."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The key's four-byte id within the name."""
        named = f"{self.name}\n".encode() + _ED25519 + self.public_key
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        encoded = base64.b64encode(_ED25519 + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read ``NAME+ID+KEY``; :class:`NoteRefused` (``key``) where it is none."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            key = base64.b64decode(encoded, validate=True)
            verifier = cls(_named(name), key[1:])
            whole = len(key) == 33 and key[:1] == _ED25519 and key_id == verifier.key_id.hex()
        except (ValueError, NotBase64) as error:
            raise NoteRefused("key", "This is not a verifier key of an Ed25519 note.") from error
        if not whole:
            raise NoteRefused("key", "This is not a verifier key of an Ed25519 note.")
        return verifier


class Signer:
    """A private key and the name that it signs under."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(_named(name), self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the note of ``text`` with one signature."""
        _refuse_unsignable(text)
        signature = self.verifier.key_id + self._key.sign(text.encode())
        encoded = base64.b64encode(signature).decode()
        return f"{text}\n{_DASH}{self.verifier.name} {encoded}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its name, the number of its leaves, its root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a checkpoint's text; :class:`NoteRefused` (``checkpoint``) where it is none."""
        lines = text.split("\n")
        try:
            origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
        except (IndexError, ValueError, NotBase64) as error:
            raise NoteRefused("checkpoint", "The note is not a checkpoint.") from error
        checkpoint = cls(origin, size, root)
        if len(root) != hashlib.sha256().digest_size or checkpoint.text() != text:
            raise NoteRefused("checkpoint", "The note is not a checkpoint.")
        return checkpoint


def opened(note: str, verifier: Verifier) -> str:
    """Return a note's text, signed by ``verifier``; other signatures are not looked at.

    :class:`NoteRefused`: ``note`` (not one), ``unsigned`` (not by this key), ``forged``.
    """
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise NoteRefused("note", "This is not a signed note.")
    for line in tail.splitlines():
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or name != verifier.name:
            continue
        try:
            signature = base64.b64decode(encoded, validate=True)
        except (ValueError, NotBase64) as error:
            raise NoteRefused("note", "This is not a signed note.") from error
        if signature[:4] != verifier.key_id:
            continue
        return _verified(f"{head}\n", signature[4:], verifier)
    raise NoteRefused("unsigned", "The note is not signed by the key that is asked for.")


def _verified(text: str, signature: bytes, verifier: Verifier) -> str:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public_key).verify(signature, text.encode())
    except InvalidSignature as error:
        raise NoteRefused("forged", "The note's signature does not hold.") from error
    return text


def _named(name: str) -> str:
    if not name or "+" in name or any(each.isspace() for each in name):
        raise NoteRefused("key", "A key's name has no spaces and no plus sign, and is not empty.")
    return name


def _refuse_unsignable(text: str) -> None:
    if not text.endswith("\n") or any(ord(each) < 32 and each != "\n" for each in text):
        raise NoteRefused("note", "A note's text is lines, each with its newline.")
