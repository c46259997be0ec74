"""Labels that a language model proposes, beside those that stand: which may be taken at once, which only when the researcher says so; no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from topicdesk.core.analysis import Analysis, Label, Topic


@dataclass(frozen=True)
class Proposal:
    """One topic that is asked about.

    Attributes
    ----------
    before : Label
        As it stood when the topic was asked about.
    new : Label or None
        None until the model has answered.
    """

    topic: Topic
    before: Label
    new: Label | None = None

    @property
    def is_other(self) -> bool:
        """Whether the model says something that the label does not."""
        return self.new is not None and self.new.text != self.before.text

    @property
    def is_own(self) -> bool:
        """Whether accepting it would overwrite what the researcher typed."""
        return self.topic.label.origin == "researcher"

    @property
    def is_accepted(self) -> bool:
        """Whether the topic is called so now."""
        return self.is_other and self.new is not None and self.topic.label.text == self.new.text

    @property
    def can_be_accepted(self) -> bool:
        """Whether accepting it would change anything."""
        return self.is_other and not self.is_accepted

    @property
    def goes_with_all(self) -> bool:
        """Whether "accept all" takes it: a name by the model, in the place of no name of the researcher's."""
        return self.can_be_accepted and not self.is_own and self.new is not None and self.new.origin == "language model"


def followed(proposals: Sequence[Proposal], analysis: Analysis | None) -> list[Proposal]:
    """The proposals for those topics that are still what was asked about, with the labels that they have now."""
    now = {topic.stable_id: topic for topic in analysis.present} if analysis is not None else {}
    kept = []
    for one in proposals:
        topic = now.get(one.topic.stable_id)
        if topic is not None and topic.size == one.topic.size:
            before = topic.label if one.new is None else one.before
            kept.append(Proposal(topic, before, one.new))
    return kept
