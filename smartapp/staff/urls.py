"""Sign-in of people who do not come from an EHR."""

from django.urls import include, path
from django.views.generic import TemplateView

urlpatterns = [
    # Ahead of allauth's own page, which would send a mail.
    path("password/reset/", TemplateView.as_view(template_name="staff/ask_administrator.html")),
    path("", include("allauth.urls")),
]
