"""What single vendors say by numbers, bodies and pages of their own, read by the app over HTTP.

The sandbox says it in each case as the notes on the vendors have it; the reader must tell the
same whatever EHR says it, keep what is whole, and ask nothing twice that was refused for good.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from smartapp.ehrs.discovery import smart_configuration
from smartapp.ehrs.errors import EhrError
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept, ReadResult, Reason
from smartapp.fhir.vendors import load
from smartapp.models import Ehr
from tests.conftest import Sandbox
from tests.sandbox.control import Control
from tests.smartapp.conformance.asking import GRANTED, STORIES, reader_of
from tests.smartapp.fhir.launched import launched_with
from tests.smartapp.vendors import VENDORS

pytestmark = pytest.mark.django_db
RUTH = STORIES["halloway"]


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[Control]:
    controlling = Control(sandbox.base_url)
    controlling.clear()
    yield controlling
    controlling.clear()


def read(
    sandbox: Sandbox, concept: Concept, personality: str = "epic", types: Any = GRANTED
) -> ReadResult:
    reader = reader_of(sandbox, personality, RUTH, load(VENDORS[personality]), types)
    return reader.read_all([concept])[concept]


def ids(result: ReadResult) -> list[str]:
    return [each.id for each in result.resources]


def told(result: ReadResult) -> set[tuple[Reason, str]]:
    return {(each.reason, each.detail) for each in result.missing}


Refused = tuple[str, dict[str, Any], Concept, tuple[Reason, str]]
REFUSED: list[Refused] = [
    ("merged-patient", {}, Concept.PATIENT, (Reason.MERGED, "record_merged")),
    ("merged-patient", {}, Concept.ALLERGIES, (Reason.MERGED, "record_merged")),
    ("daily-limit", {}, Concept.NOTES, (Reason.LIMIT_REACHED, "daily_limit")),
    ("daily-limit", {"status": 403}, Concept.NOTES, (Reason.LIMIT_REACHED, "daily_limit")),
    ("restricted-chart", {}, Concept.ALLERGIES, (Reason.FORBIDDEN, "access_denied")),
    ("restricted-chart", {"number": "4131"}, Concept.PATIENT, (Reason.FORBIDDEN, "access_denied")),
    ("several-issues", {}, Concept.ALLERGIES, (Reason.FAILED, "request_refused")),
    ("not-retryable", {}, Concept.ALLERGIES, (Reason.FAILED, "request_refused")),
    ("insufficient-scopes", {}, Concept.ALLERGIES, (Reason.FORBIDDEN, "access_denied")),
]


@pytest.mark.parametrize("personality", VENDORS)
@pytest.mark.parametrize("refused", REFUSED)
def test_a_refusal_for_good_is_told_and_asked_once(
    sandbox: Sandbox, control: Control, personality: str, refused: Refused
) -> None:
    fault, parameters, concept, reason = refused
    with control.fault(fault, personality=personality, **parameters) as rule:
        result = read(sandbox, concept, personality)
        touched = control.touched(rule)
    assert reason in told(result)
    assert not result.resources
    # The profile may know another way to ask; none of them is asked again.
    asks = load(VENDORS[personality]).concepts[concept]
    assert touched <= 1 + len(getattr(asks, "fallback", ()))


@pytest.mark.parametrize("personality", VENDORS)
def test_what_comes_beside_a_restriction_or_a_limit_is_kept_and_the_rest_told(
    sandbox: Sandbox, control: Control, personality: str
) -> None:
    whole = ids(read(sandbox, Concept.PROBLEMS, personality))
    assert len(whole) > 1
    for fault, reason in (
        ("restricted-rows", (Reason.SUPPRESSED, "withheld")),
        ("more-exists", (Reason.CUT_OFF, "more_exists")),
    ):
        with control.fault(fault, personality=personality, types=["Condition"]):
            result = read(sandbox, Concept.PROBLEMS, personality)
        assert ids(result) == whole[:1]
        assert told(result) == {reason}
    with control.fault("suppressed", personality=personality, withhold=1):
        result = read(sandbox, Concept.PROBLEMS, personality)
    assert ids(result) == whole[:-1]
    assert told(result) == {(Reason.SUPPRESSED, "withheld")}


@pytest.mark.parametrize("fault", ["information-first", "thin-pages"])
@pytest.mark.parametrize("personality", VENDORS)
@pytest.mark.parametrize("concept", [Concept.ALLERGIES, Concept.NOTES])
def test_information_and_empty_pages_take_nothing_away(
    sandbox: Sandbox, control: Control, personality: str, concept: Concept, fault: str
) -> None:
    whole = read(sandbox, concept, personality)
    with control.fault(fault, personality=personality) as rule:
        result = read(sandbox, concept, personality)
        assert control.touched(rule)
    assert ids(result) == ids(whole)
    assert told(result) == told(whole)


@pytest.mark.parametrize("personality", VENDORS)
def test_pages_that_expired_are_read_from_the_beginning(
    sandbox: Sandbox, control: Control, personality: str
) -> None:
    profile = load(VENDORS[personality])
    asks = profile.concepts[Concept.LABS]
    short = asks.model_copy(update={"page_size": 50, "max_pages": 20, "fallback": ()})
    profile = profile.model_copy(update={"concepts": {**profile.concepts, Concept.LABS: short}})

    def labs() -> ReadResult:
        return reader_of(sandbox, personality, RUTH, profile).read_all([Concept.LABS])[Concept.LABS]

    whole = labs()
    assert len(whole.resources) > 100
    assert whole.complete
    with control.fault("expired-page", personality=personality, count=1) as rule:
        again = labs()
        assert control.touched(rule) == 1
    assert ids(again) == ids(whole)
    assert again.complete
    with control.fault("expired-page", personality=personality):
        cut = labs()
    assert ids(cut) == ids(whole)[:50]
    assert {each.reason for each in cut.missing} == {Reason.CUT_OFF}


def test_a_scope_that_was_trimmed_in_silence_is_told_where_oracle_answers_in_no_fhir(
    sandbox: Sandbox, control: Control
) -> None:
    with control.fault("trimmed-scopes", personality="oracle", drop="Allergy"):
        made_of = launched_with(sandbox, "oracle", RUTH, load("oracle_health"), GRANTED)
    # As after a grant that named no scopes, so that all that was asked is believed granted.
    believed = " ".join(f"patient/{each}.rs" for each in GRANTED)
    reader = Reader(**{**made_of, "granted_scopes": believed})
    result = reader.read_all([Concept.ALLERGIES])[Concept.ALLERGIES]
    assert told(result) == {(Reason.FORBIDDEN, "access_denied")}


def test_another_tenant_of_oracles_is_refused_before_anything_is_sent_to_it(
    sandbox: Sandbox,
) -> None:
    other = sandbox.issuer("oracle").rpartition("/")[0] + "/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca"
    with pytest.raises(EhrError) as refused:
        smart_configuration(Ehr(slug="other-tenant", issuer=other, vendor="oracle_health"))
    assert refused.value.code == "discovery_unreadable"


def test_a_pressure_under_either_panels_code_is_read(sandbox: Sandbox) -> None:
    for personality in VENDORS:
        profile = load(VENDORS[personality])
        reader = reader_of(sandbox, personality, STORIES["pregnant"], profile)
        found = reader.read_all([Concept.VITALS])[Concept.VITALS].resources
        codes = {c["code"] for each in found for c in each.raw["code"]["coding"]}
        assert {"85354-9", "55284-4"} <= codes
