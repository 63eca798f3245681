"""Dates, ages, numbers and frequencies in running text, each looked for at one place."""

import re
from collections.abc import Callable, Set
from datetime import date
from decimal import Decimal

from recommendations.clinical.frequencies import frequency_in
from recommendations.verification import units
from recommendations.verification.lexicon.neutral import NUMBER_WORDS
from recommendations.verification.sentence.items import Date, Number

_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"(?:[t ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})-(\d{{2}})(?:-(\d{{2}}))?(?![\d-]){_CLOCK}")
_DAY_FIRST = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH}(?:,?[ -]((?:19|20)\d{{2}})\b)?"
)
_MONTH_FIRST = re.compile(
    rf"{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? ((?:19|20)\d{{2}})\b)?"
)
_OF_DAYS = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?"
    rf"(?= ?(?:and|to|or|through|-|/) ?\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}"
    rf"(?:,? ((?:19|20)\d{{2}})\b)?)(?! ?/ ?\d{{1,2}}/)"
)
_IN_A_ROW = re.compile(  # "19, 20 and 27 Nov 2026"
    r"(\d{1,2})(?:st|nd|rd|th)?"
    rf"(?=(?:, ?\d{{1,2}}(?:st|nd|rd|th)?)+,? and \d{{1,2}}(?:st|nd|rd|th)? {_MONTH}"
    rf"(?:,? ((?:19|20)\d{{2}})\b)?)"
)
_MONTH_ALONE = re.compile(_MONTH)
_LEADS_MONTH = re.compile(r"(?:\b(?:in|of|for|since|between|from|until|to|and|early|late|mid)|,) $")
_WEEKDAY = re.compile(r"(mon|tues|wednes|thurs|fri|satur|sun)day,? (?:the )?")
_MONTH_YEAR = re.compile(rf"{_MONTH},?(?: of)? ((?:19|20)\d{{2}})\b")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?!\d)")
_YEAR = re.compile(r"((?:19|20)\d{2})(?![\d.,/]\d|\w)")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?!:?\d)(?: ?([ap])\.?m\b\.?)?")
_N = r"(\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a|an)"
_AGO = re.compile(
    rf"{_N} (day|week|month|year)s? (ago|earlier|before)\b"
    r"(?: (?:today|now|(?:this|the) (?:reading|draft)))?"
)
_AHEAD = re.compile(
    rf"in {_N} (day|week|month|year)s?\b(?:'? time)?|{_N} (day|week)s? from (?:now|today)"
)
_DAY_BEFORE = re.compile(r"(?:the )?day before (?:this|the) (?:reading|draft)\b")
_SAME_PERIOD = re.compile(r"(?:earlier )?this (month|year)\b")
_DAYS = re.compile(r"(today|yesterday|tomorrow)\b")
_AGE = re.compile(
    rf"{_N}[ -]?(year|yr|month|week|day)s?[ -]old\b|"
    r"(?:aged?|age of) (\d+)(?: (year|month)s?)?\b|"
    r"(\d+) (year|month)s? of age\b|(\d+) ?(y)/?o\b"
)
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_PAIR = re.compile(
    r"(\d{2,3}(?:\.\d+)?) ?(?:/|over) ?(\d{2,3}(?:\.\d+)?)(?![\d/])(?: ?mm ?\[?hg\]?)?"
)
_SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(?:-|to|through) ?(\d+(?:\.\d+)?)(?![\d/])")
_UP_TO = re.compile(r"(?:up to|at most|no more than|not more than) (?=\d)")
_MORE = ("more", "higher", "above", "greater", "over")
_OR_MORE = re.compile(rf" ?,? or ({'|'.join(_MORE)}|less|lower|below|under)\b")
Limits = tuple[Decimal | None, Decimal | None]
_BEFORE = re.compile(r"(<=|>=|<|>|~|\u2248|\u00b1|=)\s*$")
_AS_NEEDED = re.compile(
    r"(?:as needed|(?:only )?(?:if|when) you need it|"
    r"prn|p\.r\.n\.?|when needed|if needed|as required|when required)(?!\w)"
)
_TIMES = r"(?:once|twice|(?:\d+|one|two|three|four|five|six|seven|eight) times?)"
_EVERY = rf"{_N}?(?: ?- ?\d+| to \d+)?"
_FREQUENCY = re.compile(
    rf"{_TIMES}(?: (?:a|per|each|every|in a))? ?-?(?:daily|day|weekly|week|monthly|month|hour)\b"
    rf"|{_N}-times-(?:daily|a-day)\b|(?:once|twice)-(?:daily|weekly)\b"
    rf"|every ?(?:other )?{_EVERY} ?(?:hours?|hrs?|h|days?|weeks?|months?|minutes?)\b"
    r"|every (?:other )?(?:day|morning|evening|night)\b"
    r"|each (?:day|morning|evening|night|week)\b"
    r"|q ?\d+(?:-\d+)? ?(?:h|hr|hrs|hours?|d|days?|wk|weeks?)\b"
    r"|(?:b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q\.?d|qday|qhs|q\.?h\.?s|qod|qam|qpm|qweek)\b\.?"
    r"|(?:b\.?d|t\.?d\.?s|q\.?d\.?s|o\.?d|o\.?m|nocte|mane)\b\.?(?! ?/)"
    rf"|{_N}[ -]hourly\b|(?:on )?alternate days?\b"
    r"|daily\b|nightly\b|weekly\b|monthly\b|hourly\b|(?:at|before) bedtime\b|at night\b|at noon\b"
    r"|in the (?:morning|evening|afternoon)\b"
    r"|(?:a|per) day\b"
    r"|(?:with|before|after) (?:meals?|breakfast|lunch|dinner|supper)\b"
)
_JOIN = re.compile(r",? (?:and )?")
_MEALS = re.compile(r"(?:with|before|after) (?!bed)")  # said beside a frequency, not part of it
_ALIKE = ({"cm", "m", "mm", "[in_i]"}, {"Cel", "[degF]"}, {"s", "min", "h"}, {"g", "kg", "mg"})
_NO_UNIT = re.compile(
    rf" (?:the|a|an|his|her|this|last|early|late|mid|{_MONTH}|\d|total|all|both|series|chart)"
)
_AMBIGUOUS = frozenset(("in", "a", "m", "h", "s", "d", "f", "c", "g", "l", "u", "min", "sec"))


def date_at(low: str, at: int) -> tuple[int, Date] | None:
    """The date that begins at ``at``: where it ends, and which it is."""
    for pattern, make in _DATES:
        if m := pattern.match(low, at):
            return m.end(), make(m)
    if m := _WEEKDAY.match(low, at):
        return _on_its_weekday(m[1], date_at(low, m.end()))
    if m := _OF_DAYS.match(low, at) or _IN_A_ROW.match(low, at):
        return m.end(), _date(m[3], m[2], m[1])
    if (m := _MONTH_ALONE.match(low, at)) and _LEADS_MONTH.search(low, 0, at):
        return m.end(), _date(None, m[1], "")
    m = _YEAR.match(low, at)
    return (m.end(), Date(m[1])) if m and not unit_at(low, m.end()) else None


def _on_its_weekday(name: str, hit: tuple[int, Date] | None) -> tuple[int, Date] | None:
    """A day that was that day of the week; else the weekday is a word that nothing bears out."""
    try:
        said = date.fromisoformat(hit[1].iso) if hit else None
    except ValueError:
        return None
    return hit if said and _WEEKDAYS[said.weekday()] == name else None


_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")


def _date(year: str | None, month: str, day: str) -> Date:
    number = _MONTHS.index(month[:3]) + 1
    tail = f"-{number:02}" + (f"-{int(day):02}" if day else "")
    return Date(f"{year or '-'}{tail}")


def _slashed(m: re.Match[str]) -> Date:
    """Month first, as the United States write it, unless that cannot be."""
    month, day = int(m[1]), int(m[2])
    if month > 12:
        month, day = day, month
    year = m[3] if len(m[3]) == 4 else f"20{m[3]}"
    return Date(f"{year}-{month:02}-{day:02}")


_DATES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Date]], ...] = (
    (_ISO, lambda m: Date("-".join(filter(None, m.groups()[:3])))),
    (_DAY_FIRST, lambda m: _date(m[3], m[2], m[1])),
    (_MONTH_YEAR, lambda m: _date(m[2], m[1], "")),
    (_MONTH_FIRST, lambda m: _date(m[3], m[1], m[2])),
    (_SLASHED, _slashed),
)


def clock_at(low: str, at: int) -> tuple[int, str] | None:
    """``8:05``, ``08:05`` and ``8:05 am`` as "08:05": where it ends, and the time."""
    m = _TIME.match(low, at)
    if m is None or int(m[1]) > 23 or int(m[2]) > 59:
        return None
    hour = int(m[1]) % 12 + (12 if m[3] == "p" else 0) if m[3] else int(m[1])
    return m.end(), f"{hour:02}:{m[2]}"


def ago_at(low: str, at: int) -> tuple[int, tuple[int, str]] | None:
    """``three days ago`` as (3, "day"); ``today`` as (0, "day")."""
    if m := _AGO.match(low, at):
        return m.end(), (count(m[1]), m[2])
    if m := _AHEAD.match(low, at):
        return m.end(), (-count(m[1] or m[3]), m[2] or m[4])
    if m := _DAY_BEFORE.match(low, at):
        return m.end(), (1, "day")
    if m := _SAME_PERIOD.match(low, at):
        return m.end(), (0, f"this {m[1]}")
    if m := _DAYS.match(low, at):
        return m.end(), ({"today": 0, "yesterday": 1, "tomorrow": -1}[m[1]], "day")
    return None


def count(text: str) -> int:
    """A number in digits or as a word."""
    return int(text) if text.isdigit() else NUMBER_WORDS.get(text, 1)


def age_at(low: str, at: int) -> tuple[int, tuple[int, str]] | None:
    """``68-year-old`` as (68, "year")."""
    m = _AGE.match(low, at)
    if m is None:
        return None
    number = next(g for g in (m[1], m[3], m[5], m[7]) if g)
    unit = next((g for g in (m[2], m[4], m[6], m[8]) if g), "year")
    return m.end(), (count(number), "year" if unit[0] == "y" else unit)


def frequency_at(low: str, at: int) -> tuple[int, str] | None:
    """The words of a frequency, as far as they reach."""
    m = _FREQUENCY.match(low, at)
    if m is None:
        return None
    end = m.end()
    while more := _JOIN.match(low, end):
        following = _FREQUENCY.match(low, more.end())
        if following is None or _MEALS.match(low, more.end()):
            break
        end = following.end()
    return end, low[at:end]


# "od" and "om" are frequencies in a sentence about an order; in an order "OD" may be an eye.
_HOUSE = {"a day": "daily", "per day": "daily", "od": "daily", "om": "every morning"}


def canonical(frequency: str) -> str:
    """House words for a frequency; its own words where there are none."""
    plain = " ".join(frequency.replace("-", " ").replace(",", " ").replace(".", "").split())
    return frequency_in(plain) or _HOUSE.get(plain, plain)


def frequencies_in(text: str) -> set[str]:
    """Every frequency that a text names, in house words."""
    low, found, at = text.lower(), set(), 0
    while at < len(low):
        hit = frequency_at(low, at) if at == 0 or not low[at - 1].isalnum() else None
        if hit:
            found.add(canonical(hit[1]))
        at = hit[0] if hit else at + 1
    return found


def as_needed_at(low: str, at: int) -> int | None:
    """Where ``as needed`` ends, if it begins at ``at``."""
    m = _AS_NEEDED.match(low, at)
    return m.end() if m else None


def pair_at(low: str, at: int) -> tuple[int, tuple[Decimal, Decimal]] | None:
    """``118/70``, with its unit if it has one."""
    m = _PAIR.match(low, at)
    return (m.end(), (Decimal(m[1]), Decimal(m[2]))) if m else None


def span_at(low: str, at: int) -> tuple[int, tuple[Decimal, Decimal], bool] | None:
    """``3.5-5.1`` or ``3.5 to 5.1``; the last says whether it is joined by a dash."""
    m = _SPAN.match(low, at)
    if m is None:
        return None
    end = m.end()
    unit = unit_at(low, end)
    return (unit[0] if unit else end), (Decimal(m[1]), Decimal(m[2])), "-" in m[0]


def limit_at(low: str, at: int, own: Set[str] = frozenset()) -> tuple[int, Limits] | None:
    """A range that is open at one end: ``up to 30 mg/g``, ``60 or more``."""
    if m := _UP_TO.match(low, at):
        hit = number_at(low, m.end(), own)
        return (hit[0], (None, Decimal(hit[1].value))) if hit else None
    hit = number_at(low, at, own)
    m = _OR_MORE.match(low, hit[0]) if hit else None
    if hit is None or m is None:
        return None
    value = Decimal(hit[1].value)
    return m.end(), ((value, None) if m[1] in _MORE else (None, value))


def number_at(low: str, at: int, own: Set[str] = frozenset()) -> tuple[int, Number] | None:
    """A number, with the unit after it and the sign before it."""
    m = _NUMBER.match(low, at)
    if m is None:
        return None
    before = _BEFORE.search(low, 0, at)
    minus = at > 0 and low[at - 1] == "-" and (at == 1 or low[at - 2] in " (")
    end, unit = unit_at(low, m.end(), own) or (m.end(), "")
    sign = before[1] if before and before[1] != "=" else ""
    comparator = "~" if sign in {"\u2248", "\u00b1"} else sign
    comparator = ">" if low[end : end + 1] == "+" else comparator
    digits = m[0].replace(",", "").rstrip(".")
    return end, Number(f"-{digits}" if minus else digits, unit, comparator)


def _meant(low: str, at: int, stop: int, own: Set[str]) -> bool:
    """Whether "164 in" is of something measured in cm: no "in May", and no word of the sentence."""
    ours = {units.ucum(unit) for unit in own}
    said = units.ucum(low[at:stop])
    alike = any(said in each and each & ours for each in _ALIKE)
    return alike and not _NO_UNIT.match(low, stop)


def unit_at(low: str, at: int, own: Set[str] = frozenset()) -> tuple[int, str] | None:
    """The longest spelling of a known unit, or of ``own``, at ``at``, over up to three words."""
    ends: list[int] = []
    end = at
    for chunk in re.compile(r" ?[^\s,;()]+").finditer(low, at, at + 40):
        if chunk.start() != end or len(ends) == 3:
            break
        end = chunk.end()
        ends.append(end)
    for stop in reversed(ends):
        said = low[at:stop].strip().rstrip(".:")
        apart = said in _AMBIGUOUS and low[at] == " "
        if said in own or (units.known(said) and not (apart and not _meant(low, at, stop, own))):
            return at + len(low[at:stop].rstrip(".:")), said
    return None
