#!/usr/bin/env bash
# A log node loses its disk while rows are inserted: it comes back with an empty one and takes part at once, replace-disk
# copies what it had, and then another log node and the writer die. No acknowledged row is lost, and no insert fails before
# the writer is killed.
#
# PORT is the first of 300 ports.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd -P)
base=${PORT:-22400}
writer=$((base + 290))
replica=$((base + 291))
work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-disk.XXXXXX")
dir=$work/cluster
inserting=

cleanup() {
  if [ -n "$inserting" ]; then kill "$inserting" 2>/dev/null || true; fi
  local file
  for file in "$dir"/nodes/*/pid; do
    if [ -e "$file" ]; then kill -9 "$(cut -d' ' -f1 "$file")" 2>/dev/null || true; fi
  done
  rm -rf "$work"
}
trap cleanup EXIT

fail() {
  echo "FAILED: $*" >&2
  tail -n 20 "$dir"/nodes/*/log.txt >&2 2>/dev/null || true
  exit 1
}

started=$SECONDS
step() { echo "$((SECONDS - started)) s: $*"; }
cluster() { TIDEMARK_BUILD=off "$root/bin/tidemark" cluster "$1" --dir "$dir" "${@:2}"; }
client() { mariadb --no-defaults --skip-ssl -h 127.0.0.1 -P "$1" -u root -N -B -e "$2"; }

# await PORT QUERY ANSWER
await() {
  local deadline=$((SECONDS + 60)) found=
  until found=$(client "$1" "$2" 2>&1) && [ "$found" = "$3" ]; do
    [ $SECONDS -lt $deadline ] || fail "on port $1, $2: expected '$3', found '$found'"
    sleep 0.2
  done
}

# Every row a transaction of its own, its number printed once it is acknowledged; ends at the first error.
insert() {
  seq 10000000 | sed 's/.*/INSERT INTO shop.orders VALUES (&); SELECT &;/' |
    mariadb --no-defaults --skip-ssl -n -h 127.0.0.1 -P "$writer" -u root -N -B
}

acknowledged() { tail -n 1 "$work/acknowledged"; }

# Commits went on: a hundred more than before.
await_more() {
  local wanted=$(($(acknowledged) + 100)) deadline=$((SECONDS + 60))
  until [ "$(acknowledged)" -ge "$wanted" ]; do
    kill -0 "$inserting" 2>/dev/null || fail "an INSERT failed $1: $(cat "$work/insert-errors")"
    [ $SECONDS -lt $deadline ] || fail "no commits $1"
    sleep 0.1
  done
  step "commits go on $1; $(acknowledged) are acknowledged"
}

command -v mariadb >/dev/null || fail "mariadb is needed and was not found; install it (Debian: apt install mariadb-client)"
"$root/bin/tidemark" --version >/dev/null # builds and prepares fast starts
started=$SECONDS
cluster start --mysql-port "$writer" --replica-port "$replica" --base-port "$base" --buffer-pool 64M >"$work/start" 2>&1 ||
  fail "start: $(cat "$work/start")"
client "$writer" "CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY)"
echo 0 >"$work/acknowledged"
insert >>"$work/acknowledged" 2>"$work/insert-errors" &
inserting=$!
await_more "with all nodes"

cluster replace-disk log-2 >"$work/replace" 2>&1 || fail "replace-disk without a loss: $(cat "$work/replace")"
grep -q "no lost disk" "$work/replace" || fail "replace-disk sees a loss where none is: $(cat "$work/replace")"
cluster kill log-2 >/dev/null
cluster replace-disk log-2 >"$work/replace" 2>&1 && fail "replace-disk of a node that is down: $(cat "$work/replace")"
rm -r "$dir/nodes/log-2/data"
await_more "while log-2 is dead and its disk lost"

cluster restart log-2 >"$work/start" 2>&1 || fail "restart of log-2 with an empty directory: $(cat "$work/start")"
await_more "with log-2 on an empty disk"
cluster replace-disk log-2 >"$work/replace" 2>&1 || fail "replace-disk: $(cat "$work/replace")"
grep -q "all its copies again" "$work/replace" || fail "replace-disk sees no loss: $(cat "$work/replace")"
step "replaced: $(grep -c copied "$work/replace") lines of progress, the last: $(grep copied "$work/replace" | tail -n 1)"
await_more "after it"

cluster kill log-3 >/dev/null
await_more "while log-3 is dead"
kill -9 "$(cut -d' ' -f1 "$dir/nodes/compute-1/pid")"
wait "$inserting" 2>/dev/null || true
inserting=
rows=$(acknowledged)
for node in page-1 page-2; do cluster kill $node >/dev/null; done
for node in page-1 page-2 compute-1; do
  cluster restart $node >"$work/start" 2>&1 || fail "restart of $node without log-3: $(cat "$work/start")"
done
await "$writer" "SELECT COUNT(*) FROM shop.orders WHERE id <= $rows" "$rows"
step "log-1 and the replaced log-2 have all $rows rows, which writer and page servers read anew"
client "$writer" "INSERT INTO shop.orders VALUES (-1)" || fail "the writer refuses"
await "$replica" "SELECT COUNT(*) FROM shop.orders WHERE id <= $rows AND id > 0" "$rows"
cluster stop >"$work/stop" 2>&1 || fail "stop: $(cat "$work/stop")"
step "the replica has them too; all have stopped"
if grep " ERROR " "$dir"/nodes/*/log.txt >"$work/errors"; then
  echo "FAILED: rows are right, but nodes have logged errors: $(cat "$work/errors")" >&2
  exit 1
fi
step "done"
