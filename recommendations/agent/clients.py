"""The SDK's client for each provider, with what all of them must not do by themselves.

None retries, follows redirects, writes prompts into traces or takes its address from the
environment: an ``ANTHROPIC_BASE_URL`` or ``ANTHROPIC_VERTEX_BASE_URL`` there would send charts
elsewhere. Credentials of clouds are found as their own libraries find them (roles, workload
identity), unless Bedrock is given a key.
"""

from collections.abc import Callable
from typing import Any

import anthropic
from django.conf import settings
from django.utils.module_loading import import_string

from recommendations.agent import providers

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 20.0  # the API pings every few seconds, so that longer silence is a fault

Client = anthropic.Anthropic | anthropic.AnthropicBedrock | anthropic.AnthropicVertex


def built() -> Client:
    """A new client of the provider that the settings name."""
    common: dict[str, Any] = {
        "timeout": anthropic.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
        "max_retries": 0,
        # Given here because an environment variable could otherwise put prompts into traces.
        "open_telemetry": {"propagation": False, "traces": {"content_mode": "metadata_only"}},
        "http_client": anthropic.DefaultHttpxClient(**_http(settings.MODEL_TRANSPORT_FACTORY)),
    }
    return _BUILDERS[settings.MODEL_PROVIDER](common)


def _http(factory: str | Callable[[], Any]) -> dict[str, Any]:
    options: dict[str, Any] = {"follow_redirects": False}
    if factory:
        make = import_string(factory) if isinstance(factory, str) else factory
        options["transport"] = make()
    return options


def _anthropic(common: dict[str, Any]) -> Client:
    return anthropic.Anthropic(
        api_key=settings.MODEL_API_KEY,
        base_url=settings.MODEL_BASE_URL or "https://api.anthropic.com",
        **common,
    )


def _bedrock(common: dict[str, Any]) -> Client:
    region = settings.MODEL_REGION
    return anthropic.AnthropicBedrock(
        aws_region=region,
        base_url=settings.MODEL_BASE_URL or f"https://bedrock-runtime.{region}.amazonaws.com",
        **common,
    )


def _vertex(common: dict[str, Any]) -> Client:
    return anthropic.AnthropicVertex(
        region=settings.MODEL_REGION,
        # Always given: without it, default credentials would be looked for to find one.
        project_id=settings.MODEL_PROJECT,
        base_url=settings.MODEL_BASE_URL or _vertex_address(settings.MODEL_REGION),
        **common,
    )


def _vertex_address(region: str) -> str:
    """Google's address of a location; those of two continents have names of their own."""
    if region in {"us", "eu"}:
        return f"https://aiplatform.{region}.rep.googleapis.com/v1"
    host = "aiplatform" if region == "global" else f"{region}-aiplatform"
    return f"https://{host}.googleapis.com/v1"


_BUILDERS: dict[str, Callable[[dict[str, Any]], Client]] = {
    providers.ANTHROPIC: _anthropic,
    providers.BEDROCK: _bedrock,
    providers.VERTEX: _vertex,
}
