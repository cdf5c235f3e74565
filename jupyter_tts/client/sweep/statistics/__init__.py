"""From measured times to intervals and verdicts; numpy suffices."""
