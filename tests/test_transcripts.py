"""Transcripts: cues, their times, speakers and places, in every format."""

import contextlib
import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from lintkb.source.transcripts import Chapter, TranscriptError, read_info, read_transcript
from lintkb.source.transcripts.model import MAX_BYTES, Piece
from lintkb.source.transcripts.shaping import LONGEST_CUE, folded
from lintkb.text import Span


def read(text):
    return read_transcript("t/a", text.encode())


def cues(text):
    return [tuple(cue[:4]) for cue in read(text).cues]


def places(text):
    return [text[slice(*cue.span)] for cue in read(text).cues]


VTT = """WEBVTT - the market garden
X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0

NOTE
said in the greenhouse

STYLE
::cue { color: lime }

REGION
id:beds

one
00:00:01.500 --> 00:00:04.000 align:start position:0%
<v.loud Ada Moss>Water the <b>beds</b>
early &amp; well.

NOTE 10 minutes later

00:04.000 --> 00:06.500
{\\an8}<v Ben Reed>When?</v> <v Ada Moss>At dawn, before the sun is high.</v>

01:02:03,250 --> 01:02:05.000
<i>Not</i> late. R&D &notaname; 3 < 4
"""


def test_webvtt_gives_cues_with_speakers_and_places():
    transcript = read(VTT)
    assert cues(VTT) == [
        (1.5, 4.0, "Ada Moss", "Water the beds early & well."),
        (4.0, 4.338, "Ben Reed", "When?"),
        (4.338, 6.5, "Ada Moss", "At dawn, before the sun is high."),
        (3723.25, 3725.0, "", "Not late. R&D &notaname; 3 < 4"),
    ]
    assert places(VTT)[0].startswith("00:00:01.500 --> ")
    assert places(VTT)[0].endswith("\nearly &amp; well.")
    assert places(VTT)[3] == "01:02:03,250 --> 01:02:05.000\n<i>Not</i> late. R&D &notaname; 3 < 4"
    assert transcript.end == 3725.0
    assert transcript.speakers == ["Ada Moss", "Ben Reed"]
    assert transcript.cue_at(3724.0) == transcript.cues[3]
    assert transcript.cue_at(1.5) == transcript.cues[0]
    assert transcript.cue_at(1.0) is None
    assert transcript.cues_at(1.0, 9999) == ()
    assert transcript.cues_at(1.5, 9999) == transcript.cues
    assert transcript.cues_at(transcript.cues[1].start, 0) == transcript.cues[1:2]


SRT = """1
00:00:01,000 --> 00:00:03,000
ADA MOSS: The <font color="red">beds</font> are dry.<br>Water
them.

2
0:00:03,000 --> 0:00:05,000
>> Ben Reed: Now? >> Soon: not now.

3
00:00:05.500 --> 00:00:04.000
2024

4
00:00:08,000 --> 00:00:09,000
4
00:00:09,000 --> 00:00:10,000

Bye.

Really.
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_srt_with_any_line_end(newline, bom):
    data = (bom + SRT.replace("\n", newline)).encode()
    found = read_transcript("a.srt", data).cues
    assert [tuple(cue[:4]) for cue in found] == [
        (1.0, 3.0, "ADA MOSS", "The beds are dry. Water them."),
        (3.0, 3.667, "Ben Reed", "Now?"),
        (3.667, 5.0, "Soon", "not now."),
        (5.5, 9.0, "", "2024"),
        (9.0, 10.0, "", "Bye. Really."),
    ]
    text = SRT.replace("\n", newline)
    assert text[slice(*found[3].span)] == f"00:00:05.500 --> 00:00:04.000{newline}2024"
    assert text[slice(*found[4].span)].endswith(f"Bye.{newline}{newline}Really.")


ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.470 align:start position:0%
·
sow<00:00:00.480><c> the</c><00:00:00.640><c> beans</c>

00:00:02.470 --> 00:00:02.480 align:start position:0%
sow the beans
·

00:00:02.480 --> 00:00:05.000 align:start position:0%
sow the beans
no

00:00:05.000 --> 00:00:05.010 align:start position:0%
no
·
00:00:05.010 --> 00:00:07.000 align:start position:0%
no
no<00:00:06.000><c> peas&nbsp;[Music]</c>

00:00:07.000 --> 00:00:07.010 align:start position:0%
no peas&nbsp;[Music]
·

00:00:07.010 --> 00:00:09.000 align:start position:0%
·
no peas

00:00:30.000 --> 00:00:31.000 align:start position:0%
no peas

00:00:31.500 --> 00:00:33.000 align:start position:0%

no peas

00:00:33.010 --> 00:00:59.000 align:start position:0%
no peas
in<00:00:50.000><c> May</c>
""".replace("·", " ")  # YouTube's empty lines


def test_rolling_captions_are_folded_and_what_is_said_twice_is_not():
    assert cues(ROLLING) == [
        (0.16, 2.47, "", "sow the beans"),
        (2.48, 5.0, "", "no"),
        (5.01, 7.0, "", "no peas"),
        (7.01, 9.0, "", "no peas"),
        (30.0, 31.0, "", "no peas"),
        (31.5, 33.0, "", "no peas"),
        (33.01, 59.0, "", "in May"),
    ]
    assert places(ROLLING)[1].endswith("sow the beans\nno")
    said = "".join(f"{at}\n00:00:0{at},000 --> 00:00:0{at + 1},000\nno no\nno no\n\n" for at in range(5))
    assert [words for *_, words in cues(said)] == ["no no no no"] * 5


def test_long_captions_of_webvtt_are_cut_where_words_have_times():
    text = "WEBVTT\n\n00:00.000 --> 00:21.000\n<v Ada>sow<00:06.000><c> the</c><00:08.000> beans<00:09.000> in May\n"
    assert cues(text) == [(0.0, 8.0, "Ada", "sow the"), (8.0, 21.0, "", "beans in May")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n{\\<v A}b>x", [(1.0, 1.667, "", "{\\"), (1.667, 2.0, "A}b", "x")]),
        ('[{"text": "a\\u0000b", "start": 1, "end": 2}]', [(1.0, 2.0, "", "ab")]),
        (
            "[00:01] sow\nthe shed (10:30) opens, and\nBeds (10:40) too",
            [(1.0, 5.5, "", "sow the shed (10:30) opens, and Beds (10:40) too")],
        ),
    ],
)
def test_what_looks_like_marks_is_text(text, expected):
    assert cues(text) == expected


JSON3 = """{
  "wireMagic": "pb3", "pens": [{}],
  "events": [
    {"tStartMs": 0, "dDurationMs": 9000, "id": 1, "wpWinPosId": 1},
    {"tStartMs": 160, "dDurationMs": 4000, "wWinId": 1, "segs": [{"utf8": "sów", "acAsrConf": 0}, {"utf8": " the", "tOffsetMs": 320}, {"utf8": " beans \\ud800"}]},
    {"tStartMs": 2400, "dDurationMs": 10, "wWinId": 1, "aAppend": 1, "segs": [{"utf8": "\\n"}]},
    {"tStartMs": "2480", "dDurationMs": 4000, "segs": [{"utf8": ">> in May\\n[Applause]"}]},
    {"tStartMs": 4000, "segs": [{"utf8": "late"}]}
  ]}
"""


def test_json3():
    assert cues(JSON3) == [
        (0.16, 2.48, "", "sów the beans ?"),
        (2.48, 4.0, "", "in May"),
        (4.0, 5.0, "", "late"),
    ]
    assert places(JSON3)[2] == '{"tStartMs": 4000, "segs": [{"utf8": "late"}]}'


WHISPER = """{"text": " Sow ...", "language": "en", "segments": [
 {"id": 0, "start": 0.0, "end": 24.0, "text": " Sow the beans in May and water them.", "speaker": "SPEAKER_01", "words": [
   {"word": " Sow the beans", "start": 0.2, "end": 4.0}, {"word": " in May", "start": 9.0}, {"word": " and water"}, {"word": " them.", "start": 17.5}]},
 {"start": 24.0, "end": 26.0, "text": " Why?", "speaker": "Ada Moss:"}], "word_segments": []}"""


def test_whisper_and_long_segments_are_cut_where_words_have_times():
    assert cues(WHISPER) == [
        (0.0, 9.0, "", "Sow the beans"),
        (9.0, 17.5, "", "in May and water"),
        (17.5, 24.0, "", "them."),
        (24.0, 26.0, "Ada Moss", "Why?"),
    ]
    assert places(WHISPER)[3] == '{"start": 24.0, "end": 26.0, "text": " Why?", "speaker": "Ada Moss:"}'
    words = [{"word": "Sow", "start": 0}, {"word": "1914", "start": None}, {"word": "beans.", "start": 11}]
    assert cues(json.dumps([{"start": 0, "end": 12, "text": "Sow 1914 beans.", "words": words}])) == [
        (0.0, 11.0, "", "Sow 1914"),
        (11.0, 12.0, "", "beans."),
    ]


def test_whisper_cpp_and_plain_lists():
    assert cues('{"transcription": [{"offsets": {"from": 10, "to": 1500}, "text": " Sow."}]}') == [
        (0.01, 1.5, "", "Sow.")
    ]
    items = [{"text": "sow", "start": 0.1, "duration": 3.0}, {"text": "beans", "start": 2.1, "duration": 3.0}]
    for shape in (items, [items]):
        assert cues(json.dumps(shape)) == [(0.1, 2.1, "", "sow"), (2.1, 5.1, "", "beans")]
        assert places(json.dumps(shape)) == [json.dumps(item) for item in items]


SRV3 = """<?xml version="1.0" encoding="utf-16" ?><timedtext format="3">
<head><pen id="1"/></head><body>
<w t="0" id="1"/><p t="160" d="4000" w="1"><s ac="0">sów</s><s t="320"> the</s></p>
<p t="2470" d="2000" w="1" a="1">
</p><p t="2480" d="3000">in &amp;amp; May</p>
</body></timedtext>"""


@pytest.mark.parametrize(
    ("text", "expected", "place"),
    [
        (
            SRV3,
            [(0.16, 2.48, "", "sów the"), (2.48, 5.48, "", "in & May")],
            '<p t="2480" d="3000">in &amp;amp; May</p>',
        ),
        (
            '<transcript><text start="0.16" dur="2">it&amp;#39;s\ndry</text>\n<text start="3">l&#228;te</text ></transcript>',
            [(0.16, 2.16, "", "it's dry"), (3.0, 4.0, "", "läte")],
            '<text start="3">l&#228;te</text >',
        ),
        (
            '<?xml version="1.0"?><timedtext><text t="160" d="500">sow</text><text t="900" d="100">beans</text></timedtext>',
            [(0.16, 0.66, "", "sow"), (0.9, 1.0, "", "beans")],
            '<text t="900" d="100">beans</text>',
        ),
        (
            (
                '<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:p begin="00:00:01.000" end="00:00:03.000">Water<tt:br/>the\n beds</tt:p>'
                '<tt:p begin="3.5s" dur="500ms">now</tt:p></tt:body></tt:tt>'
            ),
            [(1.0, 3.0, "", "Water the beds"), (3.5, 4.0, "", "now")],
            '<tt:p begin="3.5s" dur="500ms">now</tt:p>',
        ),
    ],
    ids=["srv3", "srv1", "srv2", "ttml"],
)
def test_xml(text, expected, place):
    assert cues(text) == expected
    assert places(text)[-1] == place


PODCAST = """---
title: Beds
---
# Beds (00:00:00)

Recorded in May.

Ada Moss (00:00:00):
Sow the *beans*, see [[beds/east|the east bed]] or [this](https://e.example).

In May (2024), \\*really\\*.

(00:01:05):
Water them at 10:30, snake_case.

---
Ben Reed (01:02:03): Yes (laughs).
"""


def test_markdown_with_names_before_times():
    assert cues(PODCAST) == [
        (0.0, 65.0, "Ada Moss", "Sow the beans, see the east bed or this. In May (2024), really."),
        (65.0, 3723.0, "Ada Moss", "Water them at 10:30, snake_case."),
        (3723.0, 3724.0, "Ben Reed", "Yes ."),
    ]
    assert places(PODCAST)[2] == "Ben Reed (01:02:03): Yes (laughs)."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[00:00:01] Ada Moss: Sow at 10:30.\n[00:00:09] Ben: Yes: no.\n[00:12.5] **Ada Moss:** Bye.\n",
            [(1.0, 9.0, "Ada Moss", "Sow at 10:30."), (9.0, 12.5, "Ben", "Yes: no."), (12.5, 14.0, "Ada Moss", "Bye.")],
        ),
        (
            "## Sowing (0:00)\n**Ada Moss** (00:05): Sow.\n\n## Water (1:00)\n\n**Ben Reed:** [1:02](https://e.example/?t=62) Yes.\n",
            [(5.0, 62.0, "Ada Moss", "Sow."), (62.0, 63.0, "Ben Reed", "Yes.")],
        ),
        (
            "### Ada (0:01)\nSow.\n### Ben (0:05)\nWhen?\n### Ada (0:07)\nNow.\n",
            [(1.0, 5.0, "Ada", "Sow."), (5.0, 7.0, "Ada", "When?"), (7.0, 8.0, "Ada", "Now.")],
        ),
        (
            "Transcript\n0:00\nsow the\n0:04\n[Music]\n0:07\nbeans\n1:02:45\nthat is all we have\n",
            [(0.0, 4.0, "", "sow the"), (7.0, 3765.0, "", "beans"), (3765.0, 3767.5, "", "that is all we have")],
        ),
        (
            "[00:00.000 --> 00:04.000]  Sow.\n[00:05.000 --> 00:06.000]  Now.",
            [(0.0, 4.0, "", "Sow."), (5.0, 6.0, "", "Now.")],
        ),
        ("00:00:01. sow\n75:04. beans\n", [(1.0, 4504.0, "", "sow"), (4504.0, 4505.0, "", "beans")]),
        ("Ada Moss  0:05\nSow.\nBen  0:09\nNow.\n", [(5.0, 9.0, "Ada Moss", "Sow."), (9.0, 10.0, "Ben", "Now.")]),
        (
            "- [00:03] the shed (10:30) opens\n- [00:01] sow\n",
            [(1.0, 3.0, "", "sow"), (3.0, 5.0, "", "the shed (10:30) opens")],
        ),
    ],
)
def test_markdown_in_other_shapes(text, expected):
    assert cues(text) == expected


def test_order_and_ends():
    def listed(*times):
        return cues(
            json.dumps([{"text": f"bed {at}", "start": start, "end": end} for at, (start, end) in enumerate(times)])
        )

    # two speak at once, once: as it is; captions that stay on the screen: until the next; no end: until the next
    assert [cue[:2] for cue in listed((0, 9), (2, 3), (10, 12), (13, 14))] == [
        (0.0, 9.0),
        (2.0, 3.0),
        (10.0, 12.0),
        (13.0, 14.0),
    ]
    assert [cue[:2] for cue in listed((5, 9), (0, 6), (9, 14), (9, 20))] == [
        (0.0, 5.0),
        (5.0, 9.0),
        (9.0, 14.0),
        (9.0, 20.0),
    ]
    assert [cue[:2] for cue in listed((0, None), (3, 2), (3, None), (7, 8))] == [
        (0.0, 3.0),
        (3.0, 7.0),
        (3.0, 7.0),
        (7.0, 8.0),
    ]


def test_sounds_are_no_words_and_what_was_not_understood_is_told():
    said = "1\n00:01,000 --> 00:02,000\n♪ sow ♪ [ __ ] (LAUGHS) [the] beans [inaudible 00:12] (b)\n\n2\n00:02,000 --> 00:03,000\n[Upbeat music]\n"
    assert cues(said) == [(1.0, 2.0, "", "sow [the] beans [inaudible 00:12] (b)")]


def test_words_before_a_colon_are_names_where_names_are_given():
    def srt(*texts):
        return cues("".join(f"{at}:00,000 --> {at + 1}:00,000\n{text}\n\n" for at, text in enumerate(texts)))

    talk = srt(
        "Ada Moss: Sow.", *["more"] * 6, "Ada Moss: Now.", "Remember: in May.", "and then he said: no", "DNA: no"
    )
    assert [cue[2:] for cue in talk if cue[3] != "more"] == [
        ("Ada Moss", "Sow."),
        ("Ada Moss", "Now."),
        ("", "Remember: in May."),
        ("", "and then he said: no"),
        ("DNA", "no"),
    ]
    assert srt(*["more"] * 99, "Remember: in May.", "Remember: no.")[99][2:] == ("", "Remember: in May.")
    assert srt(*["more"] * 98, "Remember: in May.", "Remember: no.")[98][2:] == ("Remember", "in May.")
    assert [cue[2] for cue in srt("Speaker 1: Sow.", "UNKNOWN: Now.")] == ["", ""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no cue found in it"),
        ("WEBVTT\n", "no cue found in it"),
        ("A note on beds, see [[soil]].", "no cue found in it"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\n\nNOTE x\n", "no cue found in it"),
        (
            "WEBVTT\n\n\n00:75:10.000 --> 00:76:00.000\nx",
            "`00:75:10.000` on line 4 is no time; write it as 00:01:02.500",
        ),
        ('{"a": 1}', "it is no list, and has none called `events`, `segments`, `transcription`"),
        ('{"events": [{"tStartMs": NaN}]}', "unreadable JSON: NaN is no number"),
        (
            '{"events": [{}, {"tStartMs": -1, "segs": [{"utf8": "x"}]}]}',
            "events[1].tStartMs is -1; it should be a number, 0 or more",
        ),
        ('{"events": [{"tStartMs": 1, "segs": [{"utf8": 5}]}]}', "events[0].segs[0].utf8 is 5; it should be a text"),
        ('{"events": [{"tStartMs": 1, "segs": {}}]}', "events[0].segs is {}; it should be a list"),
        ('{"segments": [7]}', "segments[0] is 7; it should be an object"),
        ('[{"text": "a"}]', "item[0].start is missing; it should be a number, 0 or more"),
        ('[{"text": "a", "start": true}]', "item[0].start is True; it should be"),
        ('[{"text": "a", "start": 1e999}]', "item[0].start is inf; it should be"),
        ('[{"text": "a", "start": 10000000000}]', "item[0].start is 10000000000; it should be"),
        ('[{"text": "a", "start": ' + "9" * 5000 + "}]", "unreadable JSON: a number is too long"),
        ("[" * 200_000, "unreadable JSON: it is nested too deep"),
        ('{"segments": [{"start": 1, "text": "a"},]}', "a comma too many, on line 1, column 41"),
        ('{"segments": []\n x', "`,` is missing, on line 2, column 2"),
        ('{"segments": []} x', "more behind the end, on line 1, column 17"),
        ('<!DOCTYPE t [<!ENTITY a "b">]><transcript/>', "it declares a document type"),
        ("<?xml version='1.0'?><html/>", "`<html>` is no transcript"),
        (
            '<transcript><text start="1">&b;</text></transcript>',
            "unreadable XML: undefined entity, on line 1, column 29",
        ),
        (
            '<transcript>\n<text start="x">b</text></transcript>',
            "line 2: `<text>` `start` is 'x'; it should be a number",
        ),
        ('<tt><p begin="5f">b</p></tt>', "line 1: `<p>` `begin` is '5f'; it should be a time as 00:01:02.500 or 62.5s"),
        ("<timedtext><p>b</p></timedtext>", "line 1: `<p>` does not say when it begins"),
        ("<tt>" + "<a>" * 100_000, "nested deeper than 64"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(text, message):
    with pytest.raises(TranscriptError) as raised:
        read(text)
    assert message in str(raised.value)


def test_bytes_that_are_no_text_and_files_that_are_too_large():
    with pytest.raises(TranscriptError, match="not valid UTF-8"):
        read_transcript("t/a.vtt", b"\xff00:00")
    with pytest.raises(TranscriptError, match="larger than 64 MB"):
        read_transcript("t/a.vtt", bytes(MAX_BYTES + 1))


INFO = {
    "id": "abc",
    "title": "Beds",
    "uploader": "The Garden",
    "channel": None,
    "description": "with Ada Moss",
    "duration": 4231,
    "chapters": [{"start_time": 0.0, "end_time": 46, "title": "Sowing"}, {"start_time": 46}],
    "formats": [{"url": "https://e.example"}],
}


def test_info_of_yt_dlp():
    info = read_info("a.info.json", json.dumps(INFO).encode())
    assert info == (
        "a.info.json",
        "abc",
        "Beds",
        "The Garden",
        "",
        "with Ada Moss",
        4231.0,
        (Chapter(0.0, 46.0, "Sowing"), Chapter(46.0, None, "")),
    )
    assert read_info("a", b'{"id": "abc"}').duration is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": None}, "it has no `id`"),
        ({"id": 5}, "id is 5; it should be a text"),
        ({"duration": "long"}, "duration is 'long'; it should be a number, 0 or more"),
        ({"chapters": 5}, "chapters is 5; it should be a list"),
        ({"chapters": [{"title": "x"}]}, "chapters[0].start_time is missing"),
    ],
)
def test_info_of_the_wrong_type(change, message):
    with pytest.raises(TranscriptError) as raised:
        read_info("a.info.json", json.dumps(INFO | change).encode())
    assert message in str(raised.value)
    with pytest.raises(TranscriptError, match="the file is "):
        read_info("a.info.json", b"[]")


HOSTILE = {
    "tags": "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<" * 1_000_000,
    "voices": "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<v " * 300_000 + ">",
    "stamps": "WEBVTT\n\n00:01.000 --> 00:59.000\n" + "<00:01.000>x" * 80_000,
    "digits": "1" * 1_000_000 + " --> ",
    "blanks": " " * 1_000_000 + "\n" + "00:01.000 --> 00:02.000\nx",
    "lines": "00:01.000 --> 00:02.000\n" + "x\n" * 500_000,
    "turns": "00:01.000 --> 00:02.000\n" + ">> x\n" * 200_000,
    "braces": "00:01.000 --> 00:02.000\n" + "{\\" * 500_000,
    "same start": "00:01.000 --> 00:02.000\nx\ny\n\n" * 30_000,
    "references": "00:01.000 --> 00:02.000\n" + "&aaaa" * 200_000,
    "underscores": "[00:01] a" + "_" * 1_000_000 + "b",
    "links": "[00:01] " + "[[" * 300_000 + "[](" * 200_000,
    "brackets": "[00:01](" * 100_000,
    "rules": "[00:01] x\n" + "- " * 500_000 + "x",
    "names": ("A" * 59 + "\n") * 17_000 + "[00:01] x",
    "numbers": "0:00" * 250_000,
    "frontmatter": "---\n" + "a: b\n" * 200_000,
    "attributes": "<transcript>" + '<text start="1">' * 60,
    "items": "[" + '{"text":"x","start":1},' * 40_000 + '{"text":"x","start":1}]',
    "words": json.dumps(
        [{"text": "x", "start": 0, "end": 10**9, "words": [{"word": "x", "start": at} for at in range(50_000)]}]
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_takes_linear_time(name):
    started = time.monotonic()
    try:
        read(HOSTILE[name])
    except TranscriptError:
        refused = True
    else:
        refused = False
    assert refused == (name in ("digits", "numbers", "frontmatter", "attributes"))
    assert time.monotonic() - started < 4


def test_a_thousand_million_laughs_are_refused():
    entities = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))
    with pytest.raises(TranscriptError, match="document type"):
        read(
            f'<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a0 "ha">{entities}]><transcript><text start="1">&a9;</text></transcript>'
        )


MARKUP = st.sampled_from(
    [
        "<v Ada>",
        "<v.x  Ben\n>",
        "</v>",
        "<c>",
        "</c>",
        "<00:00:01.500>",
        "<b",
        "<",
        ">",
        ">>",
        "\n",
        " ",
        "x",
        "A:",
        "{\\an8}",
        "{\\",
        "}",
        "[Music]",
        "♪",
        "&gt;",
        "&#0;",
        "(",
        "\ufeff",
        "é",
    ]
)
TIMES = st.sampled_from(["00:00:01.000", "00:02.000", "0:00:03,5", "00:30.000", "01:00:00.000"])
BLOCKS = st.lists(st.tuples(TIMES, TIMES, st.lists(MARKUP, max_size=12).map("".join)), max_size=12)


def sane(transcript):
    starts = [cue.start for cue in transcript.cues]
    assert starts == sorted(starts)
    for cue in transcript.cues:
        assert cue.end >= cue.start >= 0
        assert cue.text == " ".join(cue.text.split()) != ""
        assert 0 <= cue.span.start < cue.span.end
        assert "\0" not in cue.text + cue.speaker
    return transcript


@given(st.one_of(st.binary(), st.text(), st.text().map(lambda text: "WEBVTT\n\n00:01.000 --> 00:02.000\n" + text)))
def test_whatever_is_read_nothing_but_a_transcript_error_is_raised(data):
    for reader in (lambda data: sane(read_transcript("a", data)), lambda data: read_info("a", data)):
        with contextlib.suppress(TranscriptError):
            reader(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "events",
                    "segments",
                    "segs",
                    "words",
                    "start",
                    "end",
                    "text",
                    "tStartMs",
                    "utf8",
                    "word",
                    "offsets",
                    "speaker",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(JSON, st.sampled_from(["events", "segments", "transcription", "id"]))
def test_whatever_the_json_holds_nothing_but_a_transcript_error_is_raised(value, key):
    for document in (value, [value], {key: [value]}, {key: value}):
        for reader in (lambda data: sane(read_transcript("a", data)), lambda data: read_info("a", data)):
            with contextlib.suppress(TranscriptError):
                reader(json.dumps(document).encode())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["[00:01]", "(1:00:02)", "Ada (0:03):", "**Ben** [0:09]", "0:04", "# A (0:05)", "x"]),
            st.lists(MARKUP, max_size=6).map("".join),
        ),
        max_size=8,
    )
)
def test_whatever_the_markdown_holds_nothing_but_a_transcript_error_is_raised(turns):
    with contextlib.suppress(TranscriptError):
        sane(read("\n".join(f"{head} {text}" for head, text in turns)))


@example([("00:00:01.000", "00:30.000", "<b<00:00:01.500>>")], "WEBVTT\n\n")
@given(BLOCKS, st.sampled_from(["WEBVTT\n\n", ""]))
def test_no_markup_of_webvtt_is_left_in_cues(blocks, header):
    text = header + "".join(f"{start} --> {end}\n{words}\n\n" for start, end, words in blocks)
    try:
        found = sane(read(text)).cues
    except TranscriptError:
        return
    for cue in found:
        if "&" not in text:
            assert "<" not in cue.text or ">" not in cue.text[cue.text.index("<") :]
            assert ">" not in cue.speaker
        assert text.replace("\ufeff", "", text.startswith("\ufeff"))[slice(*cue.span)].lstrip().startswith(("0", "1"))


LINES = st.lists(
    st.lists(st.sampled_from(["no", "yes", "beans", "in"]), min_size=1, max_size=3).map(" ".join),
    min_size=2,
    max_size=20,
)


@given(LINES, st.booleans())
def test_folding_loses_no_word_and_repeats_none(lines, flashes):
    blocks, before = [], ""
    for at, line in enumerate(lines):
        blocks.append(f"00:{at:02}:00.000 --> 00:{at:02}:59.990\n{before or ' '}\n{line}\n")
        if flashes:
            blocks.append(f"00:{at:02}:59.990 --> 00:{at:02}:59.999\n{line}\n \n")
        before = line
    text = "WEBVTT\n\n" + "\n".join(blocks)
    assert [(cue.start, cue.text) for cue in read(text).cues] == [(at * 60.0, line) for at, line in enumerate(lines)]


@given(st.lists(st.lists(st.sampled_from(["no", "yes", "", "in"]), min_size=1, max_size=3).map("\n".join), max_size=12))
def test_folding_is_idempotent(texts):
    once = folded([Piece(float(at), at + 1.0, "", text, Span(0, 1)) for at, text in enumerate(texts) if text.strip()])
    assert folded(once) == once


@given(
    st.lists(st.tuples(st.floats(0, 100), st.sampled_from([" a", " b c", " d"])), max_size=30),
    st.floats(0, 100),
    st.floats(1, 50),
)
def test_cutting_loses_no_word(words, start, lasts):
    timed = [{"word": word, "start": at} for at, word in words]
    segment = {"start": start, "end": start + lasts, "text": "".join(word for _, word in words) or "x", "words": timed}
    found = sane(read(json.dumps([segment]))).cues
    assert " ".join(cue.text for cue in found).split() == segment["text"].split()
    assert len(found) == 1 or lasts > LONGEST_CUE


CORPUS = os.environ.get("LINTKB_CORPUS")


@pytest.mark.skipif(CORPUS is None, reason="LINTKB_CORPUS is not set")
def test_real_transcripts_read_as_before():
    found = {
        path.name: read_transcript(path.name, path.read_bytes())
        for path in Path(CORPUS, "kb/transcripts").glob("*.vtt")
    }
    assert {len(transcript.cues) for transcript in found.values()} == {149, 169, 174, 181, 184, 187, 214, 242, 247, 268}
    transcript = found["aXGo1o_baBo.vtt"]
    assert transcript.speakers == ["Claire Vo", "Lenny"]
    assert [cue.start for cue in transcript.cues[:4]] == [0.0, 11.0, 16.0, 24.0]
