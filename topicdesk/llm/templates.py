"""The chat templates that are known, as data, and which of them a template found in a file is; it runs no foreign code.

What a file brings is only looked at for its markers, as llama.cpp's `llm_chat_detect_template` does. Sources: the model cards
of Llama 2, Llama 3, Mistral, Gemma, Phi and Qwen, and OpenAI's ChatML. Dates that some templates put into the system text are
left out: a prompt must be the same tomorrow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Turn = tuple[str, str]  # what the user says, what the model answers


@dataclass(frozen=True)
class ChatTemplate:
    """How a model is spoken to. "{}" stands for what is said; the token that begins every text is the vocabulary's.

    Attributes
    ----------
    system : str
        Empty where the template knows no such role: its text then goes into the first user turn, as `with_system` has it.
    opening : str
        What the answer begins after.
    later_user : str
        Where later user turns are written differently from the first.
    """

    name: str
    user: str
    assistant: str
    opening: str = ""
    system: str = ""
    with_system: str = "{system}\n\n{user}"
    later_user: str = ""

    def render(self, system_text: str, turns: Sequence[Turn], question: str) -> str:
        """The whole prompt up to the place where the answer begins."""
        text = self.system.replace("{}", system_text) if system_text else ""
        for number, (said, answer) in enumerate([*turns, (question, "")]):
            joined = said if number or self.system or not system_text else _filled(self.with_system, system=system_text, user=said)
            text += (self.later_user or self.user if number else self.user).replace("{}", joined)
            text += self.assistant.replace("{}", answer) if number < len(turns) else ""
        return text + self.opening


def _filled(pattern: str, **parts: str) -> str:
    before, _, rest = pattern.partition("{system}")
    between, _, after = rest.partition("{user}")
    return before + parts["system"] + between + parts["user"] + after


def _headed(name: str, start: str, after_role: str, end: str, opening: str = "", assistant: str = "assistant", knows_system: bool = True) -> ChatTemplate:
    """A template whose turns are all alike: a role between markers, what is said, an end."""
    system, user, model = (f"{start}{role}{after_role}{{}}{end}" for role in ("system", "user", assistant))
    return ChatTemplate(name, user, model, opening or f"{start}{assistant}{after_role}", system if knows_system else "")


CHATML = _headed("chatml", "<|im_start|>", "\n", "<|im_end|>\n")
# Qwen 3 and its like think aloud unless they are told that they have done so: their templates write this with enable_thinking=False.
QWEN_3 = _headed("qwen-3", "<|im_start|>", "\n", "<|im_end|>\n", opening="<|im_start|>assistant\n<think>\n\n</think>\n\n")
LLAMA_2 = ChatTemplate(
    "llama-2", "[INST] {} [/INST]", " {} </s>", with_system="<<SYS>>\n{system}\n<</SYS>>\n\n{user}", later_user="<s>[INST] {} [/INST]"
)  # fmt: skip
LLAMA_3 = _headed("llama-3", "<|start_header_id|>", "<|end_header_id|>\n\n", "<|eot_id|>")
MISTRAL_1 = ChatTemplate("mistral-1", "[INST] {} [/INST]", "{}</s>")
MISTRAL_1_SPACED = ChatTemplate("mistral-1-spaced", " [INST] {} [/INST]", " {}</s>")
MISTRAL_3 = ChatTemplate("mistral-3", "[INST] {}[/INST]", " {}</s>")
MISTRAL_TEKKEN = ChatTemplate("mistral-tekken", "[INST]{}[/INST]", "{}</s>")
MISTRAL_7 = ChatTemplate("mistral-7", "[INST]{}[/INST]", "{}</s>", system="[SYSTEM_PROMPT]{}[/SYSTEM_PROMPT]")
GEMMA = _headed("gemma", "<start_of_turn>", "\n", "<end_of_turn>\n", assistant="model", knows_system=False)
PHI_3 = _headed("phi-3", "<|", "|>\n", "<|end|>\n")
PHI_4 = _headed("phi-4", "<|im_start|>", "<|im_sep|>", "<|im_end|>")
PHI_4_MINI = _headed("phi-4-mini", "<|", "|>", "<|end|>")

KNOWN = (
    CHATML, QWEN_3, LLAMA_2, LLAMA_3, MISTRAL_1, MISTRAL_1_SPACED, MISTRAL_3, MISTRAL_TEKKEN, MISTRAL_7, GEMMA, PHI_3, PHI_4, PHI_4_MINI,
)  # fmt: skip


def known_template(found: str) -> ChatTemplate | None:
    """Which known template a file's is; None where it is another one, or the file has none."""

    def has(*marks: str) -> bool:
        return all(mark in found for mark in marks)

    families: list[tuple[bool, Callable[[], ChatTemplate | None]]] = [
        (has("<|im_start|>"), lambda: _like_chatml(has)),
        (has("[INST]"), lambda: _like_mistral(has)),
        (has("<|end|>") and (has("<|assistant|>") or has("<|user|>")), lambda: PHI_4_MINI if has("message['role'] + '|>' +") else PHI_3),
        (has("<start_of_turn>"), lambda: GEMMA),
        (has("<|start_header_id|>", "<|end_header_id|>"), lambda: LLAMA_3),
    ]
    return next((which() for is_like, which in families if is_like), None)


def _like_chatml(has: Callable[..., bool]) -> ChatTemplate | None:
    if has("<|im_sep|>"):
        return PHI_4
    if has("<end_of_utterance>"):
        return None
    return QWEN_3 if has("</think>") else CHATML


def _like_mistral(has: Callable[..., bool]) -> ChatTemplate | None:
    if has("[SYSTEM_PROMPT]"):
        return None if has("[SYSTEM_PROMPT] ") or has("[THINK]") else MISTRAL_7
    if has("[AVAILABLE_TOOLS]") or has("' [INST] ' + system_message") or has('"[INST]"'):
        return MISTRAL_1_SPACED if has(" [INST]") else MISTRAL_TEKKEN if has('"[INST]"') else MISTRAL_3
    if has("<<SYS>>"):
        return LLAMA_2
    return MISTRAL_1 if has("'[INST] ' + message['content'] + ' [/INST]'") else None
