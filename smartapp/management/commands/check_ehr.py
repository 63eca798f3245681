"""``manage.py check_ehr ISSUER``: whether an EHR can give what the workflows need."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.administration.reports import report_on
from smartapp.checking import CheckRefused
from smartapp.checking.report import lines
from smartapp.fhir.addresses import is_id
from smartapp.fhir.vendors import names
from smartapp.models import Ehr


class Command(BaseCommand):
    """Asks the EHR: discovery, CapabilityStatement, and each concept live."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what is checked and how it is told."""
        parser.add_argument("issuer", help="FHIR base URL, or the slug of a registered EHR")
        parser.add_argument(
            "--vendor", choices=names(), default="generic", help="for an EHR not registered yet"
        )
        parser.add_argument("--patient", default="", help="a test patient's id, to read live")
        parser.add_argument("--json", action="store_true", help="for another program")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and tell; ends with status 1 where something that a workflow reads is missing."""
        if options["patient"] and not is_id(options["patient"]):
            raise CommandError("A patient is named by the id of its Patient resource.")
        ehr = _ehr(options["issuer"], options["vendor"])
        try:
            told = report_on(ehr, patient_id=options["patient"])
        except CheckRefused as refused:
            if options["json"]:
                self.stdout.write(json.dumps({"refused": refused.code, "words": str(refused)}))
            raise CommandError(f"{refused.code}: {refused}") from refused
        self.stdout.write(json.dumps(told, indent=2) if options["json"] else "\n".join(lines(told)))
        if not told["met"]:
            raise CommandError("Something that a workflow reads is missing; see the table.")


def _ehr(issuer: str, vendor: str) -> Ehr:
    """Return the registered EHR of this slug or issuer, or one that is only looked at."""
    base = issuer.removesuffix("/")
    known = Ehr.objects.filter(slug=issuer) if "://" not in issuer else Ehr.objects.none()
    known = known or Ehr.objects.filter(issuer__in=[base, base + "/"])
    return known.first() or Ehr(issuer=base, vendor=vendor)
