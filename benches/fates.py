#!/usr/bin/env python3
"""Prints for how many paths of ticked tasks git itself names the commit that `spec/ticked-but-absent` names.

    benches/fates.py REPOSITORY[@REVISION] ...

git is asked for the last commit that deleted the path, without renames: a move deletes what it moves.
"""

import json
import os
import re
import subprocess
import sys

PARITY = os.environ.get("PARITY", "target/release/parity")
FATE = re.compile(r"`([^`]+)` (?:was deleted|moved to `[^`]+`) in (\w+)")


def findings(repo, rev):
    args = ["check", "--select", "spec/ticked-but-absent", "--format", "json", "--profile", "none"]
    done = subprocess.run([PARITY, *args, "--repo", repo, "--rev", rev], capture_output=True, text=True)
    return json.loads(done.stdout)["findings"]


def deleted(repo, rev, path):
    args = ["log", "-1", "--no-renames", "--diff-filter=D", "--format=%H", rev, "--", path]
    return subprocess.run(["git", "-C", repo, *args], capture_output=True, text=True).stdout.strip()


def main():
    for place in sys.argv[1:]:
        repo, _, rev = place.partition("@")
        rev = rev or "HEAD"
        told = {}
        kinds = {"moved": 0, "deleted": 0, "never": 0}
        for finding in findings(repo, rev):
            message = finding["message"]
            kind = next((kind for kind in kinds if kind in message), None)
            if kind:
                kinds[kind] += 1
            found = FATE.search(message)
            if found:
                told[found[1]] = found[2]
        asked = {}
        for path, commit in told.items():
            # A first segment that git never knew may be the repository's own name.
            named = deleted(repo, rev, path.rstrip("/")) or deleted(repo, rev, path.rstrip("/").partition("/")[2] or path)
            asked[path] = named.startswith(commit)
        shown = ", ".join(f"{kind} {number}" for kind, number in kinds.items())
        print(f"{place}: {shown}; git names the same commit for {sum(asked.values())} of {len(asked)} paths")
        for path in (path for path, same in asked.items() if not same):
            print(f"  {path}: {told[path]}")


main()
