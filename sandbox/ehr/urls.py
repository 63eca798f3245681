"""Addresses of the EHR screen."""

from django.urls import path, register_converter
from django.views.generic import RedirectView

from sandbox.ehr import api, views
from sandbox.personalities import PERSONALITIES, Personality

app_name = "ehr"


class PersonalityConverter:
    """A personality by its key; any other word is no address of ours."""

    regex = "|".join(PERSONALITIES)

    def to_python(self, value: str) -> Personality:
        """From the address."""
        return PERSONALITIES[value]

    def to_url(self, value: Personality | str) -> str:
        """Into the address."""
        return value if isinstance(value, str) else value.key


register_converter(PersonalityConverter, "personality")

urlpatterns = [
    path("", RedirectView.as_view(url="/ehr/")),
    path("ehr/", views.home, name="home"),
    path("ehr/<personality:personality>/sign-in/", views.sign_in, name="sign-in"),
    path("ehr/<personality:personality>/sign-out/", views.sign_out, name="sign-out"),
    path("ehr/<personality:personality>/patients/", views.patients, name="patients"),
    path("ehr/<personality:personality>/patients.json", api.chart_list, name="chart-list"),
    path("ehr/<personality:personality>/patients/<str:patient_id>/", views.chart, name="chart"),
    path(
        "ehr/<personality:personality>/patients/<str:patient_id>/window/",
        views.window,
        name="window",
    ),
    path("ehr/<personality:personality>/pick/", views.pick, name="pick"),
    path("ehr/<personality:personality>/launch/", api.launch, name="launch"),
    path("<personality:personality>/smart-style/1.json", api.smart_style, name="smart-style"),
]
