"""Words for a student about code that does not load or crashes: one file for each kind of reason."""
