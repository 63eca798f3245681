"""Why a draft cannot be made again from what is kept of it."""


class ReplayRefused(Exception):
    """Base of all; ``code`` is stable, ``str()`` says what to do and is free of PHI."""

    code = "replay_refused"
    message = "This draft cannot be replayed."

    def __init__(self) -> None:
        super().__init__(self.message)


class DraftUnknown(ReplayRefused):
    """No draft of this id."""

    code = "draft_unknown"
    message = "There is no draft of this id. The trail shows a draft's id on its decision."


class NothingRead(ReplayRefused):
    """It never came as far as a reading."""

    code = "nothing_read"
    message = "This draft ended before anything was read: there is nothing to make again."


class TrailUnreadable(ReplayRefused):
    """The sealed part of a row does not open."""

    code = "trail_unreadable"
    message = (
        "Part of this draft's trail does not open. Check COUNTERSIGN_ENCRYPTION_KEYS for the key "
        "it was sealed with, and run verify_ledger."
    )


class ModelNotConfigured(ReplayRefused):
    """No key: what rules draft is the same with every release."""

    code = "model_not_configured"
    message = (
        "No model is configured: set ANTHROPIC_API_KEY. Rules draft the same with any release."
    )


class ShadowBudgetSpent(ReplayRefused):
    """Nothing is left today for shadows of this unit."""

    code = "budget_shadow"
    message = (
        "Today's budget for drafts made again beside old ones is spent in this unit. It begins "
        "anew at midnight; an administrator can set another limit at /administration/budgets/."
    )


class VersionUnknown(ReplayRefused):
    """No such version of the contract or the prompt, or not with each other."""

    code = "version_unknown"
    message = "There is no such version here: `manage.py prompts` lists them."


class NotAnAdministrator(ReplayRefused):
    """Another role, or nobody."""

    code = "not_administrator"
    message = "A draft is made again in the name of an administrator of this server."
