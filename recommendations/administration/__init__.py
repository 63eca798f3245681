"""The administrators' pages on drafting: prompts, budgets, triage's rules, the model card."""
