"""Each figure of an evaluation by its name, with what it means."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure. ``unit`` is that of the number; ``definition`` says how it is reckoned."""

    name: str
    unit: str
    definition: str


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("errors", "errors", "Wrong statements that were judged, one error in each."),
        Metric("kinds", "kinds", "Kinds of errors, of 38, that gave occasion for at least one."),
        Metric(
            "caught",
            "%",
            "Of the errors of each kind, those that were marked or replaced; then the mean over "
            "kinds, so that a rare kind counts as much as a common one.",
        ),
        Metric(
            "caught_low",
            "%",
            "The lower end of the 95 % interval of `caught`: Wilson's for each kind, put together "
            "over kinds by recovery of variances (Zou, Donner 2008, Stat Med 27:1693).",
        ),
        Metric("caught_high", "%", "The upper end of the same interval."),
        Metric("caught_pooled", "%", "All errors that were marked or replaced, of all errors."),
        Metric("marked", "errors", "Errors that cannot be signed as they stand."),
        Metric(
            "replaced",
            "errors",
            "Errors whose sentence gives way to a true one that code words from the claims.",
        ),
        Metric(
            "missed",
            "errors",
            "Errors that can be signed as they stand, and those that code's own words carry on.",
        ),
        Metric("clean", "statements", "True statements that were judged."),
        Metric(
            "false_marks",
            "per 100",
            "True statements that cannot be signed as they stand, in a hundred.",
        ),
        Metric(
            "false_marks_bound",
            "per 100",
            "The most that `false_marks` may be, with 95 % confidence, one-sided "
            "(Clopper, Pearson 1934).",
        ),
        Metric(
            "reworded",
            "%",
            "True statements whose sentence gave way to one that code words: right, and another "
            "style.",
        ),
        Metric(
            "beyond",
            "statements",
            "Statements that are true of the chart, or likely, and say what no claim can carry.",
        ),
        Metric("beyond_stood", "statements", "Those of `beyond` that can be signed as they stand."),
        Metric(
            "mended_by_going_back",
            "%",
            "Of the statements that verification sent back to the model, those whose replacement "
            "was found checked or inferred. Counted over the drafts that a deployment made "
            "(`countersign_statements_sent_back`, by fate, at /metrics).",
        ),
        Metric(
            "cache_read_percent",
            "%",
            "Of the tokens sent for a draft (`input`, `cache_written`, `cache_read`), those that "
            "the provider read from its cache. In each draft's usage.",
        ),
        Metric("required", "facts", "Facts of the charts that a rule of omission asks for."),
        Metric("required_told", "%", "Of these, those that the offline drafter's drafts tell."),
        Metric("left_out", "facts", "Facts left out of a draft that told all, one at a time."),
        Metric("rules", "rules", "Rules of omission that found occasion."),
        Metric(
            "listed",
            "%",
            "Of the facts left out by each rule, those that are listed beside the draft; then the "
            "mean over rules. Its interval as that of `caught`.",
        ),
        Metric("listed_low", "%", "The lower end of that interval."),
        Metric("listed_high", "%", "The upper end of that interval."),
        Metric(
            "false_alarms",
            "per 100",
            "Facts that are listed though a draft tells them, in a hundred that must be told.",
        ),
        Metric("false_alarms_bound", "per 100", "The most that `false_alarms` may be, as above."),
        Metric(
            "documents_listed",
            "%",
            "`listed` of the document where it is lowest: each by its own rules, draft and "
            "reading.",
        ),
        Metric(
            "documents_false_alarms",
            "per 100",
            "`false_alarms` of the document where they are most, likewise.",
        ),
        Metric("wrong_words", "sentences", "Own words that the chart says otherwise."),
        Metric(
            "found",
            "%",
            "Of the wrong own words of each kind, those that got a finding; then the mean over "
            "kinds. Its interval as that of `caught`.",
        ),
        Metric("found_low", "%", "The lower end of that interval."),
        Metric("found_high", "%", "The upper end of that interval."),
        Metric("true_words", "sentences", "Own words that the chart bears out or cannot speak of."),
        Metric("false_findings", "per 100", "True own words that got a finding, in a hundred."),
        Metric(
            "false_findings_bound", "per 100", "The most that `false_findings` may be, as above."
        ),
        Metric(
            "milliseconds",
            "ms",
            "Processor time of one sentence in own words, the median. It alone differs from run "
            "to run.",
        ),
    )
}
