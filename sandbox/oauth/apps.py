"""Registers the models that remember launches, codes and tokens."""

import os

from django.apps import AppConfig


class OAuthConfig(AppConfig):
    """The authorization server's tables."""

    name = "sandbox.oauth"
    label = "sandbox_oauth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the pretend hospital speak plain http under any host name, as in a container."""
        os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")
