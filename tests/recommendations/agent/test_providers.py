"""How the model is set up: what cannot work, or sends charts where nobody decided, is told at start."""

import json
from typing import Any

import pytest

from recommendations import agent, checks
from recommendations.agent import clients, errors, providers
from tests.recommendations.agent.conftest import Desk

GOOD = {
    "anthropic": {"MODEL_API_KEY": "sk", "MODEL_REGION": ""},
    "bedrock": {"MODEL_REGION": "eu-central-1"},
    "vertex": {"MODEL_REGION": "europe-west1", "MODEL_PROJECT": "hospital-ai"},
}


def set_up(settings: Any, provider: str, **values: Any) -> list[str]:
    settings.MODEL_PROVIDER = provider
    for name, value in {**GOOD.get(provider, {}), **values}.items():
        setattr(settings, name, value)
    return [problem.code for problem in providers.problems()]


@pytest.mark.parametrize("provider", GOOD)
def test_what_is_set_up_rightly_is_no_problem(settings: Any, provider: str) -> None:
    assert set_up(settings, provider) == []
    assert providers.configured()


@pytest.mark.parametrize(
    ("provider", "values", "code"),
    [
        ("azure", {}, "model_provider_unknown"),
        ("bedrock", {"MODEL_REGION": ""}, "model_region_invalid"),
        ("bedrock", {"MODEL_REGION": "Frankfurt"}, "model_region_invalid"),
        ("vertex", {"MODEL_REGION": "us-east-1"}, "model_region_invalid"),
        ("vertex", {"MODEL_PROJECT": ""}, "model_project_invalid"),
        ("vertex", {"MODEL_PROJECT": "../x"}, "model_project_invalid"),
        ("vertex", {"MODEL_REGION": "global"}, "model_anywhere"),
        ("anthropic", {"MODEL_REGION": "us-east-1"}, "model_region_invalid"),
        ("anthropic", {"MODEL_REGION": "global"}, "model_anywhere"),
        ("bedrock", {"MODEL_ID": "global.anthropic.claude-sonnet-5-5"}, "model_anywhere"),
        ("bedrock", {"MODEL_FALLBACKS": ["global.anthropic.claude"]}, "model_anywhere"),
        ("anthropic", {"MODEL_ID": ""}, "model_id_invalid"),
        ("anthropic", {"MODEL_FALLBACKS": ["claude-haiku-4-5", " "]}, "model_id_invalid"),
    ],
)
def test_what_cannot_work_is_told_with_what_to_do(
    settings: Any, provider: str, values: dict[str, Any], code: str
) -> None:
    assert set_up(settings, provider, **values) == [code]
    [error] = checks.model_settings(None)
    assert error.id == "recommendations.E010"
    assert error.msg.startswith(f"{code}: ")
    assert "docs/providers.md" in str(error.hint)


def test_everywhere_is_allowed_by_a_setting_of_its_own(settings: Any) -> None:
    settings.MODEL_ANYWHERE = True
    assert set_up(settings, "vertex", MODEL_REGION="global") == []


@pytest.mark.parametrize(("provider", "module"), [("bedrock", "boto3"), ("vertex", "google.auth")])
def test_a_library_that_is_not_installed_is_named_with_its_lock(
    settings: Any, monkeypatch: pytest.MonkeyPatch, provider: str, module: str
) -> None:
    monkeypatch.setattr(providers, "find_spec", lambda name: None if name == module else object())
    assert set_up(settings, provider) == ["model_driver_missing"]
    assert "--require-hashes" in providers.problems()[0].todo


def test_settings_that_cannot_work_send_nothing_and_are_told_at_start(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.settings.MODEL_PROVIDER = "azure"
    with pytest.raises(errors.SettingsInvalid):
        desk.draft()
    assert desk.stand_in.requests == []
    agent.warm_up()
    told = next(r for r in caplog.records if r.message == "model_settings_invalid")
    assert vars(told)["code"] == "model_provider_unknown"
    assert "anthropic, bedrock or vertex" in vars(told)["todo"]


def test_anthropic_is_asked_to_answer_in_the_geography_that_is_set(desk: Desk) -> None:
    desk.draft()
    assert "inference_geo" not in desk.stand_in.requests[0]
    desk.settings.MODEL_REGION = "us"
    desk.draft()
    assert {request["inference_geo"] for request in desk.stand_in.requests} == {"us"}
    assert json.loads(desk.notebook.asked[-1].body)["inference_geo"] == "us"


@pytest.mark.parametrize(
    ("provider", "values", "address"),
    [
        ("anthropic", {}, "https://api.anthropic.com"),
        ("bedrock", {}, "https://bedrock-runtime.eu-central-1.amazonaws.com"),
        ("vertex", {}, "https://europe-west1-aiplatform.googleapis.com/v1/"),
        ("vertex", {"MODEL_REGION": "eu"}, "https://aiplatform.eu.rep.googleapis.com/v1/"),
        ("vertex", {"MODEL_REGION": "global"}, "https://aiplatform.googleapis.com/v1/"),
    ],
)
def test_each_place_is_asked_at_its_own_address(
    settings: Any, provider: str, values: dict[str, Any], address: str
) -> None:
    set_up(settings, provider, MODEL_BASE_URL="", **values)
    made = clients.built()
    assert str(made.base_url) == address
    assert made.max_retries == 0
    made.close()


def test_a_release_cannot_send_charts_where_the_settings_may_not(desk: Desk) -> None:
    arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/global.claude"
    for model_id in ("global.anthropic.claude-sonnet-5-5", arn):
        desk.models = (model_id,)
        with pytest.raises(errors.SettingsInvalid):
            desk.draft()
        assert desk.stand_in.requests == []
    desk.settings.MODEL_ANYWHERE = True
    desk.draft()
    assert desk.stand_in.requests
