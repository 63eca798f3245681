"""Sign-in of people who do not come from an EHR."""

from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.http import Http404
from django.urls import include, path
from django.views.defaults import page_not_found
from django.views.generic import TemplateView

from smartapp.staff.doors import second_factor_shown

urlpatterns = [
    # Ahead of allauth's own, which ask for no more than the password.
    path("2fa/totp/deactivate/", second_factor_shown(totp.deactivate_totp)),
    path("2fa/recovery-codes/", second_factor_shown(codes.view_recovery_codes)),
    path("2fa/recovery-codes/generate/", second_factor_shown(codes.generate_recovery_codes)),
    path("2fa/recovery-codes/download/", second_factor_shown(codes.download_recovery_codes)),
    # Ahead of allauth's own page, which would send a mail.
    path("password/reset/", TemplateView.as_view(template_name="staff/ask_administrator.html")),
    # Nothing is sent by mail, so no address is kept.
    path("email/", page_not_found, {"exception": Http404()}),
    path("", include("allauth.urls")),
]
