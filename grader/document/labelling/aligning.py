"""Which picture is which item's where no label says it: by what the pictures show, else by order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    Shows = Callable[[str, int], bool]
    Chain = tuple[tuple[int, int, int], tuple[tuple[str, int], ...]]


def align(
    items: Sequence[str],
    places: Sequence[int],
    guessed: Mapping[str, int],
    shows: Shows,
    *,
    labelled: Collection[str] = (),
    particular: Collection[str] = (),
) -> dict[str, int]:
    """Give pictures to items so that as many as possible show what is asked, in order where that is possible.

    Parameters
    ----------
    items
        In the handout's order.
    places
        The pictures to choose from, in reading order.
    guessed
        What labels and the order say; kept where the pictures say nothing.
    shows
        Whether the picture at a place shows what an item asks for.
    labelled
        The items whose guess is a label's.
    particular
        The items that ask for more than others: what shows them and others is rather theirs.
    """
    aligned = _in_order(items, places, guessed, shows, particular)
    for item in items:
        if item not in aligned:
            _make_room(item, places, aligned, shows, set())
    left = [item for item in items if item not in aligned]
    for item in left:
        if item in labelled and guessed[item] not in aligned.values():
            aligned[item] = guessed[item]
    for item in left:
        if item in aligned:
            continue
        free = [place for place in places if place not in aligned.values()]
        if item in labelled:  # its picture is another item's: it may have got that one's
            free = [place for place in guessed.values() if place in free]
        else:
            free = [place for place in _between(items, places, item, aligned) if place in free]
        guess = guessed.get(item)
        if free:
            aligned[item] = guess if guess is not None and guess in free else free[0]
        elif guess is not None and guess not in aligned.values():
            aligned[item] = guess
    return aligned


def _in_order(
    items: Sequence[str], places: Sequence[int], guessed: Mapping[str, int], shows: Shows, particular: Collection[str]
) -> dict[str, int]:
    """Return the longest chain of pictures that show what is asked, both items and pictures ascending.

    Of equally long ones, the chain that agrees most with the guess, and then the one with most particular items.
    """
    row: list[Chain] = [((0, 0, 0), ())] * (len(places) + 1)  # for so many of the pictures, the best chain until now
    for item in items:
        above, row = row, [((0, 0, 0), ())]
        for count, place in enumerate(places):
            best = max(above[count + 1], row[count], key=lambda chain: chain[0])
            if shows(item, place):
                (length, agreeing, others), chain = above[count]
                agrees = guessed.get(item) == place
                longer = (length + 1, agreeing + agrees, others + (item in particular)), (*chain, (item, place))
                best = max(best, longer, key=lambda chain: chain[0])
            row.append(best)
    return dict(row[-1][1])


def _make_room(item: str, places: Sequence[int], aligned: dict[str, int], shows: Shows, tried: set[int]) -> bool:
    """Give an item a picture that shows it, moving other items to other pictures that show them (Kuhn's algorithm)."""
    for place in places:
        if place in tried or not shows(item, place):
            continue
        tried.add(place)
        holder = next((each for each, taken in aligned.items() if taken == place), None)
        if holder is None or _make_room(holder, places, aligned, shows, tried):
            aligned[item] = place
            return True
    return False


def _between(items: Sequence[str], places: Sequence[int], item: str, aligned: Mapping[str, int]) -> list[int]:
    """Return the places between those of the items before and after one."""
    number = items.index(item)
    before = max((aligned[each] for each in items[:number] if each in aligned), default=-1)
    after = min((aligned[each] for each in items[number + 1 :] if each in aligned), default=max(places, default=0) + 1)
    return [place for place in places if before < place < after]
