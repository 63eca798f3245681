"""The product's settings, with handlers that misbehave as tests ask them to."""

from smartapp.settings import *  # noqa: F403 - the same settings, by design

INSTALLED_APPS = [*INSTALLED_APPS, "tests.smartapp.events.misbehaving.Misbehaving"]  # noqa: F405
EHR_SECRETS_WATCH = False
