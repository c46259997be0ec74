"""Nothing leaves this machine: libraries are told to stay offline, and an audit hook refuses Internet sockets."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

OFFLINE_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "DISABLE_SAFETENSORS_CONVERSION": "1",
}
_USES = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")


def stay_offline() -> None:
    """Call before any heavy import: from now on this process can open no Internet socket and look up no name."""
    os.environ.update(OFFLINE_ENVIRONMENT)
    sys.addaudithook(_refuse_internet)


def _refuse_internet(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        raise PermissionError("TopicDesk opens no network connection")
    if event in _USES and isinstance(arguments[1], tuple):  # a socket that was inherited, or made without naming its family
        raise PermissionError("TopicDesk opens no network connection")
    if event in _LOOK_UPS:
        raise PermissionError("TopicDesk looks up no network name")
