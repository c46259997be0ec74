"""The paragraph that a paper's methods section needs, with its references as BibTeX; every number comes from the analysis and the edits."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath

from topicdesk.core.analysis import Analysis, ModelFile
from topicdesk.core.corpus import Corpus
from topicdesk.core.edited_analysis import Tally
from topicdesk.core.references import references_for
from topicdesk.core.settings import default_min_topic_size

FEWEST_FOR_UMAP = 15  # below, the projection is a plain one (stages/projection.py)
HASH_SHOWN = 12


def methods_text(found: Analysis, corpus: Corpus, tally: Tally, shown: Analysis) -> str:
    """The paragraph, in plain text.

    Parameters
    ----------
    found : Analysis
        As the run left it.
    tally, shown : Tally, Analysis
        What the researcher did, and the analysis with that applied.
    """
    unit = "text" if corpus.spans is None else corpus.unit
    sentences = [
        _texts(found, corpus, unit), _languages(found), _steps(found, unit), _newcomers(found, unit), _keywords(found), _labels(found, unit),
        _work(tally, shown, unit), _later_models(found, shown),
        f"The map is a two-dimensional {_projection(found)} projection; distances between topics are indicative only.",
        f"TopicDesk {found.versions.get('topicdesk', '')}; method after BERTopic (Grootendorst 2022).".replace("  ", " "), _versions(found),
    ]  # fmt: skip
    return " ".join(sentence for sentence in sentences if sentence) + "\n"


def methods_references(found: Analysis, shown: Analysis) -> str:
    """BibTeX of what the paragraph rests on: the method, its parts, the models that are known, those of later answers too."""
    keys = ["grootendorst2022bertopic", "reimers2019sentencebert"]
    if _projection(found) == "UMAP":
        keys += ["mcinnes2018umap"]
    keys += ["campello2013hdbscan", "mcinnes2017hdbscan", "grootendorst2020keybert", "carbonell1998mmr"]
    models = [*found.models, *_models_since(found, shown)]
    if any(model.role == "language" for model in models):
        keys += ["llamacpp"]
    return references_for(keys, [(_name(model), model.sha256) for model in models])


def _texts(found: Analysis, corpus: Corpus, unit: str) -> str:
    n_excluded = sum(corpus.dropped.values())
    reading = found.numerics.get("texts", {})
    asides = []
    if n_excluded:
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in corpus.dropped.items())
        asides.append(f"{n_excluded:,} excluded: {reasons}")
    if corpus.unreadable:
        asides.append(f"{_counted(len(corpus.unreadable), 'row')} could not be read")
    if reading.get("n_cut"):
        asides.append(f"{reading['n_cut']:,} read in part, the first {reading['n_max_tokens']:,} tokens")
    aside = f" ({'; '.join(asides)})" if asides else ""
    made = "".join(f" {clause[0].upper()}{clause[1:]}." for clause in corpus.making.in_words())
    analysed = _counted(found.n_texts, unit)
    if corpus.spans is not None:
        analysed += f" of {_counted(len(set(corpus.spans.of.tolist())), 'text')}"
    return f"We analysed {analysed}{aside}.{made}"


def _languages(found: Analysis) -> str:
    """What the texts were read as; nothing for what is in English alone."""
    record = found.numerics.get("languages", {})
    names, shares = record.get("read_as", []), record.get("found", {})
    if names in ([], ["English"]):
        return ""
    listed = [f"{name} ({100 * shares[name]:.0f} % of the letters)" if name in shares else name for name in names]
    chosen = ", as the researcher said" if found.settings.keywords.language else ""
    left_out = "" if found.settings.keywords.function_words == "keep" else "; function words were left out of the keywords"
    segmenters = [f"{name} {version}" for name, version in record.get("segmenters", {}).items() if version]
    cut = f"; words were told by {' and '.join(segmenters)}" if segmenters else ""
    return f"They were read as {' and '.join(listed)}{chosen}{left_out}{cut}."


def _steps(found: Analysis, unit: str) -> str:
    model = next((_cited(model) for model in found.models if model.role == "embedding"), "an embedding model")
    chosen, n_texts = found.settings, found.n_texts
    size = chosen.clustering.min_topic_size or default_min_topic_size(n_texts)
    reduced = "PCA"
    if _projection(found) == "UMAP":
        p = chosen.projection
        reduced = f"UMAP ({p.n_neighbors} neighbours, {p.n_dimensions} dimensions, minimum distance {p.min_dist:g}, cosine, {_layout(found)})"
    selection = {"eom": "excess of mass", "leaf": "leaves"}[chosen.clustering.selection]
    samples = f"minimum samples {chosen.clustering.min_samples}, " if chosen.clustering.min_samples else ""
    n_topics, n_unassigned = found.assignment.n_topics, found.n_unassigned
    share = 100 * n_unassigned / n_texts if n_texts else 0
    return (
        f"They were embedded with {model}, reduced with {reduced} and clustered with HDBSCAN (minimum size {size}, {samples}{selection}), "
        f"giving {_counted(n_topics, 'topic')}; {_counted(n_unassigned, unit)} ({share:.1f} %) remained unassigned."
    )


def _layout(found: Analysis) -> str:
    by = found.numerics.get("projection", {})
    if "cuml" in by:
        return f"laid out by cuML {by['cuml']}, without a seed"
    return f"seed {found.settings.projection.seed}"


def _newcomers(found: Analysis, unit: str) -> str:
    """Documents that came to the finished map, and how they joined its topics."""
    joined = found.numerics.get("newcomers", ())
    if not joined:
        return ""
    n_placed, n_in_topics = (sum(one[name] for one in joined) for name in ("n_placed", "n_in_topics"))
    none = f" ({n_placed - n_in_topics:,} of them to no topic)" if n_placed > n_in_topics else ""
    return (
        f"Of these, {_counted(n_placed, unit)} came or changed after the topics were found; each was assigned to the topic of most of the "
        f"{joined[-1]['n_neighbours']} {unit}s that its embedding is nearest to{none}."
    )


def _keywords(found: Analysis) -> str:
    """How topics are described, whoever names them; nothing where there are none."""
    if not found.topics:
        return ""
    chosen = found.settings.keywords
    length = "one word" if chosen.ngram_max == 1 else f"one to {'two' if chosen.ngram_max == 2 else 'three'} words"
    kept = ", function words kept" if chosen.function_words == "keep" else ""
    return (
        f"Each topic is described by its {chosen.n_keywords} best terms of {length}{kept}, by c-TF-IDF, by KeyBERT (Grootendorst 2020) "
        f"and by maximal marginal relevance (Carbonell and Goldstein 1998; diversity {chosen.mmr_diversity:g})."
    )


def _labels(found: Analysis, unit: str) -> str:
    model = next((_cited(model) for model in found.models if model.role == "language"), None)
    if model is None or not any(topic.label.origin == "language model" or topic.label.prompt for topic in found.topics):
        return "Topics were named by their c-TF-IDF keywords."
    n_by_keywords = sum(topic.label.origin == "keywords" for topic in found.topics)
    words = (
        f"{model}, run locally with greedy decoding, proposed labels from {_shown_to_model(found, unit)}; its answers were judged by their form "
        f"and by how near their embeddings are to the {unit}s of the topic."
    )
    return words + (f" Where its answer was not fit to be a name ({_counted(n_by_keywords, 'topic')}), keywords stand in its place." if n_by_keywords else "")


def _shown_to_model(found: Analysis, unit: str) -> str:
    """What the prompts held, as the labels' cards tell; a copy without texts has none."""
    asked = [topic.label for topic in found.topics if topic.label.prompt]
    counts = {len(label.quotes) for label in asked if label.quotes}
    if not asked:
        return "keywords and, where its prompt asked for them, excerpts of typical " + f"{unit}s"
    if not counts:
        return "c-TF-IDF keywords" if found.settings.labelling.main_prompt else "c-TF-IDF and KeyBERT keywords"
    return f"c-TF-IDF keywords and excerpts of {'' if len(counts) == 1 else 'up to '}{_counted(max(counts), f'typical {unit}')}"


def _work(tally: Tally, shown: Analysis, unit: str) -> str:
    """What the researcher did; the four counts of every report, then those that are not nought."""
    words = (
        f"A researcher checked {tally.n_checked:,} of {tally.n_topics:,} labels, renamed {tally.n_renamed:,}, merged {tally.n_merged:,}, "
        f"moved {_counted(tally.n_moved, unit)}"
    )
    others = (
        (tally.n_split, "topic", "split {}"), (tally.n_created, "topic", f"made {{}} of chosen {unit}s"), (tally.n_deleted, "topic", "deleted {}"),
        (tally.n_relabelled, "topic", "took another answer of a language model for {}"),
        (tally.n_assigned, f"further {unit}", "assigned {} by likeness to a topic"), (tally.n_kept, unit, "kept {} as noise"),
        (tally.n_banned, "word", "excluded {} from the keywords"), (tally.n_hidden, "topic", "left {} out of the map"),
    )  # fmt: skip
    words += "".join(f", {said.format(_counted(n, what))}" for n, what, said in others if n) + "."
    if shown.found_topic_of is not None:
        words += f" After that there were {_counted(tally.n_topics, 'topic')} and {_counted(shown.n_unassigned, f'unassigned {unit}')}."
    return words


def _later_models(found: Analysis, shown: Analysis) -> str:
    cited = [_cited(model) for model in _models_since(found, shown)]
    return f"Later answers are by {' and '.join(cited)}." if cited else ""


def _models_since(found: Analysis, shown: Analysis) -> list[ModelFile]:
    """The language models of accepted labels, beside that of the run."""
    of_run = {model.sha256 for model in found.models}
    later = {label.model_sha256: label.model for topic in shown.present if (label := topic.label).model_sha256 and label.model_sha256 not in of_run}
    return [ModelFile("language", name, sha256) for sha256, name in sorted(later.items(), key=lambda item: item[1])]


def _versions(found: Analysis) -> str:
    listed = ", ".join(f"{name} {version}" for name, version in sorted(found.versions.items()) if name != "topicdesk")
    return f"Computed with {listed}." if listed else ""


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def _projection(found: Analysis) -> str:
    return "UMAP" if found.n_texts >= FEWEST_FOR_UMAP else "PCA"


def _cited(model: ModelFile) -> str:
    return f"{_name(model)} (sha256 {model.sha256[:HASH_SHOWN]})"


def _name(model: ModelFile) -> str:
    """The file's or folder's name, whatever system it lay on; nothing else of the path."""
    windows = PureWindowsPath(model.path).name
    return re.sub(r"\.(gguf|safetensors)$", "", windows if "\\" in model.path else PurePosixPath(model.path).name)
