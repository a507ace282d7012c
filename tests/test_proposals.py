"""Sentences without a citation: where they are said, and the citation written as the note writes its own."""

import time

import pytest
from hypothesis import given, settings, strategies as st

from lintkb.checks.base import Params, SourceContext
from lintkb.checks.citing import cite, proposed
from lintkb.clock import format_clock
from lintkb.diagnostics import Applicability
from lintkb.evidence.passages import read_passages, read_uncited
from lintkb.evidence.recording import Recording
from lintkb.settings import build_settings
from lintkb.source.note import Note
from lintkb.source.transcripts import Cue, Transcript
from lintkb.text import SourceText, Span

# What was said, forty seconds each, and how a note puts it.
TALK = [
    ("Good evening and welcome to the potting shed, where we talk about growing for a living.", "The potting shed is about growing for a living."),
    ("Tonight Ivo Brandt is here, who left a bank to grow salad on three acres of chalk.", "Ivo Brandt left a bank to grow salad on chalk."),
    ("And he will tell us why he burned his rotavator, more or less, and what the badgers did.", "He tells why the rotavator was burned."),
    ("The first year we lost nine tenths of the spinach to pigeons, because nobody told me about nets.", "Pigeons took nine tenths of the spinach in the first year."),
    ("So I bought netting from a trawler that was being scrapped in Grimsby, and it has lasted eleven seasons.", "Netting from a scrapped trawler has lasted eleven seasons."),
    ("Chalk drains like a sieve, you water in the morning and by lunch the lettuces hang their heads.", "Chalk drains like a sieve, so lettuces hang their heads by lunch."),
    ("What saved us was leaf mould, two hundred tonnes from the council, free, delivered, stinking.", "Two hundred tonnes of leaf mould from the council saved the farm."),
    ("Rocket bolts in June whatever you do, so we sow it in August and sell it until Christmas.", "Rocket is sown in August, for it bolts in June."),
    ("The badgers came for the sweetcorn on the very night before harvest, a whole family of them.", "A family of badgers came for the sweetcorn the night before harvest."),
    ("An electric fence at two heights, fifteen and thirty centimetres, is all that a badger respects.", "Badgers respect an electric fence at fifteen and thirty centimetres."),
    ("We wash everything in a converted bathtub with a jacuzzi pump, which dries the leaves as well.", "Leaves are washed in a bathtub with a jacuzzi pump."),
    ("My accountant says we earn four pounds for each square metre, and celeriac earns nothing at all.", "Celeriac earns nothing, while the average is four pounds a square metre."),
    ("The chef at the Anchor takes pea shoots every Thursday and pays in cash and oysters.", "The Anchor pays for pea shoots in cash and oysters."),
    ("Never hire in spring, hire in January, when the work is cold and people show what they are.", "People should be hired in January, when work is cold."),
    ("The rotavator I sold for scrap, it smeared the chalk into a pan that no root could pass.", "The rotavator smeared the chalk into a pan, so it went for scrap."),
    ("Flea beetle leaves the radishes like lace unless you cover them the same hour as you sow.", "Radishes are covered in the hour of sowing, or flea beetle turns them to lace."),
    ("We deliver by cargo bicycle within four miles, and the van does only the hospital and the school.", "Cargo bicycles deliver within four miles."),
    ("Mushrooms in the old ice house pay for the heating of the propagator, oyster mushrooms on coffee.", "Oyster mushrooms in the ice house pay for the propagator."),
    ("A frost in the second week of May took the courgettes, so now the fleece stays on until the tenth of June.", "Since a May frost took the courgettes, fleece stays on until June."),
    ("If I had one wish it would be a reservoir, because every other summer the borehole turns to mud.", "A reservoir is wished for, as the borehole turns to mud."),
]  # fmt: skip
STEP = 40
PUT = [put for _, put in TALK]
CUES = tuple(Cue(at * STEP, (at + 1) * STEP, "Ivo Brandt", said, Span(at, at)) for at, (said, _) in enumerate(TALK))
TRANSCRIPT = Transcript("transcripts/shed.vtt", CUES)
SETTINGS = build_settings({}, "t")
PIGEONS, BADGERS, PUMP, BORE = 3, 8, 10, 19
ANCHOR = '<a class="yt-timestamp" data-t="{0}">[{0}]</a>'


def parsed(text, path="a.md", dialects=None):
    times = build_settings({"times": {"dialects": dialects or {}}}, "t").times
    return Note(path, SourceText(text), times.patterns())


def recording(*texts, transcript=TRANSCRIPT):
    notes = {f"{name}.md": parsed(text, f"{name}.md") for name, text in zip("abcd", texts, strict=False)}
    return Recording("shed", notes, SETTINGS, transcript)


def cited(at, **without):
    """A line of a note, with its time unless that is left out."""
    return f"{PUT[at][:-1]} [{format_clock(at * STEP)}]." if at not in without.get("but", ()) else PUT[at]


def lines(*but):
    return "\n".join(f"- {cited(at, but=but)}" for at in range(2, len(TALK))) + "\n"


def place(text, words):
    start = text.index(words)
    return Span(start, start + len(words))


def proposal(text, words, **given):
    return recording(text, **given).proposal("a.md", place(text, words))


# Where it is said


@pytest.mark.parametrize("at", range(3, len(TALK)))
def test_a_sentence_among_cited_ones(at):
    text = lines(at)
    found = proposal(text, PUT[at])
    assert text[slice(*found.span)].strip() == PUT[at]
    assert abs(found.seconds - at * STEP) <= 20
    assert found.probability >= 0.99
    assert set(found.words) <= set(PUT[at][:-1].replace(",", "").split())


@pytest.mark.parametrize("at", [PIGEONS, BADGERS, PUMP, BORE])
def test_a_note_that_cites_nothing(at):
    text = "\n\n".join(PUT)
    found = proposal(text, PUT[at])
    assert abs(found.seconds - at * STEP) <= 20
    assert found.words


def test_it_is_asked_for_by_any_place_in_the_sentence():
    text = lines(PUMP)
    whole = proposal(text, PUT[PUMP])
    assert proposal(text, "bathtub") == whole
    assert proposal(text, "pump.") == whole


def test_what_stands_around_it_decides_between_two_places():
    """What was said twice is said where its neighbours are; with none there is no proposal."""
    twice = TALK[PUMP][0]
    cues = [*CUES]
    cues[17] = cues[17]._replace(text=twice)
    transcript = Transcript("transcripts/shed.vtt", tuple(cues))
    before = "\n".join(f"- {cited(at)}" for at in (8, 9)) + f"\n- {PUT[PUMP]}\n" + f"- {cited(11)}\n"
    after = "\n".join(f"- {cited(at)}" for at in (15, 16)) + f"\n- {PUT[PUMP]}\n" + f"- {cited(18)}\n"
    assert abs(proposal(before, PUT[PUMP], transcript=transcript).seconds - PUMP * STEP) <= 20
    assert abs(proposal(after, PUT[PUMP], transcript=transcript).seconds - 17 * STEP) <= 20
    alone = f"{PUT[PUMP]}\n"
    assert proposal(alone, PUT[PUMP], transcript=transcript) is None
    # Those around need not be cited, if their own words leave no doubt.
    bare = "\n".join(f"- {PUT[at]}" for at in (14, 15, 16, PUMP, 18, 19)) + "\n"
    assert abs(proposal(bare, PUT[PUMP], transcript=transcript).seconds - 17 * STEP) <= 20


def test_another_note_that_cites_the_place_speaks_for_it():
    """What two places share is said where another note cites it with more of the words."""
    twice = "We wash everything with a pump."
    cues = [*CUES]
    cues[17] = cues[17]._replace(text=f"{twice} {cues[17].text}")
    transcript = Transcript("transcripts/shed.vtt", tuple(cues))
    text = "Everything is washed with a pump in vinegar by Gwendolyn's nephews.\n"
    peer = f"Gwendolyn's nephews wash oyster mushrooms with vinegar [{format_clock(17 * STEP)}].\n" + lines()
    alone, beside = (
        rec._propose("a.md").best(Span(0, 1))
        for rec in (recording(text, transcript=transcript), recording(text, peer, transcript=transcript))
    )
    assert abs(beside.seconds - 17 * STEP) <= 20
    assert beside.probability > alone.probability + 0.2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (lines(), PUT[PUMP][:-1]),  # cites
        (lines(2), PUT[2]),  # is said in the opening
        (lines() + "\nHe is said to have liked it there.\n", "He is said"),
        (lines() + "\nParsnips want a stale seedbed and a patient grower.\n", "Parsnips"),
        (f"# {PUT[PUMP]}\n\n{lines()}", PUT[PUMP]),  # a heading
        (f"```\n{PUT[PUMP]}\n```\n\n{lines()}", PUT[PUMP]),
        ("---\ntitle: x\n---\n" + lines(), "title"),
    ],
)
def test_nothing_is_proposed(text, words):
    assert proposal(text, words) is None


def test_nothing_is_proposed_without_a_transcript_that_fits():
    text = lines(PUMP)
    assert proposal(text, PUT[PUMP], transcript=None) is None
    # Of one on something else, even where a sentence or two are in it.
    other = [f"Sermon number {at} about patience and the harvest of souls, brothers." for at in range(30)]
    other[17] = TALK[PUMP][0]
    cues = tuple(Cue(at * STEP, (at + 1) * STEP, "", said, Span(at, at)) for at, said in enumerate(other))
    foreign = Transcript("x.vtt", cues)
    uncited = "\n".join(f"- {put}" for put in PUT)
    assert not recording(uncited, transcript=foreign).fits("a.md")
    assert recording(uncited).fits("a.md")
    assert proposal(uncited, PUT[PUMP], transcript=foreign) is None


def test_a_quotation_tells_the_second():
    said = "fifteen and thirty centimetres, is all that a badger respects"
    text = f'Of fences he says: "{said}".\n\n{lines()}'
    found = proposal(text, "Of fences")
    # Behind six of the sixteen words that take forty seconds.
    assert (found.seconds, found.probability) == (9 * STEP + 40 * 6 // 16, 1.0)
    assert found.words == ("fifteen and thirty centimetres is all",)


def test_a_quotation_that_was_said_twice_tells_no_second():
    said = TALK[9][0][:-1]
    cues = (*CUES, Cue(800, 840, "", said + ".", Span(20, 20)))
    text = f'He said: "{said}".\n'
    rec = recording(text, transcript=Transcript("x.vtt", cues))
    assert rec.spoken.said(rec.notes["a.md"], Span(0, len(text))) is None
    rec = recording(text)
    nearest = rec.spoken.said(rec.notes["a.md"], Span(0, len(text)))
    assert (nearest.likeness, nearest.seconds, nearest.words) == (100, 9 * STEP, said.replace(",", ""))


@pytest.mark.parametrize(
    ("quoted", "second"),
    [
        ("The badgers came for the sweetcorn on the very night before the harvest, a whole family", 8 * STEP),
        ("the badger respects", None),  # too short
        ("Every grower needs a patient dog and a loud radio", None),
    ],
)
def test_a_quotation_that_is_nearly_what_was_said(quoted, second):
    text = f'He said "{quoted}" then.\n'
    rec = recording(text)
    said = rec.spoken.said(rec.notes["a.md"], Span(0, len(text)))
    assert (said is None) == (second is None)
    assert said is None or (said.likeness >= 85 and abs(said.seconds - second) <= 3)


def test_sentences_without_a_citation():
    text = (
        "---\ntitle: T\n---\n# Head.\n\nOne two three. Four five [00:01:00]. Six [00:02:00] seven? - Eight.\n- nine\n"
    )
    note = parsed(text)
    assert [(text[slice(*one.span)].strip(), one.time.seconds) for one in read_uncited(note)] == [
        ("One two three.", None),
        ("Eight.", None),
        ("nine", None),
    ]


# How it is cited

BARE = "Beds are raised [00:01:00]. Paths are mown [00:02:00]. "
STOPPED = "Beds are raised. [00:01:00] Paths are mown. [00:02:00] "
TIGHT = "Beds are raised[00:01:00]. Paths are mown[00:02:00]. "
ANCHORED = f"Beds are raised {ANCHOR.format('00:01:00')}. Paths are mown {ANCHOR.format('00:02:00')}. "
LINKED = "Beds are raised [1:00](https://youtu.be/a1b2c3d4e5f?t=60). Paths are mown [2:00](https://youtu.be/a1b2c3d4e5f?t=120). "
WHOLE = "Beds are raised [00:01:00](https://x.example/v). Paths are mown [00:02:00](https://x.example/v). "
ODD = "Beds are raised [00:01:00](player://x?at=60). Paths are mown [00:02:00](player://x?at=120). "
ASIDE = "Beds are raised (00:01:00). Paths are mown (00:02:00). Nets are hung (00:03:00). "
NAKED = 'Beds <a class="yt-timestamp" data-t="00:01:00">00:01:00</a>. Paths <a class="yt-timestamp" data-t="00:02:00">00:02:00</a>. '
A62 = ANCHOR.format("00:01:02")


@pytest.mark.parametrize(
    ("head", "sentence", "written"),
    [
        ("", "Salad grows.", "Salad grows [00:01:02]."),
        ("", "Salad grows", "Salad grows [00:01:02]"),
        ("", "Does salad grow?", "Does salad grow [00:01:02]?"),
        ("", 'He says "salad."', 'He says "salad." [00:01:02]'),
        ("", "(Salad grows.)", "(Salad grows.) [00:01:02]"),
        ("", "**Salad grows.**", "**Salad grows.** [00:01:02]"),
        ("", "*Salad*.", "*Salad* [00:01:02]."),
        ("", "It is three:", "It is three: [00:01:02]"),
        ("", "Salad, nets etc.", "Salad, nets etc. [00:01:02]"),
        ("", "Salad grows ^b1", "Salad grows [00:01:02] ^b1"),
        ("", "- [[salad]]", "- [[salad]] [00:01:02]"),
        ("", "See [salad](salad.md).", "See [salad](salad.md) [00:01:02]."),
        ("", "Run `salad`.", "Run `salad` [00:01:02]."),
        ("", "> Salad grows.", "> Salad grows [00:01:02]."),
        (BARE, "Salad grows.", "Salad grows [00:01:02]."),
        (STOPPED, "Salad grows.", "Salad grows. [00:01:02]"),
        (STOPPED, "Salad grows", "Salad grows [00:01:02]"),
        (TIGHT, "Salad grows.", "Salad grows[00:01:02]."),
        (TIGHT, "- [[salad]]", "- [[salad]] [00:01:02]"),
        (ANCHORED, "Salad grows.", f"Salad grows {A62}."),
        (NAKED, "Salad grows.", "Salad grows " + A62.replace("[", "").replace("]", "") + "."),
        (LINKED, "Salad grows.", "Salad grows [1:02](https://youtu.be/a1b2c3d4e5f?t=62)."),
        (WHOLE, "Salad grows.", "Salad grows [00:01:02](https://x.example/v)."),
        (ODD, "Salad grows.", None),
        (ASIDE, "Salad grows.", "Salad grows (00:01:02)."),
        ("[00:01:02]: https://x.example\n\n", "Salad grows.", None),
        ("He said: “It is late. ", "Salad grows. It rains.”", None),
        ("| a |\n|---|\n", "| Salad grows. |", None),
        ("", "Salad<br>", None),
        ("", "<div>Salad</div>", None),
        ("<div>\n", "(Salad)", None),
        ("", "Salad [salad grows](x.md", "Salad [salad grows](x.md [00:01:02]"),
        ("", "Salad grows \\", None),
        ("", "1.", None),
    ],
)  # fmt: skip
def test_a_citation_as_the_note_writes_them(head, sentence, written):
    text = f"{head}\n\n{sentence}\n" if not head.endswith("\n") and "“" not in head else f"{head}{sentence}\n"
    note = parsed(text)
    edit = cite(note, place(text, sentence.partition(". It")[0]), 62)
    after = note.source.edited([(edit.span, edit.text)]).text if edit else None
    assert after == (text.replace(sentence, written) if written else None)


@pytest.mark.parametrize(
    ("head", "seconds", "written"),
    [(LINKED, 3723, "[1:02:03](https://youtu.be/a1b2c3d4e5f?t=3723)"), (BARE, 3723, "[01:02:03]"), (ASIDE, 0, "(00:00:00)")],
)  # fmt: skip
def test_times_of_other_lengths(head, seconds, written):
    text = f"{head}Salad grows.\n"
    assert cite(parsed(text), place(text, "Salad grows."), seconds).text == f" {written}"


DIALECTS = {
    "at": (r"@(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?P<seconds>\d+)s", "@2m0s", "@1h2m3s"),
    "curly": (r"\{(?P<time>[\d:]+)\}", "{00:02:00}", "{01:02:03}"),
    "seconds": (r"\bt(?P<time>\d+)\b", "t120", "t3723"),
    "dashes": (r"~(?P<hours>\d\d)-(?P<minutes>\d\d)-(?P<seconds>\d\d)", "~00-02-00", None),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_dialects(name):
    pattern, given, wanted = DIALECTS[name]
    text = f"Beds are raised {given}. Salad grows.\n"
    edit = cite(parsed(text, dialects={name: pattern}), place(text, "Salad grows."), 3723)
    assert (edit.text if edit else None) == (f" {wanted}" if wanted else None)


def test_the_form_that_is_asked_for_and_that_of_other_notes():
    text = "Salad grows.\n"
    note, span = parsed(text), place(text, "Salad grows.")
    other, aside = parsed(STOPPED.replace("[", "[["[:1]), "b.md"), parsed(ASIDE, "c.md")
    linked = parsed(LINKED, "d.md")
    assert cite(note, span, 62, "anchor").text == f" {A62}"
    assert cite(note, span, 62, "link") is None
    assert cite(note, span, 62, None, (linked,)).text == " [1:02](https://youtu.be/a1b2c3d4e5f?t=62)"
    assert cite(note, span, 62, None, (aside,)).text == " [00:01:02]"
    assert cite(note, span, 62, None, (other,)).span.start == len("Salad grows.")
    own = ASIDE + text
    assert cite(parsed(own), place(own, "Salad grows."), 62, "anchor") is None


def test_a_quotation_is_cited_behind_its_marks():
    text = 'He says "never hire in spring", and means it.\n'
    note = parsed(text)
    edit = cite(note, place(text, '"never hire in spring"'), 62)
    assert note.source.edited([(edit.span, edit.text)]).text == text.replace('",', '" [00:01:02],')
    assert cite(note, place(text, '"never hire in'), 62) is None


SENTENCES = st.sampled_from(
    [
        "Salad grows.", "Nets are *hung*.", "He said \"pigeons.\"", "See [[beds|Beds]] and `code`.", "- It is dry", "> It rains?",
        "1. Mow first.", "## Paths", "(Chalk drains.)", "| a | b |\n|---|---|\n| c | d. |", "It costs $5. And $6 more.",
        "```\nSalad.\n```", "See [x](y.md)", "Beds <b>are</b> raised", "“Never.", "Always.”", "Nothing etc.", "Text ^id", "- [ ] Task: sow",
        "<!-- note -->", "Wow!", "x[1:10:2] is a slice.", "A line  ", "[ref]: https://x.example", "Use [ref].", "![x](y.png)", "***", "$x$.",
    ]
)  # fmt: skip
MANNERS = st.sampled_from(["", BARE, STOPPED, TIGHT, ANCHORED, LINKED, WHOLE, ODD, NAKED, ASIDE])
JOINTS = st.sampled_from([" ", "\n", "\n\n", "\r\n", "\r\n\r\n"])


@settings(max_examples=400, deadline=None)
@given(
    MANNERS,
    st.lists(st.tuples(SENTENCES, JOINTS), min_size=1, max_size=6),
    st.integers(0, 20_000),
    st.sampled_from([None, "anchor", "bare"]),
)
def test_there_is_one_citation_more_and_it_is_of_the_sentence(head, parts, seconds, form):
    note = parsed(head + "\n\n" + "".join(sentence + joint for sentence, joint in parts))
    for sentence in read_uncited(note):
        edit = cite(note, sentence.span, seconds, form)
        if edit is None:
            continue
        after = parsed(note.source.edited([(edit.span, edit.text)]).text)
        assert len(after.citations) == len(note.citations) + 1
        new = [
            one
            for one in read_passages(after)
            if after.citations[one.citation].span.start == edit.span.end + (edit.text[0] == " ")
        ]
        assert {one.time.seconds for one in new} == {seconds}
        assert all(one.span.start <= sentence.span.start and one.span.end >= edit.span.start for one in new)


# For checks


def context(rec):
    return SourceContext(SETTINGS, Params(), Applicability.UNSAFE, rec)


def test_what_checks_are_given():
    text = lines(PUMP)
    rec = recording(text)
    related, fixes = proposed(rec.notes["a.md"], context(rec), place(text, PUT[PUMP]))
    (shown,), (fix,) = related, fixes
    assert shown.path == "transcripts/shed.vtt"
    assert shown.message.startswith(
        "where it is said (Ivo Brandt, 00:06:40): We wash everything in a converted bathtub"
    )
    seconds = rec.proposal("a.md", place(text, PUT[PUMP])).seconds
    clock = format_clock(seconds)
    assert fix.title == f"cite {clock}: `Leaves, bathtub, with, jacuzzi, pump` is said there"
    assert fix.applicability is Applicability.UNSAFE
    (edit,) = fix.edits
    after = rec.notes["a.md"].source.edited([(edit.span, edit.text)]).text
    assert after == text.replace(PUT[PUMP], f"{PUT[PUMP][:-1]} [{clock}].")
    assert proposed(rec.notes["a.md"], context(rec), place(text, PUT[3][:20])) == ((), ())


CONFIG = 'sources = "transcripts/{videoId}.*"\n'
VTT = "WEBVTT\n\n" + "\n".join(
    f"{format_clock(cue.start)}.000 --> {format_clock(cue.end)}.000\n<v Ivo Brandt>{cue.text}\n" for cue in CUES
)
HEAD = "---\nvideoId: shed\n---\n"
MISHEARD = (
    "A forest in a seventh week of Maine shook some cougars, so now a fleet stays out until every tenth of January"
)


def test_a_claim_is_offered_the_citation_of_what_was_said(base):
    text = HEAD + "\n\n".join(cited(at, but=(PIGEONS,)) for at in range(2, len(TALK)))
    text = text.replace("nine tenths of the spinach", "90 % of the spinach") + "\n"
    base.write({"lintkb.toml": CONFIG, "transcripts/shed.vtt": VTT, "a.md": text})
    (item,) = base.json("--select", "CL").json
    assert item["code"] == "CL002"
    assert [related["path"] for related in item["related"]] == ["transcripts/shed.vtt"]
    assert item["related"][0]["message"].startswith("where it is said")
    assert [fix["applicability"] for fix in item["fixes"]] == ["unsafe"]
    assert base.run("--fix", "--select", "CL").code == 1
    assert base.read("a.md").decode() == text
    assert base.run("--fix", "--unsafe-fixes", "--select", "CL").code == 0
    sentence = PUT[PIGEONS].replace("nine tenths", "90 %")
    fixed = base.read("a.md").decode()
    assert fixed == text.replace(sentence, f"{sentence[:-1]} [00:02:00].")


def test_a_quotation_that_was_not_said_is_told_of_in_a_note_without_citations(base):
    invented = "Whoever wants parsnips must first learn patience and humility"
    text = HEAD + "\n\n".join(PUT) + f'\n\nHe adds: "{invented}".\n'
    base.write({"lintkb.toml": CONFIG, "transcripts/shed.vtt": VTT, "a.md": text})
    (item,) = base.json("--select", "SR006").json
    assert item["start"] == {"line": 44, "column": 10}
    assert item["fixes"] == []
    # A transcript that has nothing of what the note says may be of something else.
    base.write({"a.md": HEAD + f'He adds: "{invented}". {PUT[PUMP]}\n'})
    assert base.json("--select", "SR006").json == []


def test_a_quotation_that_is_like_what_was_said_may_cite_it(base):
    text = HEAD + "\n\n".join(PUT) + f'\n\nHe adds: "{MISHEARD}", as they all do.\n'
    base.write({"lintkb.toml": CONFIG, "transcripts/shed.vtt": VTT, "a.md": text})
    (item,) = base.json("--select", "SR006").json
    nearest = "are `coffee A frost in the second week of May took the courgettes so now the fleece …`"
    assert item["message"] == f"these words were not said in the recording; the nearest, at 00:11:57, {nearest}"
    assert [(fix["title"], fix["applicability"]) for fix in item["fixes"]] == [
        ("cite 00:11:57: the nearest words are said there", "unsafe")
    ]
    assert base.run("--fix", "--select", "SR006").code == 1
    assert base.read("a.md").decode() == text
    base.run("--fix", "--unsafe-fixes", "--select", "SR006")
    assert base.read("a.md").decode() == text.replace('",', '" [00:11:57],')
    # It is still not what was said; but the reader can hear that.
    (item,) = base.json("--select", "SR006").json
    assert item["fixes"] == []
    assert (
        item["message"]
        == f"these words were not said in the recording; the nearest, at the time that is cited, {nearest}"
    )


@pytest.mark.parametrize(
    "text", ["Salad grows. " * 20_000, '"a' * 60_000, "- x\n" * 40_000, "a [" * 60_000, f"{BARE}" * 5_000]
)
def test_hostile_notes_take_linear_time(text):
    rec = recording(text + "\n\n" + "\n\n".join(PUT))
    note = rec.notes["a.md"]
    started = time.perf_counter()
    sentences = read_uncited(note)
    for sentence in sentences[:2000]:
        proposed(note, context(rec), sentence.span)
        cite(note, sentence.span, 62)
    assert time.perf_counter() - started < 10
