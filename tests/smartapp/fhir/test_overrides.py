"""What one EHR does differently from its vendor: laid over, held to the shape, named by line."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from audit.models import AuditEvent
from smartapp.fhir import checks
from smartapp.fhir.queries import queries_for
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import ProfileInvalid, files, load, profile_of, proprietary
from smartapp.fhir.vendors.concepts import ConceptQuery, Unsupported
from smartapp.models import Ehr

pytestmark = pytest.mark.django_db

GOOD = """\
# Northfield reads quicker in small pages.
title: Northfield's Epic
concepts:
  labs:
    page_size: 100
    params: {category: LAB}
"""


def ehr_with(overrides, vendor="epic"):
    return Ehr(
        slug="north", issuer="https://north.example/r4", vendor=vendor, profile_overrides=overrides
    )


def connect(path: Path | None = None, vendor="epic"):
    words = ["north", "--name=North", "--issuer=https://north.example/r4", f"--vendor={vendor}"]
    words += ["--client-id=us", "--auth=public"]
    words += [f"--overrides={path}"] if path else []
    call_command("connect_ehr", *words, stdout=io.StringIO())


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "north.yaml"
        path.write_text(text)
        return path

    return write


def test_without_changes_an_ehr_has_its_vendors_profile():
    assert profile_of(ehr_with({})) is load("epic")


def test_changes_are_laid_over_key_by_key_and_reach_what_is_asked(written):
    connect(written(GOOD))
    ehr = Ehr.objects.get(slug="north")
    asks = profile_of(ehr).concepts[Concept.LABS]
    assert isinstance(asks, ConceptQuery)
    (query,) = queries_for(Concept.LABS, asks, patient_id="p1")
    assert query.link == "Observation?patient=p1&category=LAB&_count=100"
    assert profile_of(ehr).concepts[Concept.VITALS] == load("epic").concepts[Concept.VITALS]
    assert profile_of(ehr).title == "Northfield's Epic"
    assert load("epic").title == "Epic"


def test_a_concept_is_taken_from_what_is_asked_and_given_back():
    none = {"concepts": {"labs": {"unsupported": "Not released here."}}}
    assert isinstance(profile_of(ehr_with(none)).concepts[Concept.LABS], Unsupported)
    again = files.merged(none, {"concepts": {"labs": {"type": "Observation"}}})
    assert again["concepts"]["labs"] == {"type": "Observation"}


def test_every_change_of_them_is_in_the_trail(written):
    connect(written(GOOD))
    connect(written(GOOD.replace("100", "150")))
    fields = [row.detail["fields"] for row in AuditEvent.objects.filter(type="config.changed")]
    assert any("profile_overrides" in each for each in fields[-2:])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("concepts:\n  labs:\n    page_size: 0\n", "line 3, concepts.labs.page_size"),
        ("concepts:\n  moods:\n    type: Mood\n", "line 2, concepts.moods"),
        ("concepts:\n  labs:\n    params:\n      patient: null\n", "line 2, concepts.labs"),
        ("title: A\n\ntitle: B\n", "line 3, title: stands here twice"),
        ("title: A\nname: other\n", "line 2, name: is the vendor's"),
        ("extends: generic\n", "line 1, extends: is the vendor's"),
        ("speed: 9\n", "line 1, speed"),
        ("title: A\nconcepts:\n  labs: null\n", "absent: labs"),
        ("- title\n", "line 1: keys and values are due here"),
        ("title: [", "not YAML (line 1)"),
        ("", "line 1: keys and values are due here"),
    ],
)
def test_a_mistake_is_refused_with_file_line_and_key_and_nothing_is_stored(written, text, words):
    with pytest.raises(CommandError) as caught:
        connect(written(text))
    assert str(caught.value).startswith("north.yaml: ")
    assert words in str(caught.value)
    assert not Ehr.objects.exists()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        connect(tmp_path / "nowhere.yaml")


def test_a_change_of_vendor_is_refused_where_what_is_kept_would_not_fit(written):
    connect(written("concepts:\n  care_plans:\n    fan_out:\n      values: [assess-plan]\n"))
    with pytest.raises(CommandError, match=r"care_plans\.fan_out\.param"):
        connect(vendor="generic")
    assert Ehr.objects.get().vendor == "epic"


def test_what_is_stored_is_checked_with_the_database_and_the_ehr_named(written):
    connect(written(GOOD))
    assert checks.overrides(None, databases=["default"]) == []
    ehr = Ehr.objects.get()
    ehr.profile_overrides = {"concepts": {"labs": {"page_size": 5000}}}
    ehr.save()
    (found,) = checks.overrides(None, databases=["default"])
    assert found.id == "smartapp.E010"
    assert "north" in found.msg
    assert "concepts.labs.page_size" in found.msg
    assert checks.overrides(None) == []  # a check without the database asks it nothing
    with pytest.raises(SystemCheckError, match="north"):
        call_command("check", databases=["default"])
    with pytest.raises(ProfileInvalid):
        profile_of(ehr)


def test_a_shipped_profile_cannot_be_hidden_by_a_file_of_its_name(tmp_path, settings):
    (tmp_path / "epic.yaml").write_text("name: epic\ntitle: Another\nextends: generic\n")
    settings.VENDOR_PROFILES = str(tmp_path)
    assert load("epic").title == "Epic"


@pytest.mark.parametrize("base", ["ours", "other", "../x", "null"])
def test_only_a_shipped_profile_is_extended(tmp_path, base):
    path = tmp_path / "ours.yaml"
    path.write_text(f"name: ours\ntitle: Ours\nextends: {base}\n")
    with pytest.raises(ProfileInvalid, match="line 3, extends: must be one of epic, generic"):
        files.read(path)


def test_a_reader_that_nobody_registers_stops_the_start(tmp_path, settings):
    (tmp_path / "ours.yaml").write_text(
        "name: ours\ntitle: Ours\nextends: generic\nconcepts:\n  labs:\n    fallback:\n"
        "      - {when: refused, reader: services}\n"
    )
    settings.VENDOR_PROFILES = str(tmp_path)
    (found,) = checks.vendor_profiles(None)
    assert found.id == "smartapp.E011"
    assert "ours.yaml names a reader 'services' for labs" in found.msg
    proprietary.register("services", lambda *_, **__: [])
    try:
        assert checks.vendor_profiles(None) == []
    finally:
        proprietary.forget("services")
