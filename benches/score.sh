#!/usr/bin/env bash
# Times the scoring of all five matrices: cold, then warm (the best of five), user and system time together.
#
#     benches/score.sh REPO [REV]
#
# PARITY names another build than target/release/parity.
set -euo pipefail
cd "$(dirname "$0")/.."
repo=$(realpath "${1:?a repository}")
rev=${2:+--rev $2}
parity=${PARITY:-target/release/parity}
[ -x "$parity" ] || cargo build --release --quiet
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT
export PARITY_CACHE_DIR=$cache TIMEFORMAT='%U %S %R'

run() { # prints CPU and wall seconds
  # shellcheck disable=SC2086
  { time "$parity" score --all --repo "$repo" $rev --as-of 2026-03-31 --format json >"$cache/score.json" 2>/dev/null; } 2>&1 | tail -n 1 |
    awk '{printf "%.3f %.3f\n", $1 + $2, $3}'
}

echo "cold  $(run) s (CPU, wall)"
best=$(for _ in 1 2 3 4 5; do run; done | sort -n | head -n 1)
echo "warm  $best s (CPU, wall), the best of five"
python3 - "$cache/score.json" <<'PY'
import json, sys
judged = json.load(open(sys.argv[1]))["matrices"]
for matrix in judged:
    whole = matrix["scores"][0]
    print(f'{matrix["name"]:<14}{whole["low"]:>4} to {whole["high"]:>3} of {whole["total"]:>3}')
print(sum(len(matrix["features"]) for matrix in judged), "features")
PY
