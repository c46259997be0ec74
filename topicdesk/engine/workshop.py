"""What the engine keeps between requests: loaded models and warm processes, each made when it is first needed."""

from __future__ import annotations

import contextlib
import importlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from topicdesk.core.language_file import read_language_file
from topicdesk.core.model_files import FoundModel, sha256_of
from topicdesk.llm.cuda_libraries import preload_cuda_libraries
from topicdesk.llm.vocabulary import Vocabulary
from topicdesk.stages.embedding import EmbeddingModel, EmbeddingNumerics, numerics_of_machine
from topicdesk.stages.layout_processes import LayoutProcesses

if TYPE_CHECKING:
    from topicdesk.llm.decoder import LanguageModel

Made = TypeVar("Made")
SLOW_IMPORTS = ("sentence_transformers", "sklearn.feature_extraction.text", "hdbscan", "llama_cpp")
VERSIONS_THAT_MATTER = (
    "torch", "transformers", "sentence-transformers", "numpy", "scipy", "scikit-learn", "umap-learn", "pynndescent", "numba",
    "hdbscan", "llama-cpp-python", "matplotlib", "adjustText",
)  # fmt: skip


class Workshop:
    """One for the life of the engine process.

    Attributes
    ----------
    layouts : LayoutProcesses
    versions : dict of str to str
        Of the libraries whose change may change a result.
    meanings : Meanings or None
        The embeddings that were searched last (engine/search.py).
    ground : Ground or None
        What the last edit stood on (engine/ground.py).
    """

    def __init__(self) -> None:
        self.layouts = LayoutProcesses()
        self.versions = {name: metadata.version(name) for name in VERSIONS_THAT_MATTER} | {"topicdesk": metadata.version("topicdesk")}
        self.meanings: object | None = None
        self.ground: object | None = None
        self._embedding: tuple[str, EmbeddingNumerics, EmbeddingModel] | None = None
        self._preparing: Future[EmbeddingModel] | None = None
        self._ahead: tuple[object, Future[LanguageModel]] | None = None
        self._vocabulary: tuple[str, Vocabulary] | None = None
        self._numerics: dict[str, EmbeddingNumerics] = {}
        self._warming: threading.Thread | None = None

    def warm_up(self) -> None:
        """Load the slow libraries in the background, umap in a process of its own; returns at once."""
        self.layouts.warm_up()
        preload_cuda_libraries()
        self._warming = threading.Thread(target=_import_slow_libraries, daemon=True)
        self._warming.start()

    def numerics(self, device: str) -> EmbeddingNumerics:
        """What follows from this machine. Raises InputError where the device is not there."""
        if device not in self._numerics:
            self._numerics[device] = numerics_of_machine(device)
        return self._numerics[device]

    def embedding_model(self, model: FoundModel, numerics: EmbeddingNumerics) -> EmbeddingModel:
        """The model, loaded at the first call and kept until another is asked for."""
        if self._preparing is not None:
            prepared, self._preparing = self._preparing, None
            prepared.result()
        return self._load_embedding_model(model, numerics)

    def prepare_embedding_model(self, model: FoundModel, numerics: EmbeddingNumerics) -> None:
        """Begin to load it in the background, which is mostly importing; `embedding_model` waits for it, and raises what went wrong."""
        if self._embedding is None and self._preparing is None:
            self._preparing = _begun(lambda: self._load_embedding_model(model, numerics))

    def load_ahead(self, key: object, load: Callable[[], LanguageModel]) -> None:
        """Begin to load a language model in the background."""
        self.drop_ahead()
        self._ahead = key, _begun(load)

    def loaded_ahead(self, key: object) -> LanguageModel | None:
        """The model that was begun under this key, which is the caller's from now on; None where there is none, or it could not be loaded."""
        if self._ahead is None or self._ahead[0] != key:
            return None
        loading, self._ahead = self._ahead[1], None
        return loading.result() if loading.exception() is None else None

    def drop_ahead(self) -> None:
        """Give the memory of a language model back that nobody took."""
        if self._ahead is not None and (model := self.loaded_ahead(self._ahead[0])) is not None:
            model.close()

    def _load_embedding_model(self, model: FoundModel, numerics: EmbeddingNumerics) -> EmbeddingModel:
        self.wait_until_warm()
        sha256 = sha256_of(model.path)
        if self._embedding is None or self._embedding[:2] != (sha256, numerics):
            self._embedding = (sha256, numerics, EmbeddingModel(Path(model.path), numerics))
        return self._embedding[2]

    def vocabulary(self, model: FoundModel) -> Vocabulary:
        """A language model's vocabulary without its weights, kept until another's is asked for. Raises InputError where the file is none."""
        sha256 = sha256_of(model.path)
        if self._vocabulary is None or self._vocabulary[0] != sha256:
            if self._vocabulary is not None:
                self._vocabulary[1].close()
            self._vocabulary = None
            described = read_language_file(Path(model.path))
            self._vocabulary = (sha256, Vocabulary(Path(model.path), described.n_parameters, described.n_context))
        return self._vocabulary[1]

    def release_graphics_memory(self) -> None:
        """Give the card back before the language model comes; on the CPU the embedding model may stay."""
        if self._embedding is not None and self._embedding[1].device == "cuda":
            import torch

            self._embedding = None
            torch.cuda.empty_cache()

    def leave_card(self) -> EmbeddingNumerics:
        """Compute by the processor from now on, after the card failed; a new process tries the card again."""
        self._embedding = None
        self._numerics["auto"] = numerics_of_machine("cpu")
        return self._numerics["auto"]

    def wait_until_warm(self) -> None:
        """Call before a stage that imports: two threads that import one library at the same time may see it half made."""
        if (warming := self._warming) is not None:
            warming.join()
            self._warming = None


def _begun(work: Callable[[], Made]) -> Future[Made]:
    """Work that goes on in a thread of its own."""
    with_one_thread = ThreadPoolExecutor(1)
    future = with_one_thread.submit(work)
    with_one_thread.shutdown(wait=False)
    return future


def _import_slow_libraries() -> None:
    """What cannot be imported says so where it is needed."""
    for name in SLOW_IMPORTS:
        with contextlib.suppress(ImportError, OSError, RuntimeError):
            importlib.import_module(name)
