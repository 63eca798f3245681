"""What the panel shows, and what it must not."""

import re

import pytest
from django.test import Client

from audit.errors import LedgerUnavailable
from audit.models import AuditEvent
from recommendations.clinical.results import Gap, LeftOut, ReadingSnapshot
from recommendations.models import Draft, DraftProgress
from recommendations.views import panel as panel_view
from recommendations.views.composing import show
from smartapp.fhir.results import Concept, Reason
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED, CONTRADICTED, NOT_FOUND
from tests.recommendations.panel.pages import HTMX, parsed, words


def panel(browser, launch, **query):
    return browser.get(f"/l/{launch.pk}/", query)


def note(browser, launch):
    return panel(browser, launch, document="progress_note")


def test_whose_chart_it_is_stands_first(browser, launch, draft):
    strip = parsed(note(browser, launch)).css_first("header.strip").text(separator=" ")
    said = " ".join(strip.split())
    assert "Halloway, Ruth" in said
    assert re.search(r"\b6\d F\b", said)
    assert "MRN 0048-2217 Born 9 Mar 1958" in said
    assert "Penicillin: anaphylaxis" in said


def test_where_the_ehr_shows_a_banner_ours_only_reminds(browser, launch, draft):
    launch.context = {**launch.context, "need_patient_banner": False}
    launch.save()
    said = words(note(browser, launch))
    assert "Halloway, Ruth" in said
    assert "MRN" not in said


def test_no_name_stands_in_the_title_or_an_address(browser, launch, draft):
    page = note(browser, launch)
    html = parsed(page)
    addresses = [n.attributes.get(a) for a in ("href", "action") for n in html.css(f"[{a}]")]
    assert "Halloway" not in html.css_first("title").text()
    assert not any(
        "Halloway" in (address or "") or "p1" in (address or "") for address in addresses
    )


def test_each_statement_carries_its_mark_in_words(browser, launch, draft):
    html = parsed(note(browser, launch))
    for row in draft.statements.all():
        item = html.css_first(f"#statement-{row.pk}")
        assert item.attributes["data-outcome"] == row.outcome
        assert item.css_first(".word").text().lower().replace(" ", "_") == row.outcome
    assert html.css_first("#draft").attributes["data-state"] == "ready"


def test_a_statement_that_arrives_has_its_sources_with_it(browser, launch, draft):
    Draft.objects.filter(pk=draft.pk).update(state="running")
    page = browser.get(f"/l/{launch.pk}/drafts/{draft.pk}/", headers=HTMX)
    html = parsed(page)
    assert html.css_first("#draft").attributes["data-state"] == "running"
    item = html.css_first(f"#statement-{cast.standing(draft, CHECKED).statement.pk}")
    chips = item.css("[data-chip]")
    assert [chip.attributes["aria-label"][:8] for chip in chips] == ["Source: "] * len(chips)
    opened = browser.get(chips[0].attributes["href"], headers=HTMX)
    assert parsed(opened).css_first("[data-evidence]") is not None
    for row in draft.statements.all():
        shown = html.css_first(f"#statement-{row.pk}")
        assert shown.css("[data-chip]") or shown.css(".gap"), "a source, or that there is none"


def test_a_contradiction_shows_both_sides_and_offers_the_charts(browser, launch, draft):
    html = parsed(note(browser, launch))
    item = html.css_first(f"#statement-{cast.standing(draft, CONTRADICTED).statement.pk}")
    assert [v.text() for v in item.css(".versus__v")] == ["12.5 mg", "25 mg"]
    assert item.css_first("mark.claim").text() == "12.5 mg"
    fixed = item.css_first("form[id^=fix-] input[name=text]").attributes["value"]
    assert fixed == "On spironolactone 25 mg daily."


def test_what_was_not_found_says_where_it_was_looked_for(browser, launch, draft):
    html = parsed(note(browser, launch))
    item = html.css_first(f"#statement-{cast.standing(draft, NOT_FOUND).statement.pk}")
    assert item.css_first(".gap").text() == "No ECG of today was found in what was read."
    assert item.css_first("[data-do=approve]") is None


def test_a_blocked_signature_says_why_and_leads_there(browser, launch, draft):
    html = parsed(note(browser, launch))
    assert html.css_first("#why-not b").text() == "2 cannot be signed yet"
    first = cast.standing(draft, NOT_FOUND).statement.pk
    assert html.css_first("#next").attributes["href"] == f"#statement-{first}"


def test_the_draft_says_who_made_it(browser, launch, draft):
    assert "Draft by Claude (claude-test)" in words(note(browser, launch))
    Draft.objects.filter(pk=draft.pk).update(
        drafter="offline", model_id="", fallback_code="model_overloaded"
    )
    said = words(note(browser, launch))
    assert "Offline drafter, not AI" in said
    assert "Claude is busy" in said
    assert "Draft by Claude" not in said


def test_safety_is_not_pretended(browser, launch, draft):
    assert "No safety rules are on yet" in words(note(browser, launch))


def test_opening_the_panel_begins_the_first_document(browser, launch):
    page = panel(browser, launch)
    assert Draft.objects.get().document == "previsit_summary"
    assert parsed(page).css_first("#draft").attributes["data-state"] == "queued"
    assert "Waiting to begin" in parsed(page).css_first("#why-not").text()
    panel(browser, launch)
    assert Draft.objects.count() == 1


def test_the_other_document_waits_to_be_asked_for(browser, launch):
    page = note(browser, launch)
    assert not Draft.objects.exists()
    assert parsed(page).css_first("form[data-act=request-draft]") is not None


def test_what_was_shown_is_in_the_trail(browser, launch, draft):
    note(browser, launch)
    opened = AuditEvent.objects.get(type="panel.opened")
    seen = AuditEvent.objects.get(type="draft.viewed")
    assert opened.launch_id == seen.launch_id == launch.pk
    assert (seen.draft_id, seen.detail["statements"]) == (str(draft.pk), 5)
    assert "Halloway" not in opened.detail_json + seen.detail_json


def test_what_cannot_be_recorded_is_not_shown(browser, launch, draft, monkeypatch):
    def broken(events):
        raise LedgerUnavailable("The trail could not be written.")

    monkeypatch.setattr(panel_view, "record_all", broken)
    page = note(browser, launch)
    assert page.status_code == 503
    assert "Halloway" not in page.content.decode()
    assert "Potassium" not in page.content.decode()


def test_the_page_is_kept_nowhere_and_has_no_inline_script_or_style(browser, launch, draft):
    page = note(browser, launch)
    html = parsed(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert [s for s in html.css("script") if not s.attributes.get("src")] == []
    assert html.css("style") == []
    assert html.css("[style]") == []
    assert not re.search(r"\son\w+=", page.content.decode())


def test_what_is_missing_is_a_line_that_opens(browser, launch, ehr):
    ehr.missing = {Concept.MEDICATIONS: Reason.SUPPRESSED, Concept.LABS: Reason.TIMED_OUT}
    page = note(browser, launch)
    html = parsed(page)
    assert len(html.css("[data-missing]")) == 2
    assert "2 parts of the chart could not be read whole" in words(page)
    assert "The chart is answering slowly" in words(page)
    detail = AuditEvent.objects.get(type="panel.opened").detail
    assert detail["missing"] == ["labs:timed_out", "medications:suppressed"]


def test_what_the_draft_says_is_missing_is_not_said_twice(browser, launch, draft, ehr):
    ehr.missing = {Concept.MEDICATIONS: Reason.SUPPRESSED}
    gap = Gap(
        concept="medications",
        reason="suppressed",
        words="Some medications were withheld by the EHR.",
    )
    draft.reading = {**draft.reading, "gaps": [gap.model_dump()]}
    draft.save()
    assert len(parsed(note(browser, launch)).css("[data-missing]")) == 1


def test_a_chart_that_does_not_answer_leaves_what_was_drafted(browser, launch, draft, ehr):
    ehr.missing = dict.fromkeys(Concept, Reason.TIMED_OUT)
    page = note(browser, launch)
    said = words(page)
    assert "The chart does not answer" in said
    assert "Name could not be read" in said
    assert "Allergies could not be read" in said
    assert parsed(page).css_first(f"#statement-{draft.statements.first().pk}") is not None


def test_where_nothing_answers_no_draft_is_offered_nor_an_earlier_one_promised(
    browser, launch, ehr
):
    ehr.missing = dict.fromkeys(Concept, Reason.TIMED_OUT)
    page = panel(browser, launch)
    assert "The chart does not answer" in words(page)
    assert "nothing to draft from until the chart answers" in words(page)
    assert "drafted earlier" not in words(page)
    assert parsed(page).css_first("#begin") is None
    ehr.missing = {}
    assert parsed(panel(browser, launch, document="progress_note")).css_first("#begin") is not None


def test_allergies_that_nobody_asked_about_are_not_said_to_be_unread(browser, launch, ehr):
    not_on_file = {"coding": [{"system": "http://snomed.info/sct", "code": "1631000175102"}]}
    ehr.resources = [cast.RUTH, {**cast.PENICILLIN, "code": not_on_file}]
    said = parsed(panel(browser, launch)).css_first("header.strip").text()
    assert "Allergies: not known whether asked" in said
    ehr.missing = {Concept.ALLERGIES: Reason.TIMED_OUT}
    said = parsed(panel(browser, launch)).css_first("header.strip").text()
    assert "Allergies could not be read" in said


def test_a_chart_with_nothing_in_it_is_not_drafted_from(browser, launch, ehr):
    ehr.resources = [{"resourceType": "Patient", "id": "p1", "name": [{"family": "Quintero"}]}]
    page = panel(browser, launch)
    said = words(page)
    assert not Draft.objects.exists()
    assert "Nothing to draft from yet" in said
    assert "Birth date not recorded" in said
    assert "age not recorded" in said
    assert "none recorded, not the same as none" in said


def test_nothing_is_begun_for_a_patient_who_died(browser, launch, ehr):
    ehr.resources = [{**cast.RUTH, "deceasedDateTime": "2026-05-02"}, cast.PENICILLIN]
    page = panel(browser, launch)
    assert not Draft.objects.exists()
    assert "Died 2 May 2026" in words(page)


@pytest.mark.parametrize(
    "name",
    ["A" * 90, "\u0645\u062d\u0645\u062f \u0628\u0646 \u0633\u0644\u0645\u0627\u0646", "<script>alert(1)</script>"],
)  # fmt: skip
def test_any_name_is_shown_whole_and_harmless(browser, launch, draft, ehr, name):
    ehr.resources = [{**cast.RUTH, "name": [{"family": name}]}]
    shown = parsed(note(browser, launch)).css_first(".strip__name")
    assert shown.text() == name
    assert shown.attributes["dir"] == "auto"


def test_a_thousand_statements_still_come_in_few_queries(
    browser, launch, django_assert_max_num_queries
):
    many = [
        ("objective", f"Result number {n}.", cast.verdict(CHECKED, "lab1")) for n in range(1000)
    ]
    cast.ready_draft(launch, many)
    with django_assert_max_num_queries(30):
        page = note(browser, launch)
    assert len(parsed(page).css("#draft .st")) == 1000


def test_a_failed_draft_says_what_to_do(browser, launch, draft):
    Draft.objects.filter(pk=draft.pk).update(state="failed", failure_code="worker_lost")
    page = note(browser, launch)
    assert "The draft was interrupted" in words(page)
    assert parsed(page).css_first("form[data-act=request-draft]") is not None
    assert parsed(page).css_first("#approve-all") is None


def test_another_browser_sees_nothing(launch, draft):
    page = Client().get(f"/l/{launch.pk}/")
    assert page.status_code == 403
    assert "Halloway" not in page.content.decode()


def test_an_ended_session_hides_the_chart(browser, launch, draft):
    cast.end(launch)
    page = note(browser, launch)
    assert page.status_code == 403
    assert "Potassium" not in page.content.decode()


def test_another_launchs_draft_is_not_here(browser, launch):
    theirs = cast.ready_draft(cast.launch("p2"))
    for path in (f"drafts/{theirs.pk}/", f"drafts/{theirs.pk}/sign/",
                 f"statements/{theirs.statements.first().pk}/",
                 f"statements/{theirs.statements.first().pk}/sources/note1/"):  # fmt: skip
        page = browser.get(f"/l/{launch.pk}/{path}", headers=HTMX)
        assert page.status_code == 404
        assert "another_launch" in page.content.decode()
        assert "tired" not in page.content.decode()
    assert AuditEvent.objects.filter(type="decision.refused", code="another_launch").count() == 4


def test_a_fragment_with_nothing_new_is_empty_and_unrecorded(browser, launch, draft):
    first = browser.get(f"/l/{launch.pk}/drafts/{draft.pk}/", headers=HTMX)
    seen = parsed(first).css_first("#draft").attributes["data-news"]
    again = browser.get(f"/l/{launch.pk}/drafts/{draft.pk}/?seen={seen}", headers=HTMX)
    assert (first.status_code, again.status_code) == (200, 204)
    assert AuditEvent.objects.filter(type="draft.viewed").count() == 1


def test_a_page_is_never_older_than_the_news_it_names(launch, draft):
    Draft.objects.filter(pk=draft.pk).update(state="running")
    fetched = Draft.objects.get(pk=draft.pk)
    # The worker finishes between the two questions a page asks.
    Draft.objects.filter(pk=draft.pk).update(state="ready")
    last = DraftProgress.objects.create(draft=draft, kind="state", detail={"state": "ready"})
    shown = show(fetched)
    assert (shown.news, shown.draft.state) == (str(last.pk), "ready")


def test_own_words_of_an_earlier_session_are_offered_again(browser, launch, draft):
    old = cast.ready_draft(cast.launch("p1"))
    services_text = "ECG ordered; not yet done."
    found = cast.standing(old, NOT_FOUND)
    cast.browser(old.launch).post(
        f"/l/{old.launch.pk}/statements/{found.statement.pk}/edit/",
        {"text": services_text, "revision": 0, "shown_sha256": found.text_sha256},
    )
    page = note(browser, launch)
    assert "1 text of yours" in words(page)
    assert services_text in words(page)
    assert parsed(page).css_first("#use-kept-1") is not None


def test_nobody_elses_words_are_offered(browser, launch, draft):
    old = cast.ready_draft(cast.launch("p1", "Practitioner/2"))
    found = cast.standing(old, NOT_FOUND)
    cast.browser(old.launch).post(
        f"/l/{old.launch.pk}/statements/{found.statement.pk}/edit/",
        {"text": "Not for others.", "revision": 0, "shown_sha256": found.text_sha256},
    )
    assert "Not for others." not in words(note(browser, launch))


def test_a_section_says_how_much_it_does_not_show_and_of_what(browser, launch, draft):
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    left = (
        LeftOut(section="objective", what="1 more result", handles=("lab3",)),
        LeftOut(section="plan", what="2 more active care plans", handles=("cp1", "cp2")),
    )
    draft.reading = snapshot.model_copy(update={"left_out": left}).model_dump(mode="json")
    draft.save()
    html = parsed(note(browser, launch))
    objective = html.css_first("#part-objective #left-objective")
    told = " ".join(objective.css_first("summary").text().split())
    assert told == "1 more result is not shown. See which"
    (one,) = objective.css("li")
    assert one.text() == "Potassium [Moles/volume] in Serum 4.9 mmol/L, 27 Oct 2026"
    assert "2 more active care plans are not shown." in html.css_first("#left-plan").text()
    assert html.css_first("#left-subjective") is None
    for key in ("objective", "plan"):
        assert html.css_first(f"#part-{key} .part__left") is not None


def test_a_contradiction_says_where_the_chart_says_so_since_when_and_by_which_rule(
    browser, launch, draft
):
    found = cast.standing(draft, cast.CONTRADICTED)
    item = parsed(note(browser, launch)).css_first(f"#statement-{found.statement.pk}")
    assert item.css_first(".versus__where").text() == "Spironolactone 25 mg, 27 Oct 2026"
    assert item.css_first(".versus__why").text() == "Another value than the chart's."
    spoken = "The draft says 12.5 mg. The chart says 25 mg (Spironolactone 25 mg, 27 Oct 2026)."
    assert item.css_first(".versus").attributes["aria-label"] == spoken
    assert item.attributes["aria-label"].endswith(spoken)


def test_every_contradiction_of_a_statement_is_shown_and_none_is_put_right_alone(
    browser, launch, draft
):
    statement = cast.standing(draft, cast.CONTRADICTED).statement
    other = {"rule": "frequency_differs", "words": "Says daily.", "contradicts": True,
             "ref": "med1", "draft_says": "daily", "chart_says": "twice daily"}  # fmt: skip
    findings = [*statement.verdict["findings"], other]
    statement.verdict = {**statement.verdict, "findings": findings}
    statement.save()
    item = parsed(note(browser, launch)).css_first(f"#statement-{statement.pk}")
    says = [each.text() for each in item.css(".versus__v")]
    assert says == ["12.5 mg", "25 mg", "daily", "twice daily"]
    assert item.css("[id^=fix-]") == []


def test_what_the_drafter_saw_and_did_not_see_stands_in_one_place(browser, launch, draft):
    for source, shown, total in (("labs", 20, 134), ("notes", 1, 1)):
        detail = {"source": source, "shown": shown, "total": total, "complete": True}
        DraftProgress.objects.create(draft=draft, kind="reading", detail=detail)
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    gaps = (
        Gap(concept="medications", reason="suppressed", words="Some medications were withheld."),
        Gap(concept="allergies", reason="not_recorded", words="Nobody said whether one asked."),
    )
    left = (LeftOut(section="objective", what="2 more results", handles=("lab2", "lab3")),)
    more = {"gaps": gaps, "left_out": left}
    draft.reading = snapshot.model_copy(update=more).model_dump(mode="json")
    draft.save()
    page = note(browser, launch)
    seen = " ".join(parsed(page).css_first("#seen").text(separator=" ").split())
    assert "5 entries read; 1 part not whole; 9 not asked for" in seen
    assert "Some medications were withheld." in seen
    assert "Left open in the chart: Nobody said whether one asked." in seen
    assert "Objective: 2 more results are not shown." in seen
    assert "Labs (not all) 20 of 134" in seen
    assert "Notes 1" in seen
    assert "1 part of the chart could not be read whole for this draft." in words(page)
