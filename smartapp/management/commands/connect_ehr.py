"""``manage.py connect_ehr``: register an EHR, or change its registration."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.ehrs.errors import EhrError
from smartapp.ehrs.registering import Registration, register
from smartapp.fhir.vendors import ProfileInvalid, load, names
from smartapp.fhir.vendors.files import check_overrides, read_overrides
from smartapp.fhir.vendors.needs import usual_resources
from smartapp.launch.authorize import redirect_uri
from smartapp.models import Ehr
from smartapp.scopes import asked_for
from smartapp.scopes.approvals import unapproved


class Command(BaseCommand):
    """Registers one EHR; run again with the same slug, it changes what differs."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what a registration consists of."""
        parser.add_argument("slug", help="short name, as in addresses")
        parser.add_argument("--name", required=True, help="as people know it")
        parser.add_argument("--issuer", required=True, help="FHIR base URL, as sent in `iss`")
        parser.add_argument("--vendor", required=True, help=f"a profile: {', '.join(names())}")
        parser.add_argument("--overrides", help="a YAML file: what this EHR does differently")
        parser.add_argument("--client-id", required=True)
        parser.add_argument("--auth", required=True, choices=Ehr.ClientAuth.values)
        parser.add_argument("--secret-ref", default="", help="env:, file:, vault: or aws-sm:")
        parser.add_argument("--algorithm", default="ES384", choices=["ES384", "RS384"])
        parser.add_argument("--scopes", default="", help="instead of the usual ones")
        parser.add_argument("--scope-syntax", choices=["v1", "v2"], help="else the vendor's")
        parser.add_argument(
            "--lasting", default="online_access", choices=["", "online_access", "offline_access"]
        )
        parser.add_argument("--frame-ancestors", nargs="*", default=[], help="origins")
        parser.add_argument("--label", default="", help="shown where this is not production")
        parser.add_argument("--jurisdiction", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register and say what to enter in the EHR's portal."""
        registration = Registration(
            slug=options["slug"],
            name=options["name"],
            issuer=options["issuer"],
            vendor=options["vendor"],
            client_id=options["client_id"],
            client_auth=options["auth"],
            client_secret_ref=options["secret_ref"],
            signing_algorithm=options["algorithm"],
            scopes=options["scopes"] or _usual_scopes(options),
            frame_ancestors=options["frame_ancestors"],
            environment_label=options["label"],
            jurisdiction=options["jurisdiction"],
            profile_overrides=_overrides(options),
        )
        try:
            ehr, created = register(registration)
        except (EhrError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{'Registered' if created else 'Changed'} {ehr.slug} ({ehr.issuer}).")
        self.stdout.write(f"Launch address:   {settings.BASE_URL}/launch/")
        self.stdout.write(f"Redirect address: {redirect_uri(ehr)}")
        if ehr.client_auth == Ehr.ClientAuth.KEY:
            self.stdout.write(f"Key set address:  {settings.BASE_URL}/.well-known/jwks.json")
        if missing := unapproved(ehr, ehr.scopes.split()):
            self.stdout.write(
                f"{len(missing)} scopes are not approved yet, and until they are nobody can open "
                f"the app from this EHR: {settings.BASE_URL}/administration/scopes/{ehr.slug}/"
            )


def _overrides(options: dict[str, Any]) -> dict[str, Any] | None:
    """What the file says, or ``None`` where none is given and the stored ones still fit."""
    try:
        if options["overrides"]:
            return read_overrides(Path(options["overrides"]), options["vendor"])
        kept = Ehr.objects.filter(slug=options["slug"]).first()
        if kept is not None and kept.profile_overrides:
            check_overrides(kept.profile_overrides, options["vendor"], named="the overrides kept")
    except ProfileInvalid as error:
        raise CommandError(str(error)) from error
    return None


def _usual_scopes(options: dict[str, Any]) -> str:
    """The smallest set for what the workflows need, in the grammar asked for."""
    try:
        profile = load(options["vendor"])
    except ProfileInvalid as error:
        raise CommandError(str(error)) from error
    resources = usual_resources(profile, syntax=options["scope_syntax"])
    return asked_for(resources, lasting=options["lasting"])
