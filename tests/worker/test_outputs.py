"""A project's figure, as the command line asks for it."""

import pytest

from tests.project.made_projects import make_project
from topicdesk.core.errors import InputError
from topicdesk.core.plate import FigureRequest, Page, Plate
from topicdesk.engine.outputs import export_project

PAGE = Page(90, 60, 72)


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p.topicdesk")


@pytest.mark.parametrize("kind", ["svg", "html"])
def test_that_a_figure_is_coloured_by_what_is_asked_for(project, tmp_path, kind):
    request = FigureRequest(PAGE, Plate(colour_by="strength"))
    drawn = export_project(project, tmp_path / "out", kind, request)[0].read_text("utf-8")
    assert ("Strength" in drawn) and ("without a value" in drawn)
    assert "Strength" not in export_project(project, tmp_path / "out", kind, FigureRequest(PAGE))[0].read_text("utf-8").replace("Labels", "")


def test_that_a_column_that_is_not_there_is_named_with_those_that_are(project, tmp_path):
    with pytest.raises(InputError, match=r"--colour-by party: .* Known are topic, strength, date"):
        export_project(project, tmp_path / "out", "svg", FigureRequest(PAGE, Plate(colour_by="column:party")))
