#!/usr/bin/env python3
"""Lets `parity fix` mend real manifests and has Python read them before and after: only what was meant may differ.

usage: odoo_fixes.py PARITY REPOSITORY[@REVISION]...

Each repository is a clone, bare or not; the revision (default: HEAD) is checked out into a folder of its own. A key may go
if it said nothing, be written as Odoo spells it, `license` may be added and `website` replaced. Of the text, only lines of
such entries may differ, and no comment may go but one on such a line. Ends with 1 if anything else happened.
"""

import ast
import difflib
import io
import pathlib
import subprocess
import sys
import tokenize

import peers

RULES = ["manifest-superfluous-key", "manifest-misspelt-key", "website-manifest-key-not-valid-uri", "manifest-required-key"]
NAMES = {"__manifest__.py", "__odoo__.py", "__openerp__.py", "__terp__.py"}


def manifests(folder):
    return {path: path.read_bytes() for path in folder.rglob("__*__.py") if path.name in NAMES}


def said(text):
    """The entries of a manifest with the lines each stands on."""
    tree = ast.parse(text, mode="eval").body
    ends = zip(tree.keys, tree.values)
    return ast.literal_eval(tree), {key.value: range(key.lineno, value.end_lineno + 1) for key, value in ends}


def comments(text, without):
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    found = (token for token in tokens if token.type == tokenize.COMMENT)
    return [token.string for token in found if token.start[0] not in without]


def wrong(before, after):
    """What may not be, in words; none: all is as it should be."""
    (old, old_lines), (new, new_lines) = said(before), said(after)
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    changed = {key for key in old.keys() & new.keys() if old[key] != new[key]}
    renamed = {key for key in gone for other in come if new[other] == old[key] and other != "license"}
    if changed - {"website"}:
        return f"{changed} say something else"
    if any(old[key] and old[key] is not True for key in gone - renamed):
        return f"{gone} said something"
    if len(come - {"license"}) > len(renamed):
        return f"{come} came from nowhere"
    removed = {line for key in gone | changed for line in old_lines[key]}
    added = {line for key in come | changed for line in new_lines[key]}
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            others = set(range(start + 1, end + 1)) - removed, set(range(new_start + 1, new_end + 1)) - added
            # A comma after what became the last entry, or a bracket on the line of an entry.
            if len(others[0]) > 1 or len(others[1]) > 1:
                return f"lines {start + 1} to {end} became {new_start + 1} to {new_end}"
    if comments(before, removed) != comments(after, added):
        return "a comment went"
    return None


def main():
    parity, *names = sys.argv[1:]
    parity = pathlib.Path(parity).resolve()
    mended = bad = seen = 0
    for name in names:
        with peers.checked_out(name) as folder:
            before = manifests(folder)
            seen += len(before)
            command = [parity, "fix", "--repo", folder, "--profile", "pylint-odoo"]
            run = subprocess.run([*command, "--select", ",".join(f"odoo/{rule}" for rule in RULES)], capture_output=True, text=True)
            if run.returncode == 2:
                sys.exit(run.stderr)
            after = manifests(folder)
            for path in sorted(before):
                if before[path] == after.get(path):
                    continue
                mended += 1
                reason = wrong(before[path].decode(), after[path].decode())
                if reason:
                    bad += 1
                    print(f"  {path.relative_to(folder)}: {reason}")
            print(f"{name}: {len(before)} manifests, {sum(before[path] != after.get(path) for path in before)} mended", flush=True)
    print(f"{seen} manifests, {mended} mended, {bad} otherwise than meant")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
