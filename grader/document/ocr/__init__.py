"""What a picture shows: the text in it is read here, on this machine."""
