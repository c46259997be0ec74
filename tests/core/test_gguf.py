import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.shape_gguf import ARRAY, BOOL, FLOAT32, INT32, SHAPES, STRING, UINT32, bytes_of, encode_header, tensors_of, values_of, write_gguf
from topicdesk.core import gguf
from topicdesk.core.gguf import Malformed, parse_header, read_header

TINY = SHAPES["tiny"]
TENSORS = list(tensors_of(TINY, "Q4_0"))
VALUES = values_of(TINY, "Q4_0")
HEADER = encode_header(VALUES, TENSORS)
ROOM = 10**9


def parsed(content, n_file_bytes=ROOM):
    return parse_header(content, n_file_bytes)


def with_value(key, kind, value):
    return encode_header(VALUES | {key: (kind, value)}, TENSORS)


def test_that_a_header_is_read_as_it_was_written(tmp_path):
    path = write_gguf(tmp_path / "m.gguf", TINY, "Q4_0")
    header = read_header(path)
    assert header.n_bytes_wanted == path.stat().st_size
    assert [(tensor.name, tensor.shape, tensor.type_name, tensor.n_bytes) for tensor in header.tensors] == [
        (name, shape, kind, bytes_of(shape, kind)) for name, shape, kind in TENSORS
    ]
    assert header.values["llama.block_count"] == 2
    assert header.values["tokenizer.ggml.tokens"][:2] == [b"<unk>", b"<s>"]
    assert header.values["tokenizer.ggml.token_type"].items()[:4] == (2, 3, 3, 6)


def test_that_a_file_that_broke_off_says_how_much_of_it_is_there(tmp_path):
    path = write_gguf(tmp_path / "llama-2-13b-chat.Q4_K_M.gguf", SHAPES["llama-2-13b"], "Q4_K_M", with_weights=False)
    with path.open("r+b") as stream:
        stream.truncate(5_100_000_000)
    with pytest.raises(Malformed, match=r"^is incomplete: 5\.1 of 7\.9 GB\. Copy it again\.$"):
        read_header(path)
    with path.open("r+b") as stream:
        stream.truncate(300_000)
    with pytest.raises(Malformed, match="is incomplete: its header goes on beyond the end of the file"):
        read_header(path)


def test_that_a_header_longer_than_the_first_piece_is_read_whole(tmp_path, monkeypatch):
    path = write_gguf(tmp_path / "m.gguf", TINY, "Q4_0")
    monkeypatch.setattr(gguf, "FIRST_PIECE", 64)
    assert read_header(path).n_bytes_wanted == path.stat().st_size


def test_that_a_header_without_end_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "m.gguf"
    path.write_bytes(encode_header({"a": (STRING, b"x" * 5000)}, []))
    monkeypatch.setattr(gguf, "FIRST_PIECE", 64)
    monkeypatch.setattr(gguf, "LARGEST_HEADER", 1024)
    with pytest.raises(Malformed, match="header is longer than"):
        read_header(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a GGUF file"),
        (b"PK\x03\x04 a zip file of another kind", "not a GGUF file"),
        (HEADER[:4] + struct.pack("<I", 1) + HEADER[8:], "version 1 of the format"),
        (HEADER[:4] + struct.pack(">I", 3) + HEADER[8:], "big-endian"),
        (HEADER[:8] + struct.pack("<Q", 2**63) + HEADER[16:], "tensors"),
        (HEADER[:16] + struct.pack("<Q", 2**40) + HEADER[24:], "values"),
        (with_value("general.alignment", UINT32, 0), "alignment is 0"),
        (with_value("general.alignment", UINT32, 48), "alignment is 48"),
        (with_value("general.alignment", UINT32, 2**31), "alignment is"),
        (with_value("general.alignment", INT32, 32), "alignment"),
        (with_value("x" * 70_000, BOOL, True), "a name in its header has 70,000 bytes"),
        (with_value("a\nb", BOOL, True), "is not readable"),
        (with_value("flag", BOOL, True).replace(b"flag\x07\x00\x00\x00\x01", b"flag\x07\x00\x00\x00\x02"), "neither true nor false"),
        (with_value("flag", BOOL, True).replace(b"flag\x07\x00\x00\x00", b"flag\x63\x00\x00\x00"), "unknown type 99"),
        (HEADER.replace(b"llama.context_length", b"llama.vocab_sizeXXXX").replace(b"llama.vocab_sizeXXXX", b"general.architecture"), "stands in it twice"),
        (encode_header(VALUES, [("w", (0, 4), "F32")]), "impossible shape"),
        (encode_header(VALUES, [("w", (4, 2**40, 2**40), "F32")]), "impossible shape"),
        (encode_header(VALUES, [("w", (33,), "Q4_0")]), "impossible shape"),
        (encode_header(VALUES, [("w", (1, 1, 1, 1, 1), "F32")]), "5 dimensions"),
        (encode_header(VALUES, [("w", (), "F32")]), "0 dimensions"),
        (encode_header(VALUES, [("w" * 64, (4,), "F32")]), "has 64 bytes"),
        (encode_header(VALUES, [("w", (4,), "F32"), ("w", (4,), "F32")]), "tensor 'w' stands in it twice"),
        (encode_header(VALUES, [("w", (4,), "F32")])[:-8] + struct.pack("<Q", 64), "begins at 64 instead of 0"),
        (encode_header(VALUES, [("w", (4,), "F32")])[:-12] + struct.pack("<IQ", 5, 0), "unknown type 5"),
        (encode_header(VALUES, [("w", (2**28,), "F32")]), r"is incomplete: 1\.0 of 1\.1 GB"),
    ],
)
def test_that_what_is_malformed_is_refused_with_the_reason(content, said):
    with pytest.raises(Malformed, match=said):
        parsed(content)


@pytest.mark.parametrize("item_type", [STRING, FLOAT32, UINT32])
@pytest.mark.parametrize("n_items", [2**20, 2**32, 2**63 - 1, 2**64 - 1])
def test_that_a_list_that_claims_more_than_the_file_holds_is_refused_at_once(item_type, n_items):
    content = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"a" + struct.pack("<IIQ", ARRAY, item_type, n_items)
    with pytest.raises(Malformed, match=r"claims to hold|goes on beyond"):
        parsed(content + b"\0" * 1000, len(content) + 1000)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_that_no_bytes_make_the_reader_fail_otherwise(content):
    for head in (content, b"GGUF" + content, HEADER[:24] + content):
        try:
            parsed(head, len(head))
        except Malformed as error:
            assert "\n" not in str(error)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(HEADER)))
def test_that_every_header_that_breaks_off_is_refused(n_bytes):
    with pytest.raises(Malformed):
        parsed(HEADER[:n_bytes], n_bytes)


scalars = st.one_of(
    st.tuples(st.just(UINT32), st.integers(0, 2**32 - 1)), st.tuples(st.just(INT32), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just(BOOL), st.booleans()), st.tuples(st.just(STRING), st.binary(max_size=50)),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text("abc.", min_size=1, max_size=20), scalars, max_size=8), st.lists(st.binary(max_size=9), max_size=9))
def test_that_values_come_back_as_they_were_written(values, strings):
    content = encode_header(values | {"strings": (ARRAY, (STRING, strings))}, [])
    found = parsed(content, len(content)).values
    assert found == {key: value for key, (_, value) in values.items()} | {"strings": strings}
