"""What replays need: a chart, a scripted model, prompts that a test may write, two people."""

from tests.recommendations.releases.conftest import (  # noqa: F401 - fixtures
    chart,
    folder,
    grace,
    launch,
    model,
    sent,
    tomas,
)
