"""``grader serve``: the instructor's page.  Views that call `ClassSession`, and nothing that another door needs."""
