#!/usr/bin/env bash
# One hundred addons judged by parity and by the three tools it takes the place of, each on the same folder, for the same
# things: the 22 checks of pylint-odoo on manifests, the checks of oca-checks-odoo-module, licences and development status
# over dependencies as manifestoo decides them.
#
# usage: odoo_peers.sh PARITY CLONES    CLONES holds clones of OCA repositories; their addons of 16.0 are taken, by name.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")/.." && pwd)
parity=$(realpath "$1")
clones=$2
peers=$here/target/peers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -e "$peers/three" ]; then
    python3 -m venv "$peers"
    "$peers/bin/pip" install -q pylint-odoo==10.0.12 pylint==4.0.10 oca-odoo-pre-commit-hooks==0.2.27 manifestoo==1.1 \
        manifestoo-core==1.16.1
    touch "$peers/three"
fi

addons=$work/addons
mkdir -p "$addons"
for clone in "$clones"/*; do
    git=$clone
    [ -d "$clone/repo" ] && git=$clone/repo
    git -C "$git" rev-parse -q --verify 16.0 >/dev/null 2>&1 || continue
    for name in $(git -C "$git" ls-tree --name-only 16.0); do
        [ "$(find "$addons" -mindepth 1 -maxdepth 1 -type d | wc -l)" -lt 100 ] || break 2
        git -C "$git" cat-file -e "16.0:$name/__manifest__.py" 2>/dev/null || continue
        [ -e "$addons/$name" ] || git -C "$git" archive 16.0 "$name" 2>/dev/null | tar -x -C "$addons" || true
    done
done
git -C "$addons" init -q
git -C "$addons" remote add origin https://github.com/OCA/addons.git
git -C "$addons" add -A
git -C "$addons" -c user.name=x -c user.email=x@x.example commit -qm addons
# As a clone has it: objects in a pack.
git -C "$addons" gc -q
cd "$addons"
mapfile -t manifests < <(ls -- */__manifest__.py)
files=$(git ls-files | wc -l)
symbols=category-allowed,category-allowed-app,development-status-allowed,invalid-email,license-allowed
symbols+=,manifest-author-string,manifest-behind-migrations,manifest-data-duplicated,manifest-deprecated-key
symbols+=,manifest-external-assets,manifest-maintainers-list,manifest-required-author,manifest-required-key
symbols+=,manifest-required-key-app,manifest-summary-multiline,manifest-superfluous-key,manifest-version-format
symbols+=,missing-odoo-file,missing-odoo-file-app,missing-readme,resource-not-exist,website-manifest-key-not-valid-uri

# The fastest of five runs, in milliseconds of wall time; what it finds is no failure of the measurement.
best() {
    local least=
    for _ in 1 2 3 4 5; do
        local start=$EPOCHREALTIME
        "$@" >/dev/null 2>&1 || true
        local end=$EPOCHREALTIME
        local spent=$(((${end/./} - ${start/./}) / 100))
        if [ -z "$least" ] || [ "$spent" -lt "$least" ]; then least=$spent; fi
    done
    echo "$least"
}

ours=license/depends-on-stronger,odoo/depends-on-less-mature,odoo/manifest-syntax-error,odoo/file-not-used,odoo/prefer-readme-rst
for symbol in ${symbols//,/ }; do ours+=,odoo/$symbol; done
for rule in $("$parity" explain 2>/dev/null | grep -oE 'odoo/(xml|csv)-[a-z-]+' | sort -u); do ours+=,$rule; done

echo "${#manifests[@]} addons, $files files; the fastest of five runs, load $(cut -d' ' -f1 /proc/loadavg)"
show() { printf '%-34s %8.1f ms\n' "$1" "$(bc <<<"scale=1; $2 / 10")"; }
a=$(best "$peers/bin/pylint" --rcfile=/dev/null --load-plugins=pylint_odoo --disable=all --enable="$symbols" "${manifests[@]}")
show 'pylint-odoo, the 22 checks' "$a"
b=$(best "$peers/bin/oca-checks-odoo-module" "${manifests[@]}")
show 'oca-checks-odoo-module' "$b"
c=$(best "$peers/bin/manifestoo" --odoo-series 16.0 --addons-path . --select-addons-dir . check-licenses)
show 'manifestoo check-licenses' "$c"
d=$(best "$peers/bin/manifestoo" --odoo-series 16.0 --addons-path . --select-addons-dir . check-dev-status)
show 'manifestoo check-dev-status' "$d"
sum=$((a + b + c + d))
show 'their sum' "$sum"
export PARITY_CACHE_DIR=$work/cache
set -- "$parity" check --profile pylint-odoo --set odoo.compat=manifestoo --set odoo.series=16.0 --select "$ours"
# That it is an audit, and of how much.
("$@" --no-cache 2>/dev/null || true) | grep '^examined' || { echo 'parity made no audit'; exit 1; }
cold=$(best "$@" --no-cache)
show 'parity, without a cache' "$cold"
"$@" >/dev/null 2>&1 || true
warm=$(best "$@")
show 'parity, again' "$warm"
printf 'parity without a cache is %d times as fast as their sum, again %d times\n' $((sum / cold)) $((sum / warm))
