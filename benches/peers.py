"""What the scripts that compare us with other tools share: their virtual environment, checked-out trees, and the telling of differences."""

import contextlib
import pathlib
import subprocess
import sys
import tempfile

PEERS = pathlib.Path(__file__).resolve().parent.parent / "target/peers"
PACKAGES = [
    "pylint-odoo==10.0.12",
    "pylint==4.0.10",
    "oca-odoo-pre-commit-hooks==0.2.27",
    "manifestoo==1.1",
    "manifestoo-core==1.16.1",
]


def programs():
    """The folder of programs of a virtual environment with the peers."""
    if not (PEERS / "three").exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        subprocess.run([PEERS / "bin/python", "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (PEERS / "three").write_text("\n".join(PACKAGES))
    return PEERS / "bin"


@contextlib.contextmanager
def checked_out(name):
    """The tree of REPOSITORY[@REVISION], as a working tree without a history."""
    repository, _, revision = name.partition("@")
    with tempfile.TemporaryDirectory() as temp:
        folder = pathlib.Path(temp).resolve() / pathlib.Path(repository.removesuffix("/repo")).name
        folder.mkdir()
        archive = subprocess.Popen(["git", "-C", repository, "archive", revision or "HEAD"], stdout=subprocess.PIPE)
        # `archive` gives up on objects that are not in a partial clone; what came before is unpacked all the same.
        subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, check=False, stderr=subprocess.DEVNULL)
        subprocess.run(["git", "init", "-q", folder], check=True)
        yield folder


def differ(title, expected, found):
    """Prints how two counters of (path, line, symbol) differ; returns whether they do."""
    missing, extra = expected - found, found - expected
    print(f"{title}: {expected.total()} theirs, {found.total()} ours,", end=" ")
    print(f"{missing.total()} missing, {extra.total()} extra", flush=True)
    for sign, rows in (("-", missing), ("+", extra)):
        for (path, line, symbol), count in sorted(rows.items())[:20]:
            print(f"  {sign} {path}:{line} {symbol} x{count}")
    return bool(missing or extra)
