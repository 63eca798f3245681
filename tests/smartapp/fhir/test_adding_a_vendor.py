"""``docs/adding-a-vendor.md``, followed word for word."""

import io
import re
import shlex
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import load, names, profile_of
from smartapp.fhir.vendors.concepts import ConceptQuery, Unsupported
from smartapp.fhir.vendors.profiles import NoteWrite, Profile
from smartapp.models import Ehr
from tests.conftest import ROOT, Sandbox
from tests.smartapp.conformance import asking
from tests.smartapp.conformance.asking import STORIES, differences

pytestmark = pytest.mark.django_db

DOCUMENT = (ROOT / "docs" / "adding-a-vendor.md").read_text()
VENDOR, HOSPITAL = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.S)
(MISTAKE,) = re.findall(r"```text\n(.*?)\n```", DOCUMENT, re.S)
# What stands in the document for what a reader has.
WORDS = {"issuer": "https://ehr.example/fhir", "hospital": "hospital.yaml"}
COMMANDS = re.findall(r"^manage\.py (.*)$", DOCUMENT, re.M)


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """The installation's own folder, with the document's example in it."""
    (tmp_path / "meridian.yaml").write_text(VENDOR)
    settings.VENDOR_PROFILES = str(tmp_path)
    return tmp_path


def run(line: str, **instead: str) -> str:
    """Run a command of the document, its example words replaced; return what it says."""
    told = io.StringIO()
    for word, other in instead.items():
        line = line.replace(WORDS[word], other)
    try:
        call_command(*shlex.split(line), stdout=told)
    except CommandError as error:
        return f"{told.getvalue()}{error}"
    return told.getvalue()


def test_the_example_is_a_fourth_profile(folder: Path) -> None:
    assert names() == ("epic", "generic", "meridian", "oracle_health")
    call_command("check")
    meridian, generic = load("meridian"), load("generic")
    assert (meridian.title, meridian.scope_syntax, meridian.total) == ("Meridian", "v1", "absent")
    assert meridian.rate.burst == 40
    assert meridian.rate.night == generic.rate.night
    assert meridian.concepts[Concept.PROBLEMS] == generic.concepts[Concept.PROBLEMS]
    orders = meridian.concepts[Concept.MEDICATIONS]
    assert isinstance(orders, ConceptQuery)
    assert orders.params == {"patient": "{patient}"}
    assert orders.include == ()
    assert orders.page_size == 200
    assert isinstance(meridian.concepts[Concept.FAMILY_HISTORY], Unsupported)


def test_the_example_mistake_is_named_as_the_document_says(folder: Path) -> None:
    (folder / "meridian.yaml").write_text(VENDOR.replace("page_size: 200", "page_size: 2000"))
    with pytest.raises(SystemCheckError) as caught:
        call_command("check")
    assert MISTAKE in str(caught.value)
    assert "smartapp.E010" in str(caught.value)


def test_an_ehr_is_looked_at_as_the_document_says(folder: Path, sandbox: Sandbox) -> None:
    cache.clear()
    issuer = sandbox.issuer("generic")
    by_generic, by_meridian = [each for each in COMMANDS if each.startswith("check_ehr")]
    assert re.search("family_history +supported", run(by_generic, issuer=issuer))
    told = run(by_meridian, issuer=issuer)
    assert "profile meridian" in told
    assert "This vendor's EHR has no way to be asked for it." in told
    # No other concept is missing by the example.
    assert [row.split()[0] for row in told.splitlines() if " missing " in row] == ["family_history"]


def test_the_example_reads_a_chart_whole_but_for_what_it_says_is_not_offered(
    folder: Path, sandbox: Sandbox
) -> None:
    patient = STORIES["halloway"]
    told = asking.told_through(sandbox, "generic", patient, load("meridian"))
    assert told.gaps == {("family_history", "unsupported")}
    assert "This EHR does not offer family history entries to apps." in told.sentences
    differing = differences(told, asking.told_by_the_file(sandbox, patient))
    assert {each.split()[0] for each in differing} == {"family_history", "known:"}


def test_an_ehr_and_its_own_ways_are_registered_as_the_document_says(
    folder: Path, sandbox: Sandbox
) -> None:
    issuer = sandbox.issuer("generic")
    hospital = folder / "hospital.txt"
    hospital.write_text(HOSPITAL)
    plain, own = [each for each in COMMANDS if each.startswith("connect_ehr")]
    run(plain, issuer=issuer)
    assert profile_of(Ehr.objects.get(slug="meridian-test")) == load("meridian")
    run(own, issuer=issuer, hospital=str(hospital))
    for _ in range(2):
        ehr = Ehr.objects.get(slug="meridian-test")
        assert (ehr.vendor, profile_of(ehr).scope_syntax) == ("meridian", "v2")
        assert isinstance(profile_of(ehr).concepts[Concept.REPORTS], Unsupported)
        run(plain, issuer=issuer)  # without a file, what is stored stays
    hospital.write_text("{}\n")
    run(own, issuer=issuer, hospital=str(hospital))
    assert profile_of(Ehr.objects.get(slug="meridian-test")) == load("meridian")


def told_in(heading: str) -> set[str]:
    """The keys in the first column of the table after ``heading``."""
    table = DOCUMENT.split(heading, 1)[1].split("\n\n|", 1)[1].split("\n\n", 1)[0]
    cells = [row.split("|")[0 if place == 0 else 1] for place, row in enumerate(table.splitlines())]
    return {key for cell in cells for key in re.findall(r"`([a-z_]+)`", cell)}


def test_the_document_names_every_key_there_is_and_no_other() -> None:
    assert told_in("## What a profile says") == set(Profile.model_fields)
    assert told_in("Of a concept:") == set(ConceptQuery.model_fields)
    (note,) = [row for row in DOCUMENT.splitlines() if row.startswith("| `note` |")]
    assert set(NoteWrite.model_fields) == set(re.findall(r"`([a-z_]+)`", note)) - {"note"}
