"""Which model drafts: the first of the release's that can, each step told; then nobody is left.

The models share one draft's tokens and time. While others follow, a model has two thirds of the
time that is left, so that one that stalls leaves the next one room. Each begins anew: what another
model read and thought is no use to it.
"""

from dataclasses import dataclass, replace

from django.conf import settings

from recommendations.agent import errors, resting
from recommendations.agent.budget import Budget, Spending
from recommendations.agent.calling import ChartTools
from recommendations.agent.listener import Listener, MovedOn
from recommendations.agent.loop import Conversation, DraftOutcome
from recommendations.agent.prompts import Instructions, Release, instructions
from recommendations.workflows.documents import Document

SHARE = 2 / 3  # of the time that is left, while others follow
LEAST_SECONDS = 8.0  # with less left, no other model is begun

# Another model would fare no better, or must not be tried.
_FINAL = (
    errors.Stopped,
    errors.AnswerUnsafe,
    errors.NothingDrafted,
    errors.SettingsInvalid,
)


def draft(
    document: Document,
    reading: ChartTools,
    *,
    release: Release,
    budget: Budget,
    listener: Listener,
) -> DraftOutcome:
    """Have a model draft ``document`` from ``reading``; each statement goes to ``listener``.

    ``release`` says with which words and by which models; where it names none, those of the
    settings. Raises :class:`recommendations.agent.errors.ModelError` of the last one asked, with
    what was spent in its ``usage``; statements told before are then void.
    """
    models = release.models or (settings.MODEL_ID, *settings.MODEL_FALLBACKS)
    told, spending = instructions(release), Spending(budget)
    return _Chain(document, reading, told, spending, listener).run(list(dict.fromkeys(models)))


@dataclass(slots=True)
class _Chain:
    document: Document
    reading: ChartTools
    told: Instructions
    spending: Spending
    listener: Listener

    def run(self, models: list[str]) -> DraftOutcome:
        """The draft of the first that can."""
        first = ""
        for place, model_id in enumerate(models):
            following = models[place + 1 :]
            try:
                outcome = self._drafted(model_id, others=bool(following))
            except errors.ModelError as error:
                error.usage, error.model_id = self.spending.usage(), model_id
                first = first or error.code
                if not following or self._final(error):
                    raise
                self.listener.moved_on(MovedOn(model_id, error.code, following[0]))
            else:
                return replace(outcome, fell_back=first)
        raise errors.NoAnswer  # no model is configured

    def _drafted(self, model_id: str, *, others: bool) -> DraftOutcome:
        if resting.is_resting(model_id):
            raise errors.ModelResting
        self.spending.begin_model()
        share = SHARE if others else 1
        talk = Conversation(
            self.document,
            self.reading,
            self.told,
            spending=self.spending,
            listener=self.listener,
            model_id=model_id,
        )
        try:
            with self.spending.within(self.spending.seconds_left * share):
                outcome = talk.run()
        except errors.ModelError as error:
            resting.failed(model_id, error.code)
            raise
        resting.answered(model_id)
        return outcome

    def _final(self, error: errors.ModelError) -> bool:
        if isinstance(error, errors.ModelResting):
            return False
        spent = self.spending.tokens_spent or self.spending.seconds_left < LEAST_SECONDS
        return spent or isinstance(error, _FINAL)
