"""What the granted scopes mean for reading."""

from collections.abc import Mapping
from dataclasses import dataclass

from smartapp.scopes import Interaction, allows, satisfies


@dataclass(frozen=True, slots=True)
class Grants:
    """The scopes as the EHR granted them."""

    granted: str

    def allow(self, resource_type: str, interaction: Interaction) -> bool:
        """Whether a type may be asked for, perhaps only a part of it."""
        return allows(self.granted, resource_type, interaction)

    def whole(
        self, resource_type: str, interaction: Interaction, params: Mapping[str, str] | None = None
    ) -> bool:
        """Whether all that a search with ``params`` asks for may be read, not only some of it.

        ``?category=laboratory`` granted is all of a search for that category, and a part of the
        type's.
        """
        filters = tuple(sorted((params or {}).items()))
        return satisfies(self.granted, resource_type, interaction, filters)
