"""Times `golden diff` beside other tools on the same inputs, in turn, in one run; see benches/README.md."""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

GOLDEN, TOOLS, KEYS, FILES = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
ROUNDS = 6
PYTHON = f"{TOOLS}/bin/python"


def leaves(count, changed):
    """A nested map of so many leaves, of which so many have another value."""
    tree = {}
    every = max(count // 500, 1)
    for at in range(count):
        value = f"value-{at}"
        if changed and at % every == 0 and at // every < 500:
            value += "-new"
        tree.setdefault(f"group-{at // 100}", {})[f"key-{at}"] = value
    return tree


def objects(changed):
    """A list of 2,000 objects with a name, in another order with 20 of them changed."""
    items = [{"name": f"object-{at}", "port": at, "host": f"h{at}.svc.example"} for at in range(2000)]
    if changed:
        for at in range(0, 2000, 100):
            items[at]["port"] += 10_000
        random.Random(1).shuffle(items)
    return {"items": items}


def yaml_text(tree):
    """The nested map as YAML, without a library."""
    return "".join(
        f"{group}:\n" + "".join(f"  {key}: {value}\n" for key, value in keys.items()) for group, keys in tree.items()
    )


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def script(text, *paths):
    return [PYTHON, "-c", text, *paths]


def installed(name):
    path = f"{TOOLS}/bin/{name}"
    return path if os.path.exists(path) else None


def run(work, name, command):
    """Runs a command and gives its seconds."""
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    took = time.perf_counter() - start
    answers = {"golden": (1,), "cfgdrift": (0, 1, 2)}.get(name, (0, 1))
    if done.returncode not in answers:
        sys.exit(f"{work}: {name} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return took


def measure(work, golden, others):
    """Runs golden and each other command in pairs, and prints the medians and their ratio.

    Who goes first changes with each pair: a process pays for the caches and the memory that the one before it left.
    """
    for name, command in others:
        if not command:
            continue
        pair = [("golden", golden), (name, command)]
        times = {"golden": [], name: []}
        for round_ in range(ROUNDS + 1):
            for tool, arguments in pair if round_ % 2 else reversed(pair):
                took = run(work, tool, arguments)
                if round_ > 0:
                    times[tool].append(took)
        ours, theirs = (statistics.median(times[tool]) for tool in ("golden", name))
        print(f"{work}: golden {ours:.3f} s, {name} {theirs:.3f} s, golden takes {ours / theirs:.2f} of it", flush=True)


DEEPDIFF = "import json,sys,deepdiff;a,b=(json.load(open(p)) for p in sys.argv[1:]);print(len(deepdiff.DeepDiff(a,b)))"
DIFFX = (
    "import glob,os,sys,diffx;a,b=sys.argv[1:]\n"
    "for p in sorted(os.listdir(a)):\n"
    " l,r=(diffx.parse_yaml(open(os.path.join(d,p)).read()) for d in (a,b));diffx.diff(l,r)"
)


def cfgdrift(folder, old, new):
    """Two files at once; of folders, a baseline of one, made outside of the measurement, and the other against it."""
    if not installed("cfgdrift"):
        return None
    if os.path.isfile(old):
        return [installed("cfgdrift"), "diff", old, new]
    store = [installed("cfgdrift"), "--store", f"{folder}/cfgdrift.db"]
    subprocess.run([*store, "init"], stdout=subprocess.DEVNULL, check=True)
    subprocess.run([*store, "baseline", "create", "old", "--scan-root", old], stdout=subprocess.DEVNULL, check=True)
    return [*store, "diff", new, "--baseline", "old"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        for side, changed in (("old", False), ("new", True)):
            tree = leaves(KEYS, changed)
            write(f"{folder}/json/{side}/a.json", json.dumps(tree))
            write(f"{folder}/yaml/{side}/a.yaml", yaml_text(tree))
            write(f"{folder}/list/{side}/a.json", json.dumps(objects(changed)))
            for at in range(FILES):
                part = leaves(60, changed and at % 5 == 0)
                if changed and at % 5 == 0:
                    part = leaves(60, False) | {"extra": {"key": str(at)}}
                write(f"{folder}/tree/{side}/a{at}.yaml", yaml_text(part))
        pair = lambda work, name: [f"{folder}/{work}/{side}{name}" for side in ("old", "new")]
        golden = lambda paths: [GOLDEN, "diff", *paths, "--quiet"]
        dotdiff = lambda paths, *more: [installed("dotdiff"), *paths, *more] if installed("dotdiff") else None
        for work, name in (("json", "/a.json"), ("yaml", "/a.yaml")):
            paths = pair(work, name)
            others = [("dotdiff", dotdiff(paths)), ("cfgdrift", cfgdrift(folder, *paths))]
            if work == "json":
                others.append(("deepdiff", script(DEEPDIFF, *paths)))
            measure(f"{work} pair, {KEYS} keys, 500 changes", golden(paths), others)
        paths = pair("list", "/a.json")
        others = [("dotdiff, told the key", dotdiff(paths, "--array-key", "name"))]
        measure("shuffled list of 2,000, 20 changes", golden(paths), others)
        paths = pair("tree", "")
        others = [("diffx in one process", script(DIFFX, *paths)), ("cfgdrift", cfgdrift(folder, *paths))]
        measure(f"tree of {FILES} YAML files", golden(paths), others)


main()
