"""Learning platforms: a folder for each, with what it exports and the gradebook that it reads back."""
