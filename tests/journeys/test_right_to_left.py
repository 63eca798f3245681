"""A name written right to left: whole, in its own order, and nothing around it is moved by it."""

import json

import pytest

from tests.journeys.approving import approve_the_rest
from tests.journeys.beside import product_beside
from tests.journeys.conftest import open_ready
from tests.journeys.test_panel import serious

NAME = "\u0645\u062d\u0645\u062f \u0628\u0646 \u0633\u0644\u0645\u0627\u0646"
ANEMIA = "\u0641\u0642\u0631 \u0627\u0644\u062f\u0645"
CHART = [
    {
        "resourceType": "Patient",
        "id": "rtl-1",
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "0053-6027"}],
        "name": [{"use": "official", "text": NAME}],
        "gender": "male",
        "birthDate": "1963-01-28",
    },
    {
        "resourceType": "Condition",
        "id": "rtl-2",
        "subject": {"reference": "Patient/rtl-1"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "category": [{"coding": [{"code": "problem-list-item"}]}],
        "code": {"text": "Type 2 diabetes mellitus"},
        "onsetDateTime": "2015-03-01",
    },
    {
        "resourceType": "Condition",
        "id": "rtl-3",
        "subject": {"reference": "Patient/rtl-1"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "category": [{"coding": [{"code": "problem-list-item"}]}],
        "code": {"text": ANEMIA},
        "onsetDateTime": "2019-06-01",
    },
]
# The boxes of a text on the screen, letter by letter where it is asked for.
BOXES = """(element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.data;
    for (let i = 0; i < text.length; i++) {
      const range = document.createRange();
      range.setStart(walker.currentNode, i);
      range.setEnd(walker.currentNode, i + 1);
      const box = range.getBoundingClientRect();
      if (text[i].trim()) found.push([text[i], box.left, box.top]);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    folder = tmp_path_factory.mktemp("charts")
    bundle = {"resourceType": "Bundle", "type": "collection",
              "entry": [{"resource": each} for each in CHART]}  # fmt: skip
    (folder / "rtl.json").write_text(json.dumps(bundle))
    with product_beside(charts=folder) as running:
        yield running


def letters(locator):
    """Each visible letter with where it stands, from left to right and from the top."""
    return [c for c, left, top in sorted(locator.evaluate(BOXES), key=lambda b: (b[2] // 8, b[1]))]


def arabic(character):
    return "\u0600" <= character <= "\u06ff"


def test_the_name_runs_from_right_to_left_and_what_is_beside_it_does_not(context, launch_url):
    page = open_ready(context, launch_url("rtl-1", personality="generic"))
    name = page.locator(".strip__name")
    assert name.inner_text() == NAME
    assert letters(name) == [c for c in reversed(NAME) if c.strip()]
    beside = name.locator("xpath=following-sibling::*[1]")
    assert beside.bounding_box()["x"] > name.bounding_box()["x"]
    assert "".join(letters(page.locator(".strip__ids > span").first)) == "MRN0053-6027"
    assert serious(page) == {}


def test_in_the_middle_of_a_line_it_stands_apart_from_the_words_around_it(context, launch_url):
    page = open_ready(context, launch_url("rtl-1", personality="generic"))
    approve_the_rest(page)
    page.wait_for_selector("#sign:not([aria-disabled])")
    page.locator("#sign").click()
    page.wait_for_selector("#sign-form")
    for line in (".decide__row b", ".signing__for p:nth-child(2)"):
        shown = letters(page.locator(line))
        places = [i for i, c in enumerate(shown) if arabic(c)]
        assert places == list(range(places[0], places[0] + len(places))), "the name is one piece"
        assert [shown[i] for i in places] == [c for c in reversed(NAME) if c.strip()]
    row = letters(page.locator(".decide__row b"))
    assert "".join(row).startswith("Signingfor"), "the words before it stay before it"
    assert "".join(letters(page.locator(".signing__for p:nth-child(2)")))[-1] in "MFmale0123456789"
    assert serious(page) == {}


def test_a_statement_that_begins_in_another_script_does_not_run_from_the_right(context, launch_url):
    page = open_ready(context, launch_url("rtl-1", personality="generic"))
    said = page.locator(".st__text", has_text=ANEMIA).first
    assert said.inner_text().startswith(ANEMIA)
    shown = letters(said)
    assert "".join(shown[: len(ANEMIA) - 1]) == ANEMIA.replace(" ", "")[::-1], (
        "it begins at the left"
    )
    assert shown[-1] == "."
    assert said.evaluate("(text) => getComputedStyle(text).direction") == "ltr"
