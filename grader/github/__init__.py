"""GitHub Actions: what ``grader check`` says as a step of a run."""
