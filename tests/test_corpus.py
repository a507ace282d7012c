"""Runs on real notes, where LINTKB_CORPUS names a folder of them."""

import json
import shutil
from collections import Counter

import pytest

SEEDS = (
    "--config",
    'include=["**/*.txt"]',
    "--config",
    'links.names=["stem","title"]',
    "--config",
    'links.fold=["case","separators"]',
)


def folders(corpus):
    return [
        folder for name in ("kb", "sample", "vaults/foam-docs", "vaults/garden") if (folder := corpus / name).is_dir()
    ]


def test_no_internal_error_anywhere(base, corpus):
    for folder in folders(corpus):
        ran = base.run(str(folder), "--output-format", "json")
        assert ran.code in (0, 1), ran.err
        assert not [item for item in json.loads(ran.out) if item["code"].startswith("KB")]


def test_the_five_documents(base, corpus):
    seeds = corpus / "seeds"
    if not seeds.is_dir():
        pytest.skip("no seeds in LINTKB_CORPUS")
    ran = base.json(str(seeds), *SEEDS)
    found = [(item["path"].rpartition("/")[2][:3], item["start"]["line"], item["code"]) for item in ran.json]
    assert [(note, line) for note, line, code in found if code == "TS002"] == [("001", 18), ("001", 60)]
    assert {note for note, _, code in found if code == "TS003"} == {"001"}
    assert [entry for entry in found if entry[0] == "003"] == [
        ("003", 1, "CL001"), ("003", 1, "FM001"), ("003", 1, "RS001"), ("003", 73, "RS001"),
    ]  # fmt: skip
    missing = {item["message"].split("`")[1] for item in ran.json if item["code"] == "WL001"}
    assert "lennyspodcast" in missing
    assert "career growth strategies for product managers" not in missing


def test_well_kept_vaults_have_hardly_a_broken_link(base, corpus):
    found = []
    for folder in folders(corpus):
        if "vaults" in folder.parts:
            found += base.json(str(folder), "--select", "WL001,WL002,WL003,WL006,WL008,WL009").json
    assert len(found) <= 3


def test_fixing_real_notes_is_idempotent_and_leaves_the_rest(base, corpus):
    if not (corpus / "kb").is_dir():
        pytest.skip("no kb in LINTKB_CORPUS")
    shutil.copytree(corpus / "kb", base.root / "kb", copy_function=shutil.copy)
    for path in (base.root / "kb").rglob("*"):
        path.chmod(0o755)
    before = base.json("kb").json
    base.run("kb", "--fix")
    once = {path: path.read_bytes() for path in (base.root / "kb").rglob("*.md")}
    after = base.json("kb").json
    assert base.run("kb", "--fix").err.splitlines()[0].startswith("Found ")
    assert once == {path: path.read_bytes() for path in (base.root / "kb").rglob("*.md")}
    assert not [item for item in after if item["code"] == "WL002" and item["fixes"]]
    counts = Counter(item["code"] for item in after)
    safe = [item["code"] for item in before if item["fixes"] and item["fixes"][0]["applicability"] == "safe"]
    # A fix can take away another rule's finding, too, and it can uncover some; never one that is safe to fix.
    assert not [item for item in after if item["fixes"] and item["fixes"][0]["applicability"] == "safe"]
    for code, count in Counter(safe).items():
        assert counts[code] <= sum(item["code"] == code for item in before) - count


def test_well_kept_vaults_hold_hardly_a_leftover(base, corpus):
    found = []
    for folder in folders(corpus):
        if "vaults" in folder.parts:
            found += [item for item in base.json(str(folder), "--no-cache").json if item["code"].startswith("RS")]
    assert len(found) <= 3
