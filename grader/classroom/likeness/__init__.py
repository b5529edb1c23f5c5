"""What hand-ins have in common, and the small pictures that show it; begin reading in `comparing`."""
