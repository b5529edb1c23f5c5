"""Which picture is which item's: by label, by order, by what it shows."""
