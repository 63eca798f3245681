"""Addresses of this room's pages for staff, who come without a launch."""

from django.urls import include, path

from recommendations.administration import budgets, model_card, triage_rules
from recommendations.views import reviewing

urlpatterns = [
    path("administration/prompts/", include("recommendations.administration.urls")),
    path("administration/budgets/", budgets.page, name="budgets"),
    path("administration/budgets/limits/", budgets.set_limit, name="budget-set"),
    path(
        "administration/budgets/limits/<int:pk>/remove/", budgets.remove_limit, name="budget-remove"
    ),
    path("administration/budgets/prices/", budgets.set_price, name="price-set"),
    path("administration/triage-rules/", triage_rules.page, name="triage-rules"),
    path("administration/model-card/", model_card.about, name="model_card"),
    path("administration/model-card/card.<str:form>", model_card.card, name="model_card_file"),
    path(
        "trail/decisions/<uuid:draft_id>/provenance.json",
        reviewing.provenance,
        name="trail-provenance",
    ),
    path("trail/decisions/<uuid:draft_id>/replay/", reviewing.replayed, name="trail-replay"),
]
