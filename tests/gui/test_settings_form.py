import dataclasses

from topicdesk.core.settings import ClusteringSettings, Settings
from topicdesk.gui.settings_form import BESIDE_CORPUS, ELSEWHERE, HINTS, WORDS, SettingsForm


def make_form(qtbot, settings):
    changes = []
    form = SettingsForm(settings, changes.append)
    qtbot.addWidget(form)
    return form, changes


def test_that_every_setting_is_in_the_form_under_a_name_of_its_own(qtbot):
    form, _ = make_form(qtbot, Settings())
    names = {(section.name, item.name) for section in dataclasses.fields(Settings) for item in dataclasses.fields(getattr(Settings(), section.name))}
    assert set(form.fields) == {(section, name) for section, name in names if name not in ELSEWHERE} - {BESIDE_CORPUS}
    assert set(HINTS) <= set(WORDS) == {name for _, name in form.fields}
    assert all(field.widget.accessibleName() for field in form.fields.values())


def test_that_showing_settings_reports_no_change(qtbot):
    form, changes = make_form(qtbot, Settings())
    form.show_settings(Settings(clustering=ClusteringSettings(min_topic_size=30, selection="leaf")))
    assert changes == []


def test_that_a_change_is_reported_with_all_others_as_they_were(qtbot):
    form, changes = make_form(qtbot, Settings(clustering=ClusteringSettings(min_topic_size=30)))
    form.fields["projection", "n_neighbors"].widget.setValue(20)
    assert changes[-1].projection.n_neighbors == 20
    assert changes[-1].clustering.min_topic_size == 30


def test_that_one_step_under_the_range_of_an_optional_setting_is_automatic(qtbot):
    form, changes = make_form(qtbot, Settings(clustering=ClusteringSettings(min_topic_size=2)))
    box = form.fields["clustering", "min_topic_size"].widget
    box.stepDown()
    assert changes[-1].clustering.min_topic_size is None
    assert box.text() == "automatic"


def test_that_the_prompt_is_a_button_away_and_its_language_a_line(qtbot):
    form, changes = make_form(qtbot, Settings())
    form.fields["labelling", "language"].widget.textEdited.emit(" German ")
    assert changes[-1].labelling.language == "German"
    with qtbot.waitSignal(form.prompt_asked):
        form.prompt_button.click()
