"""What the map's points are coloured by: the choice, worked out off the window's thread, and its legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from topicdesk.figure.colouring import STRENGTH, TOPIC, Colouring, choices, coloured_by
from topicdesk.figure.colours import Theme
from topicdesk.gui.latest import Latest
from topicdesk.gui.map_legend import MapLegend
from topicdesk.gui.wording import unit_of

if TYPE_CHECKING:
    from topicdesk.gui.session import Session


class MapColours(QObject):
    """The colouring of a session's documents.

    Attributes
    ----------
    choice : str
        What to colour by (figure/colouring.py), kept while other corpora are looked at.
    legend : MapLegend

    Signals
    -------
    changed : ()
        Other colours are there.
    """

    changed = Signal()

    def __init__(self, session: Session, legend: MapLegend) -> None:
        super().__init__(legend)
        self._session, self.legend = session, legend
        self.choice = TOPIC
        self._theme: Theme = "light"
        self._colouring: Colouring | None = None
        self._work = Latest(self)
        self._work.answered.connect(self._take)
        legend.colour_chosen.connect(self.choose)
        legend.group_chosen.connect(self._select)

    @property
    def is_busy(self) -> bool:
        """Whether other colours are still to come."""
        return self._work.is_busy

    def colouring(self, n_documents: int) -> Colouring | None:
        """The colours of so many documents; None for those of topics, and while a trial is shown."""
        found = self._colouring
        is_of_these = found is not None and len(found.group) == n_documents
        return found if is_of_these and self._session.trial is None else None

    def choose(self, choice: str) -> None:
        """Colour by something else."""
        self.choice = choice
        self.renew(self._theme)

    def renew(self, theme: Theme) -> None:
        """Work the colours out for what the session has now."""
        self._theme = theme
        corpus, analysis = self._session.corpus, self._session.analysis
        offered = choices(corpus, analysis)
        choice = self.choice if self.choice in dict(offered) else TOPIC
        self.legend.offer(offered, choice)
        if corpus is None or analysis is None or choice == TOPIC:
            self._work.forget()
            self._take(None)
        else:
            self._work.ask(lambda is_stale: coloured_by(choice, corpus, analysis, theme))

    def follow_edits(self) -> None:
        """Documents that changed their topic have another strength; other columns stay."""
        if self.choice == STRENGTH:
            self.renew(self._theme)

    def _take(self, colouring: Colouring | None) -> None:
        is_other = colouring is not self._colouring
        self._colouring = colouring
        if is_other:
            self.legend.explain(colouring, unit_of(self._session.corpus))
            self.changed.emit()

    def _select(self, group: int) -> None:
        if self._colouring is not None:
            self._session.choose_topic(None)
            self._session.choose_documents(np.flatnonzero(self._colouring.group == group).tolist())
