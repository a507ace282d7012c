"""Offsets, lines and columns."""

import pytest
from hypothesis import given, strategies as st

from lintkb.text import BOM, ByteOffsets, DecodeError, Position, SourceText, Span, decode

TEXTS = st.text(st.sampled_from("ab é€😀\r\n\t\u2028\x0c"), max_size=60)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("", 0, (1, 1)),
        ("ab\ncd", 3, (2, 1)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\r\ncd", 3, (1, 4)),
        ("ab\rcd", 3, (2, 1)),
        ("a\u2028b\x0cc", 4, (1, 5)),
        ("😀é\nx", 1, (1, 2)),
        ("a\n", 2, (2, 1)),
    ],
)
def test_position(text, offset, expected):
    assert SourceText(text).position(offset) == Position(*expected)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [("ab\r\ncd", 1, (0, 2)), ("ab\r\ncd", 2, (4, 6)), ("\n\n", 2, (1, 1)), ("a\rb", 1, (0, 1)), ("", 1, (0, 0))],
)
def test_line_span(text, line, expected):
    assert SourceText(text).line_span(line) == Span(*expected)


@given(TEXTS)
def test_positions_rise_and_lines_hold_their_offsets(text):
    source = SourceText(text)
    positions = [source.position(offset) for offset in range(len(text) + 1)]
    assert positions == sorted(positions)
    assert len(set(positions)) == len(positions)
    lines = "".join(text[slice(*source.line_span(line + 1))] for line in range(len(source.line_starts)))
    assert lines == text.replace("\r", "").replace("\n", "")


@given(TEXTS, st.booleans(), st.sampled_from([1, 3, 1024]))
def test_byte_columns_count_what_lies_before_them_on_the_line(text, bom, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lintkb.text._BLOCK", block)
        source = SourceText(text, bom=bom)
        for offset in range(len(text) + 1):
            line, _ = source.position(offset)
            before = (BOM if bom and line == 1 else b"") + text[source.line_starts[line - 1] : offset].encode()
            assert source.byte_position(offset) == Position(line, len(before) + 1)


@given(TEXTS, st.integers(0, 5))
def test_byte_offsets_are_the_inverse_of_encoding(text, before):
    at = ByteOffsets(text, before)
    for offset in range(len(text) + 1):
        assert at(len(text[:offset].encode("utf-8"))) == before + offset


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.booleans())
def test_decoding_and_encoding_give_the_same_bytes(text, bom):
    data = (BOM if bom else b"") + text.encode("utf-8")
    assert decode(data).encode() == data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"ab\ncaf\xe9", "byte 0xe9 on line 2 is not valid UTF-8; save the note as UTF-8"),
        (b"\xff\xfea\0", "the file is UTF-16; save it as UTF-8"),
        (b"ab\0", "a NUL at byte 3: this looks like a binary file, not a note"),
        (b"\xed\xa0\x80", "byte 0xed on line 1 is not valid UTF-8; save the note as UTF-8"),
    ],
)
def test_undecodable(data, message):
    with pytest.raises(DecodeError) as caught:
        decode(data)
    assert str(caught.value) == message
