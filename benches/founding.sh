#!/usr/bin/env bash
# Prints what the founding repository holds at 2026-02-15, from a bare clone and from a checkout, and whether both and two
# runs agree to the byte.
#
#     PARITY_CORPORA=FOLDER benches/founding.sh
#
# FOLDER holds `ipai.git`, a bare clone, and `ipai-tree`, a working tree of it at the commit below.
set -euo pipefail
cd "$(dirname "$0")/.."
rev=ced718231d6ae53f801d77c92e3fc09dd8498a9c
bare=${PARITY_CORPORA:?names the folder of clones}/ipai.git
tree=$PARITY_CORPORA/ipai-tree
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PARITY_CACHE_DIR=$work/cache
parity=target/release/parity
[ -x "$parity" ] || cargo build --release --quiet

ask() { "$parity" query --repo "$bare" --rev "$rev" --format csv "$1" | tail -n +2 | tr -d '\r"'; }

echo "files that are not submodules  $(ask "select count(*) from files where kind <> 'submodule'")"
echo "submodules                     $(ask "select count(*) from files where kind = 'submodule'")"
echo "manifests                      $(ask "select count(*) from odoo_modules")"
ask "select '  ' || coalesce(nullif(license, ''), 'none'), count(*) from odoo_modules group by license order by 2 desc"
echo "files of .github/workflows     $(ask "select count(*) from workflows where path like '.github/workflows/%'")"
echo "files of supabase/migrations   $(ask "select count(*) from migrations where catalog = 'supabase/migrations'")"
echo "compose files                  $(ask "select count(distinct path) from compose_services")"
echo "edge functions, main folder    $(ask "select count(*) from edge_functions where dir like 'supabase/functions/%'")"
echo "n8n workflows                  $(ask "select count(*) from n8n_workflows")"
echo "MCP servers of mcp/servers     $(ask "select count(*) from mcp_servers where path like 'mcp/servers/%'")"
echo "specification bundles          $(ask "select count(*) || ', with all files ' || sum(complete) from spec_bundles")"
echo "afc tables with RLS            $(ask "select coalesce(sum(rls = 1), 0) || ' of ' || count(*) || ', ' || sum(rls is null) || ' undecided' from sql_tables where schema = 'afc'")"

"$parity" query --repo "$bare" --rev "$rev" --export "$work/bare.db" >/dev/null
"$parity" query --repo "$tree" --export "$work/tree.db" >/dev/null
same() { if cmp -s "$1" "$2"; then echo "the same bytes"; else echo "DIFFERENT"; fi; }
echo "all tables, bare clone and checkout  $(same "$work/bare.db" "$work/tree.db")"

report() { "$parity" report --repo "$bare" --rev "$rev" --profile ipai --as-of 2026-02-15 --format "$1" "${@:3}" >"$2"; }
for format in json markdown; do
    report "$format" "$work/one"
    report "$format" "$work/two" --no-cache
    echo "report as $format, warm and without a cache  $(same "$work/one" "$work/two")"
done

echo
"$parity" --repo "$bare" --rev "$rev" --as-of 2026-02-15 | tee "$work/look"
echo "lines of the first look: $(wc -l <"$work/look"), of at most 40"
echo
"$parity" score odoo-sh --profile ipai --repo "$bare" --rev "$rev" --as-of 2026-02-15
