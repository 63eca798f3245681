"""Vendor profiles are held to their shape at start."""

from pathlib import Path

import pytest
import yaml

from smartapp.fhir import checks
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import ProfileInvalid, files, load, names

FOLDER = Path(files.__file__).parent
DAYS = {"past_days": 1, "future_days": 1}
SINCE = {"by": "date", "param": "date"}
ALL = {"type": "Observation", "params": {"patient": "{patient}"}}
BY_ID = ALL | {"interaction": "read"}


def fall(profile, **fallback):
    profile["concepts"]["labs"]["fallback"] = [fallback]


@pytest.fixture
def changed(tmp_path):
    """Write the generic profile with a change, as ``generic.yaml``; return its path."""

    def write(change, name="generic"):
        content = yaml.safe_load((FOLDER / "generic.yaml").read_text())
        change(content)
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(content))
        return path

    return write


@pytest.mark.parametrize("name", names())
def test_a_shipped_profile_says_for_every_concept_how_it_is_asked(name):
    assert set(load(name).concepts) == set(Concept)


def test_there_are_the_three_profiles():
    assert names() == ("epic", "generic", "oracle_health")


def test_the_check_at_start_finds_nothing_wrong():
    assert checks.vendor_profiles(None) == []


def mistakes():
    yield "unknown key", lambda p: p.update(speed=1), "speed"
    yield "scope syntax", lambda p: p.update(scope_syntax="v3"), "scope_syntax"
    yield "concept gone", lambda p: p["concepts"].pop("labs"), "absent: labs"
    yield "concept unknown", lambda p: p["concepts"].update(moods={}), "concepts.moods"
    yield "since", lambda p: p["concepts"]["labs"].update(since={"by": "date"}), "labs.since"
    yield "overlap", lambda p: p["concepts"]["labs"].update(since=SINCE), "needs 'overlap_days'"
    yield "only", lambda p: p["concepts"]["labs"].update(only={"Cat|x": ["a"]}), "labs.only"
    yield "include", lambda p: p["concepts"]["labs"].update(include=["x"]), "labs.include"
    yield "narrative", lambda p: p["concepts"]["labs"].update(narrative=["A b"]), "labs.narrative"
    yield "no way", lambda p: fall(p, when="empty"), "either 'search' or 'reader'"
    yield "both ways", lambda p: fall(p, when="empty", reader="x", search=ALL), "either 'search'"
    yield "anybody's", lambda p: fall(p, when="empty", search={"type": "Basic"}), "name the patient"
    yield "by id", lambda p: fall(p, when="empty", search=BY_ID), "does not read by id"
    yield "whenever", lambda p: fall(p, when="always", reader="x"), "fallback.0.when"
    yield "note", lambda p: p["note"].update(amend="maybe"), "note.amend"
    yield "no patient", lambda p: p["concepts"]["labs"].update(params={}), "name the patient"
    yield "no type", lambda p: p["concepts"]["labs"].pop("type"), "concepts.labs"
    yield "path as type", lambda p: p["concepts"]["labs"].update(type="../x"), "concepts.labs"
    yield "page size", lambda p: p["concepts"]["labs"].update(page_size=0), "page_size"
    yield "window", lambda p: p["concepts"]["patient"].update(window=DAYS), "window needs 'date'"
    yield "name", lambda p: p.update(name="other"), "must be 'generic'"


@pytest.mark.parametrize(
    ("change", "words"), [each[1:] for each in mistakes()], ids=[each[0] for each in mistakes()]
)
def test_a_mistake_is_named_with_file_and_key(changed, change, words):
    with pytest.raises(ProfileInvalid) as caught:
        files.read(changed(change))
    assert str(caught.value).startswith("generic.yaml: ")
    assert words in str(caught.value)


def test_what_is_no_yaml_is_named_with_its_line(tmp_path):
    path = tmp_path / "generic.yaml"
    path.write_text("name: generic\ntitle: [")
    with pytest.raises(ProfileInvalid, match=r"generic\.yaml: not YAML \(line \d\)"):
        files.read(path)


def test_a_profile_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ProfileInvalid, match="epic, generic, oracle_health"):
        load("../secrets")


def test_the_check_reports_each_mistake_under_its_code(monkeypatch):
    def broken(name):
        raise ProfileInvalid(f"{name}.yaml", ["concepts.labs: wrong"])

    monkeypatch.setattr(checks, "load", broken)
    monkeypatch.setattr(checks, "names", lambda: ("epic",))
    (found,) = checks.vendor_profiles(None)
    assert found.id == "smartapp.E010"
    assert "epic.yaml is wrong at concepts.labs: wrong" in found.msg


def test_an_unsupported_concept_needs_its_why(changed):
    def change(profile):
        profile["concepts"]["reports"] = {"unsupported": "Not offered here."}

    assert files.read(changed(change)).concepts[Concept.REPORTS].unsupported
