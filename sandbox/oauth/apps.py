"""Registers the models that remember launches, codes and tokens."""

from django.apps import AppConfig


class OAuthConfig(AppConfig):
    """The authorization server's tables."""

    name = "sandbox.oauth"
    label = "sandbox_oauth"
    default_auto_field = "django.db.models.BigAutoField"
