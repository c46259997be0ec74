"""Which corpus files a project may call TopicDesk's own: those that pasting made, unchanged, and no other."""

import pytest

from topicdesk.project.pasted import EARLIER, delete_pasted, earlier_pasted, pasted_files, write_pasted


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "pasted.csv"
    return {"path": str(path), "pasted": write_pasted(path, "text\r\nGrüße\n")}


def test_that_a_pasted_file_is_known_and_goes(source, tmp_path):
    assert pasted_files(source) == [tmp_path / "pasted.csv"]
    delete_pasted(pasted_files(source))
    assert not list(tmp_path.iterdir()) and pasted_files(source) == []


def test_that_a_changed_or_unmarked_file_and_one_of_another_folder_are_not_ours(source, tmp_path):
    assert pasted_files({"path": source["path"]}) == []
    assert pasted_files(source | {"path": "pasted.csv"}) == []
    (tmp_path / "pasted.csv").write_bytes(b"text\nGr\xc3\xbc\xc3\x9fe, corrected\n")
    assert pasted_files(source) == []


def test_that_what_an_update_replaced_stays_known_once(source, tmp_path):
    brought = str(tmp_path / "brought.csv")
    later = {"path": brought} | earlier_pasted(source, brought)
    assert pasted_files(later) == [tmp_path / "pasted.csv"]
    assert {"path": brought} | earlier_pasted(later, brought) == later
    assert earlier_pasted(source, source["path"]) == {} == earlier_pasted({}, brought)


@pytest.mark.parametrize("odd", [{"path": 3, "pasted": 4}, {EARLIER: 7}, {EARLIER: [None, {"path": "\0", "pasted": "x"}]}, {"path": "/\0", "pasted": "x"}])
def test_that_a_source_that_no_topicdesk_wrote_names_nothing(odd):
    assert pasted_files(odd) == []
