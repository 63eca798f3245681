"""The administrators' pages on what documents are drafted with: prompts, models, releases."""
