"""What somebody with the disk changes is found by what was signed, and the first bad row is named.

The attacker here owns the database: the triggers are gone, hashes, heads, leaves and tiles are
made to fit again. What they do not have is the key, and what was published.
"""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import append_only
from audit.hashing import HASHED, row_hash
from audit.models import AuditEvent, Leaf, SealerTurn, SignedCheckpoint, StreamHead, Tile
from audit.tree import merkle
from audit.tree.checking import check
from audit.tree.notes import Signer
from audit.tree.sealing import check_point, seal, signer
from tests.audit.tree.test_sealing import acts

ROWS = 600
GROWN = (3, 256, 400, ROWS)


@pytest.fixture
def published(db):
    """A trail of 600 rows in three streams, signed four times; the checkpoints kept elsewhere."""
    notes, before = [], 0
    for grown in GROWN:
        for number in range(grown - before):
            acts(1, launch=f"launch-{number % 3}")
        seal()
        notes.append(check_point().note)
        before = grown
    append_only.remove(connection)
    return notes


def found(**options):
    report = check(signer().verifier, **options)
    return [(fault.kind, fault.leaf, fault.last) for fault in report.faults]


def event_at(leaf):
    return AuditEvent.objects.get(id=Leaf.objects.get(index=leaf).event_id)


def rewrite(event, **changed):
    """Change a row and make its whole stream fit again, head and all."""
    rows = AuditEvent.objects.filter(stream=event.stream, sequence__gte=event.sequence)
    previous, fitting = event.previous_hash, list(rows.order_by("sequence"))
    for row in fitting:
        if row.pk == event.pk:
            for name, value in changed.items():
                setattr(row, name, value)
        row.previous_hash = previous
        row.hash = previous = row_hash([getattr(row, name) for name in HASHED])
    AuditEvent.objects.bulk_update(fitting, ["previous_hash", "hash", *changed])
    StreamHead.objects.filter(stream=event.stream).update(hash=previous)


def lay_tiles_again():
    Tile.objects.all().delete()
    leaves = list(Leaf.objects.order_by("index").values_list("event_id", flat=True))
    rows = dict(AuditEvent.objects.values_list("id", "hash"))
    for number in range(len(leaves) // 256):
        ids = leaves[number * 256 : (number + 1) * 256]
        hashes = [merkle.leaf_hash(bytes.fromhex(rows[each])) for each in ids]
        Tile.objects.create(level=0, index=number, hashes=b"".join(hashes), root=b"")


def test_an_honest_trail_is_never_accused(published):
    report = check(signer().verifier, published)
    assert report.faults == []
    assert (report.size, report.waiting, report.checkpoints) == (ROWS, 0, 8)


def test_rows_that_wait_for_the_sealer_are_told_and_no_fault(published):
    append_only.install(connection)
    acts(2)
    report = check(signer().verifier)
    assert (report.faults, report.waiting) == ([], 2)


def test_a_row_rewritten_with_its_whole_chain_is_named_by_its_tile(published):
    rewrite(event_at(300), actor_name="Somebody Else")
    # The later rows of the stream were rewritten too; the first is named.
    assert found()[0] == ("changed", 300, 300)


def test_with_the_tiles_made_to_fit_the_signed_roots_tell_between_which(published):
    rewrite(event_at(300), actor_name="Somebody Else")
    lay_tiles_again()
    assert found() == [("another", 256, 399)]


def test_with_the_checkpoints_gone_one_old_one_from_elsewhere_is_enough(published):
    rewrite(event_at(300), actor_name="Somebody Else")
    lay_tiles_again()
    SignedCheckpoint.objects.all().delete()
    assert found() == [], "nothing inside the database can tell any more"
    assert found(brought=[published[2]]) == [("another", 0, 399)]
    assert found(brought=[published[1]]) == [], "that one is older than the row"


def test_a_checkpoint_signed_by_another_key_is_refused(published):
    forger = Signer(signer().verifier.name, bytes(32))
    row = SignedCheckpoint.objects.get(size=400)
    row.note = forger.sign(row.note.split("\n\n")[0] + "\n")
    row.save()
    assert found() == [("forged", 400, 400)]


def test_a_checkpoint_in_another_ones_place_is_refused(published):
    SignedCheckpoint.objects.filter(size=400).update(note=published[1])
    assert found() == [("forged", 256, 256)]


def test_a_row_taken_out_is_named(published):
    event_at(41).delete()
    assert found() == [("missing", 41, 41)]


def test_a_leaf_taken_out_is_named(published):
    Leaf.objects.filter(index=41).delete()
    assert ("missing", 41, 41) in found()


def test_the_end_cut_off_is_named(published):
    ids = list(Leaf.objects.filter(index__gte=590).values_list("event_id", flat=True))
    Leaf.objects.filter(index__gte=590).delete()
    AuditEvent.objects.filter(id__in=ids).delete()
    assert found() == [("truncated", 590, 599)]
    SignedCheckpoint.objects.filter(size=ROWS).delete()
    assert found() == []
    assert found(brought=published) == [("truncated", 590, 599)]


def test_two_rows_that_changed_places_are_named(published):
    one, two = event_at(10).id, event_at(500).id
    Leaf.objects.filter(index__in=[10, 500]).delete()
    Leaf.objects.bulk_create([Leaf(index=10, event_id=two), Leaf(index=500, event_id=one)])
    assert found() == [("changed", 10, 10)]


def test_a_tile_that_was_altered_accuses_no_row(published):
    tile = Tile.objects.get(level=0, index=1)
    tile.hashes = bytes(tile.hashes[:320]) + bytes(32) + bytes(tile.hashes[352:])
    tile.save()
    assert found() == [("tile", 266, 266)]
    Tile.objects.filter(level=0, index=1).delete()
    assert found() == [("tile", 256, 256)]


def test_a_row_slipped_in_among_sealed_ones_is_named(published):
    slipped = event_at(599)
    slipped.pk, slipped.sequence = slipped.pk + 5, slipped.sequence + 1
    slipped.save(force_insert=True)
    assert found() == [], "it may have been committed late, and waits"
    SealerTurn.objects.update(floor=slipped.pk + 5)
    report = check(signer().verifier)
    assert [(each.kind, each.event_id) for each in report.faults] == [("inserted", slipped.pk)]


EDITS = st.sampled_from(["actor_name", "type", "outcome", "detail_json", "patient_index", "at"])


@pytest.mark.timeout(300)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leaf=st.integers(0, ROWS - 1), column=EDITS, tiles=st.booleans())
def test_whatever_row_is_rewritten_is_found_and_the_first_named(published, leaf, column, tiles):
    with transaction.atomic():
        event = event_at(leaf)
        value = event.at.replace(year=2020) if column == "at" else "x"
        rewrite(event, **{column: value})
        if tiles:
            lay_tiles_again()
        kind, first, last = found()[0]
        # The last rows have no whole tile: there the signed roots alone tell.
        if tiles or leaf >= 512:
            assert (kind, first <= leaf <= last) == ("another", True)
        else:
            assert (kind, first) == ("changed", leaf)
        transaction.set_rollback(True)
