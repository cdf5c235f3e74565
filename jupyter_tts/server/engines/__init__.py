"""What makes the sound: what all engines share, and a folder for each."""
