"""Text to tokens and back by the vocabulary of a GGUF file, which llama.cpp reads; it knows nothing of weights, prompts or topics."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from topicdesk.core.card_troubles import trouble_of
from topicdesk.core.errors import InputError, LibraryUnusable
from topicdesk.core.language_file import read_language_file
from topicdesk.core.progress import Progress
from topicdesk.llm.cuda_libraries import preload_cuda_libraries

FENCE = "\n"  # no vocabulary that begins every text with a space joins this to what follows


class Vocabulary:
    """The vocabulary and the description of a GGUF file, without its weights. Use it as a context manager: its memory is native.

    Attributes
    ----------
    n_parameters : int
    chat_template : str
        The template in the file; empty where there is none.
    n_context : int
        The longest context the model was trained for, in tokens.
    begin_tokens : list of int
        The token that begins every text for this model, if it wants one.
    turn_marks : tuple of str
        The tokens that begin a text and end a turn, as text.

    Raises
    ------
    InputError
        Where the file cannot be loaded.
    """

    _model: Any = None

    def __init__(self, path: Path, n_parameters: int = 0, n_context: int = 0) -> None:
        self._lib = load_library()
        parameters = self._lib.llama_model_default_params()
        parameters.vocab_only = True
        self._take(load_file(self._lib, str(path), parameters, path))
        self.n_parameters, self.n_context = n_parameters, n_context  # llama.cpp knows them with the weights only

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the memory back."""
        if self._model:
            self._lib.llama_model_free(self._model)
            self._model = None

    def tokenize(self, text: str, special: bool) -> list[int]:
        """Tokens of a text, none added. With `special` markers like "</s>" become control tokens, else plain text."""
        encoded = text.encode("utf-8", "replace")
        room = len(encoded) + 8
        tokens = (self._lib.llama_token * room)()
        n_tokens = self._lib.llama_tokenize(self._vocabulary, encoded, len(encoded), tokens, room, False, special)
        return list(tokens[: max(n_tokens, 0)])

    def tokenize_parts(self, parts: Sequence[tuple[str, bool]]) -> list[int]:
        """Tokens of a text that comes in pieces, each with whether its markers are control tokens; begun as the model wants it.

        They are those of the whole text, as far as no word lies across two pieces: a space goes with the word after it, and
        where a vocabulary like Llama 2's puts a space before every text that it is given, only the first piece keeps it.
        """
        tokens: list[int] = []
        space = ""
        for number, (text, special) in enumerate(parts, 1):
            spaced = space + text
            piece = spaced if number == len(parts) else spaced.removesuffix(" ")
            space = spaced[len(piece) :]
            if piece:
                fence = self._fence if tokens else []
                tokens += self.tokenize((FENCE if fence else "") + piece, special)[len(fence) :]
        n_begin = len(self.begin_tokens)
        return tokens if tokens[:n_begin] == self.begin_tokens else self.begin_tokens + tokens

    def text_of(self, tokens: Sequence[int], special: bool = False) -> str:
        """The text of tokens; control tokens are left out, or written as their markers with `special`."""
        pieces = []
        buffer = ctypes.create_string_buffer(256)
        for token in tokens:
            n_bytes = self._lib.llama_token_to_piece(self._vocabulary, token, buffer, 256, 0, special)
            pieces.append(buffer.raw[: max(n_bytes, 0)])
        return b"".join(pieces).decode("utf-8", "replace")

    def _take(self, model: Any) -> None:
        lib = self._lib
        self._model = model
        self._vocabulary = lib.llama_model_get_vocab(model)
        self.n_parameters = int(lib.llama_model_n_params(model))
        self.n_context = int(lib.llama_model_n_ctx_train(model))
        self.begin_tokens = [lib.llama_vocab_bos(self._vocabulary)] if lib.llama_vocab_get_add_bos(self._vocabulary) else []
        ends = (lib.llama_vocab_bos(self._vocabulary), lib.llama_vocab_eos(self._vocabulary))
        begin, end = (self.text_of([token], special=True) if token >= 0 else "" for token in ends)
        self.turn_marks = (begin, end)
        template = lib.llama_model_chat_template(model, None)
        self.chat_template = template.decode("utf-8", "replace") if template else ""
        adds_a_space = self.text_of(self.tokenize("a", special=False)).startswith(" ")
        self._fence = self.tokenize(FENCE, special=False) if adds_a_space else []


def load_library() -> Any:
    """llama.cpp, quiet, and with threads that sleep while they wait: spinning ones starve whatever else runs, and themselves.

    Raises
    ------
    LibraryUnusable
        Where it cannot be loaded, as a build for graphics cards without CUDA's libraries.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when the library is loaded
    preload_cuda_libraries()
    try:
        import llama_cpp
    except (OSError, RuntimeError, ImportError) as error:
        trouble = trouble_of(str(error))
        reason = trouble.reason if trouble is not None else " ".join(str(error).split())
        raise LibraryUnusable(f"llama.cpp cannot be loaded on this computer. {reason} See `topicdesk doctor`.") from error
    llama_cpp.llama_log_set(_quiet(llama_cpp), ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    return llama_cpp


def load_file(lib: Any, where: str, parameters: Any, path: Path, progress: Progress = Progress()) -> Any:  # noqa: B008
    """What lies at `where` as a native model, after a look at its header in Python. Raises InputError, which names `path`, and Cancelled."""
    read_language_file(path)
    parameters.progress_callback = lib.llama_progress_callback(lambda _share, _data: not progress.is_cancelled())
    model = lib.llama_model_load_from_file(where.encode(), parameters)
    progress.check()
    if not model:
        raise InputError(f"{path}: the language model cannot be loaded. Copy it again, or choose another.")
    return model


_KEPT: list[Any] = []  # llama.cpp holds the log function for the life of the process


def _quiet(lib: Any) -> Any:
    if not _KEPT:
        _KEPT.append(lib.llama_log_callback(_say_nothing))
    return _KEPT[0]


def _say_nothing(level: int, text: bytes, user_data: object) -> None:
    """llama.cpp's log goes nowhere: it may quote what it reads. Errors come back as return codes."""
