"""For which NVIDIA architectures an object, library or wheel holds code: `python build/cubins.py FILE...` prints "sm_75" and the like.

A fatbin is a header (magic BA55ED50, sizes) and entries; an entry's header has its kind (1: PTX, 2: machine code) and its architecture.
"""

import collections
import struct
import sys
import zipfile
from pathlib import Path

MAGIC = struct.pack("<I", 0xBA55ED50)
KINDS = {1: "compute", 2: "sm"}


def architectures(content: bytes) -> collections.Counter[str]:
    """How many entries there are of each architecture."""
    found: collections.Counter[str] = collections.Counter()
    at = content.find(MAGIC)
    while at >= 0:
        _, _, header_bytes, n_bytes = struct.unpack_from("<IHHQ", content, at)
        entry, end = at + header_bytes, min(at + header_bytes + n_bytes, len(content) - 32)
        while entry < end:
            kind, _, entry_header_bytes, payload_bytes = struct.unpack_from("<HHIQ", content, entry)
            if kind not in KINDS or not entry_header_bytes:
                break
            found[f"{KINDS[kind]}_{struct.unpack_from('<I', content, entry + 28)[0]}"] += 1
            entry += entry_header_bytes + payload_bytes
        at = content.find(MAGIC, at + 4)
    return found


def main() -> int:
    """Print a line for each file; ends with 1 where none holds code for a card."""
    total: collections.Counter[str] = collections.Counter()
    for path in map(Path, sys.argv[1:]):
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                found = sum((architectures(wheel.read(name)) for name in wheel.namelist() if "ggml-cuda" in name), collections.Counter[str]())
        else:
            found = architectures(path.read_bytes())
        print(f"{path.name}: {', '.join(f'{name} ({n})' for name, n in sorted(found.items())) or 'no code for graphics cards'}")
        total += found
    return int(not total)


if __name__ == "__main__":
    sys.exit(main())
