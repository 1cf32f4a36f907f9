#!/usr/bin/env bash
# How long until a committed row is visible on the replica, under sysbench oltp_write_only with 8 threads: p50 and p99
# on Tidemark, then on MariaDB with one replica on the same machine. A prober commits numbered rows on the writer at a
# steady pace and asks the replica which one it has. --rate limits sysbench to so many transactions a second, so that both
# servers carry the same load; 0 lets it run as fast as it can.
#
#   tests/bench/replica-lag.sh [--seconds 30] [--rows 100000] [--threads 8] [--rate 0]
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
seconds=30
rows=100000
threads=8
rate=0
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2 ;;
    --rows) rows=$2 ;;
    --threads) threads=$2 ;;
    --rate) rate=$2 ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
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
  "$root/bin/test" tests ReplicaLagProbe -Dtidemark.lag.writer="$writer" -Dtidemark.lag.replica="$replica" \
    -Dtidemark.lag.seconds="$seconds" -Dtidemark.lag.name="$name" >"$work/$name.probe" 2>&1 &
  local prober=$!
  # Maven takes a while; the prober's first act is its table.
  wait_for 300 "the prober" "$work/$name.probe" mariadb --no-defaults -h 127.0.0.1 -P "$writer" -u root -e 'SELECT id FROM sbtest.probe LIMIT 1'
  sysbench oltp_write_only $(connection "$name") --tables=4 --table-size="$rows" --threads="$threads" --time="$seconds" --rate="$rate" run >"$work/$name.load"
  wait $prober || true
  grep '^lag' "$work/$name.probe" || echo "lag $name: the probe failed"
  awk -v name="$name" '/transactions:/ { gsub(/[(]/, "", $3); print "load " name ": " $3 " transactions/s" }' "$work/$name.load"
}

start_tidemark "$work" 256M --replicas 1 --replica-port $replica_port
probe tidemark "$TIDEMARK_PORT" $replica_port
stop_servers
tidemark_pid=

start_mariadb "$work" 256M
start_mariadb_replica "$work" 256M
probe mariadb "$MARIADB_PORT" "$MARIADB_REPLICA_PORT"
