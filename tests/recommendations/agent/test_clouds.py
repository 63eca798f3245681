"""Drafts by way of Bedrock and Vertex AI: real requests over HTTP, signed and answered as there."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anthropic.lib.aws import _auth

from recommendations.agent import errors, model_client
from tests.recommendations.agent import clouds
from tests.recommendations.agent.clouds import BedrockHandler, Seen, Server, VertexHandler
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.stand_in import model_answer

BEDROCK_MODEL = "eu.anthropic.claude-sonnet-5-5-v1:0"


@pytest.fixture(autouse=True)
def _no_clouds_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [n for n in os.environ if n.startswith(("AWS_", "GOOGLE_", "CLOUDSDK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    _auth._get_session.cache_clear()
    yield
    _auth._get_session.cache_clear()


@pytest.fixture
def bedrock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", clouds.ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", clouds.SECRET_KEY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", clouds.SESSION_TOKEN)
    with Server(BedrockHandler) as server:
        desk.settings.MODEL_PROVIDER, desk.settings.MODEL_REGION = "bedrock", "eu-central-1"
        desk.settings.MODEL_ID, desk.settings.MODEL_API_KEY = BEDROCK_MODEL, ""
        desk.settings.MODEL_BASE_URL = server.url
        model_client.forget()
        yield server


@pytest.fixture
def vertex(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    with Server(VertexHandler, region="europe-west1") as server:
        account = {
            "type": "service_account",
            "project_id": "another-project",
            "private_key_id": "1",
            "private_key": server.cloud.key.as_pem(private=True).decode(),
            "client_email": "drafts@hospital-ai.iam.gserviceaccount.com",
            "token_uri": f"{server.url}/token",
        }
        path = tmp_path / "account.json"
        path.write_text(json.dumps(account))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        desk.settings.MODEL_PROVIDER, desk.settings.MODEL_REGION = "vertex", "europe-west1"
        desk.settings.MODEL_PROJECT, desk.settings.MODEL_API_KEY = "hospital-ai", ""
        desk.settings.MODEL_BASE_URL = f"{server.url}/v1"
        model_client.forget()
        yield server


def drafted(desk: Desk) -> Any:
    return desk.ask()


def test_a_draft_by_way_of_bedrock_is_signed_and_whole(desk: Desk, bedrock: Server) -> None:
    outcome = drafted(desk)
    assert outcome.model_id == BEDROCK_MODEL
    assert outcome.statements >= 4
    assert outcome.usage["cache_read_tokens"] == 5200
    assert bedrock.cloud.refused == []
    first, second = bedrock.cloud.seen
    assert first.model == second.model == BEDROCK_MODEL
    assert first.body["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert "sk-ant" not in json.dumps(first.headers)
    assert {answer.request_id for answer in desk.notebook.answers} == {"amzn-1"}


def test_the_signature_is_really_looked_at(
    desk: Desk, bedrock: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with pytest.raises(errors.CredentialsRejected):
        drafted(desk)
    assert bedrock.cloud.refused == ["the signature differs"]
    bedrock.cloud.region = "us-east-1"
    with pytest.raises(errors.CredentialsRejected):
        drafted(desk)
    assert bedrock.cloud.refused[-1] == "signed for eu-central-1 bedrock"


def test_without_credentials_of_aws_nothing_is_sent(
    desk: Desk, bedrock: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(errors.CredentialsRejected):
        drafted(desk)
    assert bedrock.cloud.refused == bedrock.cloud.seen == []


def in_frames(*, share: float, end: bytes = b"", spoil: bool = False) -> Any:
    """Answer with a share of the frames, then with ``end``."""

    def instead(handler: Any, seen: Seen) -> bool:
        frames = list(clouds.framed(model_answer({**seen.body, "model": seen.model}), seen))
        kept = frames[: int(len(frames) * share)]
        if spoil:
            kept[-1] = kept[-1][:-1] + bytes([kept[-1][-1] ^ 1])
        handler.pieces("application/vnd.amazon.eventstream", iter([*kept, *filter(None, [end])]))
        return True

    return instead


@pytest.mark.parametrize(
    ("instead", "code"),
    [
        (in_frames(share=0.6), "stream_broken"),
        (in_frames(share=0.6, spoil=True), "stream_broken"),
        (in_frames(share=0.6, end=b"\0\0\1\0\0\0"), "stream_broken"),
        (in_frames(share=0.6, end=clouds.exception("throttlingException")), "model_throttled"),
        (in_frames(share=0.6, end=clouds.exception("serviceUnavailableException")),
         "model_overloaded"),
        (in_frames(share=0.6, end=clouds.exception("modelStreamErrorException")), "stream_broken"),
        (in_frames(share=0.6, end=clouds.exception("internalServerException")),
         "model_unavailable"),
    ],
)  # fmt: skip
def test_faults_in_the_middle_of_bedrock_s_frames_are_ours_by_name(
    desk: Desk, bedrock: Server, instead: Any, code: str
) -> None:
    bedrock.cloud.instead = instead
    with pytest.raises(errors.ModelError) as failed:
        drafted(desk)
    assert failed.value.code == code
    assert failed.value.__cause__ is failed.value.__context__ is None
    assert len(bedrock.cloud.seen) == 3, "tried again like any that passes"


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        ((403, "AccessDeniedException", "no access to the model"), "credentials_rejected"),
        ((429, "ThrottlingException", "too many tokens"), "model_throttled"),
        (
            (400, "ValidationException", "Input is too long for requested model."),
            "context_too_long",
        ),
        ((400, "ValidationException", "malformed"), "request_rejected"),
        ((404, "ResourceNotFoundException", "no such model"), "request_rejected"),
        ((503, "ServiceUnavailableException", "later"), "model_unavailable"),
    ],
)
def test_refusals_of_bedrock_are_ours_by_name(
    desk: Desk, bedrock: Server, refusal: tuple[int, str, str], code: str
) -> None:
    status, kind, message = refusal
    bedrock.cloud.instead = lambda handler, seen: handler.fail(status, message, kind) is None
    with pytest.raises(errors.ModelError) as failed:
        drafted(desk)
    assert failed.value.code == code


def test_a_draft_by_way_of_vertex_names_its_place_and_brings_a_token(
    desk: Desk, vertex: Server
) -> None:
    outcome = drafted(desk)
    assert outcome.statements >= 4
    assert vertex.cloud.refused == []
    assert len(vertex.cloud.tokens) == 1, "one token for both requests"
    path = "/v1/projects/hospital-ai/locations/europe-west1/publishers/anthropic/models/"
    assert {seen.path for seen in vertex.cloud.seen} == {
        f"{path}claude-sonnet-5-5:streamRawPredict"
    }
    assert {answer.request_id for answer in desk.notebook.answers} == {"req_vrtx_1"}


def test_a_token_that_google_does_not_know_is_refused(desk: Desk, vertex: Server) -> None:
    drafted(desk)
    vertex.cloud.tokens.clear()
    with pytest.raises(errors.CredentialsRejected):
        drafted(desk)


def test_without_credentials_of_google_nothing_is_sent(
    desk: Desk, vertex: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere")
    with pytest.raises(errors.CredentialsRejected):
        drafted(desk)
    assert vertex.cloud.seen == []


def test_another_project_or_place_is_not_asked(desk: Desk, vertex: Server) -> None:
    vertex.cloud.region = "us-east5"
    with pytest.raises(errors.RequestRejected):
        drafted(desk)


@pytest.mark.parametrize("cloud", ["bedrock", "vertex"])
def test_addresses_in_the_environment_send_no_chart_elsewhere(
    desk: Desk, cloud: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = request.getfixturevalue(cloud)
    for name in ("BASE_URL", "BEDROCK_BASE_URL", "VERTEX_BASE_URL"):
        monkeypatch.setenv(f"ANTHROPIC_{name}", "http://127.0.0.1:9")
    model_client.forget()
    assert drafted(desk).statements >= 4
    assert server.cloud.seen
