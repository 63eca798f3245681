"""Addresses of the administrators' pages."""

from django.urls import path

from smartapp.administration import destinations, nights, schedules
from smartapp.administration.views import act, check_now, home, scopes, supports

urlpatterns = [
    path("", home, name="administration"),
    path("scopes/<slug:slug>/", scopes, name="scopes"),
    path("scopes/<slug:slug>/<slug:verb>/", act, name="scope-act"),
    path("destinations/<slug:slug>/", destinations.page, name="destinations"),
    path("destinations/<slug:slug>/add/", destinations.add, name="destination-add"),
    path(
        "destinations/<slug:slug>/<slug:key>/remove/",
        destinations.remove,
        name="destination-remove",
    ),
    path("nights/", nights.page, name="nights"),
    path("nights/schedules/", schedules.set_one, name="schedule-set"),
    path(
        "nights/schedules/<slug:slug>/<slug:work>/remove/",
        schedules.remove,
        name="schedule-remove",
    ),
    path("nights/<slug:slug>/cancel/", nights.cancel, name="night-cancel"),
    path("ehrs/<slug:slug>/", supports, name="ehr-supports"),
    path("ehrs/<slug:slug>/check/", check_now, name="ehr-check"),
]
