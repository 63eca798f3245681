"""Addresses of this room's pages for staff, who come without a launch."""

from django.urls import include, path

from recommendations.views import about_desk

urlpatterns = [
    path("administration/prompts/", include("recommendations.administration.urls")),
    path("administration/model-card/", about_desk.about, name="model_card"),
    path("administration/model-card/card.<str:form>", about_desk.card, name="model_card_file"),
    path(
        "trail/decisions/<uuid:draft_id>/provenance.json",
        about_desk.provenance,
        name="trail-provenance",
    ),
]
