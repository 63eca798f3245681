"""``manage.py dead_events``: list, replay or discard events that could not be processed."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.events import letters


class Command(BaseCommand):
    """Shows no content: a number, a kind and the reason."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what may be done."""
        parser.add_argument("act", nargs="?", default="list", choices=["list", "replay", "discard"])
        parser.add_argument("ids", nargs="*", type=UUID, help="as the list shows them")
        parser.add_argument("--all", action="store_true", help="replay every one of them")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or act."""
        act, ids = options["act"], options["ids"]
        if act == "list":
            self._list()
            return
        if options["all"] and act == "replay":
            ids = [row.pk for row in letters.dead(limit=100_000)]
        elif not ids:
            raise CommandError("Name the ids of the events, as the list shows them.")
        count = letters.replay(ids) if act == "replay" else letters.discard(ids)
        self.stdout.write(f"{'Put back' if act == 'replay' else 'Discarded'}: {count}.")

    def _list(self) -> None:
        rows = letters.dead()
        for row in rows:
            number = "-" if row.number is None else row.number
            said = f"{row.kind or '-'}  {number}  {row.code}  {row.attempts} attempts"
            self.stdout.write(f"{row.pk}  {row.subscription.name}  {said}")
        self.stdout.write(f"{len(rows)} dead.")
