#!/bin/sh
# Replays migrations and runs all our rules about them beside squawk's lint of the same files, in one run.
# usage: benches/squawk.sh REPOSITORY (a folder with migrations). Build first: cargo build --release
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
parity=${PARITY:-$root/target/release/parity}
repo=${1:?a folder with migrations}
tool=$root/target/tmp/squawk
[ -x "$tool/bin/squawk" ] || { python3 -m venv "$tool" && "$tool/bin/pip" -q install squawk-cli==2.66.0; }
files=$(find "$repo" -path '*migrations*' -name '*.sql' | wc -l)
bytes=$(find "$repo" -path '*migrations*' -name '*.sql' -print0 | xargs -0 cat | wc -c)
echo "$files files, $bytes bytes"
timed() {
    python3 - "$@" <<'PY'
import resource, subprocess, sys, time
begun = time.time()
subprocess.run(["sh", "-c", sys.argv[2]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{sys.argv[1]:28} {time.time() - begun:6.2f} s wall  {used.ru_utime + used.ru_stime:6.2f} s CPU  {used.ru_maxrss // 1024} MB")
PY
}
for _ in 1 2 3; do
    timed "squawk" "find '$repo' -path '*migrations*' -name '*.sql' -print0 | xargs -0 '$tool/bin/squawk'"
    timed "parity, replay and rules" "'$parity' check --repo '$repo' --all --no-cache --fail-on never --select migrations,rls"
done
