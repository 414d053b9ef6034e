#!/usr/bin/env python3
"""Times `parity check`, cold and warm, one matrix and a second revision beside ripgrep reading the same bytes, and prints
ratios, stages and memory.

    benches/stages.py DIR [RUNS]

DIR is a working tree whose `.git` is a file (a linked worktree) or a plain folder, so that both read the same bytes.
In a linked worktree HEAD is audited from git too, on an empty cache, and then HEAD~100 with what that left.
Build first: cargo build --release. Needs rg. Each figure is the median of RUNS (default 5) runs, taken in turns.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARITY = ROOT / "target/release/parity"


def run(command, cwd, env=None):
    """Wall seconds, CPU seconds, peak memory in MB and standard error of one run."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    text = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) == 2:
        sys.exit(f"{command[0]} failed: {text}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def timings(text):
    """The lines `NAME 1.2 ms` that `--timings` prints."""
    found = {}
    for line in text.splitlines():
        if line.endswith(" ms"):
            name, value, _ = line.rsplit(" ", 2)
            found[name] = float(value)
    return found


def show(name, runs, against=None):
    wall = statistics.median(r[0] for r in runs)
    cpu = statistics.median(r[1] for r in runs)
    ratio = f"{wall / against:6.2f} x rg" if against else ""
    print(f"{name:<9} wall {wall:7.3f} s  cpu {cpu:7.3f} s  peak {max(r[2] for r in runs):6.1f} MB  {ratio}")
    return wall


def main():
    tree = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    if (tree / ".git").is_dir():
        sys.exit("the tree has a .git folder, which rg would read too: use a linked worktree")
    if not shutil.which("rg"):
        sys.exit("rg is not installed")
    has_history = (tree / ".git").is_file()
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "PARITY_CACHE_DIR": cache}

        def parity(*arguments):
            return run([str(PARITY), *arguments, "--repo", str(tree), "--timings"], tree, env)

        def forget():
            for name in os.listdir(cache):
                os.remove(os.path.join(cache, name))

        turns = []
        for _ in range(count + 1):
            forget()
            turn = {"rg": run(["rg", "-uuu", "-c", "", "."], tree), "cold": parity("check"), "warm": parity("check")}
            parity("score", "odoo-sh", "--profile", "ipai")
            turn["score"] = parity("score", "odoo-sh", "--profile", "ipai")
            if has_history:
                forget()
                turn["HEAD"] = parity("check", "--rev", "HEAD")
                turn["HEAD~100"] = parity("check", "--rev", "HEAD~100")
            turns.append(turn)
    turns = turns[1:]  # the first turn warms the file system's cache
    walls = {}
    for name in turns[0]:
        walls[name] = show(name, [turn[name] for turn in turns], walls.get("rg"))
    if has_history:
        print(f"HEAD~100 after HEAD: {100 * walls['HEAD~100'] / walls['HEAD']:.1f} % of the cold audit of HEAD")
    columns = [name for name in turns[0] if name != "rg"]
    print(f"\n{'ms, median':<40}" + "".join(f"{name:>10}" for name in columns) + "   (read, extract, search: sum over workers)")
    stages = {name: [timings(turn[name][3]) for turn in turns] for name in columns}
    names = list(dict.fromkeys(stage for name in columns for stage in stages[name][0]))
    for stage in names:
        medians = [statistics.median(one.get(stage, 0.0) for one in stages[name]) for name in columns]
        flag = "  over 25 ms" if stage.startswith("page ") and medians[1] > 25 else ""
        print(f"{stage:<40}" + "".join(f"{median:>10.1f}" for median in medians) + flag)


main()
