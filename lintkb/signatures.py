"""Signatures: what a note, its paragraphs and its sentences say, in a few bytes each, so that copies are found without texts.

A signature is a sketch of the pairs of neighbouring words: one-permutation minwise hashing (Li, Owen and Zhang, 2012; empty
slots take the next value, Shrivastava and Li, 2014), a byte a slot. The share of slots that two sketches have in common
estimates the share of pairs that the texts have in common, give or take 0.08. Hashes are CRC-32: the same in every process.
"""

from array import array
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from operator import itemgetter
from struct import Struct
from typing import NamedTuple
from unicodedata import normalize
from zlib import crc32

from lintkb import lazy_re as re
from lintkb.source.markdown import FILLER, Mask, blanked
from lintkb.source.note import Note
from lintkb.text import Span

LINE_WORDS = 15  # a line of so many words is a sentence and no heading, label or command
REPEATED_WORDS = 50  # so many, in such lines that a note has twice, are more than a refrain
KINDS = ("note", "paragraph", "sentence")
BANDS, ROWS = 8, 4  # a band is slots that lie together in the sketch, and far apart among the hashes
SLOTS = BANDS * ROWS
_IN_ORDER = itemgetter(*(band + BANDS * row for band in range(BANDS) for row in range(ROWS)))
_EMPTY = 2**32  # a slot without a hash
_SHIFT = 32 - (SLOTS - 1).bit_length()  # what leaves of a hash the number of its slot
# As signatures are packed: the kind by its place in `KINDS`, start, length, words, whether its note repeats itself, sketch.
RECORD = Struct(f"<BIII?{SLOTS}s")
# By kind, what keeps its sketches from being like those of the others; it undoes itself.
_APART = tuple(bytes(code ^ mark for code in range(256)) for mark in (0x00, 0x55, 0xAA))
# A line end before a block of its own, and the end of a sentence.
_BLOCK_END = re.compile(r"(?:\r\n|\n|\r(?!\n))(?=[ \t>]*+(?:[\r\n]|[-*+][ \t]|\d{1,9}[.)][ \t]|\#|\||\Z))")
_SENTENCE_END = re.compile(rf"(?<=[.!?…])[\"'”’»)\]*_]*+[\s{FILLER}]++")
_LETTERS = re.compile(r"[^\W\d_]+")
_MARKS = f" \t\r\n>*+#{FILLER}-"
_LEADING = re.compile(rf"[{_MARKS}]*+(?:\d{{1,9}}[.)][ \t]++[{_MARKS}]*+)?")
# The words of a link, and of a quotation: not the note's own.
_NOT_OWN = re.compile(rf"\[\[[^\[\]]*+\]\]|\[[^\[\]]*+\](?=\(?{FILLER})|\"[^\"]*+\"|“[^“”]*+”|«[^«»]*+»")
# Scripts that put no blanks between words: there every character counts as one.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_ASCII = bytes(code + 32 if 65 <= code <= 90 else code if chr(code).isalnum() else 32 for code in range(128)).ljust(256)


class Signature(NamedTuple):
    """What a passage says: its kind, place (of a note that of its title) and number of words, and a sketch of them.

    `repeating` says that its note repeats itself, line by line, and so much that this is worth telling as such.
    """

    kind: str
    span: Span
    words: int
    repeating: bool
    sketch: bytes


def repeated_lines(note: Note, least: int) -> tuple[list[tuple[int, int]], int]:
    """The lines of at least so many words that stand in the note before, citations left out, and the words in all of them.

    Of each line where the first copy begins and where it does itself. Rows of tables do not count.
    """
    shortest = least * 3
    seen: dict[str, int] = {}
    again: list[tuple[int, int]] = []
    words = 0
    for start, end in note.source.lines(note.body_start):
        if end - start < shortest:
            continue
        line = note.prose[start:end].replace(FILLER, "")
        if len(line) < shortest or line.lstrip().startswith("|"):
            continue
        first = seen.setdefault(line.replace(" ", "").rstrip(), start)
        if first != start and (count := len(_LETTERS.findall(line))) >= least:
            again.append((first, start))
            words += count
    return again, words


def read_signatures(note: Note, least: Mapping[str, int], title: Span | None = None) -> str:
    """The signatures of a note, packed for `unpack`; empty when it has none.

    `least` says for each kind that is wanted how many words a passage must have, `title` where the note's title stands.
    Tables, quotations, headings and lists of links are nobody's own words.
    """
    prose = note.prose
    words_of = _reader(note.blanked)
    tables = Mask(note.structure.tables)
    paragraph, sentence = least.get("paragraph"), least.get("sentence")
    found: list[Signature] = []
    pairs: list[int] = []
    words = 0
    for block in _blocks(prose, note.body_start):
        if tables.starts and tables.end_if_covered(block.start) is not None:
            continue
        here = words_of(*block)
        own = _pairs(here)
        if "note" in least:
            pairs += own
            words += len(here)
        if paragraph is not None and len(here) >= paragraph and _is_own(prose[slice(*block)], len(here)):
            found.append(Signature("paragraph", block, len(here), False, _sketch(own)))
        if sentence is not None and len(here) >= sentence:
            found += _sentences(prose, block, words_of, sentence)
    if "note" in least and words >= least["note"] and pairs:  # a list of single words has none
        found.insert(0, Signature("note", title or Span(0, 0), words, False, _sketch(pairs)))
    if _has_copies(found) and repeated_lines(note, LINE_WORDS)[1] >= REPEATED_WORDS:
        found = [one._replace(repeating=True) for one in found]
    return _pack(found)


def _has_copies(signatures: list[Signature]) -> bool:
    """Whether some passages of a note may be copies of each other."""
    bands = [(one.kind, at, one.sketch[at : at + ROWS]) for one in signatures for at in range(0, SLOTS, ROWS)]
    return len({*bands}) < len(bands)


def records(packed: str) -> Iterator[bytes]:
    """The signatures of a note one by one, each packed still."""
    whole = a2b_base64(packed)
    return (whole[at : at + RECORD.size] for at in range(0, len(whole), RECORD.size))


def unpack(packed: str) -> Iterator[Signature]:
    """The signatures that `read_signatures` gave."""
    return map(unpack_record, records(packed))


def unpack_record(record: bytes) -> Signature:
    """One of them."""
    kind, start, length, words, repeating, sketch = RECORD.unpack(record)
    return Signature(KINDS[kind], Span(start, start + length), words, repeating, sketch.translate(_APART[kind]))


def joined(notes: Iterable[str]) -> bytes:
    """The signatures of several notes, packed once more: how many each note has, and all of them one behind the other."""
    packed = list(map(a2b_base64, notes))
    return array("I", [len(one) // RECORD.size for one in packed]).tobytes() + b"".join(packed)


def parted(packed: bytes, notes: int) -> tuple["array[int]", bytes]:
    """What `joined` made of so many notes: how many each has, and all. Raises ValueError for what it did not make."""
    counts = array("I")
    counts.frombytes(packed[: notes * counts.itemsize])
    whole = packed[notes * counts.itemsize :]
    if len(counts) != notes or sum(counts) * RECORD.size != len(whole):
        raise ValueError("no signatures")
    return counts, whole


def single(counts: Iterable[int], whole: bytes) -> Iterator[str]:
    """The signatures of each note, of those that were joined."""
    end = 0
    for count in counts:
        start, end = end, end + count * RECORD.size
        yield b64encode(whole[start:end]).decode("ascii")


def _pack(signatures: Iterable[Signature]) -> str:
    packed = bytearray()
    for name, span, words, repeating, sketch in signatures:
        kind = KINDS.index(name)
        packed += RECORD.pack(kind, span.start, span.end - span.start, words, repeating, sketch.translate(_APART[kind]))
    return b64encode(packed).decode("ascii")


def _blocks(prose: str, at: int) -> Iterator[Span]:
    """The paragraphs and list items, without the marks around them; block quotations and rows of tables left out."""
    ends = [(match.start(), match.end()) for match in _BLOCK_END.finditer(prose, at)]
    for end, following in [*ends, (len(prose), len(prose))]:
        span = _trimmed(prose, at, end)
        if span.start < span.end and prose[span.start] != "|" and ">" not in prose[at : span.start]:
            yield span
        at = following


def _trimmed(prose: str, start: int, end: int) -> Span:
    leading = _LEADING.match(prose, start, end)
    start = leading.end() if leading is not None else start
    return Span(start, start + len(prose[start:end].rstrip(_MARKS)))


def _sentences(prose: str, block: Span, words_of: Callable[[int, int], list[bytes]], least: int) -> Iterator[Signature]:
    text = prose[slice(*block)]
    ends = [block.start + match.end() for match in _SENTENCE_END.finditer(text)]
    for start, end in pairwise([block.start, *ends, block.end]):
        if len(words_of(start, end)) < least:
            continue
        span = _trimmed(prose, start, end)
        here = words_of(*span)
        if len(here) >= least and _is_own(prose[slice(*span)], len(here)):
            yield Signature("sentence", span, len(here), False, _sketch(_pairs(here)))


def _reader(prose: str) -> Callable[[int, int], list[bytes]]:
    """What gives the words between two offsets: most notes are turned into bytes once for all of their blocks."""
    if not prose.isascii():
        return lambda start, end: _words(prose[start:end])
    letters = prose.encode("ascii").translate(_ASCII)
    return lambda start, end: letters[start:end].split()


def _words(text: str) -> list[bytes]:
    """The words of a text in small letters, with every accent in its letter."""
    text = blanked(text)
    if text.isascii():
        return text.encode("ascii").translate(_ASCII).split()
    return " ".join(_WORD.findall(normalize("NFC", text).lower())).encode("utf-8", "surrogatepass").split()


def _pairs(words: list[bytes]) -> list[int]:
    """A hash of every word with the one behind it."""
    return list(map(crc32, words[1:], map(crc32, words)))


def _is_own(text: str, words: int) -> bool:
    """Whether at least half of a passage's words stand in no quotation and no link."""
    if not any(mark in text for mark in '["“«'):
        return True
    return 2 * len(_words(_NOT_OWN.sub(" ", text))) >= words


def _sketch(pairs: Iterable[int]) -> bytes:
    least = [_EMPTY] * SLOTS
    for pair in pairs:  # no sorting: these are too large for the fast way of comparing integers
        if pair < least[slot := pair >> _SHIFT]:
            least[slot] = pair
    following = min(least)  # behind the last comes the first
    if _EMPTY in least:
        for slot in range(SLOTS - 1, -1, -1):
            if least[slot] == _EMPTY:
                least[slot] = following
            else:
                following = least[slot]
    return bytes([pair & 255 for pair in _IN_ORDER(least)])
