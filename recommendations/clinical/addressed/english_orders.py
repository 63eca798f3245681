"""The rules in English, second part: what software is told to write, to show, to send or to do."""
# ruff: noqa: E501 - a pattern is read as one line

from recommendations.clinical.addressed.pattern import Pattern, pattern

_OUTPUT = r"(?:output|drafts?|completion|generated\s+\w+|final\s+(?:answer|output|response|draft))"
_OPENS = (
    r"(?:^|[.!?:;\n\"'*>)\]-]\s*|\bthen\s+|\band\s+|\bplease\s+|\binstead,?\s+|\bmust\s+|\bto\s+)"
)

DRAFT: tuple[Pattern, ...] = (
    pattern(
        r"\bwhen(?:ever)?\s+(?:you\s+)?(?:are\s+)?(?:summari[sz]\w+|generat\w+|draft\w*|compos\w+|process\w*|respond\w*|reading|answering)\s+(?:this|the|these|your|to|a|any)\b[^.\n]{0,60}[,:]\s*"
        r"(?:please\s+|always\s+|you\s+must\s+|do\s+not\s+|never\s+)?(?:state|write|include|add|say|omit|ignore|recommend|list|report|mention|append|insert)\b",
        "when",
    ),
    pattern(
        rf"{_OPENS}(?:omit|exclude|leave\s+out|remove|drop|delete|hide|suppress)\s+(?:[\w'-]+\s+){{0,6}}?(?:from|in)\s+(?:the|your|any|this|every|all)\s+(?:\w+\s+)?(?:summary|summaries|draft|output|response)\b",
        "summar", "draft", "output", "response",
    ),
    pattern(
        r"\b(?:respond|reply|answer)\s+(?:only\s+|exactly\s+)?with\s+(?:only\s+|exactly\s+)?(?:the\s+(?:word|phrase|text|string|following)|[\"'\u201c]|json|yes\b)"
        r"|\boutput\s+(?:only|exactly|the\s+(?:word|phrase|string|following))\b",
        "respond", "reply", "answer", "output",
    ),
    pattern(
        rf"\b(?:write|state|include|add|insert|append|put|say|mention|double|omit|leave|remove|report|repeat|list|show|place|embed|"
        rf"use|end|begin|start|copy|give|halve|change|hide|encode|render|link)\b[^.\n]{{0,140}}\b(?:in|into|to|of|from|with|on)\s+(?:your|the|each|every|this)\s+{_OUTPUT}\b",
        "output", "draft", "completion", "generated", "final",
    ),
    pattern(rf"\byour\s+{_OUTPUT}\s+(?:must|should|shall|has\s+to|needs?\s+to|will|is\s+to)\b", "your"),
    pattern(
        r"\b(?:write|include|add|insert|append|output|print|repeat|embed|start|begin|end|respond|reply|answer)\b[^.\n]{0,90}\b(?:exact(?:ly)?|verbatim|"
        r"following|word\s+for\s+word)\b[^.\n]{0,60}\b(?:in|to|at|as|with)\s+(?:the\s+(?:end|start|beginning|top)\s+of\s+)?your\s+(?:response|answer|reply|summary|note|report|sentences?)",
        "your",
    ),
    pattern(
        rf"{_OPENS}(?:write|claim|assert|declare)\s+(?:\w+\s+){{0,3}}?that\s+(?:the\s+|this\s+)?(?:patient|pt|he|she|they|there)\b", "write", "claim", "assert", "declare",
    ),
    pattern(
        r"(?:^|[.!?:;\n\"'*>)\]-]\s*|\binstead,?\s+|\byou\s+must\s+)(?:state|say)\s+(?:\w+\s+){0,3}?that\s+(?:the\s+|this\s+)?(?:patient|pt|he|she|they|there|i\b)", "state", "say",
    ),
    pattern(
        r"\b(?:mark|flag|set|label|treat|count)\s+(?:each|every|all|any|this|the|these|them|it|everything)?\s*(?:of\s+(?:the|these|your)\s+)?(?:\w+\s+)?"
        r"(?:statements?|claims?|sentences?|drafts?|everything|outcomes?|them)?\s*(?:as|to)\s+(?:checked|verified|approved|signed|confirmed\s+by\s+code)\b",
        "checked", "verified", "approved", "signed", "confirmed",
    ),
    pattern(
        r"\b(?:approve|sign|submit|accept|countersign|finali[sz]e|release)\s+(?:each|every|all|the|this|any|your)\s+(?:of\s+the\s+)?(?:\w+\s+)?(?:statements?|claims?|drafts?|sentences?)\b",
        "approve", "sign", "submit", "accept", "finali", "release",
    ),
    pattern(
        r"\b(?:send|sign|approve|submit|release|file|accept|finali[sz]e)\b[^.\n]{0,80}\bwithout\s+(?:asking|showing|review|human|telling|notifying|waiting\s+for|any\s+(?:review|human)|the\s+clinician)",
        "without",
    ),
    pattern(
        r"\b(?:this|the|your)\s+(?:drafts?|statements?|entry)\s+(?:is|was|were|are|has\s+been|have\s+been)\s+(?:already\s+)?(?:approved|verified|checked|signed|countersigned)\s+(?:in\s+advance|by\s+code|beforehand|already)\b"
        r"|\b(?:has|have)\s+(?:already\s+)?(?:approved|signed|countersigned|verified)\s+(?:this|the|your|every|all)\s+(?:\w+\s+)?(?:drafts?|statements?)\b",
        "draft", "statement", "entry",
    ),
    pattern(
        r"\b(?:cite|quote|reference|label)\s+(?:this|these|the|each|every|it)\s+(?:\w+\s+)?(?:entry|entries|notes?|facts?|records?|results?)?\s*as\s+\w+/\S"
        r"|\b(?:in|into|to)\s+(?:the\s+)?(?:\w+\s+)?(?:fields?\s+of\s+)?(?:each|every|your|all)\s+(?:citations?|claims?)\b|\byour\s+(?:claims|citations)\b",
        "cite", "quote", "reference", "label", "citation", "claim",
    ),
    pattern(r"\b(?:call|invoke|execute|run|use)\s+(?:every|all|each|your|all\s+of\s+(?:the|your))\s+(?:of\s+)?(?:\w+\s+)?(?:tools?|functions?)\b", "tool", "function"),
    pattern(r"\b(?:call|invoke|execute|run|use)\s+(?:the\s+)?(?:\w+\s+)?(?:tool|function)\s+(?:\w+\s+){0,3}?(?:with|on|for)\s+(?:patient|id|argument|the\s+(?:id|patient|argument))", "tool", "function"),
    pattern(
        r"\b(?:call|read|fetch|get|show|list|open|retrieve|query|include|load|return|look\s+up|switch\s+to|use)\b[^.\n]{0,100}\b(?:charts?|records?|data|labs?|notes?|medications?|tools?|results?|allerg\w+|everything)\b[^.\n]{0,40}"
        r"\b(?:for|of|about|from)\s+(?:all|every|each|any|the|an|some)?\s*(?:other\s+patients?|another\s+patient|(?:all|every)\s+patients?|patients?\s+(?:id\s+)?\S*\d)",
        "patient",
    ),
    pattern(r"\b(?:for|of|about|from)\s+(?:all|every|each\s+of\s+the)\s+patients\b[^.\n]{0,60}\b(?:draft|output|summary|answer)\b", "patients"),
    pattern(r"\bpatient_?id\s*[\"']?\s*[=:]|\b(?:switch|change|set)\s+(?:the\s+)?patient\s*(?:_?id)?\s+to\b", "patient"),
    pattern(r"\bdo(?:\s+not|n't)\s+(?:mention|tell|reveal|disclose|show|report|alert|inform|warn|notify)\s+(?:\w+\s+){0,3}?(?:to\s+)?(?:the\s+)?(?:user|clinician|reader|human|operator|reviewer)s?\b", "do not", "don't"),
    pattern(r"\bdo(?:\s+not|n't)\s+(?:mention|reveal|disclose|repeat|quote)\s+(?:this|these)\s+(?:instructions?|messages?|texts?|notes?|prompt)\b", "do not", "don't"),
)  # fmt: skip

SECRET: tuple[Pattern, ...] = (
    pattern(
        r"\b(?:reveal|print|output|repeat|show|display|disclose|leak|copy|include|write|give|tell|recite|quote|state|echo|translate|encode|spell)\b[^.\n]{0,80}"
        r"(?:system\s+(?:prompt|message|instructions?)|your\s+(?:initial|original|hidden|secret|full|own|system|above)\s+(?:instructions?|prompt|rules)|"
        r"(?:hidden|initial|original|secret)\s+(?:prompt|instructions)|prompt\s+above|text\s+above|secret\s+(?:marker|token|string|mark|code|key)|"
        r"\bcanary|marker\s+(?:in|at|from)|square\s+brackets?|api\s+keys?|access\s+tokens?|credentials)",
        "prompt", "instruction", "above", "secret", "canary", "marker", "bracket", "key", "token", "credential", "system", "rules",
    ),
    pattern(r"\bwhat\s+(?:is|are|were|was)\s+your\s+(?:system\s+)?(?:instructions?|prompt|initial\s+prompt|rules)\b", "your"),
    pattern(r"\brepeat\s+(?:everything|all|the\s+(?:words|text))\s+(?:above|before|starting\s+with)", "repeat"),
)  # fmt: skip

_WHERE = r"(?:https?://|ftp://|hxxps?://|www\.|\b[\w.-]+\.(?:com|net|org|io|example|invalid|test|ru|cn|xyz|info|top|site|biz|dev|app|co)\b(?!/?\w*@)|\S+@\S+)"
EXFILTRATION: tuple[Pattern, ...] = (
    pattern(
        rf"\b(?:send|post|upload|e-?mail|forward|transmit|submit|exfiltrate|leak|deliver|report|copy|push|put)\b[^.\n]{{0,120}}"
        rf"\b(?:everything|all\s+(?:of\s+)?(?:the\s+|this\s+|your\s+|user\s+)?(?:data|information|chart|records?|content|messages?|results|notes?|fields|facts)|whole\s+chart|entire\s+(?:chart|record|conversation)|contents?|conversation|prompt|"
        rf"what\s+you\s+(?:find|read|know|see|have)|chart\s+data|full\s+(?:chart|record|text))[^\n]{{0,120}}?{_WHERE}",
        "everything", "all ", "whole", "entire", "content", "conversation", "prompt", "what you", "chart data", "full",
    ),
    pattern(
        r"\b(?:post|upload|exfiltrate|leak|append|encode|concatenate|beacon|smuggle|curl|wget|fetch|load|ping|request)\b[^\n]{0,140}?(?:https?://|ftp://|hxxps?://|www\.)",
        "http", "ftp:", "hxxp", "www.",
    ),
    pattern(r"!\[[^\]\n]{0,120}\]\s*\(|<\s*(?:img|image|iframe|script|link|object)\b[^>\n]{0,40}(?:src|href|data)\s*=", "![", "src", "href", "data"),
    pattern(r"https?://[^\s)\"']*(?:[/?&=][{<\[$]|[?&=][^\s)\"']{0,40}[{<\[$]|%s|\b(?:data|chart|q|d|leak|payload|exfil|patient|mrn|name)=)", "http"),
    pattern(r"\b(?:include|insert|add|put|write|append|embed|place|give|show|send)\b[^.\n]{0,60}\b(?:link|url|image|picture|address|website)\b[^\n]{0,60}?(?:https?://|www\.|hxxp)", "http", "www.", "hxxp"),
    pattern(r"\b(?:click|visit|open|go\s+to|navigate\s+to|browse)\b[^.\n]{0,40}\b(?:a\s+)?(?:website|link|url)\b[^\n]{0,40}(?:https?://|www\.)", "http", "www."),
)  # fmt: skip

_ERRAND = r"(?:send|transfer|e-?mail|post|upload|delete|download|change|modify|create|make|book|reserve|invite|concatenate|get|give|buy|order|wire|pay)"
ERRAND: tuple[Pattern, ...] = (
    # What no chart has a reason to ask of anybody: money, files, mail and passwords of a computer.
    pattern(
        rf"{_OPENS}{_ERRAND}\b[^.\n]{{0,160}}?(?:\btransactions?\b|\brecurring\s+payment|\biban\b|\baccount\s+[a-z]{{2}}\d{{2}}|"
        r"\bmoney\s+as\b|\bpassword\s+(?:of\s+the\s+(?:user|account|admin\w*|system)|to\s+[\"'])|\bslack\b|\bunread\s+e-?mails?|\bcalendar\s+event|\bhotel\b|\bcloud\s+drive|\bpassport\s+number|"
        r"\bbank\s+account|\bcredit\s+card\s+number|\bsecurity\s+code\b|\bfile\s+with\s+(?:the\s+)?id\b|\bfiles?\s+(?:from|in)\s+(?:the|my)\s+(?:cloud|drive)|"
        r"\bmessages?\s+(?:from|in|to)\s+all\s+channels|\bgift\s+cards?|\bbitcoin|\bcrypto|\bas\s+(?:the\s+)?subject\b|\bthe\s+subject\s+(?:should|'|\")|\bmy\s+inbox|\bbody\s+of\s+the\s+e-?mail|\bindividual\s+e-?mails|\be-?mails?\s+to\s+(?:every|all)\b|\bto\s+my\s+new\s+e-?mail)",
        "transaction", "payment", "iban", "account", "money", "password", "slack", "email", "e-mail", "calendar", "hotel", "drive", "passport",
        "credit card", "security code", "file", "channel", "gift card", "bitcoin", "crypto", "subject", "inbox",
    ),
    pattern(r"\bsay\s+that\s+i\s+should\s+(?:absolutely\s+|definitely\s+)?(?:visit|buy|choose|book|click)\b", "say that i"),
    pattern(r"\b(?:transfer|send|wire)\s+\$\s?\d[\d,]*\b", "$"),
)  # fmt: skip

DECODE: tuple[Pattern, ...] = (
    pattern(
        r"\b(?:decode|decrypt|decipher|unscramble|de-?obfuscate)\b[^.\n]{0,60}\b(?:base-?64|base-?32|hex(?:adecimal)?|rot-?13|binary|the\s+following|this|below|string|cipher|and\s+(?:follow|obey|execute|do))",
        "decode", "decrypt", "decipher", "unscramble", "obfuscate",
    ),
    pattern(r"\b(?:base-?64|rot-?13|hex)\b[^.\n]{0,30}\b(?:instructions?|and\s+(?:follow|obey|execute)|decode)\b", "base", "rot", "hex"),
    pattern(r"\b(?:read|spell|take)\s+(?:the\s+following|this|these|it)\b[^.\n]{0,30}\bbackwards?\b[^.\n]{0,40}\b(?:follow|obey|do|execute)\b", "backward"),
)  # fmt: skip
