"""Spellings of units and their UCUM codes; factors within a dimension.

Codes as in the UCUM specification. An equivalent is not a mole (calcium, magnesium), so mEq/L and
mmol/L are kept apart; no molar masses are listed.
"""

from decimal import Decimal

_UNITS: dict[str, tuple[str, ...]] = {
    # mass per volume
    "mg/dL": ("mg/dl", "mg%", "mg/100ml", "milligrams/deciliter", "mgperdl"),
    "g/dL": ("g/dl", "gm/dl", "gms/dl", "grams/deciliter"),
    "g/L": ("g/l", "gm/l"),
    "mg/L": ("mg/l",),
    "ug/dL": ("ug/dl", "mcg/dl"),
    "ug/L": ("ug/l", "mcg/l"),
    "ng/mL": ("ng/ml",),
    "ng/dL": ("ng/dl",),
    "ng/L": ("ng/l",),
    "pg/mL": ("pg/ml",),
    "ug/mL": ("ug/ml", "mcg/ml"),
    "mg/mL": ("mg/ml",),
    # amount per volume
    "mmol/L": ("mmol/l", "mm", "millimoles/liter", "mmolperl"),
    "umol/L": ("umol/l", "mcmol/l"),
    "nmol/L": ("nmol/l",),
    "pmol/L": ("pmol/l",),
    "meq/L": ("meq/l", "milliequivalents/liter"),
    "mosm/kg": ("mosm/kg", "mosmol/kg", "mosm/kgh2o"),
    # enzymes and hormones
    "U/L": ("u/l", "iu/l", "[iu]/l", "units/l", "unit/l"),
    "kU/L": ("ku/l", "kiu/l"),
    "m[IU]/L": ("miu/l", "mu/l", "munits/l"),
    "u[IU]/mL": ("uiu/ml", "uu/ml", "mciu/ml", "u[iu]/ml"),
    "[IU]/mL": ("iu/ml",),
    # cells
    "10*3/uL": ("10^3/ul", "x10^3/ul", "x10*3/ul", "k/ul", "k/mm3", "thou/ul", "k/cumm", "10e3/ul",
                "10*3/mm3", "1000/ul", "thousand/ul"),
    "10*9/L": ("10^9/l", "x10^9/l", "x10*9/l", "10e9/l"),
    "10*6/uL": ("10^6/ul", "x10^6/ul", "m/ul", "mil/ul", "10e6/ul", "million/ul", "m/mm3"),
    "10*12/L": ("10^12/l", "x10^12/l", "10e12/l"),
    "/uL": ("cells/ul", "cells/mm3", "/ul", "/mm3"),
    "/[HPF]": ("/hpf", "perhpf", "cells/hpf"),
    "fL": ("fl", "um3"),
    "pg": ("pg", "picograms"),
    # ratios and pure numbers
    "%": ("%", "percent", "pct"),
    "mg/g": ("mg/g", "mg/gcreat", "mg/gcr", "mg/g{creat}", "mg/gcreatinine"),
    "mg/mmol": ("mg/mmol",),
    "ug/mg": ("ug/mg", "mcg/mg", "ug/mgcreat"),
    "mmol/mol": ("mmol/mol",),
    "{INR}": ("inr", "{inr}"),
    "[pH]": ("ph", "[ph]"),
    "{ratio}": ("ratio", "{ratio}"),
    "{score}": ("score", "{score}"),
    # kidney
    "mL/min/{1.73_m2}": ("ml/min/1.73m2", "ml/min/1.73m^2", "ml/min/1.73", "ml/min/{1.73m2}",
                         "ml/min/{1.73_m2}", "ml/min/1.73m*2", "ml/min/1.73sqm",
                         "ml/min/[1.73m2]"),
    "mL/min": ("ml/min",),
    # pressure, rates, temperature
    "mm[Hg]": ("mmhg", "mm[hg]", "mmofhg", "torr"),
    "kPa": ("kpa",),
    "/min": ("/min", "bpm", "beats/min", "beats/minute", "breaths/min", "breaths/minute",
             "perminute", "{beats}/min", "{breaths}/min",
             "beatsperminute", "breathsperminute", "1/min"),
    "Cel": ("c", "\u00b0c", "cel", "degc", "degreesc", "celsius", "degreescelsius"),
    "[degF]": ("f", "\u00b0f", "[degf]", "degf", "degreesf", "fahrenheit", "degreesfahrenheit"),
    "s": ("s", "sec", "secs", "second", "seconds"),
    "ms": ("ms", "msec", "milliseconds"),
    "mm/h": ("mm/h", "mm/hr", "mm/hour"),
    # body
    "kg": ("kg", "kgs", "kilogram", "kilograms", "kilos"),
    "[lb_av]": ("lb", "lbs", "pound", "pounds", "[lb_av]"),
    "g": ("g", "gm", "gram", "grams"),
    "mg": ("mg", "mgs", "milligram", "milligrams"),
    "ug": ("ug", "mcg", "microgram", "micrograms"),
    "ng": ("ng", "nanogram", "nanograms"),
    "cm": ("cm", "centimeter", "centimeters", "centimetres"),
    "m": ("m", "meter", "meters", "metre", "metres"),
    "mm": ("millimeter", "millimeters"),
    "[in_i]": ("in", "inch", "inches", "[in_i]"),
    "kg/m2": ("kg/m2", "kg/m^2", "kg/m\u00b2", "kg/sqm"),
    "m2": ("m2", "m^2", "sqm"),
    "L": ("l", "liter", "liters", "litre", "litres"),
    "mL": ("ml", "cc", "milliliter", "milliliters"),
    "L/min": ("l/min", "lpm", "liters/min"),
    "mmol": ("mmol", "millimoles"),
    "meq": ("meq", "milliequivalents"),
    "[IU]": ("iu", "[iu]"),
    "U": ("u", "unit", "units", "unt"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "min": ("min", "mins", "minute", "minutes"),
    "d": ("d", "day", "days"),
    "wk": ("wk", "wks", "week", "weeks"),
    "mo": ("mo", "month", "months"),
    "a": ("yr", "yrs", "year", "years"),
    # forms counted in orders
    "{tablet}": ("tablet", "tablets", "tab", "tabs", "{tbl}", "tbl"),
    "{capsule}": ("capsule", "capsules", "cap", "caps"),
    "{puff}": ("puff", "puffs", "{puff}", "actuation", "actuations", "inhalation", "inhalations"),
    "{drop}": ("drop", "drops", "[drp]", "gtt"),
    "{spray}": ("spray", "sprays"),
    "{patch}": ("patch", "patches"),
}  # fmt: skip

SPELLINGS: dict[str, str] = {
    spelling: code
    for code, spellings in _UNITS.items()
    for spelling in (*spellings, code, code.lower())
}

_D = Decimal
# Code -> (dimension, factor to the dimension's base). Only exact factors.
FACTORS: dict[str, tuple[str, Decimal]] = {
    "g/L": ("mass/volume", _D("1")), "g/dL": ("mass/volume", _D("10")),
    "mg/dL": ("mass/volume", _D("0.01")), "mg/L": ("mass/volume", _D("0.001")),
    "ug/mL": ("mass/volume", _D("0.001")), "mg/mL": ("mass/volume", _D("1")),
    "ug/dL": ("mass/volume", _D("0.00001")), "ug/L": ("mass/volume", _D("0.000001")),
    "ng/mL": ("mass/volume", _D("0.000001")), "ng/dL": ("mass/volume", _D("0.00000001")),
    "ng/L": ("mass/volume", _D("0.000000001")), "pg/mL": ("mass/volume", _D("0.000000001")),
    "mmol/L": ("amount/volume", _D("1")), "umol/L": ("amount/volume", _D("0.001")),
    "nmol/L": ("amount/volume", _D("0.000001")), "pmol/L": ("amount/volume", _D("0.000000001")),
    "meq/L": ("equivalents/volume", _D("1")), "mosm/kg": ("osmolality", _D("1")),
    "U/L": ("activity/volume", _D("1")),
    "kU/L": ("activity/volume", _D("1000")), "m[IU]/L": ("units/volume", _D("1")),
    "u[IU]/mL": ("units/volume", _D("1")), "[IU]/mL": ("units/volume", _D("1000000")),
    "10*3/uL": ("cells/volume", _D("1")), "10*9/L": ("cells/volume", _D("1")),
    "10*6/uL": ("cells/volume", _D("1000")), "10*12/L": ("cells/volume", _D("1000")),
    "/uL": ("cells/volume", _D("0.001")), "/[HPF]": ("per field", _D("1")),
    "fL": ("mean volume", _D("1")), "pg": ("mass", _D("0.000000001")),
    "%": ("share", _D("1")), "mg/g": ("mass/mass", _D("1")), "ug/mg": ("mass/mass", _D("1")),
    "mg/mmol": ("mass/amount", _D("1")), "mmol/mol": ("amount/amount", _D("1")),
    "{INR}": ("inr", _D("1")), "[pH]": ("ph", _D("1")), "{ratio}": ("ratio", _D("1")),
    "{score}": ("score", _D("1")),
    "mL/min/{1.73_m2}": ("filtration", _D("1")), "mL/min": ("clearance", _D("1")),
    "mm[Hg]": ("pressure", _D("1")), "kPa": ("pressure in kPa", _D("1")),
    "/min": ("rate", _D("1")), "Cel": ("temperature", _D("1")), "[degF]": ("fahrenheit", _D("1")),
    "s": ("time", _D("1")), "ms": ("time", _D("0.001")), "min": ("time", _D("60")),
    "h": ("time", _D("3600")), "d": ("days", _D("1")), "wk": ("days", _D("7")),
    "mo": ("months", _D("1")), "a": ("months", _D("12")), "mm/h": ("sedimentation", _D("1")),
    "kg": ("mass", _D("1000")), "g": ("mass", _D("1")), "mg": ("mass", _D("0.001")),
    "ug": ("mass", _D("0.000001")), "ng": ("mass", _D("0.000000001")),
    "[lb_av]": ("pounds", _D("1")),
    "m": ("length", _D("1")), "cm": ("length", _D("0.01")), "mm": ("length", _D("0.001")),
    "[in_i]": ("length", _D("0.0254")), "kg/m2": ("body mass index", _D("1")),
    "m2": ("area", _D("1")), "L": ("volume", _D("1")), "mL": ("volume", _D("0.001")),
    "L/min": ("flow", _D("1")), "mmol": ("amount", _D("1")), "meq": ("equivalents", _D("1")),
    "[IU]": ("international units", _D("1")), "U": ("international units", _D("1")),
    "{tablet}": ("tablets", _D("1")), "{capsule}": ("capsules", _D("1")),
    "{puff}": ("puffs", _D("1")), "{drop}": ("drops", _D("1")), "{spray}": ("sprays", _D("1")),
    "{patch}": ("patches", _D("1")),
}  # fmt: skip
