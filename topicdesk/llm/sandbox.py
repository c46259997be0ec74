"""An unknown chat template, rendered where it can do nothing: in jinja2's sandbox, in a process of its own, for a few seconds at most.

A template in a GGUF file is foreign code (CVE-2024-34359). It sees role and content of each message and nothing else; what
it may do is also limited by the system where that can (memory, processor time, no files).
"""

from __future__ import annotations

import functools
import json
import multiprocessing
from multiprocessing.connection import Connection
from typing import Any

from topicdesk.core.errors import InputError

SECONDS_TO_START, SECONDS_TO_RENDER = 30.0, 2.0
MOST_CHARACTERS = 1_000_000
MOST_BYTES = 1 << 30
SAME_DATE = "26 Jul 2024"  # what Llama 3's templates say where they know no date; a prompt must be the same tomorrow

Messages = tuple[tuple[str, str], ...]  # (role, content); the system's first, if there is one


@functools.lru_cache(maxsize=32)
def render_unknown(template: str, messages: Messages, begin: str, end: str) -> str:
    """The messages as the template has them, ready for the answer.

    Where it refuses a system role, or leaves its text out, that text goes before the first user's.

    Parameters
    ----------
    begin, end : str
        The tokens that begin a text and end a turn, as text.

    Raises
    ------
    InputError
        Where the template does not end, takes too much, or makes no text of these messages.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_serve, args=(theirs, template, messages, begin, end), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(SECONDS_TO_START):
            raise InputError("The process for the model's chat template did not start.")
        ours.recv_bytes()
        if not ours.poll(SECONDS_TO_RENDER):
            raise InputError(f"The model's chat template did not end within {SECONDS_TO_RENDER:.0f} s. Choose another profile, or another model.")
        answer = json.loads(ours.recv_bytes(MOST_CHARACTERS * 12))
    except (EOFError, OSError):  # killed at a limit, or it said too much
        raise InputError("The model's chat template took more memory or time than it may. Choose another profile, or another model.") from None
    finally:
        child.kill()
        child.join()
        ours.close()
    if "text" not in answer:
        raise InputError(f"The model's chat template cannot be used ({answer['reason']}). Choose another profile, or another model.")
    return str(answer["text"])


def _serve(connection: Connection, template: str, messages: Messages, begin: str, end: str) -> None:
    """The child: say that it is there, render, answer."""
    import jinja2.sandbox  # noqa: F401 (before the limits)

    connection.send_bytes(b"{}")
    _limit()
    try:
        answer = {"text": _rendered(template, messages, begin, end)}
    except Exception as error:
        answer = {"reason": type(error).__name__}
    connection.send_bytes(json.dumps(answer).encode())


def _rendered(template: str, messages: Messages, begin: str, end: str) -> str:
    if messages[0][0] != "system":
        return _render(template, messages, begin, end)
    (_, system_text), (role, first), *others = messages
    try:
        text = _render(template, messages, begin, end)
        if system_text in text:
            return text
    except Exception:  # it refuses the role, or fails for another reason, as the next attempt will tell
        pass
    return _render(template, ((role, f"{system_text}\n\n{first}"), *others), begin, end)


def _render(template: str, messages: Messages, begin: str, end: str) -> str:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def refuse(reason: Any = "") -> None:
        raise ValueError(str(reason))

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    environment.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)
    environment.globals.update(raise_exception=refuse, strftime_now=lambda _: SAME_DATE)
    text = environment.from_string(template).render(
        messages=[{"role": role, "content": content} for role, content in messages],
        bos_token=begin, eos_token=end, add_generation_prompt=True, enable_thinking=False, tools=None,
    )  # fmt: skip
    if len(text) > MOST_CHARACTERS:
        raise ValueError("too long")
    return text


def _limit() -> None:
    """No more than this much memory and time, and no file, where the system can hold a process to it."""
    try:
        import resource
    except ImportError:  # not POSIX: the parent's time limit holds in any case
        return
    for what, most in ((resource.RLIMIT_AS, MOST_BYTES), (resource.RLIMIT_CPU, 5), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(what, (most, most))
