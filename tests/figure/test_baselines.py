"""Pictures compared with kept ones, in the fonts that matplotlib brings; to renew them: UPDATE_BASELINES=1, and look at what changed."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.figure.synthetic import synthetic_content
from topicdesk.core.plate import Page, Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.export import save_figure

KEPT = Path(__file__).parent / "baselines"
PAGE = Page(120, 90, 100)
FIGURES = {
    "plate": (FigureSettings(n_labels=12), Plate("A made-up corpus", "1,500 documents", family="DejaVu Sans", legend=True)),
    "article": (FigureSettings(n_labels=12, style="article", unassigned="hide"), Plate(family="DejaVu Sans")),
    "dark": (FigureSettings(n_labels=12), Plate(family="DejaVu Sans", ground="dark", palette="colour-blind", smallest=6)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_that_a_figure_looks_as_it_did(tmp_path, name):
    settings, plate = FIGURES[name]
    save_figure(tmp_path / "map.png", synthetic_content(1500, 12), settings, page=PAGE, plate=plate)
    drawn = np.asarray(Image.open(tmp_path / "map.png").convert("RGB"), dtype=float)
    if os.environ.get("UPDATE_BASELINES"):
        KEPT.mkdir(exist_ok=True)
        Image.fromarray(drawn.astype(np.uint8)).save(KEPT / f"{name}.png", optimize=True)
    kept = np.asarray(Image.open(KEPT / f"{name}.png").convert("RGB"), dtype=float)
    assert drawn.shape == kept.shape
    assert np.sqrt(np.mean((drawn - kept) ** 2)) < 4  # of 255: other processors round a few places differently
