"""Which picture is which item's: by labels, else by order; what the pictures show is right against both."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from grader.document.labelling.aligning import align
from grader.model.items import Item, ShownCode, ShownCookies, ShownPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.document.labelling.document_picture import Picture
    from grader.document.labelling.labels import Label, Labelling, Side
    from grader.document.labelling.shots import How

_MUCH_SMALLER = 0.25


@dataclass
class Placing:
    """Which picture is which item's: places (indices of pictures) by the items' ids, and how each was found."""

    places: dict[str, int] = field(default_factory=dict)
    how: dict[str, How] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    """Items whose picture serves both items of its number: it may show code and browser side by side."""
    labelled: Mapping[str, int] = field(default_factory=dict)
    """Where labels alone put items, whatever their pictures show."""
    unsure: set[str] = field(default_factory=set)
    """Items of which nobody can say that their picture is missing."""

    def take(self, item: Item, place: int, how: How) -> None:
        """Give an item the picture at a place."""
        self.places[item.id] = place
        self.how[item.id] = how

    def free(self, count: int) -> list[int]:
        """Return the places, of so many, that no item has."""
        taken = set(self.places.values())
        return [place for place in range(count) if place not in taken]


def place(
    items: Sequence[Item],
    pictures: Sequence[Picture],
    labelling: Labelling,
    shows: Callable[[Item, Picture], bool] | None = None,
) -> Placing:
    """Find each item's picture.

    `shows` says whether a picture shows what an item asks for; it is asked only where labels do not decide.
    """
    found = Placing()
    if _numbered_otherwise(items, labelling.labels):
        _in_order(items, pictures, range(len(pictures)), found)
    else:
        _by_label(items, labelling.labels, found)
        if found.places:
            _between(items, pictures, labelling, found)
        else:
            _in_order(items, pictures, range(len(pictures)), found)
    found.labelled = {id_: place for id_, place in found.places.items() if found.how[id_] == "label"}
    if shows is not None:
        _by_content(items, pictures, found, shows)
    # Whose picture shows another item instead has one in the document, though not of that.
    found.unsure = _unsure(items, found) | (found.labelled.keys() - found.places.keys())
    if _numbered_by_steps(items, labelling.labels) and found.free(len(pictures)):
        found.unsure |= {item.id for item in items}
    _share(items, found)
    return found


def _by_content(
    items: Sequence[Item], pictures: Sequence[Picture], found: Placing, shows: Callable[[Item, Picture], bool]
) -> None:
    """Correct what labels and order say by what the pictures show, for the whole document at once.

    A label is believed where its picture shows what is asked.  The other pictures go where they explain most; what
    nothing explains stays where its label, or the order, puts it.
    """
    by_id = {item.id: item for item in items}
    labelled = found.labelled

    def confirms(id_: str, place: int) -> bool:
        return shows(by_id[id_], pictures[place])

    right = {id_: place for id_, place in labelled.items() if confirms(id_, place)}
    open_ = [item.id for item in items if item.id not in right]
    guessed = {id_: place for id_, place in found.places.items() if id_ not in right}
    if guessed.keys() != set(open_) or not all(confirms(*each) for each in guessed.items()):
        places = [place for place in range(len(pictures)) if place not in right.values()]
        # Beside a page, often: but a list without a cookie shows little of what has become of it.
        particular = [item.id for item in items if isinstance(item.shows, ShownCookies) and not item.shows.gone]
        guessed = align(open_, places, guessed, confirms, labelled=labelled, particular=particular)
    for id_ in open_:
        found.places.pop(id_, None)
        found.how.pop(id_, None)
    for id_, place in guessed.items():
        how: How = "label" if labelled.get(id_) == place else "content" if confirms(id_, place) else "order"
        found.take(by_id[id_], place, how)


def _unsure(items: Sequence[Item], found: Placing) -> set[str]:
    """Return the items without a picture that one of their neighbours, placed by order alone, may have got."""
    unsure: set[str] = set()
    run: list[Item] = []
    for item in [*items, None]:
        if item is not None and found.how.get(item.id) != "label":
            run.append(item)
            continue
        if any(found.how.get(each.id) == "order" for each in run):
            unsure |= {each.id for each in run if each.id not in found.places}
        run = []
    return unsure


def _numbered_otherwise(items: Sequence[Item], labels: Sequence[Label | None]) -> bool:
    """Whether the numbers are not the items': a handout's steps with two pictures under some, or counted from 2.

    Only where there is exactly one picture for each item, in order: then the order says more.
    """
    numbers = [label.number for label in labels if label and label.number is not None]
    if len(numbers) != len(labels) or len(labels) != len(items) or numbers != sorted(numbers):
        return False
    wanted = [item.number for item in items]
    return numbers != wanted and (not set(numbers) <= set(wanted) or len(set(numbers)) < len(set(wanted)))


def _numbered_by_steps(items: Sequence[Item], labels: Sequence[Label | None]) -> bool:
    """Whether the numbers are the handout's steps: ``4``, ``4a``, ``5a``, ``5b`` where it asks for one picture each."""
    wanted = Counter(item.number for item in items)
    subs: dict[int, set[str]] = {}
    for label in labels:
        if label and label.number is not None and label.direct:
            subs.setdefault(label.number, set()).add(label.sub)
    return any(len(each) > wanted[number] for number, each in subs.items() if wanted[number])


def _by_label(items: Sequence[Item], labels: Sequence[Label | None], found: Placing) -> None:
    sides = [label.side if label else None for label in labels]
    direct = [label is not None and label.direct for label in labels]
    for number in dict.fromkeys(item.number for item in items):
        wanted = [item for item in items if item.number == number]
        places = [place for place, label in enumerate(labels) if label and label.number == number]
        # A picture with a label of its own before one that shares its neighbour's.
        places.sort(key=lambda place: (not direct[place], place))
        for item in wanted:
            own = (place for place in places if sides[place] == (item.side or _kind(item)))
            if (place := next(own, None)) is not None:
                found.take(item, place, "label")
                places.remove(place)
        places = sorted(places[: len(wanted)])
        for item in wanted:
            if item.id not in found.places and places:
                found.take(item, places.pop(0), "label")


def _kind(item: Item) -> Side | None:
    """Tell on which side the only picture of a number is, where a student gives both."""
    return "code" if isinstance(item.shows, ShownCode) else "browser" if isinstance(item.shows, ShownPage) else None


def _between(items: Sequence[Item], pictures: Sequence[Picture], labelling: Labelling, found: Placing) -> None:
    """Give pictures without a usable label to the items missing between their labelled neighbours."""
    for run in _missing_runs(items, found):
        first, last = items.index(run[0]), items.index(run[-1])
        before = found.places.get(items[first - 1].id, -1) if first else -1
        after = found.places.get(items[last + 1].id, len(pictures)) if last + 1 < len(items) else len(pictures)
        # A label that stands there without a picture: the student left that one out.
        empty = {number for gap in labelling.unused[before + 1 : after + 1] for number in gap}
        wanted = [item for item in run if not first or item.number not in empty]
        free = [place for place in found.free(len(pictures)) if before < place < after]
        kept = _without_logos(pictures, free, len(wanted))
        _assign(wanted, kept[-len(wanted) :] if before < 0 else kept, found)


def _missing_runs(items: Sequence[Item], found: Placing) -> list[list[Item]]:
    """Split the items without a picture into runs of neighbours; one that another side can serve is not missing."""
    runs: list[list[Item]] = [[]]
    numbers = {item.number for item in items if item.id in found.places}
    for item in items:
        if item.id in found.places or item.number in numbers:
            runs.append([])
        else:
            runs[-1].append(item)
    return [run for run in runs if run]


def _in_order(items: Sequence[Item], pictures: Sequence[Picture], places: Sequence[int], found: Placing) -> None:
    """Nothing is labelled: the first picture is the first item's, and so on."""
    kept = _without_logos(pictures, places, len(items))
    numbers = {item.number: item for item in reversed(items)}
    firsts = [item for item in items if numbers[item.number] is item]
    # As many pictures as numbers: each shows code and browser side by side.
    _assign(firsts if len(kept) == len(firsts) else items, kept, found)


def _assign(items: Sequence[Item], places: Sequence[int], found: Placing) -> None:
    for item, place in zip(items, places, strict=False):
        found.take(item, place, "order")


def _without_logos(pictures: Sequence[Picture], places: Sequence[int], wanted: int) -> list[int]:
    """Where there are more pictures than items, leave out those far smaller than the others."""
    kept = list(places)
    surplus = len(kept) - wanted
    if surplus <= 0 or not kept:
        return kept
    areas = {place: pictures[place].area for place in kept}
    usual = median(areas.values())
    logos = sorted((place for place in kept if areas[place] < _MUCH_SMALLER * usual), key=areas.__getitem__)
    left_out = set(logos[:surplus])
    return [place for place in kept if place not in left_out]


def _share(items: Sequence[Item], found: Placing) -> None:
    """Let the only picture of a number serve both of its items."""
    for item in items:
        if item.id in found.places:
            continue
        twin = next((each for each in items if each.number == item.number and each.id in found.places), None)
        if twin:
            found.take(item, found.places[twin.id], found.how[twin.id])
            found.shared |= {item.id, twin.id}
