"""``flush`` for tests: sets the trail's triggers aside while the tables are emptied."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from audit import append_only


class Command(flush.Command):
    """Django's own flush, between taking the triggers away and putting them back."""

    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        append_only.remove(connection)
        try:
            super().handle(**options)
        finally:
            append_only.install(connection)
            append_only.install_tree(connection)
