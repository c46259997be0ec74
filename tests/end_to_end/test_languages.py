"""A German corpus with English titles, through the command line: what it is in is told, recorded, and kept out of the keywords."""

import json

import pytest

from tests.end_to_end.command_line import table, topicdesk
from tests.generated_corpora import write_csv

SUBJECTS = {
    "Public health and hospitals in the city": "Das Krankenhaus hat für {} eine neue Therapie, die von der Klinik nicht mehr in Frage gestellt wurde.",
    "The budget of the government and the taxes": "Das Parlament hat sich über den Haushalt für {} gestritten, und die Steuern wurden auch beschlossen.",
    "Football and the training of young players": "Der Trainer war mit dem Spiel gegen {} und mit der Mannschaft nicht zufrieden.",
}
WHOM = ("Berlin", "Hamburg", "Köln", "München", "Bremen", "Dresden", "Leipzig", "Essen", "Dortmund", "Stuttgart", "Nürnberg", "Mainz", "Kiel", "Erfurt", "Jena")
FUNCTION_WORDS = {"und", "die", "der", "das", "nicht", "mehr", "wurde", "wurden", "auch", "hat", "the", "of", "and", "in"}


@pytest.mark.slow
def test_that_function_words_of_both_languages_stay_out_and_both_are_recorded(starter_models, tmp_path):
    rows = [(number, f"{title}\n{text.format(whom)}") for title, text in SUBJECTS.items() for number, whom in enumerate(WHOM)]
    corpus = write_csv(tmp_path / "deutsch.csv", ("id", "text"), rows)
    ended = topicdesk("run", corpus, "--out", tmp_path / "out", "--text", "text", "--no-labels", "--min-topic-size", 8)
    assert ended.code == 0, ended.err
    assert "The texts are in German, but all-MiniLM-L6-v2 was made for English" in ended.err
    topics = table(tmp_path / "out" / "topics.csv")
    words = {word for topic in topics for column in ("keywords", "keybert", "mmr") for word in topic[column].replace(",", "").split()}
    assert topics and words and not words & FUNCTION_WORDS
    record = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["languages"]
    assert record["read_as"] == ["German", "English"]
    assert record["found"]["German"] > record["found"]["English"] > 0.1
    project = tmp_path / "out" / "project.topicdesk"
    assert topicdesk("export", project, "--to", tmp_path / "methods", "--format", "methods").code == 0
    assert "They were read as German (" in (tmp_path / "methods" / "methods.txt").read_text("utf-8")

    (tmp_path / "english.toml").write_text('[keywords]\nlanguage = "English"\n')  # wrong, but the researcher's word counts
    again = topicdesk("run", corpus, "--out", tmp_path / "out", "--text", "text", "--no-labels", "--min-topic-size", 8, "--settings", tmp_path / "english.toml")
    assert again.code == 0, again.err
    assert json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["languages"]["read_as"] == ["English"]
    said = {word for topic in table(tmp_path / "out" / "topics.csv") for word in topic["keywords"].replace(",", "").split()}
    assert said & FUNCTION_WORDS and "the" not in said


@pytest.mark.slow
def test_that_a_preview_says_what_the_texts_are_written_in(tmp_path):
    rows = [(number, text.format(whom)) for number, whom in enumerate(WHOM) for text in SUBJECTS.values()]
    corpus = write_csv(tmp_path / "deutsch.csv", ("id", "text"), rows)
    shown = topicdesk("preview", corpus)
    assert (shown.code, shown.out.splitlines()[-1]) == (0, "Language: German"), shown.err
    told = topicdesk("preview", corpus, "--json", "--languages")
    assert json.loads(told.out)["languages"] == {"German": 1.0}
    assert "languages" not in json.loads(topicdesk("preview", corpus, "--json").out)


def test_that_an_unknown_language_is_refused_before_anything_is_read(tmp_path):
    corpus = write_csv(tmp_path / "c.csv", ("text",), [("Eins",), ("Zwei",)])
    (tmp_path / "s.toml").write_text('[keywords]\nlanguage = "Klingon"\n')
    ended = topicdesk("run", corpus, "--out", tmp_path / "out", "--settings", tmp_path / "s.toml")
    assert (ended.code, "'Klingon' is no language that TopicDesk knows" in ended.reason()) == (2, True)
    assert not (tmp_path / "out").exists()
