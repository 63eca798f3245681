"""The words of a model card that the code and the settings know."""

import hashlib
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from recommendations import verification
from recommendations.agent import offline, providers
from recommendations.agent.prompts import Release, newest, newest_talk
from recommendations.agent.request import tools_sha256
from recommendations.clinical.result_form import result_form_sha256
from recommendations.releases import choosing
from recommendations.transparency import measured
from recommendations.workflows.registry import DOCUMENTS

PRODUCT = "Countersign"
NAMES = frozenset(
    {
        "product", "version", "developer", "contact", "funding", "documents", "models", "versions",
        "validation_data", "validity", "local_use",
    }
)  # fmt: skip


def known() -> dict[str, str]:
    """Every name of :data:`NAMES` with its words."""
    return {
        "product": PRODUCT,
        "version": product_version(),
        "developer": settings.DEVELOPER_NAME,
        "contact": settings.DEVELOPER_CONTACT or "not set by this installation",
        "funding": settings.DEVELOPER_FUNDING or "Not stated by the developer.",
        "documents": ", ".join(d.title for d in DOCUMENTS.values()).lower(),
        "models": models(),
        "versions": versions(),
        "validation_data": measured.validation_data(),
        "validity": measured.validity(),
        "local_use": measured.local_use(),
    }


@lru_cache
def product_version() -> str:
    """The version of this software, as ``pyproject.toml`` has it."""
    told = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["project"]["version"])


def models() -> str:
    """The models that draft here in the order in which they are asked, and who serves them."""
    asked = ", then ".join([settings.MODEL_ID, *settings.MODEL_FALLBACKS])
    named = f"{asked}, served by {providers.title()}{_released_models()}"
    return named if providers.configured() else f"none is set up here; where one is, {named}"


def _released_models() -> str:
    """Those of releases in use that name models of their own."""
    told = {
        f"for the {DOCUMENTS[each.document].title.lower()}"
        f"{' in one unit' if each.unit else ''} {', then '.join(each.model_ids)}"
        for each in choosing.decided()
        if each.model_ids
    }
    return "".join(f"; {each}" for each in sorted(told))


def versions() -> str:
    """Versions of everything that decides."""
    prompts = dict.fromkeys(part for each in _in_use() for part in each.version.split())
    decided = (f"verification {verification.VERSION}", f"offline drafter {offline.VERSION}")
    return ", ".join((*decided, *(f"prompt {prompt}" for prompt in prompts), *_around()))


def _around() -> Iterator[str]:
    """What code puts around every prompt; twelve digits of a hash tell one from another."""
    tools = ",".join(tools_sha256(document) for document in DOCUMENTS.values())
    yield f"the loop's words {newest_talk().version}"
    yield f"tools {hashlib.sha256(tools.encode()).hexdigest()[:12]}"
    yield f"form of their answers {result_form_sha256()[:12]}"


def _in_use() -> list[Release]:
    """What people decided, of every document and unit; where nobody did, the newest."""
    changes = choosing.decided()
    hospital = {each.document for each in changes if not each.unit}
    shipped = [newest(each) for key, each in DOCUMENTS.items() if key not in hospital]
    return [*shipped, *(choosing.release_of(each) for each in changes)]
