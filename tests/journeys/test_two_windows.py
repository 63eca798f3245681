"""One draft in two windows, and acts that do not get through: nothing typed is lost, unsaid."""

from contextlib import contextmanager

from playwright.sync_api import expect

from tests.journeys.conftest import open_ready
from tests.journeys.test_panel import SAVED, serious

WORDS = "Typed in the other window."


def beside(page):
    """The same draft in a second window."""
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("#draft[data-state=ready]")
    return other


def typing(page, number, words):
    item = page.locator(".st").nth(number)
    item.click(position={"x": 5, "y": 5})
    item.locator("[data-do=edit]").click()
    expect(item.locator("textarea")).to_be_focused()
    item.locator("textarea").fill(words)
    return item


def refused_words(page, number, meanwhile):
    """Type into a statement that is decided elsewhere ``meanwhile``: the words are not saved."""
    item = typing(page, number, "")
    meanwhile()
    item.locator("textarea").fill(WORDS)
    expect(item.locator("[data-saved]")).to_contain_text("Not saved")


def decide(page, number, act="approve"):
    item = page.locator(".st").nth(number)
    item.click(position={"x": 5, "y": 5})
    with page.expect_response("**/decision/"):
        item.locator(f"[data-do={act}]").click()


def test_words_on_a_statement_decided_elsewhere_travel_with_the_next_act(ready):
    other = beside(ready)
    refused_words(other, 0, lambda: decide(ready, 0))
    decide(other, 3)
    expect(other.locator("#refused")).to_be_visible()
    expect(other.locator("#unkept .text")).to_have_text(WORDS)
    assert serious(other) == {}


def test_words_typed_on_a_draft_rejected_elsewhere_are_there_to_be_copied(ready):
    other = beside(ready)
    typing(other, 0, WORDS)
    expect(other.locator("[data-saved]")).to_have_text(SAVED)
    ready.locator(".rejectdraft > summary").click()
    ready.locator(".rejectdraft input[type=radio]").first.check()
    ready.locator("#draft-comment").fill("Not needed.")
    ready.locator("#reject-draft").click()
    # The words typed meanwhile are shown before it is decided again, with one more press.
    expect(ready.locator("#refused")).to_contain_text("not the one shown")
    expect(ready.locator("#draft-comment")).to_have_value("Not needed.")
    ready.locator("#reject-draft").click()
    expect(ready.locator("#draft")).to_have_attribute("data-state", "rejected")
    other.locator("textarea").fill(f"{WORDS} And more.")
    expect(other.locator("[data-saved]")).to_contain_text("Not saved")
    other.locator("[id^=edit-approve]").click()
    expect(other.locator("#refused")).to_be_visible()
    expect(other.locator("#unkept .text")).to_have_text(f"{WORDS} And more.")


def test_opening_what_was_decided_elsewhere_says_so(ready):
    other = beside(ready)
    decide(ready, 0)
    item = other.locator(".st").nth(0)
    item.click(position={"x": 5, "y": 5})
    item.locator("[data-do=edit]").click()
    expect(other.locator("#live")).to_contain_text("decided meanwhile")
    expect(item).to_have_attribute("data-stand", "approved")


def test_leaving_with_words_that_may_not_be_saved_asks_first(ready):
    other = beside(ready)
    refused_words(other, 0, lambda: decide(ready, 0))
    asked = []
    other.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    other.reload()
    assert asked == ["beforeunload"]


def test_a_comment_survives_a_page_that_is_behind(ready):
    other = beside(ready)
    item = other.locator(".st").nth(1)
    item.click(position={"x": 5, "y": 5})
    item.locator("[data-do=reject]").click()
    item.get_by_label("Not relevant today").check()
    item.locator("input[name=comment]").fill(WORDS)
    decide(ready, 0)
    item.locator("[id^=reject-do]").click()
    expect(other.locator("#refused")).to_be_visible()
    expect(item.locator("input[name=comment]")).to_have_value(WORDS)
    expect(item.get_by_label("Not relevant today")).to_be_checked()
    item.locator("[id^=reject-do]").click()
    expect(item).to_have_attribute("data-stand", "left_out")


def test_an_act_without_a_connection_says_so_and_can_be_done_again(ready):
    ready.locator(".st").nth(0).click(position={"x": 5, "y": 5})
    ready.context.set_offline(True)
    ready.keyboard.press("a")
    told = ready.locator("[data-unsent]")
    expect(told).to_contain_text("No connection")
    expect(told).to_be_in_viewport()
    assert ready.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(ready.locator("#look-next")).to_be_in_viewport(ratio=1)
    assert serious(ready) == {}
    ready.context.set_offline(False)
    ready.keyboard.press("a")
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "1")
    expect(told).to_have_count(0)


@contextmanager
def under_way(page, act):
    """Keep an act on its way, as a hospital's network might, for as long as the block runs."""
    held = []

    def hold(route):
        held.append(route)

    page.route("**/decision/", hold, times=1)
    act()
    while not held:
        page.wait_for_timeout(10)
    yield
    held[0].continue_()


def test_what_is_pressed_while_an_act_is_under_way_is_done_after_it(ready):
    ready.locator(".st").nth(0).click(position={"x": 5, "y": 5})
    with under_way(ready, lambda: ready.keyboard.press("a")):
        ready.keyboard.press("j")
        ready.keyboard.press("a")
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "2")
    expect(ready.locator(".st").nth(1)).to_have_attribute("data-stand", "approved")
    expect(ready.locator("#refused, [data-unsent]")).to_have_count(0)


def test_a_press_twice_is_an_act_once(ready):
    item = ready.locator(".st").nth(0)
    item.click(position={"x": 5, "y": 5})
    with under_way(ready, item.locator("[data-do=approve]").dblclick):
        pass
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "1")
    ready.wait_for_timeout(700)
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "1")
    expect(ready.locator("#refused, [data-unsent]")).to_have_count(0)


def test_what_was_pressed_on_words_that_changed_meanwhile_is_not_done_unseen(ready):
    section = ready.locator(".part__head [id^=approve-]:visible").first
    ready.locator(".st").nth(0).click(position={"x": 5, "y": 5})
    with under_way(ready, lambda: ready.keyboard.press("a")):
        section.click()
    expect(ready.locator("[data-unsent]")).to_contain_text("Not done yet")
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "1")
    section.click()
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "2")


def test_a_fault_of_ours_says_so_and_keeps_the_words(ready):
    item = typing(ready, 0, WORDS)
    expect(item.locator("[data-saved]")).to_have_text(SAVED)
    fault = {"status": 502, "body": "<h1>Bad gateway</h1>", "content_type": "text/html"}
    ready.route("**/decision/", lambda route: route.fulfill(**fault))
    item.locator("[id^=edit-approve]").click()
    expect(ready.locator("[data-unsent]")).to_contain_text("That did not work")
    expect(item.locator("textarea")).to_have_value(WORDS)
    ready.unroute("**/decision/")
    item.locator("[id^=edit-approve]").click()
    expect(ready.locator("#draft")).to_have_attribute("data-revision", "1")


def test_words_that_could_not_be_saved_before_the_session_was_closed_are_shown(context, launch_url):
    page = open_ready(context, launch_url())
    other = beside(page)
    refused_words(other, 0, lambda: decide(page, 0))
    page.locator("#closing > summary").click()
    page.locator("#close-session").click()
    expect(page.locator("h1")).to_have_text("This session is closed")
    decide(other, 1)
    expect(other.locator("main .state h2")).to_have_text("This session is closed")
    expect(other.locator("main")).to_contain_text("could not be saved")
    expect(other.locator("[data-unsaved] .text")).to_have_text(WORDS)
    assert "Halloway" not in other.inner_text("body")
