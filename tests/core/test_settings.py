import dataclasses
import json

import pytest

from topicdesk.core.errors import InputError
from topicdesk.core.settings import ClusteringSettings, KeywordSettings, ProjectionSettings, Settings, default_min_topic_size, load_settings


def test_that_the_defaults_are_the_articles():
    settings = Settings()
    assert settings.projection == ProjectionSettings(n_neighbors=15, n_dimensions=5, min_dist=0.0, seed=42)
    assert settings.clustering == ClusteringSettings(min_topic_size=None, min_samples=None, selection="eom")
    assert settings.keywords.n_keywords == 10
    assert settings.keywords.mmr_diversity == 0.3
    assert settings.labelling.n_new_tokens == 24
    assert settings.labelling.repetition_penalty == 1.1


def test_that_settings_survive_plain_values_and_json():
    chosen = Settings.from_dict({"clustering": {"min_topic_size": 25, "selection": "leaf"}, "projection": {"min_dist": 0.2}})
    assert Settings.from_dict(json.loads(json.dumps(chosen.to_dict()))) == chosen


def every_range():
    for stage in dataclasses.fields(Settings):
        kind = type(getattr(Settings(), stage.name))
        for item in dataclasses.fields(kind):
            if "range" in item.metadata:
                yield pytest.param(kind, item.name, *item.metadata["range"], id=f"{stage.name}.{item.name}")


@pytest.mark.parametrize(("kind", "name", "low", "high"), every_range())
def test_that_a_range_holds_its_ends_and_nothing_beyond(kind, name, low, high):
    kind(**{name: low})
    kind(**{name: high})
    for beyond in (low - 1, high + 1):
        with pytest.raises(InputError, match=rf"{name} is .* between"):
            kind(**{name: beyond})


def test_that_not_a_number_is_out_of_range():
    with pytest.raises(InputError, match="min_dist"):
        ProjectionSettings(min_dist=float("nan"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[clusterin]\nmin_topic_size = 5", r"no table \[clusterin\]; known are .*\[clustering\]"),
        ("clustering = 5", r"no table \[clustering\]"),
        ("[clustering]\nmin_topic_sise = 5", r"\[clustering\]: no setting 'min_topic_sise'; known are min_topic_size"),
        ("[clustering]\nmin_topic_size = 'five'", r"\[clustering\]: min_topic_size = 'five' is not a whole number"),
        ("[clustering]\nmin_topic_size = true", "is not a whole number"),
        ("[clustering]\nmin_topic_size = 1.5", "is not a whole number"),
        ("[clustering]\nmin_topic_size = 1", r"\[clustering\]: min_topic_size is 1; it must lie between 2 and"),
        ("[clustering]\nselection = 'best'", "is not one of 'eom', 'leaf'"),
        ("[clustering]\nselection = ['eom']", "is not one of"),
        ("[projection]\nmin_dist = 'near'", "is not a number"),
        ("[keywords]\nreduce_frequent_words = 1", "is not true or false"),
        ("[labelling]\nmain_prompt = 3", "is not a text"),
        ("[clustering\n", "not valid TOML"),
        ("[clustering]\nmin_topic_size = 5\nmin_topic_size = 6", "not valid TOML"),
    ],
)
def test_that_a_wrong_settings_file_is_named_with_the_place_in_one_line(tmp_path, content, said):
    path = tmp_path / "my settings.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=said) as caught:
        load_settings(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_that_an_absent_folder_or_binary_settings_file_is_an_input_error(tmp_path):
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "absent.toml", tmp_path, tmp_path / "binary.toml"):
        with pytest.raises(InputError, match=r"settings file cannot be read|not valid TOML"):
            load_settings(path)


def test_that_whole_numbers_do_for_numbers_with_a_point(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text("[labelling]\nrepetition_penalty = 1\n[projection]\nseed = 7\n", "utf-8")
    assert load_settings(path).labelling.repetition_penalty == 1
    assert load_settings(path).projection.seed == 7


def test_that_the_article_vectoriser_is_a_setting():
    article = KeywordSettings.article()
    assert (article.ngram_max, article.function_words, article.reduce_frequent_words) == (1, "keep", False)


def test_that_the_default_topic_size_passes_through_the_articles_150():
    assert default_min_topic_size(118_000) == 150


def test_that_the_default_topic_size_never_falls_as_a_corpus_grows_and_stays_within_its_bounds():
    sizes = [default_min_topic_size(n) for n in range(3000)] + [default_min_topic_size(n) for n in range(3000, 2_000_000, 9973)]
    assert sizes == sorted(sizes)
    assert sizes[0] == 3
    ClusteringSettings(min_topic_size=sizes[-1])
    assert default_min_topic_size(200) == 10
    assert default_min_topic_size(50) == 5
