"""The door to registered EHRs: nobody else may start a launch."""

from smartapp.ehrs.addresses import same_base
from smartapp.launch.refusals import LaunchRefused
from smartapp.models import Ehr


def ehr_by_issuer(issuer: str) -> Ehr:
    """Return the active EHR whose FHIR base is ``issuer``, a trailing slash aside.

    Raises :class:`LaunchRefused`: an open door here would send a clinician's browser anywhere.
    """
    base = issuer.removesuffix("/")
    found = Ehr.objects.filter(is_active=True, issuer__in=[base, base + "/"]).first()
    # The database may compare without regard to case; addresses do not.
    if found is None or not same_base(found.issuer, issuer):
        raise LaunchRefused("unknown_issuer")
    return found


def ehr_by_slug(slug: str) -> Ehr:
    """Return an active EHR by its short name; raise :class:`LaunchRefused`."""
    found = Ehr.objects.filter(is_active=True, slug=slug).first()
    if found is None:
        raise LaunchRefused("unknown_issuer")
    return found
