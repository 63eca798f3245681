"""``manage.py connect_sandbox``: register the three hospitals of the sandbox."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smartapp.ehrs.registering import register
from smartapp.ehrs.sandboxes import sandbox_registrations


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
        for registration in sandbox_registrations(
            options["base_url"], secret_ref=options["secret_ref"]
        ):
            ehr, created = register(registration)
            self.stdout.write(f"{'Registered' if created else 'Changed'} {ehr.slug}.")
