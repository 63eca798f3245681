"""What is said of AI by jurisdiction: the text, its version, and where it stands."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommendations.workflows.documents import Document

DEFAULT = "default"
_FILE = Path(__file__).parent / "disclosures.yaml"


class Disclosure(BaseModel):
    """One jurisdiction's. ``placement`` is that of ``patient`` within a text for a patient.

    "{This} {was}" in ``patient`` becomes "This reply was", "These instructions were".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    jurisdiction: str = Field(pattern=r"^(default|[A-Z]{2}(-[A-Z0-9]{1,3})?)$")
    name: str = Field(min_length=1)
    version: int = Field(ge=1)
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    law: str = Field(min_length=1)
    patient: str = Field(min_length=20)
    placement: Literal["start", "end"]
    clinician: str = Field(min_length=20)
    duty: str = ""

    @property
    def in_any(self) -> str:
        """The text for a patient where no document is named."""
        return self.patient.replace("{This}", "This text").replace("{was}", "was")

    def to_patient(self, document: Document) -> str:
        """What stands in a text for a patient, with the document's own noun."""
        this = document.this[:1].upper() + document.this[1:]
        was = "were" if document.several else "was"
        return self.patient.replace("{This}", this).replace("{was}", was)

    @property
    def id(self) -> str:
        """``US-CA@1``: kept with what was signed under it."""
        return f"{self.jurisdiction}@{self.version}"


def disclosure(jurisdiction: str) -> Disclosure:
    """That of a jurisdiction, else of its country, else the product's own."""
    known = disclosures()
    country = jurisdiction.partition("-")[0]
    return known.get(jurisdiction) or known.get(country) or known[DEFAULT]


@lru_cache
def disclosures() -> dict[str, Disclosure]:
    """All by jurisdiction; raises ``ValueError`` where the file is not as it must be."""
    raw = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - strings only
    try:
        found = [Disclosure.model_validate(each) for each in raw]
    except (ValidationError, TypeError) as error:
        raise ValueError(f"{_FILE.name}: {error}") from error
    by_place = {each.jurisdiction: each for each in found}
    if len(by_place) != len(found) or DEFAULT not in by_place:
        raise ValueError(f"{_FILE.name} needs each jurisdiction once, and one named {DEFAULT}.")
    return by_place
