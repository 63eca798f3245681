"""What a clinician was typing when an act was refused: open again, or beside the draft."""

from dataclasses import dataclass
from uuid import UUID

from recommendations.views.own_words import OwnFound
from recommendations.views.shown import Shown
from smartapp.launch.doors import LaunchRequest


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands open, with words not yet saved: ``edit`` or ``reject`` in a statement.

    ``reject_draft`` is in the bar. ``reason`` is the one chosen so far, ``against`` what the chart
    says otherwise than the words that were typed.
    """

    kind: str = ""
    statement_id: UUID | None = None
    typed: str | None = None
    reason: str = ""
    against: OwnFound | None = None


def opened_of(request: LaunchRequest) -> Opened:
    """What the address asks to have open; nonsense opens nothing."""
    kind = request.GET.get("open", "")
    try:
        statement_id = UUID(request.GET.get("statement", ""))
    except ValueError:
        return Opened()
    return Opened(kind, statement_id) if kind in {"edit", "reject"} else Opened()


def typed_in(request: LaunchRequest, statement_id: UUID | None = None) -> Opened | None:
    """What an act came with that was refused; nothing where nothing was typed or chosen."""
    posted = request.POST
    match posted.get("verb"):
        case "edit":
            return Opened("edit", statement_id, posted.get("text", ""))
        case "reject" | "reject_draft" as kind:
            return Opened(kind, statement_id, posted.get("comment", ""), posted.get("reason", ""))
    return None


def unkept(request: LaunchRequest, shown: Shown | None, opened: Opened) -> list[str]:
    """Words that came with an act and have no field on the page any more: to be copied.

    The statement was decided in another window meanwhile, or the whole draft. ``unkept`` in the
    form are words of other statements whose saving was refused.
    """
    words = [*request.POST.getlist("unkept"), "" if _has_field(shown, opened) else opened.typed]
    return [each for each in words if each and each.strip()]


def _has_field(shown: Shown | None, opened: Opened) -> bool:
    if shown is None or not shown.decidable:
        return False
    if opened.kind == "reject_draft":
        return True
    return any(card.id == opened.statement_id and card.is_open for card in shown.cards)
