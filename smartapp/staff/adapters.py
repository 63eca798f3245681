"""django-allauth, with its doors for strangers closed."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings

from encryption import open_sealed, seal

_SECOND_FACTOR = "mfa_authenticator|any|data"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; signing in leads to the pages of one's role."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up by themselves."""
        return False

    def get_login_redirect_url(self, request: Any) -> str:
        """Return where to go for who signed in without asking for a page."""
        role = getattr(request.user, "role", "")
        return str(settings.STAFF_HOME.get(role, settings.LOGIN_REDIRECT_URL))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An OpenID Connect identity opens an account that exists; it makes none."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        """Nobody signs up by themselves."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are sealed. Allauth does not say whose: one context for all."""

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return base64.b64encode(seal(text.encode(), context=_SECOND_FACTOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what ``encrypt`` sealed."""
        return open_sealed(base64.b64decode(encrypted_text), context=_SECOND_FACTOR).decode()
