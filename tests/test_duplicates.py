"""Copies of notes, paragraphs and sentences: what is told, once, and what is nobody's own words."""

import random
from itertools import pairwise
from unicodedata import normalize

import pytest
from conftest import NOTE

from lintkb.evidence import clusters
from lintkb.evidence.clusters import MOST_COMPARED, Change, Passage, Sketches, change_clusters, find_clusters
from lintkb.evidence.duplicates import Cluster, Copy, Duplicates, Place
from lintkb.facts import gather_facts
from lintkb.signatures import BANDS, ROWS, SLOTS, Signature, _pack, joined, read_signatures, repeated_lines, unpack
from lintkb.source.note import Note
from lintkb.text import SourceText, Span

RYE = (
    "Rye is sown in the last week of September, right after the beans are pulled, and it holds the soil and what is left of"
    " the nitrogen through the whole winter; in May it is mown, left to lie, and the squash is planted straight into it."
)
SOIL = (
    "Dig one hole in every bed before anything is ordered: the colour of the second spade tells more about the first year than"
    " any laboratory does, and a handful of that earth in a jar of water shows how much of it is clay by the next morning."
)
MULCH = (
    "Straw is laid on every path in June, four fingers deep and wet, and taken up again in October with whatever the worms have"
    " left of it, so that nothing is carried to the heap in summer and the heap is fed in autumn, when it has room for more of it."
)
WATER = (
    "Marlow waters before six in the morning and then not again for three days, because roots that are given a little every"
    " evening stay in the upper two inches, where an afternoon in July finds them and leaves nothing of a row of lettuce."
)
LEAST = {"note": 50, "paragraph": 40, "sentence": 20}
PART = {"paragraph": 40}


def signed(text, **least):
    """The signatures of a text as (kind, passage, words)."""
    note = Note("a.md", SourceText(text))
    return [
        (one.kind, text[one.span.start : one.span.end], one.words)
        for one in unpack(read_signatures(note, least or PART))
    ]


def search(texts, **least):
    facts = [
        gather_facts(Note(path, SourceText(text)), passages=least or LEAST) for path, text in sorted(texts.items())
    ]
    return of(facts)


def of(facts):
    return Duplicates.among(Sketches.of({note.path: note.signatures for note in facts}))


def changed(text, *pairs):
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


NEAR = changed(RYE, ("right after", "just after"), ("whole winter", "winter"))


def test_what_is_signed():
    words = len(RYE.split())
    text = f"---\ntitle: Rye\n---\n# Rye\n\n- {RYE} [00:01:02]\n\n1. *{RYE}*\n2. Short.\n"
    assert signed(text, **LEAST) == [
        ("note", "", 2 * words + 1),
        ("paragraph", RYE, words),
        ("sentence", RYE, words),
        ("paragraph", RYE, words),
        ("sentence", RYE, words),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"# {RYE}\n",
        f"> {RYE}\n",
        f"> - {RYE}\n> {SOIL}\n",
        f"    {RYE}\n",
        f"```\n{RYE}\n```\n",
        f"<!-- {RYE} -->\n",
        f"---\ntitle: x\ntext: {RYE.replace(';', ',').replace(':', ',')}\n---\n",
        f"| {RYE} |\n|---|\n| {SOIL} |\n",
        f"a | b\n--|--\n{RYE} | {SOIL}\n",
        f"She said: “{RYE}”\n",
        f'She said: "{RYE}"\n',
        " ".join(f"[[beds/bed number {number}|The bed by the pond, number {number}]]" for number in range(12)),
        " ".join(f"[The bed by the pond, number {number}](bed{number}.md)" for number in range(12)),
        " ".join(RYE.split()[:39]),
        "",
    ],
)  # fmt: skip
def test_what_is_not(text):
    assert signed(text) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blocks_end_at_any_line_end(end):
    first, second = RYE.replace("; ", f";{end}"), f"- {SOIL}"
    text = f"# Beds{end}{end}{first}{end}{second}{end}{end}> {WATER}{end}"
    assert signed(text) == [("paragraph", first, len(RYE.split())), ("paragraph", SOIL, len(SOIL.split()))]


def test_a_list_of_single_words_has_no_pairs_to_sign():
    assert read_signatures(Note("a.md", SourceText("* beans\n" * 60)), {"note": 50, "paragraph": 40}) == ""


def test_words_are_the_same_in_any_dress():
    (plain,) = unpack(read_signatures(Note("a.md", SourceText(RYE)), PART))
    dressed = RYE.replace("beans", "**beans**").replace("soil", "[[soil]]").replace("; in", " [00:01:02]; IN")
    for text in (dressed, f"“{RYE[:11]}”{RYE[11:]}", RYE.replace("squash", "[squash](squash.md)")):
        (one,) = unpack(read_signatures(Note("a.md", SourceText(text)), PART))
        assert (one.words, one.sketch) == (plain.words, plain.sketch)


def test_accents_are_the_same_in_their_letters_and_behind_them():
    accented = RYE.replace("o", "ó")
    signatures = [
        next(unpack(read_signatures(Note("a.md", SourceText(normalize(form, accented))), PART)))
        for form in ("NFC", "NFD")
    ]
    assert signatures[0].words == signatures[1].words == len(RYE.split())
    assert signatures[0].sketch == signatures[1].sketch


def test_scripts_without_blanks_count_characters():
    text = (
        "黒麦は九月の最後の週に蒔かれ冬の間ずっと土と窒素を保ちます五月に刈り取られそこに南瓜を植えます毎年同じ場所です"
    )
    assert [words for _, _, words in signed(text)] == [len(text)]


def test_packing_is_exact():
    note = Note("a.md", SourceText(f"{RYE}\n\n{SOIL}\n"))
    found = list(unpack(read_signatures(note, PART)))
    assert [(one.span, one.repeating, len(one.sketch)) for one in found] == [
        (Span(0, len(RYE)), False, SLOTS),
        (Span(len(RYE) + 2, len(RYE) + 2 + len(SOIL)), False, SLOTS),
    ]
    assert read_signatures(note, {}) == ""
    assert list(unpack("")) == []
    assert isinstance(found[0], Signature)


def test_sketches_estimate_what_is_shared():
    chance = random.Random(5)
    words = [f"w{number}" for number in range(4000)]
    off = []
    for _ in range(200):
        one = chance.choices(words, k=60)
        other = [chance.choice(words) if chance.random() < 0.12 else word for word in one]
        pairs = [set(pairwise(text)) for text in (one, other)]
        shared = len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1])
        sketches = [
            next(unpack(read_signatures(Note("a.md", SourceText(" ".join(text))), PART))).sketch
            for text in (one, other)
        ]
        off.append(sum(map(int.__eq__, *sketches)) / SLOTS - shared)
    assert abs(sum(off) / len(off)) < 0.02
    assert (sum(each * each for each in off) / len(off)) ** 0.5 < 0.1


def test_a_copy_names_the_first_of_its_cluster():
    found = search({"a.md": RYE, "b.md": f"{WATER}\n\n- {NEAR}\n", "c.md": RYE}, paragraph=40)
    spans = [Span(0, len(RYE)), Span(len(WATER) + 4, len(WATER) + 4 + len(NEAR)), Span(0, len(RYE))]
    places = tuple(Place(path, span) for path, span in zip(("a.md", "b.md", "c.md"), spans, strict=True))
    cluster = Cluster("paragraph", 3, places)
    assert found.of("paragraph", "a.md") == ()
    (second,), (third,) = found.of("paragraph", "b.md"), found.of("paragraph", "c.md")
    assert second == Copy(spans[1], len(NEAR.split()), second.key, places[0], cluster, second=True)
    assert third == Copy(spans[2], len(RYE.split()), third.key, places[0], cluster, second=False)


def test_a_chain_is_one_cluster_and_each_names_one_that_it_is_like():
    sketches = [bytes(SLOTS), bytes(SLOTS - 8) + b"x" * 8, b"y" * 8 + bytes(SLOTS - 16) + b"x" * 8]
    plain = gather_facts(Note("a.md", SourceText("")))
    facts = [
        plain._replace(path=path, signatures=_pack([Signature("paragraph", Span(0, 9), 50, False, sketch)]))
        for path, sketch in zip(("a.md", "b.md", "c.md"), sketches, strict=True)
    ]
    found = of(facts)
    ((second,), (third,)) = found.of("paragraph", "b.md"), found.of("paragraph", "c.md")
    assert [(one.original.path, one.cluster.copies, one.second) for one in (second, third)] == [
        ("a.md", 3, True),
        ("b.md", 3, False),
    ]
    assert second.cluster == third.cluster


def test_few_words_fill_every_slot():
    (one,) = unpack(read_signatures(Note("a.md", SourceText("winter rye")), {"paragraph": 2}))
    assert len({*one.sketch}) == 1


def test_other_words_are_no_copy():
    rewritten = (
        "In the last week of September, once the beans are out, rye goes in. Through the winter it keeps the soil where it is, and"
        " the nitrogen with it. Mow it in May and plant the squash into what lies there; nothing needs to be dug for that at all."
    )
    assert search({"a.md": RYE, "b.md": rewritten, "c.md": SOIL}).of("paragraph", "b.md") == ()


@pytest.fixture
def told(base):
    """Findings of the family on some notes, as `path:line:column CODE`, and the report."""

    def run(notes, *arguments):
        base.write(notes)
        ran = base.json("--no-cache", "--select", "DU,DU003", *arguments)
        return ran.brief, ran.json

    return run


def test_paragraphs_of_notes_that_are_copies_are_not_told_again(told):
    brief, found = told(
        {
            "a.md": f"{NOTE.format('One')}{RYE}\n\n{SOIL}\n",
            "b.md": f"{NOTE.format('Two')}# Rye\n\n{NEAR} [00:00:01]\n\n{SOIL}\n",
            "c.md": f"{NOTE.format('Three')}{RYE}\n\n{WATER}\n",
        }
    )
    assert brief == ["b.md:2:8 DU001", "c.md:4:1 DU002"]
    assert [item["message"] for item in found] == [
        "the note says the same as `a.md`, word for word or nearly",
        "this paragraph stands in `a.md`, too, word for word or nearly",
    ]
    assert [[(other["path"], other["start"]) for other in item["related"]] for item in found] == [
        [("a.md", {"line": 2, "column": 8})],
        [("a.md", {"line": 4, "column": 1})],
    ]
    assert found[1]["end"] == {"line": 4, "column": len(RYE) + 1}


def test_without_a_title_the_note_begins_where_it_begins(told):
    brief, found = told({"a.md": f"{RYE}\n\n{SOIL}\n", "b.md": f"{RYE}\n\n{SOIL}\n"})
    assert (brief, found[0]["related"][0]["start"]) == (["b.md:1:1 DU001"], {"line": 1, "column": 1})


@pytest.mark.parametrize(("count", "most", "found"), [(5, 10, 4), (10, 10, 9), (11, 10, 1), (5, 4, 1), (30, 10, 1)])
def test_a_cluster_is_told_once_for_each_copy_and_a_template_once(told, count, most, found):
    chance = random.Random(2)
    own = [" ".join(f"w{chance.randrange(9999)}" for _ in range(60)) for _ in range(count)]
    brief, items = told(
        {f"n{number:02}.md": f"{text}\n\n{RYE}\n" for number, text in enumerate(own)},
        "--config",
        f"rules.DU002.params.most-copies = {most}",
    )
    assert brief == [f"n{number:02}.md:3:1 DU002" for number in range(1, found + 1)]
    assert items[0]["message"] == "this paragraph stands in `n00.md`, too, word for word or nearly" + (
        f", as in {count} places: a template; only this one is told of" if count > most else ""
    )


def test_index_pages_and_the_like_are_not_compared(told):
    same = f"{RYE}\n\n{SOIL}\n"
    assert told(dict.fromkeys(("a.md", "beds/beds.md", "beds/index.md", "LICENSE.md", "README.md"), same))[0] == []


def test_a_sentence_is_told_where_its_paragraph_is_not(told):
    sentence = "Rye holds the soil and what is left of the nitrogen through the whole winter, and in May the squash is planted into it"
    brief, found = told(
        {"a.md": f"{sentence} [00:01:02]. Beans are sown later.\n", "b.md": f"Mow it. {sentence}! Nothing is dug for that.\n", "c.md": f"{SOIL}\n"}
    )  # fmt: skip
    assert brief == ["b.md:1:9 DU003"]
    assert found[0]["message"] == "this sentence stands in `a.md`, too, word for word or nearly"
    assert found[0]["end"] == {"line": 1, "column": 9 + len(sentence) + 1}
    long = f"{RYE} {sentence}."
    assert told({"a.md": f"{WATER}\n\n{long}\n", "b.md": f"{SOIL}\n\n{long}\n", "c.md": ""})[0] == ["b.md:3:1 DU002"]


def test_a_note_that_repeats_itself_is_told_of_once(base):
    near = changed(SOIL, ("handful", "spoonful"))
    base.write(
        {"a.md": f"{RYE}\n\n{SOIL}\n\n{WATER}\n\n{RYE}\n\n{WATER}\n\n{near}\n", "b.md": f"{SOIL}\n\nBeans.\n\n{near}\n"}
    )
    ran = base.json("--no-cache", "--select", "DU,RS011")
    assert ran.brief == ["a.md:7:1 RS011", "b.md:1:1 DU002", "b.md:5:1 DU002"]
    assert [item["related"][0]["start"]["line"] for item in ran.json] == [1, 3, 3]


def test_within_a_note(told):
    brief, found = told({"a.md": f"{SOIL}\n\n{changed(SOIL, ('handful', 'spoonful'))}\n"})
    assert brief == ["a.md:3:1 DU002"]
    assert found[0]["message"] == "this paragraph stands in this note before, too, word for word or nearly"


def test_repeated_lines():
    note = Note("a.md", SourceText(f"{RYE} [00:01:02]\n| {SOIL} |\n{RYE}\n| {SOIL} |\nRye. Rye.\nRye. Rye.\n"))
    second = note.text.index(RYE, 1)
    assert repeated_lines(note, 15) == ([(0, second)], len(RYE.split()))
    assert repeated_lines(note, 60) == ([], 0)


def test_parameters_and_exceptions(told, base):
    short = " ".join(RYE.split()[:25]) + "."
    notes = {"a.md": f"{short}\n\n{SOIL}\n", "b.md": f"{short}\n\n{WATER}\n"}
    assert told(notes, "--ignore", "DU003")[0] == []
    assert told(notes, "--ignore", "DU003", "--config", "rules.DU002.params.min-words = 25")[0] == ["b.md:1:1 DU002"]
    assert told(notes, "--ignore", "DU003", "--config", "rules.DU002.params.min-words = 26")[0] == []
    lower = ("--config", "rules.DU002.params.min-words = 25", "--ignore", "DU003")
    assert told(notes, *lower, "--config", 'per-file-ignores."b.md" = ["DU"]')[0] == []
    notes["b.md"] = f"<!-- lintkb-disable DU002 as it should be -->\n{notes['b.md']}"
    assert told(notes, *lower)[0] == []
    ran = base.run("--config", "rules.DU002.params.min-words = 3")
    assert (ran.code, "min-words" in ran.err) == (2, True)


def test_a_rule_that_shares_the_check_has_its_own_measure(base):
    short = " ".join(RYE.split()[:25]) + "."
    rule = (
        "---\ncode: HR101\nname: said-twice\ncheck: duplicate-paragraph\nparams: {min-words: 20}\nseverity: info\n---\n# Twice\n\n"
        f"## Examples\n```markdown file=a.md\n{short}\n```\n```markdown bad\n«{short}»\n```\n```markdown good\n{SOIL}\n```\n"
    )
    base.write({"house/said-twice.md": rule, "lintkb.toml": 'rule-paths = ["house"]\n'})
    base.write({"a.md": f"{short}\n\n{SOIL}\n\n{WATER}\n", "b.md": f"{short}\n\n{SOIL}\n\n{MULCH} {RYE}\n"})
    assert base.run("rule", "--test", "house").code == 0
    assert base.json("--no-cache", "--select", "DU,HR").brief == ["b.md:1:1 HR101", "b.md:3:1 DU002", "b.md:3:1 HR101"]


def test_nothing_is_signed_that_nobody_asks_for(base, monkeypatch):
    def fail(*_):
        raise AssertionError

    base.write({"a.md": f"{RYE}\n", "b.md": f"{RYE}\n"})
    monkeypatch.setattr("lintkb.facts.read_signatures", fail)
    monkeypatch.setattr("lintkb.index.Duplicates", fail)
    assert base.json("--no-cache", "--ignore", "DU", "--select", "WL").json == []
    assert {item["code"] for item in base.json("--no-cache", "--select", "DU").json} == {"KB004"}


def test_the_cache_keeps_what_is_needed(base):
    base.write({"a.md": f"{RYE}\n\n{WATER}\n", "b.md": f"{RYE}\n\n{WATER}\n"})
    base.json("--select", "WL,DU")
    ran = base.run("--select", "WL,DU", "-v", "--output-format", "json")
    assert (ran.brief, "2 of them from the cache" in ran.err) == (["b.md:1:1 DU001"], True)
    base.write({"a.md": f"{SOIL}\n"})
    assert base.json("--select", "WL,DU").json == []


def test_a_finding_stays_the_same_when_lines_move(repo):
    repo.write({"d.md": f"{NOTE.format('D')}{WATER}\n\n{RYE}\n", "e.md": f"{NOTE.format('E')}{SOIL}\n\n{RYE}\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "two")
    repo.write({"e.md": f"{NOTE.format('E')}Beans.\n\nPeas.\n\n{SOIL}\n\n{RYE}\n"})
    assert repo.json("--select", "DU").brief == ["e.md:10:1 DU002"]
    assert repo.json("--select", "DU", "--since", "HEAD").brief == []
    repo.write({"e.md": f"{NOTE.format('E')}{SOIL}\n\n{RYE}\n\n{WATER}\n"})
    assert repo.json("--select", "DU", "--since", "HEAD").brief == ["e.md:2:8 DU001"]


def test_an_old_copy_is_not_told_again_when_another_one_is_the_first(repo):
    repo.write({f"{name}.md": f"{NOTE.format(name)}{SOIL}\n\n{WATER}\n" for name in ("k", "l", "m")})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "two")
    assert repo.json("--select", "DU").brief == ["l.md:2:8 DU001", "m.md:2:8 DU001"]
    repo.git("mv", "k.md", "kale.md")
    assert repo.json("--select", "DU", "--since", "HEAD").brief == []
    repo.git("mv", "kale.md", "k.md")
    repo.write({"aa.md": f"{NOTE.format('AA')}{SOIL}\n\n{WATER}\n"})
    assert repo.json("--select", "DU", "--since", "HEAD").brief == ["k.md:2:8 DU001"]


def test_statistics_show_the_clusters(base):
    notes = {f"n{number}.md": f"{changed(SOIL, ('clay', f'clay{number}'))} {SOIL}\n" for number in range(4)}
    base.write(
        {
            **notes,
            "o.md": f"{MULCH}\n",
            "p.md": f"{WATER}\n\n{RYE}\n",
            "q.md": f"Beans.\n\n{RYE}\n\n{MULCH} <!-- lintkb-disable-line DU -->\n",
            "r.md": f"Peas. <!-- lintkb-disable DU -->\n\n{RYE}",
        }
    )
    ran = base.run("--no-cache", "--select", "DU", "--statistics", "-q")
    assert ran.lines == [
        "3  DU001  [ ] duplicate-note",
        "1  DU002  [ ] duplicate-paragraph",
        "",
        "copies  rule   2 passages in several places, the most copies first",
        "     4  DU001  n0.md:1, n1.md:1, n2.md:1, ...",
        "     3  DU002  p.md:3, q.md:3, r.md:3",
    ]
    first, second = base.json("--no-cache", "--select", "DU", "--statistics").json
    assert [(one["copies"], [place["path"] for place in one["places"]]) for one in first["clusters"]] == [
        (4, ["n0.md", "n1.md", "n2.md", "n3.md"])
    ]
    start, end = {"line": 3, "column": 1}, {"line": 3, "column": len(RYE) + 1}
    assert second["clusters"] == [
        {"copies": 3, "places": [{"path": path, "start": start, "end": end} for path in ("p.md", "q.md", "r.md")]}
    ]


@pytest.fixture
def compared(monkeypatch):
    """The pairs of signatures that are compared."""
    pairs = []
    alike = clusters.alike
    monkeypatch.setattr(clusters, "alike", lambda *pair: pairs.append(pair) or alike(*pair))
    return pairs


@pytest.mark.parametrize("count", [500, 2000])
def test_copies_of_one_note_cost_the_same_each(compared, count):
    signatures = read_signatures(Note("a.md", SourceText(f"{RYE}\n\n{SOIL}\n")), LEAST)
    notes = {f"n{number:05}.md": signatures for number in range(count)}
    found = Duplicates.among(Sketches.of(notes))
    assert found.of("note", "n00001.md")[0].cluster.copies == count
    assert sum(len(found.of("paragraph", path)) for path in notes) == 0
    assert len(compared) < 8 * count


def test_passages_that_share_a_band_and_no_more_are_compared_with_few(monkeypatch):
    compared = []
    monkeypatch.setattr(clusters, "alike", lambda *pair: compared.append(pair))
    signatures = read_signatures(Note("a.md", SourceText(RYE)), PART)
    assert find_clusters(Sketches.of({f"n{number:05}.md": signatures for number in range(1000)})) == []
    assert len(compared) <= 1000 * BANDS * MOST_COMPARED


def test_the_kinds_of_copies_that_reports_know_are_those_that_there_are():
    from lintkb.report import COPIES
    from lintkb.signatures import KINDS

    assert tuple(COPIES.values()) == KINDS


def signatures_of(chance, known, most):
    """Some signatures whose sketches are among those that are known."""
    return _pack(
        Signature(
            chance.choice(("paragraph", "paragraph", "sentence")), Span(at, at + 9), 45, False, chance.choice(known)
        )
        for at in range(0, chance.randrange(most) * 10, 10)
    )


@pytest.mark.parametrize("seed", [*range(40), 96, 357])
def test_clusters_that_were_known_are_changed_to_those_that_would_be_found(seed):
    """Few values in each band, so that passages meet by chance, and by being copies, in all ways."""
    chance = random.Random(seed)
    values = chance.choice((3, 3, 4, 9))
    known = [
        b"".join(bytes([chance.randrange(values)]) * ROWS for _ in range(BANDS)) for _ in range(chance.choice((9, 90)))
    ]
    notes = {f"{number:02}.md": signatures_of(chance, known, 4) for number in range(chance.choice((9, 20, 60)))}
    clusters = find_clusters(Sketches.of(notes))
    for _ in range(8):
        now = {path: signatures_of(chance, known, 4) for path in chance.sample(sorted(notes), chance.choice((1, 1, 3)))}
        if chance.random() < 0.5:  # one that is as it was but for one passage
            own = [*unpack(notes[path := chance.choice(sorted(notes))]), *unpack(signatures_of(chance, known, 2))]
            if own:
                own[chance.randrange(len(own))] = own[-1]._replace(span=Span(200, 209))
            now[path] = _pack(own)
        if chance.random() < 0.3:
            now[f"{chance.randrange(60):02}.5.md"] = signatures_of(chance, known, 4)
        if chance.random() < 0.3:
            now[chance.choice(sorted(notes))] = ""
        before = {path: notes.get(path, "") for path in now}
        paths = sorted(notes)
        middle = len(paths) // 2
        parts = [(some, joined(map(notes.__getitem__, some))) for some in (paths[:middle], paths[middle:])]
        clusters = change_clusters(clusters, Change(Sketches(parts, now), before, now))
        notes.update(now)
        assert clusters == find_clusters(Sketches.of(notes))


def test_so_many_clusters_that_change_are_found_as_fast_anew(monkeypatch):
    monkeypatch.setattr(clusters, "MOST_CHOSEN", 3)
    notes = {f"{number}.md": read_signatures(Note("a.md", SourceText(RYE)), PART) for number in range(6)}
    known = find_clusters(Sketches.of(notes))
    before = {"0.md": notes.pop("0.md")}
    assert change_clusters(known, Change(Sketches.of(notes), before, {"0.md": ""})) is None


def test_a_passage_that_is_like_none_before_it_is_told_of_by_the_one_behind_it_that_is():
    """The first two have too little in common, and the third is like both."""
    sketches = [b"x" * 8 + bytes(SLOTS - 8), bytes(SLOTS - 8) + b"y" * 8, bytes(SLOTS)]
    notes = {
        path: _pack([Signature("paragraph", Span(0, 9), 50, False, sketch)])
        for path, sketch in zip(("a.md", "b.md", "c.md"), sketches, strict=True)
    }
    found = Duplicates.among(Sketches.of(notes))
    assert found.of("paragraph", "b.md") == ()
    (third,) = found.of("paragraph", "c.md")
    assert (third.original.path, third.cluster.copies, third.second) == ("a.md", 3, True)


def test_kinds_are_told_apart_even_where_their_sketches_are_the_same():
    """As they are packed: of a text that repeats one word every byte of a sketch is the same."""
    one = {
        "a.md": _pack([Signature("note", Span(0, 0), 70, False, b"\x11" * SLOTS)]),
        "b.md": _pack([Signature("paragraph", Span(0, 9), 60, False, bytes([0x11 ^ 0x55]) * SLOTS)]),
    }
    assert find_clusters(Sketches.of(one)) == []
    before, rest = {"b.md": one["b.md"]}, Sketches.of({"a.md": one["a.md"]})
    assert change_clusters([], Change(rest, before, before)) == []


@pytest.mark.parametrize("passage", [("b.md", 0), ("0.md", 0), ("z.md", 0), ("a.md", 1), ("a.md", -1)])
def test_a_passage_that_is_not_there_is_not_taken_for_another(passage):
    one = _pack([Signature("paragraph", Span(0, 9), 50, False, bytes(SLOTS))])
    sketches = Sketches.of({"a.md": one, "c.md": one})
    assert sketches.read(Passage("c.md", 0)) == sketches.record(1)
    with pytest.raises(LookupError):
        sketches.read(Passage(*passage))
