"""A simulated network, service and account."""
