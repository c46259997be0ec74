import builtins
import sys

import pytest

from topicdesk.core.errors import LibraryUnusable
from topicdesk.llm import cuda_libraries, vocabulary
from topicdesk.llm.cuda_libraries import preload_cuda_libraries


def test_that_a_build_for_the_processor_loads_no_cuda_library():
    assert not cuda_libraries.needs_cuda()
    assert preload_cuda_libraries() == []


@pytest.mark.skipif(sys.platform != "linux", reason="names of Linux's libraries")
def test_that_a_build_for_cards_gets_its_libraries_from_packages_in_order(tmp_path, monkeypatch):
    for path in ("cublas/lib/libcublas.so.13", "cublas/lib/libcublasLt.so.13", "cuda_runtime/lib/libcudart.so.13", "cudnn/lib/libcudnn.so.9"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    loaded = []
    monkeypatch.setattr(cuda_libraries, "needs_cuda", lambda: True)
    monkeypatch.setattr(cuda_libraries, "package_folders", lambda: sorted(tmp_path.glob("*/lib")))
    monkeypatch.setattr(cuda_libraries.ctypes, "CDLL", lambda path, mode: loaded.append(path))
    assert [path.name for path in preload_cuda_libraries()] == ["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13"]
    assert len(loaded) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="names of Linux's libraries")
def test_that_a_library_of_another_version_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "libcudart.so.12").write_bytes(b"no library")
    monkeypatch.setattr(cuda_libraries, "needs_cuda", lambda: True)
    monkeypatch.setattr(cuda_libraries, "package_folders", lambda: [tmp_path])
    assert preload_cuda_libraries() == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("Failed to load shared library 'libllama.so': libcudart.so.13: cannot open shared object file"), "CUDA's own libraries"),
        (OSError("libgomp.so.1: cannot open shared object file"), "libgomp"),
        (ImportError("no module"), "no module"),
    ],
)
def test_that_a_llama_cpp_that_cannot_be_loaded_says_why(monkeypatch, error, said):
    real = builtins.__import__

    def refuse(name, *arguments, **more):
        if name == "llama_cpp":
            raise error
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(LibraryUnusable, match=rf"cannot be loaded.*{said}.*topicdesk doctor"):
        vocabulary.load_library()
