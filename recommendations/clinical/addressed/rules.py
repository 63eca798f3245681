"""Every rule by its name, with what it finds; docs/injection.md is held against this list."""

from recommendations.clinical.addressed import english, english_orders, languages, phrases
from recommendations.clinical.addressed.pattern import Pattern

RULES: dict[str, str] = {
    "override": "Tells to ignore, forget or replace the instructions, prompt or rules of software.",
    "role": "Says what the reader is now: an assistant, an unrestricted model, in another mode.",
    "address": "Speaks to software by name: to the AI, a language model, whoever summarises.",
    "markers": "Poses as a system text, a turn of a conversation, a tool call or a tool's result.",
    "draft": "Orders what a draft is to say, and what to mark, approve, call or conceal.",
    "secret": "Asks for the instructions, the prompt, a mark, a key or a token.",
    "exfiltration": "Has what is read sent, linked or encoded to an address.",
    "errand": "Orders an errand of a computer: money, passwords, files, mail, bookings.",
    "decode": "Tells to decode something and act on it.",
    "decoded": "What orders something is encoded, spelt with figures or set apart.",
    "split": "What orders something is spread over several entries.",
}

PATTERNS: dict[str, tuple[Pattern, ...]] = {
    "override": (*english.OVERRIDE, *english.JOINED, *languages.OVERRIDE, *phrases.OVERRIDE),
    "role": (*english.ROLE, *languages.ROLE),
    "address": (*english.ADDRESS, *languages.ADDRESS, *phrases.ADDRESS),
    "markers": english.MARKERS,
    "draft": (*english_orders.DRAFT, *languages.DRAFT, *phrases.DRAFT),
    "secret": (*english_orders.SECRET, *languages.SECRET),
    "exfiltration": (*english_orders.EXFILTRATION, *languages.EXFILTRATION),
    "errand": english_orders.ERRAND,
    "decode": english_orders.DECODE,
}
