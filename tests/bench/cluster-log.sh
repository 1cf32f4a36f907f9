#!/usr/bin/env bash
# What a replicated log costs: sysbench on `tidemark dev` with its local log and on a cluster of processes on this machine
# whose redo goes to three log nodes. Prints transactions/s of both, their ratio, the 95th percentile latency, and CPU per
# transaction of each kind of process. Both have one replica, which the cluster runs in a process of its own.
#
#   tests/bench/cluster-log.sh [--workloads "oltp_update_non_index"] [--threads "1 8 32 128"] [--seconds 15] [--rounds 2]
#                              [--warm-up 15] [--tables 4] [--rows 50000] [--buffer-pool 256M]
#
# Every figure is the median of the rounds, after a warm-up of both with the same workload. Needs sysbench, mariadb-client.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
workloads=oltp_update_non_index
threads="1 8 32 128"
seconds=15
rounds=2
warm_up=15
tables=4
rows=50000
pool=256M
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
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift 2
done

# shellcheck source=tests/bench/servers.sh
. "$root/tests/bench/servers.sh"
need sysbench sysbench
need mariadb mariadb-client
base=${CLUSTER_PORT:-30500}
cluster_port=$((base + 290))
work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-bench.XXXXXX")
dir=$work/cluster
node_pid() { cut -d' ' -f1 "$dir/nodes/$1/pid"; }
cleanup() {
  local node
  stop_servers
  for node in "$dir"/nodes/*; do
    if [ -e "$node/pid" ]; then kill -9 "$(cut -d' ' -f1 "$node/pid")" 2>/dev/null || true; fi
  done
  rm -rf "$work"
}
trap cleanup EXIT

start_tidemark "$work" "$pool" --replicas 1 --replica-port $((TIDEMARK_PORT + 1))
"$root/bin/tidemark" cluster start --dir "$dir" --mysql-port $cluster_port --replica-port $((base + 291)) --base-port "$base" \
  --buffer-pool "$pool" >"$work/cluster.out" 2>&1 || { cat "$work/cluster.out"; exit 1; }
mariadb --no-defaults -h 127.0.0.1 -P $cluster_port -u root -e 'CREATE DATABASE sbtest'

connect_to() {
  if [ "$1" = cluster ]; then TIDEMARK_PORT=$cluster_port connection tidemark; else connection tidemark; fi
}

# CPU time so far of the processes of a kind, in hundredths of a second
ticks() {
  case $1 in
    dev) cpu_ticks tidemark ;;
    *) for node in "$dir"/nodes/"$1"-*; do awk '{ print $14 + $15 }' "/proc/$(cut -d' ' -f1 "$node/pid")/stat"; done | awk '{ n += $1 } END { print n }' ;;
  esac
}
all_ticks() { if [ "$1" = dev ]; then ticks dev; else echo "$(ticks compute) $(ticks log) $(ticks page)"; fi; }

# run SERVER WORKLOAD THREADS SECONDS: prints tps, p95 and CPU per transaction in microseconds
run() {
  local server=$1 workload=$2 count=$3 time=$4 before out
  before=$(all_ticks "$server")
  out=$(sysbench "$workload" $(connect_to "$server") --tables="$tables" --table-size="$rows" --threads="$count" --time="$time" run)
  awk -v before="$before" -v after="$(all_ticks "$server")" '
    /transactions:/ { n = $2; gsub(/[(]/, "", $3); tps = $3 }
    /95th percentile:/ { p95 = $3 }
    END {
      printf "%s %s ", tps, p95
      split(before, b, " ")
      kinds = split(after, a, " ")
      for (i = 1; i <= kinds; i++) printf "%s%.0f", (i > 1 ? "+" : ""), (a[i] - b[i]) * 10000 / n
      print ""
    }' <<<"$out"
}

median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }'; }

echo "# $(nproc) cores, buffer pools $pool, $tables tables of $rows rows, $rounds rounds of $seconds s, warm-up $warm_up s"
for server in dev cluster; do
  sysbench oltp_update_non_index $(connect_to $server) --tables="$tables" --table-size="$rows" --threads=2 prepare >/dev/null
done
printf '%-22s %7s %9s %9s %6s %9s %9s   %s\n' workload threads local cluster ratio "p95 local" "cluster" \
  "CPU us per transaction: local; compute+log+page"
for workload in $workloads; do
  for count in $threads; do
    : >"$work/dev.runs" && : >"$work/cluster.runs"
    for server in dev cluster; do run $server "$workload" "$count" "$warm_up" >/dev/null; done
    for _ in $(seq "$rounds"); do
      for server in dev cluster; do run $server "$workload" "$count" "$seconds" >>"$work/$server.runs"; done
    done
    local_tps=$(cut -d' ' -f1 "$work/dev.runs" | median)
    cluster_tps=$(cut -d' ' -f1 "$work/cluster.runs" | median)
    printf '%-22s %7s %9.0f %9.0f %6s %9s %9s   %s; %s\n' "$workload" "$count" "$local_tps" "$cluster_tps" \
      "$(ratio "$cluster_tps" "$local_tps")" "$(cut -d' ' -f2 "$work/dev.runs" | median)" \
      "$(cut -d' ' -f2 "$work/cluster.runs" | median)" "$(tail -1 "$work/dev.runs" | cut -d' ' -f3)" \
      "$(tail -1 "$work/cluster.runs" | cut -d' ' -f3)"
  done
done
