"""Sources open in place, say what they are, and are recorded before they are shown."""

from decimal import Decimal

from django.db import transaction

from audit.errors import LedgerUnavailable
from audit.models import AuditEvent
from recommendations.clinical.facts import PartialDate
from recommendations.clinical.results import Gap, ReadingSnapshot
from recommendations.models import Decision, Look
from recommendations.views import sources, when
from recommendations.views.plots import plot_of
from smartapp.fhir.results import Concept
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED, CONTRADICTED, INFERRED
from tests.recommendations.panel.pages import HTMX, parsed, send, words


def source(browser, draft, outcome, handle, **headers):
    statement = cast.standing(draft, outcome).statement.pk
    return browser.get(
        f"/l/{draft.launch_id}/statements/{statement}/sources/{handle}/", headers=headers
    )


def test_a_result_opens_with_its_trend(browser, launch, draft):
    page = source(browser, draft, CHECKED, "lab1", **HTMX)
    html = parsed(page)
    assert html.css_first(".figure").text() == "5.9"
    assert "reference 3.5\N{EN DASH}5.1" in words(page)
    assert html.css_first(".badge").text() == "High"
    assert len(html.css("svg.plot circle")) == 3
    assert "4.9 on 27 Oct 2026" in html.css_first("svg.plot desc").text()
    assert "Observation k1" in words(page)
    assert [n.text().strip() for n in html.css(".checks li")] == ["name", "value", "unit", "date"]


def test_a_note_opens_at_the_words_that_were_quoted(browser, launch):
    draft = cast.ready_draft(launch, cast.STATEMENTS[:1])
    page = source(browser, draft, CHECKED, "note1", **HTMX)
    assert " ".join(parsed(page).css_first(".passage mark").text().split()) == (
        "Feels more tired this week."
    )


def test_opening_and_closing_are_recorded(browser, launch, draft):
    page = source(browser, draft, INFERRED, "med1", **HTMX)
    url = parsed(page).css_first("[data-evidence]").attributes["data-closed"]
    assert browser.post(url, {"ms": 4200}).status_code == 204
    opened = AuditEvent.objects.get(type="citation.opened")
    closed = AuditEvent.objects.get(type="citation.closed")
    assert opened.detail["high_stakes"] == ["diagnosis"]
    assert opened.detail["statement_id"] == closed.detail["statement_id"]
    assert closed.detail["ms"] == 4200
    assert "Spironolactone" not in opened.detail_json
    assert browser.post(url, {"ms": -1}).status_code == 422


def test_what_contradicts_can_be_opened(browser, launch, draft):
    assert "once daily" in words(source(browser, draft, CONTRADICTED, "med1", **HTMX))


def test_only_what_the_statement_cites_can_be_opened(browser, launch, draft):
    for handle in ("note1", "lab9", "x"):
        assert source(browser, draft, INFERRED, handle, **HTMX).status_code == 404
    assert not AuditEvent.objects.filter(type="citation.opened").exists()


def test_a_source_has_a_page_of_its_own_without_script(browser, launch, draft):
    page = source(browser, draft, CHECKED, "lab1")
    assert parsed(page).css_first("header.strip") is not None
    assert parsed(page).css_first("a[aria-label='Back to the draft']") is not None


def test_one_value_has_no_trend():
    cited = cast.potassium(1, "5.9", "2026-11-17")
    assert plot_of(cited, [cited]) is None


def test_a_value_of_another_unit_is_no_part_of_the_trend():
    cited = cast.potassium(1, "5.9", "2026-11-17")
    other = cast.potassium(2, "20", "2026-10-17")
    other = other.model_copy(update={"value": other.value.model_copy(update={"unit": "mg/dL"})})
    assert plot_of(cited, [cited, other]) is None


def test_values_that_never_move_can_be_drawn():
    values = [cast.potassium(n, "4.0", f"2026-0{n}-01") for n in (1, 2)]
    values = [v.model_copy(update={"reference_range": None}) for v in values]
    plot = plot_of(values[1], values)
    assert plot is not None
    assert {dot.y for dot in plot.dots} == {plot.dots[0].y}


def test_every_dot_lies_within_the_picture():
    values = [cast.potassium(n, str(Decimal(n) * 7), f"2026-01-{n:02d}") for n in range(1, 20)]
    plot = plot_of(values[-1], values)
    assert plot is not None
    assert len(plot.dots) == 12
    assert all(30 <= dot.x <= 306 and 10 <= dot.y <= 122 for dot in plot.dots)


def test_dates_say_no_more_than_the_chart():
    assert when.full(PartialDate(text="2026")) == "2026"
    assert when.full(PartialDate(text="2026-11")) == "Nov 2026"
    assert when.full(PartialDate(text="2026-11-17T14:02:00-05:00")) == "17 Nov 2026 14:02"
    assert when.brief(PartialDate(text="2026-11-17T14:02:00-05:00"), as_of="2026-11-17") == "14:02"
    assert when.brief(PartialDate(text="2025-11-17"), as_of="2026-11-17") == "17 Nov 2025"


def test_a_page_of_its_own_waits_for_nothing_but_whose_chart_it_is(
    browser, launch, draft, ehr, monkeypatch
):
    asked = []
    read_all = ehr.read_all
    monkeypatch.setattr(ehr, "read_all", lambda some: asked.append(set(some)) or read_all(some))
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    read = {"searched": {"allergies": False}}
    draft.reading = snapshot.model_copy(update=read).model_dump(mode="json")
    draft.save()

    page = source(browser, draft, CHECKED, "lab1")
    assert "Halloway" in parsed(page).css_first(".strip__name").text()
    assert "Allergies could not be read" in words(page), "as the draft found it"
    assert asked == [{Concept.PATIENT}]

    told = Gap(concept="allergies", reason="not_recorded", words="Nobody asked.")
    draft.reading = {**draft.reading, "gaps": [told.model_dump()]}
    draft.save()
    page = source(browser, draft, CHECKED, "lab1")
    assert "Allergies: not known whether asked" in words(page)


def test_where_the_draft_read_no_allergies_they_are_read_now(browser, launch, draft):
    page = source(browser, draft, CHECKED, "lab1")
    assert "Penicillin: anaphylaxis" in words(page)


DOSE = cast.verdict(CHECKED, "med1", high_stakes=("dose",))
AT_STAKE = [
    *cast.STATEMENTS[:2], ("allergies_and_medications", "Spironolactone 25 mg once daily.", DOSE)
]  # fmt: skip


def ways(page):
    """Of each place that approves together: its words, and whether approving is offered."""
    html = parsed(page)
    return [
        (" ".join(way.text().split()), "hidden" not in way.next.attributes)
        for way in html.css("[data-look-next]")
        if "hidden" not in way.attributes
    ]


def test_a_source_opened_is_a_look_and_the_panel_asks_for_no_more(browser, launch):
    draft = cast.ready_draft(launch, AT_STAKE)
    before = browser.get(f"/l/{launch.pk}/?document=progress_note")
    assert ways(before) == [("1 needs a look", False)] * 2
    waiting = cast.standing(draft, CHECKED).statement
    assert [n.attributes["id"] for n in parsed(before).css("[data-needs-look]")] == [
        f"statement-{waiting.pk}"
    ]
    link = parsed(before).css_first("#look-next").attributes["href"]
    assert link == f"#statement-{waiting.pk}"

    for _ in range(2):
        assert source(browser, draft, CHECKED, "med1", **HTMX).status_code == 200
    look = Look.objects.get()
    assert (look.statement_id, look.clinician) == (waiting.pk, launch.clinician)
    opened = AuditEvent.objects.filter(type="citation.opened")
    assert {row.detail["text_sha256"] for row in opened} == {look.text_sha256}

    after = browser.get(f"/l/{launch.pk}/?document=progress_note")
    assert ways(after) == []
    assert parsed(after).css_first("[data-look], .look") is None
    answer = send(browser, after, "#approve-form")
    assert answer.status_code == 302
    assert Decision.objects.filter(verb="approve").count() == 3


def test_approving_together_before_that_is_refused_in_plain_words(browser, launch):
    cast.ready_draft(launch, AT_STAKE)
    page = browser.get(f"/l/{launch.pk}/?document=progress_note")
    answer = send(browser, page, "#approve-form")
    assert answer.status_code == 409
    assert parsed(answer).css_first("#refused").attributes["data-code"] == "look_needed"
    assert "Open the source of each, or approve them one by one" in words(answer)
    assert ways(answer) == [("1 needs a look", False)] * 2
    assert not Decision.objects.exists()


def test_what_shows_no_source_is_no_look(browser, launch):
    draft = cast.ready_draft(launch, AT_STAKE)
    statement = cast.standing(draft, CHECKED).statement.pk
    address = f"/l/{launch.pk}/statements/{statement}/sources/med1/"
    assert browser.head(address).status_code == 200
    assert source(browser, draft, CHECKED, "lab9", **HTMX).status_code == 404
    other = cast.browser(cast.launch("p1", "Practitioner/2"))
    assert other.get(address).status_code == 403
    assert not Look.objects.exists()


def test_a_look_that_the_trail_does_not_know_is_none(browser, launch, monkeypatch):
    draft = cast.ready_draft(launch, AT_STAKE)

    def broken(event):
        transaction.set_rollback(True)
        raise LedgerUnavailable("The trail could not be written.")

    monkeypatch.setattr(sources, "record", broken)
    assert source(browser, draft, CHECKED, "med1", **HTMX).status_code == 503
    assert not Look.objects.exists()


def test_an_order_that_says_two_things_is_marked_and_its_source_shows_both(browser, launch):
    text = "Spironolactone 25 mg, active: text and coding differ."
    found = cast.verdict(CHECKED, "med1", high_stakes=("conflict",))
    draft = cast.ready_draft(launch, [("allergies_and_medications", text, found)])
    snapshot = ReadingSnapshot.model_validate(draft.reading)
    differing = {
        "dose": None, "strength": "25 mg", "dosage_text": "Take 50 mg daily", "coded": "25 mg",
        "differing": ("dose",), "warnings": ("The dosage text and the coded dose differ.",),
    }  # fmt: skip
    facts = tuple(
        fact.model_copy(update=differing) if fact.handle == "med1" else fact
        for fact in snapshot.facts
    )
    draft.reading = snapshot.model_copy(update={"facts": facts}).model_dump(mode="json")
    draft.save()
    page = browser.get(f"/l/{launch.pk}/?document=progress_note")
    assert parsed(page).css_first(".look").text() == "Text and coding differ: look once"
    shown = words(source(browser, draft, CHECKED, "med1", **HTMX))
    assert "As written Take 50 mg daily" in shown
    assert "As coded 25 mg" in shown
    assert "Strength 25 mg" in shown
    assert "Dose 25 mg" not in shown
    assert "The dosage text and the coded dose differ." in shown
