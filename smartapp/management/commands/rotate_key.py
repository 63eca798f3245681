"""``manage.py rotate_key``: change the key that signs our assertions, one stage at a time."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.ehrs.keys import ALGORITHMS, live_keys
from smartapp.ehrs.rotating import DEFAULT_WAIT, RotationRefused, Stage, next_stage, rotate

_DONE = {
    Stage.PUBLISH: "Published",
    Stage.SIGN: "Now signing with",
    Stage.WITHDRAW: "Withdrew, and destroyed the private half of",
}


class Command(BaseCommand):
    """Publishes a new key, then signs with it, then withdraws the old one."""

    help = (
        "Run it three times, a day or more apart: publish, sign, withdraw. Each run does the next "
        "stage. For a key that has leaked use --wait-hours 0, three times in a row."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which key, which stage, and how long the one before must have lasted."""
        parser.add_argument("algorithm", choices=ALGORITHMS)
        parser.add_argument("--stage", choices=[each.value for each in Stage], help="refuse others")
        hours = DEFAULT_WAIT.total_seconds() / 3600
        parser.add_argument("--wait-hours", type=float, default=hours, help="default %(default)s")
        parser.add_argument("--status", action="store_true", help="change nothing; tell the keys")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the next stage, and say what comes after it."""
        algorithm = options["algorithm"]
        if not options["status"]:
            self._rotate(algorithm, options["stage"], options["wait_hours"])
        for key in live_keys(algorithm):
            since = key.signing_from
            state = f"signing from {since:%Y-%m-%d %H:%M} UTC" if since else "published, not used"
            self.stdout.write(f"{key.kid}  {state}")
        self.stdout.write(f"Next stage: {next_stage(algorithm).value}.")
        self.stdout.write(f"Key set: {settings.BASE_URL}/.well-known/jwks.json")

    def _rotate(self, algorithm: str, named: str | None, hours: float) -> None:
        stage = Stage(named) if named else next_stage(algorithm)
        if hours < 0:
            raise CommandError("--wait-hours must not be negative.")
        try:
            changed = rotate(algorithm, stage, wait=timedelta(hours=hours))
        except RotationRefused as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused
        for key in changed:
            self.stdout.write(f"{_DONE[stage]} {key.kid}.")
