"""What an EHR granted, held against what it was asked for."""

from audit.events.scopes import GrantDiffers
from smartapp import scopes
from smartapp.fhir.vendors import profile_of
from smartapp.fhir.vendors.needs import tools_short
from smartapp.models import Ehr


def difference(ehr: Ehr, *, asked: str, granted: str) -> list[GrantDiffers]:
    """Return an event where the grant is not what was asked for, tool by tool; else nothing."""
    withheld, surplus = scopes.withheld(asked, granted), scopes.surplus(asked, granted)
    if not withheld and not surplus:
        return []
    short: list[str] = []
    if any(scopes.parse(each) for each in withheld):
        tools = scopes.tools_of(scopes.registered()).values()
        found = tools_short(profile_of(ehr), tools, granted)
        short = [f"{tool.key}: {', '.join(types)}" for tool, types in found.items()]
    return [GrantDiffers(tools_short=tuple(short), withheld=withheld, surplus=surplus)]
