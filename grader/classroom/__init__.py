"""A class: graded, looked at, decided, published.

`session.ClassSession` is all that a door may ask of a class; begin reading there.  `dispatcher` sends hand-ins to
`workers`, and what comes back goes into the `journal`; `review` is what a person decides, and `publishing` writes it
all: reports, the `overview`, gradebooks.  It may import all rooms to its left (``grader/README.md``), and no door.
"""
