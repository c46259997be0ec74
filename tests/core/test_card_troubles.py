"""The texts are those that PyTorch, llama.cpp, the CUDA libraries and the dynamic linker give, as they stand in reports of users."""

import pytest

from topicdesk.core.card_troubles import trouble_of

TEXTS = {
    "out of memory": [
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 14.56 GiB of which 1.31 GiB is free.",
        "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 8694.21 MiB on device 0: cudaMalloc failed: out of memory",
        "llama_model_load: error loading model: unable to allocate CUDA0 buffer\nalloc_tensor_range: failed to allocate CUDA0 buffer of size 9116516352",
        "CUDA error: out of memory\n  current device: 0, in function alloc at ggml-cuda.cu:503",
        "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    ],
    "lost": [
        "RuntimeError: CUDA error: unspecified launch failure\nCUDA kernel errors might be asynchronously reported at some other API call",
        "Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.  Reboot the system to recover this GPU",
        "NVRM: Xid (PCI:0000:00:1e): 79, GPU has fallen off the bus.",
        "RuntimeError: CUDA error: an illegal memory access was encountered",
        "RuntimeError: CUDA error: uncorrectable ECC error encountered",
        "RuntimeError: CUDA error: CUDA-capable device(s) is/are busy or unavailable: all CUDA-capable devices unavailable",
        "CUDA error: unknown error\n  current device: 0, in function ggml_backend_cuda_synchronize",
    ],
    "driver too old": [
        "The NVIDIA driver on your system is too old (found version 12020). Please update your GPU driver by downloading and installing a new version",
        "ggml_cuda_init: failed to initialize CUDA: CUDA driver version is insufficient for CUDA runtime version",
        "CUDA error: the provided PTX was compiled with an unsupported toolchain.",
        "RuntimeError: CUDA driver initialization failed: system has unsupported display driver / cuda driver combination",
        "Unexpected error from cudaGetDeviceCount(). Error 804: forward compatibility was attempted on non supported HW",
    ],
    "no CUDA build": ["AssertionError: Torch not compiled with CUDA enabled", "warning: not compiled with CUDA support, ignoring --n-gpu-layers"],
    "libraries missing": [
        "OSError: libcudart.so.12: cannot open shared object file: No such file or directory",
        "RuntimeError: Failed to load shared library 'libllama.so': libcublas.so.13: cannot open shared object file: No such file or directory",
        "ImportError: libcudnn.so.9: cannot open shared object file: No such file or directory",
        "Could not load library libcudnn_cnn_infer.so.8. Error: libcudnn_cnn_infer.so.8: cannot open shared object file: No such file or directory",
        "FileNotFoundError: Could not find module 'C:\\\\x\\\\ggml-cuda.dll' (or one of its dependencies): cublas64_13.dll",
    ],
    "not built for it": [
        "RuntimeError: CUDA error: no kernel image is available for execution on the device",
        "Tesla K80 with CUDA capability sm_37 is not compatible with the current PyTorch installation.",
    ],
    "no card": [
        "RuntimeError: No CUDA GPUs are available",
        "ggml_cuda_init: failed to initialize CUDA: no CUDA-capable device is detected",
        "RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a driver",
    ],
    "other": ["CUDA error: CUBLAS_STATUS_EXECUTION_FAILED", "RuntimeError: CUDA error: device-side assert triggered"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in TEXTS.items() for text in texts])
def test_that_an_error_of_the_card_is_said_in_a_plain_sentence(kind, text):
    trouble = trouble_of(text)
    assert trouble is not None
    assert trouble.kind == kind
    assert trouble.reason.endswith(".")
    assert "CUDA_" not in trouble.reason


@pytest.mark.parametrize("text", ["", "std::bad_alloc", "No space left on device", "GGML_ASSERT(n > 0) failed", "MemoryError", "ValueError: not a number"])
def test_that_other_errors_are_none_of_the_card(text):
    assert trouble_of(text) is None
