import hashlib
import json
import os

import pytest

from tests.benchmarks.shape_gguf import SHAPES, write_gguf
from topicdesk.core import model_files
from topicdesk.core.errors import InputError


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TOPICDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(model_files, "models_folders", lambda: [tmp_path / "first", tmp_path / "home" / "models"])
    return tmp_path / "home"


def language_model(path, content=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        return write_gguf(path, SHAPES["tiny"], "Q4_0", with_weights=False)
    path.write_bytes(content)
    return path


def embedding_model(folder):
    folder.mkdir(parents=True)
    (folder / "modules.json").write_text("[]")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_that_models_are_found_in_search_order_each_once(tmp_path, home):
    second = language_model(home / "models" / "a.gguf")
    first = language_model(tmp_path / "first" / "deep" / "z.gguf")
    folder = embedding_model(home / "models" / "mini")
    (tmp_path / "first" / "again.gguf").symlink_to(first)
    language_model(tmp_path / "first" / ".partial" / "hidden.gguf")
    language_model(tmp_path / "first" / "text.gguf", b"no model at all")
    found = model_files.find_models()
    assert {model.path.resolve() for model in found} == {first, second, folder}
    assert len(found) == 3
    assert found[0].path.resolve() == first
    assert [model.role for model in found if model.path == folder] == ["embedding"]
    assert [path.name for path in (found[0].path, *found[0].also)] == ["again.gguf", "z.gguf"]


def test_that_copies_of_one_model_are_listed_once_and_others_of_the_same_name_stay(tmp_path, home):
    first = embedding_model(tmp_path / "first" / "mini")
    copy = embedding_model(home / "models" / "mini")
    language_model(home / "models" / "a.gguf")
    language_model(tmp_path / "first" / "a.gguf")
    elsewhere = embedding_model(tmp_path / "tuned" / "mini")
    (elsewhere / "model.safetensors").write_bytes(b"WEIGHTS")
    model_files.register_model(elsewhere)
    found = [model.path for model in model_files.find_models()]
    assert found == [tmp_path / "first" / "a.gguf", first, elsewhere]
    assert model_files.choose_model("embedding", str(copy)).path == copy


def test_that_links_and_known_copies_under_another_name_are_listed_once_with_all_places(tmp_path, home):
    first = language_model(tmp_path / "first" / "a.gguf")
    link = home / "models" / "the same.gguf"
    link.parent.mkdir(parents=True)
    link.hardlink_to(first)
    copy = home / "models" / "z copy.gguf"
    copy.write_bytes(first.read_bytes())
    folder = embedding_model(tmp_path / "first" / "mini")
    linked = home / "models" / "linked mini"
    linked.mkdir()
    for file in folder.iterdir():
        (linked / file.name).hardlink_to(file)
    found = {model.path: model.also for model in model_files.find_models()}
    assert found == {first: (link,), folder: (linked,), copy: ()}, "a copy under another name, of which no hash is known, may be another model"
    for path in (first, copy):
        model_files.sha256_of(path)
    assert {model.path: model.also for model in model_files.find_models()} == {first: (link, copy), folder: (linked,)}


def test_that_a_copy_that_differs_in_its_middle_is_another_model(tmp_path, home):
    one, other = bytearray(2_000_000), bytearray(2_000_000)
    other[1_000_000:1_100_000] = b"x" * 100_000
    for folder, weights in (("first", one), ("home/models", other)):
        (embedding_model(tmp_path / folder / "mini") / "model.safetensors").write_bytes(weights)
    assert len(model_files.find_models()) == 2


def test_that_what_cannot_be_used_is_told_with_the_reason(tmp_path, home):
    whole = language_model(tmp_path / "first" / "whole.gguf")
    cut = language_model(tmp_path / "first" / "cut.gguf")
    with cut.open("r+b") as stream:
        stream.truncate(cut.stat().st_size - 100)
    model_files.register_model(whole)
    found, refused = model_files.look_for_models()
    assert [model.path for model in found] == [whole]
    assert list(refused) == [cut]
    assert "is incomplete" in refused[cut]
    whole.unlink()
    assert model_files.look_for_models() == ([], refused), "a registered file that is gone is not told"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "there is no such model"),
        (lambda path: path.write_bytes(b"PK\x03\x04 zip"), "not a GGUF file"),
        (lambda path: path.write_bytes(b""), "not a GGUF file"),
        (lambda path: path.mkdir(), "not an embedding model"),
    ],
)
def test_that_what_is_no_model_is_refused_in_one_line(tmp_path, home, make, said):
    path = tmp_path / "model.gguf"
    make(path)
    for attempt in (model_files.model_at, model_files.register_model, lambda p: model_files.choose_model("language", str(p))):
        with pytest.raises(InputError, match=said) as caught:
            attempt(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_that_a_model_of_the_other_role_is_refused(tmp_path, home):
    with pytest.raises(InputError, match="for embedding, not for language"):
        model_files.choose_model("language", str(embedding_model(tmp_path / "mini")))


def test_that_a_registered_model_is_found_where_it_lies_until_it_is_gone(tmp_path, home):
    path = language_model(tmp_path / "elsewhere" / "large.gguf")
    model_files.register_model(path)
    model_files.register_model(path)
    assert [model.path for model in model_files.find_models()] == [path]
    assert len(json.loads((home / "registered_models.json").read_text())) == 1
    path.unlink()
    assert model_files.find_models() == []


def test_that_a_larger_model_is_chosen_over_the_starter(tmp_path, home):
    starter = next(entry["name"] for entry in model_files.manifest() if entry["role"] == "language" and entry.get("package"))
    language_model(tmp_path / "first" / f"{starter}.gguf")
    assert model_files.choose_model("language", None).name == starter
    language_model(home / "models" / "zephyr.gguf")
    assert model_files.choose_model("language", None).name == "zephyr"
    assert model_files.choose_model("embedding", None) is None


def test_that_a_damaged_list_of_registered_models_is_passed_over(home):
    home.mkdir()
    for content in ("{not json", '{"a": 1}', "7", "[7, null]"):
        (home / "registered_models.json").write_text(content)
        assert model_files.find_models() == []


def test_that_a_hash_is_remembered_until_the_file_changes(tmp_path, home):
    path = language_model(tmp_path / "m.gguf", b"GGUF rest")
    assert model_files.sha256_of(path) == hashlib.sha256(b"GGUF rest").hexdigest()
    remembered = json.loads((home / "model_hashes.json").read_text())
    assert len(remembered) == 1
    path.write_bytes(b"GGUF other")
    os.utime(path, ns=(1, 1))
    assert model_files.sha256_of(path) == hashlib.sha256(b"GGUF other").hexdigest()
    assert len(json.loads((home / "model_hashes.json").read_text())) == 1
    (home / "model_hashes.json").write_text("damaged")
    assert model_files.sha256_of(path) == hashlib.sha256(b"GGUF other").hexdigest()


def test_that_the_hash_of_a_folder_depends_on_names_and_contents(tmp_path, home):
    folder = embedding_model(tmp_path / "mini")
    before = model_files.sha256_of(folder)
    (folder / "modules.json").rename(folder / "other.json")
    assert model_files.sha256_of(folder) != before


def test_that_the_manifest_names_what_a_reader_needs_to_fetch_a_model():
    for entry in model_files.manifest():
        assert {"name", "role", "file", "source", "licence"} <= set(entry)
        assert entry["role"] in ("embedding", "language")


def test_that_the_starters_are_placed_once_and_a_changed_copy_is_replaced(tmp_path, home, starter_models):
    placed = model_files.place_starters(tmp_path / "models")
    assert sorted(model.role for model in placed) == ["embedding", "language"]
    language = next(model.path for model in placed if model.role == "language")
    before = language.stat().st_mtime_ns
    model_files.place_starters(tmp_path / "models")
    assert language.stat().st_mtime_ns == before
    language.write_bytes(b"GGUF damaged")
    model_files.place_starters(tmp_path / "models")
    assert language.read_bytes() == starter_models.language_path.read_bytes()
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == sorted(model.path.name for model in placed)


def test_that_starters_that_are_in_place_need_no_package(tmp_path, home, monkeypatch, starter_models):
    placed = model_files.place_starters(tmp_path / "models")
    monkeypatch.setattr(model_files.importlib.util, "find_spec", lambda name: None)
    assert model_files.place_starters(tmp_path / "models") == placed


def test_that_a_starter_whose_package_is_absent_names_the_command(tmp_path, home, monkeypatch):
    monkeypatch.setattr(model_files.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"is not installed\. Run: .*pip"):
        model_files.place_starters(tmp_path / "models")


def test_that_a_starter_that_is_not_the_published_file_is_refused(tmp_path, home, monkeypatch, starter_models):
    monkeypatch.setattr(model_files, "sha256_of", lambda path: "0" * 64)
    with pytest.raises(InputError, match="not the file that was published"):
        model_files.place_starters(tmp_path / "models")
    assert not (tmp_path / "models").exists()
