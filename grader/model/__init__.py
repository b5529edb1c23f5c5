"""Plain data that everyone speaks of; imports nothing of ours but itself."""
