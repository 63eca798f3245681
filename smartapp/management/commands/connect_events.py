"""``manage.py connect_events``: let an EHR or an integration engine send notifications."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.events.letters import restart
from smartapp.events.registering import address, register_sender
from smartapp.management.named import ehr_named
from smartapp.models import EventSubscription


class Command(BaseCommand):
    """Registers one sender; run again for the same name, it changes what differs."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what a sender consists of."""
        parser.add_argument("slug", help="the EHR's short name, as in connect_ehr")
        parser.add_argument("--name", required=True, help="what it tells of, for people")
        form = EventSubscription.Form
        parser.add_argument("--form", default=form.FHIR, choices=form.values)
        parser.add_argument("--secret-ref", required=True, help="env:, file:, vault: or aws-sm:")
        parser.add_argument(
            "--second-secret-ref", default="", help="while one secret takes over from another"
        )
        parser.add_argument(
            "--reference", default="", help="Subscription/ID at the EHR, to ask for what is missing"
        )
        parser.add_argument("--off", action="store_true", help="take nothing from it any more")
        parser.add_argument(
            "--restart", action="store_true", help="its numbers start anew: the EHR made it anew"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Register, and say where to send."""
        ehr = ehr_named(options["slug"])
        try:
            sender, created = register_sender(
                ehr,
                name=options["name"],
                form=options["form"],
                secret_ref=options["secret_ref"],
                second_secret_ref=options["second_secret_ref"],
                reference=options["reference"],
                is_active=not options["off"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["restart"] and not created:
            restart(sender)
        self.stdout.write(f"{'Registered' if created else 'Changed'} {sender.name}.")
        self.stdout.write(f"Address: {address(sender)}")
