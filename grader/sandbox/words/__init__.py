"""Words for a student about code that does not load: one file for each kind of reason."""
