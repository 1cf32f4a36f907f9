#!/usr/bin/env bash
# What an append to the redo log takes: latency and CPU (of the writer and all log nodes together) with 1, 4 and 16
# outstanding, on the local log and on three log nodes of this machine; then how long a durable frame takes to a subscriber
# of the redo feed, under load and when little happens.
#
#   tests/bench/log-append.sh [--seconds 10]
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
seconds=10
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2 ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done

base=${CLUSTER_PORT:-23300}
work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-bench.XXXXXX")
dir=$work/cluster
pid() { cut -d' ' -f1 "$dir/nodes/$1/pid"; }
cleanup() {
  local file
  for file in "$dir"/nodes/*/pid; do
    if [ -e "$file" ]; then kill -9 "$(cut -d' ' -f1 "$file")" 2>/dev/null || true; fi
  done
  rm -rf "$work"
}
trap cleanup EXIT

"$root/bin/tidemark" --version >/dev/null # builds and prepares fast starts
JAVA_HOME=$("$root/bin/jdk")
export JAVA_HOME
(cd "$root" && "${MVN:-mvn}" -q -B -Dstyle.color=never -pl log-service -am test-compile >/dev/null 2>&1)
bench() {
  "$JAVA_HOME/bin/java" -Xmx512m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$root/log-service/target/test-classes:$root/compute-node/server/target/dist/lib/*" io.tidemark.log.node.AppendBench "$@" \
    2>"$work/bench.log" >"$work/bench.out" || { cat "$work/bench.log" "$work/bench.out"; exit 1; }
  grep -E '^(local log|3 log nodes|feed, [^w])' "$work/bench.out"
}

bench local "$work" "$seconds"
"$root/bin/tidemark" cluster start --dir "$dir" --mysql-port $((base + 290)) --replica-port $((base + 291)) --base-port "$base" \
  --buffer-pool 64M >"$work/start" 2>&1 || { cat "$work/start"; exit 1; }
for node in compute-1 compute-2 page-1 page-2; do kill -9 "$(pid $node)"; done
bench nodes "$(sed -n 's/^coordination=//p' "$dir/nodes/compute-1/node.conf")" "$dir/nodes/compute-1/tls" "$dir/token" "$seconds" \
  "$(pid log-1),$(pid log-2),$(pid log-3)"
