"""Why a night does not begin, or a worker loses a patient. Codes are stable."""


class NightError(Exception):
    """Base of all. ``code`` is stable; ``sentence`` is for whoever began it."""

    code = "night_error"
    sentence = "The night could not begin."

    def __init__(self) -> None:
        super().__init__(self.sentence)


class NightUnderWay(NightError):
    """One EHR has one night at a time."""

    code = "night_under_way"
    sentence = "A night is being read at this EHR already."


class NobodyToRead(NightError):
    """The group is empty, or names nobody of this EHR."""

    code = "night_without_patients"
    sentence = "The group, or the list, names no patient of this EHR."


class TooManyToRead(NightError):
    """More than any night could read."""

    code = "night_too_large"
    sentence = "The group, or the list, has more patients than a night can read."


class GroupUnreadable(NightError):
    """The EHR did not give the group's members; ``code`` is the reader's."""

    sentence = "The EHR did not give the members of the group."

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()


class PatientLost(NightError):
    """Another worker has the patient by now: nothing more is written."""

    code = "night_patient_lost"
    sentence = "Another worker has taken this patient over."
