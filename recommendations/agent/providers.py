"""Whose servers the model runs on, by setting, and whether the settings can work.

No client is made here and no vendor's library imported: :mod:`.clients` does that.
"""

import re
from dataclasses import dataclass
from importlib.util import find_spec

from django.conf import settings

ANTHROPIC, BEDROCK, VERTEX = "anthropic", "bedrock", "vertex"

_AWS_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_GOOGLE_REGION = re.compile(r"us|eu|global|[a-z]+(-[a-z]+)+\d")
_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_GEO = re.compile(r"[a-z]{2,12}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A setting that cannot work: a stable code, what is wrong, what to do."""

    code: str
    words: str
    todo: str


def configured() -> bool:
    """Whether a model is set up; without one, rules draft."""
    if settings.MODEL_PROVIDER == ANTHROPIC:
        return bool(settings.MODEL_API_KEY)
    return settings.MODEL_PROVIDER in {BEDROCK, VERTEX}


def title() -> str:
    """The provider's name, as a person reads it."""
    return {BEDROCK: "Amazon Bedrock", VERTEX: "Google Vertex AI"}.get(
        settings.MODEL_PROVIDER, "Anthropic"
    )


def geography() -> str:
    """Where Anthropic's own API is asked to answer; empty: wherever it chooses."""
    return settings.MODEL_REGION if settings.MODEL_PROVIDER == ANTHROPIC else ""


def problems() -> list[Problem]:
    """What keeps the settings from working, or sends a chart where nobody decided it may go."""
    found = {ANTHROPIC: _anthropic, BEDROCK: _bedrock, VERTEX: _vertex}.get(settings.MODEL_PROVIDER)
    if found is None:
        return [
            Problem(
                "model_provider_unknown",
                f"COUNTERSIGN_MODEL_PROVIDER is {settings.MODEL_PROVIDER!r}.",
                "Set it to anthropic, bedrock or vertex.",
            )
        ]
    return [*found(), *_ids()]


def leaves_its_place(named: str) -> bool:
    """Whether a region or model may be answered from anywhere, and nobody has agreed to that.

    A model is told by its id, or by the ARN of an inference profile, which ends with one.
    """
    first = named.rpartition("/")[2].partition(".")[0]
    return first == "global" and not settings.MODEL_ANYWHERE


def _anthropic() -> list[Problem]:
    if settings.MODEL_REGION and not _GEO.fullmatch(settings.MODEL_REGION):
        return [
            Problem(
                "model_region_invalid",
                f"COUNTERSIGN_MODEL_REGION is {settings.MODEL_REGION!r}, which is no geography of "
                "Anthropic's API.",
                "Set it to one that the contract names, such as us, or leave it empty.",
            )
        ]
    return _everywhere(settings.MODEL_REGION)


def _bedrock() -> list[Problem]:
    found = _missing("boto3", "requirements-aws.lock", "Amazon Bedrock")
    if not _AWS_REGION.fullmatch(settings.MODEL_REGION):
        found.append(
            Problem(
                "model_region_invalid",
                f"COUNTERSIGN_MODEL_REGION is {settings.MODEL_REGION!r}, no region of AWS.",
                "Set it to the region whose Bedrock is to be asked, such as us-east-1.",
            )
        )
    return found


def _vertex() -> list[Problem]:
    found = _missing("google.auth", "requirements-vertex.lock", "Google Vertex AI")
    if not _GOOGLE_REGION.fullmatch(settings.MODEL_REGION):
        found.append(
            Problem(
                "model_region_invalid",
                f"COUNTERSIGN_MODEL_REGION is {settings.MODEL_REGION!r}, which is no location of "
                "Vertex AI.",
                "Set it to the location to be asked, such as us-east5 or eu.",
            )
        )
    if not _PROJECT.fullmatch(settings.MODEL_PROJECT):
        found.append(
            Problem(
                "model_project_invalid",
                f"COUNTERSIGN_MODEL_PROJECT is {settings.MODEL_PROJECT!r}, which is no project id.",
                "Set it to the id of the Google Cloud project that is billed.",
            )
        )
    return found + _everywhere(settings.MODEL_REGION)


def _missing(module: str, lock: str, named: str) -> list[Problem]:
    try:
        there = find_spec(module) is not None
    except ModuleNotFoundError:
        there = False
    if there:
        return []
    words = f"The library for {named} is not installed."
    return [Problem("model_driver_missing", words, f"pip install --require-hashes -r {lock}")]


def _ids() -> list[Problem]:
    ids = [settings.MODEL_ID, *settings.MODEL_FALLBACKS]
    if not all(each and each == each.strip() and len(each) <= 80 for each in ids):
        return [
            Problem(
                "model_id_invalid",
                "COUNTERSIGN_MODEL_ID or COUNTERSIGN_MODEL_FALLBACKS names no model, or one with "
                "more than 80 characters.",
                "Set ids as the provider spells them, without spaces.",
            )
        ]
    return [problem for each in ids for problem in _everywhere(each)][:1]


def _everywhere(named: str) -> list[Problem]:
    """A region or an inference profile that may answer on any continent, where none was allowed."""
    if not leaves_its_place(named):
        return []
    return [
        Problem(
            "model_anywhere",
            f"{named!r} may be answered from any country.",
            "Choose one with a place, or set COUNTERSIGN_MODEL_ANYWHERE=true where the hospital "
            "has agreed to that.",
        )
    ]
