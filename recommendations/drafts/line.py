"""Words for whoever waits for a turn at the model."""


def line_words(before: int | None) -> str:
    """Say how many are before a draft; ``None`` where it waits for nobody."""
    if before is None:
        return "Waiting to start"
    if before == 0:
        return "Yours is next"
    return "1 draft before yours" if before == 1 else f"{before} drafts before yours"
