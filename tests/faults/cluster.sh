#!/usr/bin/env bash
# A cluster of processes under money transfers: log nodes, page servers, replica and writer killed, all of them at once; a
# writer frozen or cut off and superseded; a log node with a full disk and with a slow one. Rows are compared with what was
# acknowledged after each, and the copies of the log are counted.
#
#   tests/faults/cluster.sh                              a round of each, some minutes
#   ROUNDS=30 tests/faults/cluster.sh                    the long run
#   CHECK=ClusterKillCheck tests/faults/cluster.sh       one theme: Kill, TakeOver, Network, Disk
#   CHECK='ClusterKillCheck#noCommit*' SEED=7 tests/faults/cluster.sh    one of them, with one seed
#
# As root on Linux, everything runs on a network of its own; elsewhere what needs one is skipped, and says so.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd -P)
"$root/bin/tidemark" --version >/dev/null # builds and prepares fast starts
options=(-Dtidemark.fault.port="${PORT:-21400}" -Dtidemark.fault.rounds="${ROUNDS:-1}")
if [ -n "${SEED:-}" ]; then options+=(-Dtidemark.fault.seed="$SEED"); fi

work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-faults.XXXXXX")
trap 'rm -rf "$work"' EXIT
if command -v cc >/dev/null && cc -O -shared -fPIC -o "$work/slow-disk.so" "$root/tests/faults/slow-disk.c"; then
  options+=(-Dtidemark.fault.slowdisk="$work/slow-disk.so")
fi
test=("$root/bin/test" tests "${CHECK:-Cluster*Check}" -o "${options[@]}")
if unshare -n true 2>/dev/null && command -v nsenter ip ss sysctl >/dev/null; then
  # shellcheck disable=SC2016 # for the inner shell
  unshare -n bash -c 'ip link set lo up && exec "$@"' bash "${test[@]}" -Dtidemark.fault.network=true
else
  "${test[@]}"
fi
