"""How each kind of model is asked to name a topic, by whom its texts are, and which kind a model is; it fills no prompt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from topicdesk.core.prompt_tags import LANGUAGE
from topicdesk.core.settings import LabellingSettings

ProfileName = Literal["small", "llama-2", "chat"]
SMALL_MODEL_PARAMETERS = 1_000_000_000
OWN_LANGUAGE = "the language of the documents"

IN_LANGUAGE = f"The label must be in {LANGUAGE}."
ARTICLE_SYSTEM = "You are a helpful, respectful and honest assistant for labeling topics."
ARTICLE_QUESTION = """I have a topic that contains the following documents:
{documents}

The topic is described by the following keywords: '{keywords}'.

Based on the information about the topic above, please create a short label of this topic. Make sure you to only return the label and nothing more."""
ARTICLE_MAIN = ARTICLE_QUESTION.format(documents="[DOCUMENTS]", keywords="[KEYWORDS]")
ARTICLE_EXAMPLE = (
    ARTICLE_QUESTION.format(
        documents="- Traditional diets in most cultures were primarily plant-based with a little meat on top, but with the rise of industrial "
        "style meat production and factory farming, meat has become a staple food.\n"
        "- Meat, but especially beef, is the word food in terms of emissions.\n"
        "- Eating meat doesn't make you a bad person, not eating meat doesn't make you a good one.",
        keywords="meat, beef, eat, eating, emissions, steak, food, health, processed, chicken",
    )
    + "\n---\nEnvironmental impacts of eating meat"
)
SMALL_EXAMPLE = """Keywords: wine, grape, vineyard, red wine, tasting, bottle, cellar, harvest, winery, grapes
Topic label: Wine growing and tasting

Keywords: hockey, ice hockey, team, season, players, goal, league, coach, playoffs, puck
Topic label: Ice hockey teams and games

Keywords: beef, meat, emissions, eating, cattle, food, livestock, beef production, diet, greenhouse
Topic label: Environmental impact of eating meat

Keywords: rent, tenants, housing, landlord, apartment, eviction, lease, rent control, rents, affordable housing
Topic label: Housing and rent control"""
SMALL_MAIN = "Keywords: [KEYWORDS]\nTopic label:"


class Described(Protocol):
    """What choosing a profile needs of a language model."""

    @property
    def n_parameters(self) -> int:
        """How many weights the model has."""

    @property
    def chat_template(self) -> str:
        """The template in the model's file."""


@dataclass(frozen=True)
class Profile:
    """How a kind of model is asked. `example` ends with its answer after a line "---" (chat profiles).

    `accepted_template` is the sha256 of an unknown chat template that the researcher has looked at; see `llm/chat.py`.
    """

    name: ProfileName
    system_text: str
    example: str
    main_prompt: str
    accepted_template: str = ""


PROFILES = {
    "small": Profile("small", "", SMALL_EXAMPLE, SMALL_MAIN),
    "llama-2": Profile("llama-2", ARTICLE_SYSTEM, ARTICLE_EXAMPLE, ARTICLE_MAIN),
    "chat": Profile("chat", ARTICLE_SYSTEM, ARTICLE_EXAMPLE, ARTICLE_MAIN),
}


def fitting_profile(settings: LabellingSettings, model: Described) -> Profile:
    """The profile that the settings name, or that fits the model, with its own texts."""
    if settings.profile != "auto":
        return PROFILES[settings.profile]
    if model.n_parameters < SMALL_MODEL_PARAMETERS:
        return PROFILES["small"]
    return PROFILES["llama-2" if "<<SYS>>" in model.chat_template else "chat"]


def choose_profile(settings: LabellingSettings, model: Described) -> Profile:
    """The fitting profile with the researcher's own texts in place of its own, and the wanted language in all of them.

    A chat profile's own prompt asks for the wanted language, where one is named; the small one is led by its examples alone.
    """
    own = fitting_profile(settings, model)
    if settings.language and own.name != "small":
        own = replace(own, main_prompt=f"{own.main_prompt} {IN_LANGUAGE}")
    language = settings.language or OWN_LANGUAGE
    texts = {name: (getattr(settings, name) or getattr(own, name)).replace(LANGUAGE, language) for name in ("system_text", "example", "main_prompt")}
    return replace(own, **texts, accepted_template=settings.accepted_template)
