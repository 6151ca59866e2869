"""From a recipe to a trace: what was asked, what is computed, and what came out."""
