"""No platform at all: folders and zips."""
