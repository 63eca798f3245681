"""Why an EHR could not be checked at all. No message holds the EHR's own words."""

from smartapp.ehrs.errors import EhrError

_WHAT_TO_DO = {
    "issuer_unsafe": "The issuer must be an https address without a query or a fragment.",
    "ehr_unavailable": "The EHR did not answer. Check the address and the network; try again.",
    "discovery_unreadable": (
        "The EHR's SMART configuration cannot be used: it is missing, unreadable, or names "
        "addresses that are not https. Ask the EHR's administrators to correct it."
    ),
    "pkce_unsupported": "The EHR does not offer PKCE with S256, and without it nobody is let in.",
    "capability_unreadable": (
        "The EHR's CapabilityStatement cannot be used: it is missing, too large, or no FHIR JSON. "
        "Check that the issuer is the FHIR base, and ask the EHR's administrators."
    ),
    "vendor_profile_invalid": "There is no vendor profile of this name. Register the EHR anew.",
    "fhir_version_unsupported": "The EHR does not speak FHIR R4 at this address. Use its R4 base.",
}


class CheckRefused(Exception):
    """The check ends here; ``code`` is stable and ``str()`` says what to do."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(_WHAT_TO_DO[code])

    @classmethod
    def of(cls, error: EhrError) -> "CheckRefused":
        """Say why the EHR could not be asked."""
        return cls(error.code if error.code in _WHAT_TO_DO else "discovery_unreadable")
