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
        rf"\b{_IGNORE}\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:above|preceding|previous)\s*(?:text|content)?,?\s+(?:and|but)\s+(?:instead\s+)?(?:then\s+)?"
        r"(?:write|say|output|print|respond|reply|answer|tell|translate|do|state|report|return|follow|act|summari[sz]e)\b",
        "above", "preceding", "previous",
    ),
    pattern(
        r"\b(?:skip|bypass|disable|turn\s+off|circumvent|evade)\s+(?:all\s+|the\s+|any\s+|your\s+)*(?:verification\s+(?:steps?|rules?|checks?|of\s+(?:claims|statements))|safety\s+(?:rules?|filters?|guidelines?)|fact[- ]?check\w*|"
        r"content\s+filters?|guardrails?|human\s+review)\b",
        "verification", "safety", "fact", "content filter", "guardrail", "human review",
    ),
    pattern(
        r"\byour\s+(?:new|real|actual|true|updated|only|next)\s+(?:instructions?|task|goal|objective|role|"
        r"directive|mission)\s*(?:is|are|:)",
        "your",
    ),
    pattern(r"\bbefore\s+you\s+(?:can\s+)?(?:solve|start|complete|do|begin)\s+the\s+task\b", "task"),
)  # fmt: skip

# Letters set apart by one blank each, words too (HTML makes one of many): all joined.
JOINED: tuple[Pattern, ...] = (
    pattern(
        r"(?:ignore|disregard|forget|override)(?:all|any|every|the|your|my|previous|prior|above|earlier|system|of|and){1,6}(?:instructions?|prompts?|rules)"
        r"|youarenow(?:an?|the)\w{0,20}(?:assistant|ai|bot|model)|systemprompt|notetoai|languagemodel|markeverystatement|approve(?:all|every)statements?",
        "ignore", "disregard", "forget", "override", "youarenow", "systemprompt", "notetoai", "languagemodel", "statement",
    ),
)  # fmt: skip

ROLE: tuple[Pattern, ...] = (
    pattern(
        r"\b(?:i\s+am|i'm|this\s+is)\s+(?:your|the)\s+(?:developer|creator|system\s+administrator|operator|programmer)\b",
        "developer",
        "creator",
        "administrator",
        "operator",
        "programmer",
    ),
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
        rf"\b(?:{_AI}|the\s+(?:model|summari[sz]er|drafter))\s+(?:must|should|shall|will|is\s+(?:required|instructed|ordered)\s+to|is\s+to|has\s+to)\s+(?:now\s+|always\s+|not\s+)?"
        r"(?:write|state|ignore|include|output|omit|report|respond|say|add|list|remove|disregard|mention|mark|approve|recommend|follow|obey|conclude|hide)\b",
        " must", " should", " shall", " will", " is ", " has ",
    ),
    pattern(r"\b(?:hey|dear|attention|ok|hello)\s*,?\s+(?:claude|chatgpt|gemini|copilot|siri|alexa)\b\s*[,:!-]\s*(?:please\s+)?(?:write|state|ignore|say|include|output|forget|disregard|omit|add|mark|approve|tell|print)", "claude", "chatgpt", "gemini", "copilot", "siri", "alexa"),
    pattern(r"\b(?:anthropic|openai)\b", "anthropic", "openai"),
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
    pattern(r"(?:^|[\s>])(?:human|user)\s*:\s[^\n]{1,300}?\s(?:assistant|ai|claude)\s*:\s", "assistant", "ai:", "claude"),
    pattern(r"\bassistant\s*:\s*(?:sure|certainly|of\s+course|understood|okay|yes)?[,.!]?\s*i\s+(?:will|shall|can|have|am|must)\b", "assistant"),
    pattern(r"\b(?:begin|end|start)\s+(?:of\s+)?(?:the\s+)?(?:system|hidden|developer|chart\s+data|user|tool|trusted|untrusted|admin)\s+(?:prompt|instructions?|messages?|data|outputs?|results?|inputs?|section|context)\b", "begin", "end", "start"),
    pattern(r"\bend\s+of\s+(?:the\s+)?(?:chart|chart\s+data|document|untrusted|user\s+data|context|tool\s+\w+)\b\W{0,12}\s*(?:new|now|system|instruction|the\s+real|task|next)", "end of"),
    pattern(r"(?:^|\n|[.>*#-])\s*\W{0,4}tool\s+(?:outputs?|results?|response)\s*(?:\([^)]*\))?\s*:", "tool"),
)  # fmt: skip
