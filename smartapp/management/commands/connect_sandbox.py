"""``manage.py connect_sandbox``: register the three hospitals of the sandbox."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smartapp.administration.sandboxes import connect_sandboxes


class Command(BaseCommand):
    """Registers the sandbox's EHRs, one for each way of authenticating."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where the sandbox is."""
        parser.add_argument("--base-url", default="http://127.0.0.1:8090")
        parser.add_argument(
            "--secret-ref",
            default="env:SANDBOX_CLIENT_SECRET",
            help="where the shared secret of the Oracle-like hospital is",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Register all three."""
        for ehr, created in connect_sandboxes(
            options["base_url"], secret_ref=options["secret_ref"]
        ):
            self.stdout.write(f"{'Registered' if created else 'Changed'} {ehr.slug}.")
        self.stdout.write("Their scopes are approved by nobody: seeded for the demonstration.")
