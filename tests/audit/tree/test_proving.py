"""One row's proof: on its page, as a file, and checked by another implementation."""

import base64
import hashlib

import pytest
from django.db import connection
from django.urls import reverse

from audit import append_only
from audit.models import AuditEvent, Leaf, SignedCheckpoint, Tile
from audit.tree.notes import Checkpoint, Signer, opened
from audit.tree.proving import inclusion
from audit.tree.sealing import check_point, seal, signer
from tests.audit.pages.conftest import reviewer, told  # noqa: F401 - fixtures
from tests.audit.pages.looking import newest, staff
from tests.audit.tree.test_sealing import acts

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed():
    """Three hundred rows under two checkpoints."""
    for number in (260, 40):
        acts(number)
        seal()
        check_point()


def event_at(leaf):
    return AuditEvent.objects.get(id=Leaf.objects.get(index=leaf).event_id)


def recomputed(text, row_hash):
    """Check a proof's file by the specification alone: return the root it leads to, and the head."""
    head, _, note = text.partition("\n\n")
    kind, index, *path = head.split("\n")
    assert kind == "c2sp.org/tlog-proof@v1"
    checkpoint = Checkpoint.parse(opened(note, signer().verifier))
    here, last = int(index.removeprefix("index ")), checkpoint.size - 1
    hash_ = hashlib.sha256(b"\x00" + bytes.fromhex(row_hash)).digest()
    for each in map(base64.b64decode, path):
        if here % 2 or here == last:
            hash_ = hashlib.sha256(b"\x01" + each + hash_).digest()
            while here % 2 == 0 and here:
                here, last = here // 2, last // 2
        else:
            hash_ = hashlib.sha256(b"\x01" + hash_ + each).digest()
        here, last = here // 2, last // 2
    return hash_, checkpoint


@pytest.mark.parametrize("leaf", [0, 100, 255, 256, 259, 260, 299])
def test_a_rows_proof_leads_to_the_first_root_that_holds_it(signed, leaf):
    event = event_at(leaf)
    found = inclusion(event)
    assert (found.leaf, found.size, found.holds) == (leaf, 260 if leaf < 260 else 300, True)
    root, head = recomputed(found.text(), event.hash)
    assert root == head.root


def test_a_row_that_waits_has_no_proof_yet(signed):
    acts(1)
    event = AuditEvent.objects.latest("id")
    assert inclusion(event) is None
    seal()
    assert inclusion(event) is None
    check_point()
    assert inclusion(event).holds


def test_a_row_that_was_rewritten_has_no_proof(signed):
    append_only.remove(connection)
    AuditEvent.objects.filter(pk=event_at(7).pk).update(hash="ab" * 32)
    assert not inclusion(event_at(7)).holds


@pytest.mark.parametrize("what", ["tile", "leaf", "note"])
def test_where_what_proves_it_is_gone_or_forged_it_does_not_hold(signed, what):
    append_only.remove(connection)
    if what == "tile":
        Tile.objects.all().delete()
        AuditEvent.objects.filter(pk=event_at(9).pk).update(hash="ab" * 32)
    elif what == "leaf":
        Leaf.objects.filter(index=258).delete()  # of no whole tile
    else:
        for row in SignedCheckpoint.objects.all():
            text = row.note.split("\n\n")[0] + "\n"
            row.note = Signer(signer().verifier.name, bytes(32)).sign(text)
            row.save()
    assert not inclusion(event_at(259 if what == "leaf" else 7)).holds


def test_the_page_shows_it_and_the_file_is_taken_on_record(reviewer):  # noqa: F811
    row = AuditEvent.objects.get(type="draft.signed")
    page = reverse("trail-event", args=[row.pk])
    assert "Not signed yet" in reviewer.get(page).content.decode()
    assert reviewer.get(reverse("trail-proof", args=[row.pk])).status_code == 404
    seal()
    check_point()
    assert "lead to the signed root" in reviewer.get(page).content.decode()
    answer = reviewer.get(reverse("trail-proof", args=[row.pk]))
    assert answer["Content-Disposition"] == f'attachment; filename="event-{row.pk}.tlog-proof"'
    root, head = recomputed(answer.content.decode(), row.hash)
    assert root == head.root
    look = newest()
    assert (look.type, look.detail["event_id"]) == ("trail.proof_taken", row.pk)
    assert look.patient_index == row.patient_index


def test_others_are_given_none(client, reviewer):  # noqa: F811
    row = AuditEvent.objects.get(type="draft.signed")
    client.force_login(staff("administrator"))
    assert client.get(reverse("trail-proof", args=[row.pk])).status_code == 403
