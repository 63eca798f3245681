"""Frames, tabs, people who may not, and sessions that end: in a real browser."""

import httpx2
from playwright.sync_api import expect

from tests.journeys.approving import approve_all
from tests.journeys.conftest import RUTH, open_ready


def sign_in(page, product, personality="epic", nth=0):
    page.goto(f"{product.places.sandbox_url}/ehr/{personality}/sign-in/")
    page.locator("button.door").nth(nth).click()


def other_patient(product):
    found = httpx2.get(f"{product.places.sandbox_url}/ehr/epic/patients.json", timeout=30).json()
    return next(
        p["id"] for p in found["patients"] if p["id"] not in {RUTH} and not p.get("deceased")
    )


def approve_one(page):
    page.locator(".st[data-stand=open]").nth(1).focus()
    page.keyboard.press("a")


def test_framed_by_the_ehr_with_third_party_cookies_blocked(product, chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, product)
    page.goto(f"{product.places.sandbox_url}/ehr/epic/patients/{RUTH}/")
    frame = page.frame_locator("aside iframe")
    expect(frame.locator("#draft[data-state=ready]")).to_be_visible(timeout=40_000)
    inside = next(f for f in page.frames if "/l/" in f.url)
    assert inside.evaluate("document.hasStorageAccess()") is False, "the frame is a third party"
    assert {c["sameSite"] for c in context.cookies(product.places.app_url)} <= {"None"}
    approve_all(frame)
    expect(frame.locator("#sign")).to_be_focused()
    context.close()


def test_two_patients_in_two_tabs_in_any_order(product, context, launch_url):
    ruth = open_ready(context, launch_url())
    other = open_ready(context, launch_url(other_patient(product)))
    names = [p.locator(".strip__name").inner_text() for p in (ruth, other)]
    assert names[0] != names[1]
    for page in (ruth, other, ruth):
        before = int(page.locator("#draft").get_attribute("data-revision"))
        approve_one(page)
        expect(page.locator("#draft")).to_have_attribute("data-revision", str(before + 1))
    for page, name in zip((other, ruth), reversed(names), strict=True):
        page.reload()
        assert page.locator(".strip__name").inner_text() == name
    assert other.locator("#draft").get_attribute("data-revision") == "1"
    assert ruth.locator("#draft").get_attribute("data-revision") == "2"


def test_a_form_of_one_tab_sent_to_the_other_is_refused(product, context, launch_url):
    ruth = open_ready(context, launch_url())
    other = open_ready(context, launch_url(other_patient(product)))
    foreign = other.locator(".st").nth(1).get_attribute("id").removeprefix("statement-")
    answer = ruth.evaluate(
        """async (id) => {
          const form = document.querySelector("form.st__form");
          const body = new URLSearchParams(new FormData(form));
          body.set("verb", "approve");
          const at = location.pathname + `statements/${id}/decision/`;
          const r = await fetch(at, {method: "POST", body, headers: {"HX-Request": "true"}});
          return [r.status, await r.text()];
        }""",
        foreign,
    )
    assert answer[0] == 404
    assert "another_launch" in answer[1]
    other.reload()
    assert other.locator("#draft").get_attribute("data-revision") == "0"


def test_the_same_draft_in_two_windows(context, launch_url):
    one = open_ready(context, launch_url())
    two = context.new_page()
    two.goto(one.url)
    two.wait_for_selector("#draft[data-state=ready]")
    approve_one(one)
    expect(one.locator("#draft")).to_have_attribute("data-revision", "1")
    approve_one(two)
    expect(two.locator("#refused")).to_have_attribute("data-code", "stale_page")
    expect(two.locator("#draft")).to_have_attribute("data-revision", "1")


def test_somebody_who_is_no_clinician_is_turned_away(product, context, launch_url):
    page = context.new_page()
    page.goto(f"{product.places.sandbox_url}/ehr/epic/sign-in/")
    people = [b.get_attribute("value") for b in page.locator("button.door").all()]
    clerk = next(p for p in people if p.startswith("Person/"))
    page.goto(launch_url(user=clerk))
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("#draft").count() == 0
    assert "Halloway" not in page.content()
    assert "/l/" not in page.url


def end(product, page, reason="GRANT_LOST"):
    """End the launch as the product does when the EHR will not renew the grant."""
    launch_id = page.url.split("/l/")[1].split("/")[0]
    product.manage(
        "shell", "-v", "0", "-c",
        "from smartapp.launch.closing import end; from smartapp.models import Launch; "
        f"assert end(launch_id='{launch_id}', reason=Launch.EndReason.{reason})",
    )  # fmt: skip


def test_an_ended_session_keeps_what_was_typed(product, context, launch_url):
    page = open_ready(context, launch_url())
    item = page.locator(".st").nth(0)
    item.click(position={"x": 5, "y": 5})
    item.locator("[data-do=edit]").click()
    page.wait_for_selector("textarea")
    end(product, page)
    page.locator("textarea").fill("Typed after the session ended.")
    expect(page.locator("main .state h2")).to_have_text("Your session has ended", timeout=15_000)
    assert "Halloway" not in page.inner_text("body")
    assert "It will be there." in page.inner_text("main")
    again = open_ready(context, launch_url())
    again.locator("#kept > summary").click()
    expect(again.locator("#kept")).to_contain_text("Typed after the session ended.")
    again.locator("#use-kept-1").click()
    expect(again.locator(".st", has_text="Typed after the session ended.")).to_have_count(1)


def test_a_decision_after_the_end_is_refused_and_the_chart_hidden(product, context, launch_url):
    page = open_ready(context, launch_url())
    end(product, page)
    approve_one(page)
    expect(page.locator("main .state h2")).to_have_text("Your session has ended")
    assert "Halloway" not in page.inner_text("body")
