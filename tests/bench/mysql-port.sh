#!/usr/bin/env bash
# What the MySQL port costs by itself: requests per second and CPU per request of a server whose statements all answer the
# same rows, with sysbench as the client. Build the tests of compute-node/mysql first (bin/test mysql).
#
#   tests/bench/mysql-port.sh [--seconds 5] [--threads "8 128"] [--columns 1] [--rows 1]
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
seconds=5
threads="8 128"
columns=1
rows=1
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2 ;;
    --threads) threads=$2 ;;
    --columns) columns=$2 ;;
    --rows) rows=$2 ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done

# shellcheck source=tests/bench/servers.sh
. "$root/tests/bench/servers.sh"
need sysbench sysbench
port=${PORT:-31846}
work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-port.XXXXXX")
pid=
trap '[ -z "$pid" ] || { kill "$pid"; wait "$pid" || true; }; rm -rf "$work"' EXIT

classes=$root/compute-node/mysql/target/test-classes
for module in compute-node/mysql compute-node/sql compute-node/engine page-server log-service shared-storage; do
  classes=$classes:$root/$module/target/classes
done
for jar in org/slf4j/slf4j-api org/bouncycastle/bcpkix-jdk18on; do
  classes=$classes:$(find "$HOME/.m2/repository/$jar" -name '*.jar' | sort | tail -1)
done
"$("$root/bin/jdk")/bin/java" -Xmx512m -XX:+UseG1GC -XX:+UseCompactObjectHeaders -cp "$classes" io.tidemark.mysql.ConstantServer \
  "$port" "$columns" "$rows" >"$work/log" 2>&1 &
pid=$!
wait_for 20 "the server" "$work/log" grep -q ready "$work/log"

cat >"$work/prepared.lua" <<'LUA'
function thread_init()
  connection = sysbench.sql.driver():connect()
  statement = connection:prepare("SELECT c FROM sbtest1 WHERE id=?")
  id = statement:bind_create(sysbench.sql.type.INT)
  statement:bind_param(id)
end
function event()
  id:set(sysbench.rand.default(1, 100000))
  statement:execute()
end
LUA
cat >"$work/text.lua" <<'LUA'
function thread_init()
  connection = sysbench.sql.driver():connect()
end
function event()
  connection:query("SELECT c FROM sbtest1 WHERE id=" .. sysbench.rand.default(1, 100000))
end
LUA

# load SCRIPT THREADS SECONDS: prints the number of requests
load() {
  sysbench "$work/$1.lua" --mysql-host=127.0.0.1 --mysql-port="$port" --mysql-user=root --mysql-db= --threads="$2" --time="$3" run |
    awk '/total number of events/ { print $5 }'
}

ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }

for count in $threads; do
  for script in prepared text; do
    load "$script" "$count" 2 >/dev/null
    before=$(ticks)
    requests=$(load "$script" "$count" "$seconds")
    awk -v script="$script" -v threads="$count" -v requests="$requests" -v seconds="$seconds" -v ticks=$(($(ticks) - before)) \
      -v hertz="$(getconf CLK_TCK)" 'BEGIN { printf "%-8s %4d threads %8d/s  cpu %5.1f us\n", script, threads, requests / seconds,
        ticks * 1000000 / hertz / requests }'
  done
done
awk '/VmRSS|Threads/ { print }' "/proc/$pid/status"
