"""Which encoding the bytes of a corpus are in: byte order marks, UTF-8 checked strictly, then guessed, at last Windows-1252."""

from __future__ import annotations

import codecs
import unicodedata
from itertools import pairwise

from topicdesk.core.errors import InputError

FALLBACK_HANDLER = "topicdesk-windows-1252"
LAST_RESORT = "windows-1252"

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
                     (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_COMMON_WESTERN = frozenset("äöüÄÖÜßéÉèàçñ" + "„“”‚‘’«»–—…€§°£·²³½ \xa0")
_GUESSED = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "mac_roman", "cp850", "cp866",
            "shift_jis", "cp932", "euc_jp", "gb18030", "big5", "euc_kr"]  # fmt: skip
_SAMPLE = 1 << 16

MENDED_CONTROLS = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Decode single bytes that are not UTF-8 as Windows-1252: right for a file whose first umlaut comes late, or that mixes both."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(FALLBACK_HANDLER, _as_windows_1252)


def guess_encoding(sample: bytes) -> str:
    """The encoding of a sample's bytes: "utf-8", "utf-16", "windows-1252", ... A cut last character does no harm."""
    for mark, name in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return name
    if utf16 := _utf16_without_mark(sample):
        return utf16
    if sample.isascii() or _is_mostly_utf8(sample):
        return "utf-8"
    return _guess_legacy(sample)


def is_binary(sample: bytes, encoding: str) -> bool:
    """Whether the sample is no text at all: too many control characters for one."""
    if encoding.startswith(("utf-16", "utf-32")):
        text = sample[: 2 * _SAMPLE].decode(encoding, "replace")
        return sum(_is_strange(character) for character in text) > 0.2 * len(text)
    part = sample[:_SAMPLE]
    controls = len(part) - len(part.translate(None, bytes((*range(9), 11, *range(14, 27), *range(28, 32), 127))))
    return controls > (0.3 if encoding == "utf-8" else 0.03) * len(part)


def error_handler(encoding: str) -> str:
    """How bytes that do not fit are decoded, so that one of them never ends the reading."""
    return FALLBACK_HANDLER if encoding == "utf-8" else "replace"


def decode_sample(sample: bytes, encoding: str) -> str:
    """The sample as text, without a byte order mark and without a cut last character."""
    decoder = codecs.getincrementaldecoder(encoding)(error_handler(encoding))
    return decoder.decode(sample, final=False).removeprefix("\ufeff")


def canonical_name(encoding: str) -> str | None:
    """The encoding as TopicDesk names it, None where Python knows no such text encoding."""
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
        b"".decode(name)
    except (LookupError, ValueError):
        return None
    return {"utf-8-sig": "utf-8", "ascii": "utf-8", "cp1252": LAST_RESORT}.get(name, name)


def chosen_encoding(given: str | None) -> str | None:
    """What the researcher said, by its usual name; None where nothing was said. Raises InputError where there is no such encoding."""
    if not given:
        return None
    name = canonical_name(given)
    if name is None:
        raise InputError(f"there is no encoding {given!r}; usual ones are utf-8, utf-16, windows-1252, windows-1251, shift_jis.")
    return name


def _is_strange(character: str) -> bool:
    return character == "\ufffd" or (unicodedata.category(character) in ("Cn", "Co", "Cc") and character not in "\t\r\n")


def _utf16_without_mark(sample: bytes) -> str | None:
    part = sample[: _SAMPLE & ~1]
    if len(part) < 4 or b"\x00" not in part:
        return None
    even, odd = part[0::2].count(0), part[1::2].count(0)
    half = len(part) / 2
    if odd > 0.4 * half and even < 0.02 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.02 * half:
        return "utf-16-be"
    return None


def _is_mostly_utf8(sample: bytes) -> bool:
    """Valid UTF-8, or UTF-8 with a few broken bytes among many whole characters."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    text = decoder.decode(sample, final=False)
    try:
        text.encode("utf-8")
        return True
    except UnicodeEncodeError:
        n_broken = sum("\udc80" <= character <= "\udcff" for character in text)
        n_whole = sum(character > "\x7f" for character in text) - n_broken
    return n_whole > 4 * n_broken


def _guess_legacy(sample: bytes) -> str:
    """An encoding of one byte a character, or an East Asian one."""
    foreign = [character for character in sample.decode("cp1252", "replace") if character > "\x7f"]
    if sum(character in _COMMON_WESTERN for character in foreign) >= 0.9 * len(foreign):
        return LAST_RESORT
    from charset_normalizer import from_bytes

    matches = list(from_bytes(_dense_part(sample), cp_isolation=_GUESSED, threshold=0.3))[:6]
    if not matches:
        return LAST_RESORT
    best = min(matches, key=lambda match: round(match.chaos - match.coherence, 1) + _share_of_odd_capitals(str(match)))
    return canonical_name(best.encoding) or LAST_RESORT


def _share_of_odd_capitals(text: str) -> float:
    """How many foreign letters are capitals inside a word: Windows-1251 read as KOI8-R turns small letters into capitals."""
    inside = [letter for before, letter in pairwise(text) if letter > "\x7f" and letter.isalpha() and before.isalpha()]
    return sum(letter.isupper() for letter in inside) / max(1, len(inside))


def _dense_part(sample: bytes) -> bytes:
    """Lines with bytes above 127, at most 32 KiB: plain ASCII says nothing about the encoding and costs time."""
    lines, length = [], 0
    for line in sample.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line[:4096])
            length += len(lines[-1])
        if length > 1 << 15:
            break
    return b"".join(lines)
