import json

import pytest

from topicdesk.core.model_languages import languages_of_model


@pytest.mark.parametrize(
    ("card", "vocabulary", "name", "codes"),
    [
        ("---\nlanguage: en\nlicense: mit\n---\n# Model", 30_522, "any", {"en"}),
        ("---\ntags:\n- mteb\nlanguage:\n- en\nlicense: mit\n---\n", 30_522, "any", {"en"}),
        ("---\nlanguage:\n  - de\n  - en\n---\n", 31_102, "any", {"de", "en"}),
        ("---\nlanguage: [de]\n---\n", 31_102, "any", {"de"}),
        ("---\nlanguage: multilingual\n---\n", 30_000, "any", None),
        ("---\nlanguage:\n- ar\n- de\n- en\n- fr\n- hi\n---\n", 30_000, "any", None),
        ("---\nlanguage: en\n---\n", 250_037, "any", None),
        ("# no front matter", 30_522, "bge-small-en-v1.5", {"en"}),
        (None, 30_522, "gte-encoder", None),
    ],
)
def test_that_a_models_languages_are_told_from_its_folder(tmp_path, card, vocabulary, name, codes):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"vocab_size": vocabulary}))
    if card is not None:
        (folder / "README.md").write_text(card)
    assert languages_of_model(folder) == (None if codes is None else frozenset(codes))


def test_that_a_folder_that_says_nothing_is_of_no_known_language(tmp_path):
    (tmp_path / "config.json").write_text("[broken")
    assert languages_of_model(tmp_path) is None


def test_that_the_starter_is_known_to_be_english(starter_models):
    assert languages_of_model(starter_models.embedding_path) == {"en"}
