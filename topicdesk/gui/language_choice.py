"""What the texts are read as: the languages that were found, or those that the researcher names; it tells no language itself."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from topicdesk.core.analysis import Analysis
from topicdesk.core.errors import InputError
from topicdesk.core.events import ForecastReady
from topicdesk.core.languages import LANGUAGES, find_language, listed_languages, named_languages
from topicdesk.gui.forecast_wording import found_words
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.session import Session

AS_FOUND = "as found"
HINT = (
    "Function words of these languages stay out of the keywords, and labels are asked for in the first. "
    "Choose another, or name several: German, English. A change counts from the next run on."
)


class LanguageChoice(QWidget):
    """A box to choose from or to write into, under it what stands in the way of these languages."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found: dict[str, float] = {}
        self._notes: tuple[str, ...] = ()
        self.box = QComboBox(editable=True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.setAccessibleName("Language of the texts")
        self.box.setToolTip(HINT)
        self.box.addItem(AS_FOUND)
        self.box.addItems(sorted(language.name for language in LANGUAGES))
        self.note = PlainLabel(is_quiet=True)
        label = QLabel("L&anguage")
        label.setBuddy(self.box)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.box, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.note)
        self._connect()
        self._show()

    def _connect(self) -> None:
        session = self._session
        session.settings_changed.connect(self._show)
        session.forecast_ready.connect(self._take_forecast)
        session.analysis_changed.connect(self._take_analysis)
        session.state_changed.connect(self._follow)
        line = self.box.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._choose)
        self.box.activated.connect(lambda _: self._choose())

    def _take_forecast(self, forecast: ForecastReady) -> None:
        self._found, self._notes = forecast.languages, forecast.language_notes
        self._show()

    def _take_analysis(self, analysis: Analysis | None) -> None:
        found = {} if analysis is None else analysis.numerics.get("languages", {}).get("found", {})
        if found and found != self._found:
            self._found, self._notes = found, ()
            self._show()

    def _follow(self, state: str) -> None:
        if state in ("previewing", "empty"):
            self._found, self._notes = {}, ()
            self._show()
        self.box.setEnabled(state != "running")

    def _choose(self) -> None:
        """Take what is written; what is no language is said and changes nothing."""
        written = self.box.currentText().strip()
        wanted = "" if written in ("", self._as_found(), AS_FOUND) else written
        try:
            named = named_languages(wanted)
        except InputError as error:
            self.note.setText(str(error))
            self.note.show()
            return
        settings = self._session.settings
        language = ", ".join(one.name for one in named)
        if language != settings.keywords.language:
            self._session.change_settings(replace(settings, keywords=replace(settings.keywords, language=language)))
        self._show()

    def _as_found(self) -> str:
        return found_words(self._found) or AS_FOUND

    def _show(self) -> None:
        chosen = self._session.settings.keywords.language
        with QSignalBlocker(self.box):
            self.box.setItemText(0, self._as_found())
            self.box.setCurrentIndex(0 if not chosen else self.box.findText(chosen))
            self.box.setEditText(chosen or self._as_found())
            self.box.setToolTip(f"{chosen or self._as_found()}\n\n{HINT}")
            line = self.box.lineEdit()
            if line is not None:
                line.setCursorPosition(0)
        found = f"Found: {found_words(self._found)}" if chosen and self._found else ""
        notes = [found] * bool(found) + list(self._notes if not chosen or self._is_as_found(chosen) else ())
        self.note.setText("\n".join(notes))
        self.note.setVisible(bool(notes))

    def _is_as_found(self, chosen: str) -> bool:
        return listed_languages(named_languages(chosen)[:1]) == listed_languages(filter(None, map(find_language, list(self._found)[:1])))
