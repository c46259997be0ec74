"""What is said about a corpus before it is run, in sentences: how it was understood, what is left aside, what a run costs. No Qt."""

from __future__ import annotations

from typing import Any

from topicdesk.core.events import ForecastReady
from topicdesk.gui.wording import about, count, listed, memory, share, stage_words

LONG_SECONDS = 600.0
SAMPLE_SECONDS = 120.0
ROUND_SAMPLES = (200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
MIN_SHOWN_SHARE = 0.02


def understood(preview: dict[str, Any]) -> str:
    """One line: how many documents, of which format, and of which columns their texts are made where there are several."""
    n_rows = preview["n_rows"]
    number = count(n_rows, "document") if n_rows is not None else "more documents than were counted"
    header = "" if preview["header"] or str(preview["format"]).startswith("texts") else ", without a header"
    joined = f" · text: {' + '.join(preview['text_columns'])}" if "text_columns" in preview else ""
    return f"{number} · {str(preview['format']).upper()}{header}{joined}"


def left_aside(preview: dict[str, Any]) -> str:
    """What is not analysed and why; empty where nothing is left aside."""
    parts = [f"{count(number, 'document')} left out ({reason})" for reason, number in preview["dropped"].items() if number]
    if duplicates := preview.get("duplicates"):
        parts.append(f"{count(duplicates, 'repeated text')} embedded once, kept in the table")
    if mended := preview.get("mended"):
        places = [f"row {count(entry['row'])} ({entry['reason'].partition(': ')[2].rstrip('.')})" for entry in mended]
        parts.append(f"{count(len(mended), 'row')} put right: {listed(places)}")
    return ". ".join(parts) + "." if parts else ""


def cost(forecast: ForecastReady) -> str:
    """How long a run takes, where the time goes, and whether memory suffices."""
    total = sum(forecast.seconds.values())
    longest = sorted(forecast.seconds.items(), key=lambda item: -item[1])
    parts = [f"{stage_words(stage).lower()} {about(seconds)}" for stage, seconds in longest if seconds > total * MIN_SHOWN_SHARE]
    where = f" ({', '.join(parts)})" if len(parts) > 1 else ""
    need = f"Memory: {memory(forecast.memory_mib)} of {memory(forecast.free_memory_mib)} free"
    warning = ". That is more than there is: close other programs or try a sample" if forecast.memory_mib > forecast.free_memory_mib else ""
    return f"A run takes {about(total)}{where}. {need}{warning}."


def cut(forecast: ForecastReady) -> str:
    """How many texts the embedding model reads only in part, or into how many passages they are split; empty where it reads all in full."""
    if forecast.n_passages:
        return f"{count(forecast.n_documents, 'text')} in {count(forecast.n_passages, 'passage')}: all is read, topics are by passage."
    if not forecast.n_cut:
        return ""
    part = f"{count(forecast.n_cut)} of {count(forecast.n_documents, 'text')} ({share(forecast.n_cut, forecast.n_documents)})"
    return f"{part}: only the beginning is read, the first {count(forecast.n_max_tokens, 'token')}."


def written_in(forecast: ForecastReady) -> str:
    """The languages of texts that are not all English, and what stands in their way, a line each."""
    languages = found_words(forecast.languages)
    spoken = f"Language: {languages}. Another can be chosen in Setup." if languages not in ("", "English") else ""
    return "\n".join(filter(None, (spoken, *forecast.language_notes)))


def found_words(languages: dict[str, float]) -> str:
    """Languages with their shares: "German 88 %, English 12 %"; one alone goes without."""
    if len(languages) < 2:
        return ", ".join(languages)
    return ", ".join(f"{name} {100 * share:.0f} %" for name, share in languages.items())


def sample_worth_trying(forecast: ForecastReady) -> int | None:
    """A round number of documents that takes about two minutes; None where the whole does not take long."""
    total = sum(forecast.seconds.values())
    if total < LONG_SECONDS:
        return None
    target = forecast.n_documents * SAMPLE_SECONDS / total
    fitting = [size for size in ROUND_SAMPLES if size <= max(target, ROUND_SAMPLES[0])]
    return fitting[-1] if fitting[-1] < forecast.n_documents / 2 else None
