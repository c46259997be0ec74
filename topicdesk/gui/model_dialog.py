"""Which models a run uses: those found on this computer, a file or folder of one's own, or the starters."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFileDialog, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from topicdesk.core.model_files import Role
from topicdesk.gui.label_card import PlainLabel
from topicdesk.gui.model_shelf import NO_MODEL
from topicdesk.gui.session import Session
from topicdesk.gui.wording import memory

BEST = "best"
ROLES: tuple[tuple[Role, str], ...] = (("embedding", "&Embedding model"), ("language", "&Language model"))


class ModelDialog(QDialog):
    """Not modal: the choice holds from the next run on."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Models")
        self._session = session
        self.boxes: dict[Role, QComboBox] = {}
        self.said = PlainLabel(is_quiet=True)
        self.said.setAccessibleName("What happened")
        form = QFormLayout()
        for role, words in ROLES:
            form.addRow(words, self._make_row(role))
        self.starters_button = QPushButton("Place the &starter models")
        self.starters_button.setToolTip("all-MiniLM-L6-v2 and SmolLM2-135M-Instruct, copied from their installed packages; nothing is downloaded")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.starters_button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        explained = PlainLabel()
        explained.setText("Models are files on this computer. A chosen one is used where it lies, without a copy, from the next run on.")
        column.addWidget(explained)
        column.addLayout(form)
        column.addWidget(self.said)
        column.addWidget(buttons)
        self.starters_button.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        buttons.rejected.connect(self.close)
        self.starters_button.clicked.connect(self._place_starters)
        session.models_changed.connect(self._show)
        session.shelf.failed.connect(self.said.setText)
        self.resize(520, self.sizeHint().height())
        self._show()

    def _make_row(self, role: Role) -> QWidget:
        box = self.boxes[role] = QComboBox(minimumContentsLength=24, sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setAccessibleName(f"Model for {role}")
        box.activated.connect(lambda _: self._choose(role))
        browse = QPushButton("Folder…" if role == "embedding" else "File…")
        browse.setAutoDefault(False)
        browse.setToolTip("A sentence-transformers folder of safetensors" if role == "embedding" else "A chat model as a GGUF file")
        browse.clicked.connect(lambda: self._browse(role))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(box, 1)
        line.addWidget(browse)
        return row

    def _show(self) -> None:
        for role, box in self.boxes.items():
            box.clear()
            best = self._session.shelf.best(role)
            box.addItem(f"The best one found ({best.name})" if best is not None else "The best one found", BEST)
            for model in self._session.models():
                if model.role == role:
                    box.addItem(f"{model.name} ({memory(model.n_bytes / 2**20)})", str(model.path))
                    box.setItemData(box.count() - 1, str(model.path), Qt.ItemDataRole.ToolTipRole)
            if role == "language":
                box.addItem("None: topics are named by their keywords", NO_MODEL)
            box.setCurrentIndex(max(0, box.findData(self._session.preferences.model(role))))
        self.said.setText("" if self._session.models() else "No model was found on this computer.")

    def _choose(self, role: Role) -> None:
        chosen = self.boxes[role].currentData()
        self._session.set_model(role, None if chosen == BEST else chosen)

    def _browse(self, role: Role) -> None:
        if role == "embedding":
            path = QFileDialog.getExistingDirectory(self, "Choose an embedding model")
        else:
            path = QFileDialog.getOpenFileName(self, "Choose a language model", "", "GGUF models (*.gguf);;All files (*)")[0]
        if path:
            self._session.set_model(role, str(Path(path)))

    def _place_starters(self) -> None:
        self.said.setText("Copying the starter models…")
        self._session.place_starters()
