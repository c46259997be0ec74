from topicdesk.engine.labels import language_wanted

GERMAN = ["Der Hund und die Katze sind nicht in dem Haus, aber sie waren es am Morgen und werden es wieder sein."] * 5


def test_that_labels_are_wanted_in_the_language_of_the_texts_unless_another_is_named():
    assert "und" in language_wanted("", GERMAN).wanted
    assert "the" in language_wanted("English", GERMAN).wanted
    assert "und" in language_wanted("English", GERMAN).others


def test_that_a_language_without_a_list_judges_nothing():
    unknown = language_wanted("Klingon", GERMAN)
    assert not unknown.wanted
    assert not unknown.others
