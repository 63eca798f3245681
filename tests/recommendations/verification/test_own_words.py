"""A clinician's own words: told what clearly differs, left alone otherwise."""

import pytest

from recommendations.verification import Chart, verify_text
from recommendations.verification.outcomes import Outcome
from tests.recommendations.verification.facts import snapshot


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot())


@pytest.mark.parametrize(
    ("text", "rule", "ref"),
    [
        ("Potassium 5.8 on 17 Nov 2026, will recheck.", "value_differs", "lab1"),
        ("BP 120/70 on 17 Nov 2026.", "value_differs", "vit1"),
        ("Continue furosemide 80 mg twice daily.", "dose_differs", "med2"),
        ("Furosemide 40 mg three times daily.", "frequency_differs", "med2"),
    ],
)
def test_what_the_chart_says_otherwise_is_told(
    chart: Chart, text: str, rule: str, ref: str
) -> None:
    verdict = verify_text(text, chart)
    assert verdict.outcome is Outcome.CONTRADICTED
    assert [(f.rule, f.ref) for f in verdict.findings] == [(rule, ref)]


@pytest.mark.parametrize(
    "text",
    [
        "Feels better today. Potassium 6.1 in clinic.",
        "Increase furosemide to 80 mg twice daily.",
        "Start amlodipine 5 mg daily.",
        "Discussed diet at length; she agrees to daily weights.",
        "Follow up in 2 weeks.",
        "",
        "\u00b1\u202e \u0000 ((( 5/0",
    ],
)
def test_what_is_new_is_left_alone(chart: Chart, text: str) -> None:
    verdict = verify_text(text, chart)
    assert (verdict.outcome, verdict.findings) == (Outcome.INFERRED, ())


def test_what_agrees_is_checked(chart: Chart) -> None:
    verdict = verify_text("K 5.9 on 17 Nov 2026. Furosemide 40 mg BID.", chart)
    assert (verdict.outcome, verdict.refs) == (Outcome.CHECKED, ("lab1", "med2"))


def test_a_drug_that_is_not_on_the_list_is_pointed_out(chart: Chart) -> None:
    verdict = verify_text("Takes hydralazine at home.", chart)
    assert [f.rule for f in verdict.findings] == ["drug_uncited"]
    assert verdict.outcome is Outcome.NOT_FOUND


def test_a_list_that_was_not_read_to_its_end_says_nothing_of_a_drug() -> None:
    chart = Chart.of(snapshot(unread=("medications",)))
    assert verify_text("Takes hydralazine at home.", chart).findings == ()
