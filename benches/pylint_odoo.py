#!/usr/bin/env python3
"""Compares `parity check` with pylint-odoo itself, as multisets of (path, line, symbol).

usage: pylint_odoo.py [--as CONFIGURATION,...] PARITY REPOSITORY[@REVISION]...

Each repository is a clone, bare or not; the revision (default: HEAD) is checked out into a folder of its own. A
configuration is one of
    default                 `--profile pylint-odoo`, and pylint-odoo as it is
    options                 the same with every option that is about manifests set to another value, one after another
    oca-16.0 … oca-19.0     that profile, and what OCA's template writes into .pylintrc for the series
    own                     pylint-odoo with the .pylintrc of the tree, and the profile of the series that it names
pylint-odoo is installed from PyPI into target/peers. Ends with 1 if anything differs.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys

import peers

NAMES = {"__manifest__.py", "__odoo__.py", "__openerp__.py", "__terp__.py"}
SYMBOLS = """category-allowed category-allowed-app development-status-allowed invalid-email license-allowed
manifest-author-string manifest-behind-migrations manifest-data-duplicated manifest-deprecated-key
manifest-external-assets manifest-maintainers-list manifest-required-author manifest-required-key
manifest-required-key-app manifest-summary-multiline manifest-superfluous-key manifest-version-format missing-odoo-file
missing-odoo-file-app missing-readme resource-not-exist website-manifest-key-not-valid-uri""".split()
# What OCA's template enables of these, and what it adds for 19.0.
ENABLED = """development-status-allowed license-allowed manifest-author-string manifest-deprecated-key
manifest-maintainers-list manifest-required-author manifest-required-key manifest-version-format missing-readme
resource-not-exist website-manifest-key-not-valid-uri""".split()
LATER = "category-allowed invalid-email manifest-behind-migrations manifest-data-duplicated missing-odoo-file".split()
OPTIONS = {
    "license-allowed": "AGPL-3,GPL-2,GPL-2 or any later version,GPL-3,GPL-3 or any later version,LGPL-3",
    "manifest-deprecated-keys": "description,active",
    "manifest-required-authors": "Odoo Community Association (OCA)",
    "manifest-required-keys": "license",
}
# Each option of pylint-odoo that is about manifests, with another value than its own.
VARIANTS = {
    "category-allowed": "Tools,Technical Settings",
    "category-allowed-app": "Tools",
    "development-status-allowed": "Mature",
    "license-allowed": "LGPL-3",
    "manifest-deprecated-keys": "summary,maintainers",
    "manifest-keys-values-true": "auto_install",
    "manifest-required-authors": "Akretion",
    "manifest-required-keys": "category,images",
    "manifest-required-keys-app": "name,images",
    "manifest-version-format": r"(\d+)\.0\.[2-9]",
    "odoo-required-files": "static/description/icon.png",
    "odoo-required-files-app": "static/description/icon.png",
    "valid-odoo-versions": "18.0",
}


def theirs(folder, symbols, options, rcfile="/dev/null"):
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("__*__.py") if path.name in NAMES)
    command = [peers.programs() / "python", "-m", "pylint", f"--rcfile={rcfile}", "--output-format=json", "--persistent=n"]
    if rcfile == "/dev/null":
        command += ["--load-plugins=pylint_odoo", "--disable=all", "--enable=" + ",".join(symbols)]
    command += [*(f"--{name}={value}" for name, value in options.items()), *files]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    messages = json.loads(run.stdout) if files and run.stdout.strip() else []
    places = ((message["path"].replace("\\", "/"), message["line"], message["symbol"]) for message in messages)
    return collections.Counter(place for place in places if place[2] in SYMBOLS)


def ours(parity, folder, profile, options):
    given = [word for name, value in options.items() for word in ("--set", f"odoo.{name}={json.dumps(value)}")]
    command = [parity, "check", "--repo", folder, "--profile", profile, "--format", "json", *given]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode == 2:
        sys.exit(run.stderr)
    findings = json.loads(run.stdout)["findings"]
    return collections.Counter((f["path"], f["line"], f["rule"].split("/")[1]) for f in findings if f["status"] == "active")


def own(parity, folder):
    """Both answers under the .pylintrc of the tree; none where it has none of OCA's."""
    rcfile = folder / ".pylintrc"
    text = rcfile.read_text() if rcfile.is_file() else ""
    # Older series write the names of options with underscores.
    text = re.sub(r"^[a-z_]+(?==)", lambda name: name[0].replace("_", "-"), text, flags=re.M)
    series = re.search(r"^valid-odoo-versions=(\d+\.0)$", text, flags=re.M)
    if "Odoo Community Association (OCA)" not in text or not series:
        return None
    (folder.parent / "own.rc").write_text(text)
    profile = f"oca-{series[1]}" if series[1] in ("16.0", "17.0", "18.0", "19.0") else "oca-16.0"
    found = ours(parity, folder, profile, {"valid-odoo-versions": [series[1]]})
    named = set(re.findall(r"^\s*(?:enable=)?([a-z-]+),?$", text, flags=re.M))
    # A tree may enable fewer checks than the template does now.
    found = collections.Counter({place: count for place, count in found.items() if place[2] in named})
    return theirs(folder, [], {}, folder.parent / "own.rc"), found


def answers(parity, folder, configuration):
    """What is compared, and both answers."""
    if configuration == "default":
        yield configuration, theirs(folder, SYMBOLS, {}), ours(parity, folder, "pylint-odoo", {})
    elif configuration == "options":
        for name, value in VARIANTS.items():
            set_to = {name: value}
            yield name, theirs(folder, SYMBOLS, set_to), ours(parity, folder, "pylint-odoo", set_to)
    elif configuration == "own":
        if both := own(parity, folder):
            yield configuration, *both
    else:
        series = configuration.removeprefix("oca-")
        symbols = ENABLED + (LATER if series == "19.0" else [])
        options = OPTIONS | {"valid-odoo-versions": series}
        yield configuration, theirs(folder, symbols, options), ours(parity, folder, configuration, {})


def main():
    words = sys.argv[1:]
    configurations = ["default"]
    if words[:1] == ["--as"]:
        configurations = words[1].split(",")
        words = words[2:]
    parity, *names = words
    parity = pathlib.Path(parity).resolve()
    compared = differing = 0
    for name in names:
        with peers.checked_out(name) as folder:
            for configuration in configurations:
                for title, expected, found in answers(parity, folder, configuration):
                    compared += 1
                    differing += peers.differ(f"{name} {title}", expected, found)
    print(f"{compared} comparisons, {differing} differ")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
