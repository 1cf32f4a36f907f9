#!/usr/bin/env bash
# Every OLTP script of sysbench 1.0.20 against Tidemark, with prepared statements on and off, at 1 to 128 threads.
# One error anywhere fails it.
#
#   tests/bench/sysbench-matrix.sh [--seconds 5] [--rows 100000] [--tables 4] [--threads "1 8 32 128"] [--workloads "..."]
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
seconds=5
rows=100000
tables=4
threads="1 8 32 128"
workloads="oltp_point_select oltp_read_only select_random_points select_random_ranges oltp_read_write oltp_write_only oltp_insert oltp_update_index oltp_update_non_index oltp_delete bulk_insert"
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2 ;;
    --rows) rows=$2 ;;
    --tables) tables=$2 ;;
    --threads) threads=$2 ;;
    --workloads) workloads=$2 ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done

# shellcheck source=tests/bench/servers.sh
. "$root/tests/bench/servers.sh"
need sysbench sysbench
work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-matrix.XXXXXX")
trap 'stop_servers; rm -rf "$work"' EXIT
start_tidemark "$work" 256M

mariadb --no-defaults -h 127.0.0.1 -P "$TIDEMARK_PORT" -u root -e 'CREATE DATABASE sbbulk'

failures=0
# check NAME COMMAND...: the command succeeds and its output names no error
check() {
  local name=$1 log=$work/sysbench.log
  shift
  if "$@" >"$log" 2>&1 && ! grep -Eq 'FATAL|ALERT' "$log"; then
    awk -v name="$name" '/transactions:/ { gsub(/[(]/, "", $3); tps = $3 } /ignored errors:/ { ignored = $3 }
      END { printf "ok      %-50s %10s/s  deadlocks retried %s\n", name, tps, ignored }' "$log"
  else
    failures=$((failures + 1))
    printf 'FAILED  %s\n' "$name"
    grep -E 'FATAL|ALERT|error' "$log" | cut -c1-160 | sort | uniq -c | head -5
  fi
}

size="--tables=$tables --table-size=$rows"
target=$(connection tidemark)
# shellcheck disable=SC2086 # options in one variable
{
  check "load" sysbench oltp_read_write $target $size --threads=4 prepare
  for ps in auto disable; do
    for workload in $workloads; do
      for count in $threads; do
        if [ "$workload" = bulk_insert ]; then
          # Its tables have the names of the others', so they live in a database of their own.
          bulk=${target/--mysql-db=sbtest/--mysql-db=sbbulk}
          sysbench bulk_insert $bulk --threads="$count" prepare >/dev/null
          check "$workload ps=$ps threads=$count" \
            sysbench bulk_insert $bulk --threads="$count" --time="$seconds" --db-ps-mode=$ps run
          sysbench bulk_insert $bulk --threads="$count" cleanup >/dev/null
        else
          check "$workload ps=$ps threads=$count" \
            sysbench "$workload" $target $size --threads="$count" --time="$seconds" --db-ps-mode=$ps run
        fi
      done
    done
  done
}
rss=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$tidemark_pid/status")
echo "peak resident memory $rss MiB"
[ $failures = 0 ] || { echo "$failures runs failed"; exit 1; }
