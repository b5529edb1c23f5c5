"""``index.html``, a class at a glance; begin reading in `index_page`."""
