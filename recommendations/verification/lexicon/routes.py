"""Words for routes. Checkable against the SNOMED CT route values that FHIR examples use."""

_ROUTES: dict[str, tuple[str, ...]] = {
    "oral": ("oral", "orally", "by mouth", "po", "p.o", "per os"),
    "subcutaneous": ("subcutaneous", "subcutaneously", "under the skin", "sc", "subq", "sq", "s.c",
                     "subcut"),
    "intravenous": ("intravenous", "intravenously", "iv", "i.v"),
    "intramuscular": ("intramuscular", "intramuscularly", "im", "i.m"),
    "inhaled": ("inhaled", "inhale", "inhalation", "by inhalation", "inhal", "inhaler",
                "respiratory tract"),
    "sublingual": ("sublingual", "sublingually", "under the tongue", "sl"),
    "topical": ("topical", "topically", "to the skin", "to skin", "cutaneous"),
    "transdermal": ("transdermal", "transdermally", "patch"),
    "nasal": ("nasal", "nasally", "intranasal", "intranasally"),
    "rectal": ("rectal", "rectally", "pr", "per rectum"),
    "vaginal": ("vaginal", "vaginally"),
    "ophthalmic": ("ophthalmic", "into the eye", "in the eye", "to the eye"),
    "otic": ("otic", "into the ear", "in the ear"),
    "buccal": ("buccal",),
    "intradermal": ("intradermal",),
    "epidural": ("epidural",),
    "intrathecal": ("intrathecal",),
    "implant": ("implant", "subdermal"),
}  # fmt: skip

ROUTES: dict[tuple[str, ...], str] = {
    tuple(phrase.split()): route for route, phrases in _ROUTES.items() for phrase in phrases
}
