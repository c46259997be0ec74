"""The errors that people see: each says what happened, to which thing, and what can be done about it."""


class TopicDeskError(Exception):
    """A failure that is reported in one clear sentence and ends with `exit_code`, never with a traceback."""

    exit_code = 3


class InputError(TopicDeskError):
    """The corpus, a model file or the usage is wrong; the reader can mend it. Exit code 2."""

    exit_code = 2


class DamagedProject(InputError):
    """A project file cannot be trusted: truncated, altered, or with things in it that TopicDesk never puts there."""


class ProjectInUse(InputError):
    """Another process works on the project already."""


class StageFailed(TopicDeskError):
    """A stage could not finish.

    Attributes
    ----------
    stage : str
        One of `topicdesk.core.events.STAGES`.
    """

    exit_code = 3

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(reason)
        self.stage = stage


class OutOfMemory(TopicDeskError):
    """There is too little memory, in the computer or on its graphics card; less at once, or a smaller model, may do."""


class LibraryUnusable(TopicDeskError):
    """A library cannot be loaded on this computer; what it would have done is left out."""


class Cancelled(TopicDeskError):
    """The researcher asked to stop; what was finished is kept. Exit code 130."""

    exit_code = 130
