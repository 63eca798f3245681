"""Django's registration of the app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The memory."""

    name = "audit"
    verbose_name = "Trail"
