"""Signed notes and checkpoints; the note of Go's reference implementation is read, too."""

import base64

import pytest

from audit.tree.notes import Checkpoint, NoteRefused, Signer, Verifier, opened

# The example of golang.org/x/mod/sumdb/note's documentation.
PETER = Verifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
SAID = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


@pytest.fixture
def signer():
    return Signer("example.org/trail", bytes(range(32)))


def test_a_note_of_another_implementation_is_opened():
    assert opened(SAID, PETER).startswith("If you think")


def test_a_verifier_key_is_written_as_it_is_read(signer):
    assert Verifier.parse(str(signer.verifier)) == signer.verifier


def test_what_is_signed_is_opened(signer):
    head = Checkpoint("example.org/trail", 3, bytes(32))
    note = signer.sign(head.text())
    assert Checkpoint.parse(opened(note, signer.verifier)) == head


def refused(note, verifier):
    with pytest.raises(NoteRefused) as caught:
        opened(note, verifier)
    return caught.value.code


def test_forged_unsigned_and_shapeless_notes_are_refused(signer):
    note = signer.sign("text\n")
    assert refused(note.replace("text", "next"), signer.verifier) == "forged"
    assert refused(note, PETER) == "unsigned"
    other = Signer("example.org/trail", bytes(32)).verifier
    assert refused(note, other) == "unsigned"
    assert refused("text\n", signer.verifier) == "note"
    assert refused(note.rstrip("\n"), signer.verifier) == "note"
    assert refused(f"text\n\n— {signer.verifier.name} %%%\n", signer.verifier) == "note"


def test_a_second_signature_beside_ours_is_no_hindrance(signer):
    note = signer.sign("text\n")
    witnessed = note + Signer("witness", bytes(32)).sign("text\n").split("\n\n")[1]
    assert opened(witnessed, signer.verifier) == "text\n"


@pytest.mark.parametrize(
    "text",
    [
        "", "name", "name+00000000+AAAA", "na me+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(text):
    with pytest.raises(NoteRefused):
        Verifier.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "log\n3\n", "log\nthree\nAAAA\n", "log\n3\nAAAA\n",
        "log\n03\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "log\n3\n" + base64.b64encode(bytes(32)).decode() + "\nmore\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteRefused):
        Checkpoint.parse(text)


def test_text_that_notes_cannot_hold_is_not_signed(signer):
    for text in ("no newline", "tab\there\n"):
        with pytest.raises(NoteRefused):
            signer.sign(text)
