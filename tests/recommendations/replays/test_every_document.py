"""Every document is made again as it was: its second look, its second model, what rules drafted."""

from typing import Any

import pytest

from recommendations.clinical.facts import PartialDate, Source
from recommendations.clinical.given import Brought
from recommendations.decisions import adding
from recommendations.decisions.unsaid import unsaid_of
from recommendations.drafts.came_for import CameFor
from recommendations.drafts.complaints import request_triage
from recommendations.drafts.services import request_draft
from recommendations.models import Draft, Supersession, Triage
from recommendations.releases import choosing
from recommendations.replays import Replay, replay
from recommendations.replays.shadowing import shadow
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Launch, StaffUser
from tests.recommendations.agent.stand_in import Answer, StandIn, failing, model_answer
from tests.recommendations.drafts.test_drafting import made
from tests.stand_in_model import seeded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("chart", "sent")]

MESSAGE = "Hello, what was my potassium, and do I still take spironolactone? Ruth"
# As it is added: to a patient in words to them. Replies and triages ask for nothing.
_TO_CLINICIANS = ["Allergy: Penicillin (anaphylaxis)."]
ADDED = {
    "previsit_summary": _TO_CLINICIANS,
    "progress_note": _TO_CLINICIANS,
    "discharge_summary": _TO_CLINICIANS,
    "referral_letter": _TO_CLINICIANS,
    "patient_instructions": ["You are allergic to penicillin. It causes anaphylaxis."],
}
every_document = pytest.mark.parametrize("document", DOCUMENTS)


def asked(launch: Launch, document: str) -> Draft:
    """A draft of the document, with whatever it asks for."""
    if DOCUMENTS[document].asks_why:
        return made(request_triage(launch=launch, complaint="Feels more tired this week."))
    given = {each.key: MESSAGE for each in DOCUMENTS[document].asks}
    return made(request_draft(launch=launch, document=document, given=given))


def wrong(request: dict[str, Any]) -> Answer:
    """A dose ten sizes wrong, and a disease that nobody wrote down."""
    return seeded(model_answer(request), ["dose", "not_found"])


def held(found: Replay) -> None:
    assert found.exact, [(each.turn, each.where) for each in found.requests]
    assert found.differing == ()
    assert found.statements


@every_document
def test_with_statements_that_went_back(launch: Launch, model: StandIn, document: str) -> None:
    model.script = [model_answer, wrong]
    draft = asked(launch, document)
    assert (draft.state, draft.drafter) == ("ready", "claude")
    assert Supersession.objects.filter(statement__draft=draft).exists()
    found = replay(draft.pk)
    held(found)
    assert len(found.requests) == 3


@every_document
def test_by_the_second_model(launch: Launch, model: StandIn, document: str, settings: Any) -> None:
    settings.MODEL_FALLBACKS = ["model-b"]
    model.script = [model_answer, failing(400, "invalid_request_error"), model_answer, wrong]
    draft = asked(launch, document)
    assert (draft.state, draft.model_id) == ("ready", "model-b")
    assert Supersession.objects.filter(statement__draft=draft).exists()
    held(replay(draft.pk))


@every_document
def test_where_the_budget_of_the_day_is_spent(
    launch: Launch, model: StandIn, document: str, settings: Any
) -> None:
    asked(launch, document)
    sent = len(model.requests)
    settings.MODEL_LIMITS = {**settings.MODEL_LIMITS, "user_tokens": 1}
    draft = asked(launch, document)
    assert (draft.state, draft.drafter, draft.fallback_code) == ("ready", "offline", "budget_user")
    assert len(model.requests) == sent
    held(replay(draft.pk))


@every_document
def test_with_what_was_left_out_added(launch: Launch, model: StandIn, document: str) -> None:
    model.script = [model_answer, lambda request: seeded(model_answer(request), ["omitted"])]
    draft = asked(launch, document)
    listed = [each.found for each in unsaid_of(draft)]
    assert [found.text for found in listed] == ADDED.get(document, [])
    for each in unsaid_of(draft):
        draft.refresh_from_db()
        adding.add(
            launch=launch,
            omission_id=each.row.pk,
            revision=draft.revision,
            text_sha256=each.found.text_sha256,
        )
    assert not any(each.is_open for each in unsaid_of(draft))
    held(replay(draft.pk))


@every_document
def test_beside_itself(launch: Launch, model: StandIn, document: str, grace: StaffUser) -> None:
    draft = asked(launch, document)
    row = shadow(draft.pk, choosing.of(draft), by=grace)
    drafted = [each for each in draft.statements.all() if each.claims]
    assert row.code == ""
    assert len(row.statements) == row.both == len(drafted) > 0
    assert row.outcomes == row.outcomes_before


def brought(kind: str, origin: str) -> CameFor:
    """What a clinician chose of the chart."""
    source = Source(resource_type=kind, resource_id="x1", version="3")
    when = PartialDate(text="2026-11-16T16:40:00-05:00")
    of = Brought(source=source, name="Patient message", author="the patient", authored=when)
    return CameFor(Triage.Origin(origin), MESSAGE, of, whom="Nephrology clinic")


@pytest.mark.parametrize(
    ("document", "kind", "origin"),
    [
        ("message_reply", "Communication", "message"),
        ("referral_letter", "ServiceRequest", "request"),
        ("triage", "Communication", "message"),
    ],
)
def test_of_what_was_chosen_of_the_chart(
    launch: Launch, model: StandIn, document: str, kind: str, origin: str
) -> None:
    chosen = brought(kind, origin)
    if document == "triage":
        draft = made(request_triage(launch=launch, chosen=chosen))
    else:
        draft = made(request_draft(launch=launch, document=document, chosen=chosen))
    assert (draft.state, draft.drafter) == ("ready", "claude")
    # Words of the chart go as data, and never as the clinician's own.
    assert not any("<clinician_words>{" in str(each) for each in model.requests)
    assert draft.brought["source"]["version"] == "3"
    held(replay(draft.pk))
