"""Addresses. Rooms above this one are included by name, so that no import points upward."""

from django.urls import include, path

from smartapp.views import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("smartapp.launch.urls")),
    path("l/<str:launch_id>/", include("recommendations.urls")),
    path("", include("recommendations.desk_urls")),
    path("accounts/", include("smartapp.staff.urls")),
    path("administration/", include("smartapp.administration.urls")),
    path("trail/", include("audit.urls")),
    path("events/", include("smartapp.events.urls")),
    path("", include("smartapp.metrics.urls")),
]
