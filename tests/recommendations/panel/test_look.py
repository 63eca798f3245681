"""The EHR's own colours: applied where everything stays readable, and otherwise not."""

import itertools

import pytest

from audit.models import AuditEvent
from recommendations.views import look
from recommendations.views.look import contrast, hue, luminance, schemes, sheet
from smartapp.ehrs.styles import colours
from smartapp.models import Launch
from tests.recommendations import cast
from tests.recommendations.panel.pages import parsed

DARK = {"color_background": "#18201e", "color_text": "#e4eae7", "color_highlight": "#7cc4e8"}
LIGHT = {"color_background": "#fbfcfa", "color_text": "#1d2725", "color_highlight": "#b0441f"}


def tokens(css):
    return dict(look._TOKEN.findall(css))


def test_contrast_is_that_of_the_standard():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert (luminance("#000000"), luminance("#ffffff")) == (0, 1)
    assert [round(hue(c)) for c in ("#ff0000", "#00ff00", "#0000ff", "#808080")] == [0, 120, 240, 0]


def test_both_palettes_are_found_whole_in_the_design_system():
    assert set(schemes()) == {"dark", "light"}
    for palette in schemes().values():
        assert {"bg", "surface", "text", "ink", "on-ink", "ok", "bad-soft", "control"} <= set(
            palette
        )


def test_a_dark_ehr_makes_a_dark_panel_in_its_colours():
    css = sheet(DARK)
    assert "color-scheme: dark;" in css
    got = tokens(css)
    assert (got["bg"], got["text"], got["ink"]) == ("#18201e", "#e4eae7", "#7cc4e8")
    assert got["ok"] == schemes()["dark"]["ok"], "what a mark means does not change its colour"
    assert contrast(got["on-ink"], got["ink"]) >= look.TEXT


def test_a_light_ehr_makes_a_light_panel_whatever_the_system_is():
    got = tokens(sheet(LIGHT))
    assert "color-scheme: light;" in sheet(LIGHT)
    assert got["bg"] == "#fbfcfa"
    # Its highlight is the red-brown of a warning: actions keep their own blue.
    assert got["ink"] == schemes()["light"]["ink"]


@pytest.mark.parametrize("text", ["#fbfcfa", "#b0b0b0", "#ffff00"])
def test_a_text_that_could_not_be_read_is_not_used(text):
    assert tokens(sheet(LIGHT | {"color_text": text}))["text"] == schemes()["light"]["text"]


@pytest.mark.parametrize("ground", ["#ff00ff", "#808080", "#00ff00", "#c0c0c0"])
def test_a_ground_on_which_our_words_could_not_be_read_is_not_used(ground):
    got = tokens(sheet({"color_background": ground}))
    assert got["bg"] in {palette["bg"] for palette in schemes().values()}


def test_whatever_is_wished_for_everything_can_be_read():
    wished = [
        "#000000",
        "#18201e",
        "#444444",
        "#7cc4e8",
        "#8c2b3d",
        "#b0441f",
        "#f5f6f8",
        "#ffffff",
    ]
    for ground, text, ink in itertools.product(wished, repeat=3):
        got = tokens(
            sheet({"color_background": ground, "color_text": text, "color_highlight": ink})
        )
        for word in ("text", "text-2", "text-3", "ink", "ok", "inf", "warn", "bad"):
            assert contrast(got[word], got["bg"]) >= look.TEXT, (ground, text, ink, word)
            assert contrast(got[word], got["surface"]) >= look.TEXT, (ground, text, ink, word)
        assert contrast(got["on-ink"], got["ink"]) >= look.TEXT


def test_only_colours_are_read():
    document = {
        "color_background": "#ABC",
        "color_text": "red; } body { background: url(https://evil.example.org) ",
        "color_highlight": "#12345",
        "font_family_body": "Comic Sans MS",
        "color_error": "#ff0000",
    }
    assert colours(document) == {"color_background": "#aabbcc"}
    for nonsense in ([], None, "#fff", {"color_text": 7}, {"color_text": ["#ffffff"]}):
        assert colours(nonsense) == {}
    assert sheet({}) == ""
    assert sheet({"color_text": "#ffffff"}) == "", "a text colour alone says nothing of its ground"


def test_without_an_offer_the_page_asks_for_no_style_of_its_own(browser, launch, draft):
    page = browser.get(f"/l/{launch.pk}/")
    assert "style.css" not in page.content.decode()
    answer = browser.get(f"/l/{launch.pk}/style.css")
    assert (answer.status_code, answer.content) == (200, b"")


def test_with_an_offer_the_page_links_a_style_sheet_of_our_own(browser, launch, draft, monkeypatch):
    asked = []

    def style_of(ehr, url, *, within):
        asked.append((ehr.pk, url))
        return DARK

    monkeypatch.setattr(look, "style_of", style_of)
    launch.context = {**launch.context, "smart_style_url": "https://ehr.example.org/style.json"}
    launch.save()
    html = parsed(browser.get(f"/l/{launch.pk}/"))
    links = [n.attributes["href"] for n in html.css("link[rel=stylesheet]")]
    assert links[-1] == f"/l/{launch.pk}/style.css"
    answer = browser.get(links[-1])
    assert answer.headers["Content-Type"].startswith("text/css")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "--bg: #18201e;" in answer.content.decode()
    assert asked == [(launch.ehr_id, "https://ehr.example.org/style.json")]


def test_another_browser_gets_no_style(client, launch):
    assert client.get(f"/l/{launch.pk}/style.css").status_code == 403
    assert Launch.objects.count() == 1
    assert AuditEvent.objects.filter(code="launch_cookie_missing").count() == 1
    assert cast.browser(launch).get(f"/l/{launch.pk}/style.css").status_code == 200
