#!/usr/bin/env python3
"""Times the licence rules on a working tree, cold and warm, beside REUSE, ScanCode on a sample, and ripgrep reading the same bytes.

    benches/licences.py WORKING_TREE [SAMPLE]

SAMPLE is how many files ScanCode gets (30). Peers come from PyPI into target/tmp, pinned. Each figure is wall time, the least of
three runs, since other work only adds; ScanCode and REUSE run once. PARITY names another binary than that of a release build.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
PARITY = os.environ.get("PARITY", str(HERE / "target/release/parity"))
PEERS = HERE / "target/tmp/licence-peers"
PACKAGES = {
    "reuse": ["reuse==6.2.0", "charset-normalizer==3.4.4"],
    # Newer versions of pluggy break its plugins.
    "scancode": ["scancode-toolkit-mini==32.5.0", "pluggy<1.6"],
}


def peer(name):
    """The command of a peer; None: it cannot be installed, which is said."""
    folder = PEERS / name
    command = folder / "bin" / name
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        install = [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES[name]]
        done = subprocess.run(install, capture_output=True, text=True)
        if done.returncode:
            print(f"{name}: not compared, it cannot be installed: {done.stderr.strip().splitlines()[-1]}")
            return None
    return str(command)


def seconds(command, runs=3, before=lambda: None, env=None):
    """The least wall time of some runs; what a command says of the tree by its status is not looked at."""
    best = None
    for _ in range(runs):
        before()
        started = time.monotonic()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
        taken = time.monotonic() - started
        best = taken if best is None else min(best, taken)
    return best


def main():
    tree = Path(sys.argv[1]).resolve()
    sample = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    work = Path(tempfile.mkdtemp())
    cache = work / "cache"
    env = {**os.environ, "PARITY_CACHE_DIR": str(cache)}
    empty = lambda: shutil.rmtree(cache, ignore_errors=True)
    listed = subprocess.run([PARITY, "query", "--repo", tree, "--format", "json", "select path from files where kind = 'file'"],
                            capture_output=True, text=True, env=env, check=True)
    files = [row["path"] for row in json.loads(listed.stdout)]
    (work / "list").write_text("\0".join(files))
    print(f"{tree.name}: {len(files)} files, {sum((tree / path).stat().st_size for path in files) / 1e6:.0f} MB")

    # All bytes are read: nothing matches, binary files are searched too.
    rg = "xargs -0 rg --no-config --text --no-ignore --hidden -c 'qqzqqzq' < " + str(work / "list")
    ripgrep = seconds(["sh", "-c", f"cd '{tree}' && {rg}"])
    print(f"ripgrep over the same bytes: {ripgrep:.2f} s")

    ours = {}
    for name, args in [("licence rules", ["--select", "license"]), ("REUSE profile", ["--profile", "reuse"])]:
        command = [PARITY, "check", "--repo", tree, *args]
        cold = seconds(command, before=empty, env=env)
        warm = seconds(command, env=env)
        ours[name] = cold
        print(f"{name}: cold {cold:.2f} s ({cold / ripgrep:.1f} x ripgrep), warm {warm:.2f} s ({warm / ripgrep:.1f} x)")

    if reuse := peer("reuse"):
        theirs = seconds([reuse, "--root", tree, "lint", "--json"], runs=1)
        print(f"reuse lint: {theirs:.1f} s, {theirs / ours['REUSE profile']:.0f} x as long as ours (cold)")
    if scancode := peer("scancode"):
        some = work / "sample"
        some.mkdir()
        texts = [path for path in files if not (tree / path).is_symlink() and (tree / path).stat().st_size < 200_000]
        chosen = random.Random(7).sample(texts, min(sample, len(texts)))
        for number, path in enumerate(chosen):
            shutil.copy(tree / path, some / f"{number}-{Path(path).name}")
        nothing = work / "nothing"
        nothing.mkdir()
        scan = [scancode, "--license", "--copyright", "-n1", "--quiet", "--json", str(work / "out.json")]
        seconds([*scan, nothing], runs=1)  # It builds its index once.
        started = seconds([*scan, nothing], runs=1)
        theirs = (seconds([*scan, some], runs=1) - started) / len(chosen)
        own = ours["licence rules"] / len(files)
        print(f"ScanCode on {len(chosen)} files: {theirs * 1000:.0f} ms a file above its start ({started:.0f} s); "
              f"ours {own * 1e6:.0f} us, {theirs / own:.0f} x")
    shutil.rmtree(work)


main()
