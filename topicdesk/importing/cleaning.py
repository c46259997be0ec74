"""What may be taken out of a text before it is analysed: HTML, e-mail headers and signatures, web addresses; pure functions over one text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable

_BLOCKS = (
    "address article aside blockquote br center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section "
    "table tbody td tfoot th thead title tr ul"
)
_INLINE = (
    "a abbr acronym b big body button cite code del em embed font head html i iframe img input ins kbd label link mark meta noscript object option param q s "
    "samp script select small span strike strong style sub sup svg textarea time tt u var video"
)
_BLOCK_NAMES = frozenset(_BLOCKS.split())
_TAG = re.compile(rf"</?({'|'.join((_BLOCKS + ' ' + _INLINE).split())})(?:[\s/](?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*)?>", re.IGNORECASE)
_UNREAD = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_ADDRESS = re.compile(r"([ \t]*)(?:\b(?:https?|ftp)://|\bwww\.(?=[^\s<>\"]+\.))[^\s<>\"]+", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?)]}'*_~»”’"
_TELLING_HEADERS = (  # initials of a speaker ("AN:", "DE:") are no header unless one of these stands beside them
    "subject date sent reply-to return-path received message-id in-reply-to references mime-version content-type content-transfer-encoding x-mailer user-agent "
    "nntp-posting-host newsgroups betreff datum gesendet antwort-an objet envoyé asunto fecha enviado oggetto inviato onderwerp verzonden"
)
_OTHER_HEADERS = (
    "from to cc bcc sender organization organisation lines importance priority distribution keywords summary followup-to attachments "
    "von an kopie anlagen de à para da van aan"
)
_HEADER = re.compile(
    rf"[>*\s]{{0,3}}\*?(?:(?P<telling>{'|'.join(_TELLING_HEADERS.split())})|{'|'.join(_OTHER_HEADERS.split())}|x-[\w-]{{1,40}})\*?\s?:(?=\s|\Z)", re.IGNORECASE
)
_FORWARDED = re.compile(
    r"-{2,}\s?(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine|mensaje original)\s?-{2,}"
    r"|begin forwarded message:",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"(?:--|—|_{5,}|-{5,}|={5,})\s*\Z")
_SENT_FROM = re.compile(
    r"(?:sent from my \w|get outlook for |von meinem \w+ gesendet|gesendet von (?:mein|outlook)|envoyé de mon |enviado desde mi )", re.IGNORECASE
)
N_SIGNATURE_LINES = 12
_MOST_PASSES = 2  # &lt;b&gt; is a tag that was written as text


def without_html(text: str) -> str:
    """Without the tags of HTML, its comments, scripts and styles, with characters for entities; what only looks like a tag ("a < b", "<3") stays."""
    if "<" not in text and "&" not in text:
        return text
    plain = text
    for _ in range(_MOST_PASSES):
        before = plain
        for opening, closing in _UNREAD:
            plain = _without_between(plain, opening, closing)
        plain = _TAG.sub(lambda tag: "\n" if tag[1].lower() in _BLOCK_NAMES else "", plain)
        plain = _ENTITY.sub(lambda entity: html.unescape(entity[0]), plain)
        if plain == before:
            break
    return text if plain == text else _tidied(plain.replace("\xa0", " "))


def without_addresses(text: str) -> str:
    """Without web addresses; the punctuation after one stays."""
    if "://" not in text and "www." not in text.lower():
        return text
    plain = _ADDRESS.sub(lambda found: found[0][len(found[0].rstrip(_AFTER_ADDRESS)) :] or found[1], text)
    return text if plain == text else _tidied(plain)


def without_mail_frame(text: str) -> str:
    """Without the headers of an e-mail (two or more at the beginning, three or more elsewhere, with what continues them) and without its signature."""
    if "\n" not in text:
        return text
    lines = text.splitlines()
    kept = _without_signature(_without_headers(lines))
    return text if len(kept) == len(lines) else re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


CLEANING: dict[str, Callable[[str], str]] = {"html": without_html, "email": without_mail_frame, "urls": without_addresses}


def cleaned(text: str, steps: Iterable[str]) -> str:
    """The text after these steps, whatever their order here in the order of CLEANING."""
    chosen = set(steps)
    for name, step in CLEANING.items():
        if name in chosen:
            text = step(text)
    return text


def _without_between(text: str, opening: str, closing: str) -> str:
    """Without what stands from one mark to the other; an opening that is never closed stays. Each character is looked at once."""
    folded = text.lower()
    if len(folded) != len(text) or opening not in folded:
        return text
    kept, place = [], 0
    while (start := folded.find(opening, place)) >= 0 and (end := folded.find(closing, start + len(opening))) >= 0:
        kept.append(text[place:start])
        place = end + len(closing)
    return "".join((*kept, text[place:]))


def _without_headers(lines: list[str]) -> list[str]:
    kept: list[str] = []
    number = 0
    while number < len(lines):
        end, n_headers = _headers_from(lines, number)
        if n_headers >= (3 if any(line.strip() for line in kept) else 2):
            if kept and _FORWARDED.match(kept[-1].strip()):
                kept.pop()
            number = end
        else:
            kept.append(lines[number])
            number += 1
    return kept


def _headers_from(lines: list[str], start: int) -> tuple[int, int]:
    """Where the headers that begin at a line end, and how many there are (0 without a telling one); an indented line continues the one above it."""
    number, n_headers, is_mail = start, 0, False
    while number < len(lines):
        if (header := _HEADER.match(lines[number])) is not None:
            n_headers += 1
            is_mail = is_mail or header["telling"] is not None
        elif not (n_headers and lines[number][:1] in (" ", "\t") and lines[number].strip()):
            break
        number += 1
    return number, n_headers if is_mail else 0


def _without_signature(lines: list[str]) -> list[str]:
    """Without what follows the last mark of a signature, where that is near the end and something stands before it."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    if end and _SENT_FROM.match(lines[end - 1].strip()):
        end -= 1
    for number in range(end - 1, max(0, end - 1 - N_SIGNATURE_LINES), -1):
        if _SIGNATURE.match(lines[number].strip()):
            return lines[:number]
    return lines[:end] if end < len(lines) and lines[end].strip() else lines


def _tidied(text: str) -> str:
    """Without the gaps that were left: no space before a line's end, one between words, at most one empty line."""
    text = re.sub(r"[ \t]{2,}", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
