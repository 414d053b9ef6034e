#!/usr/bin/env python3
"""Compares `parity check` with oca-checks-odoo-module and with manifestoo, as multisets of (path, line, symbol).

usage: oca_checks.py PARITY REPOSITORY[@REVISION]...

Each repository is a clone, bare or not; the revision (default: HEAD) is checked out into a folder of its own. Compared are
the checks of `--profile oca-checks`, and the decisions of manifestoo on licences and development status with
`--set odoo.compat=manifestoo`: who may not depend on whom. The peers are installed from PyPI into target/peers. Ends with
1 if anything differs.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys

import peers

# What oca-checks-odoo-module judges of manifests, layout, CSV and XML, as far as parity has it.
SYMBOLS = """csv-duplicate-record-id csv-syntax-error file-not-used manifest-syntax-error prefer-readme-rst weblate-component-too-long
xml-create-user-wo-reset-password xml-deprecated-data-node xml-deprecated-openerp-node xml-duplicate-fields
xml-duplicate-record-id xml-duplicate-template-id xml-header-missing xml-header-wrong xml-record-missing-id
xml-redundant-module-name xml-syntax-error""".split()
NAMES = {"__manifest__.py", "__openerp__.py"}
FINDING = re.compile(r"^(?P<path>[^:\n]+?)(?::(?P<line>\d+))?: (?P<symbol>[a-z-]+) ")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
DEPENDS = re.compile(r"^(?P<addon>\w+) \(.*\) depends on (?P<on>\w+) \(")
# What manifestoo judges, and the rule that does.
RULES = {"check-licenses": "license/depends-on-stronger", "check-dev-status": "odoo/depends-on-less-mature"}


def findings(parity, folder, *words):
    command = [parity, "check", "--repo", folder, "--no-waivers", "--format", "json", *words]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode == 2:
        sys.exit(run.stderr)
    return json.loads(run.stdout)["findings"]


def manifests(folder):
    return sorted(path for path in folder.rglob("__*__.py") if path.name in NAMES)


def oca_checks(folder):
    names = [str(path.relative_to(folder)) for path in manifests(folder)]
    command = [peers.programs() / "oca-checks-odoo-module", "--enable", ",".join(SYMBOLS), *names]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if "Traceback" in run.stderr:
        print(f"{folder.name}: oca-checks-odoo-module ends with {run.stderr.splitlines()[-1]}")
        return None
    found = collections.Counter()
    for line in COLOUR.sub("", run.stdout).splitlines():
        place = FINDING.match(line)
        if place and place["symbol"] in SYMBOLS:
            found[place["path"], int(place["line"] or 1), place["symbol"]] += 1
    return found


def is_shared(folder, path, symbol):
    """Whether parity says it under the same name: that a file of the manifest is not there is `resource-not-exist`, at the
    entry that names it; what is sent to browsers is not judged as data; and that a declaration is missing is not so where
    lines end with CRLF."""
    path = folder / path
    if not path.exists() or "static" in path.relative_to(folder).parts:
        return False
    return not (symbol.startswith("xml-header") and b"\r\n" in path.read_bytes())


def compare_checks(parity, folder, name):
    ours = findings(parity, folder, "--profile", "oca-checks")
    found = collections.Counter((f["path"], f["line"] or 1, f["rule"].split("/")[1]) for f in ours)
    theirs = oca_checks(folder)
    if theirs is None:
        return False
    shared = [
        collections.Counter({place: count for place, count in side.items() if is_shared(folder, place[0], place[2])})
        for side in (theirs, found)
    ]
    return peers.differ(f"{name} oca-checks", *shared)


def manifestoo(folder, series, command):
    """Who may not depend on whom, as manifestoo says."""
    words = ["--odoo-series", series, "--addons-path", folder, "--select-addons-dir", folder, command]
    run = subprocess.run([peers.programs() / "manifestoo", *words], cwd=folder, capture_output=True, text=True)
    lines = (DEPENDS.match(line) for line in (run.stdout + run.stderr).splitlines())
    return collections.Counter((line["addon"], line["on"], command) for line in lines if line)


def compare_chains(parity, folder, name):
    series = name.rpartition("@")[2]
    folders = {path.parent.parent for path in manifests(folder)}
    if not re.fullmatch(r"\d+\.0", series) or folders != {folder}:
        return []
    differs = []
    for command, rule in RULES.items():
        words = ["--select", rule, "--set", "odoo.compat=manifestoo", "--set", f"odoo.series={series}"]
        found = collections.Counter()
        for finding in findings(parity, folder, *words):
            addon, on = finding["subject"].rsplit("/", 1)[-1].split(" on ")
            # Of what is not in the tree manifestoo says nothing.
            found[addon, on, command] += (folder / on).exists()
        differs.append(peers.differ(f"{name} {command}", manifestoo(folder, series, command), +found))
    return differs


def main():
    parity, *names = sys.argv[1:]
    parity = pathlib.Path(parity).resolve()
    compared = differing = 0
    for name in names:
        with peers.checked_out(name) as folder:
            differs = [compare_checks(parity, folder, name), *compare_chains(parity, folder, name)]
            compared += len(differs)
            differing += sum(differs)
    print(f"{compared} comparisons, {differing} differ")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
