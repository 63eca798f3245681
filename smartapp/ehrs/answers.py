"""The token endpoint's answers, checked before anything believes them."""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from smartapp.ehrs.errors import EhrAnswerUnreadable

# RFC 6749 section 5.1 lets `expires_in` be absent. Short: a token kept too long only costs a 401.
DEFAULT_LIFETIME = 300
_LONGEST = 86_400
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")  # FHIR R4, section 2.24: the type id


def is_id(text: str) -> bool:
    """Tell whether ``text`` can be the id of a FHIR resource."""
    return _ID.fullmatch(text) is not None


class TokenAnswer(BaseModel):
    """What came beside and with an access token. Unknown extras of vendors are left out."""

    # hide_input: a token must not stand in an error message.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    access_token: str = Field(min_length=1, max_length=16_384)
    token_type: Literal["bearer"]
    expires_in: int = DEFAULT_LIFETIME
    refresh_token: str | None = Field(default=None, min_length=1, max_length=16_384)
    scope: str | None = None
    id_token: str | None = None
    patient: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.\-]{1,64}$")
    encounter: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.\-]{1,64}$")
    need_patient_banner: bool = True
    intent: str | None = Field(default=None, max_length=200)
    tenant: str | None = Field(default=None, max_length=200)
    smart_style_url: str | None = Field(default=None, max_length=2000)
    fhir_context: list[dict[str, JsonValue]] = Field(default=[], alias="fhirContext")
    # Epic's extras: the department the clinician is signed in to, and where the visit is. Ids of
    # Locations; one that is not readable as such is left out, for nothing depends on it.
    login_department: str | None = Field(default=None, alias="loginDepartment")
    location: str | None = None

    @field_validator("token_type", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        """``Bearer`` in any case, as RFC 6749 section 7.1 has it."""
        return value.lower() if isinstance(value, str) else value

    @field_validator("expires_in", mode="after")
    @classmethod
    def _sensible(cls, seconds: int) -> int:
        if seconds < 1:
            raise ValueError("a token that is dead already")
        return min(seconds, _LONGEST)

    @field_validator("patient", "encounter", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        return value or None

    @field_validator("login_department", "location", mode="before")
    @classmethod
    def _unreadable_is_absent(cls, value: object) -> object:
        return value if isinstance(value, str) and is_id(value) else None

    @field_validator("fhir_context", mode="before")
    @classmethod
    def _meaningful(cls, value: object) -> object:
        """Entries need a reference, a canonical or an identifier; others say nothing."""
        entries = value if isinstance(value, list) else []
        wanted = {"reference", "canonical", "identifier"}
        return [each for each in entries if isinstance(each, dict) and wanted & each.keys()]


def token_answer(answer: dict[str, Any]) -> TokenAnswer:
    """Check a token endpoint's JSON; raise :class:`EhrAnswerUnreadable`, which shows none of it."""
    try:
        return TokenAnswer.model_validate(answer)
    except ValidationError as error:
        places = sorted({str(each["loc"][0]) for each in error.errors() if each["loc"]})
        raise EhrAnswerUnreadable(f"The token answer is wrong at: {', '.join(places)}.") from None
