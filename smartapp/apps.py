"""Django's registration of the app."""

from django.apps import AppConfig


class SmartAppConfig(AppConfig):
    """The door and the pipe."""

    name = "smartapp"
    verbose_name = "EHR connections"
