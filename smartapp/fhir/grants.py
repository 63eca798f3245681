"""What the granted scopes mean for reading."""

from dataclasses import dataclass

from smartapp.scopes import Interaction, allows, satisfies
from smartapp.scopes.grammar import Filters


@dataclass(frozen=True, slots=True)
class Grants:
    """The scopes as the EHR granted them."""

    granted: str

    def allow(self, resource_type: str, interaction: Interaction) -> bool:
        """Whether a type may be asked for, perhaps only a part of it."""
        return allows(self.granted, resource_type, interaction)

    def whole(self, resource_type: str, interaction: Interaction, filters: Filters = ()) -> bool:
        """Whether all that a search with ``filters`` asks for may be read, not only some of it.

        ``?category=laboratory`` granted is all of a search for that category, and a part of the
        type's.
        """
        return satisfies(self.granted, resource_type, interaction, filters)
