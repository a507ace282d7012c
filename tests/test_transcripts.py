"""Transcripts: cues, their times, speakers and places."""

import pytest

from lintkb.source.transcripts import TranscriptError, read_transcript

VTT = b"""WEBVTT

1
00:00:01.500 --> 00:00:04.000 align:start
<v Ada Moss>Water the <b>beds</b>
early.

01:02:03,250 --> 01:02:05.000
Not late.
"""


def test_webvtt_gives_cues_with_speakers_and_places() -> None:
    transcript = read_transcript("t/a.vtt", VTT)
    first, second = transcript.cues
    assert (first.start, first.end, first.speaker, first.text) == (1.5, 4.0, "Ada Moss", "Water the beds early.")
    assert (second.start, second.end, second.speaker, second.text) == (3723.25, 3725.0, "", "Not late.")
    text = VTT.decode()
    assert text[slice(*second.span)] == "01:02:03,250 --> 01:02:05.000\nNot late.\n"
    assert transcript.end == 3725.0
    assert transcript.speakers == ["Ada Moss"]
    assert transcript.cue_at(3723.0) == first
    assert transcript.cue_at(1.0) is None


def test_what_holds_no_cue_is_no_transcript() -> None:
    with pytest.raises(TranscriptError, match="no cue found"):
        read_transcript("t/a.vtt", b"WEBVTT\n")
    with pytest.raises(TranscriptError, match="not valid UTF-8"):
        read_transcript("t/a.vtt", b"\xff\xff00:00")
