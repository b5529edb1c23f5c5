"""What a person decides of a class: how each hand-in stands, what waits, in which order, and what is alike."""
