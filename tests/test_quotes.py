"""Quotations against the words of a recording."""

import random
import time

import pytest

from lintkb.evidence.quotes import SpokenWords, quotations
from lintkb.source.note import Note
from lintkb.source.transcripts import Cue, Transcript
from lintkb.text import SourceText, Span

CUES = (
    "We never dig the beds in autumn, because the frost does all of that work for us.",
    "And the worms carry the compost down, so that the soil is loose in spring.",
    "Cover what is bare with straw: rain hammers naked ground until it is a brick.",
    "My grandmother sowed her lettuce by the moon, and it came up or it did not.",
    "People ask me whether slugs mind coffee grounds. They eat them with pleasure, I think.",
)
SPOKEN = SpokenWords(
    Transcript("beds.vtt", tuple(Cue(at * 10, at * 10 + 10, "", text, Span(at, at)) for at, text in enumerate(CUES)))
)
SAID = "So that is what they do with the soil and the beds, and this is what we think of it: "


def note(text):
    return Note("a.md", SourceText(text))


def absent(text):
    found = SPOKEN.absent(note(SAID + text))
    return [(SAID + text)[one.span.start : one.span.end] for one in found]


INVENTED = "whoever wants tomatoes must first learn patience"


@pytest.mark.parametrize(
    "text",
    [
        f'"{INVENTED}"', f"“{INVENTED}”", f"«{INVENTED}»", f"„{INVENTED}“", f'("{INVENTED}")', f'*"{INVENTED}!"*',
        f'"{INVENTED} … rain hammers naked ground"', '"whoever wants [[tomatoes|Tomatoes]] must first learn patience"',
    ],
)  # fmt: skip
def test_a_quotation_that_was_not_said(text):
    assert absent(text) == [text.strip("()*")]


@pytest.mark.parametrize(
    "text",
    [
        # Said so, nearly so, with something left out or put in, told in other words.
        '"because the frost does all of that work for us"',
        '"We never dig our beds in the autumn because frost does all that work"',
        '"carry the compost down … rain hammers naked ground until it is a brick"',
        '"carry the compost down... slugs mind coffee grounds"',
        '"rain [in winter, mostly] hammers naked ground until it is a brick"',
        '"naked ground is hammered by rain until bricks"',
        '"grandmother sowing lettuces by moonlight"',
        '"becaus teh forst doess all of thta wrk for us"',
        # A term, irony, a title, code, single marks, feet and inches, no pair.
        '"patience" and "slow but steady"',
        '"What is it that they do with it there?"',
        '"The Patient Tomato: Learning Whoever Wants It First"',
        f'`"{INVENTED}"`',
        f"'{INVENTED}'",
        f'a bed of 5" by 12" {INVENTED} 7" or so',
        f'"{INVENTED}',
        f"“{INVENTED}\nor “{INVENTED}",
        f'"{INVENTED}\n\nfigs"',
        f'# "{INVENTED}"',
    ],
)
def test_what_is_no_absent_quotation(text):
    assert absent("\n\n" + text if text.startswith("#") else text) == []


def test_the_nearest_words_and_where_they_were_said():
    (absence,) = SPOKEN.absent(
        note(SAID + '"worms carry their children through tomatoes and radishes whenever patience ends"')
    )
    nearest = absence.nearest
    assert (nearest.likeness, nearest.cue.start, nearest.words) == (
        51,
        10,
        "worms carry the compost down so that the soil is loose in",
    )


def test_words_that_nothing_is_like():
    (absence,) = SPOKEN.absent(note(f'{SAID}"{INVENTED}"'))
    assert absence.nearest is None
    assert absence.span == Span(len(SAID), len(SAID) + len(INVENTED) + 2)


def test_common_words_are_what_anybody_says():
    cues = tuple(Cue(at, at + 1, "", text, Span(at, at)) for at, text in enumerate(CUES * 10))
    spoken = SpokenWords(Transcript("beds.vtt", cues))
    three, four = (
        '"we never dig tomatoes, radishes and patience"',
        '"we never dig tomatoes, radishes, patience and courage"',
    )
    assert [len(spoken.absent(note(SAID + text))) for text in (three, four)] == [0, 1]


def test_a_note_in_another_language_is_left_alone():
    assert SPOKEN.absent(note('Sie sagt: "wer Tomaten will, lernt zuerst einmal etwas Geduld"')) == []


def test_the_passages_of_a_quotation():
    text = 'He: "one two three four … five six … Seven eight [or so] nine ten" and "The Old Man And The Sea".'
    assert [(one.passages, one.span) for one in quotations(note(text))] == [
        ((("one", "two", "three", "four"), ("seven", "eight", "nine", "ten")), Span(4, 66))
    ]


def spoken_of(words, *, at_once=10):
    texts = [" ".join(words[at : at + at_once]) for at in range(0, len(words), at_once)]
    return SpokenWords(
        Transcript("x.vtt", tuple(Cue(at, at + 1, "", text, Span(at, at)) for at, text in enumerate(texts)))
    )


def made_up_words(count, seed):
    chance = random.Random(seed)
    return [
        "".join(chance.choice(pair) for pair in ("bdfgk", "aeiou", "lmnrst", "aeiou", "bdfgk")) for _ in range(count)
    ]


def test_a_long_quotation_is_looked_for_by_how_it_begins_and_how_it_ends():
    said = made_up_words(4_000, seed=1)
    spoken = spoken_of(said)
    others = [word[::-1] for word in made_up_words(200, seed=2)]

    def found(words):
        text = f'{" ".join(said[:400])} "{" ".join(words)}"'
        return [text[one.span.start : one.span.end] for one in spoken.absent(note(text))]

    assert found([*said[1000:1040], *others]) == []
    assert found([*others, *said[1000:1040]]) == []
    mixed = [*others[:100], *said[1000:1040], *others[100:]]
    assert found(mixed) == [f'"{" ".join(mixed)}"']


def test_the_letters_that_are_compared_are_bounded(monkeypatch):
    """However long the quotations, and the words of both: their number and their lengths bound the work."""
    from rapidfuzz import fuzz

    compared = []
    ratio = fuzz.partial_ratio_alignment

    def counting(one, other, **options):
        compared.append((len(one), len(other)))
        return ratio(one, other, **options)

    monkeypatch.setattr(fuzz, "partial_ratio_alignment", counting)
    said = made_up_words(5_000, seed=1)
    spoken = spoken_of(said)
    chance = random.Random(3)
    quoted = [" ".join(chance.choice(said) for _ in range(300)) for _ in range(400)]
    text = f"{' '.join(said[:400])}\n\n" + "\n\n".join(f'"{words}"' for words in quoted)
    assert len(spoken.absent(note(text))) == 300
    assert len(compared) == 300 * 2 * 3
    assert max(one for one, _ in compared) <= 200 + 40
    assert max(other for _, other in compared) <= 1_000

    def absences(quoted, spoken, said):
        compared.clear()
        return len(spoken.absent(note(f'{" ".join(said[:400])} "{" ".join(quoted)}"')))

    others = [word[::-1] for word in made_up_words(12, seed=2)]
    few = [said[1000], *others[:8], said[2000]]
    assert (absences(few, spoken, said), len(compared)) == (1, 3)
    # A window of words that are too long, and words of a quotation of which too few are looked at.
    long = [word * 20 for word in said]
    assert (absences(few, spoken_of(long), long), compared) == (0, [])
    assert (absences([word * 20 for word in few], spoken, said), compared) == (0, [])


def test_passages_of_one_quotation_count_and_it_is_told_of_once():
    text = f'{SAID * 300}"{" … ".join([INVENTED] * 20)}" ' + f'"{INVENTED}" ' * 400
    found = SPOKEN.absent(note(text))
    assert len(found) == 1 + 300 - 20
    assert len({one.span for one in found}) == len(found)


def test_a_transcript_without_words_says_nothing():
    spoken = SpokenWords(Transcript("x.vtt", (Cue(0, 1, "", "…", Span(0, 1)),)))
    assert spoken.absent(note(f'"{INVENTED}"')) == []


@pytest.mark.parametrize(
    "text",
    ['"' * 100_000, '" ' * 100_000, ' "' * 100_000, '"a ' * 100_000, "“" * 100_000, '"[' * 100_000, f'"{INVENTED}" ' * 5_000, "x " * 500_000, f'"{"x " * 500_000}"'],
    ids=["marks", "closing", "opening", "words", "curly", "brackets", "quotations", "one line", "one quotation"],
)  # fmt: skip
def test_hostile_text_takes_linear_time(text):
    started = time.perf_counter()
    SPOKEN.absent(note(SAID + text))
    assert time.perf_counter() - started < 10
