"""Addresses of the compliance reviewers' pages."""

from django.urls import path

from audit.views.decisions import decision
from audit.views.events import event, proof
from audit.views.trail import patient, trail

urlpatterns = [
    path("", trail, name="trail"),
    path("patient/", patient, name="trail-patient"),
    path("events/<int:event_id>/", event, name="trail-event"),
    path("events/<int:event_id>/proof/", proof, name="trail-proof"),
    path("decisions/<uuid:draft_id>/", decision, name="trail-decision"),
]
