"""Lets Django find the screen's templates and styles."""

from django.apps import AppConfig


class EhrConfig(AppConfig):
    """Pages only; the tables are the authorization server's."""

    name = "sandbox.ehr"
    label = "sandbox_ehr"
