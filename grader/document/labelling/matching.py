"""Which picture is which item's: by labels, else by order; what the pictures show is right against both."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Literal

from grader.document.labelling.aligning import align
from grader.document.labelling.labels import label_pictures
from grader.document.labelling.sameness import same
from grader.document.labelling.sentences import Sentences
from grader.model.items import ShownCode, ShownCookies, ShownPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.document.labelling.labels import Label, Labelling, Side
    from grader.document.labelling.pictures import Picture
    from grader.document.word.flow import Line, Placed
    from grader.model.items import Item

_SHARED_CROP = 0.95
_MUCH_SMALLER = 0.25

How = Literal["label", "order", "content"]
Wrong = Literal["missing", "blank", "repeated", "too large"]


@dataclass(frozen=True)
class Shot:
    """What the document has for one item.

    Parameters
    ----------
    how
        How the picture was found to be this item's; None where there is none.
    shared
        It also serves the other item of the same number: one picture may show code and browser side by side.
    same_as
        The id of an earlier item with the same picture.
    wrong
        Why it cannot count, in one word; None where a person may look at it.
    problem
        The same in words for the student; also where a picture is there that cannot be looked at here.
    """

    item: Item
    picture: Picture | None = None
    how: How | None = None
    shared: bool = False
    same_as: str | None = None
    wrong: Wrong | None = None
    problem: str | None = None


@dataclass
class _Found:
    """Places (indices of pictures) by item id, while they are sought."""

    places: dict[str, int]
    how: dict[str, How]
    shared: set[str]

    def take(self, item: Item, place: int, how: How) -> None:
        self.places[item.id] = place
        self.how[item.id] = how

    def free(self, count: int) -> list[int]:
        taken = set(self.places.values())
        return [place for place in range(count) if place not in taken]


def match(
    items: Sequence[Item],
    pictures: Sequence[Picture],
    flow: Sequence[Line | Placed],
    shown_as: str,
    shows: Callable[[Item, Picture], bool] | None = None,
) -> dict[str, Shot]:
    """Find each item's picture, and say what is wrong where there is none that can count.

    Parameters
    ----------
    shows
        Whether a picture shows what an item asks for; asked only where labels do not decide.
    """
    labelling = label_pictures(flow, _sentence_reader(items))
    found = _find(items, pictures, labelling)
    by_label = {id_: found.places[id_] for id_, how in found.how.items() if how == "label"}
    if shows is not None:
        _by_content(items, pictures, found, shows)
    # Whose picture shows another item instead has one in the document, though not of that.
    unsure = _unsure(items, found) | (by_label.keys() - found.places.keys())
    if _numbered_by_steps(items, labelling.labels) and found.free(len(pictures)):
        unsure |= {item.id for item in items}
    _share(items, found)
    shots: dict[str, Shot] = {}
    for item in items:
        place = found.places.get(item.id)
        if place is None:
            missing = _missing(item, items, labelling, len(pictures), shown_as)
            if item.id in by_label:
                missing = _of_another(pictures[by_label[item.id]], by_label[item.id], items, found, shown_as)
            shots[item.id] = Shot(item, wrong=None if item.id in unsure else "missing", problem=missing)
            continue
        how, shared = found.how[item.id], item.id in found.shared
        shot = Shot(item, pictures[place], how, shared)
        shots[item.id] = _judged(shot, pictures[place], list(shots.values()), shown_as)
    return shots


def _sentence_reader(items: Sequence[Item]) -> Callable[[str], int | None] | None:
    sentences = {item.number: item.sentence for item in items if item.sentence}
    return Sentences(sentences).number if sentences else None


def _find(items: Sequence[Item], pictures: Sequence[Picture], labelling: Labelling) -> _Found:
    found = _Found({}, {}, set())
    if _numbered_otherwise(items, labelling.labels):
        _in_order(items, pictures, range(len(pictures)), found)
    else:
        _by_label(items, labelling.labels, found)
        if found.places:
            _between(items, pictures, labelling, found)
        else:
            _in_order(items, pictures, range(len(pictures)), found)
    return found


def _by_content(
    items: Sequence[Item], pictures: Sequence[Picture], found: _Found, shows: Callable[[Item, Picture], bool]
) -> None:
    """Correct what labels and order say by what the pictures show, for the whole document at once.

    A label is believed where its picture shows what is asked.  The other pictures go where they explain most; what
    nothing explains stays where its label, or the order, puts it.
    """
    by_id = {item.id: item for item in items}
    labelled = {id_: place for id_, place in found.places.items() if found.how[id_] == "label"}

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


def _unsure(items: Sequence[Item], found: _Found) -> set[str]:
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


def _by_label(items: Sequence[Item], labels: Sequence[Label | None], found: _Found) -> None:
    for number in dict.fromkeys(item.number for item in items):
        wanted = [item for item in items if item.number == number]
        places = [place for place, label in enumerate(labels) if label and label.number == number]
        # A picture with a label of its own before one that shares its neighbour's.
        places.sort(key=lambda place: (not _is_direct(labels[place]), place))
        for item in wanted:
            own = (place for place in places if _side(labels[place]) == (item.side or _kind(item)))
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


def _is_direct(label: Label | None) -> bool:
    return label is not None and label.direct


def _side(label: Label | None) -> Side | None:
    return label.side if label else None


def _between(items: Sequence[Item], pictures: Sequence[Picture], labelling: Labelling, found: _Found) -> None:
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


def _missing_runs(items: Sequence[Item], found: _Found) -> list[list[Item]]:
    """Split the items without a picture into runs of neighbours; one that another side can serve is not missing."""
    runs: list[list[Item]] = [[]]
    numbers = {item.number for item in items if item.id in found.places}
    for item in items:
        if item.id in found.places or item.number in numbers:
            runs.append([])
        else:
            runs[-1].append(item)
    return [run for run in runs if run]


def _in_order(items: Sequence[Item], pictures: Sequence[Picture], places: Sequence[int], found: _Found) -> None:
    """Nothing is labelled: the first picture is the first item's, and so on."""
    kept = _without_logos(pictures, places, len(items))
    numbers = {item.number: item for item in reversed(items)}
    firsts = [item for item in items if numbers[item.number] is item]
    # As many pictures as numbers: each shows code and browser side by side.
    _assign(firsts if len(kept) == len(firsts) else items, kept, found)


def _assign(items: Sequence[Item], places: Sequence[int], found: _Found) -> None:
    for item, place in zip(items, places, strict=False):
        found.take(item, place, "order")


def _without_logos(pictures: Sequence[Picture], places: Sequence[int], wanted: int) -> list[int]:
    """Where there are more pictures than items, leave out those far smaller than the others."""
    kept = list(places)
    surplus = len(kept) - wanted
    if surplus <= 0 or not kept:
        return kept
    areas = {place: _area(pictures[place]) for place in kept}
    usual = median(areas.values())
    logos = sorted((place for place in kept if areas[place] < _MUCH_SMALLER * usual), key=areas.__getitem__)
    left_out = set(logos[:surplus])
    return [place for place in kept if place not in left_out]


def _area(picture: Picture) -> float:
    width, height = picture.shown or (picture.size[0] / 96, picture.size[1] / 96)
    return width * height


def _share(items: Sequence[Item], found: _Found) -> None:
    """Let the only picture of a number serve both of its items."""
    for item in items:
        if item.id in found.places:
            continue
        twin = next((each for each in items if each.number == item.number and each.id in found.places), None)
        if twin:
            found.take(item, found.places[twin.id], found.how[twin.id])
            found.shared |= {item.id, twin.id}


def _judged(shot: Shot, picture: Picture, earlier: Sequence[Shot], shown_as: str) -> Shot:
    item = shot.item
    twins = [each for each in earlier if _repeats(shot, each)]
    if twins:
        # Two windows that have to look alike may be equal to the pixel: only the same file is surely the same picture.
        alike = [each for each in twins if item.shows is not None and item.shows == each.item.shows]
        twin = (alike or twins)[0]
        honest = bool(alike) and twin.picture is not None and not _same_file(picture, twin.picture)
        likeness = "looks the same as" if honest else "is the same as"
        return replace(
            shot,
            same_as=twin.item.id,
            wrong=None if honest else "repeated",
            problem=f"The picture for {item.name} (picture {picture.number} in {shown_as}) {likeness} the one for "
            f"{twin.item.name} (picture {twin.picture.number if twin.picture else '?'}).",
        )
    if picture.fault in ("linked", "lost"):
        return replace(shot, wrong="missing", problem=picture.problem)
    if picture.fault == "too large":
        return replace(shot, wrong="too large", problem=picture.problem)
    if picture.fault:
        return replace(shot, problem=picture.problem)
    if picture.blank:
        return replace(
            shot,
            wrong="blank",
            problem=f"The picture for {item.name} (picture {picture.number} in {shown_as}) is blank: "
            "there is nothing on it.",
        )
    return shot


def _repeats(shot: Shot, earlier: Shot) -> bool:
    """Whether an earlier item of another number has the same picture."""
    one, other = shot.picture, earlier.picture
    if one is None or other is None or shot.item.number == earlier.item.number or earlier.same_as:
        return False
    return same_picture(one, other)


def same_picture(one: Picture, other: Picture) -> bool:
    """Whether two pictures are the same image; two crops of one file are not."""
    if _same_file(one, other):
        return True
    if one.blank or other.blank or one.sketch is None or other.sketch is None:
        return False
    return same(one.sketch, other.sketch)


def _same_file(one: Picture, other: Picture) -> bool:
    return one.identity == other.identity and _overlap(one, other) >= _SHARED_CROP


def _overlap(one: Picture, other: Picture) -> float:
    a, b = one.crop, other.crop
    width = 1 - max(a.left, b.left) - max(a.right, b.right)
    height = 1 - max(a.top, b.top) - max(a.bottom, b.bottom)
    both = max(width, 0) * max(height, 0)
    areas = [(1 - each.left - each.right) * (1 - each.top - each.bottom) for each in (a, b)]
    return both / (sum(areas) - both)


def _missing(item: Item, items: Sequence[Item], labelling: Labelling, count: int, shown_as: str) -> str:
    asked = f"{item.name}: {item.sentence}" if item.sentence else item.name
    numbers = sorted({label.number for label in labelling.labels if label and label.number is not None})
    if any(item.number in gap for gap in labelling.unused) and item.number not in numbers:
        return f"{shown_as} has a label {item.number}, but no picture that belongs to it ({asked})."
    if not numbers:
        many = f"{count} picture{'s' if count != 1 else ''}"
        return (
            f"{shown_as} has no picture for {asked}. It has {many} without numbers for {len(items)} items; "
            "write its number at each."
        )
    return f"{shown_as} has no picture for {asked}. Its pictures are labelled {', '.join(map(str, numbers))}."


def _of_another(picture: Picture, place: int, items: Sequence[Item], found: _Found, shown_as: str) -> str:
    """Say which item has got the picture that is labelled as this one's."""
    other = next(each for each in items if found.places.get(each.id) == place)
    label = f" is labelled {picture.item_number}, but" if picture.item_number is not None else ""
    return f"Picture {picture.number} in {shown_as}{label} shows what {other.name} asks for."


def matched(shots: Mapping[str, Shot]) -> int:
    """Count the items that have a picture of their own."""
    return sum(shot.picture is not None and not shot.wrong for shot in shots.values())
