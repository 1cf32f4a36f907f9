#!/usr/bin/env bash
# A cluster of processes under money transfers: log nodes, page servers, replica and writer killed, a writer frozen and
# superseded. ROUNDS=30 makes it longer, CHECKS='ClusterFaultCheck#noCommit*' runs one part.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd -P)
"$root/bin/tidemark" --version >/dev/null # builds and prepares fast starts
"$root/bin/test" tests "${CHECKS:-ClusterFaultCheck}" -Dtidemark.fault.port="${TIDEMARK_CI_PORT:-21400}" \
  -Dtidemark.fault.rounds="${ROUNDS:-1}"
