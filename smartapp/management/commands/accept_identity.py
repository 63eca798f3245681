"""``manage.py accept_identity``: take a patient's identity as the EHR tells it now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.fhir.identities import accept_anew
from smartapp.models import Launch


class Command(BaseCommand):
    """Forgets whom we knew by the id, so that the next reading tells anew."""

    help = (
        "For a launch whose patient's details were left out because they tell of somebody else "
        "than before. Look into the EHR first: run this only where its record is right."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the launch, by which no patient need be named."""
        # An id may begin with a hyphen, which only ``--launch=`` takes as no option of its own.
        parser.add_argument(
            "--launch", required=True, metavar="ID", help="the launch's id, as the trail shows it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget."""
        launch = Launch.objects.filter(pk=options["launch"]).first()
        if launch is None or not accept_anew(launch):
            raise CommandError("Nothing is known that could be forgotten: check the launch's id.")
        self.stdout.write("Forgotten. The next reading is believed, and kept.")
