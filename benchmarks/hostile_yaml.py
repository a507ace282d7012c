"""Time and memory that hostile frontmatter costs, each in a process of its own. Every one must come back with a problem.

python benchmarks/hostile_yaml.py
"""

import resource
import subprocess
import sys
import time

LIMIT_MS, LIMIT_MB = 50, 50
NINE = ",".join(["*{}"] * 9)
HOSTILE = {
    "aliases of aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{NINE.replace('{}', chr(97 + n))}]\n" for n in range(9)),
    "merge keys": "a0: &a0 {x: 1}\n"
    + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 8)}]}}\n" for n in range(1, 7)),
    "10,000 brackets": "a: " + "[" * 10_000,
    "30,000 brackets": "a: " + "[" * 30_000,
    "100,000 keys": "\n".join(f"k{n}: {n}" for n in range(100_000)),
    "5 MB of comments": ("# " + "c" * 97 + "\n") * 50_000,
}


def run(name: str) -> None:
    """Read one block, after a harmless one has loaded the parser, and print what it cost."""
    from lintkb.source.frontmatter import read_frontmatter

    text = f"---\n{HOSTILE[name]}\n---\nText.\n"
    read_frontmatter("---\na: {b: [c, 'd']}\n---\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    found = read_frontmatter(text)
    spent = 1000 * (time.perf_counter() - started)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert found is not None
    assert found.problem is not None, name
    ok = "ok" if spent < LIMIT_MS and grown < LIMIT_MB else "TOO MUCH"
    print(f"{name:<20} {spent:7.1f} ms {grown:6.1f} MB  {ok}  {found.problem.message}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(sys.argv[1])
    else:
        for block in HOSTILE:
            subprocess.run([sys.executable, __file__, block], check=True)
