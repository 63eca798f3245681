"""What the clinician gave with the request for a draft, as its reading takes it."""

from recommendations.clinical.given import Brought, Given
from recommendations.models import Draft
from recommendations.workflows.documents import Document


def given_of(draft: Draft, document: Document) -> Given:
    """The clinician's own words by key, and a patient's message, which is nobody's word."""
    words: dict[str, str] = draft.given if draft.given_sealed is not None else {}
    whose = {each.key: each.whose for each in document.asks}
    own = {key: text for key, text in words.items() if whose.get(key) == "clinician"}
    theirs = [text for key, text in words.items() if whose.get(key) == "patient"]
    brought = brought_of(draft) if words else None
    return Given(words=own, message="\n".join(theirs), brought=brought)


def brought_of(draft: Draft) -> Brought | None:
    """The resource that they were taken from, where they were not typed."""
    if draft.brought_sealed is None:
        return None
    return Brought.model_validate(draft.brought)
