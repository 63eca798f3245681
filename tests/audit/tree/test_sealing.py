"""The sealer: every committed row gets one leaf, in order, whoever tries and whatever breaks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Flag

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone
from pymerkle import InmemoryTree

from audit import context
from audit.events.staff import SignedIn
from audit.models import AuditEvent, Leaf, SealerTurn, Tile
from audit.recorder import record_all
from audit.tree import merkle, sealing
from audit.tree.notes import Checkpoint, opened
from audit.tree.sealing import check_point, seal, signer, size
from audit.tree.stored import StoredNodes
from smartapp.env import ledger_key


def acts(number, launch="abc"):
    with transaction.atomic(), context.bind(actor="x|Practitioner/1", launch_id=launch):
        record_all([SignedIn() for _ in range(number)])


def peer():
    """The tree of the same rows by another implementation."""
    tree = InmemoryTree(algorithm="sha256")
    for event_id in Leaf.objects.order_by("index").values_list("event_id", flat=True):
        tree.append_entry(bytes.fromhex(AuditEvent.objects.get(id=event_id).hash))
    return tree


def nobody_else_is_open(monkeypatch):
    """Transactions are numbered for the whole cluster: those of tests beside this one count, too."""
    monkeypatch.setattr("audit.tree.sealing._oldest_open", sealing._own)


def planted():
    return list(Leaf.objects.order_by("index").values_list("event_id", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("steps", [[1], [255, 1, 1], [256, 256], [100, 500, 3], [700]])
def test_leaves_and_roots_are_those_of_another_implementation(steps):
    for step in steps:
        acts(step)
        assert seal() == step
    rows = sum(steps)
    assert planted() == list(AuditEvent.objects.order_by("id").values_list("id", flat=True))
    assert Tile.objects.count() == rows // 256
    theirs = peer()
    for leaves in {1, rows // 2 or 1, rows}:
        assert merkle.root(StoredNodes(), leaves) == theirs.get_root(leaves)


@pytest.mark.django_db
def test_a_tile_of_tiles_is_laid_when_256_are_whole(monkeypatch):
    # 65,536 rows would take a minute: tiles of 4 do the same.
    for module in ("sealing", "stored"):
        monkeypatch.setattr(f"audit.tree.{module}.WIDTH", 4)
    monkeypatch.setattr("audit.tree.stored.HEIGHT", 2)
    for step in (3, 30, 1, 40):
        acts(step)
        seal()
    assert sorted(Tile.objects.values_list("level", flat=True)) == [0] * 18 + [1] * 4 + [2]
    theirs = peer()
    for leaves in range(1, 75):
        assert merkle.root(StoredNodes(), leaves) == theirs.get_root(leaves)


@pytest.mark.django_db
def test_a_batch_is_bounded_and_the_next_goes_on():
    acts(7)
    assert [seal(3), seal(3), seal(3), seal(3)] == [3, 3, 1, 0]


@pytest.mark.django_db
def test_a_checkpoint_is_signed_once_for_each_size():
    assert check_point() is None
    acts(3)
    assert check_point() is None
    seal()
    made = check_point()
    head = Checkpoint.parse(opened(made.note, signer().verifier))
    assert (head.origin, head.size) == (settings.LEDGER_NAME, 3)
    assert head.root == peer().get_root()
    assert check_point() is None
    acts(1)
    seal()
    assert check_point().size == 4


@pytest.mark.django_db(transaction=True)
def test_of_many_that_seal_at_once_each_row_is_sealed_once():
    def work(number):
        try:
            acts(5, launch=f"launch-{number}")
            return seal(3) or 0
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        done = sum(pool.map(work, range(24)))
    while made := seal():
        done += made
    assert done == size() == AuditEvent.objects.count() == 120
    assert len(set(planted())) == 120


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time.")
def test_a_row_whose_transaction_stayed_open_gets_its_leaf_when_it_is_committed():
    written, go_on = Flag(), Flag()

    def slow():
        try:
            with transaction.atomic(), context.bind(actor="x|P/1", launch_id="slow"):
                record_all([SignedIn()])
                written.set()
                assert go_on.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(slow)
        assert written.wait(20)
        acts(2)
        assert seal() == 2, "nobody waits for the open one"
        go_on.set()
        job.result()
    assert seal() == 1
    assert planted()[-1] == AuditEvent.objects.get(launch_id="slow").id


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time.")
def test_the_floor_waits_for_a_transaction_however_long_it_is_open(monkeypatch):
    """Also where ten minutes pass meanwhile, and rows of the same stream are written at once."""
    written, go_on = Flag(), Flag()

    def slow():
        try:
            with transaction.atomic(), context.bind(actor="x|P/1", launch_id="slow"):
                record_all([SignedIn()])
                written.set()
                assert go_on.wait(20)
            acts(1, launch="slow")
        finally:
            connection.close()

    def ten_minutes_pass():
        before = timezone.now() - timedelta(minutes=10)
        SealerTurn.objects.update(seen_at=before)

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(slow)
        assert written.wait(20)
        for _ in range(4):
            acts(2)
            assert seal() == 2
            ten_minutes_pass()
        own = AuditEvent.objects.filter(launch_id="abc").earliest("id").id
        assert SealerTurn.objects.get().floor < own
        go_on.set()
        job.result()
    assert seal() == 2
    slow_rows = list(AuditEvent.objects.filter(launch_id="slow").order_by("sequence"))
    assert planted()[-2:] == [row.id for row in slow_rows]
    nobody_else_is_open(monkeypatch)
    for _ in range(4):
        seal()
        ten_minutes_pass()
    assert SealerTurn.objects.get().floor == max(planted())


@pytest.mark.django_db
def test_the_first_row_of_all_is_sealed_however_long_the_trail_was_empty(monkeypatch):
    nobody_else_is_open(monkeypatch)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE audit_auditevent_id_seq RESTART")
    for _ in range(6):
        assert seal() == 0
        SealerTurn.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    acts(1)
    assert seal() == 1


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite draws from the highest row.")
def test_a_row_with_an_id_of_its_writers_choice_does_not_lift_the_floor_over_others():
    acts(1)
    row = AuditEvent.objects.latest("id")
    row.pk, row.sequence, row.previous_hash = 2**60, row.sequence + 1, row.hash
    row.save(force_insert=True)
    for _ in range(4):
        seal()
        SealerTurn.objects.update(seen_at=timezone.now() - timedelta(minutes=10))
    assert SealerTurn.objects.get().floor < 2**60
    acts(1, launch="another")
    assert seal() == 1


@pytest.mark.django_db
def test_the_floor_rises_only_when_nothing_older_can_be_open(monkeypatch):
    nobody_else_is_open(monkeypatch)

    def after(seconds):
        SealerTurn.objects.update(seen_at=timezone.now() - timedelta(seconds=seconds))
        seal()
        return SealerTurn.objects.get().floor

    acts(3)
    seal()
    first = max(planted())
    acts(2)
    assert [after(0), after(5), after(11)] == [0, 0, 0]
    assert after(0) == first
    assert [after(11), after(0)] == [first, max(planted())]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time.")
def test_who_is_not_the_sealer_neither_waits_nor_seals():
    acts(1)
    taken, go_on = Flag(), Flag()

    def other():
        try:
            with transaction.atomic():
                SealerTurn.objects.bulk_create([SealerTurn(pk=1)], ignore_conflicts=True)
            with transaction.atomic():
                SealerTurn.objects.select_for_update().get()
                taken.set()
                assert go_on.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(other)
        assert taken.wait(20)
        assert seal() is None
        assert check_point() is None
        go_on.set()
        job.result()
    assert seal() == 1


@pytest.mark.django_db
def test_a_batch_that_breaks_leaves_nothing_behind(monkeypatch):
    acts(300)

    def broken(*_):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("audit.tree.sealing._fold", broken)
        with pytest.raises(RuntimeError):
            seal()
    assert (Leaf.objects.count(), Tile.objects.count()) == (0, 0)
    assert seal() == 300


def test_a_key_of_another_length_is_refused_at_start(monkeypatch, tmp_path):
    assert len(settings.LEDGER_KEY) == 32
    for wrong in ("AAAA", "no base64!", "A" * 65):
        monkeypatch.setenv("COUNTERSIGN_LEDGER_KEY", wrong)
        with pytest.raises(ImproperlyConfigured, match="COUNTERSIGN_LEDGER_KEY"):
            ledger_key(data_dir=tmp_path)
