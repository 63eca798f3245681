"""``manage.py shadow DRAFT``: have an old draft made again with another release, beside it."""

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations.agent.prompts import CONTRACT, Release, released
from recommendations.models import Draft, Shadow
from recommendations.replays.errors import NotAnAdministrator, ReplayRefused
from recommendations.replays.shadowing import record_refusal, shadow
from recommendations.workflows.registry import DOCUMENTS
from smartapp.models import StaffUser


class Command(BaseCommand):
    """Sends what the draft had read to the model once more; tells figures and no words."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the draft, the release, and who asks."""
        parser.add_argument("draft", type=UUID, help="its id, as the trail shows it")
        parser.add_argument("--prompt", type=int, required=True, help="version of the prompt")
        parser.add_argument("--contract", type=int, help="version; the newest unless told")
        parser.add_argument("--model", action="append", default=[], help="instead of the settings'")
        parser.add_argument("--by", required=True, help="the administrator who asks, by user name")
        parser.add_argument("--json", action="store_true", help="one line of JSON, for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draft, keep, tell."""
        draft = Draft.objects.filter(pk=options["draft"]).first()
        document = DOCUMENTS[draft.document] if draft else next(iter(DOCUMENTS.values()))
        contract = options["contract"] or released(CONTRACT)[-1]
        models = tuple(options["model"])
        release = Release(document.prompt, contract, options["prompt"], models)
        try:
            made = shadow(options["draft"], release, by=_asking(options["by"], options["draft"]))
        except ReplayRefused as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused
        self.stdout.write(json.dumps(_told(made)) if options["json"] else _words(made, release))
        if made.code:
            raise CommandError(f"{made.code}: the model made no draft.")


def _asking(name: str, draft_id: UUID) -> StaffUser:
    found = StaffUser.objects.filter(username=name).first()
    if found is None:
        record_refusal(draft_id, NotAnAdministrator.code, by=None)
        raise NotAnAdministrator
    return found


def _told(made: Shadow) -> dict[str, Any]:
    return {
        "shadow": str(made.pk),
        "draft": str(made.draft_id),
        "release_sha256": made.sha256,
        "model": made.model_id,
        "code": made.code,
        "outcomes_before": made.outcomes_before,
        "outcomes": made.outcomes,
        "both": made.both,
        "usage": made.usage,
    }


def _words(made: Shadow, release: Release) -> str:
    kinds = sorted({*made.outcomes_before, *made.outcomes})
    rows = [
        f"  {kind.replace('_', ' ')}: {made.outcomes_before.get(kind, 0)} in the draft, "
        f"{made.outcomes.get(kind, 0)} beside it"
        for kind in kinds
    ]
    head = f"Shadow {made.pk}: {release.version}, {made.model_id or 'no model'}"
    return "\n".join([head, *rows, f"  Said by both, word for word: {made.both}"])
