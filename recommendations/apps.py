"""Django's registration of the app."""

from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    """The judgement."""

    name = "recommendations"
    verbose_name = "Drafts and decisions"
