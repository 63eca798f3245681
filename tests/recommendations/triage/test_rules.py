"""Each rule is a whole record; words are found and denials heeded; NEWS2 as published."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from recommendations.clinical.facts import (
    Coding,
    ConditionFact,
    ObservationFact,
    PartialDate,
    Quantity,
    Source,
)
from recommendations.workflows.triage import news2
from recommendations.workflows.triage.flags import TO_CONFIRM
from recommendations.workflows.triage.flags import Source as Published
from recommendations.workflows.triage.measured import Measured, Sign, vitals
from recommendations.workflows.triage.measured import Test as Lab
from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.rules import RULES, published, red_flags
from recommendations.workflows.triage.scale import LEVELS, Category, sentence
from recommendations.workflows.triage.spelling import mended
from recommendations.workflows.triage.spoken import says
from tests.conftest import ROOT

AS_OF = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
PAGE = (ROOT / "docs" / "triage.md").read_text()


def found(complaint: str, **more: object) -> set[str]:
    values = {"age": 50, "complaint_ref": "cc1", **more}
    return {flag.rule.id for flag in red_flags(Presented(complaint=complaint, **values))}  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_names_its_source_and_version_and_is_told_of(rule) -> None:  # type: ignore[no-untyped-def]
    assert re.search(r"\b(19|20)\d\d\b|R4", rule.source.version)
    assert len(rule.source.name) > 3
    assert rule.needs
    assert rule.at_least <= Category.URGENT
    cells = (
        f"`{rule.id}`",
        rule.title,
        rule.needs,
        rule.at_least.value,
        rule.source,
        rule.standing,
    )
    assert f"| {' | '.join(map(str, cells))} |" in PAGE


def test_a_rule_says_where_its_source_was_read_or_that_nobody_has() -> None:
    standing = {rule.id: rule.standing for rule in RULES.values()}
    assert standing["potassium_severe"].startswith("Confirmed: Treatment of Acute Hyperkalaemia")
    assert "one vomit" in standing["head_injury_grave"]
    assert standing["head_injury_grave"].startswith("In part: ")
    assert standing["syncope"] == TO_CONFIRM
    told = [rule.confirmed for rule in RULES.values() if rule.confirmed]
    assert all(each.title and each.version and each.section and each.read for each in told)


def test_no_two_rules_share_an_id_and_every_source_is_used() -> None:
    sources = {v for v in vars(published).values() if isinstance(v, Published)}
    assert {rule.source for rule in RULES.values()} == sources
    assert len(RULES) == PAGE.count("\n| `")


@pytest.mark.parametrize(
    ("complaint", "rule"),
    [
        ("Crushing chest pain for an hour", "chest_pain"),
        ("chest pain, not getting better", "chest_pain"),
        ("No fever but chest pain", "chest_pain"),
        ("He denied it at first; chest tightness now", "chest_pain"),
        ("face drooping on the left", "stroke"),
        ("ate peanuts, hives and wheezing", "anaphylaxis"),
        ("8 weeks pregnant and bleeding with cramps", "pregnancy_bleeding_pain"),
        ("wants to die", "suicide_threat"),
        ("suicidal thoughts, no plan", "suicidal"),
        ("the worst headache of my life", "thunderclap"),
        ("can\u2019t breathe", "severe_breathlessness"),
        ("CHEST\u00a0PAIN", "chest_pain"),
        ("old man with chest pain", "chest_pain"),
        ("for the past hour chest pain", "chest_pain"),
        ("hx of asthma, chest pain", "chest_pain"),
        ("without his glasses, chest pain", "chest_pain"),
        ("no LOC, vomited twice, hit head", "head_injury_grave"),
        ("5 year old fitting", "seizure"),
        ("suden weekness of the right side", "stroke"),
        ("he cant breathe", "severe_breathlessness"),
        ("Dad had chest pain an hour ago, now grey", "chest_pain"),
        ("Indigestion, left arm heavy, clammy", "heart_without_chest"),
        ("choking on a grape, gone blue", "airway_blocked"),
        ("asthma, exhausted, single words only", "breathing_failing"),
        ("cataract op on Monday, eye throbbing and blurry", "eye_operated"),
        ("leg suddenly cold and white", "limb_ischemia"),
        ("leg in plaster, tight, pain when toes are moved", "compartment"),
        ("cannot feel his legs", "cord"),
        ("ICD fired twice", "icd_shocks"),
        ("tonsils out last week, spitting blood", "bleeding_operated"),
        ("grey and clammy", "poor_perfusion"),
        ("waters broke, I can feel the cord hanging out", "cord_prolapse"),
        ("urge to push, 39 weeks pregnant", "birth_now"),
        ("32/40, car went into us, belly hurts", "pregnancy_trauma"),
        ("late period, stabbing pain in the right side", "ectopic"),
        ("postpartum, fever, foul discharge", "maternal_sepsis"),
        ("Addison's, vomiting since yesterday", "adrenal"),
        ("diabetic, breath smells of pear drops", "ketoacidosis_told"),
        ("whole family has headache, old boiler", "carbon_monoxide"),
        ("temp 39 and sleepy", "fever_drowsy"),
        ("back pain and went grey, fainted", "syncope"),
        ("18mth fitting 20 mins", "seizure_now"),
        ("thumb sawn through, dangling", "limb_threat"),
        ("fell downstairs on dabigatran, gcs 14", "head_injury_bleeder"),
        ("Neutropaenic day 9, T38.9", "low_defence_fever"),
    ],
)
def test_words_raise_their_rule(complaint: str, rule: str) -> None:
    assert rule in found(complaint)


@pytest.mark.parametrize(
    "complaint",
    [
        "No chest pain, just a refill",
        "Denies chest pain, fever, vomiting and shortness of breath. Sore finger.",
        "Without chest pain or palpitations",
        "Had a stroke in 2015, here for a form",
        "History of stroke, needs a refill",
        "Mother had a heart attack",
        "Sore throat for two days",
        "Stroke 3 years ago, well since, here for a form",
        "Seizure as a toddler, today a wart",
        "Chest pain: nil. Here for a dressing",
        "Palpitations last month, here for results",
        "heart attack 2012, today an ingrown hair",
        "Seizure free 3 years, driving form",
        "Period heavy, changing pad every 4 hours",
        "doesnt want to die, wants a form",
        "selling his car, certain he needs a form, strike at work",
        "",
    ],
)
def test_what_is_denied_past_or_anothers_raises_none(complaint: str) -> None:
    assert found(complaint) == set()


def test_a_pregnancy_told_of_by_a_man_is_anothers() -> None:
    said = "my wife is 8 weeks pregnant and bleeding with cramps"
    assert "pregnancy_bleeding" not in found(said, sex="male")
    assert "pregnancy_bleeding" in found(said, sex="female")


@pytest.mark.parametrize(
    ("slip", "word"),
    [("suden", "sudden"), ("siezure", "seizure"), ("cant", "can't"), ("unconcious", "unconscious"),
     ("threat", "threat"), ("selling", "selling"), ("strike", "strike"), ("certain", "certain")],
)  # fmt: skip
def test_a_slip_of_spelling_is_mended_and_a_word_of_its_own_is_left(slip: str, word: str) -> None:
    assert mended(slip) == word


def test_a_denial_does_not_reach_into_the_next_clause() -> None:
    assert says("no fever. chest pain", "chest pain") == "chest pain"
    assert says("no fever, however chest pain", "chest pain") == "chest pain"
    assert says("no relief of the chest pain", "chest pain") == "chest pain"


@pytest.mark.parametrize(
    ("age", "pulse", "breaths", "hit"),
    [
        (0, "159", "40", False), (0, "160", "40", True), (2, "150", "30", True),
        (2, "149", "49", False), (2, "149", "50", True), (4, "139", "39", False),
        (4, "140", "30", True), (5, "130", "20", True), (7, "119", "26", False),
        (7, "119", "27", True), (11, "115", "20", True), (11, "114", "24", False),
        (12, "150", "30", False), (8, "59", "20", True), (None, "170", "70", False),
    ],
)  # fmt: skip
def test_a_childs_signs_are_held_against_its_age(
    age: int | None, pulse: str, breaths: str, *, hit: bool
) -> None:
    seen = {"age": age, "signs": signs(pulse=pulse, respiration=breaths)}
    assert ("child_sepsis" in found("fever since noon", **seen)) is hit
    assert "child_sepsis" not in found("wants a form", **seen)


def test_a_low_pressure_alone_is_no_shock() -> None:
    assert "hypotension" in found("a form", signs=signs(systolic="89", pulse="100"))
    assert "hypotension" not in found("a form", signs=signs(systolic="89", pulse="99"))
    assert "hypotension" not in found("a form", signs=signs(systolic="90", pulse="120"))


def test_ketoacidosis_needs_a_high_glucose_and_a_sign() -> None:
    high = {Lab.GLUCOSE: Measured("lab1", "Glucose 200 mg/dL", Decimal(200))}
    assert "ketoacidosis" in found("vomiting", tests=high)
    assert "ketoacidosis" not in found("ketones neg, thirsty", tests=high)
    low = {Lab.GLUCOSE: Measured("lab1", "Glucose 190 mg/dL", Decimal(190))}
    assert "ketoacidosis" not in found("vomiting", tests=low)


@pytest.mark.parametrize("age", [40, 65, 66, None])
def test_a_rule_for_an_age_needs_the_age(age: int | None) -> None:
    assert ("belly_pain_old" in found("belly pain", age=age)) is (age == 66)


def test_pregnancy_is_not_guessed_from_age_and_sex() -> None:
    assert "pregnancy_bleeding" not in found("bleeding between periods", age=25, sex="female")


def signs(**values: str) -> dict[Sign, Measured]:
    return {
        Sign[key.upper()]: Measured(f"vit{n}", key, Decimal(value))
        for n, (key, value) in enumerate(values.items())
    }


@pytest.mark.parametrize(
    ("sign", "points"),
    [
        ("respiration", {"8": 3, "9": 1, "11": 1, "12": 0, "20": 0, "21": 2, "24": 2, "25": 3}),
        ("saturation", {"91": 3, "92": 2, "93": 2, "94": 1, "95": 1, "96": 0}),
        ("systolic", {"90": 3, "91": 2, "100": 2, "101": 1, "110": 1, "111": 0, "219": 0,
                      "220": 3}),
        ("pulse", {"40": 3, "41": 1, "50": 1, "51": 0, "90": 0, "91": 1, "110": 1, "111": 2,
                   "130": 2, "131": 3}),
        ("temperature", {"35.0": 3, "35.1": 1, "36.0": 1, "36.1": 0, "38.0": 0, "38.1": 1,
                         "39.0": 1, "39.1": 2}),
        ("oxygen", {"0": 0, "2": 2}),
        ("coma_scale", {"15": 0, "14": 3}),
    ],
)  # fmt: skip
def test_news2_scores_as_the_royal_college_has_it(sign: str, points: dict[str, int]) -> None:
    for value, expected in points.items():
        score = news2.score(Presented(age=50, signs=signs(**{sign: value})))
        assert score is not None
        assert score.total == expected, value


def test_news2_names_what_is_not_known_and_takes_it_for_nothing() -> None:
    score = news2.score(Presented(age=50, signs=signs(respiration="26", pulse="135")))
    assert score is not None
    assert score.total == 6
    assert "is at least 6" in score.words
    assert {Sign.SATURATION, Sign.TEMPERATURE, Sign.CONSCIOUSNESS} <= set(score.missing)


@pytest.mark.parametrize("age", [15, None])
def test_news2_is_for_sixteen_and_older_whose_age_is_known(age: int | None) -> None:
    assert news2.score(Presented(age=age, signs=signs(pulse="150"))) is None


def test_news2_is_not_for_pregnancy() -> None:
    source = Source(resource_type="Condition", resource_id="1", version="1")
    expecting = ConditionFact(handle="cond1", source=source, name="Pregnancy", status="active")
    seen = Presented(age=30, signs=signs(pulse="150"), conditions=(expecting,))
    assert news2.score(seen) is None


def measured(value: str, unit: str, when: str, status: str = "final") -> ObservationFact:
    return ObservationFact(
        handle="vit1",
        source=Source(resource_type="Observation", resource_id="1", version="1"),
        name="Body temperature",
        codings=(Coding(system="http://loinc.org", code="8310-5"),),
        status=status,
        category="vital-signs",
        value=Quantity(value=Decimal(value), unit=unit),
        effective=PartialDate(text=when),
    )


def ago(**spans: float) -> str:
    return (AS_OF - timedelta(**spans)).isoformat()


@pytest.mark.parametrize(
    ("when", "counts"),
    [
        (ago(minutes=5), True),
        (ago(hours=4), True),
        (ago(hours=4, minutes=1), False),
        (ago(minutes=-10), True),
        (ago(hours=-1), False),
        ("2026-11-29", False),
        ("2026-11", False),
    ],
)
def test_a_sign_counts_for_four_hours_of_a_known_time(when: str, *, counts: bool) -> None:
    now, missed = vitals([measured("38.9", "Cel", when)], AS_OF)
    assert (Sign.TEMPERATURE in now) is counts
    assert (Sign.TEMPERATURE in missed) is not counts
    if not counts:
        assert missed[Sign.TEMPERATURE].stale


def test_fahrenheit_is_converted_and_another_unit_is_not_guessed_at() -> None:
    now, _ = vitals([measured("101.3", "[degF]", ago(minutes=5))], AS_OF)
    assert now[Sign.TEMPERATURE].value == Decimal("38.5")
    now, _ = vitals([measured("311", "K", ago(minutes=5))], AS_OF)
    assert now[Sign.TEMPERATURE].value is None


def test_what_was_entered_in_error_does_not_count() -> None:
    fact = measured("41", "Cel", ago(minutes=5), status="entered-in-error")
    assert Sign.TEMPERATURE not in vitals([fact], AS_OF)[0]


@pytest.mark.parametrize("level", Category)
def test_every_category_has_its_time_and_a_sentence_of_its_own(level: Category) -> None:
    assert [LEVELS[each].minutes for each in Category] == [0, 10, 30, 60, 120]
    assert f"category {level.value} of 5" in sentence(level)
    assert len({sentence(each) for each in Category}) == 5
