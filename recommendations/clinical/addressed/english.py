"""The rules in English, first part: what software is told to forget, to be, or to believe.

Patterns are searched in folded text (see ``folding``): lower case, straight quotes.
"""
# ruff: noqa: E501 - a pattern is read as one line

from recommendations.clinical.addressed.pattern import Pattern, pattern

_AI = (
    r"(?:(?:the|an?|any|all|our|every|your|this|whichever)\s+)?(?:"
    r"(?:ai|a\.i\.)\s+(?:assistants?|models?|systems?|agents?|tools?|summari[sz]ers?|reviewers?|"
    r"drafters?|software|bots?|readers?|engines?|writers?)|(?:large\s+)?language\s+models?|llms?|"
    r"(?:chat|ro)bots?|chat\s?gpt|gpt(?:-?\d\w*)?|copilot|virtual\s+assistants?|digital\s+assistants?|"
    r"(?:drafting|summari[sz]ing|summari[sz]ation|automated|documentation|charting|note-?writing)\s+"
    r"(?:software|systems?|tools?|programs?|assistants?|models?|agents?|engines?|bots?))"
)
_WRITING = (
    r"(?:please\s+)?(?:you\s+(?:must|are|will|shall|should|have|can)|ignore|disregard|forget|override|write|"
    r"state|say|output|print|respond|reply|answer|include|insert|append|omit|hide|mark|approve|"
    r"summari[sz]e|repeat|reveal|conclude|assume|act|add|list|set|double|change|delete|remove|"
    r"do\s+not|don't|never|always|from\s+now)"
)
_ALL_OF_IT = (
    r"(?:all|every|any|each|of|the|your|my|our|these|those|this|that|previous|prior|preceding|"
    r"earlier|former|above|other|existing|current|original|initial|system|safety|given|standing|"
    r"said|and|or|as\s+well\s+as|developer|hidden|built-in|content)"
)
_ABOUT = r"(?!\W+(?:for|on|about|regarding|concerning|re|per|of\s+(?:dr|the\s+(?:doctor|nurse)))\b)"
_IGNORE = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|overrule|"
    r"skip|discard|set\s+aside|do(?:\s+not|n't)\s+(?:follow|obey|heed|comply\s+with)|stop\s+following|"
    r"pay\s+no\s+(?:attention|heed)\s+to|throw\s+(?:out|away)|abandon|nullify|cancel)"
)

OVERRIDE: tuple[Pattern, ...] = (
    # Noun phrases of nothing but qualifiers, so that "discharge instructions" are none.
    pattern(
        rf"\b{_IGNORE}\s+(?:{_ALL_OF_IT}\W+){{1,8}}i\w{{0,2}}nstr?uctions?\b{_ABOUT}", "nstruction", "nstuction"
    ),
    pattern(rf"\b{_IGNORE}\s+(?:{_ALL_OF_IT}\W+){{0,8}}(?:system\s+)?prompts?\b", "prompt"),
    pattern(
        rf"\b{_IGNORE}\s+(?:{_ALL_OF_IT}\W+){{0,6}}(?:your|system|safety|developer)\W+(?:{_ALL_OF_IT}\W+)*"
        r"(?:rules?|guidelines?|directives?|guardrails?|programming|restrictions?|constraints?|"
        r"polic(?:y|ies)|training|messages?|commands?|filters?|tasks?|checks?)\b",
        "your", "system", "safety", "developer",
    ),
    pattern(
        rf"\b{_IGNORE}\s+(?:absolutely\s+)?(?:everything|anything|all|whatever)\s+(?:that\s+)?(?:above|"
        r"before|you\s+(?:were|have|know|had)|written\s+(?:above|before)|came\s+before|said\s+(?:above|before)|"
        r"in\s+your\b|the\s+(?:system|developer))",
        "everything", "anything", "whatever", " all ",
    ),
    pattern(rf"\b{_IGNORE}\s+(?:the\s+)?(?:text|content|words|lines)\s+above\b", "above"),
    pattern(
        r"\b(?:overrides?|supersedes?|takes?\s+(?:precedence|priority)\s+over|replaces?)\s+"
        r"(?:\w+\s+){0,4}(?:system|developer|safety|your)\s+(?:\w+\s+)?(?:prompts?|instructions?|rules?|messages?)",
        "overrid", "supersed", "precedence", "priority", "replace",
    ),
    pattern(
        r"\byour\s+(?:new|real|actual|true|updated|only|next)\s+(?:instructions?|task|goal|objective|role|"
        r"directive|mission)\s*(?:is|are|:)",
        "your",
    ),
    pattern(r"\bbefore\s+you\s+(?:can\s+)?(?:solve|start|complete|do|begin)\s+the\s+task\b", "task"),
)  # fmt: skip

ROLE: tuple[Pattern, ...] = (
    pattern(
        r"\byou\s*(?:are|'re)\s+(?:now\s+|no\s+longer\s+|actually\s+)?(?:in\s+fact\s+)?(?:an?|the|my)?\s*"
        r"(?:(?!medical|physician|nurs\w+|dental|surgical|certified|office|care|health)[\w-]+\s+){0,3}"
        r"(?:assistant|ai|a\.i\.|chatbot|bot|language\s+model|llm|gpt\S*|copilot|dan)\b(?!\s+inhibitor)",
        "you",
    ),
    pattern(
        r"\b(?:act|behave|operate|respond|answer)\s+as\s+(?:if\s+you\s+(?:are|were)\s+)?(?:an?\s+|the\s+)?"
        r"(?:[\w-]+\s+){0,2}(?:assistant|ai|llm|chatbot|language\s+model|unrestricted|jailbroken|root|"
        r"system\s+administrator|developer)\b",
        " as ",
    ),
    pattern(r"\bpretend\s+(?:that\s+)?you\s*(?:are|'re|have|can)\b", "pretend"),
    pattern(
        r"\bfrom\s+now\s+on,?\s+(?:you\s+)?(?:(?:will|must|shall|should|are\s+to)\s+)?(?:only\s+)?"
        r"(?:respond|answer|output|reply|write|act|obey|ignore|operate|summari[sz]e|approve)\b",
        "from now on",
    ),
    pattern(
        r"\b(?:developer|debug|god|dan|jailbreak|unrestricted|maintenance|admin(?:istrator)?)\s+mode\b"
        r"(?=\W+(?:is\s+)?(?:on\b|enabled|activated|now|unlocked)|\W*[.:!\n])",
        " mode",
    ),
    pattern(r"\bjailbr(?:eak|oken)\b", "jailbr"),
)

ADDRESS: tuple[Pattern, ...] = (
    pattern(
        rf"\b(?:notes?|messages?|instructions?|directives?|requests?|commands?|attention|memo|notice|"
        rf"alert|reminder|orders?|guidance|important)\W+(?:(?:to|for|of)\s+)?{_AI}\b", "ai", "a.i", "llm", "model", "bot", "gpt",
        "copilot", "assistant", "software", "system", "tool", "program", "agent", "engine",
    ),
    pattern(rf"\b(?:dear|hello|hey|hi|attn|attention|calling)\W+{_AI}\b", "dear", "hello", "hey", "hi", "attn", "attention", "calling"),
    # "AI" alone is a valve that leaks, a hormone that lacks, a drug: only where it is spoken to.
    pattern(
        r"\b(?:note|message|instruction|memo|request|command|notice|reminder)s?\s+(?:to|for)\s+(?:the\s+|any\s+|all\s+)?"
        r"(?:ai|a\.i\.|claude|model|assistant\s+model)s?\s*[:,.-]\s*\w",
        "note", "message", "instruction", "memo", "request", "command", "notice", "reminder",
    ),
    pattern(r"\b(?:dear|hello|hey|attention|attn)\W+(?:ai|a\.i\.|llm)s?\b", "dear", "hello", "hey", "att"),
    pattern(
        rf"(?:^|[.!?\n\"'*>)\]#(/-])\s*(?:the\s+)?(?:ai|a\.i\.|llm|ai\s+\w+|chatbot|bot|language\s+model|copilot|summari[sz]er|gpt\S*)"
        rf"\s*[:,]\s*{_WRITING}\b",
        "ai", "a.i", "llm", "bot", "model", "copilot", "summari", "gpt",
    ),
    pattern(
        r"\bif\s+you(?:\s+are|'re)\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,2}(?:ai|a\.i\.|llm|language\s+model|assistant|chatbot|"
        r"bot|model|automated\s+\w+|software|machine|computer|program)\b",
        "if you",
    ),
    pattern(
        r"\bif\s+(?:this|the)\s+(?:\w+\s+)?(?:note|text|chart|record|document|message|file|entry)\s+(?:is|gets)\s+(?:being\s+)?"
        r"(?:read|processed|parsed|summari[sz]ed|analy[sz]ed|ingested)\s+by\s+(?:an?\s+|the\s+)?"
        r"(?:ai|a\.i\.|llm|software|machine|model|computer|language|bot|automated|assistant)",
        "by ",
    ),
    pattern(r"\b(?:any|all|every|whatever|whichever)\s+(?:ai|llm|language\s+model|bot|model|software|assistant)s?\s+(?:that|who|which)\s+"
            r"(?:reads?|process(?:es)?|sees?|summari[sz]es?|parses?)\b", "read", "process", "see", "summari", "parse"),
    pattern(r"\bas\s+an?\s+(?:ai\s+(?:assistant|model|system|language)|llm|(?:large\s+)?language\s+model)\b", "as a"),
    pattern(r"\bimportant\s+message\s+from\s+(?:me|\w+),\s+\w[\w ]*,\s+to\s+you\b", "message from"),
)  # fmt: skip

MARKERS: tuple[Pattern, ...] = (
    pattern(r"<\|\s*/?\s*(?:im_start|im_end|im_sep|system|endoftext|endofprompt|assistant|user|start_header_id|eot_id|begin_of_text)\s*\|>", "<|"),
    pattern(r"\[\s*/?\s*(?:inst|sys|system|assistant|system\s+message|/?tool)\s*\]|<<\s*/?\s*sys\s*>>", "[", "<<"),
    pattern(
        r"<\s*/?\s*(?:system|assistant|instructions?|tool_?results?|tool_?use|tool_?call|function_?results?|function_?calls?|"
        r"chart_data|prompt|user|human|admin|information|important|invoke|antml:\w+|document|context|system-?reminder)\b[^>\n]{0,80}>",
        "<",
    ),
    pattern(r"[\"'](?:role|type|kind)[\"']\s*:\s*[\"'](?:system|assistant|user|developer|tool|tool_result|tool_use|function)[\"']", "role", "type", "kind"),
    pattern(r"\b(?:tool_result|tool_use(?:_id)?|function_call|submit_draft|chart_data|system_message|end_turn)\b", "_"),
    pattern(r"(?:^|[\n.>*#-])\s*\W{0,4}(?:system|developer)\s*(?:message|prompt|notice|override|instruction|update|alert|command)s?\s*[\])]?\s*[:\-=>]", "system", "developer"),
    pattern(r"\bsystem\s+(?:prompt|override)\b", "system"),
    pattern(
        rf"(?:^|[\n.\"'>*#|-])\s*\W{{0,4}}(?:system|assistant|developer|admin|root)\s*[:>]\s*(?:\w+\s+){{0,4}}?(?:{_WRITING}|new\s+(?:policy|rule|instruction)|policy\s+update)\b(?!\s+(?:call|schedule|fax|refer))",
        "system", "assistant", "developer", "admin", "root",
    ),
    pattern(r"(?:^|\n)\s*\W{0,3}(?:human|user)\s*:[^\n]{1,600}\n+\s*\W{0,3}(?:assistant|ai|claude)\s*:", "assistant", "ai:", "claude"),
    pattern(r"\b(?:begin|end|start)\s+(?:of\s+)?(?:the\s+)?(?:system|hidden|developer|chart\s+data|user|tool|trusted|untrusted|admin)\s+(?:prompt|instructions?|messages?|data|outputs?|results?|inputs?|section|context)\b", "begin", "end", "start"),
    pattern(r"\bend\s+of\s+(?:the\s+)?(?:chart|chart\s+data|document|untrusted|user\s+data|context|tool\s+\w+)\b\W{0,12}\s*(?:new|now|system|instruction|the\s+real|task|next)", "end of"),
    pattern(r"(?:^|\n|[.>*#-])\s*\W{0,4}tool\s+(?:outputs?|results?|response)\s*(?:\([^)]*\))?\s*:", "tool"),
)  # fmt: skip
