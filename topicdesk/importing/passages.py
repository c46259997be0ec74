"""Long documents and interviews are cut into passages that the embedding model reads whole: by speaker, by paragraph, or by sentences.

It knows no model: how long a stretch of text is, it is told by where each token begins.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from topicdesk.core.corpus import Corpus, Spans
from topicdesk.core.passages import in_passages
from topicdesk.core.progress import Progress

Piece = tuple[int, int]
TokenStarts = Callable[[Sequence[str]], list[list[int]]]
OVERLAP = 4  # the last sentence of a passage begins the next one too, where it is at most this part of the limit
SHORTEST = 8  # a paragraph below this part of the limit goes with the one that follows it: a heading, a line of a list
FEWEST_WORDS = 5  # a turn of fewer words ("Yes, right.") goes with the one before it
N_AT_ONCE = 64

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n\s*")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|[。！？｡]+[”’」』）]*\s*|\n[^\S\n]*\n\s*")
_ABBREVIATED = re.compile(r"(?:\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|vs|e\.g|i\.e|cf|ca|Nr|No|Fig|Bd|Hr|Fr|bzw|z\.B|d\.h|u\.a|M|Mme|p|pp))\.\s+\Z")
_CLOCK = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?"
_TURN = re.compile(rf"^[ \t]*(?:{_CLOCK}\s+)?\[?(?P<name>[^\W\d_](?:[\w.'’ -]{{0,38}}[\w.])?)\]?[ \t]*(?:{_CLOCK})?[ \t]*:(?:[ \t]+|(?=\n)|\Z)", re.MULTILINE)
MOST_WORDS_OF_NAME = 4


def split_documents(corpus: Corpus, split: str, token_starts: TokenStarts, n_tokens: int, progress: Progress = Progress()) -> Corpus:  # noqa: B008 (frozen)
    """The corpus in passages of at most `n_tokens` tokens; a document without text has none.

    Parameters
    ----------
    split : str
        "speaker" (turns; a document without turns by paragraph), "paragraph", or "sentences" (only what is longer than the limit).
    token_starts : callable
        Where each token of some texts begins, in characters, ascending.
    """
    rows: list[tuple[int, int, int, str]] = []
    for first in range(0, len(corpus.documents), N_AT_ONCE):
        progress.check()
        texts = [document.text for document in corpus.documents[first : first + N_AT_ONCE]]
        for number, (text, starts) in enumerate(zip(texts, token_starts(texts), strict=True), first):
            rows += [(number, start, stop, speaker) for start, stop, speaker in spans_of(text, split, starts, n_tokens)]
    making = replace(corpus.making, split=split, n_tokens=n_tokens, n_passages=len(rows))
    return replace(in_passages(corpus, Spans.from_rows(rows)), making=making)


def spans_of(text: str, split: str, starts: Sequence[int], n_tokens: int) -> list[tuple[int, int, str]]:
    """Start, end and speaker of each passage of one text."""
    ruler = _Ruler(text, starts, n_tokens)
    turns = turns_of(text) if split == "speaker" else []
    if turns:
        return [(*piece, speaker) for turn, speaker in turns for piece in ruler.fitting(ruler.trimmed(turn))]
    if split == "sentences":
        return [(*piece, "") for piece in ruler.fitting(ruler.trimmed((0, len(text))))]
    return [(*piece, "") for paragraph in ruler.paragraphs() for piece in ruler.fitting(paragraph)]


def turns_of(text: str) -> list[tuple[Piece, str]]:
    """Who speaks from where to where, without the name itself; empty where nobody is named twice at the beginning of a line."""
    found = [turn for turn in _TURN.finditer(text) if len(turn["name"].split()) <= MOST_WORDS_OF_NAME]
    if not found or max(Counter(turn["name"] for turn in found).values()) < 2:
        return []
    turns: list[tuple[Piece, str]] = [((0, found[0].start()), "")] if text[: found[0].start()].strip() else []
    for turn, following in zip(found, [*found[1:], None], strict=True):
        end = following.start() if following is not None else len(text)
        if len(text[turn.end() : end].split(None, FEWEST_WORDS)) >= FEWEST_WORDS or not turns:
            turns.append(((turn.end(), end), turn["name"]))
        else:
            (start, _), speaker = turns[-1]
            turns[-1] = ((start, end), speaker)
    return turns


class _Ruler:
    """Cuts one text, of which it knows where each token begins."""

    def __init__(self, text: str, starts: Sequence[int], n_tokens: int) -> None:
        self._text, self._starts, self._limit = text, starts, max(n_tokens, 1)

    def length(self, piece: Piece) -> int:
        """In tokens."""
        return bisect_left(self._starts, piece[1]) - bisect_left(self._starts, piece[0])

    def trimmed(self, piece: Piece) -> Piece:
        """Without the white space at both ends."""
        inside = self._text[piece[0] : piece[1]]
        start = piece[0] + len(inside) - len(inside.lstrip())
        return start, max(start, piece[0] + len(inside.rstrip()))

    def paragraphs(self) -> list[Piece]:
        """Parted by empty lines, or by lines where there is no empty one; short ones with the next, a short last one with the one before."""
        pieces = self._parted((0, len(self._text)), _BLANK_LINE if _BLANK_LINE.search(self._text.strip()) else _LINE)
        joined: list[Piece] = []
        for piece in pieces:
            if joined and self.length(joined[-1]) < self._limit // SHORTEST:
                joined[-1] = (joined[-1][0], piece[1])
            else:
                joined.append(piece)
        if len(joined) > 1 and self.length(joined[-1]) < self._limit // SHORTEST:
            (start, _), (_, stop) = joined[-2:]
            joined[-2:] = [(start, stop)]
        return joined

    def fitting(self, piece: Piece) -> list[Piece]:
        """The piece where it is within the limit, else in passages of whole sentences; the last sentence of one begins the next."""
        if piece[0] == piece[1]:
            return []
        if self.length(piece) <= self._limit:
            return [piece]
        sentences = [part for sentence in self._parted(piece, _SENTENCE_END, _ABBREVIATED) for part in self._short_enough(sentence)]
        passages, first = [], 0
        while first < len(sentences):
            end = first + 1
            while end < len(sentences) and self.length((sentences[first][0], sentences[end][1])) <= self._limit:
                end += 1
            passages.append((sentences[first][0], sentences[end - 1][1]))
            overlaps = end < len(sentences) and end - 1 > first and self.length(sentences[end - 1]) <= self._limit // OVERLAP
            first = end - 1 if overlaps and self.length((sentences[end - 1][0], sentences[end][1])) <= self._limit else end
        return passages

    def _parted(self, piece: Piece, border: re.Pattern[str], unless: re.Pattern[str] | None = None) -> list[Piece]:
        """The piece cut after each border, without white space around the parts."""
        parts, start = [], piece[0]
        for found in border.finditer(self._text, *piece):
            if unless is not None and unless.search(self._text, max(start, found.start() - 8), found.end()):
                continue
            parts.append(self.trimmed((start, found.end())))
            start = found.end()
        parts.append(self.trimmed((start, piece[1])))
        return [part for part in parts if part[0] < part[1]]

    def _short_enough(self, piece: Piece) -> Iterator[Piece]:
        """A sentence longer than the limit is cut between words, or between tokens where there are no spaces."""
        start, stop = piece
        while self.length((start, stop)) > self._limit:
            cut = self._starts[bisect_left(self._starts, start) + self._limit]
            space = max(self._text.rfind(" ", start + 1, cut), self._text.rfind("\n", start + 1, cut))
            cut = space if space > start + (cut - start) // 2 else max(cut, start + 1)
            yield self.trimmed((start, cut))
            start = self.trimmed((cut, stop))[0]
        if start < stop:
            yield start, stop
