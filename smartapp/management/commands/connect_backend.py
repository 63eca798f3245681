"""``manage.py connect_backend``: register the app at an EHR for work without a clinician."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.administration.sandboxes import seed_backend
from smartapp.ehrs.backends import register_backend
from smartapp.management.named import ehr_named
from smartapp.models import BackendClient, Ehr
from smartapp.scopes.approvals import backend_scopes, unapproved


class Command(BaseCommand):
    """Registers one backend; run again for the same EHR, it changes what differs."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what a backend registration consists of."""
        parser.add_argument("slug", help="the EHR's short name, as in connect_ehr")
        parser.add_argument("--client-id", required=True)
        parser.add_argument("--scopes", required=True, help="system/ scopes, separated by spaces")
        auth = BackendClient.ClientAuth
        parser.add_argument("--auth", default=auth.KEY, choices=auth.values)
        parser.add_argument("--secret-ref", default="", help="env:, file:, vault: or aws-sm:")
        parser.add_argument("--algorithm", default="ES384", choices=["ES384", "RS384"])
        parser.add_argument(
            "--no-jku", action="store_true", help="where the EHR holds our keys themselves"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Register, and say where our public keys are."""
        ehr = ehr_named(options["slug"])
        try:
            client, created = register_backend(
                ehr,
                client_id=options["client_id"],
                scopes=options["scopes"],
                client_auth=options["auth"],
                client_secret_ref=options["secret_ref"],
                signing_algorithm=options["algorithm"],
                names_key_set=not options["no_jku"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        done = "Registered" if created else "Changed"
        self.stdout.write(f"{done} the backend of {ehr.slug} ({client.client_id}).")
        self._say_who_agreed(ehr)
        if client.client_auth == BackendClient.ClientAuth.KEY:
            self.stdout.write(f"Key set address: {settings.BASE_URL}/.well-known/jwks.json")

    def _say_who_agreed(self, ehr: Ehr) -> None:
        if seed_backend(ehr):
            self.stdout.write("Its scopes are approved by nobody: seeded for the demonstration.")
        waiting = unapproved(ehr, backend_scopes(ehr))
        if waiting:
            self.stdout.write(
                f"No token is asked for until these scopes are approved: {' '.join(waiting)}. "
                f"See {settings.BASE_URL}/administration/scopes/{ehr.slug}/."
            )
