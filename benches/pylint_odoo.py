#!/usr/bin/env python3
"""Compares `parity check --profile pylint-odoo` with pylint-odoo itself, as multisets of (path, line, symbol).

usage: pylint_odoo.py [--variants] PARITY REPOSITORY[@REVISION]...

With --variants every option is tried with another value, too.

Each repository is a clone, bare or not; the revision (default: HEAD) is checked out into a folder of its own. pylint-odoo
is installed from PyPI into target/peers. Ends with 1 if anything differs.
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "target/peers"
PACKAGES = ["pylint-odoo==10.0.12", "pylint==4.0.10"]
NAMES = {"__manifest__.py", "__odoo__.py", "__openerp__.py", "__terp__.py"}
SYMBOLS = """category-allowed category-allowed-app development-status-allowed invalid-email license-allowed
manifest-author-string manifest-behind-migrations manifest-data-duplicated manifest-deprecated-key
manifest-external-assets manifest-maintainers-list manifest-required-author manifest-required-key
manifest-required-key-app manifest-summary-multiline manifest-superfluous-key manifest-version-format missing-odoo-file
missing-odoo-file-app missing-readme resource-not-exist website-manifest-key-not-valid-uri""".split()
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


def peers():
    """The interpreter of a virtual environment with pylint-odoo."""
    python = PEERS / "bin/python"
    if not (PEERS / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (PEERS / "installed").write_text("\n".join(PACKAGES))
    return python


def theirs(python, folder, options):
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("__*__.py") if path.name in NAMES)
    given = [f"--{name}={value}" for name, value in options.items()]
    command = [python, "-m", "pylint", "--rcfile=/dev/null", "--load-plugins=pylint_odoo", "--disable=all"]
    command += ["--enable=" + ",".join(SYMBOLS), "--output-format=json", "--persistent=n", *given, *files]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    messages = json.loads(run.stdout) if files and run.stdout.strip() else []
    found = collections.Counter()
    for message in messages:
        if message["symbol"] in SYMBOLS:
            found[message["path"].replace("\\", "/"), message["line"], message["symbol"]] += 1
    return found, len(files)


def ours(parity, folder, options):
    given = [word for name, value in options.items() for word in ("--set", f"odoo.{name}={json.dumps(value)}")]
    command = [parity, "check", "--repo", folder, "--profile", "pylint-odoo", "--format", "json", *given]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode == 2:
        sys.exit(run.stderr)
    findings = json.loads(run.stdout)["findings"]
    return collections.Counter((f["path"], f["line"], f["rule"].split("/")[1]) for f in findings if f["status"] == "active")


def check_out(name, into):
    repository, _, revision = name.partition("@")
    archive = subprocess.Popen(["git", "-C", repository, "archive", revision or "HEAD"], stdout=subprocess.PIPE)
    # `archive` gives up on objects that are not in a partial clone; what came before is unpacked all the same.
    subprocess.run(["tar", "-x", "-C", into], stdin=archive.stdout, check=False, stderr=subprocess.DEVNULL)
    (into / ".git").mkdir(exist_ok=True)


def main():
    words = [word for word in sys.argv[1:] if word != "--variants"]
    parity, *names = words
    variants = list(VARIANTS) if "--variants" in sys.argv else []
    parity = pathlib.Path(parity).resolve()
    python = peers()
    differs = 0
    for name in names:
        with tempfile.TemporaryDirectory() as temp:
            folder = pathlib.Path(temp)
            check_out(name, folder)
            for option in [None, *variants]:
                options = {option: VARIANTS[option]} if option else {}
                expected, files = theirs(python, folder, options)
                found = ours(parity, folder, options)
                missing, extra = expected - found, found - expected
                differs += bool(missing or extra)
                title = f"{name} {option or 'as it is'}"
                print(f"{title}: {files} manifests, {sum(expected.values())} theirs, {sum(found.values())} ours,", end=" ")
                print(f"{sum(missing.values())} missing, {sum(extra.values())} extra")
                for sign, rows in (("-", missing), ("+", extra)):
                    for (path, line, symbol), count in sorted(rows.items())[:20]:
                        print(f"  {sign} {path}:{line} {symbol} x{count}")
    sys.exit(1 if differs else 0)


if __name__ == "__main__":
    main()
