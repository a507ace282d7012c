"""How well cited times are told right from wrong, and repaired: the shipped code on labelled rows.

Rows are JSON lines: note, videoId, sentence, true_time, corrupted_time, kind, duration. Every row is judged in its own note
with this one time replaced; kinds that begin with `none` are times as they were. Kinds that begin with `unf_` are the
corruptions that count; the others are counted beside them. Rates are shares.
"""

import argparse
import gc
import json
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyromark

from lintkb.clock import format_clock, parse_clock
from lintkb.evidence import weigh
from lintkb.evidence.passages import Cited, read_passages, read_uncited
from lintkb.evidence.proposals import OFFERED, OPENING, Proposal, Proposals
from lintkb.evidence.quotes import SpokenWords
from lintkb.evidence.search import Search, index_transcript
from lintkb.evidence.terms import HOURS, SHIFTED, TENS
from lintkb.evidence.weigh import Hearing, Peer, Verdict, Weighing
from lintkb.evidence.words import stems
from lintkb.source.markdown import OPTIONS
from lintkb.source.note import Note
from lintkb.source.transcripts import Transcript, read_transcript
from lintkb.text import SourceText, decode

RIGHT = 30  # seconds from the true time
SAME = 0.6  # token Jaccard of near-duplicates
IN_VIDEO = ("unf_plus_1h", "unf_random", "unf_plus_5min")
PREVALENCE = 0.05
THRESHOLDS = (0.9, 0.95, 0.97, 0.98, 0.985, 0.99, 0.995)  # of proposals,
WANTED = 0.95  # and how many of them should be right


Verdicts = Callable[[dict[str, Any]], str | None]


class Judged(NamedTuple):
    """A row, the note it was judged in, and what was found."""

    row: dict[str, Any]
    weighing: Weighing
    verdict: Verdict

    @property
    def flagged(self) -> bool:
        return self.verdict.verdict in (weigh.UNSUPPORTED, weigh.IMPOSSIBLE)

    @property
    def beyond(self) -> bool:
        return self.verdict.verdict == weigh.IMPOSSIBLE

    @property
    def doubted(self) -> bool:
        return self.verdict.verdict == weigh.UNSUPPORTED

    @property
    def back(self) -> bool:
        proposed = self.verdict.proposed
        return proposed is not None and abs(proposed.seconds - self.row["true"]) <= RIGHT


def jaccard(one: Iterable[str], other: Iterable[str]) -> float:
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a | b else 0.0


class Bench:
    """The rows with their notes, transcripts and peers."""

    def __init__(self, rows: list[dict[str, Any]], transcripts: Path, notes: Path | None) -> None:
        self.rows = rows
        for row in rows:
            row["true"] = parse_clock(row["true_time"], short=True)
            row["cited"] = parse_clock(row["corrupted_time"], short=True)
        self.transcripts: dict[str, Transcript] = {}
        self.recordings: dict[str, Hearing] = {}
        self.by_note: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            self.by_note[row["note"]].append(row)
            video = row["videoId"]
            if video not in self.recordings:
                path = next(transcripts.glob(f"{video}.*"))
                self.transcripts[video] = read_transcript(path.name, path.read_bytes())
                index = index_transcript(self.transcripts[video])
                self.recordings[video] = Hearing(Search(index), row["duration"])
        self.notes: dict[str, Note | None] = {}
        self.cited: dict[str, list[Cited]] = {}
        self.rebuilt: dict[str, list[Cited]] = {}
        for name, of_note in self.by_note.items():
            path = notes / name if notes else None
            note = Note(name, decode(path.read_bytes())) if path and path.is_file() else None
            self.notes[name] = note
            self.rebuilt[name] = read_passages(rebuilt(name, of_note))
            self.cited[name] = read_passages(note) if note else self.rebuilt[name]
        self.videos: defaultdict[str, list[str]] = defaultdict(list)
        for name, of_note in self.by_note.items():
            self.videos[of_note[0]["videoId"]].append(name)
        self.peers = {name: self.recordings[self.video(name)].peers(cited) for name, cited in self.cited.items()}
        self.unmatched = 0

    def video(self, name: str) -> str:
        return str(self.by_note[name][0]["videoId"])

    def peers_of(self, name: str, words: Sequence[tuple[str, ...]], *, same: bool) -> list[Peer]:
        """What other notes say; unless `same`, without the sentences that are nearly among `words`."""
        others = [peer for other in self.videos[self.video(name)] if other != name for peer in self.peers[other]]
        return others if same else [peer for peer in others if all(jaccard(peer.words, own) < SAME for own in words)]

    def place(self, row: dict[str, Any]) -> tuple[list[Cited], int]:
        """The times of the row's note and which of them is the row's."""
        words = tuple(dict.fromkeys(stems(row["sentence"])))
        for cited in (self.cited[row["note"]], self.rebuilt[row["note"]]):
            same = [(jaccard(one.words, words), -at) for at, one in enumerate(cited) if one.time.seconds == row["true"]]
            if same and max(same)[0] >= SAME:
                return cited, -max(same)[1]
            self.unmatched += 1
        raise LookupError(row["sentence"])

    def judge(self, row: dict[str, Any], *, same: bool = False) -> Judged:
        cited, at = self.place(row)
        own = cited[at]
        changed = own._replace(time=own.time._replace(text=row["corrupted_time"], seconds=row["cited"]), label=None)
        # Exact duplicates that keep the old time would give it away.
        note = [
            changed if number == at else one
            for number, one in enumerate(cited)
            if number == at or one.words != own.words
        ]
        weighing = self.recordings[row["videoId"]].weigh(note, self.peers_of(row["note"], [own.words], same=same))
        return Judged(row, weighing, weighing.judge(note.index(changed)))


def rebuilt(name: str, rows: list[dict[str, Any]]) -> Note:
    """A note made of its rows: a paragraph for each sentence."""
    pairs = dict.fromkeys((row["sentence"], row["true_time"]) for row in rows if row["kind"] == "none_unfiltered")
    pairs = pairs or dict.fromkeys((row["sentence"], row["true_time"]) for row in rows)
    lines = [f'{said} <a class="yt-timestamp" data-t="{at}">[{at}]</a>\n' for said, at in pairs]
    return Note(name, SourceText("\n".join(lines)))


def share(values: Iterable[bool]) -> float:
    values = list(values)
    return sum(values) / len(values) if values else float("nan")


def report_rows(judged: list[Judged], verdicts: Verdicts) -> list[Judged]:
    """Print how right and wrong times are told apart; returns the right ones that were flagged."""
    right = [one for one in judged if one.row["kind"] == "none_unfiltered"]
    flagged = sorted((one for one in right if one.flagged), key=lambda one: -one.verdict.doubt)
    raw = share(one.flagged for one in right)
    known = Counter(verdicts(one.row) or "no verdict" for one in flagged)
    print(
        f"\nright times flagged: {len(flagged)} of {len(right)}, raw rate {raw:.4f} (reference: recall .825 at .0103)"
    )
    print(f"  by those who read them: {dict(known)}")
    for title, kinds in (
        ("right", ["right"]),
        ("and ambiguous", ["right", "ambiguous"]),
        ("and not read", ["right", "no verdict"]),
    ):
        print(f"  judged rate, {title}: {sum(known[kind] for kind in kinds) / len(right):.4f}")
    for video in sorted({one.row["videoId"] for one in right}):
        of_video = [one.flagged for one in right if one.row["videoId"] == video]
        print(f"  {video}: {sum(of_video)} of {len(of_video)}, {share(of_video):.4f}")
    wrong = [one for one in judged if one.row["kind"].startswith("unf_")]
    inside = [one for one in wrong if one.row["kind"] in IN_VIDEO and not one.beyond]
    recall = share(one.doubted for one in inside)
    print(f"\nrecall inside the video: {recall:.3f} (reference .817)")
    for kind, reference in zip(IN_VIDEO, (".929", ".862", ".732"), strict=True):
        of_kind = [one.doubted for one in inside if one.row["kind"] == kind]
        print(f"  {kind}: {share(of_kind):.3f} of {len(of_kind)} (reference {reference})")
    print("recall with the duration test:")
    for kind, reference in (("unf_shift_MM:SS:00", ".983"), ("unf_plus_1h", ".981")):
        of_kind = [one.flagged for one in wrong if one.row["kind"] == kind]
        print(f"  {kind}: {share(of_kind):.3f} of {len(of_kind)} (reference {reference})")
    judged_rate = (known["right"] + known["no verdict"]) / len(right)
    print(
        f"precision at 5 %: raw {precision(recall, raw):.3f} (reference .81), judged {precision(recall, judged_rate):.3f}"
    )
    return flagged


def report_repairs(judged: list[Judged]) -> None:
    """Print how many repairs are right. `first`: what would be proposed, were the time known to be wrong."""
    print(f"\nrepairs to within {RIGHT} s (reference: first .877, half .963)")
    print(
        f"{'kind':22}{'rows':>6}{'first':>7}{'half':>7}{'safe':>6}{'right':>8}{'unsafe':>8}{'right':>8}{'safe/offered':>14}"
    )
    for prefix in ("unf_", ""):
        corrupted = [
            one
            for one in judged
            if one.row["kind"].startswith("unf_") == bool(prefix) and not one.row["kind"].startswith("none")
        ]
        for kind in ("", *sorted({one.row["kind"] for one in corrupted})):
            rows = [one for one in corrupted if kind in ("", one.row["kind"])]
            surest = sorted(rows, key=lambda one: -one.verdict.confidence)[: len(rows) // 2]
            safe = [one.back for one in rows if one.verdict.repair == weigh.PROVED]
            unsafe = [one.back for one in rows if one.verdict.repair == weigh.PLAUSIBLE]
            title = kind or ("all unf_" if prefix else "all filtered")
            print(
                f"{title:22}{len(rows):6}{share(one.back for one in rows):7.3f}{share(one.back for one in surest):7.3f}"
                f"{len(safe):6}{share(safe):8.4f}{len(unsafe):8}{share(unsafe):8.3f}"
                f"{len(safe) / max(1, len(safe) + len(unsafe)):14.3f}"
            )


def show_flagged(bench: Bench, flagged: list[Judged], verdicts: Verdicts) -> None:
    for one in flagged:
        print(f"\n{one.row['note']} {one.row['true_time']}, doubt {one.verdict.doubt:.1f}, read as {verdicts(one.row)}")
        print(f"  {one.row['sentence']}")
        proposed = one.verdict.proposed
        for title, at in (("cited", one.row["cited"]), ("proposed", proposed.seconds if proposed else 0)):
            cues = bench.transcripts[one.row["videoId"]].cues
            said = " / ".join(cue.text for cue in cues if cue.end > at - 5 and cue.start < at + 40)
            print(f"  {title} {format_clock(at)}: {said[:900]}")


def precision(recall: float, false: float) -> float:
    return PREVALENCE * recall / (PREVALENCE * recall + (1 - PREVALENCE) * false)


def shifted(seconds: int, _: random.Random) -> int:
    return seconds * 60 if seconds < 3600 else seconds


def hour_more(seconds: int, _: random.Random) -> int:
    return seconds + 3600


def tens(seconds: int, chance: random.Random) -> int:
    """The tens of minutes in the hours; of the rest the digits move along in one of four, and are lost in the others."""
    minutes, rest = divmod(seconds, 60)
    if chance.random() < 0.25:
        return minutes // 10 * 3600 + (minutes % 10 * 10 + rest // 10) % 60 * 60 + rest % 10 * 10 % 60
    return minutes // 10 * 3600 + chance.randrange(60) * 60


def corrupted(cited: list[Cited], first: int, end: float, corrupt: Callable[[int], int]) -> dict[int, int]:
    """Corrupt the times from `first` on, in place; returns the true ones."""
    true = {}
    for at, one in enumerate(cited[first:], first):
        seconds = one.time.seconds
        if seconds is not None and 0 < seconds <= end and (wrong := corrupt(seconds)) != seconds:
            true[at] = seconds
            cited[at] = one._replace(time=one.time._replace(text=format_clock(wrong), seconds=wrong), label=None)
    return true


def report_notes(bench: Bench) -> None:
    """Print what becomes of whole notes. Made worse is a right time that is moved, and was not before."""
    print("\nwhole notes, each wrong from its beginning or from half-way on:")

    def weigh_note(name: str, cited: list[Cited]) -> Weighing:
        return bench.recordings[bench.video(name)].weigh(cited, peers[name])

    peers = {
        name: bench.peers_of(name, [one.words for one in cited], same=False) for name, cited in bench.cited.items()
    }
    originals = {name: weigh_note(name, cited) for name, cited in bench.cited.items()}
    trusted = {name: one for name, one in originals.items() if one.trusted and len(one.note) >= weigh.FEWEST_TIMES}
    others = [f"{name} ({one.regime or 'no regime'})" for name, one in originals.items() if not one.trusted]
    print(f"  trusted as they are: {len(originals) - len(others)} of {len(originals)}", *others)
    for kind, corrupt in ((SHIFTED, shifted), (HOURS, hour_more), (TENS, tens)):
        for part in ("wholly", "half"):
            named, begins, back, proved, kept = [], [], [], [], []
            for name, original in trusted.items():
                cited, chance = list(original.note), random.Random(name)
                first = len(cited) // 2 if part == "half" else 0
                true = corrupted(cited, first, original.recording.end, lambda at, c=corrupt, r=chance: c(at, r))
                if len(true) < weigh.FEWEST_NAMED:
                    continue
                found = weigh_note(name, cited)
                named.append(found.regime == kind)
                begins.append(abs(found.since - first) <= max(2, len(cited) // 10))
                for at, (before, verdict) in enumerate(zip(original.verdicts(), found.verdicts(), strict=True)):
                    seconds = true.get(at, original.note[at].time.seconds)
                    if seconds is None:
                        continue
                    moved = verdict.proposed is not None and verdict.repair != weigh.NONE
                    now = verdict.proposed.seconds if moved else cited[at].time.seconds
                    near = abs(now - seconds) <= RIGHT
                    if at not in true:
                        kept.append(near or before.repair != weigh.NONE)
                        continue
                    back.append(near)
                    if verdict.repair == weigh.PROVED:
                        proved.append(near)
            print(
                f"  {kind:8} {part:7} {len(named)} notes, named {share(named):.3f}, begins right {share(begins):.3f}; of "
                f"{len(back)} times {share(back):.3f} come back, {len(proved)} proved, right {share(proved):.4f}; "
                f"of {len(kept)} right times made worse {kept.count(False)}"
            )


def unknown(cited: Cited) -> Cited:
    """A passage as if it cited nothing."""
    return cited._replace(citation=-1, time=cited.time._replace(text="", seconds=None), label=None)


def proposed(bench: Bench, spoken: SpokenWords, row: dict[str, Any], *, whole: bool) -> tuple[Proposal | None, float]:
    """What would be proposed for a row's sentence, sure or not, and the seconds that it takes.

    Its citations are taken away, and with `whole` all others of its note, too; so are sentences that nearly repeat it.
    """
    cited, at = bench.place(row)
    own = cited[at]
    others = [one for one in cited if one.sentence != own.sentence and jaccard(one.words, own.words) < SAME]
    note = bench.notes[row["note"]]
    if note is None or cited is not bench.cited[row["note"]]:
        note = rebuilt(row["note"], bench.by_note[row["note"]])
    uncited = [one for one in read_uncited(note) if jaccard(one.words, own.words) < SAME]
    if whole:
        uncited += {one.span: unknown(one) for one in others}.values()
        others = []
    uncited = sorted([*uncited, unknown(own)], key=lambda one: one.span)
    started = time.thread_time()
    weighing = bench.recordings[row["videoId"]].weigh(others, bench.peers_of(row["note"], [own.words], same=False))
    return Proposals(note, uncited, weighing, spoken).best(own.span), time.thread_time() - started


def report_proposals(bench: Bench) -> None:
    """Print how many of the times that are proposed are right, by recording, and with the threshold chosen on the others."""
    spoken = {video: SpokenWords(transcript) for video, transcript in bench.transcripts.items()}
    rows = [row for row in bench.rows if row["kind"] == "none_unfiltered"]
    videos = sorted(bench.recordings)
    for whole, title in ((False, "this sentence without its citation"), (True, "no citation in the note")):
        found, taken = [], []
        for row in rows:
            proposal, seconds = proposed(bench, spoken[row["videoId"]], row, whole=whole)
            taken.append(seconds)
            if proposal is not None and proposal.seconds >= OPENING:
                found.append((row["videoId"], proposal.probability, abs(proposal.seconds - row["true"]) <= RIGHT))

        def rates(threshold: float, among: Iterable[str], found: Any = found) -> tuple[float, float]:
            among = set(among)
            offered = [right for video, sure, right in found if sure >= threshold and video in among]
            return share(offered), len(offered) / sum(row["videoId"] in among for row in rows)

        print(
            f"\nproposals, {title}: right to {RIGHT} s, offered; {statistics.mean(taken) * 1e3:.1f} ms with the weighing"
        )
        for threshold in sorted({*THRESHOLDS, OFFERED}):
            right, offered = rates(threshold, videos)
            print(f"  from {threshold}: {right:.4f} of {offered:.3f}{' (as shipped)' if threshold == OFFERED else ''}")
        held = []
        for video in videos:
            others = [other for other in videos if other != video]
            lowest = next((one for one in THRESHOLDS if rates(one, others)[0] >= WANTED), THRESHOLDS[-1])
            held.append((lowest, *rates(lowest, [video]), sum(row["videoId"] == video for row in rows)))
            print("  {}: {:.4f} of {:.3f}".format(video, *rates(OFFERED, [video])), end="")
            print(f"; from {lowest}, chosen on the others: {held[-1][1]:.4f} of {held[-1][2]:.3f}")
        offered = sum(part * count for _, _, part, count in held)
        right = sum(rate * part * count for _, rate, part, count in held)
        print(f"  thresholds chosen on the others: {right / offered:.4f} of {offered / len(rows):.3f}")


def report_cost(bench: Bench) -> None:
    def fastest(run: Callable[[], object], times: int = 200) -> float:
        taken = []
        for _ in range(times):
            started = time.thread_time()
            run()
            taken.append(time.thread_time() - started)
        return statistics.median(sorted(taken)[: times // 4])

    gc.collect()
    gc.freeze()  # what the benchmark holds is not the code's to pay for
    for name in sorted(bench.notes, key=lambda name: abs(len(bench.cited[name]) - 40))[:3]:
        note, video = bench.notes[name], bench.video(name)
        if note is None:
            continue
        body, transcript, end = note.text[note.body_start :], bench.transcripts[video], bench.recordings[video].duration
        search = bench.recordings[video].search
        peers = bench.peers_of(name, [], same=True)

        def parse(body: str = body) -> None:
            for _ in pyromark.events_with_range(body, options=OPTIONS):
                pass

        def whole(
            note: Note = note, search: Search = search, end: float | None = end, peers: list[Peer] = peers
        ) -> object:
            note.__dict__.pop("prose", None)
            return Hearing(search, end).weigh(read_passages(note), peers).verdicts()

        def index(transcript: Transcript = transcript) -> object:
            return index_transcript(transcript)

        def cold(note: Note = note, transcript_index: Any = search.index, end: float | None = end) -> object:
            return Hearing(Search(transcript_index), end).weigh(read_passages(note)).verdicts()

        one = fastest(parse)
        costs = {
            "passages and weighing": fastest(whole) / one,
            "the same in a process that has not seen the words": fastest(cold) / one,
            "passages": fastest(lambda note=note: read_passages(note)) / one,
            "index": fastest(index, 40) / one,
        }
        print(f"\ncost in parses of {one * 1e3:.3f} ms, {len(bench.cited[name])} times, {name}")
        for what, cost in costs.items():
            print(f"  {what}: {cost:.1f}")


def read_verdicts(path: Path | None) -> Callable[[dict[str, Any]], str | None]:
    """What readers have said of rows: by note (or how its name begins), cited time and how the sentence begins."""
    known = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path else []

    def verdict(row: dict[str, Any]) -> str | None:
        name = stem(row["note"])
        for one in known:
            other = stem(one["note"])
            same = name.startswith(other) or other.startswith(name)
            begins = one["sentence"] is None or one["sentence"][:40] == row["sentence"][:40]
            if same and begins and one["cited"] == row["true_time"]:
                return str(one["verdict"])
        return None

    return verdict


@cache
def stem(note: str) -> str:
    return note.rsplit("/", 1)[-1].partition("@")[0].removesuffix(".md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--transcripts", type=Path, required=True)
    parser.add_argument("--notes", type=Path)
    parser.add_argument("--judged", type=Path)
    parser.add_argument("--proposals", action="store_true", help="only the times that would be proposed")
    parser.add_argument("--show", choices=["flagged"], default="")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.rows.read_text("utf-8").splitlines()]
    notes = args.notes or next((up for up in args.rows.resolve().parents if (up / rows[0]["note"]).is_file()), None)
    bench = Bench(rows, args.transcripts, notes)
    if args.proposals:
        report_proposals(bench)
        return
    counted = [row for row in rows if row["kind"] != "none"]
    judged = [bench.judge(row) for row in counted]
    made = sum(note is None for note in bench.notes.values())
    print(f"{len(judged)} rows, {len(bench.cited)} notes ({made} rebuilt), {len(bench.recordings)} recordings")
    verdicts = read_verdicts(args.judged)
    flagged = report_rows(judged, verdicts)
    report_repairs(judged)
    if args.show:
        show_flagged(bench, flagged, verdicts)
    again = [bench.judge(row, same=True) for row in counted if row["kind"].startswith("unf_")]
    print(
        f"\nwith the same sentence in other notes of the recording: first choice {share(one.back for one in again):.3f}"
    )
    report_notes(bench)
    report_cost(bench)


if __name__ == "__main__":
    main()
