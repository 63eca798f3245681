"""Addresses of the administrators' page. Notifications themselves go to ``events.door``."""

from django.urls import path

from smartapp.events import views

urlpatterns = [
    path("", views.page, name="events"),
    path("dead/<uuid:event_id>/replay/", views.replay, name="events-replay"),
    path("dead/<uuid:event_id>/discard/", views.discard, name="events-discard"),
]
