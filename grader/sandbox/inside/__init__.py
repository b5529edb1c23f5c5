"""What runs in the jail: standard library only, loaded as plain files; none of it knows the rest of the grader."""
