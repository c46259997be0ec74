"""What matplotlib's SVG lacks: the fonts of its live text, cut down to what is used, and a title and description for screen readers."""

from __future__ import annotations

import base64
import io
import logging
import re
import string
from collections.abc import Iterable
from functools import lru_cache
from xml.sax.saxutils import escape

from matplotlib.font_manager import FontProperties, fontManager

from topicdesk.figure.fonts import Weight, font

Run = tuple[str, Weight, str]  # text, weight, chosen family
_RESTRICTED = 0x0002  # OS/2 fsType: may not be embedded
_ROOT = re.compile(r"<svg [^>]*>", re.DOTALL)


def finished(svg: str, runs: Iterable[Run], title: str, description: str) -> str:
    """The file with its fonts embedded and its words for screen readers.

    Parameters
    ----------
    runs : iterable of (text, weight, family)
        Everything that is set in the figure.
    """
    root = _ROOT.search(svg)
    if root is None:
        raise ValueError("not an SVG file")
    opening = root[0][:-1] + ' role="img" aria-labelledby="title desc">'
    words = f'\n <title id="title">{_plain(title)}</title>\n <desc id="desc">{_plain(description)}</desc>'
    # Every line runs as its first letter does, as it was laid out.
    style = f'\n <style type="text/css">text{{unicode-bidi:plaintext}}{"".join(font_faces(runs))}</style>'
    return svg[: root.start()] + opening + words + style + svg[root.end() :]


def font_faces(runs: Iterable[Run]) -> list[str]:
    """An @font-face rule for each font that the runs need, holding their characters and ASCII; fonts that forbid it are left out.

    With all of ASCII a label can be corrected in a drawing program, and a font is cut once for many figures.
    """
    needed: dict[tuple[str, int, str], set[str]] = {}
    files: dict[tuple[str, int, str], tuple[str, int]] = {}
    for text, weight, family in runs:
        wanted = font(1, weight, family, text)
        for name in wanted.get_family():
            single = FontProperties(family=name, stretch=wanted.get_stretch(), weight=wanted.get_weight())
            path = fontManager._find_fonts_by_props(single)[0]
            key = (name, int(wanted.get_weight()), str(wanted.get_stretch()))
            files[key] = (str(path), int(getattr(path, "face_index", 0)))
            needed.setdefault(key, set()).update(text)
    rules = []
    for key in sorted(needed):
        data = _cut_down(*files[key], "".join(sorted(needed[key] | set(string.printable[:95]))))
        if data:
            name, number, stretch = key
            source = f"url(data:font/woff;base64,{base64.b64encode(data).decode()}) format('woff')"
            rules.append(f"@font-face{{font-family:'{name}';font-weight:{number};font-stretch:{stretch};src:{source}}}")
    return rules


@lru_cache(maxsize=64)
def _cut_down(path: str, number: int, characters: str) -> bytes:
    """The font with these characters and the rules that join and order them, as WOFF; nothing where it may not be embedded or has none."""
    from fontTools import subset  # a fifth of a second that only an SVG needs
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of every table that it does not know
    options = subset.Options(notdef_outline=True, recalc_timestamp=False, hinting=False, flavor="woff", drop_tables=["DSIG", "FFTM"])
    with TTFont(path, fontNumber=number, recalcTimestamp=False) as face:
        if face["OS/2"].fsType & _RESTRICTED or not set(map(ord, characters)) & face.getBestCmap().keys():
            return b""
        cutter = subset.Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(face)
        face.flavor = "woff"
        stream = io.BytesIO()
        face.save(stream, reorderTables=False)
    return stream.getvalue()


def _plain(text: str) -> str:
    """Text without what XML cannot hold."""
    return escape("".join(character for character in text if character >= " " and character not in "\ufffe\uffff" and not "\ud800" <= character <= "\udfff"))
