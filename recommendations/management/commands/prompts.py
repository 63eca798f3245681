"""``manage.py prompts``: list the versions of every prompt, or release one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations.agent.prompts import PromptBroken, files, releasing


class Command(BaseCommand):
    """Lists prompt files, or lists one as released; its file may not be edited after that."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what may be released."""
        parser.add_argument("--release", nargs=2, metavar=("NAME", "VERSION"))

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or release."""
        try:
            if options["release"]:
                name, version = options["release"]
                found = releasing.release(name, int(version))
                self.stdout.write(f"{found.id} {found.version} is released: {found.sha256}")
                return
            for name in files.names():
                for version in files.versions(name):
                    self.stdout.write(_line(files.load(name, version)))
        except (PromptBroken, ValueError) as error:
            raise CommandError(f"prompt_broken: {error}") from error


def _line(found: files.PromptFile) -> str:
    state = "released" if found.is_released else "not released"
    return (
        f"{found.id} {found.version}  {found.date}  {state}  {found.sha256[:12]}  {found.purpose}"
    )
