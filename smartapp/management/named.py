"""The EHR that a command is given by its short name."""

from django.core.management.base import CommandError

from smartapp.models import Ehr


def ehr_named(slug: str | None) -> Ehr:
    """Return the EHR of this short name; raises CommandError where there is none."""
    ehr = Ehr.objects.filter(slug=slug or "").first()
    if ehr is None:
        raise CommandError(f"No EHR is called {slug!r}; use connect_ehr first.")
    return ehr
