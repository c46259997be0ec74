"""`topicdesk relabel`: topics of a project asked anew in the terminal, old and new labels side by side, accepted where it says so."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from topicdesk.core.analysis import Analysis, Label, Topic
from topicdesk.core.edit_making import relabelling
from topicdesk.core.errors import InputError
from topicdesk.core.requests import RelabelRequest
from topicdesk.core.settings import load_settings
from topicdesk.project.lock import ProjectLock
from topicdesk.project.store import Project
from topicdesk.relabel_options import ALL
from topicdesk.terminal import ask_engine


def relabel_project(chosen: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Ask, compare, and accept. Returns what to print, and what to say beside it."""
    path = chosen.project.absolute()
    shown = _shown(path)
    with ProjectLock(path, "window") if chosen.accept else contextlib.nullcontext():  # a window that has it open would not see the edit
        return _relabelled(chosen, path, shown)


def _relabelled(chosen: argparse.Namespace, path: Path, shown: Analysis) -> tuple[list[str], list[str]]:
    asked, accepted = (_named(words, shown) for words in (chosen.topics, chosen.accept or ALL))
    labelling = load_settings(chosen.settings).labelling if chosen.settings else shown.settings.labelling
    request = RelabelRequest(
        str(path), tuple(topic.stable_id for topic in asked), {"labelling": dataclasses.asdict(labelling)},
        str(Path(chosen.language_model).absolute()) if chosen.language_model else None, chosen.device, chosen.gpu_layers,
    )  # fmt: skip
    answer = ask_engine(request)
    with Project(path) as project:
        new = {stable_id: Label.from_plain(values) for stable_id, values in project.artifacts.values(answer.key).items()}
    rows = [Row(topic, new[topic.stable_id]) for topic in asked]
    if chosen.accept:
        rows = [dataclasses.replace(row, is_wanted=row.can_be_taken(chosen.accept == ALL) and row.topic in accepted) for row in rows]
    said = [json.dumps([row.plain() for row in rows], ensure_ascii=True)] if chosen.json else _table(rows)
    return said, _accept(path, [row for row in rows if row.is_wanted]) if chosen.accept else []


@dataclasses.dataclass(frozen=True)
class Row:
    """One topic with what the model says, and whether that is to be taken."""

    topic: Topic
    new: Label
    is_wanted: bool = False

    @property
    def is_other(self) -> bool:
        """Whether the model says something that the label does not."""
        return self.new.text != self.topic.label.text

    def can_be_taken(self, with_all: bool) -> bool:
        """With "all" go names by the model, in the place of no name of the researcher's; one that is named, whatever it replaces."""
        return self.is_other and not (with_all and (self.topic.label.origin == "researcher" or self.new.origin != "language model"))

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "topic": self.topic.number, "label": dataclasses.asdict(self.topic.label), "new": dataclasses.asdict(self.new), "accepted": self.is_wanted,
        }  # fmt: skip


def _shown(path: Path) -> Analysis:
    with Project(path) as project:
        number = project.analyses.current()
        found = None if number is None else project.analyses.get(number, project.fingerprint or "")
        if found is None:
            raise InputError(f"{path}: there is no finished analysis in it.")
        return project.edited(found).analysis


def _named(words: str, shown: Analysis) -> list[Topic]:
    """The topics that an option names."""
    if words == ALL:
        return list(shown.present)
    by_number = {str(topic.number): topic for topic in shown.present}
    wanted = list(dict.fromkeys(word.strip() for word in words.split(",")))
    if unknown := [word for word in wanted if word not in by_number]:
        some = ", ".join(list(by_number)[:20]) + " ..." * (len(by_number) > 20)
        raise InputError(f"{unknown[0]!r} is no topic of this project; its topics are {some}.")
    return [by_number[word] for word in wanted]


def _table(rows: Sequence[Row]) -> list[str]:
    width = max((len(row.topic.label.text) for row in rows), default=0)
    lines = []
    for row in rows:
        notes = {"yours": row.topic.label.origin == "researcher", "no answer was fit": row.new.origin == "keywords", "accepted": row.is_wanted}
        said = ", ".join(note for note, applies in notes.items() if applies and row.is_other)
        lines.append(f"{row.topic.number:4d}  {row.topic.label.text:{width}s}  {row.new.text if row.is_other else '='}{f'  ({said})' if said else ''}")
    return lines


def _accept(path: Path, rows: Sequence[Row]) -> list[str]:
    """One edit."""
    edit = relabelling([row.topic for row in rows], [row.new for row in rows])
    if edit is None:
        return ["No label was changed."]
    with Project(path) as project:
        project.edits.add(edit)
    return [f"{len(rows):,} label{'' if len(rows) == 1 else 's'} accepted; Undo in the window takes {'it' if len(rows) == 1 else 'them'} back."]
