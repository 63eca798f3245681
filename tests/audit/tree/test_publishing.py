"""What is published lets somebody with none of our code and none of our database check the tree."""

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from audit.models import Publication
from audit.tree import keeping, merkle
from audit.tree.folder import FolderPlace
from audit.tree.notes import Checkpoint, opened
from audit.tree.publishing import PlaceRefused, publish, tile_path
from audit.tree.sealing import check_point, seal, signer, size
from smartapp.env import ledger_places
from tests.audit.tree.test_sealing import acts, peer

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    settings.LEDGER_PLACES = [(tmp_path / "worm").as_uri()]
    return tmp_path / "worm"


def grow(number):
    acts(number)
    seal()
    check_point()
    publish()


def head_of(folder, name="checkpoint"):
    return Checkpoint.parse(opened((folder / name).read_text(), signer().verifier))


def root_from_tiles(folder, size):
    """Compute the root from the published tiles of level 0 alone."""
    hashes = []
    while (left := size - len(hashes)) > 0:
        path = tile_path(0, len(hashes) // 256, min(left, 256))
        data = (folder / path).read_bytes()
        hashes += [data[at : at + 32] for at in range(0, len(data), 32)]
    levels = [hashes]
    while len(levels[-1]) > 1:
        levels.append(merkle.above(levels[-1]))
    return merkle.root(lambda level, index: levels[level][index], size)


def test_published_tiles_lead_to_the_published_root_as_the_tree_grows(folder):
    for number in (3, 300, 1, 400):
        grow(number)
        head = head_of(folder)
        assert head.root == root_from_tiles(folder, head.size) == peer().get_root()
    assert [head_of(folder, f"checkpoints/{size}").size for size in (3, 303, 304, 704)]
    assert len((folder / "tile/1/000.p/2").read_bytes()) == 64
    assert Publication.objects.get().size == 704


def test_nothing_new_is_not_published_again(folder):
    grow(3)
    before = (folder / "checkpoint").stat().st_mtime_ns
    publish()
    assert (folder / "checkpoint").stat().st_mtime_ns == before


def test_a_place_that_holds_something_else_is_told_and_keeps_it(folder, caplog):
    grow(256)
    tile = folder / "tile/0/000"
    Publication.objects.update(size=0)
    tile.write_bytes(bytes(256 * 32))
    grow(1)
    row = Publication.objects.get()
    assert (row.failure, row.size) == ("differs", 0)
    assert row.failing_since is not None
    assert tile.read_bytes() == bytes(256 * 32)
    assert "ledger_not_published" in caplog.text


def test_a_place_that_is_away_catches_up_when_it_is_back(folder):
    folder.write_text("no folder")
    grow(3)
    assert Publication.objects.get().failure == "unreachable"
    folder.unlink()
    grow(2)
    row = Publication.objects.get()
    assert (row.failure, row.failing_since, row.size) == ("", None, 5)
    assert head_of(folder).size == 5


def test_a_file_is_whole_or_not_there(folder, monkeypatch):
    place = FolderPlace(folder.as_uri())
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError))
    with pytest.raises(PlaceRefused):
        place.give("checkpoint", b"text", anew=True)
    assert not (folder / "checkpoint").exists()


@pytest.mark.parametrize(
    ("index", "path"),
    [(0, "tile/0/000"), (67, "tile/0/067"), (1234067, "tile/0/x001/x234/067")],
)
def test_paths_are_those_of_the_specification(index, path):
    assert tile_path(0, index) == path
    assert tile_path(0, index, 8) == f"{path}.p/8"


def test_a_keeper_seals_signs_and_publishes_and_outlives_what_breaks(folder, monkeypatch, caplog):
    keeper = keeping.Keeper(keeping.threading.Event())
    monkeypatch.setattr("audit.tree.keeping.connection.close", lambda: None)
    acts(5)
    with monkeypatch.context() as patched:
        patched.setattr("audit.tree.keeping.seal", lambda: 1 / 0)
        keeper.look()
    assert "ledger_not_sealed" in caplog.text
    assert not folder.exists()
    keeper.look()
    assert head_of(folder).size == 5
    acts(1)
    keeper.look()
    assert head_of(folder).size == 5, "it is signed now and then"
    assert size() == 6, "and sealed at once"


def test_no_keeper_where_it_is_switched_off(settings, monkeypatch):
    settings.LEDGER_SEAL_SECONDS = 0
    keeping.start()
    assert keeping._keepers == []


def test_places_are_known_by_their_scheme(monkeypatch):
    monkeypatch.setenv("COUNTERSIGN_LEDGER_PLACES", "file:///mnt/worm,ftp://example.org")
    with pytest.raises(ImproperlyConfigured, match="ftp"):
        ledger_places(["file"], data_dir=settings.DATA_DIR)
