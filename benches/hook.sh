#!/usr/bin/env bash
# Times the hook on a commit of one file in a large tree, inside pre-commit, beside that of pylint-odoo in the same run.
#
#     benches/hook.sh WORKING_TREE [FILE]
#
# WORKING_TREE is left as it is: the commits are made in a copy that shares its objects. FILE is a manifest in it; the first
# one otherwise. pre-commit and pylint-odoo come from PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."
from=$(realpath "${1:?a working tree}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PRE_COMMIT_HOME=$work/pre-commit PARITY_CACHE_DIR=$work/cache
[ -x target/release/parity ] || cargo build --release --quiet
mkdir "$work/bin" && cp target/release/parity "$work/bin/"
tools=target/tmp/hook-bench
[ -x $tools/bin/pylint ] || { python3 -m venv $tools && $tools/bin/pip install --quiet pre-commit pylint-odoo; }
tools=$(realpath $tools)
export PATH=$work/bin:$tools/bin:$PATH

tree=$work/tree
git -c advice.detachedHead=false clone --quiet --shared --no-checkout "$from" "$tree"
cd "$tree"
git config user.name bench && git config user.email bench@example.org
git read-tree HEAD
# Objects that a partial clone lacks are left out of the copy.
git checkout-index --all --force 2>/dev/null || true
git ls-files --deleted -z | xargs -0 -r git rm --quiet --cached --
cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: local
    hooks:
      - {id: parity, name: parity, entry: parity check --staged, language: system, pass_filenames: false,
         require_serial: true, always_run: true}
      - {id: pylint-odoo, name: pylint-odoo, entry: pylint --rcfile=/dev/null --load-plugins=pylint_odoo --disable=all --enable=odoolint,
         language: system, types: [python], require_serial: true}
YAML
git add .pre-commit-config.yaml
git commit --quiet --no-verify -m "what the bench begins with"
file=${2:-$(git ls-files '*__manifest__.py' | sed -n 1p)}
echo "$(git ls-files | wc -l) files, one commit a line changes $file"

# A comment, of which nothing is read, or another version, of which something is.
change() {
    if [ $(($1 % 2)) = 0 ]; then
        sed -i -E "s/(.version.: *.[0-9.]*)[0-9]+(.)/\1$1\2/" "$file"
    else
        printf '\n# change %s\n' "$1" >>"$file"
    fi
    git add "$file"
}
one() { sed -n "/^$1\.\.\./,/duration/s/^- duration: //p" "$work/out"; }
for number in 1 2 3 4 5 6; do
    change "$number"
    start=$(date +%s%N)
    pre-commit run --verbose >"$work/out" 2>&1 || true
    all=$(( ($(date +%s%N) - start) / 1000000 ))
    start=$(date +%s%N)
    parity check --staged >/dev/null 2>&1 || true
    alone=$(( ($(date +%s%N) - start) / 1000000 ))
    git commit --quiet --no-verify -m "change $number"
    note="a comment"; [ $((number % 2)) = 0 ] && note="a version"
    [ "$number" = 1 ] && note="the first: nothing is kept yet"
    echo "parity $(one parity)  pylint-odoo $(one pylint-odoo)  both with pre-commit itself ${all} ms  parity again without it ${alone} ms  ($note)"
done
sed -n '/^parity\.\.\./,/^pylint/p' "$work/out" | sed -n 1,20p
