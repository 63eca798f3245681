"""What somebody wishes to be used, checked before it is written down."""

import re
from dataclasses import dataclass

from recommendations.agent import providers
from recommendations.agent.prompts import CONTRACT, PromptBroken, Release, released
from recommendations.releases import errors
from recommendations.workflows.documents import Document
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import Ehr

SHORTEST, LONGEST = 10, 2000  # characters of a reason
MOST_MODELS = 5
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@\-]{0,79}")
_UNIT = re.compile(
    r"(?P<ehr>[a-z0-9_\-]{1,50})/(?P<unit>(Organization/)?[A-Za-z0-9.\-]{1,64})", re.I
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be used. Without versions a unit follows the hospital again."""

    document: str
    unit: str = ""
    contract: int | None = None
    prompt: int | None = None
    models: tuple[str, ...] = ()

    @property
    def follows(self) -> bool:
        """Whether a unit shall follow the hospital again."""
        return self.contract is None and self.prompt is None


def release_wished(document: Document, wish: Wish) -> Release:
    """The release of a wish; raises :class:`errors.VersionUnknown` or one of models."""
    names = wish.models
    if len(names) > MOST_MODELS or not all(_MODEL.fullmatch(name) for name in names):
        raise errors.ModelMalformed
    if any(map(providers.leaves_its_place, names)):
        raise errors.ModelAnywhere
    if wish.contract not in released(CONTRACT) or wish.prompt not in released(document.prompt):
        raise errors.VersionUnknown
    release = Release(document.prompt, wish.contract, wish.prompt, names)
    try:
        release.check()
    except PromptBroken as error:
        raise errors.VersionUnknown(str(error)) from None
    return release


def document_wished(wish: Wish) -> Document:
    """The document of a wish; raises :class:`errors.VersionUnknown`."""
    if wish.document not in DOCUMENTS:
        raise errors.VersionUnknown("There is no such document.")
    return DOCUMENTS[wish.document]


def check_unit(unit: str) -> None:
    """Hold that ``EHR/unit`` is of an EHR that is registered here."""
    if not unit:
        return
    match = _UNIT.fullmatch(unit)
    if match is None or not Ehr.objects.filter(slug=match["ehr"]).exists():
        raise errors.UnitUnknown


def reasoned(reason: str) -> str:
    """The reason without blanks about it; raises :class:`errors.ReasonTooShort`."""
    reason = reason.strip()
    if not SHORTEST <= len(reason) <= LONGEST:
        raise errors.ReasonTooShort
    return reason
