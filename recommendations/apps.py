"""Django's registration of the app."""

from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    """The judgement."""

    name = "recommendations"
    verbose_name = "Drafts and decisions"

    def ready(self) -> None:
        """Tell the door what the workflows read: from that it asks EHRs for the fewest scopes."""
        from recommendations import checks  # noqa: F401, PLC0415 - registers itself
        from recommendations.budgets import figures as budgets  # noqa: PLC0415 - as below
        from recommendations.drafts import figures  # noqa: PLC0415 - models load first
        from recommendations.workflows import uses  # noqa: PLC0415 - as above
        from smartapp import metrics  # noqa: PLC0415 - as above

        uses.tell()
        metrics.register(figures.figures)
        metrics.register(budgets.figures)
