"""GitHub Classroom."""
