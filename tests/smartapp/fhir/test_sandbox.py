"""The reader against the sandbox hospital over HTTP, in each personality."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from smartapp.fhir.results import Concept, Reason
from tests.smartapp.fhir.launched import HALLOWAY, OKAFOR, QUINTERO, reader_of
from tests.smartapp.vendors import VENDORS

pytestmark = pytest.mark.django_db


@pytest.fixture(params=VENDORS)
def personality(request):
    return request.param


def not_told(personality):
    """Whether the vendor finds no messages by patient."""
    return personality != "generic"


def test_a_whole_chart_is_read(sandbox, personality):
    results = reader_of(sandbox, personality).read_all(Concept)
    empty = [concept for concept, result in results.items() if not result.resources]
    # She was in no ward, and nothing was asked for; of her messages one hospital tells.
    none = [Concept.ADMINISTRATIONS, Concept.MESSAGES, Concept.REFERRALS]
    assert empty == [each for each in none if each is not Concept.MESSAGES or not_told(personality)]
    missing = {(each.concept, each.reason) for r in results.values() for each in r.missing}
    # Epic says in nearly every answer about orders that outside records were withheld, and is not
    # asked for doses given.
    lacks = {
        (Concept.MEDICATIONS, Reason.SUPPRESSED),
        (Concept.ADMINISTRATIONS, Reason.UNSUPPORTED),
    }
    never = {(Concept.MESSAGES, Reason.UNSUPPORTED)} if not_told(personality) else set()
    assert missing == never | (lacks if personality == "epic" else set())
    for result in results.values():
        assert len({each.id for each in result.resources}) == len(result.resources)


FINCH = "eQ63-550"  # three days on a ward


def test_doses_given_are_read_with_their_drugs_and_so_are_those_that_were_not(sandbox, personality):
    doses = reader_of(sandbox, personality, FINCH).read(Concept.ADMINISTRATIONS)
    if personality == "epic":
        assert (doses.resources, doses.missing[0].reason) == ((), Reason.UNSUPPORTED)
        return
    assert doses.complete
    counted = Counter(each.raw["status"] for each in doses.resources)
    assert counted == {"completed": 6, "not-done": 3}
    for dose in doses.resources:
        reference = dose.raw.get("medicationReference", {}).get("reference")
        named = dose.raw.get("medicationCodeableConcept", {}).get("text")
        assert named or reference in doses.included
    # Bounded by when they were given, as each EHR wants it.
    later = datetime.now(UTC).date() - timedelta(days=25)
    since = reader_of(sandbox, personality, FINCH).read(Concept.ADMINISTRATIONS, since=later)
    assert 0 < len(since.resources) < len(doses.resources)
    assert since.complete


def test_every_order_has_its_drug(sandbox, personality):
    orders = reader_of(sandbox, personality).read(Concept.MEDICATIONS)
    for order in orders.resources:
        if personality == "epic":
            assert order.raw["medicationReference"]["reference"] in orders.included
        else:
            assert order.raw["medicationCodeableConcept"]["text"]


def test_the_three_hospitals_tell_the_same_chart(sandbox):
    counted = {
        name: {
            concept: len(result.resources)
            for concept, result in reader_of(sandbox, name).read_all(Concept).items()
            if concept is not Concept.MESSAGES  # of which one of them tells
        }
        for name in VENDORS
    }
    assert counted["epic"] == counted["oracle"] == counted["generic"]


def test_the_texts_of_notes_are_read(sandbox, personality):
    reader = reader_of(sandbox, personality)
    documents = reader.read(Concept.NOTES).resources[:6]
    found = reader.attachments(documents)
    assert len(found) == 6
    for each in found.values():
        content, content_type = each
        assert content
        assert content_type.split(";")[0] in {"text/plain", "text/html", "text/rtf"}


def test_a_chart_that_is_nearly_empty_is_empty_and_complete(sandbox, personality):
    results = reader_of(sandbox, personality, QUINTERO).read_all(
        [Concept.PROBLEMS, Concept.ALLERGIES, Concept.LABS, Concept.NOTES]
    )
    for concept, result in results.items():
        # One vendor says "Not on File" with a row that is no allergy.
        row = personality == "epic" and concept is Concept.ALLERGIES
        assert [one.id for one in result.resources] == (["nof-eQ99-940"] if row else [])
        assert result.complete


def test_two_thousand_observations_are_read_or_told_as_cut_off(sandbox, personality):
    results = reader_of(sandbox, personality, OKAFOR).read_all([Concept.LABS, Concept.VITALS])
    count = sum(len(result.resources) for result in results.values())
    cut = [each for result in results.values() for each in result.missing]
    assert count > 1000
    assert all(each.reason is Reason.CUT_OFF for each in cut)
    assert cut or count > 2000


def test_another_patient_cannot_be_read_with_this_launchs_token(sandbox, personality):
    result = reader_of(sandbox, personality, OKAFOR, launched=HALLOWAY).read(Concept.LABS)
    assert result.resources == ()
    assert result.missing[0].reason is Reason.FORBIDDEN


def test_a_type_that_was_not_granted_is_not_asked_for(sandbox, personality):
    reader = reader_of(sandbox, personality, types=["Patient", "Condition"])
    results = reader.read_all([Concept.PROBLEMS, Concept.LABS])
    assert results[Concept.PROBLEMS].complete
    assert results[Concept.LABS].missing[0].reason is Reason.SCOPE_NOT_GRANTED
