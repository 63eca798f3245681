"""A statement in two scripts runs as its own letters do; what it quotes stands apart."""

import pytest

from recommendations.templatetags.scripts import apart, direction
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED
from tests.recommendations.panel.pages import parsed
from tests.recommendations.panel.test_deciding import note

ARABIC = "\u0623\u0634\u0639\u0631 \u0628\u062a\u0639\u0628"
HEBREW = "\u05d5\u05d5\u05e8\u05e4\u05e8\u05d9\u05df"


@pytest.mark.parametrize(
    ("text", "runs", "shown"),
    [
        ("Potassium 5.9 mmol/L.", "ltr", "Potassium 5.9 mmol/L."),
        (
            f"The note says: \u201c{ARABIC} 5 mg.\u201d", "ltr",
            f"The note says: \u201c<bdi>{ARABIC} 5 mg.</bdi>\u201d",
        ),
        (f"{HEBREW} 5 mg, once daily.", "ltr", f"<bdi>{HEBREW}</bdi> 5 mg, once daily."),
        (f"Takes {ARABIC}, daily.", "ltr", f"Takes <bdi>{ARABIC}</bdi>, daily."),
        (f"{ARABIC}.", "rtl", f"{ARABIC}."),
        (f"{ARABIC} \u201cwarfarin\u201d.", "rtl", f"{ARABIC} \u201c<bdi>warfarin</bdi>\u201d."),
        (f"\u201c{ARABIC} {ARABIC} {ARABIC}\u201d, he said.", "ltr",
         f"\u201c<bdi>{ARABIC} {ARABIC} {ARABIC}</bdi>\u201d, he said."),
        ("5.9", "ltr", "5.9"),
        ("", "ltr", ""),
        (f"<script>{HEBREW}</script>", "ltr", f"&lt;script&gt;<bdi>{HEBREW}</bdi>&lt;/script&gt;"),
    ],
)  # fmt: skip
def test_a_sentence_runs_as_its_own_letters_do(text: str, runs: str, shown: str) -> None:
    assert direction(text) == runs
    assert apart(text) == shown


def test_only_the_quotation_is_turned_on_the_panel(browser, launch):
    text = f"{HEBREW} is told of: \u201c{ARABIC}\u201d on 17 Nov 2026."
    section, _, verdict = cast.STATEMENTS[0]
    draft = cast.ready_draft(launch, [(section, text, verdict)])
    found = cast.standing(draft, CHECKED)
    said = parsed(note(browser, launch)).css_first(f"#statement-{found.statement.pk} .st__text")
    assert said.attributes["dir"] == "ltr"
    assert [each.text() for each in said.css("bdi")] == [HEBREW, ARABIC]
    assert said.text() == text
