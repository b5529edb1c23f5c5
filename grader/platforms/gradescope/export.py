"""Gradescope: a folder ``submission_<id>`` for each student or group, and one file that says whose they are.

``assignment_<id>_export/submission_<id>/…`` with ``submission_metadata.yml`` (ucbds-infra/otter-grader; lms.md).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from grader.model.faults import InputError
from grader.model.hand_in_limits import MEGABYTE
from grader.platforms.exports.folder_names import clean_name
from grader.platforms.exports.handin import Person
from grader.platforms.exports.platform import ExportPiece, Known, Platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import yaml

    from grader.platforms.exports.listing import Listing

_FOLDER = re.compile(r"(?P<folder>submission_(?P<id>[0-9]+))/(?P<file>.*)", re.DOTALL)
_METADATA = "submission_metadata.yml"
_DEEPEST = 50
_LARGEST_METADATA = 50 * MEGABYTE  # it holds every test result of a class


class GradescopeExport(Platform):
    """Reads what Gradescope writes."""

    name = "Gradescope"

    def read(self, path: str) -> ExportPiece | None:
        """Say whose a path is."""
        match = _FOLDER.fullmatch(path)
        if match is None:
            return None
        file = match["file"]
        return ExportPiece(
            key=match["folder"],
            name=match["folder"],
            path=file,
            person=Person(None, {"gradescope": match["id"]}),
        )

    def is_nobodys(self, path: str) -> bool:
        """Whether it is the file that says whose the folders are."""
        return path == _METADATA

    def learn(self, listing: Listing) -> Mapping[str, Known]:
        """Read names, ids and times; nothing where they cannot be read: the hand-ins are graded all the same."""
        for entry in listing.entries:
            if entry.path == _METADATA:
                try:
                    return _submitters(entry.place.read(_LARGEST_METADATA))
                except InputError:
                    return {}
        return {}


def _submitters(content: bytes) -> dict[str, Known]:
    data = _load(content)
    if not isinstance(data, dict):
        return {}
    hand_ins = ((folder, entry) for folder, entry in data.items() if isinstance(folder, str))
    return {folder: _known(entry, folder) for folder, entry in hand_ins if isinstance(entry, dict)}


def _load(content: bytes) -> object:
    """Read YAML written by Ruby; its own kinds of objects are read as what they are made of, never made."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    def plain(loader: Any, _tag: str, node: yaml.Node) -> object:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    # Ids are texts: 0012345 is no number to the base of eight.
    times = "tag:yaml.org,2002:timestamp"
    Loader.yaml_implicit_resolvers = {
        sign: [one for one in kinds if one[0] == times] for sign, kinds in Loader.yaml_implicit_resolvers.items()
    }
    Loader.add_multi_constructor("!", plain)
    Loader.add_multi_constructor("tag:", plain)
    try:
        if _is_deep(yaml.parse(content, Loader=Loader)):
            return None
        return yaml.load(content, Loader=Loader)  # noqa: S506 - it is a safe loader
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return None


def _is_deep(events: Iterable[yaml.Event]) -> bool:
    """Whether collections hold collections beyond all sense: the loader in C ends the process then."""
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return True
    return False


def _known(entry: dict[object, object], folder: str) -> Known:
    submitters = entry.get(":submitters")
    rows = [row for row in submitters if isinstance(row, dict)] if isinstance(submitters, list) else []
    return Known(tuple(_person(row, folder) for row in rows), _time(entry.get(":created_at")))


def _person(row: dict[object, object], folder: str) -> Person:
    said = {key: str(row[f":{key}"]).strip() for key in ("name", "sid", "email") if _is_text(row.get(f":{key}"))}
    name = clean_name(said.pop("name", ""))
    ids = {"gradescope": folder.removeprefix("submission_"), **{key: text for key, text in said.items() if text}}
    return Person(name or None, ids)


def _is_text(value: object) -> bool:
    return isinstance(value, (str, int))


def _time(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None  # noqa: DTZ001
