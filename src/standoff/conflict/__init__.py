"""The conflict as it is told: formulas, evidence, preferences, the model, its names, states and meaning, and edits."""
