"""``manage.py check_secrets``: fetch every secret of our registrations, and tell their ages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from smartapp.ehrs.secrets import fetch_all, secret_figures


class Command(BaseCommand):
    """Fetches each secret as a starting process does; never shows one."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each reference; exit with an error when one cannot be had."""
        outcome = fetch_all()
        for figure in secret_figures():
            if figure.reference in outcome:
                age = "age unknown" if figure.days is None else f"{figure.days} days old"
                said = outcome[figure.reference] or figure.level or "good"
                self.stdout.write(f"{figure.reference}  {age}  {said}")
        failed = sorted({code for code in outcome.values() if code})
        if failed:
            raise CommandError(f"Not every secret could be had: {', '.join(failed)}.")
