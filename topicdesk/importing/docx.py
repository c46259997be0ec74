"""The text of a .docx: its paragraphs, tables among them; XML is parsed by defusedxml, and sizes are judged before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from xml.etree.ElementTree import Element, ParseError

from topicdesk.core.errors import InputError
from topicdesk.importing.archives import refuse_bomb

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_BYTES = 1 << 27
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def docx_text(content: bytes) -> str:
    """Paragraphs, one a line. Raises InputError; its sentence goes on after the file's name."""
    from defusedxml.ElementTree import fromstring

    if content.startswith(_OLD_OFFICE):
        raise InputError("is protected by a password, or an old Word file; save it as .docx without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            info = archive.getinfo("word/document.xml")
            refuse_bomb(len(content), [info])
            if info.file_size > _MOST_BYTES:
                raise InputError("is far too long for one text")
            root = fromstring(archive.read(info))
    except KeyError as error:
        raise InputError("is no Word document") from error
    except (zipfile.BadZipFile, ParseError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise InputError("is damaged, or no Word document") from error
    except ValueError as error:  # defusedxml's own errors: entities, external references
        raise InputError("defines XML entities, as no word processor does; it is not opened") from error
    return "\n".join(_paragraph(paragraph) for paragraph in root.iter(f"{_WORD}p")).strip()


def _paragraph(paragraph: Element) -> str:
    parts = []
    for element in paragraph.iter():
        if element.tag == f"{_WORD}t":
            parts.append(element.text or "")
        elif element.tag == f"{_WORD}tab":
            parts.append("\t")
        elif element.tag in (f"{_WORD}br", f"{_WORD}cr"):
            parts.append("\n")
    return "".join(parts)
