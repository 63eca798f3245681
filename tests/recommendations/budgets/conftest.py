"""What budgets need where a model drafts: a chart, a scripted model, prompts to write, people."""

from tests.recommendations.releases.conftest import (  # noqa: F401 - fixtures
    chart,
    folder,
    grace,
    launch,
    model,
    sent,
    tomas,
)
