"""Narrating a table in a notebook: plan, question, progress, and what came of it."""
