"""What a statement may hold to be shown, whoever worded it: plain visible words that lead nowhere.

No link, address, markup or code, nothing that looks like a number of a person, nothing invisible.
Looked at as it stands and as an eye reads it, so that a link in other letters is one too. A model's
statement that is unfit is left out, and so is one that code would word from what a chart calls a
drug or a test; where words of code must not be lost (a red flag, what differs), the stretch is.
"""

import re
import unicodedata

from recommendations.clinical.untrusted import UNSEEN

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_ENDS = (
    r"(?:com|net|org|io|dev|app|xyz|info|biz|site|online|top|club|ru|cn|tk|ws|gg|ly|"
    r"example|invalid|test|localhost|onion|zip)"
)
# Countries' ends that are no word or abbreviation of a note that lacks a blank after its full stop:
# never ".no", ".us", ".ca", ".nl", ".pt"; those in small letters alone would be such in capitals.
_COUNTRIES = r"(?:uk|eu|cz|kr|nz|za|kz|vn|hk|(?-i:de(?!\s+novo)|co|fr|ch|pl|jp|au|dk|fi))"
_WITH_A_PATH = (
    rf"(?:{_COUNTRIES}|de|co|fr|ch|pl|jp|au|dk|fi"
    r"|(?-i:me|to|it|es|se|ke|nu|pw|gq|link|page|shop|store|click|cloud|blog|tech))"
)
_FULL_STOPS = str.maketrans("\u3002", ".")  # a browser takes it for one (UTS #46)
_LEADING = re.compile(
    r"\b(?:h(?:tt|xx)ps?|ftp|file|mailto|tel|sms|data|javascript|vbscript|blob|smb|wss?)\s?:(?!\s)"
    r"|//\w|www\.|</?[a-z!?]|\]\s?\(|!\[|`{3}|&(?:#\w{2,6}|lt|gt|amp|quot|nbsp);|\{\{|\$\{|\\u[0-9a-f]{4}"
    rf"|[\w-]\s?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\))\s?[\w-]"
    rf"|(?<![\w.])[\w-]+(?:\.[\w-]+)*\.{_ENDS}(?![\w-])"
    rf"|(?<![\w.])(?:[\w-]+\.)*(?=[\w-]*[a-z])[\w-]{{3,}}\.{_COUNTRIES}(?![\w-])"
    rf"|(?<![\w.])(?:[\w-]+\.)*(?=[\w-]*[a-z])[\w-]+\.{_WITH_A_PATH}/\w"
    r"|\[(?=[^\]]*::|(?:[^\]:]*:){7})[0-9a-f:.]{2,45}\]"
    r"|[\w.+-]+@[\w-]+\.\w"
    r"|(?<!\d)(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.])",
    re.IGNORECASE,
)
# Without one of these neither can match, and looking for these takes a tenth of the time.
_MAY_LEAD = re.compile(
    r":(?!\s)|[@<&{\\\[\]`]|//|\.[^\W\d_]|\.\d+\.\d|www\.|\([.dD]", re.IGNORECASE
)
_MAY_NUMBER = re.compile(
    r"\d{9}|\d-\d|\d[.-]\d{4}|-\d{5}|[A-Z]{2}\d\d|(?:ent|ner|ion|nce|son|oup)/"
    r"|-[0-9a-f]{4}-|[A-Za-z0-9+/_]{20}|\d{3}[ .]\d{3}[ .]\d{4}|\) ?\d{3} \d{4}"
    r"|(?i:mrn|nhs|record n|hospital n)"
)
# What leads somewhere, with all that hangs on it.
_LED = re.compile(rf"\S*(?:{_LEADING.pattern})\S*", re.IGNORECASE)
# A record number, a telephone, an account, a resource's id, a stretch of code.
_NUMBERED = re.compile(
    r"(?<![\w.])\d{9,}(?!\w)"
    r"|(?<![\w-])(?!(?:19|20)\d\d-(?:19|20)\d\d)\d{4}-\d{4}(?![\w-])"
    r"|(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"
    r"|(?<![\w.])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}(?!\w)"
    # With blanks, no range, fraction or percentage stands last.
    r"|(?<![\w.,/-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w/%]|[.,-]\d)"
    r"|\b(?i:MRN|NHS|(?:MRN|NHS|record|hospital)\s(?:number|num\b\.?|no\b\.?|nr\b\.?))"
    r"[\s:#]{0,3}(?:[A-Za-z]{0,3}\d{5,}|\d{4}[ -]\d{4})(?!\w)"
    r"|(?<![\w-])[A-Za-z]{1,4}\d{2,}-\d{3,}(?!\w)|(?<![\w-])[A-Za-z]{1,4}-\d{5,}(?!\w)"
    r"|\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,}"
    r"|\b(?:Patient|Practitioner|Encounter|Observation|DocumentReference|Person|Group)/[\w.-]+"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|(?<![\w+/])(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z])(?=[\w+/]*\d)[A-Za-z0-9+/_]{20,}={0,2}(?![\w+/])"
    r"|(?<!\w)[0-9a-fA-F]{24,}(?!\w)"
)

NUMBER_LEFT_OUT, LINK_LEFT_OUT = "(number left out)", "(link left out)"
ALL_LEFT_OUT = "(text left out)"
_ROUNDS = 3  # what was left out may bring together what stood apart


def unfit(text: str) -> str:
    """Why ``text`` must not be shown (``link``, ``number``, ``hidden``); empty where it may be."""
    if not text.isprintable() and any(unicodedata.category(c) in _INVISIBLE for c in text):
        return "hidden"
    if text.isascii():
        read = text
    elif UNSEEN.search(text):
        return "hidden"
    else:
        read = unicodedata.normalize("NFKC", text).translate(_FULL_STOPS)
    if _MAY_LEAD.search(read) and _LEADING.search(read):
        return "link"
    return "number" if _MAY_NUMBER.search(read) and _NUMBERED.search(read) else ""


def masked(text: str) -> str:
    """``text`` without what must not be shown; each stretch says what it was.

    Where it only leads somewhere in other letters, it is told in those that an eye reads.
    """
    if not unfit(text):
        return text
    plain = "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE)
    plain = unicodedata.normalize("NFKC", UNSEEN.sub("", plain)).translate(_FULL_STOPS)
    for _ in range(_ROUNDS):
        plain = _NUMBERED.sub(NUMBER_LEFT_OUT, _LED.sub(LINK_LEFT_OUT, plain))
        if not unfit(plain):
            return plain
    return ALL_LEFT_OUT
