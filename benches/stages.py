#!/usr/bin/env python3
"""Times `parity check`, cold and warm, beside ripgrep reading the same bytes, and prints ratios, stages and memory.

    benches/stages.py DIR [RUNS]

DIR is a working tree whose `.git` is a file (a linked worktree) or a plain folder, so that both read the same bytes.
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
    print(f"{name:<6} wall {wall:7.3f} s  cpu {cpu:7.3f} s  peak {max(r[2] for r in runs):6.1f} MB  {ratio}")
    return wall


def main():
    tree = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    if (tree / ".git").is_dir():
        sys.exit("the tree has a .git folder, which rg would read too: use a linked worktree")
    if not shutil.which("rg"):
        sys.exit("rg is not installed")
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "PARITY_CACHE_DIR": cache}
        check = [str(PARITY), "check", "--repo", str(tree), "--timings"]
        rg, cold, warm = [], [], []
        for at in range(count + 1):
            for name in os.listdir(cache):
                os.remove(os.path.join(cache, name))
            turn = run(["rg", "-uuu", "-c", "", "."], tree), run(check, tree, env), run(check, tree, env)
            if at > 0:  # the first turn warms the file system's cache
                for runs, one in zip((rg, cold, warm), turn):
                    runs.append(one)
        base = show("rg", rg)
        show("cold", cold, base)
        show("warm", warm, base)
        stages = [timings(r[3]) for r in cold], [timings(r[3]) for r in warm]
        print(f"\n{'ms, median':<44}{'cold':>10}{'warm':>10}   (read, extract, search: sum over workers)")
        for name in stages[0][0]:
            medians = [statistics.median(one.get(name, 0.0) for one in half) for half in stages]
            flag = "  over 25 ms" if name.startswith("page ") and medians[1] > 25 else ""
            print(f"{name:<44}{medians[0]:>10.1f}{medians[1]:>10.1f}{flag}")


main()
