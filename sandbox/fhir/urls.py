"""One pattern for each personality's FHIR base."""

from django.urls import re_path

from sandbox.fhir.views import endpoint
from sandbox.personalities import PERSONALITIES

urlpatterns = [
    re_path(rf"^{each.path}/(?P<path>.*)$", endpoint, {"key": each.key}, name=f"fhir-{each.key}")
    for each in PERSONALITIES.values()
]
