"""The sample corpus is prose of installed libraries, evenly spread, the same each time."""

from collections import Counter

import pytest

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing import sample_corpus
from topicdesk.importing.docstrings import prose, public_docstrings
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.sample_corpus import sample_rows, write_sample

NUMPY_STYLE = """Compute the widget of an array along an axis.

    The widget, see :func:`~numpy.mean` and :class:`numpy.ndarray`, tells how far ``x`` is from
    being a gadget, and is never negative.

    Parameters
    ----------
    x : array_like
        Input.

    Examples
    --------
    >>> widget([1])
    """


def test_that_prose_ends_where_the_parameters_begin():
    assert prose(NUMPY_STYLE) == (
        "Compute the widget of an array along an axis.\n\n"
        "The widget, see numpy.mean and numpy.ndarray, tells how far x is from being a gadget, and is never negative."
    )


@pytest.mark.parametrize("heading", ["Args:", "Returns:", ":param x: the input", ">>> f(1)", "Example::", "x (`torch.Tensor`): the input"])
def test_that_other_styles_end_there_too(heading):
    summary = "Compute the widget of an array along an axis, which tells how far it is from being a gadget, never negative."
    assert prose(f"{summary}\n\n    {heading}\n        more\n") == summary


def test_that_short_docstrings_are_left_out():
    assert prose("Return the widget.") == ""


def test_that_only_public_things_are_taken_and_nothing_is_run():
    text = "A sentence that is long enough to be a document of its own in the sample, which needs about one hundred characters."
    source = f'raise SystemExit\nclass A:\n    """{text}"""\n    def m(self):\n        """{text} m"""\n    def _p(self):\n        """{text}"""\n'
    assert [name for name, _ in public_docstrings(source, "pkg.mod")] == ["pkg.mod.A", "pkg.mod.A.m"]
    assert list(public_docstrings("def broken(:", "pkg")) == []


def test_that_packages_take_turns_and_no_text_comes_twice():
    rows = list(sample_rows(300))
    assert len(rows) == 300
    assert len({text for _, _, text in rows}) == 300
    assert max(Counter(package for package, _, _ in rows).values()) <= 3 * 300 // len({package for package, _, _ in rows})
    assert rows == list(sample_rows(300))


def test_that_the_sample_is_understood_as_it_is_meant(tmp_path, monkeypatch):
    monkeypatch.setattr(sample_corpus, "N_DOCUMENTS", 400)
    monkeypatch.setattr(sample_corpus, "sample_rows", lambda: sample_rows(400))
    path = write_sample(tmp_path / "new" / "folder")
    preview = preview_corpus(CorpusSource(str(path)), n_rows=None)
    assert (path.name, preview.n_rows, preview.unreadable, preview.dropped) == ("sample.csv", 400, (), {})
    assert [(name, role) for name, _, role in preview.columns] == [("package", "class"), ("title", "title"), ("text", "text")]


def test_that_a_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sample_corpus, "sample_rows", lambda: [("a", "b", "c")])
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_sample(tmp_path / "file" / "folder")


def test_that_without_libraries_there_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(sample_corpus, "PACKAGES", ("no_such_package_at_all",))
    with pytest.raises(InputError, match="No scientific Python library"):
        write_sample(tmp_path)
