"""Django's registration of the app."""

from django.apps import AppConfig


class SmartAppConfig(AppConfig):
    """The door and the pipe."""

    name = "smartapp"
    verbose_name = "EHR connections"

    def ready(self) -> None:
        """Register the checks that run at start, and what listens to other libraries."""
        from smartapp.ehrs import checks as secrets  # noqa: F401, PLC0415 - as below
        from smartapp.events import changes  # noqa: F401, PLC0415 - registers its handler
        from smartapp.fhir import checks  # noqa: F401, PLC0415 - registers itself; apps load first
        from smartapp.staff import receivers  # noqa: F401, PLC0415 - as above
