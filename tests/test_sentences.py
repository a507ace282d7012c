"""The sentences of a note: which there are, and where exactly they stand."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from lintkb.source.markdown import FILLER
from lintkb.source.note import Note
from lintkb.source.sentences import Sentences, text_blocks
from lintkb.text import SourceText, decode

TIME = '<a class="yt-timestamp" data-t="00:03:10">[00:03:10]</a>'


def read(text, language="en"):
    """A note and its sentences as they are written there."""
    note = Note("note.md", decode(text.encode("utf-8")))
    return note, [note.text[slice(*sentence.span)] for sentence in Sentences(note, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rye holds the soil. Oats do not.", ["Rye holds the soil.", "Oats do not."]),
        ("---\ntitle: Rye. Oats.\n---\nRye holds.", ["Rye holds."]),
        ("\ufeffRye holds. Oats fall.", ["Rye holds.", "Oats fall."]),
        ("Rye\r\nholds. Oats\r\nfall.\r\n\r\nPeas climb.", ["Rye\r\nholds.", "Oats\r\nfall.", "Peas climb."]),
        ("Rye 🌾🌾 holds. 🌱 Oats 𝒙 fall.", ["Rye 🌾🌾 holds.", "🌱 Oats 𝒙 fall."]),
        ("Rye   holds.    Oats fall.  ", ["Rye   holds.", "Oats fall."]),
        ("Rye holds.  \nOats fall.\\\nPeas climb.", ["Rye holds.", "Oats fall.", "Peas climb."]),
        ("Rye holds  \nand holds.\\\nStill.", ["Rye holds  \nand holds.", "Still."]),
        ("*Rye holds.* **Oats fall.** ~~Peas climb.~~", ["Rye holds.", "Oats fall.", "Peas climb."]),
        ("[[rye|Winter rye]] holds. See [[oats]] for more.", ["Winter rye]] holds.", "See [[oats]] for more."]),
        ("[Rye. All of it](a.md) holds. Oats.", ["[Rye. All of it](a.md) holds.", "Oats."]),
        (
            "- Rye holds.\n- [ ] Oats fall. Peas climb.\n2) Beans.",
            ["Rye holds.", "Oats fall.", "Peas climb.", "Beans."],
        ),
        ("- Rye holds:\n    - oats fall\n        - peas climb", ["Rye holds:", "oats fall", "peas climb"]),
        ("- Rye holds.\n\n  Oats fall.\n\n- Peas climb.", ["Rye holds.", "Oats fall.", "Peas climb."]),
        ("> Rye holds\n> the soil.\n> > Oats\n> > fall.", ["Rye holds\n> the soil.", "Oats\n> > fall."]),
        ("- > Rye holds\n  > the soil. Oats.", ["Rye holds\n  > the soil.", "Oats."]),
        ("> - Rye holds\n>   the soil.\n> - Oats.", ["Rye holds\n>   the soil.", "Oats."]),
        ("> [!quote] Ines Marlow\n> Rye holds.", ["Rye holds."]),
        ("> [!note]- The soil\n> Rye holds.\n>\n> Oats fall.", ["Rye holds.", "Oats fall."]),
        ("| Crop | Root |\n|---|---|\n| Rye holds. It does. | deep |", ["Rye holds.", "It does.", "deep"]),
        ("# Rye. Holds.\n\nOats fall.\n\nPeas. Climb.\n===\n", ["Oats fall."]),
        ("- Rye\n  # Oats\n  peas", ["Rye", "peas"]),
        ("```\nRye. Holds.\n```\n\n    Oats. Fall.\n\nPeas climb.", ["Peas climb."]),
        ("Use `rye. Oats` here. Then $a. B$ too.", ["Use `rye. Oats` here.", "Then $a. B$ too."]),
        ("$$\na. B\n$$\n\nRye holds.", ["Rye holds."]),
        ("Rye <!-- Not. This. --> holds. Oats.\n\n<!-- Nor. This. -->", ["Rye <!-- Not. This. --> holds.", "Oats."]),
        ("<div>Rye. Holds.</div>\n\n<b>Oats fall.</b> Peas climb.", ["Oats fall.", "Peas climb."]),
        ("Rye holds.[^1]\n\n[^1]: Marlow says so. Twice.", ["Rye holds."]),
        ("[a]: https://example.org/Rye.Holds\n\nRye holds.", ["Rye holds."]),
        ("From: [[talks]]\n\n- [[rye]]\n- [[rye]], [oats](oats.md)\n- **[[peas]]**\n\nRye holds.", ["Rye holds."]),
        ("From: [[talks]] <br/> \nRye holds. Oats.", ["Rye holds.", "Oats."]),
        ("See [[rye]] and oats.", ["See [[rye]] and oats."]),
        ("1. 2. 3.\n\n---\n\n...", []),
        ("", []),
        ("x" * 20_001 + ".\n\nRye holds.", ["Rye holds."]),
    ],
)
def test_what_is_a_sentence_and_where(text, expected):
    assert read(text)[1] == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Marlow and Prof. Hale met J. R. Odell at St. Ives.",
        "Claire V., a long-time grower, came.",
        "She grows e.g. rye, i.e. grain, vs. oats, etc. and more.",
        "It cost 3.50 in the U.S. market.",
        '"Stop. Do not dig. Wait for frost," she said.',
        "She said “Stop. Do not dig. Wait.”",
        "„Halt. Grabe nicht. Warte“, sagte sie.",
        '"Rye holds the soil." — Ines Marlow.',
        "Wait... then dig.",
        "Is it rye? asked nobody.",
    ],
)
def test_a_sentence_is_not_split(sentence):
    assert read(f"{sentence} Then it rained.")[1] == [sentence, "Then it rained."]


@pytest.mark.parametrize("blank", ["\u00a0", "\u2009", "\u3000", "\u0085", "\u2028", "\u2029", "\u1680"])
def test_blanks_beyond_ascii_are_blanks(blank):
    """Behind an initial these made the library that cuts sentences end the whole run."""
    assert read(f"J{blank}. Marlow{blank}came. Oats fall.")[1][-1] == "Oats fall."


def test_what_the_library_cannot_cut_is_an_error(monkeypatch):
    import sentencex

    class PanicException(BaseException):
        pass

    def panic(_language, _text):
        raise PanicException("no boundary")

    monkeypatch.setattr(sentencex, "segment", panic)
    with pytest.raises(RuntimeError, match=r"^the text cannot be cut into sentences: no boundary$"):
        read("Rye holds.")


@pytest.mark.parametrize(
    ("behind", "own"),
    [
        (f"{TIME}", TIME),
        (f" {TIME} {TIME}", f"{TIME} {TIME}"),
        (f" ({TIME})", f"({TIME})"),
        (f" [{TIME}, {TIME}]", f"[{TIME}, {TIME}]"),
        ("[^soil]", "[^soil]"),
        ("[^1] [^2]", "[^1] [^2]"),
        (" [3, 4]", "[3, 4]"),
        (" [@marlow2020, p. 3]", "[@marlow2020, p. 3]"),
    ],
)
def test_what_stands_behind_the_end_mark_belongs_to_the_sentence(behind, own):
    note = Note("note.md", SourceText(f"Rye holds.{behind} Oats fall."))
    first, second = Sentences(note)
    assert note.text[first.span.end : first.end].strip().endswith(own)
    assert (second.words, second.begin) == ("Oats fall.", second.span.start)


def test_the_sentences_before_another_one():
    found = Sentences(Note("note.md", SourceText("Rye. Oats.\n\n- Peas.\n- ---\n- Beans. Corn. Chard.")))
    rye, oats, peas, beans, corn, chard = found
    assert found.before(rye, 2) == []
    assert found.before(oats, 2) == [rye]
    assert found.before(peas, 2) == [rye, oats]
    assert found.before(beans, 2) == [oats, peas]
    assert found.before(corn, 2) == [peas, beans]
    assert found.before(chard, 2) == [beans, corn]
    assert found.between(chard.block, corn.span.start, chard.span.start) == [corn]


def test_whether_there_are_more_sentences_than_so_many():
    """No more blocks are cut than it takes."""
    sentences = Sentences(Note("note.md", decode(b"Rye holds. Oats fall.\n\nPeas climb.\n\nBeans, too. And hops.")))
    assert sentences.outnumber(2)
    assert sentences._cut == {}
    assert sentences.outnumber(3)
    assert list(sentences._cut) == [0]
    assert [sentences.outnumber(number) for number in (4, 5)] == [True, False]


def test_a_sentence_knows_its_block_and_its_words():
    note = Note("note.md", SourceText("**Rye** holds\nthe soil. Oats.\n\n- Peas `x` climb."))
    first, second, third = Sentences(note)
    assert first.words == "Rye   holds the soil."
    assert (first.span, first.begin, first.end) == ((2, 23), 0, 24)
    assert (second.span, second.begin, second.end) == ((24, 29), 24, 30)
    assert third.words == "Peas     climb."
    assert [note.structure.blocks[one.block].kind for one in (first, second, third)] == [
        "paragraph",
        "paragraph",
        "item",
    ]


MARKUP = st.sampled_from(
    [
        "Rye ", "holds ", "soil. ", "Dr. ", "J", ".", "? ", '"', "“", "”", "*", "**", "_", "`", "$", "\\", "[[", "]]", "[", "]", "(",
        ")", "|", ">", "> ", "- ", "1. ", "# ", "\n", "\n\n", "\r\n", "\r", "    ", "  \n", "<b>", "</b>", "<!--", "-->", "[^1]", "[^1]: ",
        "---\n", "|-|-|\n", "```\n", "[!note] ", "😀", "é", "\u00a0", "\u2028", "\x85", "\ufffc", "\x00", "[00:01:02]", TIME, "From: [[x]]\n",
        "https://x.org ", "- [ ] ", "~~", "==", "U.S. ", "z.B. ", "… ", "— ", "end",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(MARKUP | st.text(max_size=4), max_size=40).map("".join), st.sampled_from(["en", "de", "xx"]))
def test_sentences_of_any_text(text, language):
    note = Note("note.md", SourceText(text))
    found = Sentences(note, language)
    at = note.body_start
    for sentence in found:
        assert at <= sentence.begin <= sentence.span.start < sentence.span.end <= sentence.end <= len(text)
        assert len(sentence.words) == sentence.span.end - sentence.span.start
        assert sentence.words == sentence.words.strip()
        at = sentence.end
    said = re.findall(r"[^\W\d_]+", " ".join(sentence.words for sentence in found))
    for _, place in text_blocks(note):
        shown = re.sub(r"\[\^[^\[\]\s]+\]|[\[(]-?@[^\[\]]*\]", " ", note.prose[slice(*place)].replace(FILLER, " "))
        for word in re.findall(r"[^\W\d_]+", shown.replace("_", " ")):
            assert word in said


def test_sentences_that_people_have_told_apart(corpus: Path):
    rows = [json.loads(line) for line in (corpus / "bench" / "claims-seeds.jsonl").read_text().splitlines()]
    found: dict[str, list[str]] = {}
    for name in {row["file"] for row in rows}:
        note = Note(name, decode((corpus / "seeds" / name).read_bytes()))
        found[name] = [letters(sentence.words) for sentence in Sentences(note)]
    right = sum(
        any(one in (letters(row["sentence"]), letters(row["label"] + row["sentence"])) for one in found[row["file"]])
        for row in rows
    )
    assert (right, len(rows)) == (392, 396)


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
