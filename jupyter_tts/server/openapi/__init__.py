"""The description of the HTTP routes, as OpenAPI."""
