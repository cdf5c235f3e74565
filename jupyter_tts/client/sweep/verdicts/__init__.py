"""What measurements say, in sentences that they bear."""
