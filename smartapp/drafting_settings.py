"""Settings of drafting: models, places, budgets, and who answers for the software."""

from typing import Any

from smartapp.env import env

# A draft's worker renews its lease; one that stops is taken up by another worker's sweep.
DRAFT_LEASE_SECONDS = env.int("COUNTERSIGN_DRAFT_LEASE_SECONDS", 12)
DRAFT_SWEEP_SECONDS = env.int("COUNTERSIGN_DRAFT_SWEEP_SECONDS", 4)
DRAFT_MAX_ATTEMPTS = env.int("COUNTERSIGN_DRAFT_MAX_ATTEMPTS", 3)
MODEL_API_KEY = env.str("ANTHROPIC_API_KEY", "")
# Another address than the provider's own, such as a gateway of the hospital; empty: its own.
MODEL_BASE_URL = env.str("COUNTERSIGN_MODEL_BASE_URL", "")
MODEL_ID = env.str("COUNTERSIGN_MODEL_ID", "claude-sonnet-5-5")
# Asked in this order where the model before could not draft: ids, separated by commas.
MODEL_FALLBACKS: list[str] = env.list("COUNTERSIGN_MODEL_FALLBACKS", [])
# After how many drafts in a row that it could not make, a model is left alone, and how long.
MODEL_REST_AFTER = env.int("COUNTERSIGN_MODEL_REST_AFTER", 3)
MODEL_REST_SECONDS = env.int("COUNTERSIGN_MODEL_REST_SECONDS", 60)
# "anthropic", "bedrock" or "vertex": docs/providers.md.
MODEL_PROVIDER = env.str("COUNTERSIGN_MODEL_PROVIDER", "anthropic")
MODEL_REGION = env.str("COUNTERSIGN_MODEL_REGION", "")
MODEL_PROJECT = env.str("COUNTERSIGN_MODEL_PROJECT", "")  # of Google Cloud
# Whether requests may be answered from any country.
MODEL_ANYWHERE = env.bool("COUNTERSIGN_MODEL_ANYWHERE", False)
MODEL_EFFORT = env.str("COUNTERSIGN_MODEL_EFFORT", "medium")
MODEL_MAX_TOKENS = env.int("COUNTERSIGN_MODEL_MAX_TOKENS", 8000)
MODEL_MAX_TURNS = env.int("COUNTERSIGN_MODEL_MAX_TURNS", 6)
MODEL_MAX_TOOL_CALLS = env.int("COUNTERSIGN_MODEL_MAX_TOOL_CALLS", 24)
MODEL_DEADLINE_SECONDS = env.int("COUNTERSIGN_MODEL_DEADLINE_SECONDS", 120)
# How many drafts are with the model at once, over all workers, and how long one waits for its turn
# before it is put together by rules.
MODEL_PLACES = env.int("COUNTERSIGN_MODEL_PLACES", 16)
MODEL_QUEUE_SECONDS = env.int("COUNTERSIGN_MODEL_QUEUE_SECONDS", 180)
# What drafting may cost where administrators set nothing: for one draft, and a day for one
# clinician, one unit, all together, and for drafts made again beside a unit's old ones. 0: no
# limit. US dollars may have cents.
MODEL_LIMITS: dict[str, int] = {
    "draft_tokens": env.int("COUNTERSIGN_BUDGET_DRAFT_TOKENS", 400_000),
    "user_tokens": env.int("COUNTERSIGN_BUDGET_USER_TOKENS", 0),
    "unit_tokens": env.int("COUNTERSIGN_BUDGET_UNIT_TOKENS", 0),
    "day_tokens": env.int("COUNTERSIGN_BUDGET_DAY_TOKENS", 0),
    "shadow_tokens": env.int("COUNTERSIGN_BUDGET_SHADOW_TOKENS", 2_000_000),
    "draft_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_DRAFT_USD", 0)),
    "user_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_USER_USD", 0)),
    "unit_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_UNIT_USD", 0)),
    "day_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_DAY_USD", 0)),
    "shadow_cost_micros": round(1e6 * env.float("COUNTERSIGN_BUDGET_SHADOW_USD", 0)),
}
# "adaptive", "between_tools" or "disabled" where the model offers a choice; empty: its default.
MODEL_THINKING = env.str("COUNTERSIGN_MODEL_THINKING", "")
# Models that take neither of the two, by id: asked without them.
MODEL_PLAIN: list[str] = env.list("COUNTERSIGN_MODEL_PLAIN", [])
# Where requests to the model go out: the dotted path of a callable that returns a transport.
MODEL_TRANSPORT_FACTORY: Any = ""

# Who answers for this software, as its model card says (docs/transparency.md).
DEVELOPER_NAME = env.str("COUNTERSIGN_DEVELOPER_NAME", "The developers of Countersign")
DEVELOPER_CONTACT = env.str("COUNTERSIGN_DEVELOPER_CONTACT", "")
DEVELOPER_FUNDING = env.str("COUNTERSIGN_DEVELOPER_FUNDING", "")
