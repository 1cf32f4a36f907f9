#!/usr/bin/env bash
# A cluster whose objects are in a store that speaks S3, under sysbench: every node dies of kill -9 in the middle of the
# writing, and later all stop and start. What was acknowledged is there, writer and replica have the same rows, and layers
# and archived redo are in the bucket.
#
#   tests/faults/cluster-s3.sh            on each store
#   STORES=fake tests/faults/cluster-s3.sh     on one: fake is the tests' own, s3proxy somebody else's
#
# PORT is the first of 400 ports, SECONDS_OF_LOAD how long sysbench writes before the kill, KEEP=1 keeps the directory.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd -P)
base=${PORT:-22000}
stores=${STORES:-fake s3proxy}
load=${SECONDS_OF_LOAD:-15}
writer=$((base + 290))
replica=$((base + 291))
s3=$((base + 399))
tables=4

export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test-secret
work=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-s3.XXXXXX")
dir=
store_pid=
store=preparation
started=$SECONDS
children=()

node_pids() {
  local file
  for file in "$dir"/nodes/*/pid; do
    if [ -e "$file" ]; then cut -d' ' -f1 "$file"; fi
  done
}

kill_nodes() {
  local pid
  for pid in $(node_pids); do kill -9 "$pid" 2>/dev/null || true; done
}

cleanup() {
  local pid
  for pid in "${children[@]}" $store_pid; do kill "$pid" 2>/dev/null || true; done
  if [ -n "$dir" ]; then kill_nodes; fi
  if [ -n "${KEEP:-}" ]; then echo "kept: $work"; else rm -rf "$work"; fi
}
trap cleanup EXIT

fail() {
  echo "FAILED: $*" >&2
  if [ -n "$dir" ]; then tail -n 20 "$dir"/nodes/*/log.txt >&2 2>/dev/null || true; fi
  exit 1
}

need() {
  command -v "$1" >/dev/null || fail "$1 is needed and was not found; install it (Debian: apt install $2)"
}

step() { echo "$store, $((SECONDS - started)) s: $*"; }
cluster() { TIDEMARK_BUILD=off "$root/bin/tidemark" cluster "$1" --dir "$dir" "${@:2}"; }
client() { mariadb --no-defaults --skip-ssl -h 127.0.0.1 -P "$1" -u root -N -B -e "$2"; }

# await SECONDS WHAT COMMAND..: until the command succeeds
await() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >"$work/awaited" 2>&1; do
    [ $SECONDS -lt $deadline ] || fail "$what: $(tail -n 5 "$work/awaited")"
    sleep 0.3
  done
}

# The class path that the stores run with: that of the tests of shared-storage.
prepare_stores() {
  "${MVN:-mvn}" -B -ntp -f "$root/pom.xml" -pl shared-storage test-compile dependency:build-classpath \
    -Dmdep.includeScope=test -Dmdep.outputFile="$work/classpath" >"$work/maven" 2>&1 ||
    fail "the stores do not compile: $(tail -n 20 "$work/maven")"
  classpath=$root/shared-storage/target/test-classes:$root/shared-storage/target/classes:$(cat "$work/classpath")
}

start_store() {
  local main
  case $store in
    fake) main=(io.tidemark.storage.object.s3.FakeS3 $s3) ;;
    s3proxy)
      mkdir -p "$work/s3proxy/tidemark"
      cat >"$work/s3proxy.conf" <<END
s3proxy.endpoint=http://127.0.0.1:$s3
s3proxy.authorization=aws-v4
s3proxy.identity=$AWS_ACCESS_KEY_ID
s3proxy.credential=$AWS_SECRET_ACCESS_KEY
jclouds.provider=filesystem-nio2
jclouds.identity=local
jclouds.credential=local
jclouds.filesystem.basedir=$work/s3proxy
END
      main=(org.gaul.s3proxy.Main --properties "$work/s3proxy.conf")
      ;;
    *) fail "STORES: '$store' is neither fake nor s3proxy" ;;
  esac
  "$("$root/bin/jdk")/bin/java" -Xmx384m -cp "$classpath" "${main[@]}" >"$work/$store.log" 2>&1 &
  store_pid=$!
  await 30 "$store does not answer" list timelines
}

# A page of the objects under a prefix. What is signed has its slashes encoded.
list() {
  curl -sS --fail-with-body --max-time 10 --aws-sigv4 aws:amz:us-east-1:s3 \
    --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -H "x-amz-content-sha256: UNSIGNED-PAYLOAD" \
    "http://127.0.0.1:$s3/tidemark?list-type=2&prefix=${1//\//%2F}"
}

has_objects() { list "$1" | grep -q "<Key>"; }

sysbench_on() {
  sysbench oltp_write_only --db-driver=mysql --mysql-host=127.0.0.1 --mysql-port=$writer --mysql-user=root \
    --mysql-db=sbtest --mysql-ssl=off --tables=$tables --table-size=10000 --threads=8 --report-interval=1 "$@"
}

# Every row a transaction of its own, its number printed once it is acknowledged; ends with the writer.
insert_until_killed() {
  seq 10000000 | sed 's/.*/INSERT INTO sbtest.acknowledged VALUES (&); SELECT &;/' |
    mariadb --no-defaults --skip-ssl -n -h 127.0.0.1 -P $writer -u root -N -B
}

checksums() {
  local i
  for i in $(seq $tables); do
    client "$1" "SELECT $i, COUNT(*), SUM(CRC32(CONCAT_WS(',', id, k, c, pad))) FROM sbtest.sbtest$i"
  done
  client "$1" "SELECT 'acknowledged', COUNT(*), SUM(id) FROM sbtest.acknowledged"
}

same_on_replica() { [ "$(checksums $replica)" = "$1" ]; }

# verify ACKNOWLEDGED: nothing is missing, and the replica has the same
verify() {
  local i answer sums
  await 60 "not all nodes are ready" cluster status
  answer=$(client $writer "SELECT COUNT(*) FROM sbtest.acknowledged WHERE id <= $1")
  [ "$answer" = "$1" ] || fail "$1 rows were acknowledged, of which $answer are there"
  for i in $(seq $tables); do
    answer=$(client $writer "CHECK TABLE sbtest.sbtest$i")
    grep -q $'\tOK$' <<<"$answer" || fail "CHECK TABLE: $answer"
  done
  sums=$(checksums $writer)
  await 60 "the replica has other rows than the writer, which has $sums" same_on_replica "$sums"
}

run() {
  dir=$work/$store-cluster
  started=$SECONDS
  start_store
  step "the store answers"
  cluster start --mysql-port $writer --replica-port $replica --base-port "$base" --buffer-pool 64M \
    --object-store s3://tidemark/run --s3-endpoint "http://127.0.0.1:$s3" --s3-path-style >"$work/start" 2>&1 ||
    fail "start: $(cat "$work/start")"
  step "the cluster is ready"

  client $writer "CREATE DATABASE sbtest; CREATE TABLE sbtest.acknowledged (id INT PRIMARY KEY)"
  sysbench_on prepare >"$work/prepare" 2>&1 || fail "sysbench prepare: $(tail -n 5 "$work/prepare")"
  step "sysbench has made $tables tables"

  sysbench_on --time=$((load + 60)) run >"$work/sysbench" 2>&1 &
  children=($!)
  insert_until_killed >"$work/acknowledged" 2>"$work/insert-errors" &
  children+=($!)
  sleep "$load" # how long the load lasts is what this is about
  kill -0 "${children[0]}" || fail "sysbench ended before the kill: $(tail -n 5 "$work/sysbench")"
  kill -0 "${children[1]}" || fail "an INSERT failed before the kill: $(cat "$work/insert-errors")"
  kill_nodes
  wait "${children[@]}" 2>/dev/null || true
  children=()
  acknowledged=$(tail -n 1 "$work/acknowledged")
  [ "${acknowledged:-0}" -gt 0 ] || fail "no row was acknowledged: $(cat "$work/insert-errors")"
  step "all nodes are killed; $(grep -c 'thds:' "$work/sysbench") s of sysbench, last$(grep 'thds:' "$work/sysbench" |
    tail -n 1 | sed -n 's/.* tps: \([0-9.]*\).*/ \1 transactions a second/p'), $acknowledged acknowledged rows beside it"

  cluster start >"$work/start" 2>&1 || fail "start after the kill: $(cat "$work/start")"
  verify "$acknowledged"
  step "all are back: CHECK TABLE, acknowledged rows, checksums of writer and replica"

  sysbench_on --time=5 run >"$work/sysbench" 2>&1 || fail "sysbench after the kill: $(tail -n 5 "$work/sysbench")"
  local before after shard
  before=$(checksums $writer)
  for shard in 0 1; do
    await 90 "no layers of shard $shard in the store" has_objects "run/timelines/main/shards/$shard/"
  done
  await 90 "no archived redo in the store" has_objects run/timelines/main/redo/
  step "layers of both shards and archived redo are in the bucket"

  cluster stop >"$work/stop" 2>&1 || fail "stop: $(cat "$work/stop")"
  rm -rf "$dir"/nodes/page-*/data
  cluster start >"$work/start" 2>&1 || fail "second start: $(cat "$work/start")"
  verify "$acknowledged"
  after=$(checksums $writer)
  [ "$after" = "$before" ] || fail "after stop and start: expected $before, found $after"
  step "the same rows after stop and start, from the bucket and the log alone: page servers had no files"

  cluster stop >"$work/stop" 2>&1 || fail "stop: $(cat "$work/stop")"
  if grep " ERROR " "$dir"/nodes/*/log.txt >>"$work/errors"; then step "nodes have logged errors"; fi
  kill "$store_pid"
  wait "$store_pid" 2>/dev/null || true
  store_pid=
  step "done"
}

need mariadb mariadb-client
need sysbench sysbench
need curl curl
need "${MVN:-mvn}" maven
curl --help all | grep -q -- --aws-sigv4 || fail "curl is too old: 7.75 or later is needed, which signs requests to S3"
"$root/bin/tidemark" --version >/dev/null # builds and prepares fast starts
prepare_stores
for store in $stores; do run; done
dir=
[ ! -s "$work/errors" ] || fail "rows are right, but nodes have logged errors: $(cat "$work/errors")"
