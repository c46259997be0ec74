"""The packaging recipes, as far as they can be tried in seconds; what build/bundle.sh packs is tried by test_bundle.py."""

import configparser
import os
import runpy
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
BUILD = REPOSITORY / "build"


def packed(*arguments):
    return subprocess.run([sys.executable, str(BUILD / "packed.py"), *arguments], capture_output=True, text=True, cwd=REPOSITORY, timeout=60, check=False)


def test_that_the_packed_program_is_topicdesk_and_the_interpreter_of_its_children():
    assert packed("--version").stdout.startswith("topicdesk ")
    assert packed("-P", "-m", "topicdesk", "--version").stdout.startswith("topicdesk ")
    assert packed("-P", "-c", "import json; print(json.dumps([__name__]))").stdout == '["__main__"]\n'
    assert packed("-P", "-m", "topicdesk", "preview", "absent.csv").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
@pytest.mark.parametrize("script", sorted(path.name for path in BUILD.glob("*.sh")))
def test_that_the_scripts_are_bash(script):
    assert subprocess.run(["bash", "-n", str(BUILD / script)], check=False).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_that_an_unknown_kind_of_wheel_is_refused():
    ended = subprocess.run(["bash", str(BUILD / "llama_wheel.sh"), "rocm"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "cpu and cuda" in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
@pytest.mark.skipif(Path("/usr/local/cuda/bin/nvcc").exists() or Path("/opt/cuda/bin/nvcc").exists(), reason="there is a compiler for cards here")
def test_that_without_nvidias_compiler_the_way_out_is_said(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "CUDACXX"} | {"PATH": "/usr/bin:/bin"}
    ended = subprocess.run(["bash", str(BUILD / "llama_wheel.sh"), "cuda"], capture_output=True, text=True, env=environment, check=False)
    assert ended.returncode == 1
    assert "nvidia-cuda-toolkit" in ended.stderr


def test_that_the_architectures_in_a_library_are_read():
    architectures = runpy.run_path(str(BUILD / "cubins.py"))["architectures"]

    def entry(kind, architecture):
        return struct.pack("<HHIQ", kind, 1, 64, 8) + bytes(12) + struct.pack("<I", architecture) + bytes(32) + bytes(8)

    entries = entry(2, 75) + entry(1, 75) + entry(2, 90)
    content = b"ELF" + struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(entries)) + entries + bytes(64)
    assert architectures(content) == {"sm_75": 1, "compute_75": 1, "sm_90": 1}
    assert not architectures(b"nothing of the kind")


def test_that_the_desktop_entry_and_the_icon_are_whole():
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(BUILD / "topicdesk.desktop", "utf-8")
    assert entry["Desktop Entry"]["Exec"] == "topicdesk %f"
    assert entry["Desktop Entry"]["Icon"] == "topicdesk"
    assert ElementTree.parse(REPOSITORY / "topicdesk" / "gui" / "topicdesk.svg").getroot().tag.endswith("svg")
