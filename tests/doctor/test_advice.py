import copy

import pytest

from topicdesk.doctor.advice import lacks_of
from topicdesk.doctor.probes import ask
from topicdesk.doctor.report import in_words, processor

T4 = {
    "name": "Tesla T4", "total_bytes": 16_106_127_360, "free_bytes": 15_600_000_000, "driver": "580.65.06", "cuda": [13, 0], "capability": [7, 5],
    "planned_bytes": 15_569_256_448,
}  # fmt: skip
WHOLE = {
    "topicdesk": "0.1.0", "system": "Linux-6.1", "python": "3.11.7", "python_path": "/venv/bin/python",
    "processor": {"name": "Xeon", "cores": 4, "flags": ["avx2"]},
    "processors": 8, "memory_mib": 16_000, "free_memory_mib": 12_000, "cards": {"cards": [T4], "problem": ""},
    "libraries": {
        "torch": {"version": "2.13.0+cu130", "cuda_build": "13.0", "cuda_available": True, "gpu": "Tesla T4",
                  "architectures": ["sm_75", "sm_80", "compute_120"]},
        "llama_cpp": {"version": "0.3.36", "gpu_offload": True}, "cuml": {"version": "26.10.00"},
    },
    "fonts": {"families": ["DejaVu Sans"], "lacking": [], "packages": []}, "window": {"version": "6.11.3", "display": True, "lacking": []},
    "models": [{"role": "embedding", "name": "mini", "path": "/m/mini", "mb": 91}, {"role": "language", "name": "llama", "path": "/m/l.gguf", "mb": 7866}],
    "refused_models": [], "models_folders": ["/m"], "home": "/home", "free_disk_mib": 50_000,
}  # fmt: skip


def lacks(**changes):
    """What is lacking where these things are otherwise: "a__b" stands for report["a"]["b"]."""
    report = copy.deepcopy(WHOLE)
    for path, value in changes.items():
        *above, last = path.split("__")
        place = report
        for name in above:
            place = place[name]
        place[last] = value
    return lacks_of(report)


def test_that_a_machine_with_everything_lacks_nothing():
    assert lacks() == []
    assert in_words(WHOLE | {"lacks": []}).endswith("Nothing is lacking.")
    assert "Tesla T4 (sm_75), 14,877 of 15,360 MiB free, driver 580.65.06, CUDA up to 13.0" in in_words(WHOLE | {"lacks": []})


def test_that_a_machine_without_a_card_lacks_no_card():
    assert lacks(cards={"cards": [], "problem": ""}, libraries__llama_cpp__gpu_offload=False, libraries__torch__cuda_available=False) == []


CUDA_PROBLEM = {"version": "2.13.0+cpu", "cuda_build": None, "cuda_available": False, "architectures": []}


@pytest.mark.parametrize(
    ("changes", "said", "command", "is_needed"),
    [
        ({"models": WHOLE["models"][1:]}, "No embedding model", "topicdesk models starter", True),
        ({"models": WHOLE["models"][:1]}, "No language model", "topicdesk models starter", False),
        ({"refused_models": ["/m/x.gguf is incomplete: 5.1 of 7.9 GB. Copy it again."]}, "5.1 of 7.9 GB", "", False),
        ({"libraries__torch": {"error": "ModuleNotFoundError: No module named 'torch'"}}, "torch cannot be loaded", "make setup", True),
        (
            {"libraries__llama_cpp": {"error": "RuntimeError: libcudart.so.13: cannot open shared object file: No such file or directory"}},
            "CUDA's own libraries",
            "/venv/bin/python -m pip install nvidia-cuda-runtime nvidia-cublas",
            False,
        ),
        ({"libraries__llama_cpp__gpu_offload": False}, "Topics are named on the processor, not on the Tesla T4", "build/llama_wheel.sh cuda", False),
        (
            {"libraries__torch": CUDA_PROBLEM | {"cuda_problem": "Torch not compiled with CUDA enabled"}},
            "Texts are embedded on the processor",
            "/venv/bin/python -m pip install --force-reinstall --no-deps torch==2.13.0",
            False,
        ),
        (
            {"libraries__torch": CUDA_PROBLEM | {"cuda_problem": "The NVIDIA driver on your system is too old (found version 12020)."}},
            "driver is older",
            "sudo ubuntu-drivers install",
            False,
        ),
        ({"libraries__cuml__version": None}, "needs cuML", '/venv/bin/python -m pip install cuml-cu13 "numba<0.65"', False),
        (
            {"libraries__cuml__version": None, "cards": {"cards": [T4 | {"cuda": [12, 4]}], "problem": ""}},
            "needs cuML",
            '/venv/bin/python -m pip install cuml-cu12 "numba<0.65"',
            False,
        ),
        ({"libraries__torch__architectures": ["sm_80", "sm_90"]}, "not built for the Tesla T4", "", False),
        ({"cards": {"cards": [], "problem": "There is an NVIDIA card, but no driver for it."}}, "no driver", "sudo ubuntu-drivers install", False),
        ({"fonts": {"lacking": ["Chinese"], "packages": ["fonts-noto-cjk"]}}, "No font for Chinese", "sudo apt-get install fonts-noto-cjk", False),
        ({"window__lacking": ["libxcb-cursor.so.0"]}, "libxcb-cursor.so.0", "sudo apt-get install libxcb-cursor0", True),
        ({"free_disk_mib": 900}, "900 MiB of disk", "", False),
        ({"memory_mib": 2000}, "2,000 MiB of memory", "", False),
    ],
)
def test_that_each_lack_has_the_one_command_that_mends_it(changes, said, command, is_needed):
    (lack,) = lacks(**changes)
    assert said in lack.what
    assert lack.command.startswith(command)
    assert bool(lack.command) == bool(command)
    assert lack.is_needed == is_needed
    words = in_words(WHOLE | {"lacks": [{"what": lack.what, "command": lack.command}]})
    assert lack.what in words


def test_that_nothing_is_installed_into_a_packed_program():
    (lack,) = lacks(libraries__llama_cpp__gpu_offload=False, is_packed=True)
    assert lack.command == ""
    assert "compiled for the processor alone. This packed TopicDesk cannot be added to" in lack.what
    (lack,) = lacks(fonts={"families": [], "lacking": ["Thai"], "packages": ["fonts-noto-core"]}, is_packed=True)
    assert lack.command == "sudo apt-get install fonts-noto-core"


def test_that_what_is_needed_comes_first():
    found = lacks(models=[], free_disk_mib=10)
    assert [lack.is_needed for lack in found] == [True, False, False]


@pytest.mark.parametrize("changes", [{"system": "Windows-11"}, {"cards": {"cards": [T4 | {"capability": [7, 0]}], "problem": ""}}])
def test_that_cuml_is_not_missed_where_it_cannot_run(changes):
    assert lacks(libraries__cuml__version=None, libraries__torch__architectures=[], **changes) == []


def test_that_a_card_of_the_same_generation_or_by_portable_code_is_built_for():
    assert lacks(libraries__torch__architectures=["sm_70"]) == []
    assert lacks(libraries__torch__architectures=["compute_60"]) == []


def test_that_a_window_without_display_lacks_no_library():
    assert lacks(window={"version": "6", "display": False, "lacking": ["libEGL.so.1"]}) == []


def test_that_a_probe_that_crashes_or_says_nonsense_is_a_line_in_the_report():
    assert ask("import os; os.abort()")["error"]
    assert ask("raise ValueError('no luck')")["error"] == "ValueError: no luck"
    assert ask("print('no JSON')")["error"]
    assert ask("pass")["error"]
    assert ask("import json; print('noise'); print(json.dumps({'a': 1}))") == {"a": 1}


def test_that_the_processor_is_named():
    found = processor()
    assert found["name"] and found["cores"] >= 1
