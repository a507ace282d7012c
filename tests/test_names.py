"""Names against the transcript of a recording, and against the other notes on it."""

import random
import time

import pytest
from hypothesis import given, settings, strategies as st

from lintkb.evidence import names
from lintkb.evidence.names import SourceNames, alike, folded, meant_for, name_faults, name_runs, sound
from lintkb.source.markdown import FILLER
from lintkb.source.note import Note
from lintkb.source.transcripts import Cue, Transcript
from lintkb.text import SourceText, Span

BEDS = (
    ("Wyn Carvalho", "We never dig the beds. Matilda Brandt told me: the frost does it."),
    ("Oskar", "So says Matilda Brandt, and Noor Haddad, and Edda Claasen said so once."),
    ("Wyn Carvalho", "Near the wall we grow figs. Edda Claassen is another one, and so is Per Lund."),
)


def transcript(*lines):
    return Transcript(
        "beds.vtt",
        tuple(Cue(at, at + 1, speaker, text, Span(at, at + 1)) for at, (speaker, text) in enumerate(lines)),
    )


def notes(*texts):
    return {f"{name}.md": Note(f"{name}.md", SourceText(text)) for name, text in zip("abcdef", texts, strict=False)}


def misspelt(text, lines=BEDS, given=()):
    """What is written, what is meant and where, of the first note."""
    found = name_faults(notes(text), transcript(*lines), given).misspelt["a.md"]
    return [
        (one.written, one.meant, [text[place.span.start : place.span.end] for place in one.places]) for one in found
    ]


def corrected(text, lines=BEDS):
    found = name_faults(notes(text), transcript(*lines)).misspelt["a.md"]
    return SourceText(text).edited(edit for one in found for place in one.places for edit in place.edits).text


def varying(*texts, lines=None):
    """By note, what is written, what is usual, in how many notes each, and whether that is clear."""
    found = name_faults(notes(*texts), transcript(*lines) if lines else None).varying
    return {
        path: [(one.written, one.usual, one.few, one.most, one.clear) for one in faults]
        for path, faults in found.items()
        if faults
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Win Carvallo digs.", [("Win Carvallo", "Wyn Carvalho", ["Win Carvallo"])]),
        ("As Wyn\nCarvallo digs.", [("Wyn Carvallo", "Wyn Carvalho", ["Wyn\nCarvallo"])]),
        ("Mathilde Brant's frost.", [("Mathilde Brant", "Matilda Brandt", ["Mathilde Brant"])]),
        ("## Win Carvalho's beds", [("Win Carvalho", "Wyn Carvalho", ["Win Carvalho"])]),
        ("[[wyn | Win Carvalho]] and [Wyn Carvallo](wyn.md)", [
            ("Win Carvalho", "Wyn Carvalho", ["Win Carvalho"]), ("Wyn Carvallo", "Wyn Carvalho", ["Wyn Carvallo"]),
        ]),
        # An ordinary word beside a part that is right, and the initial of the last part.
        ("Noor Hated digs.", []),
        ("Wyn C digs.", [("Wyn C", "Wyn Carvalho", ["Wyn C"])]),
        ("Wyn C. digs.", [("Wyn C.", "Wyn Carvalho", ["Wyn C."])]),
        ("So said Wyn C. Others dig.", []),
        # Single words are told of with the whole name, once it is clear what they are meant for.
        ("Win Carvallo digs. Win rests; Carvallo's beds.", [("Win Carvallo", "Wyn Carvalho", ["Win Carvallo", "Win", "Carvallo"])]),
        ("Win rests.", []),
        ("Win Carvallo can win. Win it! Carvallo!", [("Win Carvallo", "Wyn Carvalho", ["Win Carvallo", "Carvallo"])]),
    ],
)  # fmt: skip
def test_a_name_that_the_source_spells_otherwise(text, found):
    assert misspelt(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Wyn Carvalho, Carvalho and Wyn.",
        "Noor Hadad was named once only.",
        "Edda Claasen and Edda Claassen are both named.",
        "Edda Klaassen may be either of them.",
        "Ida Carvalho is somebody else, and so is Wyn Karlsson.",
        "Carvalho Wyn is not her name, and neither is Wyn Maria Carvalho.",
        "Wyns Carvalhos Beete: endings differ in other languages.",
        "WIN CARVALLO shouts.",
        "`Win Carvallo` is code, and so is\n\n    Win Carvallo\n",
        "<!-- Win Carvallo --> <b title='Win Carvallo'>figs</b> $Win Carvallo$",
        "[[Win Carvallo]] [[Win Carvallo|her]] [her](Win%20Carvallo.md) [x](<Win Carvallo.md>)",
        "[Win Carvallo] and [her][Win Carvallo]\n\n[Win Carvallo]: wyn.md\n",
        "---\nslug: Win Carvallo\n---\nfigs",
        "Win\n\nCarvallo, Win; Carvallo, Win 7 Carvallo, Win_Carvallo, Win Carvallo2",
    ],
)
def test_what_is_no_misspelt_name(text):
    assert misspelt(text) == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Win Carvallo's beds; Win\tCarvallo's.", "Wyn Carvalho's beds; Wyn\tCarvalho's."),
        (
            "Wyn C. digs, Wyn C's beds, Wyn C., she says.",
            "Wyn Carvalho digs, Wyn Carvalho's beds, Wyn Carvalho, she says.",
        ),
        ("The end is Wyn C. And Carvalho.", "The end is Wyn C. And Carvalho."),
        ("---\ntitle: Win Carvalho\n---\nfigs", "---\ntitle: Wyn Carvalho\n---\nfigs"),
    ],
)
def test_what_would_be_written(text, right):
    assert corrected(text) == right


def test_missing_marks_alone_are_no_fault_and_stay_out_of_the_way():
    lines = [("Åsa-Lena O'Brien", "Hello.")]
    assert misspelt("Asa-Lena OBrien, Åsalena O’Brien", lines) == []
    assert corrected("Osa-Lena O'Brien", lines) == "Åsa-Lena O'Brien"


def test_a_name_of_three_words_is_known_by_its_first_and_last():
    lines = [("Wyn Maria Carvalho", "Hello.")]
    assert misspelt("Wyn Carvalho", lines) == []
    assert misspelt("Win Carvalho and Wyn Mario Carvallo", lines) == [
        ("Win Carvalho", "Wyn Carvalho", ["Win Carvalho"]),
        ("Wyn Mario Carvallo", "Wyn Maria Carvalho", ["Wyn Mario Carvallo"]),
    ]
    assert misspelt("Wyn M. Carvalho", lines) == []


def test_a_speaker_is_meant_rather_than_somebody_who_is_spoken_of():
    lines = [("Wyn Carvalho", "Win Carvalo is no kin of mine, is he? Win Carvalo is not.")]
    assert misspelt("Wynn Carvallo digs, Win Carvalo rests.", lines) == [
        ("Wynn Carvallo", "Wyn Carvalho", ["Wynn Carvallo"])
    ]
    two = [("Wyn Carvalho", "Hello."), ("Win Carvalo", "Hello.")]
    assert misspelt("Wynn Carvallo digs.", two) == []


def test_a_speaker_in_capitals():
    assert misspelt("Win Carvallo digs.", [("WYN CARVALHO", "Hello.")]) == [
        ("Win Carvallo", "Wyn Carvalho", ["Win Carvallo"])
    ]


def test_ordinary_words_in_capitals_are_no_name():
    assert misspelt("## Well Read", [("Will Reed", "You read that well.")]) == []
    assert misspelt("## Well Read", [("Will Reed", "You may as well do it.")]) == [
        ("Well Read", "Will Reed", ["Well Read"])
    ]


def test_a_single_word_that_may_mean_something_else_is_left_alone():
    lines = [("Nikhyl Berg", "Hello."), ("Nikhil Lund", "Hello.")]
    assert [places for *_, places in misspelt("Nikhail Berg met Nikhail Lund. Nikhail left.", lines)] == [
        ["Nikhail Berg"],
        ["Nikhail Lund"],
    ]
    lines = [("Matilda Brandt", "Mathilde is my sister.")]
    assert misspelt("Mathilde Brant digs. Mathilde rests; Brant, too.", lines) == [
        ("Mathilde Brant", "Matilda Brandt", ["Mathilde Brant", "Brant"])
    ]


def test_what_is_learned_from_one_note_is_told_of_in_the_others():
    found = name_faults(notes("Win Carvallo digs.", "Carvallo rests."), transcript(*BEDS)).misspelt
    assert [(one.written, one.meant, one.places[0].span) for one in found["b.md"]] == [
        ("Carvallo", "Carvalho", Span(0, 8))
    ]


def test_the_cue_is_the_first_of_a_speaker_or_the_first_that_says_the_name():
    found = name_faults(notes("Win Carvallo and Mathilde Brandt"), transcript(*BEDS)).misspelt["a.md"]
    assert [(one.name.speaker, one.name.cue.start) for one in found] == [(True, 0), (False, 0)]


def test_the_frontmatter_and_what_is_given_spell_names_where_captions_do_not():
    captions = [("", "i am win carvallo and Win Carvallo is my name")]
    for key in ("guest", "Speakers", "host"):
        assert misspelt(f"---\n{key}: Wyn Carvalho\n---\nWin Carvallo digs.", captions) == [
            ("Win Carvallo", "Wyn Carvalho", ["Win Carvallo"])
        ], key
    assert misspelt("---\nseries: Wyn Carvalho\n---\nWin Carvallo digs.", captions) == []
    # The speakers of the transcript know better.
    assert misspelt("---\nguest: Win Carvallo\n---\nWin Carvallo digs.") == [
        ("Win Carvallo", "Wyn Carvalho", ["Win Carvallo"])
    ]
    given = name_faults(notes("Win Carvallo digs."), transcript(*captions), ["Why we never dig | Wyn Carvalho"])
    assert [one.meant for one in given.misspelt["a.md"]] == ["Wyn Carvalho"]


HEARD = [("", "Then I read Ilka Moll on soil."), ("", "Ilka Moll and Mathilde Brant dig; ask Mathilde Brant.")]


def test_captions_do_not_know_whether_a_consonant_is_doubled():
    assert misspelt("Ilka Mol digs.", HEARD) == []
    assert varying("Ilka Mol", "Ilka Moll", "Ilka Moll", lines=HEARD) == {}
    # Speakers do, and so does the frontmatter.
    assert misspelt("Ilka Mol digs.", [*HEARD, ("Ilka Moll", "I dig.")]) == [("Ilka Mol", "Ilka Moll", ["Ilka Mol"])]
    assert misspelt("---\nguest: Ilka Moll\n---\nIlka Mol digs.", HEARD) == [("Ilka Mol", "Ilka Moll", ["Ilka Mol"])]
    # Another letter is another matter.
    assert misspelt("Elka Mol digs.", HEARD) == [("Elka Mol", "Ilka Moll", ["Elka Mol"])]


def test_what_is_known_of_the_recording_wins_over_captions():
    given = ["Soil, with Ilka Mol | The Acre Year"]
    assert misspelt("Ilka Mol digs.", HEARD, given) == []
    assert misspelt("Ilka Moll digs.", HEARD, given) == [("Ilka Moll", "Ilka Mol", ["Ilka Moll"])]
    assert misspelt("---\nguest: Ilka Moll\n---\nIlka Moll digs.", HEARD, given) == [
        ("Ilka Moll", "Ilka Mol", ["Ilka Moll"])
    ]
    # Two who sound different may both be spoken of.
    assert misspelt("Mathilde Brant digs.", HEARD, ["Mathilde Brandt"]) == []
    assert misspelt("Don Moll, Dan Moll", [("", "Don Moll, my uncle, and Don Moll.")], ["Dan Moll"]) == []


def test_speakers_and_what_is_known_of_the_recording_are_both_right():
    lines = [("Ilka Moll", "I dig.")]
    given = ["Ilka Mol on soil"]
    assert misspelt("Ilka Mol digs, Ilka Moll digs, Elka Moll digs.", lines, given) == []
    assert misspelt("Elka Moll digs.", lines) == [("Elka Moll", "Ilka Moll", ["Elka Moll"])]


def test_captions_do_not_correct_a_title():
    text = "Metilde Brandt digs."
    wrong = [("Metilde Brandt", "Mathilde Brant", ["Metilde Brandt"])]
    assert misspelt(text, HEARD) == wrong
    assert misspelt(f"# Soil\n\n{text}", HEARD) == wrong
    assert misspelt(f"---\ntitle: What Metilde Brandt Digs\n---\n{text}", HEARD) == []
    assert misspelt(f"# Metilde Brandt's Beds\n\n{text}", HEARD) == []
    assert misspelt(f"# Metilde Brandt\n\n{text}", [*HEARD, ("Mathilde Brant", "I dig.")]) == [
        ("Metilde Brandt", "Mathilde Brant", ["Metilde Brandt"] * 2)
    ]
    once = [("", "Mathilde Brant digs.")]
    assert varying(f"# Metilde Brandt\n\n{text}", "Mathilde Brant", "Mathilde Brant", lines=once) == {}
    assert varying(text, "Mathilde Brant", "Mathilde Brant", lines=once) == {
        "a.md": [("Metilde Brandt", "Mathilde Brant", 1, 2, True)]
    }


@pytest.mark.parametrize(
    "text",
    [
        "Dr Moll, Dr. Moll's beds, Dr Ilka Moll, Dr. Ilka Moll’s beds and Doctor Ilka Moll",
        "Ilka Moll's beds and ILKA MOLL'S beds; the Molls' beds are Ilka Moll’s",
        "Mister Lund is not Master Lund, and Ilka Molls is not told of",
        "Sir Lund",
    ],
)
def test_honorifics_and_genitives_are_no_misspelling(text):
    lines = [("Dr. Ilka Moll", "I dig."), ("", "Master Lund digs, and so does Master Lund."), ("Sur Lund", "Hello.")]
    assert misspelt(text, lines) == []


def test_a_speaker_with_an_honorific_is_known_without():
    lines = [("Dr. Ilka Maria Carvalho", "I dig.")]
    assert misspelt("Ilka Carvallo and Dr Ilka Maria Carvallo dig.", lines) == [
        ("Ilka Carvallo", "Ilka Carvalho", ["Ilka Carvallo"]),
        ("Ilka Maria Carvallo", "Ilka Maria Carvalho", ["Ilka Maria Carvallo"]),
    ]
    assert set(SourceNames(transcript(("Dr Moll", ""), ("Moll", ""), ("", ""))).names) == {("dr", "moll")}


def test_nothing_is_misspelt_where_nothing_is_known():
    faults = name_faults(notes("Win Carvallo digs."), None)
    assert (faults.misspelt, faults.varying) == ({"a.md": []}, {"a.md": []})


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("Solveig Halvorsen", "Solveig Halvorsen", "Solvaig Halvorson"), {
            "c.md": [("Solvaig Halvorson", "Solveig Halvorsen", 1, 2, True)],
        }),
        (("Solveig Halvorsen, Solveig Halvorsen", "Solvaig Halvorsen"), {
            "b.md": [("Solvaig Halvorsen", "Solveig Halvorsen", 1, 1, False)],
        }),
        (("Jon Berg and Jon Berg, or is it John Berg?",), {"a.md": [("John Berg", "Jon Berg", 1, 1, False)]}),
        (("The Solveig Halvorsen Prize", "The Solvaig Halvorsen Prize", "The Solveig Halvorsen Prize"), {
            "b.md": [("Solvaig Halvorsen Prize", "Solveig Halvorsen Prize", 1, 2, True)],
        }),
        # Ordinary words, plurals, initials, acronyms, other people.
        (("Green Menure", "Green Manure", "green and manure"), {}),
        (("Elin Elias", "The Elin Eliass defence"), {}),
        (("Solveig Halvorsen", "Solveig Halvorsens beds"), {}),
        (("Solveig Halvorsen", "Solveig H. digs"), {}),
        (("Solveig Halvorsen", "Solveig HALVORSON"), {}),
        (("Solveig Halvorsen", "Solveig Haldane"), {}),
        (("Solveig Halvorsen", "Halvorson Solvaig"), {}),
    ],
)  # fmt: skip
def test_names_that_notes_do_not_agree_on(texts, found):
    assert varying(*texts) == found


def test_one_fault_is_told_once_and_the_source_decides_for_what_it_says_once():
    assert varying("Wyn Carvalho", "Win Carvallo", lines=BEDS) == {}
    assert varying("Noor Heddad", "Noor Haddad", "Noor Heddad", lines=BEDS) == {
        "a.md": [("Noor Heddad", "Noor Haddad", 2, 1, True)],
        "c.md": [("Noor Heddad", "Noor Haddad", 2, 1, True)],
    }
    assert varying("Edda Claasen", "Edda Claassen", lines=BEDS) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nikhail", "nikhyl"), ("millard", "millerd"), ("near", "nir"), ("gustav", "gustaf"), ("anuka", "anneka"), ("amy", "ami"),
        ("melton", "meltem"), ("quran", "kuran"), ("coron", "kuran"), ("shaun", "sean"), ("filip", "philip"), ("saccone", "sakoni"),
    ],
)  # fmt: skip
def test_words_that_may_be_one_name(one, other):
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dan", "daniel"), ("ann", "anna"), ("havel", "havla"), ("putin", "putina"), ("johnson", "jackson"), ("taj", "tejo"),
        ("vo", "vi"), ("путин", "путен"), ("carvalho", "halvorsen"), ("martin", "marty"), ("ben", "dan"), ("al", "el"), ("bert", "gert"), ("brand", "brandt"),
    ],
)  # fmt: skip
def test_words_that_are_two_names(one, other):
    assert not alike(one, other)
    assert not alike(other, one)


def test_what_a_word_is_without_its_looks():
    assert [folded(word) for word in ("Åkerström’s", "O'Brien", "Jean-Luc", "Łukasz", "Straße", "SØREN")] == [
        "akerstrom", "obrien", "jeanluc", "lukasz", "strasse", "soren",
    ]  # fmt: skip
    assert [sound(word) for word in ("philip", "claire", "quran", "schulz", "cecil", "xenia", "hannah")] == [
        "filip", "klare", "kuran", "suls", "sesil", "kseni", "hana",
    ]  # fmt: skip


def test_an_initial_is_meant_for_a_name_and_not_the_other_way_round():
    assert meant_for(("wyn", "c"), ("wyn", "carvalho"))
    assert not meant_for(("wyn", "carvalho"), ("wyn", "c"))
    assert not meant_for(("wyn", "d"), ("wyn", "carvalho"))
    assert not meant_for(("win", "c"), ("wyn", "carvalho"))


def test_runs_of_capitalised_words():
    def shown(text):
        return [[text[part.span.start : part.span.end] for part in run] for run in name_runs(text)]

    assert shown("J. R. Bloom met Ida. Per Lund's Édouard Óg, and Ines\nCarvalho") == [
        ["J", "R", "Bloom"], ["Per", "Lund"], ["Édouard", "Óg"], ["Ines", "Carvalho"],
    ]  # fmt: skip
    assert shown("Ida sows. Per. Lund 5 Beds B2B Rows été Été\n\nIda") == []


NAMELIKE = (
    "Ida",
    "Lund",
    "é",
    "Óg",
    "B",
    "-",
    "'",
    "’s",
    ".",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "x",
    "7",
    "_",
    "Ab" * 9,
    FILLER,
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(NAMELIKE), max_size=24).map("".join))
def test_every_run_stands_in_a_row_that_is_found_sooner(text):
    """Where no two names of these rows can be one, no two of the note can."""
    rows = [[part.text for part in run] for row in names._ROW.findall(text) for run in name_runs(row)]
    for run in name_runs(text):
        words = [part.text for part in run]
        assert any(words == row[at : at + len(words)] for row in rows for at in range(len(row)))


@pytest.mark.parametrize("text", ["A-" * 100_000, "Ida" * 60_000, "Ida-" * 50_000 + "Lund", "I " + " " * 200_000])
def test_rows_are_found_in_linear_time(text):
    started = time.process_time()
    names._ROW.findall(text)
    assert time.process_time() - started < 1


def made_up_names(count, seed):
    chance = random.Random(seed)

    def word():
        return "".join(chance.choice(letters) for letters in ("BDFGKLMNRST", "aeiou", "bdfgklmnrst") * 2).capitalize()

    return [f"{word()} {word()}" for _ in range(count)]


def comparisons(monkeypatch, act):
    """How often words were compared with a name."""
    count = 0

    def counting(words, name):
        nonlocal count
        count += 1
        return meant_for(words, name)

    monkeypatch.setattr(names, "meant_for", counting)
    act()
    return count


def test_those_who_are_given_are_compared_with_few_speakers(monkeypatch):
    spoken = transcript(*((name, "We dig.") for name in made_up_names(2_000, seed=1)))
    several = made_up_names(4_000, seed=2)
    assert comparisons(monkeypatch, lambda: SourceNames(spoken, several[:2_000], several[2_000:])) < 20 * len(several)
    same = ["Win Carvallo"] * 5_000
    assert comparisons(monkeypatch, lambda: SourceNames(transcript(*BEDS), (), same)) < 20
    assert len(SourceNames(None, [", ".join(several)]).names) == 2_000


def test_so_many_names_of_a_note_are_compared_and_no_more(monkeypatch):
    several = made_up_names(4_000, seed=3)
    ends = " Win Carvallo digs."
    found = [name_faults(notes(", ".join(several[:count]) + "." + ends), transcript(*BEDS)) for count in (1_999, 2_000)]
    assert [[one.written for one in faults.misspelt["a.md"]] for faults in found] == [["Win Carvallo"], []]
    # What comes again is no other name, and one run may hold all of them.
    assert misspelt(f"{'Per Lund, ' * 5_000}{ends}")[0][0] == "Win Carvallo"
    assert misspelt(f"{'Per Lund ' * 5_000}{ends}")[0][0] == "Win Carvallo"
    text = " ".join(several)
    assert comparisons(monkeypatch, lambda: name_faults(notes(text, text[::-1].title()), None)) < 2 * 4_000 * 2 * 20
    assert [len(next(names._first(name_runs(one)))) for one in (text, " ".join(several[:500]))] == [2_001, 1_000]


def test_a_transcript_names_so_many(monkeypatch):
    said = transcript(*(("", f"{name} and {name}") for name in made_up_names(1_000, seed=4)))
    assert len(SourceNames(said).names) == 1_000
    monkeypatch.setattr(names, "MOST_SAID", 100)
    assert len(SourceNames(said).names) == 99


def test_a_word_without_end_is_no_name():
    started = time.perf_counter()
    assert varying("Wyn T" + "at" * 200_000, "Wyn T" + "et" * 200_000) == {}
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "text",
    [
        "Win Carvallo " * 5_000,
        "A-" * 500_000 + "1",
        "A" + " " * 1_000_000 + "b",
        "A. " * 20_000,
        " ".join(f"Wyn C{chr(97 + at % 26)}{chr(97 + at // 26 % 26)}rvalho," for at in range(5_000)),
        "Wyn C" + "a" * 1_000_000,
    ],
    ids=["one name", "hyphens", "blanks", "initials", "variants", "one word"],
)
def test_hostile_text_takes_linear_time(text):
    started = time.perf_counter()
    name_faults(notes(text, text), transcript(*BEDS))
    assert time.perf_counter() - started < 10
