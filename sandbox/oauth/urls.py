"""Addresses of the authorization servers, one set for each personality."""

from django.urls import URLPattern, path

from sandbox.oauth import addresses, views
from sandbox.oauth.quirks import quirks
from sandbox.personalities import PERSONALITIES, Personality

app_name = "sandbox_oauth"

_ENDPOINTS = {
    "authorize": views.authorize,
    "token": views.token,
    "introspect": views.introspect,
    "revoke": views.revoke,
    "jwks": views.jwks,
}


def _patterns(personality: Personality) -> list[URLPattern]:
    given = {"personality": personality}
    documents = [
        path(
            f"{personality.path}/.well-known/smart-configuration", views.smart_configuration, given
        ),
        path(
            f"{quirks(personality).issuer_path}/.well-known/openid-configuration",
            views.openid_configuration,
            given,
        ),
    ]
    endpoints = [
        path(where, _ENDPOINTS[name], given, name=f"{personality.key}-{name}")
        for name in addresses.paths(personality)
        for where in sorted(addresses.everywhere(personality, name), reverse=True)
    ]
    return documents + endpoints


urlpatterns = [each for one in PERSONALITIES.values() for each in _patterns(one)]
