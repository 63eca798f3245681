"""What code puts around a prompt: the loop's own words, the tools, the form of their answers."""

from collections.abc import Mapping

from recommendations.agent import request
from recommendations.agent.prompts import Instructions
from recommendations.clinical.result_form import result_form_sha256
from recommendations.workflows.documents import Document


def frame_of(document: Document, told: Instructions) -> dict[str, str]:
    """Versions and hashes of it, as each draft and each request to a model keep them."""
    return {
        "talk": told.talk.version,
        "talk_sha256": told.talk.sha256,
        "tools_sha256": request.tools_sha256(document),
        "results_sha256": result_form_sha256(),
    }


def frame_words(versions: Mapping[str, str]) -> str:
    """A frame as one line for people, hashes by their beginning; empty for drafts before it."""
    if "talk" not in versions:
        return ""
    parts = (versions["talk_sha256"], versions["tools_sha256"], versions["results_sha256"])
    words, tools, results = (each[:8] for each in parts)
    return f"{versions['talk']} {words}, tools {tools}, answers {results}"
