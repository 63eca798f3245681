"""A page at which an EHR says more of why it refused (``error_uri``, RFC 6749 section 4.1.2.1).

Oracle Health asks that it be shown to the person. It is shown as a link, with its host in words,
and never followed by us. It comes from outside: what is not plainly an https address is left out.
"""

import re
from urllib.parse import urlsplit

LONGEST = 500
# The characters of RFC 3986. No userinfo: "https://ehr.example@elsewhere" shows another host.
_ADDRESS = re.compile(r"https://[^/?#@\[\]\s]+(?:[/?#][\w\-.~:/?#\[\]@!$&'()*+,;=%]*)?", re.ASCII)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.ASCII)


def further_page(told: object) -> str:
    """Return the address where it may be shown, else ""."""
    if not isinstance(told, str) or len(told) > LONGEST or not _ADDRESS.fullmatch(told):
        return ""
    return told if host_of(told) else ""


def host_of(address: str) -> str:
    """Return the host of an address in lower case, with its port if it names one; "" for none."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    return f"{host}{port}" if _HOST.fullmatch(host) else ""
