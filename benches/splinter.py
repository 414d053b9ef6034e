#!/usr/bin/env python3
"""Sets our findings beside splinter's on recorded databases, lint by lint, under both failure policies.

PARITY_CORPORA: a folder with the repositories; PARITY_TRUTH: <corpus>.splinter.{file,stmt}.json. `--replay` judges the real
server instead of the static replay (not as root). Build first: cargo build.
"""
import json, pathlib, subprocess, sys
from collections import Counter

from corpora import CORPORA, KNOWN, PARITY, ROOT, TRUTH

# Roles besides those of the API that splinter counts, too: nobody signs in with them.
API = ("anon", "authenticated")
RULES = {
    "auth_users_exposed": "rls/auth-users-exposed", "auth_rls_initplan": "rls/auth-rls-initplan",
    "unindexed_foreign_keys": "migrations/unindexed-foreign-keys", "no_primary_key": "migrations/no-primary-key",
    "multiple_permissive_policies": "rls/multiple-permissive-policies",
    "policy_exists_rls_disabled": "rls/policy-exists-rls-disabled", "rls_enabled_no_policy": "rls/enabled-no-policy",
    "duplicate_index": "migrations/duplicate-index", "security_definer_view": "rls/security-definer-view",
    "function_search_path_mutable": "rls/function-search-path-mutable rls/invoker-search-path-mutable", "rls_disabled_in_public": "rls/table-without-rls",
    "extension_in_public": "migrations/extension-in-public", "rls_references_user_metadata": "rls/references-user-metadata",
    "materialized_view_in_api": "rls/materialized-view-in-api", "foreign_table_in_api": "rls/foreign-table-in-api",
    "unsupported_reg_types": "migrations/unsupported-reg-types", "sensitive_columns_exposed": "rls/sensitive-columns-exposed",
    "rls_policy_always_true": "rls/policy-always-true",
    "pg_graphql_anon_table_exposed": "rls/pg-graphql-anon-table-exposed",
    "pg_graphql_authenticated_table_exposed": "rls/pg-graphql-authenticated-table-exposed",
    "anon_security_definer_function_executable": "rls/anon-security-definer-function-executable",
    "authenticated_security_definer_function_executable": "rls/authenticated-security-definer-function-executable",
    "public_bucket_allows_listing": "rls/public-bucket-allows-listing", "fkey_to_auth_unique": "migrations/fkey-to-auth-unique",
    "insecure_queue_exposed_in_api": "rls/insecure-queue-exposed-in-api",
}


def theirs(lint):
    """What a finding of splinter is about, in the words of our subjects; none: a platform role."""
    name, data = lint["name"], lint["metadata"]
    thing = f"{data.get('schema')}.{data.get('name')}"
    if name == "multiple_permissive_policies":
        role, command = lint["cache_key"].removeprefix(f"multiple_permissive_policies_{data['schema']}_{data['name']}_").rsplit("_", 1)
        return f"{thing} {role} {command.lower()}" if role in API else None
    if name == "auth_rls_initplan":
        return thing + ": " + lint["cache_key"].removeprefix(f"auth_rls_init_plan_{data['schema']}_{data['name']}_")
    if name == "rls_policy_always_true":
        return f"{thing}: {data['policy_name']}"
    return data["name"] if name in ("extension_in_public", "public_bucket_allows_listing") else thing


def ours(name, subject):
    if "function" in name:
        return subject.split("(")[0]
    if name == "unindexed_foreign_keys":
        return subject.split("[")[0]
    if name in ("duplicate_index",):
        return subject.split(" ")[0]
    if name == "policy_exists_rls_disabled":
        return subject.split(":")[0]
    return subject


def audit(corpus, policy, live):
    tree, catalog = KNOWN[corpus]
    command = [PARITY, "check", "--repo", f"{CORPORA}/{tree}", "--format", "json", "--all", "--fail-on", "never",
               "--no-waivers", "--no-baseline", "--set", f"sql.failure-policy={policy}", "--select", ",".join(sorted(KEPT))]
    command += ["--replay", "--catalog", catalog] if live else []
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    found = json.loads(done.stdout)
    inside = [it for it in found["findings"] if not it.get("path") or it["path"].startswith(catalog + "/")]
    return inside, {rule["rule"]: rule["unknown"] for rule in found["rules"]}


KEPT = {rule for rules in RULES.values() for rule in rules.split() if (ROOT / f"rules/{rule}.md").exists()}


def main():
    if not CORPORA or not TRUTH:
        print("skipped: PARITY_CORPORA and PARITY_TRUTH do not say where recorded findings lie")
        return
    live = "--replay" in sys.argv
    total = Counter()
    for corpus in KNOWN:
        for policy, ending in (("file-transaction", "file"), ("statement", "stmt")):
            recorded = pathlib.Path(TRUTH, f"{corpus}.splinter.{ending}.json")
            if not recorded.exists() or not pathlib.Path(CORPORA, KNOWN[corpus][0]).is_dir():
                print(f"{corpus} {policy}: skipped")
                continue
            lints = json.loads(recorded.read_text())["lints"]
            findings, unknown = audit(corpus, policy, live)
            print(f"{corpus} {policy}, {'replayed' if live else 'static'}")
            for name, rule in RULES.items():
                there = Counter(it for it in (theirs(lint) for lint in lints if lint["name"] == name) if it)
                here = Counter(ours(name, it["subject"]) for it in findings if it["rule"] in rule.split())
                equal, more, less = (here & there), here - there, there - here
                if not KEPT & set(rule.split()) and not there:
                    continue
                open_ = sum(unknown.get(it, 0) for it in rule.split())
                total.update(equal=sum(equal.values()), ours=sum(more.values()), theirs=0 if open_ else sum(less.values()), unknown=sum(less.values()) if open_ else 0)
                if here or there:
                    print(f"  {name:52} equal {sum(equal.values()):4}  only ours {sum(more.values()):3}  "
                          f"only theirs {sum(less.values()):3}" + (f" ({open_} rows undecided)" if open_ else ""))
                    for sign, rest in (("+", more), ("-", less)):
                        if rest and (live or sign == "+"):
                            print("     ", sign, ", ".join(sorted(rest)[:6]))
    print(dict(total))


main()
