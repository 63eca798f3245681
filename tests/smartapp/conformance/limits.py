"""Where an EHR honestly tells less than is on file: what is seen of it, and why.

Each row is a gap that the tools must tell, and the only gaps they may tell. The reasons are those
of the notes on the vendors. A row that no story shows any more fails, too.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """One gap, at one personality, in every story or in those named.

    ``sentence`` is what the clinician reads. ``fewer``: the tools that then know less than is
    on file; what they show must be the same even so. ``silent``: those that then show nothing.
    """

    personality: str
    concept: str
    reason: str
    why: str
    sentence: str
    stories: tuple[str, ...] = ()  # none: every one
    fewer: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


LIMITS = (
    Limit(
        "epic",
        "medications",
        "suppressed",
        "59204, a part withheld as an outside record, sits in nearly every bundle of orders.",
        "Some medications were withheld by the EHR.",
    ),
    Limit(
        "epic",
        "allergies",
        "not_recorded",
        "Where nobody asked, a row Not on File (SNOMED 1631000175102) comes: neither an allergy "
        "nor none known.",
        "The chart does not say whether the patient was asked about allergies.",
        stories=("empty",),
    ),
    Limit(
        "epic",
        "administrations",
        "unsupported",
        "No source says that Epic's R4 interface can be searched for doses given.",
        "This EHR does not offer doses given to apps.",
    ),
    Limit(
        "epic",
        "administrations",
        "unsupported",
        "As above, of the one chart that has doses.",
        "This EHR does not offer doses given to apps.",
        stories=("discharged",),
        silent=("administrations",),
    ),
    Limit(
        "epic",
        "messages",
        "unsupported",
        "Communication is searched of community resources alone, never of the portal.",
        "This EHR does not offer patient messages to apps.",
    ),
    Limit(
        "oracle",
        "messages",
        "unsupported",
        "Communication is searched by recipient, category, receipt and status, never by patient.",
        "This EHR does not offer patient messages to apps.",
    ),
    *(
        Limit(
            vendor,
            "messages",
            "unsupported",
            "As above, of the two charts that have messages.",
            "This EHR does not offer patient messages to apps.",
            stories=("halloway", "injected"),
            silent=("messages",),
        )
        for vendor in ("epic", "oracle")
    ),
    Limit(
        "oracle",
        "labs",
        "cut_off",
        "Observation pages hold at most 200, and five are read for a waiting clinician.",
        "Not all laboratory results were read: there are more in the chart.",
        stories=("dialysis",),
        fewer=("labs",),
    ),
    Limit(
        "oracle",
        "vitals",
        "cut_off",
        "Observation pages hold at most 200, and three are read for a waiting clinician.",
        "Not all vital signs were read: there are more in the chart.",
        stories=("dialysis",),
        fewer=("vitals",),
    ),
    Limit(
        "generic",
        "vitals",
        "cut_off",
        "No page size is promised; two pages of 200 are read for a waiting clinician.",
        "Not all vital signs were read: there are more in the chart.",
        stories=("dialysis",),
        fewer=("vitals",),
    ),
)


def limits_of(personality: str, story: str) -> tuple[Limit, ...]:
    """Return the limits that must show in one story at one personality."""
    return tuple(
        each
        for each in LIMITS
        if each.personality == personality and (not each.stories or story in each.stories)
    )
