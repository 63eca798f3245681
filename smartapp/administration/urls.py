"""Addresses of the administrators' pages."""

from django.urls import path

from smartapp.administration.views import act, check_now, home, scopes, supports

urlpatterns = [
    path("", home, name="administration"),
    path("scopes/<slug:slug>/", scopes, name="scopes"),
    path("scopes/<slug:slug>/<slug:verb>/", act, name="scope-act"),
    path("ehrs/<slug:slug>/", supports, name="ehr-supports"),
    path("ehrs/<slug:slug>/check/", check_now, name="ehr-check"),
]
