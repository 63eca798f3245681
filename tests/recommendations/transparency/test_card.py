"""The model card: all 31 attributes, true to what runs here, silent where nobody knows."""

from datetime import date

import pytest

from recommendations import verification
from recommendations.quality import saved
from recommendations.quality.report import Report
from recommendations.transparency import card, measured
from recommendations.transparency.card import NOT_DISCLOSED, NUMBERS, Basis, model_card
from tests.recommendations.releases.conftest import NEWEST, administrator
from tests.recommendations.releases.test_changing import put_into_use, wish

pytestmark = pytest.mark.django_db


def attributes():
    return [each for group in model_card().groups for each in group.attributes]


def test_all_31_attributes_are_there_in_the_order_of_the_rule_with_words():
    assert [each.number for each in attributes()] == list(NUMBERS)
    assert all(len(each.text) > 20 and "{" not in each.text for each in attributes())


def test_what_only_the_provider_knows_is_said_not_to_be_disclosed():
    unknown = {each.number for each in attributes() if each.basis is Basis.PROVIDER}
    assert unknown == {11, 13, 14, 21, 22}
    for each in attributes():
        assert each.text.startswith(NOT_DISCLOSED) == (each.number in unknown)


def test_the_card_names_the_documents_the_model_and_the_versions_that_run_here(settings):
    settings.MODEL_API_KEY, settings.MODEL_ID = "key", "claude-of-the-test"
    made = model_card()
    assert "pre-visit summary" in made.text(3)
    assert "claude-of-the-test" in made.text(4)
    assert f"verification {verification.VERSION}" in made.text(30)


def test_the_card_names_all_models_in_their_order_and_who_serves_them(settings):
    settings.MODEL_PROVIDER, settings.MODEL_ID = "bedrock", "us.anthropic.claude-a"
    settings.MODEL_FALLBACKS = ["us.anthropic.claude-b"]
    told = model_card().text(4)
    assert "us.anthropic.claude-a, then us.anthropic.claude-b, served by Amazon Bedrock" in told


def test_the_card_names_what_administrators_put_into_use(settings, launch):
    settings.MODEL_API_KEY = "key"
    grace, tomas = administrator("grace"), administrator("tomas")
    assert "contract@4" not in model_card().text(30)
    put_into_use(wish(models=("model-x", "model-y")), grace, tomas)
    put_into_use(wish(unit="demo/ward-4", models=("model-z",)), grace, tomas)
    made = model_card()
    assert "for the progress note model-x, then model-y" in made.text(4)
    assert "for the progress note in one unit model-z" in made.text(4)
    assert "prompt contract@4" in made.text(30)
    assert f"prompt contract@{NEWEST}" in made.text(30)  # of the other documents
    assert "ward-4" not in str(made.as_dict())


def test_the_card_tells_what_was_measured_of_triage():
    told = measured.validity()
    figures = saved.load("triage").figures
    assert f"on {figures['cases']:.0f} labelled cases by which rules were mended" in told
    assert f"{figures['grave_missed']:.1f} % (at most {figures['grave_missed_high']:.1f} %" in told
    first = saved.first_run_of_triage()
    assert first is not None
    assert f"rules alone missed {first.figures['grave_missed']:.1f} %" in told


def test_without_a_key_the_card_says_that_no_model_is_set_up(settings):
    settings.MODEL_API_KEY = ""
    assert "none is set up here" in model_card().text(4)


def test_what_clinicians_here_did_is_counted_without_naming_anybody(note):
    told = model_card().text(27)
    assert "drafts: 1, of them signed 1" in told
    assert "approved as drafted" in told
    assert "Halloway" not in told
    assert "Halloway" not in str(model_card().as_dict())


@pytest.fixture
def nothing_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(saved, "load", lambda suite, folder=None: None)


def test_without_a_saved_evaluation_nothing_is_claimed(nothing_saved):
    assert model_card().text(23) == "No evaluation was saved with this version."
    assert model_card().text(17) == "No evaluation was saved with this version."


def test_figures_of_a_saved_evaluation_are_told_with_their_day(monkeypatch):
    figures = {
        "mechanical_caught": 99.84, "subtle_caught": 97.0, "natural_caught": 96.5,
        "mechanical_errors": 20000, "subtle_errors": 300, "natural_errors": 60,
        "drafter_clean": 3000, "held_out_clean": 500,
        "held_out_false_marks": 0.4, "held_out_false_marks_bound": 0.9,
    }  # fmt: skip
    kept = saved.Saved("verification", "2026-11-29", {}, figures, met=True)
    monkeypatch.setattr(saved, "load", {"verification": kept}.get)
    monkeypatch.setattr(saved, "first_run", lambda: None)
    told = measured.validity()
    assert "99.8 % of errors planted by code" in told
    assert "0.4 in 100 were marked (at most 0.9 with 95 % confidence)" in told
    assert "Measured on 2026-11-29." in told
    assert "3,500 true statements and 20,360 with one error" in measured.validation_data()


def test_the_first_run_of_the_newest_blind_set_comes_first_and_as_it_was():
    kept = saved.first_run()
    assert kept is not None
    assert (kept.suite, kept.versions["verifier"]) == ("verification held_out_4", "2026.11.8")
    assert not kept.met  # a goal was not reached, and the card does not hide it
    told = measured.validity()
    assert told.startswith("On statements by which no rule had been made")
    assert "99.3 % of errors made by hand and 93.8 % of errors as models make them" in told
    assert "0 in 100 were marked (at most 0.7 with 95 % confidence) and 3.9 % worded anew" in told


def test_an_evaluation_is_kept_with_its_day_and_versions_and_read_back(tmp_path):
    report = Report("sums", {"caught": 95.0, "by_kind": {"a": 1}, "kinds": 3}, goals=())
    saved.save(report, on=date(2026, 11, 29), folder=tmp_path)
    found = saved.load("sums", tmp_path)
    assert found.figures == {"caught": 95.0, "kinds": 3}
    assert found.measured_on == "2026-11-29"
    assert found.versions["verifier"] == verification.VERSION
    assert saved.load("another", tmp_path) is None


@pytest.mark.parametrize(
    "content", ["[]", "{}", "no json", '{"suite": "x", "measured_on": "soon"}']
)
def test_a_file_that_is_no_saved_evaluation_is_refused(tmp_path, content):
    (tmp_path / "broken.json").write_text(content)
    with pytest.raises(ValueError, match=r"broken\.json is not a saved evaluation"):
        saved.load("broken", tmp_path)


def broken_card(tmp_path, monkeypatch, before, after):
    text = card._FILE.read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "card.yaml").write_text(text.replace(before, after, 1), encoding="utf-8")
    monkeypatch.setattr(card, "_FILE", tmp_path / "card.yaml")
    card._written.cache_clear()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("number: 31", "number: 32", "1 to 31"),
        ("{validity}", "{invented}", "asks for invented"),
        ("basis: provider", "basis: nobody", "nobody"),
    ],
)
def test_a_card_with_a_hole_is_refused(tmp_path, monkeypatch, before, after, words):
    broken_card(tmp_path, monkeypatch, before, after)
    with pytest.raises(ValueError, match=words):
        model_card()
    card._written.cache_clear()
