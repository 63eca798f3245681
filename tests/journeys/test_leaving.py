"""Words typed a moment before the page is left: they are there when it comes back, at once."""

from playwright.sync_api import expect

WORDS = "Sixty-eight years old, typed in a hurry."
MORE = "Sixty-eight years old, typed in a hurry, and more."


def typed(page, words):
    item = page.locator(".st").nth(0)
    item.click(position={"x": 5, "y": 5})
    item.locator("[data-do=edit]").click()
    expect(page.locator("textarea")).to_be_focused()
    page.locator("textarea").fill(words)


def test_words_typed_just_before_a_reload_are_there_at_once(ready):
    typed(ready, WORDS)
    ready.reload()
    expect(ready.locator(".st").nth(0).locator(".st__text")).to_have_text(WORDS)
    expect(ready.locator(".st").nth(0).locator(".word").first).to_have_text("Your words")


def test_words_typed_while_a_save_is_under_way_win_over_it(ready):
    typed(ready, WORDS)
    ready.evaluate(
        """() => {
            const send = window.fetch;
            window.fetch = async (...all) => {
                const answer = await send(...all);
                await new Promise(() => {});  // written on the server, never heard of here
                return answer;
            };
        }"""
    )
    with ready.expect_response("**/edit/"):
        pass
    ready.locator("textarea").fill(MORE)
    ready.reload()
    expect(ready.locator(".st").nth(0).locator(".st__text")).to_have_text(MORE)


def test_words_are_saved_when_the_page_is_put_away(ready):
    # Nothing is sent by and by any more, as it is after a pause in typing.
    ready.evaluate("() => { window.setTimeout = () => 0; }")
    typed(ready, WORDS)
    with ready.expect_response("**/edit/"):
        ready.evaluate(
            """() => {
                Object.defineProperty(document, 'hidden', { value: true });
                document.dispatchEvent(new Event('visibilitychange'));
            }"""
        )
