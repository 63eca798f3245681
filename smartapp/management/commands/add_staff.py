"""``manage.py add_staff``: make an account for a compliance reviewer or an administrator."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.env import env
from smartapp.models import StaffUser
from smartapp.staff.accounts import add_staff, new_password


class Command(BaseCommand):
    """Makes an account; the password is made up and shown once, unless one is given."""

    help = (
        "The password comes from --password-stdin, or from COUNTERSIGN_STAFF_PASSWORD; with "
        "neither, one is made up and printed, this once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare who and what for. No argument takes the password: others could see it there."""
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=StaffUser.Role.values)
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account."""
        given = (
            sys.stdin.readline().rstrip("\r\n")
            if options["password_stdin"]
            else env.str("COUNTERSIGN_STAFF_PASSWORD", "")
        )
        password = given or new_password()
        try:
            user = add_staff(username=options["username"], role=options["role"], password=password)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Added {user.username} ({user.get_role_display()}).")
        if not given:
            self.stdout.write(f"Password, shown this once: {password}")
