import subprocess
import sys

import pytest

ALLOWED = "import socket; a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'"
REFUSED = {
    "an internet socket": "import socket; socket.socket(socket.AF_INET)",
    "an internet socket of version 6": "import socket; socket.socket(socket.AF_INET6)",
    "a socket of the default family": "import socket; socket.socket()",
    "the use of a raw socket of the default family": "import _socket; _socket.socket().connect(('127.0.0.1', 9))",
    "a datagram": "import _socket; _socket.socket(-1, 2).sendto(b'x', ('127.0.0.1', 9))",
    "a connection": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "a look-up": "import socket; socket.getaddrinfo('localhost', 80)",
    "a web page": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
}


def run_offline(code):
    return subprocess.run(
        [sys.executable, "-c", f"from topicdesk.core.offline import stay_offline; stay_offline()\n{code}"], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("what", REFUSED)
def test_that_the_audit_hook_refuses(what):
    done = run_offline(REFUSED[what])
    assert done.returncode == 1
    assert "TopicDesk " in done.stderr


def test_that_local_sockets_are_not_touched():
    done = run_offline(ALLOWED)
    assert done.returncode == 0, done.stderr


def test_that_libraries_are_told_to_stay_offline():
    done = run_offline("import os; assert os.environ['HF_HUB_OFFLINE'] == os.environ['TRANSFORMERS_OFFLINE'] == '1'")
    assert done.returncode == 0, done.stderr
