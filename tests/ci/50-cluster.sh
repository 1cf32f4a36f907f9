#!/usr/bin/env bash
# `bin/tidemark cluster` from the outside: separate processes on this machine, rows written on the writer read on the
# replica, and nothing lost when a log node, a page server and the writer die of kill -9 in turn.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Ports of the check, away from those that people use.
base=${TIDEMARK_CI_PORT:-21400}
writer=$((base + 290))
replica=$((base + 291))

work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-cluster.XXXXXX")
dir=$work/cluster
inserting=
cleanup() {
  if [ -n "$inserting" ]; then kill "$inserting" 2>/dev/null || true; fi
  for file in "$dir"/nodes/*/pid; do
    if [ -e "$file" ]; then kill -9 "$(cut -d' ' -f1 "$file")" 2>/dev/null || true; fi
  done
  rm -rf "$work"
}
trap cleanup EXIT

fail() {
  echo "FAILED: $*"
  tail -n 20 "$dir"/nodes/*/log.txt 2>/dev/null || true
  exit 1
}

started=$SECONDS
step() { echo "$((SECONDS - started)) s: $*"; }
cluster() { TIDEMARK_BUILD=off bin/tidemark cluster "$1" --dir "$dir" "${@:2}"; }
client() { mariadb --no-defaults --skip-ssl -h 127.0.0.1 -P "$1" -u root -N -B -e "$2"; }

# Waits until a query on a port answers what is expected.
await() {
  local deadline=$((SECONDS + 30)) found=
  until found=$(client "$1" "$2" 2>&1) && [ "$found" = "$3" ]; do
    sleep 0.1
    [ $SECONDS -lt $deadline ] || fail "on port $1, $2: expected '$3', found '$found'"
  done
}

command -v mariadb >/dev/null || fail "mariadb is needed and was not found; install it (Debian: apt install mariadb-client)"
bin/tidemark --version >/dev/null # builds and prepares fast starts
started=$SECONDS

cluster start --mysql-port $writer --replica-port $replica --base-port "$base" --buffer-pool 64M || fail "start"
step "the cluster is ready"

status=$(cluster status) || fail "status says that not all are ready: $status"
for line in "log-1 *log-node " "page-2 *page-server " "compute-1 *writer .*127.0.0.1:$writer .*append [0-9]" \
  "compute-2 *replica .*127.0.0.1:$replica .*applied [0-9].* B .* ms *ready"; do
  grep -Eq "^$line" <<<"$status" || fail "no line '$line' in: $status"
done

grep -Eq "^log-. .*archived [0-9]" <<<"$status" || fail "no log node archives in: $status"

client $writer "CREATE DATABASE shop; CREATE TABLE shop.orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, item VARCHAR(100));
  INSERT INTO shop.orders (item) VALUES ('tide table'), ('mooring line')" || fail "the writer refused"
await $replica "SELECT COUNT(*) FROM shop.orders" 2
step "rows are on the replica"

# Every row of its own transaction, until the file is there; the client stops at the first error.
inserts() {
  while [ ! -e "$work/enough" ]; do
    for _ in $(seq 5); do echo "INSERT INTO shop.orders (item) VALUES ('anchor');"; done
    sleep 0.05
  done | mariadb --no-defaults --skip-ssl -h 127.0.0.1 -P $writer -u root
}
inserts 2>"$work/insert-errors" &
inserting=$!
cluster kill log-2
await $writer "SELECT COUNT(*) > 150 FROM shop.orders" 1
touch "$work/enough"
wait $inserting || fail "an INSERT failed while log-2 was dead: $(cat "$work/insert-errors")"
inserting=
rows=$(client $writer "SELECT COUNT(*) FROM shop.orders")
status=$(cluster status) && fail "status should end with 1 while log-2 is dead"
grep -Eq "^log-2 .* dead" <<<"$status" || fail "log-2 should be dead in: $status"
step "$rows rows while log-2 was dead"
cluster restart log-2 || fail "restart of log-2"

cluster kill page-1
cluster restart page-1 || fail "restart of page-1"
await $writer "SELECT COUNT(*) FROM shop.orders" "$rows"
step "page-1 is back"

cluster kill compute-1
await $replica "SELECT COUNT(*) FROM shop.orders" "$rows"
cluster restart compute-1 || fail "restart of compute-1"
await $writer "SELECT COUNT(*) FROM shop.orders" "$rows"
client $writer "INSERT INTO shop.orders (item) VALUES ('lamp')" || fail "the restarted writer refused"
rows=$((rows + 1))
await $replica "SELECT COUNT(*) FROM shop.orders" "$rows"
step "compute-1 is back"

cluster stop || fail "stop"
status=$(cluster status) && fail "status should end with 1 when all have stopped"
[ "$(grep -c " dead$" <<<"$status")" = 7 ] || fail "not all have stopped: $status"
step "all have stopped"
cluster start || fail "second start"
await $writer "SELECT COUNT(*) FROM shop.orders" "$rows"
await $replica "SELECT COUNT(*) FROM shop.orders" "$rows"
cluster stop || fail "second stop"
step "done"
