#!/usr/bin/env bash
# A private PostgreSQL for the tests: own port, own data directory, not run as root.
#   tests/postgres.sh start DIR   installs PostgreSQL where it is missing, starts it, prints its address
#   tests/postgres.sh stop DIR
#   tests/postgres.sh kill DIR    ends it as a crash would
#   tests/postgres.sh resume DIR  starts it again, its data as they were
set -euo pipefail

action="${1:?start, stop, kill or resume}"
dir="$(mkdir -p "${2:?a directory}" && cd "$2" && pwd)"

binaries() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] && [ -x "$found/initdb" ] && { echo "$found"; return; }
  command -v initdb >/dev/null 2>&1 && { dirname "$(command -v initdb)"; return; }
  return 1
}

bin=$(binaries) || {
  echo "installing PostgreSQL" >&2
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo"
  $sudo apt-get update -qq >&2
  # The package must not start a cluster of its own.
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql-common >&2
  $sudo sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >&2
  bin=$(binaries)
}

# PostgreSQL refuses to run as root.
as() {
  if [ "$(id -u)" = 0 ]; then
    chown -R postgres "$dir"
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

case "$action" in
  start)
    if [ -f "$dir/data/postmaster.pid" ] && [ -f "$dir/address" ] && as "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
      cat "$dir/address"
      exit 0
    fi
    rm -rf "$dir/data"
    as "$bin/initdb" -D "$dir/data" -U callboard --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    {
      echo "port = $port"
      echo "listen_addresses = '127.0.0.1'"
      echo "unix_socket_directories = '$dir'"
      echo "max_connections = 400"
      echo "shared_buffers = 256MB"
      # The tests kill processes, not power supplies; the benchmark wants its writes durable.
      echo "fsync = ${CALLBOARD_TEST_FSYNC:-off}"
    } >>"$dir/data/postgresql.conf"
    as "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 start >/dev/null
    echo "postgres://callboard@127.0.0.1:$port/postgres" >"$dir/address"
    cat "$dir/address"
    ;;
  stop)
    [ -f "$dir/data/postmaster.pid" ] && as "$bin/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null
    ;;
  kill)
    as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null
    ;;
  resume)
    as "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 start >/dev/null
    ;;
  *)
    echo "usage: tests/postgres.sh start|stop|kill|resume DIR" >&2
    exit 2
    ;;
esac
