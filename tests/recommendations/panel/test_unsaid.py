"""What a draft leaves out, on the panel: listed with its source, added, dismissed, asked about."""

from uuid import uuid4

import pytest

from audit.models import AuditEvent
from recommendations import omitted
from recommendations.decisions.standing import standings
from recommendations.models import Omission
from recommendations.views.unsaid import Line, Unsaids
from tests.recommendations import cast
from tests.recommendations.decisions.sent import decide_all
from tests.recommendations.drafts import people
from tests.recommendations.panel.pages import HTMX, parsed, send, words
from tests.recommendations.unsaid_cast import leaving_out, row


@pytest.fixture
def draft(launch):
    return leaving_out(launch)


@pytest.fixture
def page(browser, launch, draft):
    return browser.get(f"/l/{launch.pk}/?document=progress_note")


def item(draft, rule):
    return f"#unsaid-{row(draft, rule).pk}"


def test_each_is_listed_with_its_words_its_source_its_rule_and_what_a_tap_adds(page, draft):
    listed = parsed(page).css_first(item(draft, "critical_result"))
    said = " ".join(listed.text(separator=" ").split())
    assert "Sodium 118 mmol/L on 16 Nov 2026, marked critical." in said
    assert "Critical" in said
    assert "HL7 v3 ObservationInterpretation HH, LL, AA" in said
    assert "Adds: Sodium 118 mmol/L on 16 Nov 2026." in said
    assert "Add to Objective" in said
    assert listed.css_first(".chip").attributes["aria-label"].startswith("Source: Sodium 118")
    assert "5 things are not in the draft , 2 of them critical." in words(page)


@pytest.mark.parametrize(
    ("open_", "critical", "words"),
    [
        (3, 0, ""),
        (5, 2, ", 2 of them critical"),
        (1, 1, ", and it is critical"),
        (2, 2, ", all of them critical"),
    ],
)
def test_how_many_are_critical_is_said_in_good_english(open_, critical, words):
    lines = tuple(
        Line(uuid4(), "", number < critical, "", "", "", None, "", "", False, "")
        for number in range(open_)
    )
    assert Unsaids(looked=True, open=lines).how_critical == words


def test_critical_ones_stand_first_and_ask_for_a_reason(page, draft):
    shown = parsed(page)
    ids = [each.attributes["id"] for each in shown.css("[data-unsaid]")]
    first = {item(draft, rule)[1:] for rule in ("critical_result", "active_allergy")}
    assert set(ids[:2]) == first
    assert len(shown.css(f"{item(draft, 'active_allergy')} [name=reason]")) == 5
    assert not shown.css(f"{item(draft, 'pending_result')} [name=reason]")


def test_a_tap_adds_it_and_another_takes_it_out(browser, launch, draft, page):
    selector = f"{item(draft, 'active_allergy')} .un__form"
    send(browser, page, selector, verb="add")
    after = browser.get(f"/l/{launch.pk}/?document=progress_note")
    added = next(s for s in standings(draft) if s.added)
    card = parsed(after).css_first(f"#statement-{added.statement.pk}")
    assert "added by you, worded by code" in card.text()
    assert parsed(after).css_first(item(draft, "active_allergy")) is None
    part = parsed(after).css_first("#part-allergies_and_medications")
    assert part.css_first(f"#statement-{added.statement.pk}") is not None
    send(browser, after, f"#out-{added.statement.pk}")
    again = browser.get(f"/l/{launch.pk}/?document=progress_note")
    assert parsed(again).css_first(f"#statement-{added.statement.pk}") is None
    assert parsed(again).css_first(item(draft, "active_allergy")) is not None
    gone = browser.get(f"/l/{launch.pk}/statements/{added.statement.pk}/?open=edit", headers=HTMX)
    assert gone.status_code == 404


def test_not_needed_moves_it_to_those_that_are_not_and_back(browser, launch, draft, page):
    send(browser, page, f"{item(draft, 'pending_result')} .un__form", verb="dismiss")
    after = browser.get(f"/l/{launch.pk}/?document=progress_note")
    assert "1 not needed, as you said" in words(after)
    send(browser, after, f"#dismissed {item(draft, 'pending_result')} form", verb="list_again")
    again = browser.get(f"/l/{launch.pk}/?document=progress_note")
    assert "not needed, as you said" not in words(again)


def test_a_critical_one_without_a_reason_is_refused_and_nothing_is_lost(browser, draft, page):
    answer = send(browser, page, f"{item(draft, 'active_allergy')} .un__form", verb="dismiss")
    assert answer.status_code == 422
    assert "Say why" in words(answer)


def test_its_source_opens_recorded_before_it_is_shown(browser, launch, draft):
    missing = row(draft, "visit_instruction")
    url = f"/l/{launch.pk}/omissions/{missing.pk}/source/"
    answer = browser.get(url, headers=HTMX)
    assert parsed(answer).css_first("blockquote mark").text() == "Repeat potassium in three days."
    event = AuditEvent.objects.get(type="omission.opened")
    assert (event.detail["rule"], event.detail["handle"]) == ("visit_instruction", "note2")
    assert "Clinic note" not in str(event.detail)
    whole = browser.get(url)
    assert "Of something that the draft does not tell." in words(whole)


@pytest.mark.parametrize("way", ["source", "decide"])
def test_another_launch_finds_nothing_of_it(draft, way):
    other = people.launch("p2", "Practitioner/2")
    stranger = cast.browser(other)
    url = f"/l/{other.pk}/omissions/{row(draft, 'active_allergy').pk}/"
    answer = stranger.get(f"{url}source/") if way == "source" else stranger.post(url, {
        "verb": "add", "revision": 0, "text_sha256": "0" * 64})  # fmt: skip
    assert answer.status_code == 404
    assert "Penicillin" not in answer.content.decode().split("<main")[1]
    assert not AuditEvent.objects.filter(type="omission.opened").exists()


def test_signing_asks_once_what_is_critical_and_names_it(browser, launch, draft):
    decide_all(draft)
    url = f"/l/{launch.pk}/drafts/{draft.pk}/sign/"
    page = browser.get(url)
    asked = " ".join(parsed(page).css_first("#lacking").text(separator=" ").split())
    assert "2 things are not in this note: sign all the same?" in asked
    assert "The allergy Penicillin." in asked
    version = parsed(page).css_first("[name=attestation]").attributes["value"]
    refused = send(browser, page, "#sign-form", attestation=version)
    assert refused.status_code == 422
    assert "Something that matters is left out" in words(refused)
    given = parsed(page).css_first("[name=without]").attributes["value"]
    done = send(browser, page, "#sign-form", attestation=version, without=given)
    assert done.status_code == 302
    draft.refresh_from_db()
    assert draft.state == "signed"


def test_a_draft_that_nobody_looked_through_says_so(browser, launch):
    cast.ready_draft(launch)
    page = browser.get(f"/l/{launch.pk}/?document=progress_note")
    assert "Nobody looked for what this draft leaves out." in words(page)


def test_nothing_missing_is_said_in_one_quiet_line(browser, launch, draft):
    Omission.objects.filter(draft=draft).update(told=True)
    page = browser.get(f"/l/{launch.pk}/?document=progress_note")
    assert "Nothing that rules ask for is missing." in words(page)
    assert parsed(page).css_first("#unsaid") is None


def test_what_cannot_be_worded_offers_no_tap(browser, launch, draft):
    missing = row(draft, "treated_problem")
    missing.found = omitted.found_of(missing).model_copy(update={"text": ""}).model_dump()
    missing.save()
    page = browser.get(f"/l/{launch.pk}/?document=progress_note")
    listed = parsed(page).css_first(item(draft, "treated_problem"))
    assert listed.css_first("[value=add]") is None
    assert "put it in your own words" in listed.text()
