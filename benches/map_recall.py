#!/usr/bin/env python3
"""How often `parity map` proposes what a person accepted: with the mapping hidden, for the features mapped by hand whose
evidence is found in the tree, in how many is one of the things it is found in among the first proposals.

    benches/map_recall.py REPO [REV] [N]      PARITY names another build than target/release/parity
"""
import json
import os
import subprocess
import sys

MATRICES = ["odoo-sh", "odoo-ee", "databricks", "fivetran", "org-practices"]
PARITY = os.environ.get("PARITY", "target/release/parity")


def parity(*args):
    repo = ["--repo", sys.argv[1]] + (["--rev", sys.argv[2]] if len(sys.argv) > 2 else [])
    run = subprocess.run([PARITY, *args, *repo, "--as-of", "2026-03-31", "--format", "json"], capture_output=True, text=True)
    if run.returncode > 1:
        sys.exit(run.stderr)
    return json.loads(run.stdout)


def places(feature):
    """The files in which what is accepted is found."""
    rows = [row for piece in feature["evidence"] if not piece["guard"] for row in piece["rows"] if row["ok"] == "holds"]
    return {row["path"] for row in rows if row["path"]}


def main():
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    whole = [0, 0]
    for matrix in MATRICES:
        judged = parity("score", matrix, "--profile", "ipai")["matrices"][0]["features"]
        wanted = {feature["id"]: places(feature) for feature in judged}
        offers = parity("map", matrix, "--profile", "none", "--most", str(most), "--feature", ",".join(wanted))
        near = {offer["id"]: offer["near"] for offer in offers}
        asked = [id for id in wanted if wanted[id]]
        lost = [id for id in asked if not any(one["path"] in wanted[id] for one in near.get(id, []))]
        print(f"{matrix:<14}{len(asked) - len(lost):>4} of {len(asked):>3}   not: {' '.join(lost)}")
        whole = [whole[0] + len(asked) - len(lost), whole[1] + len(asked)]
    print(f"{'all':<14}{whole[0]:>4} of {whole[1]:>3} = {100 * whole[0] / max(whole[1], 1):.1f} % among the first {most}")


main()
