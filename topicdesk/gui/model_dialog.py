"""The models of this computer: which a run uses, what each is and needs, what is still to get, and a trial of one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from topicdesk.core.model_card import KnownModel, ModelCard
from topicdesk.core.model_files import Role
from topicdesk.gui.model_details import ModelDetails
from topicdesk.gui.model_list import ModelList
from topicdesk.gui.model_shelf import NO_MODEL
from topicdesk.gui.model_trial_panel import ModelTrialPanel
from topicdesk.gui.model_wording import size
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.screen_room import resize_within_screen
from topicdesk.gui.session import Session

BEST = "best"
ROLES: tuple[tuple[Role, str], ...] = (("embedding", "&Embedding model"), ("language", "&Language model"))


class ModelDialog(QDialog):
    """Not modal: the choice holds from the next run on. A model may be dropped on it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Models")
        self.setAcceptDrops(True)
        self._session = session
        self.boxes: dict[Role, QComboBox] = {}
        self.list = ModelList()
        self.details = ModelDetails()
        self.trial_panel = ModelTrialPanel(session)
        self.said = PlainLabel(is_quiet=True)
        self.said.setAccessibleName("What happened")
        self.starters_button = QPushButton("Place the &starter models")
        self.starters_button.setToolTip("all-MiniLM-L6-v2 and SmolLM2-135M-Instruct, copied from their installed packages; nothing is downloaded")
        self.file_button, self.folder_button = QPushButton("Add a &file…"), QPushButton("Add a f&older…")
        self.file_button.setToolTip("A chat model as a GGUF file")
        self.folder_button.setToolTip("An embedding model: a sentence-transformers folder of safetensors")
        self._lay_out()
        self._connect()
        resize_within_screen(self, 820, 620)
        self._show()

    def _lay_out(self) -> None:
        form = QFormLayout()
        for role, words in ROLES:
            form.addRow(words, self._make_box(role))
        explained = PlainLabel()
        explained.setText(
            "Models are files on this computer. A chosen one is used where it lies, without a copy, from the next run on. Drop one here to add it."
        )
        splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        splitter.addWidget(self.list)
        scrolled = QScrollArea(widgetResizable=True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setWidget(self.details)  # long paths and reasons need no taller screen
        scrolled.setMinimumHeight(160)
        splitter.addWidget(scrolled)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([320, 480])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        row = QHBoxLayout()
        for button in (self.file_button, self.folder_button, self.starters_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch()
        row.addWidget(buttons)
        close.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(explained)
        column.addLayout(form)
        column.addWidget(splitter, 3)
        column.addWidget(self.trial_panel, 2)
        column.addWidget(self.said)
        column.addLayout(row)
        buttons.rejected.connect(self.close)

    def _make_box(self, role: Role) -> QComboBox:
        box = self.boxes[role] = QComboBox(minimumContentsLength=24, sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setAccessibleName(f"Model for {role}")
        box.activated.connect(lambda _: self._choose(role))
        return box

    def _connect(self) -> None:
        session = self._session
        self.list.shown.connect(self._show_one)
        self.details.use_asked.connect(self._use_shown)
        self.starters_button.clicked.connect(self._place_starters)
        self.file_button.clicked.connect(self._add_file)
        self.folder_button.clicked.connect(self._add_folder)
        session.models_changed.connect(self._show)
        session.shelf.failed.connect(self._say)
        session.shelf.refresh()

    # ---- what is shown

    def _show(self) -> None:
        shelf = self._session.shelf
        for role, box in self.boxes.items():
            box.clear()
            best = shelf.best(role)
            box.addItem(f"The best one found ({best.name})" if best is not None else "The best one found", BEST)
            for model in self._session.models():
                if model.role == role:
                    box.addItem(f"{model.name} ({size(model.n_bytes)})", str(model.path))
                    box.setItemData(box.count() - 1, str(model.path), Qt.ItemDataRole.ToolTipRole)
            if role == "language":
                box.addItem("None: topics are named by their keywords", NO_MODEL)
            box.setCurrentIndex(max(0, box.findData(self._session.preferences.model(role))))
        used = {role: str(card.path) for role, _ in ROLES if (card := shelf.chosen(role)) is not None}
        if shelf.found is not None:
            self.list.show_shelf(shelf.shelf, used)
        self._say("" if shelf.found else "Looking for models…" if shelf.found is None else "No model was found on this computer.")

    def _show_one(self, held: ModelCard | KnownModel | None) -> None:
        shelf = self._session.shelf
        is_language = isinstance(held, ModelCard) and held.role == "language" and not held.refused
        self.trial_panel.show_card(held if is_language and isinstance(held, ModelCard) else None)
        if isinstance(held, ModelCard):
            self.details.show_card(held, shelf.shelf, shelf.chosen(held.role) == held)
            if not held.sha256 and not held.refused:
                shelf.compute_sha256(held.path)
        elif held is not None:
            self.details.show_known(held, shelf.shelf.folder)
        else:
            self.details.show_nothing()

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    # ---- what is done

    def _choose(self, role: Role) -> None:
        chosen = self.boxes[role].currentData()
        self._session.set_model(role, None if chosen == BEST else chosen)

    def _use_shown(self) -> None:
        held = self.list.looked_at
        if isinstance(held, ModelCard):
            self._session.set_model(held.role, str(held.path))

    def _add_file(self) -> None:
        paths = QFileDialog.getOpenFileNames(self, "Add language models", "", "GGUF models (*.gguf);;All files (*)")[0]
        self._add([Path(path) for path in paths])

    def _add_folder(self) -> None:
        if path := QFileDialog.getExistingDirectory(self, "Add an embedding model"):
            self._add([Path(path)])

    def _add(self, paths: list[Path]) -> None:
        if paths:
            self._say(f"Looking at {', '.join(path.name for path in paths)}…")
            self._session.shelf.add([str(path) for path in paths])

    def _place_starters(self) -> None:
        self._say("Copying the starter models…")
        self._session.place_starters()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take local files and folders."""
        urls = event.mimeData().urls()
        if urls and all(url.isLocalFile() for url in urls):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Register what was dropped where it lies, and use it."""
        event.acceptProposedAction()
        self._add([Path(url.toLocalFile()) for url in event.mimeData().urls()])
