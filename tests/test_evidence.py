"""Cited times weighed against what was said: exact verdicts, readings and regimes, on a talk about a market garden."""

import json
import time

import pytest
from hypothesis import given, settings, strategies as st

from lintkb.clock import format_clock
from lintkb.evidence import peers, weigh
from lintkb.evidence.passages import Cited, read_passages
from lintkb.evidence.readings import readings
from lintkb.evidence.search import Index, Search, index_transcript
from lintkb.evidence.terms import FOUND, HOURS, LABEL, SHIFTED, SLIP, TENS
from lintkb.evidence.weigh import IMPOSSIBLE, NONE, PLAUSIBLE, PROVED, SUPPORTED, UNKNOWN, UNSUPPORTED, Hearing
from lintkb.evidence.words import StemReader, stems, words_of
from lintkb.source.citations import Time
from lintkb.source.markdown import blanked
from lintkb.source.note import Note
from lintkb.source.transcripts import Cue, Transcript
from lintkb.text import SourceText, Span

# What was said, 50 seconds each, and how a note puts it.
TALK = [
    ("So welcome everybody, my guest tonight runs a market garden on clay near the estuary.", "The guest runs a market garden on clay."),
    ("We start tomatoes on heat mats in February, because the seedlings stall when nights drop below twelve degrees.", "Tomatoes start on heat mats in February, for cold nights stall the seedlings."),
    ("Our compost is mostly horse manure and wood chips, turned twice, and it has to reach sixty degrees to kill the weeds.", "The compost of manure and wood chips must reach sixty degrees to kill weeds."),
    ("For slugs we put out boards every evening and collect them underneath in the morning, nothing beats that.", "Slugs are collected under boards in the morning."),
    ("Carrots want sand, so we sow them in ridges that we sieve, otherwise they fork and nobody buys forked carrots.", "Carrots are sown in sieved ridges of sand, lest they fork."),
    ("The polytunnel was torn open by the storm in October, and the insurance paid for half of the plastic.", "A storm tore open the polytunnel, and insurance paid half the plastic."),
    ("We sell lettuce to four restaurants, and they order by text message before nine on Tuesdays.", "Four restaurants order lettuce by text message on Tuesdays."),
    ("Garlic goes in at Halloween, the cloves need the frost, and we plait it in July for the fair.", "Garlic cloves need frost, so they go in at Halloween."),
    ("The well ran dry that summer, so we dug a pond of forty cubic metres and lined it with rubber.", "When the well ran dry they dug a pond and lined it with rubber."),
    ("Bumblebees pollinate the courgettes, that is why we leave the borage and the phacelia to flower.", "Borage and phacelia flower for the bumblebees that pollinate courgettes."),
    ("I lost a whole bed of leeks to rust, the orange spots spread after two weeks of drizzle.", "Rust took a bed of leeks after weeks of drizzle."),
    ("Our apprentices get a room in the barn and three hundred euros, and they run the stall on their own by August.", "Apprentices live in the barn and run the stall by August."),
    ("Broad beans are hardy, we sow them under fleece in November, and blackfly only come for the tips.", "Broad beans are sown under fleece in November, and blackfly come for their tips."),
    ("The tractor is from 1962, it is a Ferguson, and I weld the drawbar again every spring.", "The drawbar of the Ferguson tractor is welded again every spring."),
    ("Potato blight arrives with warm rain, we watch the Smith periods and cut the haulm the same day.", "At blight weather the potato haulm is cut the same day."),
    ("Customers prepay for vegetable boxes in January, which buys the seed without any loan from the bank.", "Boxes that customers prepay in January buy the seed without a loan."),
    ("Onions cure on the greenhouse benches until the necks are papery, then they keep until April.", "Onions cure on benches until their necks are papery."),
    ("We gave up on celery, it bolts, it rots, it drinks more than the cows across the lane.", "Celery was given up, as it bolts and rots."),
    ("Rhubarb is forced in the cellar under dustbins, you hear it squeak while it grows.", "Rhubarb forced in the cellar squeaks while it grows."),
    ("Mulching with fleeces from the neighbour's sheep keeps the strawberries clean and the blackbirds away.", "Sheep fleeces as mulch keep strawberries clean and blackbirds away."),
    ("The spreadsheet tells me which bed earned what per metre, and radishes win every single year.", "By the spreadsheet, radishes earn the most per metre of bed."),
    ("Next year we plant a windbreak of hazel and alder along the northern ditch.", "A windbreak of hazel and alder is planned along the northern ditch."),
    ("My grandmother saved the seed of her purple peas in matchboxes, and we still grow them.", "Purple peas are still grown from seed that a grandmother saved in matchboxes."),
    ("If you begin, begin with half of the land that you think you need, and buy a good hoe.", "Beginners should take half the land they think they need, and a good hoe."),
]  # fmt: skip
STEP = 50
CUES = tuple(Cue(at * STEP, at * STEP + STEP, "Marta Brook", said, Span(0, 0)) for at, (said, _) in enumerate(TALK))
TRANSCRIPT = Transcript("talk.vtt", CUES)
DURATION = STEP * len(TALK)
TIMES = [at * STEP for at in range(len(TALK))]


def anchor(text: str, label: str | None = None) -> str:
    return f'<a class="yt-timestamp" data-t="{text}">[{label or text}]</a>'


def passages(text: str):
    return read_passages(Note("note.md", SourceText(text)))


def note(times: list[str]):
    """The passages of a note that says everything the talk does, with these times."""
    return passages("\n".join(f"- {said[:-1]} {anchor(at)}." for (_, said), at in zip(TALK, times, strict=True)))


def recording(duration: float | None = DURATION) -> Hearing:
    return Hearing(Search(index_transcript(TRANSCRIPT)), duration)


def right() -> list[str]:
    return [format_clock(at) for at in TIMES]


def changed(at: int, text: str):
    return note([text if number == at else one for number, one in enumerate(right())])


# words and passages


def test_a_word_is_compared_by_its_first_five_letters():
    assert stems("Seedlings’ TOMATOES, don't; naïve 1962") == ["seedl", "tomat", "don", "t", "naïve", "1962"]
    assert stems("Plain ASCII, don't_worry") == ["plain", "ascii", "don", "t", "worry"]
    assert words_of("Tomatoes and a tomato, Tomatoes", ["tomat"]) == ["Tomatoes", "tomato"]


@given(st.text(st.sampled_from("aBé'’“—…Σİ_1 .\n"), max_size=40), st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=300, deadline=None)
def test_the_stems_of_a_part_are_those_of_its_text(text, start, end):
    assert StemReader(text, blanked(text))(start, end) == tuple(dict.fromkeys(stems(text[start:end])))


SOME_WORDS = st.lists(st.sampled_from([f"word{number}" for number in range(12)]), min_size=4, unique=True)


@given(st.lists(st.tuples(st.integers(0, 3), SOME_WORDS), max_size=12))
@settings(max_examples=200, deadline=None)
def test_sentences_are_alike_whatever_bits_stand_for_their_words(sentences):
    notes = {f"{number}.md": [] for number in range(4)}
    for at, (number, words) in enumerate(sentences):
        span = Span(10 * at, 10 * at + 8)
        own = Cited(at, Time(format_clock(at), span, at, "text"), None, span, tuple(words), at)
        notes[f"{number}.md"].append(own)

    def pairs(bits: int) -> list[tuple[int, int]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(peers, "BITS", bits)
            return [(one.cited.citation, other.cited.citation) for one, other in peers._alike(notes)]

    found = pairs(256)
    assert found == pairs(1) == pairs(3)
    alike = {
        frozenset((one, other))
        for one, (number, words) in enumerate(sentences)
        for other, (other_number, others) in enumerate(sentences[:one])
        if number != other_number
        and len({*words} & {*others}) >= max(peers.FEWEST_SHARED, peers.ALIKE * len({*words} | {*others}))
    }
    assert sorted(map(sorted, found)) == sorted(map(sorted, alike))


def spans(text: str) -> list[tuple[str, str]]:
    parsed = Note("note.md", SourceText(text))
    return [(one.time.text, parsed.text[one.span.start : one.span.end].strip()) for one in read_passages(parsed)]


def test_a_citation_vouches_for_its_sentence_before_and_behind_the_full_stop():
    one, two = anchor("00:01:00"), anchor("00:02:00")
    text = f"Uncited first. Slugs eat lettuce at night {one}. Boards help. {two} Ducks are better."
    assert spans(text) == [("00:01:00", f"Slugs eat lettuce at night {one}."), ("00:02:00", f"Boards help. {two}")]


@pytest.mark.parametrize("end", [". ", "! ", "? ", "… ", '." ', "\r- ", "\n\n", "\r\n\r\n", ".\n", "?! "])
def test_whatever_ends_a_sentence(end):
    one, two = anchor("00:01:00"), anchor("00:02:00")
    first = f"Slugs eat lettuce at night {one}{end.rstrip(' -')}".rstrip()
    text = f"Slugs eat lettuce at night {one}{end}Ducks eat the slugs at noon {two}"
    assert [(at, shown.strip(" -")) for at, shown in spans(text)] == [
        ("00:01:00", first), ("00:02:00", f"Ducks eat the slugs at noon {two}"),
    ]  # fmt: skip


def test_titles_and_small_letters_end_no_sentence():
    at = anchor("00:01:00")
    text = f"Dr. Brook, e.g. on clay, grows peas {at}."
    assert spans(text) == [("00:01:00", text)]


def test_several_citations_take_the_part_before_them():
    a, b, c = (anchor(f"00:0{minute}:00") for minute in (1, 2, 3))
    text = f"Garlic needs hard frost {a}, {b} and leeks fear orange rust {c} in drizzle."
    (first, before), (second, same), (third, rest) = spans(text)
    assert (first, second, third) == ("00:01:00", "00:02:00", "00:03:00")
    assert before == same == "Garlic needs hard frost"
    assert rest == f"{b} and leeks fear orange rust {c} in drizzle.".removeprefix(b).strip()


def test_a_part_of_few_words_takes_what_stands_before_it():
    a, b = anchor("00:01:00"), anchor("00:02:00")
    assert spans(f"Garlic needs hard frost {a}, too {b}.")[1][1].startswith("Garlic needs hard frost")


def test_items_headings_and_lines_of_windows_are_blocks_of_their_own():
    at = anchor("00:01:00")
    for newline in ("\n", "\r\n", "\r"):
        text = newline.join(["# Beds", f"- Peas climb {at}", f"- Beans climb higher {at}", "", f"Leeks stand {at}"])
        assert [said for _, said in spans(text)] == [
            f"- Peas climb {at}",
            f"- Beans climb higher {at}",
            f"Leeks stand {at}",
        ]


def test_a_wrapped_line_goes_on():
    at = anchor("00:01:00")
    assert spans(f"Peas climb\nand beans twine {at}.")[0][1] == f"Peas climb\nand beans twine {at}."


def test_links_give_their_label_and_citations_nothing():
    (cited,) = passages(f"The [[heat_mats|warm mats]] help {anchor('00:01:00')}.")
    assert cited.words == ("the", "warm", "mats", "help")


def test_bare_lists_are_a_time_each_and_an_anchor_is_one():
    cited = passages(f"Peas climb [00:01:00, 00:02:00]. Beans climb {anchor('00:03:00', '00:04:00')}.")
    assert [(one.citation, one.time.seconds, one.label and one.label.seconds) for one in cited] == [
        (0, 60, None), (0, 120, None), (1, 180, 240),
    ]  # fmt: skip


def moments(text: str) -> list[tuple[str, str, str | None]]:
    return [(one.time.role, one.time.text, one.label and one.label.text) for one in passages(text)]


ADDRESS = "https://youtu.be/a1b2c3d4e5f"


@pytest.mark.parametrize(
    ("citation", "found"),
    [
        (f"[7:21]({ADDRESS}?t=441)", [("address", "441", "7:21")]),
        (f"[00:07:21]({ADDRESS}?t=9m1s)", [("address", "9m1s", "00:07:21")]),
        (f"[00:07:21 - 00:08:40]({ADDRESS}?t=441)", [("address", "441", "00:07:21")]),
        (f"[00:07:21]({ADDRESS}?t=1m99z)", [("text", "00:07:21", None)]),
        (f"[00:07:21]({ADDRESS})", [("text", "00:07:21", None)]),
        ("[00:07:21](#t0:07:21)", [("text", "00:07:21", None)]),
        ("[00:07:21](00:07:21)", [("address", "00:07:21", "00:07:21")]),
        ("[the slugs](00:07:21)", [("address", "00:07:21", None)]),
        (f"[00:07:21]({anchor('00:07:21')})", [("anchor", "00:07:21", "00:07:21")]),
        (anchor("00:07:21", "00:08:40"), [("anchor", "00:07:21", "00:08:40")]),
        (anchor("7:21:00:00"), [("anchor", "7:21:00:00", "7:21:00:00")]),
        ('<a class="yt-timestamp">[00:07:21]</a>', [("label", "00:07:21", None)]),
        ('<a class="yt-timestamp" data-t="00:07:21"></a>', [("anchor", "00:07:21", None)]),
        ("[[00:07:21]]", [("text", "00:07:21", None)]),
        ("[[slugs | [00:07:21]]]", [("text", "00:07:21", None)]),
        ("[00:07:21, 00:08:40; 00:07:21]", [("text", "00:07:21", None), ("text", "00:08:40", None)]),
        ("[00:07:21 - 00:08:40]", [("text", "00:07:21", None), ("text", "00:08:40", None)]),
    ],
)
def test_each_moment_counts_once_and_its_copies_do_not(citation, found):
    assert moments(f"Slugs eat lettuce at night {citation}.") == found


def test_a_cut_anchor_that_shows_no_time_vouches_for_nothing():
    assert moments('Slugs eat lettuce <a class="yt-timestamp" data-t="00:07:21') == []


# the index


def test_the_index_is_plain_data():
    index = index_transcript(TRANSCRIPT)
    assert Index(*json.loads(json.dumps(index))) == index
    assert index.cells == 118  # the last cue's 17 words take 22 of its 50 seconds
    assert index.stems["slugs"] == [56] and index.words[56] == 15
    assert [index.words[at] for at in index.stems["carro"]] == [20, 22]
    assert index.stems["stall"] == [26, 217] and (index.words[26], index.words[217]) == (6, 56)
    assert index.stems["marta"] == []
    assert sorted(at for places in index.stems.values() for at in places) == list(range(len(index.words)))


@pytest.mark.parametrize(
    "cues", [(), (Cue(0, 0, "", "…", Span(0, 0)),), (Cue(3e7, 3e7 + 1, "", "late words", Span(0, 0)),)]
)
def test_a_recording_without_words_supports_nothing(cues):
    weighing = Hearing(Search(index_transcript(Transcript("x.vtt", cues))), 0).weigh(note(right()))
    assert {one.verdict for one in weighing.verdicts()} == {UNKNOWN, IMPOSSIBLE}
    assert all(one.repair == NONE and one.proposed is None for one in weighing.verdicts())
    assert weighing.judge(0).repair == NONE


def test_pairs_of_words_are_found_where_one_follows_the_other():
    search = Search(index_transcript(TRANSCRIPT))

    def cells(*words: str) -> list[int]:
        return sorted(search.pairs(words))

    assert cells("horse", "manur") == [9, 10, 11]  # said in cell 10, and what is within 15 s of it
    assert cells("manur", "horse") == []
    assert cells("horse", "wood") == []
    assert cells("heat", "mats", "in") == [4, 5, 6]
    assert cells("marta", "brook") == cells("horse") == cells("unsaid", "manur") == []


def test_pairs_choose_between_two_places_but_do_not_say_how_sure_it_is():
    other = "The mulch rots. Straw under apples, and a cloth of wool."  # the same words, none after the other
    between = [cue._replace(start=cue.start + 1250, end=cue.end + 1250) for cue in CUES[:4]]
    cues = (*CUES, Cue(1200, 1250, "", other, Span(0, 0)), *between)
    cues += (Cue(1450, 1500, "", "Wool mulch under apple trees rots.", Span(0, 0)),)
    verdict = recording_of(cues).weigh(passages(f"Wool mulch under apples {anchor('00:10:00')}.")).judge(0)
    assert abs(verdict.proposed.seconds - 1450) <= 30
    assert verdict.proposed.mass < 0.6


def test_what_is_found_is_not_the_written_place():
    said = "Marigolds guard the cabbages against moths."
    cues = (*CUES, Cue(1300, 1350, "", said, Span(0, 0)))
    verdict = recording_of(cues).weigh(passages(f"{said[:-1]} {anchor('00:21:40')}.")).judge(0)
    assert verdict.verdict == SUPPORTED
    assert abs(verdict.places[0].seconds - 1300) <= 30
    assert not -30 <= verdict.proposed.seconds - 1300 <= 60


# readings


@pytest.mark.parametrize(
    ("text", "kind", "seconds"),
    [
        ("07:21:00", SHIFTED, 441), ("07:21:21", SHIFTED, 441), ("50:50:01", SHIFTED, 3050), ("07:21:48", SHIFTED, 441),
        ("01:07:21", HOURS, 441), ("02:07:21", HOURS, 441), ("02:45:30", TENS, 1493), ("00:07:12", SLIP, 432),
    ],
)  # fmt: skip
def test_known_errors_are_readings(text, kind, seconds):
    (cited,) = passages(f"Peas {anchor(text if kind != SLIP else '00:01:72'.replace('01:72', '07:21'))}.")
    found = {(one.kind, one.seconds) for one in readings(cited, 9000) if one.until == one.seconds}
    assert (kind, seconds) in found


def test_tens_of_minutes_also_say_between_when_and_when():
    (cited,) = passages(f"Peas {anchor('02:49:00')}.")
    assert [
        (one.seconds, one.until) for one in readings(cited, 9000) if one.kind == TENS and one.until > one.seconds
    ] == [(1200, 1800)]


def test_readings_are_within_the_recording_and_never_what_is_written_or_five_minutes_off_in_general():
    (cited,) = passages(f"Peas {anchor('00:27:41')}.")
    found = list(readings(cited, 3600))
    assert all(0 <= one.seconds <= 3600 and one.seconds != 1661 for one in found)
    assert {one.kind for one in found} == {SLIP}
    assert 1661 + 300 not in {one.seconds for one in found}


def test_the_label_of_an_anchor_is_a_reading():
    (cited,) = passages(f"Peas {anchor('00:07:21', '00:17:21')}.")
    assert next(one for one in readings(cited, 3600)) == (LABEL, 1041, 1041)


def test_a_malformed_time_has_readings_too():
    (cited,) = passages(f"Peas {anchor('07:21:00:00')}.")
    assert cited.time.seconds is None
    assert [(one.kind, one.seconds) for one in readings(cited, 3600)] == [(SHIFTED, 441)]


# verdicts


def test_right_times_are_supported_and_the_note_is_trusted():
    weighing = recording().weigh(note(right()))
    assert (weighing.trusted, weighing.regime, weighing.since, weighing.heard) == (True, "", 0, 1.0)
    assert [one.verdict for one in weighing.verdicts()] == [SUPPORTED] * len(TALK)
    assert all(one.repair == NONE for one in weighing.verdicts())
    assert "slugs" in weighing.recording.heard_at(weighing.note[3].words, 150)
    assert weighing.recording.heard_at(weighing.note[3].words, 700) == []


def test_a_time_elsewhere_is_unsupported_and_the_place_is_found():
    verdict = recording().weigh(changed(5, "00:16:28")).verdicts()[5]
    assert (verdict.verdict, verdict.reading, verdict.repair) == (UNSUPPORTED, FOUND, PLAUSIBLE)
    assert abs(verdict.proposed.seconds - 250) <= 30
    assert verdict.places[0] == verdict.proposed
    assert verdict.doubt > weigh.DOUBT
    assert verdict.place.seconds == 988 and verdict.place.mass < 0.001


@pytest.mark.parametrize(
    ("text", "reading"), [("05:00:00", SHIFTED), ("05:00:05", SHIFTED), ("01:05:00", HOURS), ("02:05:00", HOURS)]
)
def test_a_single_impossible_time_with_one_reading_that_is_heard_is_proved(text, reading):
    verdict = recording().weigh(changed(6, text)).verdicts()[6]
    assert (verdict.verdict, verdict.reading, verdict.proposed.seconds) == (IMPOSSIBLE, reading, 300)
    assert verdict.repair == PROVED
    assert verdict.confidence >= weigh.SURE


def test_an_impossible_time_without_words_is_not_repaired():
    text = "\n".join(f"- {said[:-1]} {anchor(at)}." for (_, said), at in zip(TALK, right(), strict=True))
    cited = passages(f"{text}\n- Quite so {anchor('05:00:00')}.")
    verdict = recording().weigh(cited).verdicts()[-1]
    assert (verdict.verdict, verdict.repair) == (IMPOSSIBLE, NONE)


def test_nothing_is_impossible_without_a_duration():
    verdict = recording(None).weigh(changed(6, "05:00:00")).verdicts()[6]
    assert (verdict.verdict, verdict.reading, verdict.proposed.seconds) == (UNSUPPORTED, SHIFTED, 300)


def test_the_end_is_overlooked_by_five_seconds():
    verdicts = [recording().weigh(changed(0, format_clock(DURATION + more))).verdicts()[0].verdict for more in (5, 6)]
    assert verdicts[0] != IMPOSSIBLE and verdicts[1] == IMPOSSIBLE


# whole notes


def shift(seconds: int) -> str:
    return f"{seconds // 60:02d}:{seconds % 60:02d}:00"


def hour(seconds: int) -> str:
    return format_clock(seconds + 3600)


@pytest.mark.parametrize(("wrong", "regime"), [(shift, SHIFTED), (hour, HOURS)])
@pytest.mark.parametrize("since", [0, 12])
def test_the_regime_of_a_note_is_named_and_its_times_come_back(wrong, regime, since):
    times = right()[:since] + [wrong(at) for at in TIMES[since:]]
    times[:2] = right()[:2]  # of the first minute a shift and an hour more are hardly to be told apart
    weighing = recording().weigh(note(times))
    assert (weighing.trusted, weighing.regime) == (False, regime)
    assert weighing.since == since
    for at, verdict in enumerate(weighing.verdicts()):
        if at >= max(2, since):
            assert (verdict.verdict, verdict.reading, verdict.proposed.seconds) == (IMPOSSIBLE, regime, TIMES[at])
            assert verdict.repair == PROVED
        else:
            assert (verdict.verdict, verdict.repair) == (SUPPORTED, NONE)


def test_tens_of_minutes_in_the_hours_are_named_but_never_proved():
    times = [f"{at // 600:02d}:{at // 60 % 10 * 6:02d}:00" if at >= 600 else format_clock(at) for at in TIMES]
    weighing = recording().weigh(note(times))
    assert (weighing.trusted, weighing.regime, weighing.since) == (False, TENS, 12)
    later = weighing.verdicts()[12:]
    assert all(
        one.repair == PLAUSIBLE and abs(one.proposed.seconds - at) <= 30
        for one, at in zip(later, TIMES[12:], strict=True)
    )


def test_the_error_of_a_note_is_not_offered_where_the_passage_hardly_can_be():
    lines = [f"- {said[:-1]} {anchor(shift(at))}." for (_, said), at in zip(TALK, TIMES, strict=True)]
    lines[5] = f"- Frost or drizzle {anchor('00:16:00')}."  # frost at 5:50, drizzle at 8:20, neither at 0:16
    verdict = recording().weigh(passages("\n".join(lines))).verdicts()[5]
    assert (verdict.verdict, verdict.reading, verdict.proposed.seconds) == (UNKNOWN, SHIFTED, 16)
    assert verdict.confidence > weigh.USUAL and verdict.proposed.mass < weigh.LEAST_PLACE
    assert verdict.repair == NONE


def test_a_note_that_no_error_explains_is_not_trusted_and_nothing_in_it_is_proved():
    weighing = recording().weigh(note([*right()[7:], *right()[:7]]))
    assert (weighing.trusted, weighing.regime) == (False, "")
    assert PROVED not in {one.repair for one in weighing.verdicts()}


# what must always hold


def test_other_notes_decide_between_two_places_and_their_order_does_not_matter():
    said = "Marigolds guard the cabbages against moths."
    cues = tuple(Cue(at * 50, at * 50 + 50, "", text, Span(0, 0)) for at, (text, _) in enumerate(TALK))
    cues += (Cue(1300, 1350, "", said, Span(0, 0)), Cue(1500, 1550, "", said, Span(0, 0)))
    ours = recording_of(cues)
    cited = passages(f"{said[:-1]} {anchor('00:10:00')}.")
    peers = ours.peers(passages(f"Indeed {said[:-1]} {anchor('00:25:00')}."))
    alone, helped = ours.weigh(cited).judge(0), ours.weigh(cited, peers).judge(0)
    assert alone.places[0].mass < 0.6
    assert helped.places[0].mass > 0.75 and abs(helped.places[0].seconds - 1500) <= 30
    everybody = [*peers, *ours.peers(note(right()))]
    assert ours.weigh(cited, everybody).judge(0) == ours.weigh(cited, everybody[::-1]).judge(0)


def recording_of(cues: tuple[Cue, ...]) -> Hearing:
    return Hearing(Search(index_transcript(Transcript("x.vtt", cues))), cues[-1].end)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from([*right(), "05:00:00", "99:59:59", "01:05:00", "7:1:99", "x"]),
        min_size=len(TALK),
        max_size=len(TALK),
    )
)
def test_any_times_are_weighed_the_same_twice_and_what_is_heard_is_left_alone(times):
    cited = note(times)
    first, second = (recording().weigh(cited).verdicts() for _ in range(2))
    assert first == second
    for one in first:
        assert 0 <= one.confidence <= 1 + 1e-9
        if one.verdict == SUPPORTED:
            assert one.repair == NONE
        if one.repair == PROVED:
            assert one.proposed.seconds in {reading.seconds for reading in readings(one.cited, DURATION)}


@pytest.mark.parametrize("text", ["", "No citation at all.", f"{anchor('00:00:10')}", f"… {anchor('00:00:10')} …"])
def test_notes_with_nothing_to_say(text):
    cited = passages(text)
    assert [one.verdict for one in recording().weigh(cited).verdicts()] == [UNKNOWN] * len(cited)


def items(count: int) -> str:
    return "\n".join(f"- {TALK[at % 24][1][:-1]} number {at} {anchor('09:59:59')}." for at in range(count))


def one_sentence(count: int) -> str:
    words = " ".join(said for said, _ in TALK).replace(".", "").replace(",", "").split()
    return " ".join(f"{words[at % len(words)]} {anchor('00:03:00')}" for at in range(count))


def the_same(count: int) -> str:
    return "\n".join(f"- The same words again {anchor('00:03:00')}." for _ in range(count))


def no_end(count: int) -> str:
    return " ".join(f"{at:05x}" for at in range(50 * count)) + f" slugs boards {anchor('00:03:00')}"


@pytest.mark.parametrize("text", [items, one_sentence, the_same, no_end])
def test_thousands_of_times_take_time_in_proportion(text):
    def once(parsed: Note) -> float:
        started = time.thread_time()
        recording().weigh(read_passages(parsed)).verdicts()
        return time.thread_time() - started

    def seconds(count: int) -> float:
        parsed = Note("note.md", SourceText(text(count)))
        assert parsed.citations
        return min(once(parsed) for _ in range(3))  # the least disturbed by what else the machine does

    seconds(100)
    assert seconds(4000) < 10 * seconds(1000) + 0.1


def test_passages_that_are_not_kept_are_weighed_the_same(monkeypatch):
    times = [*right()[:12], *map(shift, TIMES[12:])]
    kept = recording().weigh(note(times)).verdicts()
    monkeypatch.setattr(weigh, "MOST_PASSAGES", 3)
    assert recording().weigh(note(times)).verdicts() == kept


def test_a_part_of_few_words_takes_no_more_than_a_sentence_may_have():
    cited = passages(one_sentence(4000))
    assert len(cited) == 4000
    assert max(one.span.end - one.span.start for one in cited) < 2100


@pytest.mark.parametrize(
    "text", ["the same words over and over again ", "compost tomatoes slugs carrots garlic borage "]
)
def test_a_day_of_the_same_words_is_weighed_in_no_time(text):
    cues = tuple(Cue(at * 10, at * 10 + 10, "", text * 5, Span(0, 0)) for at in range(9000))
    started = time.thread_time()
    index = index_transcript(Transcript("x.vtt", cues))
    assert index.cells == 8640
    cited = passages("\n".join(f"- The same compost, {said} {anchor('00:03:00')}." for said, _ in TALK))
    verdicts = Hearing(Search(index), 86400).weigh(cited).verdicts()
    assert {one.verdict for one in verdicts} == {UNKNOWN}
    assert time.thread_time() - started < 5
