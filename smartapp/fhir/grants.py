"""What the granted scopes mean for reading."""

from dataclasses import dataclass

from smartapp.scopes import Interaction, allows, withheld

_LETTERS: dict[Interaction, str] = {"read": "r", "search": "s"}


@dataclass(frozen=True, slots=True)
class Grants:
    """The scopes as the EHR granted them."""

    granted: str

    def allow(self, resource_type: str, interaction: Interaction) -> bool:
        """Whether a type may be asked for, perhaps only a part of it."""
        return allows(self.granted, resource_type, interaction)

    def whole(self, resource_type: str, interaction: Interaction) -> bool:
        """Whether all of a type may be read, not only ``?category=laboratory`` or the like."""
        return not withheld(f"patient/{resource_type}.{_LETTERS[interaction]}", self.granted)
