#!/usr/bin/env bash
# `bin/tidemark dev` from the outside: one process, ready in seconds, a row written on the writer read on the replica by
# the mariadb client, and a clean end on SIGTERM.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The goal is 3,000 ms; the rest is for machines that are busy with something else.
ready_limit=5000
stop_limit=5000

work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-dev.XXXXXX")
pid=
cleanup() {
  if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT

fail() {
  echo "FAILED: $*"
  cat "$work/out" 2>/dev/null || true
  exit 1
}

now() { echo $(($(date +%s%N) / 1000000)); }

command -v mariadb >/dev/null || fail "mariadb is needed and was not found; install it (Debian: apt install mariadb-client)"
client() { mariadb --no-defaults --skip-ssl -h 127.0.0.1 -P "$1" -u root -N -B -e "$2"; }

bin/tidemark --version >/dev/null # builds and prepares fast starts, so that what follows measures a start

# Started by a shell without job control: the pid is the launcher's, which becomes the JVM.
bin/tidemark dev --data "$work/data" --mysql-port 0 --replica-port 0 --admin-port 0 --buffer-pool 64M >"$work/out" 2>&1 &
pid=$!
began=$(now)
until grep -q "is ready" "$work/out"; do
  kill -0 "$pid" 2>/dev/null || fail "the server ended before it was ready"
  [ $(($(now) - began)) -lt 60000 ] || fail "not ready after 60 s"
  sleep 0.02
done
millis=$(($(now) - began))
echo "dev is ready after $millis ms"
[ $millis -le $ready_limit ] || fail "the limit is $ready_limit ms"

name=$(cat "/proc/$pid/comm")
[ "$name" = java ] || fail "the pid of the launcher should be the JVM's, it is '$name'"

line=$(grep "is ready" "$work/out")
[[ $line =~ writer\ 127\.0\.0\.1:([0-9]+) ]] || fail "no port of the writer in: $line"
writer=${BASH_REMATCH[1]}
[[ $line =~ replicas\ 127\.0\.0\.1:([0-9]+) ]] || fail "no port of the replica in: $line"
replica=${BASH_REMATCH[1]}

found=$(client "$writer" "
  CREATE DATABASE shop;
  CREATE TABLE shop.orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, item VARCHAR(100), price DECIMAL(10,2));
  INSERT INTO shop.orders (item, price) VALUES ('tide table', 12.50), ('mooring line', 39.90);
  SELECT COUNT(*), SUM(price) FROM shop.orders") || fail "the writer refused: $found"
[ "$found" = $'2\t52.40' ] || fail "on the writer expected 2 rows of 52.40, found '$found'"

deadline=$(($(now) + 5000))
until [ "$(client "$replica" "SELECT item FROM shop.orders ORDER BY id DESC LIMIT 1" 2>"$work/refusal")" = "mooring line" ]; do
  [ "$(now)" -lt $deadline ] || fail "the rows are not on the replica after 5 s: $(cat "$work/refusal")"
done
status=0
client "$replica" "DELETE FROM shop.orders" 2>"$work/refusal" || status=$?
[ $status != 0 ] || fail "the replica took a DELETE"
grep -q 1290 "$work/refusal" || fail "a write on the replica should end with 1290, found: $(cat "$work/refusal")"

began=$(now)
kill -TERM "$pid"
while kill -0 "$pid" 2>/dev/null; do
  [ $(($(now) - began)) -le $stop_limit ] || fail "still running $stop_limit ms after SIGTERM"
  sleep 0.02
done
millis=$(($(now) - began))
status=0
wait "$pid" || status=$?
pid=
[ $status = 0 ] || fail "SIGTERM should end with 0, not $status"
echo "dev ends $millis ms after SIGTERM"
