#!/usr/bin/env bash
# Prints what the founding repository holds in Odoo addons: at 2026-02-15, and at a later revision.
#
#     PARITY_CORPORA=FOLDER benches/odoo_founding.sh [PARITY]
#
# FOLDER holds `ipai.git`, a bare clone.
set -euo pipefail
cd "$(dirname "$0")/.."
rev=ced718231d6ae53f801d77c92e3fc09dd8498a9c
corpora=${PARITY_CORPORA:?names the folder of clones}
parity=${1:-target/release/parity}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PARITY_CACHE_DIR=$work/cache
at=(--repo "$corpora/ipai.git" --rev "$rev")

ask() { "$parity" query "${at[@]}" --format csv "$1" | tail -n +2 | tr -d '\r"'; }
found() { "$parity" check "${at[@]}" --fail-on never --format csv --select "$1" | tail -n +2; }

echo "at 2026-02-15"
echo "  addons                                  $(ask 'select count(*) from odoo_modules')"
echo "  module names borne more than once       $(found odoo/duplicate-module-name | grep -o 'the name `[^`]*`' | sort -u | wc -l) (expected 11)"
echo "  LGPL-3 addons on AGPL-3 ones            $(found license/depends-on-stronger | wc -l) (expected 1)"
found license/depends-on-stronger | cut -d, -f4,5,8 | sed 's/^/    /'
echo "  data files that are not there           $(found odoo/resource-not-exist | wc -l) (expected 5)"
echo "  not installable                         $(ask 'select count(*) from odoo_modules where not installable') (expected 24)"
echo "  licence claims of READMEs that manifests contradict"
found license/readme-differs,license/badge-differs | cut -d, -f3,4,5,8- | sed 's/^/    /'
echo "at 2026-07-10"
at=(--repo "$corpora/ipai.git" --rev 18c919d7d9512768e83d4ff7b4f0fc6fc9e33f48)
echo "  dependences on Enterprise (expected 2)"
found odoo/depends-on-enterprise | cut -d, -f3,4,5,7- | sed 's/^/    /'
