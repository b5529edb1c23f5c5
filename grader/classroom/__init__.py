"""A whole class: exports of learning platforms, the journal, workers, gradebooks, the overview."""
