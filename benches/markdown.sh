#!/usr/bin/env bash
# Prints the CPU time that reading all Markdown of a tree takes: with its claims and specifications, into an empty cache,
# above that of listing the tree.
#
#     benches/markdown.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
tree=${1:?names a folder with Markdown}
parity=${PARITY:-target/release/parity}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# User CPU seconds of a question over an empty cache; the least of five, since other work only adds.
cpu() {
    for _ in 1 2 3 4 5; do
        rm -rf "$work/cache"
        PARITY_CACHE_DIR=$work/cache /usr/bin/time -f %U "$parity" query --repo "$tree" "$1" 2>&1 >/dev/null | tail -1
    done | sort -n | head -1
}

listed=$(cpu "select count(*) from files")
read=$(cpu "select (select count(*) from md_headings), (select count(*) from md_cells), (select count(*) from claims),
    (select count(*) from spec_items)")
count=$("$parity" query --repo "$tree" --format csv "select count(*) from files where language = 'markdown'" | tail -1)
echo "$count documents: $(awk "BEGIN { printf \"%.2f\", $read - $listed }") s of CPU ($read s, of which listing $listed s)"
