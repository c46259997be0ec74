"""Every action of the window in one table: its words, shortcut, icon and the states in which it can be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from topicdesk.gui.icons import icon

WITH_ANALYSIS = "analysis"
WITH_RUN = "run"
WITH_PROJECT = "project"
RUNNABLE = "runnable"
WITH_CORPUS = "corpus"
IDLE = "idle"
ALWAYS = "always"
TOPIC, TOPICS, DOCUMENTS = "topic", "topics", "documents"  # one topic is chosen, several are, documents are
RELABEL = "relabel"  # a topic is chosen, and the engine is free to be asked about it
ANSWERS = "answers"  # a topic is chosen, and the model gave more than one answer
UNDO, REDO, DOCUMENT = "undo", "redo", "document"  # there is something to undo, to redo; a document is read

# Why an action cannot be taken while its need is not present.
LACKING = {
    WITH_ANALYSIS: "There is no map yet.", WITH_RUN: "Nothing is running.", WITH_PROJECT: "No project is open, or a run writes it.",
    RUNNABLE: "There is nothing to run, or a run goes on.", WITH_CORPUS: "No texts are open.", IDLE: "A run goes on.",
    TOPIC: "Choose a topic first.", TOPICS: "Choose two topics or more.", DOCUMENTS: "Select documents in the list or on the map first.",
    RELABEL: "Choose a topic first.", ANSWERS: "The model gave no other answer that is fit to be a label.",
    UNDO: "Nothing to undo.", REDO: "Nothing to redo.", DOCUMENT: "Open a document first.",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One action. `needs` is what must be there for it; `in_toolbar` gives it a button."""

    name: str
    words: str
    shortcut: str
    hint: str
    needs: str = ALWAYS
    picture: str = ""
    in_toolbar: bool = False


MENUS: dict[str, tuple[Entry | None, ...]] = {
    "&File": (
        Entry("open", "&Open…", "Ctrl+O", "Open a table of texts or a project", IDLE, "open", True),
        Entry("sample", "&Sample corpus", "", "Open the sample corpus, made on this computer", IDLE, "sample", True),
        None,
        Entry("figure", "Save &figure…", "Ctrl+E", "Save the map as a picture", WITH_ANALYSIS, "figure", True),
        Entry("export", "Export &tables…", "Ctrl+Shift+E", "Write topics and documents as CSV", WITH_ANALYSIS, "export", True),
        Entry("export_xlsx", "Export tables for &Excel…", "", "Write topics and documents as XLSX", WITH_ANALYSIS),
        Entry("export_parquet", "Export tables as &Parquet…", "", "Write topics and documents as Parquet, for R, pandas or polars", WITH_ANALYSIS),
        Entry("export_bertopic", "Export for &BERTopic…", "", "Write a folder that BERTopic.load opens: topics, labels, keywords and vectors", WITH_ANALYSIS),
        Entry("export_log", "Export &history…", "", "Write every edit as CSV and as a page to read", WITH_ANALYSIS),
        Entry("export_methods", "Export &methods…", "", "Write the methods paragraph and its references", WITH_ANALYSIS),
        None,
        Entry(
            "save_as",
            "Save project &as…",
            "Ctrl+Shift+S",
            "Copy the project and go on with the copy; there is no Save, everything is kept at once",
            WITH_PROJECT,
        ),
        Entry("share", "S&hare a copy…", "", "A copy for somebody else, with the texts or without", WITH_PROJECT),
        Entry("backups", "&Backups…", "", "Go back to an earlier state of this project", WITH_PROJECT),
        Entry("cache", "&Cache…", "", "How much of the project can be computed again, and clear it", WITH_PROJECT),
        Entry("delete_project", "&Delete project…", "", "Remove this project and its backups", WITH_PROJECT),
        None,
        Entry("quit", "&Quit", "Ctrl+Q", "Close the window"),
    ),
    "&Edit": (
        Entry("undo", "&Undo", "Ctrl+Z", "Take the last edit back", UNDO, "undo", True),
        Entry("redo", "&Redo", "Ctrl+Shift+Z", "Make the edit again", REDO, "redo", True),
        None,
        Entry("find", "&Search", "Ctrl+F", "Search the texts by words or by meaning", WITH_CORPUS, "find"),
        Entry("similar", "S&imilar documents", "Ctrl+L", "Find documents that mean something like the one that is read", DOCUMENT),
        Entry("nothing", "Choose &nothing", "Esc", "Clear what is chosen"),
    ),
    "&Topics": (
        Entry("rename", "Re&name", "F2", "Give the chosen topic a label of your own", TOPIC),
        Entry("accept", "&Accept label", "Ctrl+Return", "Mark the label as checked by you, or take the mark back", TOPIC, "accept"),
        Entry("relabel", "Re&label…", "Shift+F2", "Ask a language model for other labels, and compare before accepting", RELABEL, "relabel"),
        Entry("answers", "Other ans&wers", "A", "Call the topic by another answer of the language model", ANSWERS),
        Entry("note", "N&ote…", "", "Write down what you think of the topic", TOPIC, "note"),
        Entry("colour", "&Colour…", "", "Give the topic a colour of your own", TOPIC),
        Entry("hide", "&Hide", "H", "Leave the topic out of the map and the figure, or show it again", TOPIC, "hide"),
        Entry("ban", "Ne&ver show keyword", "", "A word that shall describe no topic", TOPIC),
        None,
        Entry("merge", "&Merge", "M", "Make one topic of those that are chosen (Ctrl+click chooses several)", TOPICS, "merge"),
        Entry("split", "&Split…", "", "Make several topics of the chosen one", TOPIC, "split"),
        Entry("delete", "&Delete", "Ctrl+Delete", "Leave the documents of the chosen topics unassigned", TOPIC, "delete"),
        None,
        Entry("create", "New &topic of the documents", "N", "Make a topic of the selected documents", DOCUMENTS),
        Entry("move", "Move documents &to…", "T", "Put the selected documents into another topic", DOCUMENTS),
        Entry("unassign", "Take documents &out", "", "Leave the selected documents in no topic", DOCUMENTS),
        Entry("keep", "&Keep as noise", "", "Whatever is suggested, the selected documents stay in no topic", DOCUMENTS),
    ),
    "&Run": (
        Entry("run", "&Run", "Ctrl+R", "Make the map; what is unchanged is not computed again", RUNNABLE, "run", True),
        Entry("cancel", "&Cancel", "Ctrl+.", "Stop the run; what is finished is kept", WITH_RUN, "cancel", True),
        None,
        Entry("models", "&Models…", "Ctrl+M", "Choose the models that a run uses", ALWAYS, "models"),
        Entry("prompt", "&Prompt…", "Ctrl+P", "See and change what the language model is asked"),
    ),
    "&View": (
        Entry("zoom_in", "Zoom &in", "+", "Show less of the map, larger", WITH_ANALYSIS),
        Entry("zoom_out", "Zoom &out", "-", "Show more of the map", WITH_ANALYSIS),
        Entry("zoom_all", "The &whole map", "0", "Show the whole map", WITH_ANALYSIS),
        None,
    ),
    "&Help": (
        Entry("privacy", "&Privacy", "", "What stays where"),
        Entry("keys", "&Keyboard", "F1", "All shortcuts"),
        Entry("computer", "This &computer…", "", "What this computer has, and what would make it faster"),
        Entry("report", "Write a &bug report…", "", "Versions, events and seconds in one file to read and send; no text of yours"),
        Entry("about", "&About TopicDesk", "", "Version and licences"),
    ),
}
TOOLBAR = (("open", "sample"), ("run", "cancel"), ("undo", "redo"), (), ("figure", "export"))  # in the empty group stands the search

SHORT = {"sample": "Sample", "figure": "Figure", "export": "Export"}  # words beside icons


def entries() -> list[Entry]:
    """All actions, in the order of the menus."""
    return [entry for menu in MENUS.values() for entry in menu if entry is not None]


class Actions:
    """The actions of one window, in its menus.

    Attributes
    ----------
    by_name : dict of str to QAction
    menus : dict of str to QMenu
        By title.
    """

    def __init__(self, window: QMainWindow) -> None:
        self.by_name: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        self._unit = "document"
        for title, group in MENUS.items():
            menu = self.menus[title] = window.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)
            for entry in group:
                if entry is None:
                    menu.addSeparator()
                else:
                    menu.addAction(self._make(entry, window))

    def __getitem__(self, name: str) -> QAction:
        return self.by_name[name]

    def show_icons(self, window: QMainWindow) -> None:
        """Draw the icons in the window's colours."""
        for entry in entries():
            if entry.picture:
                self.by_name[entry.name].setIcon(icon(entry.picture, window.palette()))

    def speak_of(self, unit: str) -> None:
        """Let what is done to documents speak of passages, where those are what topics are made of."""
        self._unit = unit
        for entry in entries():
            if entry.needs in (DOCUMENTS, DOCUMENT):
                self.by_name[entry.name].setText(self._said(entry, entry.words))

    def enable(self, present: set[str], why_not: Mapping[str, str] = LACKING) -> None:
        """Let only those be taken whose need is present; the tooltips of the others say what is in the way, from `why_not` or `LACKING`."""
        for entry in entries():
            can_be_taken = entry.needs == ALWAYS or entry.needs in present
            action, hint = self.by_name[entry.name], self._hint(entry)
            action.setEnabled(can_be_taken)
            action.setToolTip(hint if can_be_taken else f"{hint}\n{why_not.get(entry.needs) or LACKING[entry.needs]}")

    def _make(self, entry: Entry, window: QMainWindow) -> QAction:
        action = QAction(entry.words, window)
        if entry.shortcut:
            action.setShortcut(QKeySequence(entry.shortcut))
        action.setIconText(SHORT.get(entry.name, entry.words.replace("&", "").rstrip("…")))
        self.by_name[entry.name] = action
        action.setToolTip(self._hint(entry))
        return action

    def _said(self, entry: Entry, words: str) -> str:
        return words.replace("document", self._unit) if entry.needs in (DOCUMENTS, DOCUMENT) else words

    def _hint(self, entry: Entry) -> str:
        keys = self.by_name[entry.name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return self._said(entry, entry.hint) + (f" ({keys})" if keys else "")
