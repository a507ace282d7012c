"""Transcripts of recordings: who said what, when; in whatever format they come."""

import re

from lintkb.source.transcripts.model import Chapter, Cue, Info, Transcript, TranscriptError, decoded, original

__all__ = ["Chapter", "Cue", "Info", "Transcript", "TranscriptError", "read_info", "read_transcript"]

_JSON = re.compile(r"\{|\[\s*(?:[\[{\]]|\Z)")
_XML = re.compile(r"<(?:\?xml\b|!DOCTYPE\b|(?:\w+:)?(?:transcript|timedtext|tt)\b)", re.IGNORECASE)


def read_transcript(path: str, data: bytes) -> Transcript:
    """Read the bytes of a transcript file; what is in it says what its format is. Raises TranscriptError."""
    from lintkb.source.transcripts.shaping import shaped

    text, longer = decoded(data)
    begin = len(text) - len(text.lstrip())
    if _JSON.match(text, begin):
        from lintkb.source.transcripts.json import read_json as read
    elif _XML.match(text, begin):
        from lintkb.source.transcripts.xml import read_xml as read
    else:
        from lintkb.source.transcripts.webvtt import is_captions, read_captions as read

        if not is_captions(text):
            from lintkb.source.transcripts.markdown import read_markdown as read
    cues = shaped(read(text))
    if not cues:
        raise TranscriptError(
            "no cue found in it; it should be WebVTT, SRT, JSON or XML captions, or text with a time before each turn"
        )
    return Transcript(path, tuple(cue._replace(span=original(cue.span, longer)) for cue in cues) if longer else cues)


def read_info(path: str, data: bytes) -> Info:
    """Read the bytes of an `.info.json` file of yt-dlp. Raises TranscriptError."""
    from lintkb.source.transcripts.json import read_info_json

    return read_info_json(path, decoded(data)[0])
