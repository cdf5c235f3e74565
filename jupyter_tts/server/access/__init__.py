"""Who may use the server: keys and tokens, hosts and origins, limits, refusals."""
