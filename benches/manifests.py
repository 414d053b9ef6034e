#!/usr/bin/env python3
"""Compares our reading of manifests with Python's own, on every manifest of every branch of clones of addon repositories.

    benches/manifests.py CLONES

CLONES is a folder of clones, bare or not, each possibly one folder deeper as `repo`. Prints what
tests/manifest_differential.rs prints of them: distinct manifests, those refused, disagreements in value or kind of error.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

NAMES = ("__manifest__.py", "__openerp__.py", "__odoo__.py", "__terp__.py")
ROOT = pathlib.Path(__file__).resolve().parent.parent


def git(clone, *arguments, given=None):
    done = subprocess.run(["git", "-C", str(clone), *arguments], input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout if done.returncode == 0 else b""


def manifests(clone):
    """The ids of all manifests of all branches, with the paths that have them: a path and a branch are one."""
    ids, paths = {}, 0
    branches = git(clone, "for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes").decode().split()
    for branch in branches:
        for line in git(clone, "ls-tree", "-r", "-z", branch).decode(errors="replace").split("\0"):
            meta, _, path = line.partition("\t")
            if path.rsplit("/", 1)[-1] in NAMES and meta.split()[1] == "blob":
                paths += 1
                ids.setdefault(meta.split()[2], path.rsplit("/", 1)[-1])
    return ids, paths, len(branches)


def write(clone, ids, folder):
    """Writes each contents to a folder of its own; gives how many the clone has."""
    if not ids:
        return 0
    out = git(clone, "cat-file", "--batch", given="\n".join(ids).encode())
    at = number = 0
    while at < len(out):
        end = out.index(b"\n", at)
        id, kind, *size = out[at:end].split()
        at = end + 1
        if kind != b"blob":
            continue
        place = folder / id.decode()
        place.mkdir(exist_ok=True)
        (place / ids[id.decode()]).write_bytes(out[at:at + int(size[0])])
        at += int(size[0]) + 1
        number += 1
    return number


def main():
    clones = [child / "repo" if (child / "repo").is_dir() else child for child in sorted(pathlib.Path(sys.argv[1]).iterdir())]
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder) / "manifests"
        tree.mkdir()
        read = paths = branches = 0
        for clone in clones:
            ids, number, of = manifests(clone)
            if ids:
                read += 1
                paths += number
                branches += of
                write(clone, ids, tree)
        print(f"{paths} manifests on {branches} branches of {read} repositories, {len(list(tree.iterdir()))} distinct")
        command = ["cargo", "test", "--quiet", "--test", "manifest_differential", "--", "--nocapture"]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PARITY_CORPORA": folder}, text=True, capture_output=True)
        print(*[line for line in done.stdout.splitlines() + done.stderr.splitlines() if "disagree" in line or "result" in line], sep="\n")
        sys.exit(done.returncode)


main()
