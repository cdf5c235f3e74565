"""Who may ask: keys and tokens, hosts and origins, limits, refusals."""
