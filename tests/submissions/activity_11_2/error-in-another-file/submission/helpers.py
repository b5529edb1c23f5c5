def describe(value):
    """The words for a cookie that was found."""
    return "Found the cookie: " + value + " " + len(value) + " letters"
