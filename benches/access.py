#!/usr/bin/env python3
"""Sets what the roles of the API may do by our reckoning beside recorded privileges, under both failure policies.

PARITY_CORPORA: a folder with the repositories; PARITY_TRUTH: <corpus>.json and <corpus>.stmt.json. Build first: cargo build.
Reading and writing of tables and views, and calling of functions that run as their owner; what is undecided is counted apart.
"""
import json, pathlib, subprocess, sys
from collections import Counter

from corpora import CORPORA, KNOWN, PARITY, TRUTH

ROLES = ("anon", "authenticated")
WRITES = {"INSERT", "UPDATE", "DELETE"}


def query(corpus, policy):
    tree, catalog = KNOWN[corpus]
    # Names of functions with several signatures are told together.
    sql = ("select a.schema, a.name, a.role, a.kind, min(coalesce(a.may_read, -1)) as r, min(coalesce(a.may_write, -1)) as w, "
           "min(coalesce(a.may_execute, -1)) as x from sql_access a left join sql_functions f using (catalog, schema, name, args) "
           f"where a.catalog = '{catalog}' and (a.kind <> 'function' or f.security_definer) "
           # What is granted on columns is not recorded.
           "and not exists (select 1 from sql_grants g where g.catalog = a.catalog and g.schema = a.schema and g.name = a.name "
           "and g.grantee = a.role and g.by_column) group by 1, 2, 3, 4")
    command = [PARITY, "query", "--repo", f"{CORPORA}/{tree}", "--format", "json", "--set", f"sql.failure-policy={policy}", sql]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    said = json.loads(done.stdout)
    return said["rows"] if isinstance(said, dict) else said


def theirs(truth):
    """(what, schema, name, role) to whether it may."""
    given = {}
    for row in truth["grants"]:
        given.setdefault((row["schema"], row["name"], row["grantee"]), set()).update(row["privileges"])
    there = {}
    for row in truth["tables"] + truth["views"]:
        for role in ROLES:
            of = (row["schema"], row["name"])
            may = given.get((*of, role), set()) | given.get((*of, "PUBLIC"), set())
            there["read", *of, role] = "SELECT" in may
            there["write", *of, role] = bool(may & WRITES)
    calls = {}
    for row in truth["function_grants"]:
        for role in ROLES:
            calls.setdefault(("call", row["schema"], row["name"], role), []).append(row[f"{role}_execute"])
    there.update({key: all(values) for key, values in calls.items() if len(set(values)) == 1})
    return there


def main():
    if not CORPORA or not TRUTH:
        print("skipped: PARITY_CORPORA and PARITY_TRUTH do not say where recorded privileges lie")
        return
    wrong = 0
    for corpus, (tree, _) in KNOWN.items():
        for policy, ending in (("file-transaction", "json"), ("statement", "stmt.json")):
            recorded = pathlib.Path(TRUTH, f"{corpus}.{ending}")
            if not recorded.exists() or not pathlib.Path(CORPORA, tree).is_dir():
                print(f"{corpus} {policy}: skipped")
                continue
            there, counts, shown = theirs(json.loads(recorded.read_text())), Counter(), []
            for row in query(corpus, policy):
                values = list(row.values()) if isinstance(row, dict) else row
                schema, name, role, kind, *may = values
                for what, value in zip(("read", "write", "call"), may):
                    truth = there.get((what, schema, name, role))
                    if truth is None or (what == "call") != (kind == "function"):
                        continue
                    result = "open" if value == -1 else "equal" if bool(value) == truth else "wrong"
                    counts[what, result] += 1
                    if result == "wrong":
                        shown.append(f"{what} {schema}.{name} {role}: ours {bool(value)}, server {truth}")
            totals = Counter(what for what, *_ in there)
            print(f"{corpus} {policy}")
            for what in ("read", "write", "call"):
                print(f"  {what:6} equal {counts[what, 'equal']:5} of {totals[what]:5}  wrong {counts[what, 'wrong']:4}  undecided {counts[what, 'open']:4}")
            print("".join(f"      {it}\n" for it in shown[:6]), end="")
            wrong += len(shown)
    sys.exit(bool(wrong))


main()
