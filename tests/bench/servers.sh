# Sourced by the scripts of this folder: starts a private MariaDB and a Tidemark on ports of their own, and reads their
# CPU time and fsync counts.
# shellcheck shell=bash

# Below those that the system gives to clients: any of those may be taken for a while.
MARIADB_PORT=${MARIADB_PORT:-31906}
MARIADB_REPLICA_PORT=${MARIADB_REPLICA_PORT:-31907}
TIDEMARK_PORT=${TIDEMARK_PORT:-31806}
TIDEMARK_ADMIN_PORT=${TIDEMARK_ADMIN_PORT:-31880}
mariadb_pid=
mariadb_replica_pid=
tidemark_pid=

need() {
  command -v "$1" >/dev/null || {
    echo "$1 is needed and was not found; install it (Debian: apt install $2)" >&2
    exit 1
  }
}

# wait_for SECONDS WHAT LOG COMMAND...: until the command succeeds; else the end of the log is shown
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2 log=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    if [ $SECONDS -ge $deadline ]; then
      echo "$what did not come up" >&2
      tail -n 20 "$log" >&2 || true
      exit 1
    fi
    sleep 0.2
  done
}

# start_mariadb WORKDIR BUFFER_POOL [server options...]
start_mariadb() {
  need mariadbd mariadb-server
  need mariadb-install-db mariadb-server
  need sysbench sysbench
  local dir=$1/mariadb pool=$2
  shift 2
  mkdir -p "$dir"
  local as_user=()
  if [ "$(id -u)" = 0 ]; then as_user=(--user=root); fi
  mariadb-install-db --no-defaults "${as_user[@]}" --datadir="$dir/data" --auth-root-authentication-method=normal >"$dir/install.log" 2>&1
  mariadbd --no-defaults "${as_user[@]}" --datadir="$dir/data" --socket="$dir/sock" --pid-file="$dir/pid" --bind-address=127.0.0.1 \
    --port="$MARIADB_PORT" --innodb-buffer-pool-size="$pool" --innodb-flush-log-at-trx-commit=1 --log-bin=bin --sync-binlog=1 \
    --server-id=1 --max-connections=500 --innodb-log-file-size=512M "$@" >"$dir/log" 2>&1 &
  mariadb_pid=$!
  wait_for 60 MariaDB "$dir/log" mariadb --no-defaults -h 127.0.0.1 -P "$MARIADB_PORT" -u root -e 'SELECT 1'
  mariadb --no-defaults -h 127.0.0.1 -P "$MARIADB_PORT" -u root -e 'CREATE DATABASE IF NOT EXISTS sbtest'
}

# start_mariadb_replica WORKDIR BUFFER_POOL: follows the MariaDB of start_mariadb from the beginning of its binlog
start_mariadb_replica() {
  local dir=$1/mariadb-replica pool=$2 as_user=()
  mkdir -p "$dir"
  if [ "$(id -u)" = 0 ]; then as_user=(--user=root); fi
  mariadb-install-db --no-defaults "${as_user[@]}" --datadir="$dir/data" --auth-root-authentication-method=normal >"$dir/install.log" 2>&1
  mariadbd --no-defaults "${as_user[@]}" --datadir="$dir/data" --socket="$dir/sock" --pid-file="$dir/pid" --bind-address=127.0.0.1 \
    --port="$MARIADB_REPLICA_PORT" --innodb-buffer-pool-size="$pool" --server-id=2 --read-only --slave-parallel-threads=2 \
    --slave-parallel-mode=optimistic >"$dir/log" 2>&1 &
  mariadb_replica_pid=$!
  wait_for 60 "the replica of MariaDB" "$dir/log" mariadb --no-defaults -h 127.0.0.1 -P "$MARIADB_REPLICA_PORT" -u root -e 'SELECT 1'
  mariadb --no-defaults -h 127.0.0.1 -P "$MARIADB_REPLICA_PORT" -u root -e "
    CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=$MARIADB_PORT, MASTER_USER='root', MASTER_LOG_FILE='bin.000001', MASTER_LOG_POS=4;
    START SLAVE"
}

# start_tidemark WORKDIR BUFFER_POOL [dev options...]
start_tidemark() {
  local dir=$1/tidemark pool=$2
  shift 2
  mkdir -p "$dir"
  "$root/bin/tidemark" dev --data "$dir/data" --mysql-port "$TIDEMARK_PORT" --admin-port "$TIDEMARK_ADMIN_PORT" \
    --buffer-pool "$pool" "$@" >"$dir/log" 2>&1 &
  tidemark_pid=$!
  wait_for 300 Tidemark "$dir/log" mariadb --no-defaults -h 127.0.0.1 -P "$TIDEMARK_PORT" -u root -e 'SELECT 1'
  mariadb --no-defaults -h 127.0.0.1 -P "$TIDEMARK_PORT" -u root -e 'CREATE DATABASE IF NOT EXISTS sbtest'
}

stop_servers() {
  local pid
  for pid in $mariadb_replica_pid $mariadb_pid $tidemark_pid; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}

# connection SERVER: sysbench's options
connection() {
  local port=$TIDEMARK_PORT
  if [ "$1" = mariadb ]; then port=$MARIADB_PORT; fi
  echo "--db-driver=mysql --mysql-host=127.0.0.1 --mysql-port=$port --mysql-user=root --mysql-db=sbtest --mysql-ssl=off"
}

# CPU time of the server process so far, in hundredths of a second
cpu_ticks() {
  local pid=$tidemark_pid
  if [ "$1" = mariadb ]; then pid=$mariadb_pid; fi
  awk '{ print $14 + $15 }' "/proc/$pid/stat"
}

# fsyncs SERVER: number of fsyncs of log and binlog so far
fsyncs() {
  if [ "$1" = mariadb ]; then
    mariadb --no-defaults -h 127.0.0.1 -P "$MARIADB_PORT" -u root -N -e \
      "SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME IN ('INNODB_OS_LOG_FSYNCS', 'BINLOG_GROUP_COMMITS')" |
      sed 's/\..*//'
  else
    curl -sf "http://127.0.0.1:$TIDEMARK_ADMIN_PORT/metrics" | awk '/^tidemark_log_syncs_total/ { printf "%d\n", $2 }'
  fi
}
