"""What stays in the notebook: saved view, request card, MIME bundles."""
