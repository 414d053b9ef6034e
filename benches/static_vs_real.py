#!/usr/bin/env python3
"""Sets the static replay beside a real PostgreSQL that ran the same migrations, for any folders, under both failure policies.

usage: benches/static_vs_real.py [-v] FOLDER... (not as root: --replay refuses). PARITY: another build than that of `cargo build`.
Equal, wrong and undecided are counted by kind; -v lists what is wrong and why something is undecided. Exit 1: something is wrong.
"""
import json, os, pathlib, subprocess, sys
from collections import Counter, defaultdict

PARITY = os.environ.get("PARITY", str(pathlib.Path(__file__).parent.parent / "target/debug/parity"))
# By kind: the table, what names a thing, what is said of it, and what an `unsure` row calls it.
KINDS = {
    "files": ("migrations", ["path"], ["applies"], "path"),
    "tables": ("sql_tables", ["schema", "name"], ["rls", "force_rls"], "schema || '.' || name"),
    "columns": ("sql_columns", ["schema", "table_name", "name"], ["not_null"], "schema || '.' || table_name"),
    "policies": ("sql_policies", ["schema", "table_name", "name"], ["command", "permissive", "roles"], "schema || '.' || table_name"),
    "functions": ("sql_functions", ["schema", "name", "args"], ["security_definer", "search_path is not null"], "schema || '.' || name"),
    "views": ("sql_views", ["schema", "name"], ["kind", "security_invoker"], "schema || '.' || name"),
    "access": ("sql_access", ["schema", "name", "args", "role"], ["may_read", "may_write", "may_execute"], "schema || '.' || name"),
}


def asked():
    """One question for everything, since each one costs a server."""
    parts = []
    for kind, (table, key, says, called) in KINDS.items():
        for side in ("real", "static"):
            name = table if side == "real" else f"static_{table}"
            parts.append(f"select '{side}' as side, '{kind}' as kind, catalog, json_array({', '.join(key)}) as k, "
                         f"json_array({', '.join(says)}) as v, {called} as called from {name}")
    parts.append("select 'unsure', table_name, path, name, reason, line from unsure")
    parts.append("select 'database', server, catalog, unsure, null, null from sql_databases")
    return " union all ".join(parts)


def rows(folder, policy):
    command = [PARITY, "query", "--replay", "--repo", folder, "--format", "json", "--no-cache",
               "--set", f"sql.failure-policy={policy}", asked()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    said = json.loads(done.stdout)
    return [list(row.values()) if isinstance(row, dict) else row for row in (said["rows"] if isinstance(said, dict) else said)]


def said(kind, text):
    """What is said, in an order of its own."""
    cells = json.loads(text)
    if kind == "policies" and cells[2]:
        cells[2] = sorted(json.loads(cells[2]) if isinstance(cells[2], str) else cells[2])
    return cells


def compare(found):
    real, static, unsure, databases = defaultdict(dict), defaultdict(dict), defaultdict(list), []
    catalogs = {row[2] for row in found if row[0] == "database"}
    for side, kind, catalog, key, value, called in found:
        if side == "database":
            databases.append((kind, catalog, key))
        elif side == "unsure":
            unsure[kind.removeprefix("static_")].append((key, value, f"{catalog}:{called}"))
        elif catalog in catalogs:
            (real if side == "real" else static)[kind][catalog, key] = (said(kind, value), called)
    counts, shown = {}, []
    for kind, (table, *_) in KINDS.items():
        count = counts[kind] = Counter()
        tables = ("sql_tables", "sql_views", "sql_functions") if kind == "access" else (table,)
        names = {name for it in tables for name, *_ in unsure[it]}
        for key in real[kind].keys() | static[kind].keys():
            there, ours = real[kind].get(key), static[kind].get(key)
            called = (there or ours)[1]
            if kind == "files" and there and there[0][0] is None:
                result = "not told"
            elif ours is None:
                result = "open" if None in names or called in names else "wrong"
            elif there is None:
                result = "wrong"
            elif any(a is not None and a != b for a, b in zip(ours[0], there[0])):
                result = "wrong"
            else:
                result = "open" if any(a is None and b is not None for a, b in zip(ours[0], there[0])) else "equal"
            count[result] += 1
            if result in ("wrong", "open"):
                shown.append((result, kind, key, ours and ours[0], there and there[0]))
    return counts, sorted(shown, key=str), unsure, databases


def main():
    verbose, bad, total = "-v" in sys.argv, False, Counter()
    for folder in (it for it in sys.argv[1:] if it != "-v"):
        for policy in ("file-transaction", "statement"):
            try:
                counts, shown, unsure, databases = compare(rows(folder, policy))
            except RuntimeError as error:
                print(f"{folder} {policy}: {error}")
                continue
            print(f"{folder} {policy}: " + "; ".join(f"{catalog} on {server}, {unsure} files not told" for server, catalog, unsure in databases))
            for kind, count in counts.items():
                if count:
                    told = count.total() - count["not told"]
                    print(f"  {kind:10} equal {count['equal']:5} of {told:5}  wrong {count['wrong']:4}  undecided {count['open']:4}")
                    bad |= count["wrong"] > 0
                    total.update(count)
            if verbose:
                for result, kind, key, ours, there in shown:
                    print(f"    {result} {kind} {key[1]}: ours {ours}, server {there}")
                for reason, times in Counter(f"{place}: {reason}" for of in unsure.values() for _, reason, place in of).most_common(40):
                    print(f"    open: {times} {reason}")
    print(dict(total))
    sys.exit(bad)


if __name__ == "__main__":
    main()
