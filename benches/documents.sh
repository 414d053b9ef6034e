#!/usr/bin/env bash
# CPU time of reading all Markdown of a revision: claims, headings, tasks, links and paths, on an empty cache.
#
#     benches/documents.sh REPOSITORY [REVISION]
#
# The time of listing the tree and opening the database is measured apart and subtracted. Build first: cargo build --release.
set -euo pipefail
cd "$(dirname "$0")/.."
repo=${1:?a repository}
rev=${2:-HEAD}
parity=$PWD/target/release/parity
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# User and system seconds of one question on an empty cache.
cpu() {
    rm -rf "$work/cache"
    PARITY_CACHE_DIR=$work/cache bash -c "TIMEFORMAT='%U %S'; time \"\$0\" query --repo \"\$1\" --rev \"\$2\" \"\$3\" >/dev/null" \
        "$parity" "$repo" "$rev" "$1" 2>&1 | awk '{print $1 + $2}'
}

documents=$("$parity" query --repo "$repo" --rev "$rev" --format csv \
    "select count(*) from files where lower(path) like '%.md'" | tail -1)
empty=$(cpu "select count(*) from files")
claims=$(cpu "select count(*) from claims")
all=$(cpu "select (select count(*) from claims) + (select count(*) from md_headings) + (select count(*) from md_paths)")
awk -v n="$documents" -v e="$empty" -v c="$claims" -v a="$all" 'BEGIN {
    printf "%d documents: claims %.2f s CPU, claims and all else of Markdown %.2f s CPU (listing %.2f s apart)\n", n, c - e, a - e, e }'
