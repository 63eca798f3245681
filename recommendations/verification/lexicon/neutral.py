"""Words that assert nothing by themselves, in general and in statements of each kind.

A word stands here only if leaving it out changes nothing that a clinician would act upon. Nothing
that negates, weighs, compares, dates or judges may be added.
"""

GENERAL = frozenset(
    "a an the is are was were be been being has have in on at of and with for by to as from this "
    "that these those it its their patient patient's chart charts record records recorded ehr "
    "documented listed noted shown shows showed include includes including per and "
    "which who there also date dated both each respectively her his she he its".split()
)  # fmt: skip

BY_KIND: dict[str, frozenset[str]] = {
    "observation": frozenset(
        "level levels result results value values reading readings measured measurement test lab labs "
        "laboratory serum plasma blood reported came back found obtained taken drawn sample vital sign "
        "signs vitals reference range limit limits upper lower rate units unit per then "
        "compared versus vs while now trend trended between interval available file "
        "record check checked demonstrated remains remained collected resulted score mmhg  "
        "through until since and".split()
    ),
    "medication": frozenset(
        "dose doses medication medications medicine drug list order orders course tablet tablets "
        "capsule capsules inhaler solution injection form strength started start since remains "
        "  once dosed dosing at times time unit "
        "instructions reads directions status mouth statement".split()
    ),
    "condition": frozenset(
        "problem problems diagnosis diagnoses diagnosed list onset since began started condition "
        "status year type stage carries carried medical remains dating date "
        "back entered added encounter visit".split()
    ),
    "allergy": frozenset(
        "list reaction reactions substance drug drugs medication food environmental recorded "
        "status criticality includes as onset since".split()
    ),
    "family_history": frozenset("had has history condition conditions   ".split()),
    "encounter": frozenset(
        "visit visits stay encounter admission admitted discharged discharge hospital started start "
        "ended end status department service seen reason through until clinic appointment type "
        " since lasting took place".split()
    ),
    "appointment": frozenset("appointment appointments visit clinic status reason service".split()),
    "immunization": frozenset("vaccine vaccination immunization immunizations dose shot status vaccinated".split()),
    "care_plan": frozenset("care plan plans since started start status activities includes until".split()),
    "procedure": frozenset("procedure procedures surgery status took place".split()),
    "demographics": frozenset("aged age sex gender old year years person adult recorded".split()),
    "note": frozenset(
        "note notes says say said states stated reads according written wrote author authored writes "
        " signed records entry report reports following documents quote text".split()
    ),
    "absence": frozenset(
        "list lists found active file read anywhere any searched complete reading medication "
        "medications problem problems allergy allergies order orders result results note notes "
        "appointment appointments visit visits history drug drugs immunization immunizations "
        "procedure procedures prescription prescriptions current upcoming vaccine vaccines plan plans care "
        "lab laboratory labs encounter encounters record diagnosis or".split()
    ),
    "count": frozenset(
        "read found list lists recorded total there and were was results values orders "
        "visits encounters appointments allergies medications problems notes entries times".split()
    ),
    "inference": frozenset(),
}  # fmt: skip

# A statement of absence says how far was looked.
SCOPE = frozenset("recorded listed list found chart record documented file noted read".split())

NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}

# In statements about a relative these would speak of the patient.
NOT_OF_RELATIVES = frozenset("patient also she he both each".split())
