"""Django's registration of the app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The memory."""

    name = "audit"
    verbose_name = "Trail"

    def ready(self) -> None:
        """Listen to what other libraries do."""
        from audit import checks, receivers  # noqa: F401, PLC0415 - register themselves; models first
