#!/usr/bin/env bash
# Runs sysbench on MariaDB and on Tidemark in turn on this machine and prints ratios Tidemark / MariaDB:
# throughput, 95th percentile latency, server CPU per transaction, fsyncs per writing transaction. Both are durable:
# innodb_flush_log_at_trx_commit=1 on both, log_bin with sync_binlog=1 on MariaDB. Tidemark runs without replicas.
#
#   tests/bench/compare-mariadb.sh [--workloads "oltp_point_select ..."] [--threads "1 8 32"] [--seconds 15]
#                                  [--rounds 3] [--warm-up 10] [--tables 4] [--rows 100000] [--buffer-pool 256M]
#                                  [--ps-mode auto|disable]
#
# Every row is the median of the rounds, after so many seconds of the same workload on both that do not count; "load" is
# sysbench prepare. The workload "scan", not among the defaults, reads every row of every table once and counts rows for
# transactions. Needs mariadb-server, mariadb-client, sysbench.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
workloads="oltp_point_select oltp_read_only oltp_read_write oltp_write_only oltp_update_index oltp_update_non_index oltp_insert oltp_delete bulk_insert"
threads="1 8 32"
seconds=15
rounds=3
warm_up=10
tables=4
rows=100000
pool=256M
ps_mode=auto
while [ $# -gt 0 ]; do
  case $1 in
    --workloads) workloads=$2 ;;
    --threads) threads=$2 ;;
    --seconds) seconds=$2 ;;
    --rounds) rounds=$2 ;;
    --warm-up) warm_up=$2 ;;
    --tables) tables=$2 ;;
    --rows) rows=$2 ;;
    --buffer-pool) pool=$2 ;;
    --ps-mode) ps_mode=$2 ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done

# shellcheck source=tests/bench/servers.sh
. "$root/tests/bench/servers.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-bench.XXXXXX")
trap 'stop_servers; rm -rf "$work"' EXIT
start_mariadb "$work" "$pool"
start_tidemark "$work" "$pool" --replicas 0

median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }'; }

# run SERVER WORKLOAD THREADS [SECONDS]: prints tps p95 cpu_us_per_txn fsyncs_per_txn
run() {
  local server=$1 workload=$2 count=$3 time=${4:-$seconds} before_cpu before_sync out
  before_cpu=$(cpu_ticks "$server")
  before_sync=$(fsyncs "$server")
  out=$(sysbench "$workload" $(connection "$server") --tables="$tables" --table-size="$rows" --threads="$count" \
    --time="$time" --db-ps-mode="$ps_mode" run)
  echo "$out" >>"$work/$server.sysbench"
  awk -v cpu=$(($(cpu_ticks "$server") - before_cpu)) -v syncs=$(($(fsyncs "$server") - before_sync)) '
    /transactions:/ { n = $2; gsub(/[(]/, "", $3); tps = $3 }
    /95th percentile:/ { p95 = $3 }
    /(ignored errors|FATAL)/ && $3 + 0 > 0 { errors = $3 }
    END { if (n == 0) n = 1; printf "%s %s %.1f %.3f\n", tps, p95, cpu * 10000 / n, syncs / n }' <<<"$out"
}

load_one() {
  local server=$1 begin end
  sysbench oltp_read_write $(connection "$server") --tables="$tables" --table-size="$rows" --threads=2 cleanup >/dev/null 2>&1 || true
  begin=$(date +%s.%N)
  sysbench oltp_read_write $(connection "$server") --tables="$tables" --table-size="$rows" --threads=2 prepare >>"$work/$server.sysbench"
  end=$(date +%s.%N)
  awk -v b="$begin" -v e="$end" -v n=$((tables * rows)) 'BEGIN { printf "%.0f\n", n / (e - b) }'
}

bulk() { # SERVER THREADS: as run, on tables of its own
  sysbench bulk_insert $(connection "$1") --threads="$2" cleanup >/dev/null 2>&1 || true
  sysbench bulk_insert $(connection "$1") --threads="$2" prepare >/dev/null
  run "$1" bulk_insert "$2"
  sysbench bulk_insert $(connection "$1") --threads="$2" cleanup >/dev/null
}

# scan SERVER: every table once, all columns, on one connection; prints rows/s ms cpu_us_per_row 0
scan() {
  local port=$TIDEMARK_PORT before_cpu begin end table
  if [ "$1" = mariadb ]; then port=$MARIADB_PORT; fi
  before_cpu=$(cpu_ticks "$1")
  begin=$(date +%s%N)
  for table in $(seq "$tables"); do
    echo "SELECT SUM(k), SUM(LENGTH(c)), SUM(LENGTH(pad)) FROM sbtest$table;"
  done | mariadb --no-defaults -h 127.0.0.1 -P "$port" -u root sbtest >/dev/null
  end=$(date +%s%N)
  awk -v ns=$((end - begin)) -v n=$((tables * rows)) -v cpu=$(($(cpu_ticks "$1") - before_cpu)) \
    'BEGIN { printf "%.0f %.1f %.2f 0\n", n * 1e9 / ns, ns / 1e6, cpu * 10000 / n }'
}

echo "# $(nproc) cores, MariaDB $(mariadbd --version | sed -E 's/.*Ver ([0-9.]+).*/\1/'), buffer pools $pool, $tables tables of $rows rows, $rounds rounds of $seconds s, warm-up $warm_up s"
m=() t=()
for _ in $(seq "$rounds"); do
  m+=("$(load_one mariadb)")
  t+=("$(load_one tidemark)")
done
mm=$(printf '%s\n' "${m[@]}" | median)
tt=$(printf '%s\n' "${t[@]}" | median)
printf '%-22s %7s %10s %10s %6s   %s\n' workload threads mariadb tidemark ratio "p95 ratio, CPU per txn ratio (us), fsyncs per txn"
printf '%-22s %7s %10s %10s %6s   rows/s\n' load 2 "$mm" "$tt" "$(ratio "$tt" "$mm")"

for workload in $workloads; do
  for count in $threads; do
    : >"$work/m" && : >"$work/t"
    if [ "$warm_up" -gt 0 ] && [ "$workload" != bulk_insert ] && [ "$workload" != scan ]; then
      run mariadb "$workload" "$count" "$warm_up" >/dev/null
      run tidemark "$workload" "$count" "$warm_up" >/dev/null
    fi
    for _ in $(seq "$rounds"); do
      if [ "$workload" = bulk_insert ]; then
        bulk mariadb "$count" >>"$work/m"
        bulk tidemark "$count" >>"$work/t"
      elif [ "$workload" = scan ]; then
        scan mariadb >>"$work/m"
        scan tidemark >>"$work/t"
      else
        run mariadb "$workload" "$count" >>"$work/m"
        run tidemark "$workload" "$count" >>"$work/t"
      fi
    done
    column() { awk -v c="$2" '{ print $c }' "$work/$1" | median; }
    printf '%-22s %7s %10s %10s %6s   p95 %s, CPU %s (%s / %s us), fsyncs %s / %s\n' "$workload" "$count" \
      "$(column m 1)" "$(column t 1)" "$(ratio "$(column t 1)" "$(column m 1)")" \
      "$(ratio "$(column t 2)" "$(column m 2)")" \
      "$(ratio "$(column t 3)" "$(column m 3)")" "$(column t 3)" "$(column m 3)" \
      "$(column t 4)" "$(column m 4)"
  done
done
