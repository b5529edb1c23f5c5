"""Reading Python without running it: routes, views, cookie reads, imports."""
