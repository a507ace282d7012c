"""Runs beyond one process that was forked: processes that share nothing, and the workers of a Dask scheduler."""

import asyncio
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from lintkb import cluster, executors, spool
from lintkb.cli import main
from lintkb.engine import Options, open_sessions

GOOD = "---\ntitle: Soil\n---\n"
EVERYTHING = ("--select", "ALL")


@pytest.fixture(autouse=True)
def everything_is_spread(monkeypatch):
    monkeypatch.setattr(executors, "MIN_FOR_POOL", 1)
    monkeypatch.setattr(executors, "CHUNK", 8)


def garden(base, notes=90):
    """Notes with broken links, index pages, copies, times and what cannot be read, in three folders."""
    chance = random.Random(3)
    files = {"lintkb.toml": "", "bad.md": b"\xff", "beds/plan.svg": "x", "beds/alone.md": GOOD}
    for number in range(notes):
        folder = chance.choice(["", "beds/", "tools/"])
        links = " ".join(f"[[n{chance.randrange(notes + 5)}]]" for _ in range(4))
        copied = (
            "The long bed by the wall was dug over twice before frost, and then it was left alone until March came.\n"
        )
        text = f"{GOOD}# Note {number}\n\n{links} [[n{number}#Note {number}]] [[n1#Nowhere]] [[soyl]] ![[plan.svg]] [00:00:{60 + number % 9}]\n\n"
        files[f"{folder}n{number}.md"] = text + copied * (number % 5 == 0)
    files["beds/index.md"] = GOOD + " ".join(f"[[n{number}]]" for number in range(notes) if number % 4)
    base.write(files)


def reports(base, *arguments):
    """The text, the data and what else is told, with exit codes, of a run with everything on."""
    full = base.run(*EVERYTHING, *arguments)
    data = base.json(*EVERYTHING, *arguments)
    return full.code, full.out, full.err, data.code, data.out


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_two_processes_say_what_one_does(base, monkeypatch, start):
    if start == "fork" and sys.platform == "win32":
        pytest.skip("no fork here")
    garden(base)
    one = reports(base, "--no-cache", "--jobs", "1")
    assert {"WL001", "DU003", "WL012", "WL013", "WL004", "KB002"} <= {
        item["code"] for item in base.json(*EVERYTHING, "--no-cache").json
    }
    monkeypatch.setattr(executors, "START", start)
    assert reports(base, "--no-cache", "--jobs", "2") == one


def test_what_waits_in_a_file_is_what_waited_in_memory(base, monkeypatch):
    garden(base)
    one = reports(base, "--no-cache", "--jobs", "1")
    monkeypatch.setattr(spool, "ROOM", 0)
    monkeypatch.setattr(executors, "AHEAD", 1)
    for _ in ("cold", "warm"):
        assert reports(base, "--jobs", "2") == one
    base.write({"n1.md": GOOD + "[[gone]]"})
    monkeypatch.setattr(spool, "at_hand", lambda _: pytest.fail("in memory"))
    assert reports(base, "--jobs", "2") == reports(base, "--no-cache", "--jobs", "1")


def test_what_other_processes_are_told_is_small(base):
    garden(base)
    session = open_sessions(["."], Options(cache=False, jobs=1))[0]
    session.read()
    kb = session.index()
    kb.prepare(links=True, copies=True, suggestions=False)
    told = pickle.dumps(pickle.loads(pickle.dumps(kb)))
    assert len(told) < 400 * len(kb.notes)
    other = pickle.loads(told)
    for path in kb.notes:
        assert other.inbound(path) == kb.inbound(path)
        assert other.listing(path.rpartition("/")[0]) == kb.listing(path.rpartition("/")[0])
        assert other.landmarks(path) == kb.landmarks(path)
        assert other.duplicates.of("paragraph", path) == kb.duplicates.of("paragraph", path)
    assert other.resolve("n1", "n2.md") == kb.resolve("n1", "n2.md")
    with pytest.raises(LookupError, match="not known in this process"):
        other.facts("bad.md")


def test_serial_starts_no_process(base, monkeypatch):
    garden(base, 20)
    monkeypatch.setattr(executors, "_pooled", lambda *_: pytest.fail("a pool"))
    assert base.run("--executor", "serial", "--jobs", "2", "--no-cache").code == 2


@pytest.mark.parametrize("given", ["desk", "dask:", "dask:localhost", "dask:tcp://", "processes:2"])
def test_an_executor_that_is_none(base, given):
    base.write({"a.md": GOOD})
    ran = base.run("--executor", given)
    known = "processes, serial, dask and dask:tcp://HOST:PORT; see `lintkb --help`"
    assert (ran.code, ran.err) == (2, f"lintkb: error: argument --executor: {given!r} is none of {known}\n")


def test_without_dask(base, monkeypatch):
    base.write({"a.md": GOOD})
    monkeypatch.setitem(sys.modules, "distributed", None)
    ran = base.run("--executor", "dask", "--no-cache")
    assert (ran.code, ran.err) == (2, "lintkb: error: --executor dask needs Dask: pip install 'lintkb[dask]'\n")


@pytest.fixture(scope="module")
def workers():
    """Two workers on this machine, for all tests."""
    pytest.importorskip("distributed", reason="the extra `dask` is not installed")
    import dask

    with dask.config.set({"distributed.scheduler.allowed-failures": 1}):  # else the tests wait for four to die
        yield ("--executor", "dask", "--jobs", "2")
        cluster.close_all()


def test_dask_says_what_one_process_does(base, workers):
    garden(base)
    base.write({os.fsdecode(b"caf\xe9.md"): GOOD})
    one = reports(base, "--no-cache", "--jobs", "1")
    assert reports(base, "--no-cache", *workers) == one
    own = ("--cache-dir", "../one", "--jobs", "1")
    assert reports(base, *workers) == reports(base, *own)
    assert reports(base, *workers) == reports(base, *own)
    base.write({"n3.md": GOOD + "[[soyl]]"})
    assert reports(base, *workers) == reports(base, *own)


def test_nothing_is_said_twice_when_a_worker_is_killed(base, workers):
    garden(base, 200)
    one = reports(base, "--no-cache", "--jobs", "1")
    assert base.run("--no-cache", *workers).code == 2
    (connection,) = cluster._open.values()
    victim = connection.client.run(os.getpid).popitem()[1]
    killer = threading.Timer(0.2, os.kill, (victim, signal.SIGKILL))
    killer.start()
    assert reports(base, "--no-cache", *workers) == one
    killer.join()
    deadline = time.monotonic() + 30
    while len(connection.workers()) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)  # another one is started in its place


def test_a_worker_that_is_given_nothing_holds_nobody_up(base, workers, monkeypatch):
    garden(base)
    one = reports(base, "--no-cache", "--jobs", "1")
    assert base.run("--no-cache", *workers).code == 2
    (connection,) = cluster._open.values()
    scatter, asked = connection.client.scatter, []

    async def no_answer():
        await asyncio.sleep(1000)

    def scattered(*given, broadcast, **options):
        asked.append(broadcast)
        return no_answer() if broadcast else scatter(*given, broadcast=broadcast, **options)

    monkeypatch.setattr(connection.client, "scatter", scattered)
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    assert reports(base, "--no-cache", *workers) == one
    assert asked[:2] == [True, False]


def test_a_note_that_kills_every_worker_that_reads_it(base, workers):
    far = cluster.Far("", 2, os.fspath(base.root), 9, ())
    with pytest.raises(cluster.WorkerDied, match="the Dask workers that were at work are gone"):
        list(executors.map_chunks(lambda *_: os._exit(9), None, [1], 2, far=far))
    assert list(executors.map_chunks(lambda _, chunk: chunk, None, [*range(90)], 2, far=far)) == [*range(90)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": "9.9"}, "has lintkb 0.1.0, and here it is 9.9"),
        ({"python": "2.7"}, f"runs Python {sys.version_info[0]}.{sys.version_info[1]}, and here it is 2.7"),
        (
            {"code": "x"},
            "has another build of lintkb, or other versions of the packages that it uses, than there are here",
        ),
        ({"root": "/nowhere"}, "does not see the folder /nowhere; all machines must have it in the same place"),
        ({"some": (("no.md", "x"),)}, "cannot read {root}/no.md: No such file or directory"),
        (
            {"some": (("a.md", "x"),)},
            "sees another {root}/a.md than there is here; all machines must see the same files",
        ),
    ],
)
def test_a_worker_that_cannot_take_part(base, workers, monkeypatch, change, words):
    base.write({"a.md": GOOD})
    make = cluster.Proof
    monkeypatch.setattr(cluster, "Proof", lambda *given: make(*given)._replace(**change))
    ran = base.run("--no-cache", *workers)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("lintkb: error: the Dask worker tcp://127.0.0.1:")
    assert ran.err.endswith(f" {words.replace('{root}', os.path.realpath(base.root))}\n")


def test_one_that_came_later_shows_it_too(base):
    proof = cluster.Proof("9.9", "3", "", "", 0, ())
    with pytest.raises(cluster.ClusterError, match=r"has lintkb 0\.1\.0, and here it is 9\.9$"):
        cluster._do(cluster.Held(list, None, proof), pickle.dumps([]))


def test_no_scheduler(base):
    pytest.importorskip("distributed", reason="the extra `dask` is not installed")
    base.write({"a.md": GOOD})
    started = time.monotonic()
    ran = base.run("--executor", "dask:tcp://127.0.0.1:9", "--no-cache")
    words = "start one with `dask scheduler`, and give the address it prints"
    assert (ran.code, ran.err) == (2, f"lintkb: error: no Dask scheduler answers at tcp://127.0.0.1:9; {words}\n")
    assert time.monotonic() - started < 30


def test_what_is_only_in_memory_stays_here(base, workers, monkeypatch, repo):
    monkeypatch.setattr(executors, "map_far", lambda *_: pytest.fail("a cluster"))
    assert main(["--at", "HEAD", "-q", "--no-cache", *workers]) == 1


def test_ctrl_c(base, workers):
    base.write({f"n{number}.md": GOOD + "[00:00:61] " * 30_000 for number in range(320)})
    command = [sys.executable, "-m", "lintkb", "--no-cache", "-q", *workers]
    run = subprocess.Popen(
        command, cwd=base.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    time.sleep(6)
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    assert (run.returncode, errors) == (130, b"\nlintkb: interrupted\n")


def test_processes_that_are_spawned_import_no_pydantic(base):
    garden(base, 5)
    session = open_sessions(["."], Options(cache=False, jobs=1))[0]
    session.read()
    packed = base.root / "jobs.pickle"
    packed.write_bytes(pickle.dumps((session._job(), session._judging(session.index(), None))))
    code = f"import pickle, sys; pickle.load(open({os.fspath(packed)!r}, 'rb')); print('pydantic' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=base.root, capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
