# where the app runs
HOST = "0.0.0.0"
PORT = int("eighty-eight")
