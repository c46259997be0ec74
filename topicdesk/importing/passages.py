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
from topicdesk.core.errors import InputError
from topicdesk.core.passages import in_passages
from topicdesk.core.progress import Progress
from topicdesk.importing.turns import Piece, named_turns, speaker_key, speakers_of, turns_of

TokenStarts = Callable[[Sequence[str]], list[list[int]]]
OVERLAP = 4  # the last sentence of a passage begins the next one too, where it is at most this part of the limit
SHORTEST = 8  # a paragraph below this part of the limit goes with the one that follows it: a heading, a line of a list
N_AT_ONCE = 64

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n\s*")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|[。！？｡]+[”’」』）]*\s*|\n[^\S\n]*\n\s*")
_ABBREVIATED = re.compile(r"(?:\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|vs|e\.g|i\.e|cf|ca|Nr|No|Fig|Bd|Hr|Fr|bzw|z\.B|d\.h|u\.a|M|Mme|p|pp))\.\s+\Z")
MOST_NAMED = 8
NOBODY_ELSE = "only speakers who are left out"


def split_documents(
    corpus: Corpus,
    split: str,
    token_starts: TokenStarts,
    n_tokens: int,
    progress: Progress = Progress(),  # noqa: B008 (frozen)
    unheard: Sequence[str] = (),
) -> Corpus:
    """The corpus in passages of at most `n_tokens` tokens; a document without text has none.

    Parameters
    ----------
    split : str
        "speaker" (turns; a document without turns by paragraph), "paragraph", or "sentences" (only what is longer than the limit).
    token_starts : callable
        Where each token of some texts begins, in characters, ascending.
    unheard : sequence of str
        Speakers whose turns are left out. A document in which nobody else speaks is counted in `dropped`.

    Raises
    ------
    InputError
        Where one of these speaks nowhere.
    """
    rows: list[tuple[int, int, int, str]] = []
    n_turns = Counter[str]()
    left_out = frozenset(map(speaker_key, unheard))
    for first in range(0, len(corpus.documents), N_AT_ONCE):
        progress.check()
        texts = [document.text for document in corpus.documents[first : first + N_AT_ONCE]]
        for number, (text, starts) in enumerate(zip(texts, token_starts(texts), strict=True), first):
            rows += [(number, start, stop, speaker) for start, stop, speaker in spans_of(text, split, starts, n_tokens, left_out)]
            n_turns.update(speakers_of(text))
    making = replace(corpus.making, split=split, n_tokens=n_tokens, n_passages=len(rows), unheard={name: _n_turns(n_turns, name) for name in unheard})
    silent = len(corpus.with_text) - len({row[0] for row in rows})
    dropped = corpus.dropped | ({NOBODY_ELSE: silent} if silent else {})
    return replace(in_passages(corpus, Spans.from_rows(rows)), making=making, dropped=dropped)


def _n_turns(n_turns: Counter[str], name: str) -> int:
    """How often somebody speaks. Raises InputError where that is never."""
    n = sum(count for known, count in n_turns.items() if speaker_key(known) == speaker_key(name))
    if not n:
        known = ", ".join(speaker for speaker, _ in n_turns.most_common(MOST_NAMED)) or "nobody is named at the beginning of a line"
        raise InputError(f"--without-speaker {name}: nobody of that name speaks in these texts; those who do: {known}.")
    return n


def spans_of(text: str, split: str, starts: Sequence[int], n_tokens: int, left_out: frozenset[str] = frozenset()) -> list[tuple[int, int, str]]:
    """Start, end and speaker of each passage of one text, without the turns of those who are left out."""
    ruler = _Ruler(text, starts, n_tokens)
    if split == "speaker" and named_turns(text):
        return [(*piece, speaker) for turn, speaker in turns_of(text, left_out) for piece in ruler.fitting(ruler.trimmed(turn))]
    if split == "sentences":
        return [(*piece, "") for piece in ruler.fitting(ruler.trimmed((0, len(text))))]
    return [(*piece, "") for paragraph in ruler.paragraphs() for piece in ruler.fitting(paragraph)]


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
