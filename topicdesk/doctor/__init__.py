"""What this machine has, and for each lack the one command that mends it."""
