#!/usr/bin/env bash
# How long until a committed row is visible on the replica, under sysbench oltp_write_only with 8 threads: p50 and p99
# on Tidemark, then on MariaDB with one replica on the same machine. A prober commits a numbered row on the writer and
# asks the replica until it is there.
#
#   tests/bench/replica-lag.sh [--seconds 30] [--rows 100000] [--threads 8]
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
seconds=30
rows=100000
threads=8
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2 ;;
    --rows) rows=$2 ;;
    --threads) threads=$2 ;;
    *) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done

# shellcheck source=tests/bench/servers.sh
. "$root/tests/bench/servers.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-lag.XXXXXX")
trap 'stop_servers; rm -rf "$work"' EXIT
replica_port=$((TIDEMARK_PORT + 1))

# probe WRITER_PORT REPLICA_PORT: runs the load and the prober, prints p50 and p99
probe() {
  local name=$1 writer=$2 replica=$3
  sysbench oltp_write_only $(connection "$name") --tables=4 --table-size="$rows" --threads=4 prepare >/dev/null
  sysbench oltp_write_only $(connection "$name") --tables=4 --table-size="$rows" --threads="$threads" --time="$seconds" run >"$work/$name.load" &
  local load=$!
  "$root/bin/test" tests ReplicaLagProbe -Dtidemark.lag.writer="$writer" -Dtidemark.lag.replica="$replica" \
    -Dtidemark.lag.seconds=$((seconds - 5)) -Dtidemark.lag.name="$name" 2>&1 | grep '^lag ' || echo "lag $name: the probe failed"
  wait $load
  awk -v name="$name" '/transactions:/ { gsub(/[(]/, "", $3); print "load " name ": " $3 " transactions/s" }' "$work/$name.load"
}

start_tidemark "$work" 256M --replicas 1 --replica-port $replica_port
probe tidemark "$TIDEMARK_PORT" $replica_port
stop_servers
tidemark_pid=

start_mariadb "$work" 256M
start_mariadb_replica "$work" 256M
probe mariadb "$MARIADB_PORT" "$MARIADB_REPLICA_PORT"
