"""What each EHR vendor does differently, as data.

In: one YAML file per vendor, and what one EHR does differently from its vendor. Out: validated
profiles. Never: code that asks which vendor it is.
"""

from smartapp.fhir.vendors.files import load, names, profile_of
from smartapp.fhir.vendors.profiles import Profile, ProfileInvalid

__all__ = ["Profile", "ProfileInvalid", "load", "names", "profile_of"]
