#!/usr/bin/env bash
# Random SQL on Tidemark and on MariaDB gives the same rows. SEEDS="1 2 3" and STATEMENTS=N make it longer.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=tests/bench/servers.sh
. "$root/tests/bench/servers.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-differential.XXXXXX")
trap 'stop_servers; rm -rf "$work"' EXIT
start_mariadb "$work" 64M
start_tidemark "$work" 64M --replicas 0
for seed in ${SEEDS:-1}; do
  "$root/bin/test" tests DifferentialCheck -Dtidemark.differential.tidemark="$TIDEMARK_PORT" \
    -Dtidemark.differential.mariadb="$MARIADB_PORT" -Dtidemark.differential.statements="${STATEMENTS:-2000}" \
    -Dtidemark.differential.seed="$seed"
done
