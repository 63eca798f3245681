"""An export, verified by one file that knows nothing of ours, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.hashing import HASHED
from audit.models import AuditEvent
from audit.tree.publishing import publish
from audit.tree.sealing import check_point, seal, signer
from audit.verifier import verify_trail
from tests.audit.tree.test_sealing import acts

SCRIPT = Path(verify_trail.__file__)
GROWN = (5, 300)


@pytest.fixture
def files(db, tmp_path, settings):
    """An export of 300 rows, one checkpoint of 5 that was kept, and what was published."""
    settings.LEDGER_PLACES = [(tmp_path / "worm").as_uri()]
    before = 0
    for grown in GROWN:
        for number in range(grown - before):
            acts(1, launch=f"launch-{number % 3}")
        seal()
        (tmp_path / f"{grown}.txt").write_text(check_point().note)
        publish()
        before = grown
    call_command("export_ledger", str(tmp_path / "trail.ndjson"))
    return tmp_path


def run(files, *arguments, key=None):
    """Return exit status and words of the script, which sees no package of ours."""
    command = [sys.executable, "-I", str(SCRIPT), str(files / "trail.ndjson")]
    command += ["--key", key or str(signer().verifier), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=files)
    return done.returncode, done.stdout + done.stderr


def test_an_honest_export_is_whole(files):
    assert run(files) == (0, "Whole: 300 rows, 1 checkpoints hold.\n")
    kept = ["--checkpoint", files / "5.txt", "--published", files / "worm"]
    assert run(files, *kept) == (0, "Whole: 300 rows, 2 checkpoints hold.\n")


def test_the_key_must_come_from_elsewhere_and_be_the_right_one(files):
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    status, words = run(files, key=other)
    assert (status, "not one of this trail" in words) == (1, True)
    assert run(files, key="nonsense")[0] == 2


def test_no_export_is_no_export(files):
    (files / "trail.ndjson").write_text("{}\n")
    assert run(files)[0] == 2
    (files / "trail.ndjson").write_text("no json\n")
    assert run(files)[0] == 2


def lines_of(files):
    return [json.loads(line) for line in (files / "trail.ndjson").read_text().splitlines()]


def faults(files, lines, *arguments):
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (files / "trail.ndjson").write_text(text)
    status, words = run(files, *arguments)
    assert status == 1, words
    return words


def made_to_fit(lines, leaf, name):
    """Change a value and let every hash and predecessor fit again, as somebody with the disk can."""
    columns = lines[0]["columns"]
    hashes = {}
    for line in lines[1:]:
        row = dict(zip(columns, line["row"], strict=True))
        if line["leaf"] == leaf:
            row[name] = "altered"
        row["previous_hash"] = hashes.get(row["stream"], "0" * 64)
        line["row"] = [row[each] for each in columns]
        content = json.dumps([1, *line["row"]], separators=(",", ":"), ensure_ascii=True)
        line["hash"] = hashes[row["stream"]] = verify_trail.sha256(content.encode()).hex()
    return lines


def test_a_row_changed_with_all_hashes_made_to_fit(files):
    lines = made_to_fit(lines_of(files), 2, "actor_name")
    assert "one of the leaves 0 to 299" in faults(files, lines)
    assert "one of the leaves 0 to 4" in faults(files, lines, "--checkpoint", files / "5.txt")
    words = faults(files, lines, "--published", files / "worm")
    assert "leaf 2 (staff.signed_in" in words


def test_the_end_cut_off_together_with_the_checkpoint(files):
    lines = lines_of(files)[:250]
    assert "leaves 249 to 299 were signed and are not here" in faults(files, lines)


def test_an_export_older_than_a_checkpoint_is_not_passed_off_as_the_whole(files):
    acts(2)
    call_command("seal_ledger")
    status, words = run(files, "--published", files / "worm")
    assert status == 3
    assert "leaves 300 to 302 were signed and are not here" in words
    assert "export anew" in words


@pytest.mark.parametrize("size", [10**9, float("inf"), float("nan"), -1, "x", None])
def test_a_forged_row_behind_the_signed_ones_is_found_whatever_the_header_says(files, size):
    lines = lines_of(files)
    lines[0]["size"] = size
    row = dict(zip(lines[0]["columns"], lines[-1]["row"], strict=True))
    row |= {"sequence": row["sequence"] + 1, "previous_hash": lines[-1]["hash"], "actor": "x"}
    content = json.dumps([1, *row.values()], separators=(",", ":"), ensure_ascii=True)
    forged = verify_trail.sha256(content.encode()).hex()
    lines.append({"leaf": 300, "hash": forged, "row": list(row.values())})
    assert "beyond what was signed" in faults(files, lines)


def test_a_name_that_stands_twice_is_refused(files):
    path = files / "trail.ndjson"
    path.write_text(path.read_text().replace('"row":[', '"row":["forged"],"row":[', 1))
    assert run(files)[0] == 2
    path.write_text('{"format":' + "[" * 100_000)
    assert run(files)[0] == 2


def test_rows_beyond_the_checkpoint_are_not_passed_off(files):
    lines = lines_of(files)
    lines[0]["checkpoint"] = (files / "5.txt").read_text()
    lines[0]["size"] = 5
    assert "beyond what was signed" in faults(files, lines)


ACTS = st.sampled_from(["change", "remove", "insert", "swap"])


@pytest.mark.timeout(300)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(act=ACTS, leaf=st.integers(0, 298), column=st.integers(2, 16))
def test_whatever_is_done_to_the_lines_is_found_and_the_first_named(files, act, leaf, column):
    lines = lines_of(files)
    rows = lines[1:]
    if act == "change":
        rows[leaf]["row"][column] = "altered"
    elif act == "remove":
        del rows[leaf]
    elif act == "insert":
        rows.insert(leaf, rows[leaf])
    else:
        rows[leaf], rows[leaf + 1] = rows[leaf + 1], rows[leaf]
    text = "".join(json.dumps(line) + "\n" for line in [lines[0], *rows])
    path = files / "altered.ndjson"
    path.write_text(text)
    with path.open() as export, pytest.raises(verify_trail.Bad) as caught:
        verify_trail.check(export, verify_trail.key_of(str(signer().verifier)))
    first = leaf + 1 if act == "insert" else leaf
    assert f"leaf {first} " in str(caught.value)


def test_columns_of_another_order_are_refused(files):
    lines = lines_of(files)
    lines[0]["columns"] = lines[0]["columns"][::-1]
    (files / "trail.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run(files)[0] == 2
    assert tuple(HASHED) == verify_trail.COLUMNS


@pytest.mark.django_db
def test_nothing_is_exported_before_it_is_signed(tmp_path):
    with pytest.raises(CommandError, match="Nothing is signed"):
        call_command("export_ledger", str(tmp_path / "x"))


def test_who_writes_the_trail_into_a_file_is_on_record_and_alone_may_read_it(files):
    row = AuditEvent.objects.get(type="trail.exported")
    assert row.detail["size"] == 300
    assert (files / "trail.ndjson").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_kept(files):
    with pytest.raises(CommandError, match="already"):
        call_command("export_ledger", str(files / "trail.ndjson"))
    call_command("export_ledger", str(files / "trail.ndjson"), "--force")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_ledger", str(files / "none" / "trail.ndjson"))


def test_the_command_seals_and_tells_the_key(files, capsys):
    acts(2)
    call_command("seal_ledger")
    assert f"303 rows are sealed. Key: {signer().verifier}" in capsys.readouterr().out


def test_verify_ledger_takes_a_checkpoint_that_was_kept(files, capsys):
    call_command("verify_ledger", "--checkpoint", str(files / "5.txt"))
    assert "300 rows sealed, 1 wait; 3 checkpoints hold." in capsys.readouterr().out
    forged = files / "forged.txt"
    forged.write_text((files / "5.txt").read_text().replace("\n5\n", "\n4\n"))
    with pytest.raises(CommandError, match="not what was signed"):
        call_command("verify_ledger", "--checkpoint", str(forged))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_ledger", "--checkpoint", str(files / "none"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_ledger", "--key", "nonsense")
