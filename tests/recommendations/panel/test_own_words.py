"""Own words that the chart says otherwise, as the pages show them, by plain forms."""

from recommendations.decisions import own_words
from recommendations.models import Decision
from tests.recommendations import cast
from tests.recommendations.cast import NOT_FOUND
from tests.recommendations.panel.pages import HTMX, parsed, send, words
from tests.recommendations.panel.test_deciding import form, item, note

LOW = "Potassium 3.9 mmol/L on 17 Nov 2026."


def editing(browser, launch, draft):
    found = cast.standing(draft, NOT_FOUND)
    return note(browser, launch, open="edit", statement=str(found.statement.pk))


def refused(browser, launch, draft):
    page = editing(browser, launch, draft)
    return send(browser, page, f"{item(draft, NOT_FOUND)} form.editing", text=LOW, verb="edit")


def test_both_sides_stand_beside_the_words_and_can_be_confirmed(browser, launch, draft):
    page = refused(browser, launch, draft)
    assert page.status_code == 422
    shown = parsed(page).css_first(item(draft, NOT_FOUND))
    assert shown.css_first("textarea").text() == LOW
    side = shown.css_first(".versus--own")
    assert side.css_first(".versus__draft h4").text() == "You say"
    assert "3.9 mmol/L" in side.css_first(".versus__draft .versus__v").text()
    assert side.css_first(".versus__chart .versus__v").text() == "5.9 mmol/L on 17 Nov 2026"
    assert side.css_first(".chip") is not None
    assert side.attributes["aria-label"].startswith("You say ")
    assert "The chart says otherwise" in words(page)
    assert not Decision.objects.exists()

    box = shown.css_first("input[name=seen]")
    assert "checked" not in box.attributes
    answer = send(
        browser, page, f"{item(draft, NOT_FOUND)} form.editing",
        verb="edit", seen=box.attributes["value"],
    )  # fmt: skip
    assert answer.status_code == 302
    assert Decision.objects.get().reason == own_words.SEEN
    shown = parsed(note(browser, launch)).css_first(item(draft, NOT_FOUND))
    assert "You have seen it, and mean your words." in shown.text()
    assert shown.css_first(".versus--own") is not None
    assert shown.css_first("input[name=seen]") is None


def test_words_put_right_stand_alone(browser, launch, draft):
    page = refused(browser, launch, draft)
    answer = send(
        browser, page, f"{item(draft, NOT_FOUND)} form.editing",
        verb="edit", text="Potassium 5.9 mmol/L on 17 Nov 2026.",
    )  # fmt: skip
    assert answer.status_code == 302
    shown = parsed(note(browser, launch)).css_first(item(draft, NOT_FOUND))
    assert shown.css_first(".versus--own") is None
    assert Decision.objects.get().reason == ""


def test_words_changed_after_the_tick_are_asked_about_anew(browser, launch, draft):
    page = refused(browser, launch, draft)
    box = parsed(page).css_first(f"{item(draft, NOT_FOUND)} input[name=seen]")
    again = send(
        browser, page, f"{item(draft, NOT_FOUND)} form.editing",
        verb="edit", seen=box.attributes["value"], text="Spironolactone was stopped.",
    )  # fmt: skip
    assert again.status_code == 422
    assert "Spironolactone" in parsed(again).css_first(".versus--own .versus__where").text()
    assert not Decision.objects.exists()


def test_saved_words_show_both_sides_and_are_confirmed_where_they_stand(browser, launch, draft):
    found = cast.standing(draft, NOT_FOUND)
    browser.post(
        f"/l/{launch.pk}/statements/{found.statement.pk}/edit/",
        {"text": LOW, "revision": 0, "shown_sha256": found.text_sha256},
    )
    page = note(browser, launch)
    shown = parsed(page).css_first(item(draft, NOT_FOUND))
    assert "The chart says otherwise than your words." in shown.text()
    assert "The chart says 5.9 mmol/L" in shown.attributes["aria-label"]
    unticked = send(browser, page, form(draft, NOT_FOUND), verb="approve")
    assert unticked.status_code == 422
    seen = shown.css_first("input[name=seen]").attributes["value"]
    assert send(browser, page, form(draft, NOT_FOUND), verb="approve", seen=seen).status_code == 302


def test_a_script_gets_the_draft_with_the_field_open(browser, launch, draft):
    found = cast.standing(draft, NOT_FOUND)
    answer = browser.post(
        f"/l/{launch.pk}/statements/{found.statement.pk}/decision/",
        {"verb": "edit", "text": LOW, "revision": 0, "text_sha256": found.text_sha256},
        headers=HTMX,
    )
    assert answer.status_code == 422
    shown = parsed(answer).css_first(item(draft, NOT_FOUND))
    assert shown.attributes["data-opened"] == "edit"
    assert shown.css_first(".versus--own") is not None


def test_a_mark_of_having_seen_that_is_none_is_refused(browser, launch, draft):
    found = cast.standing(draft, NOT_FOUND)
    answer = browser.post(
        f"/l/{launch.pk}/statements/{found.statement.pk}/decision/",
        {"verb": "edit", "text": LOW, "revision": 0, "text_sha256": found.text_sha256,
         "seen": "yes"},
    )  # fmt: skip
    assert answer.status_code in {400, 409, 422}
    assert not Decision.objects.exists()


def test_the_page_for_signing_says_it_once_more(browser, launch, draft):
    page = refused(browser, launch, draft)
    seen = parsed(page).css_first("input[name=seen]").attributes["value"]
    send(browser, page, f"{item(draft, NOT_FOUND)} form.editing", verb="edit", seen=seen)
    send(browser, note(browser, launch), f"{item(draft, cast.CONTRADICTED)} form.st__form")
    send(browser, note(browser, launch), "form[data-act=approve-all]")
    send(browser, note(browser, launch), form(draft, cast.INFERRED), verb="approve")
    link = parsed(note(browser, launch)).css_first("a[data-act=sign]").attributes["href"]
    assert "The chart says otherwise; you have seen it." in words(browser.get(link))
