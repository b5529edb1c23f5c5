"""The computer that grades: time that may be charged, processes, bubblewrap, packages of the distribution."""
