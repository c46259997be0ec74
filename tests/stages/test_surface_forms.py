from topicdesk.stages.surface_forms import surface_forms

TEXTS = [
    "A GAN and PCA with k-means for deep learning.",
    "GANs beat a GAN; PCA, k-means.",
    "Deep learning: deep learning of EEG-based BCI",
    "EEG and learning (privacy)",
]


def test_that_terms_are_written_as_the_texts_write_them_most_often():
    assert surface_forms(["pca", "gan", "k-means"], TEXTS, 3) == ["PCA", "GAN", "k-means"]


def test_that_a_plain_word_begins_with_a_capital():
    assert surface_forms(["deep learning"], TEXTS, 1) == ["Deep learning"]


def test_that_phrases_that_no_text_says_in_one_piece_are_passed_over():
    assert surface_forms(["learning privacy", "gans beat", "deep learning"], TEXTS, 2) == ["Deep learning"]


def test_that_no_two_forms_share_a_word():
    assert surface_forms(["deep learning", "deep", "learning", "eeg"], TEXTS, 3) == ["Deep learning", "EEG"]


def test_that_signs_in_terms_are_no_pattern():
    assert surface_forms(["c++ (", ".*"], ["c++ ( c++ ("], 2) in ([], ["C++ ("])
