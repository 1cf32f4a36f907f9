#!/usr/bin/env bash
# A cluster of processes under money transfers: log nodes, page servers, replica and writer killed, all of them at once, a
# writer frozen and superseded. Rows are compared with what was acknowledged after each.
#
#   tests/faults/cluster.sh                                  a round of each, some minutes
#   ROUNDS=30 tests/faults/cluster.sh                        the long run
#   CHECK='noCommitFails*' SEED=7 tests/faults/cluster.sh    one of them, with one seed
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd -P)
"$root/bin/tidemark" --version >/dev/null # builds and prepares fast starts
options=(-Dtidemark.fault.port="${PORT:-21400}" -Dtidemark.fault.rounds="${ROUNDS:-1}")
if [ -n "${SEED:-}" ]; then options+=(-Dtidemark.fault.seed="$SEED"); fi
exec "$root/bin/test" tests "ClusterFaultCheck${CHECK:+#$CHECK}" "${options[@]}"
