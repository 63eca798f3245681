"""Addresses of the control."""

from django.urls import path

from sandbox.control import notifying, views

urlpatterns = [
    path("faults", views.faults),
    path("faults/<str:identifier>", views.fault),
    path("limits", views.rates),
    path("notifications", notifying.notifications),
    path("resources", notifying.resources),
    path("exports", views.exports),
    path("counters", views.counts),
    path("charts", views.own_charts),
]
