"""What each EHR vendor does differently, as data.

In: one YAML file per vendor. Out: validated profiles. Never: code that asks which vendor it is.
"""

from smartapp.fhir.vendors.profiles import Profile, ProfileInvalid, load, names

__all__ = ["Profile", "ProfileInvalid", "load", "names"]
