"""A recording: the notes that cite it, what was said in it, and what that says of their times."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lintkb.clock import read_duration
from lintkb.settings import INFO_SUFFIX, Settings, Times
from lintkb.source.note import Note
from lintkb.text import Span

# What weighs is imported where it is asked for: most runs never do.
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lintkb.evidence.account import Account, NoteAccount
    from lintkb.evidence.claims import Claims
    from lintkb.evidence.fit import Fit
    from lintkb.evidence.names import NameFaults
    from lintkb.evidence.passages import Cited
    from lintkb.evidence.peers import Conflict
    from lintkb.evidence.proposals import Proposal, Proposals
    from lintkb.evidence.quotes import SpokenWords
    from lintkb.evidence.search import Search
    from lintkb.evidence.weigh import Hearing, Passage, Verdict, Weighing
    from lintkb.source.transcripts import Info, Transcript

# The recordings of right transcripts end up to so many seconds after the last word.
TAIL = 90
# A sentence of so many words counts as found where so much of it is said in one place; see `fit`.
FEWEST_WORDS, ENOUGH = 6, 0.4
MOST_ASKED = 150
FEWEST_FOUND = 2  # of a note, for the transcript to be of what it is about


class Trouble(NamedTuple):
    """Why a file that should say what was said is not used."""

    path: str
    reason: str


class Length(NamedTuple):
    """The seconds that a recording lasts, the place that says so, and whether they are but the end of what was said."""

    seconds: int
    path: str
    span: Span
    at_least: bool


def stated_length(note: Note, times: Times) -> Length | None:
    """How long the recording lasts that a note cites, as its frontmatter says; None where it does not."""
    entry = note.frontmatter.entry(times.duration_key) if note.frontmatter else None
    seconds = read_duration(entry.node.plain()) if entry else None
    if entry is None or seconds is None:
        return None
    return Length(seconds, note.path, entry.node.span, at_least=False)


class Recording:
    """What rules on cited times and claims may ask. Everything is computed when it is first asked for, once for all notes."""

    def __init__(
        self,
        name: str,
        notes: Mapping[str, Note],
        settings: Settings,
        transcript: Transcript | None = None,
        info: Info | None = None,
        troubles: tuple[Trouble, ...] = (),
        reported: str = "",
        source_notes: frozenset[str] = frozenset(),
    ) -> None:
        """`notes` are all that are about it, by path in path order; `reported` is the note that speaks for all of them;
        `source_notes` are the folded names of notes that are sources."""
        self.name = name
        self.notes = notes
        self.settings = settings
        self.given = transcript
        self.info = info
        self.troubles = troubles
        self.reported = reported
        self.source_notes = source_notes
        self._verdicts: dict[str, list[Verdict]] = {}
        self._claims: dict[str, Claims] = {}
        self._proposals: dict[str, Proposals | None] = {}

    @cached_property
    def has_peers(self) -> bool:
        """Whether several notes cite it."""
        return sum(1 for note in self.notes.values() if note.citations) > 1

    @cached_property
    def passages(self) -> dict[str, list[Cited]]:
        """The times of each note and what they vouch for."""
        from lintkb.evidence.passages import read_passages

        return {path: read_passages(note) for path, note in self.notes.items()}

    @cached_property
    def _given(self) -> Search | None:
        """What was said by the clock of the transcript that was found."""
        if self.given is None:
            return None
        from lintkb.evidence.search import Search, index_transcript

        return Search(index_transcript(self.given))

    @cached_property
    def fit(self) -> Fit | None:
        """Whether the transcript that was found belongs to the recording; None when there is none."""
        if self._given is None:
            return None
        from lintkb.evidence.fit import Pair, fit_transcript
        from lintkb.evidence.search import CELL, LEAD
        from lintkb.evidence.weigh import Hearing

        spoken = Hearing(self._given)
        long = [
            cited
            for several in self.passages.values()
            for cited in several
            if cited.time.seconds is not None and len(cited.words) >= FEWEST_WORDS
        ]
        asked = long[:: len(long) // MOST_ASKED + 1]
        pairs = []
        for cited in asked:
            passage = spoken.passage(cited.words)
            if _is_found(passage):
                said = list(spoken.search.curve(passage.lanes)).index(passage.best) * CELL + CELL / 2 - LEAD
                pairs.append(Pair(cited.time.seconds or 0, said))
        return fit_transcript(pairs, len(asked))

    @cached_property
    def transcript(self) -> Transcript | None:
        """What was said, by the recording's clock; None when it is not known."""
        if self.given is None or self.fit is None or self.fit.belongs is False:
            return None
        clock = self.fit.clock
        if clock.same:
            return self.given
        cues = (cue._replace(start=max(0.0, clock(cue.start)), end=max(0.0, clock(cue.end))) for cue in self.given.cues)
        return self.given._replace(cues=tuple(cues))

    def length(self, note: Note) -> Length | None:
        """How long the recording lasts, as far as is known beside a note."""
        if self.info is not None and self.info.duration:
            return Length(int(self.info.duration), self.info.path, Span(0, 0), at_least=False)
        if (stated := stated_length(note, self.settings.times)) is not None:
            return stated
        return self._heard_length

    @cached_property
    def _heard_length(self) -> Length | None:
        """The end of what was said."""
        if self.transcript is None:
            return None
        last = max(self.transcript.cues, key=lambda cue: cue.end)
        return Length(int(last.end) + TAIL, self.transcript.path, last.span, at_least=True)

    @cached_property
    def _hearing(self) -> Hearing | None:
        if self.transcript is None:
            return None
        from lintkb.evidence.search import Search, index_transcript
        from lintkb.evidence.weigh import Hearing

        lengths = [length for note in self.notes.values() if (length := self.length(note)) is not None]
        same = self._given if self.transcript is self.given else None
        search = same or Search(index_transcript(self.transcript))
        return Hearing(search, max(length.seconds for length in lengths))

    @cached_property
    def weighings(self) -> dict[str, Weighing]:
        """What the transcript, and the other notes, say of the times of each note; empty without a transcript."""
        spoken = self._hearing if self.given is not None else None
        if spoken is None:
            return {}
        said = {path: spoken.peers(several) for path, several in self.passages.items()}
        return {
            path: spoken.weigh(several, [peer for other in said if other != path for peer in said[other]])
            for path, several in self.passages.items()
        }

    def verdicts(self, path: str) -> list[Verdict]:
        """What is found of each time of a note, in order; nothing without a transcript."""
        if path not in self._verdicts:
            weighing = self.weighings.get(path)
            self._verdicts[path] = weighing.verdicts() if weighing is not None else []
        return self._verdicts[path]

    def fits(self, path: str) -> bool:
        """Whether the transcript is of what a note is about: by the times that are cited, else by what the note says."""
        hearing = self._hearing
        if hearing is None or self.fit is None:
            return False
        if self.fit.belongs:
            return True
        from lintkb.evidence.fit import FOUND
        from lintkb.evidence.passages import read_uncited

        sentences = [*self.passages[path], *read_uncited(self.notes[path])]
        long = [one.words for one in sentences if len(one.words) >= FEWEST_WORDS]
        asked = long[:: len(long) // MOST_ASKED + 1]
        found = sum(_is_found(hearing.passage(words)) for words in asked)
        return found >= max(FEWEST_FOUND, FOUND * len(asked))

    def proposal(self, path: str, span: Span) -> Proposal | None:
        """Where the sentence of a note is said that holds the beginning of `span` and cites nothing.

        None where that is not sure enough, and without a transcript that fits.
        """
        if path not in self._proposals:
            self._proposals[path] = self._propose(path) if self.fits(path) else None
        proposals = self._proposals[path]
        return proposals.proposal(span) if proposals is not None else None

    def _propose(self, path: str) -> Proposals | None:
        from lintkb.evidence.passages import read_uncited
        from lintkb.evidence.proposals import Proposals

        note, spoken = self.notes[path], self.spoken
        return Proposals(note, read_uncited(note), self.weighings[path], spoken) if spoken is not None else None

    @cached_property
    def conflicts(self) -> dict[str, list[Conflict]]:
        """By note, its citations that other notes contradict."""
        if len(self.notes) < 2:
            return {}
        from lintkb.evidence.peers import conflicts

        bounds = [length.seconds for note in self.notes.values() if (length := self.length(note)) is not None]
        return conflicts(self.passages, max(bounds, default=self.settings.times.max))

    @cached_property
    def name_faults(self) -> NameFaults:
        """What is wrong with the names in its notes."""
        from lintkb.evidence.names import name_faults

        info = self.info
        given = (info.title, info.uploader, info.channel, info.description) if info is not None else ()
        return name_faults(self.notes, self.transcript, given)

    @cached_property
    def spoken(self) -> SpokenWords | None:
        """What was said, to look quotations up in."""
        from lintkb.evidence.quotes import SpokenWords

        return SpokenWords(self.transcript) if self.transcript is not None else None

    def claims(self, path: str) -> Claims:
        """What a note asserts, and what covers it."""
        if path not in self._claims:
            from lintkb.evidence.claims import Claims

            self._claims[path] = Claims(self.notes[path], self.settings, self.source_notes)
        return self._claims[path]

    def account(self) -> Account:
        """What is known of it, for people."""
        from lintkb.evidence.account import Account

        given, fit = self.given, self.fit
        lengths = [length for note in self.notes.values() if (length := self.length(note)) is not None]
        length = max(lengths, default=None)
        use = "none"
        why = "; ".join(f"{trouble.path}: {trouble.reason}" for trouble in self.troubles)
        if fit is not None:
            use = {None: "unsure", False: "foreign", True: "used" if fit.clock.same else "moved"}[fit.belongs]
            why = f"{fit.found} of {fit.asked} long sentences found, {fit.agree} of them where they are cited"
        return Account(
            name=self.name,
            transcript=given.path if given is not None else "",
            cues=len(given.cues) if given is not None else 0,
            speakers=tuple(given.speakers) if given is not None else (),
            seconds=length.seconds - TAIL * length.at_least if length is not None else 0,
            told_by=length.path if length is not None else "",
            use=use,
            why=why,
            notes=tuple(map(self._account, self.notes)),
        )

    def _account(self, path: str) -> NoteAccount:
        from lintkb.evidence.account import NoteAccount

        weighing = self.weighings.get(path)
        times = len(self.passages[path])
        if weighing is None:
            return NoteAccount(path, times, 0, "")
        regime = "" if weighing.trusted else weighing.regime or "unknown"
        return NoteAccount(path, times, round(weighing.heard * times), regime)


def _is_found(passage: Passage) -> bool:
    return passage.telling and passage.best >= ENOUGH * passage.possible


def read_recording(
    name: str,
    notes: Mapping[str, Note],
    sources: Sequence[str],
    read: Callable[[str], bytes],
    settings: Settings,
    reported: str,
    source_notes: frozenset[str] = frozenset(),
) -> Recording:
    """The recording that `notes` cite, from the first transcript and the first info file of its `sources` that can be read.

    Nothing is raised.
    """
    from lintkb.source.transcripts import TranscriptError, read_info, read_transcript

    troubles = []
    transcript: Transcript | None = None
    info: Info | None = None
    for path in sources:
        is_info = path.lower().endswith(INFO_SUFFIX)
        if (info if is_info else transcript) is not None:
            continue
        try:
            data = read(path)
            if len(data) > settings.max_size:
                raise TranscriptError(f"larger than `max-size` allows ({settings.max_size:,} bytes)")
            if is_info:
                info = read_info(path, data)
            else:
                transcript = read_transcript(path, data)
        except OSError as error:
            troubles.append(Trouble(path, f"cannot be read: {error.strerror or error}"))
        except TranscriptError as error:
            troubles.append(Trouble(path, str(error)))
    return Recording(name, notes, settings, transcript, info, tuple(troubles), reported, source_notes)
