"""Reading .docx: a zip from a stranger, its text and pictures in the order of the page."""
