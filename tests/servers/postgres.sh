#!/usr/bin/env bash
# A Postgres server of the machine's distribution on a folder of its own, for the tests that run on both databases.
# usage: postgres.sh start   prints its URL on standard output
#        postgres.sh stop
# Without Postgres on the machine it is installed (Debian and its relatives, as root).
set -euo pipefail

cache=${AML_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aml-tests}
folder=${AML_TEST_POSTGRES_FOLDER:-/tmp/aml-test-postgres-debian-$(id -u)}
say() { printf '[postgres %3ss] %s\n' "$SECONDS" "$*" >&2; }

programs() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }

as_server() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi
}

install() {
  [ "$(id -u)" = 0 ] || { say "Postgres is missing: install it (apt-get install postgresql)"; exit 3; }
  say "installing Postgres"
  export DEBIAN_FRONTEND=noninteractive
  mkdir -p "$cache"
  { apt-get -qq update && apt-get -qq install -y --no-install-recommends postgresql; } >"$cache/postgres-install.log" 2>&1 ||
    { say "it cannot be installed; see $cache/postgres-install.log"; exit 3; }
}

start() {
  [ -n "$(programs)" ] || install
  local bin port
  bin=$(programs)
  if [ ! -f "$folder/data/PG_VERSION" ]; then
    rm -rf "$folder"; mkdir -p "$folder"; [ "$(id -u)" != 0 ] || chown postgres "$folder"
    as_server "$bin/initdb" -D "$folder/data" -U aml --auth=trust --encoding=UTF8 --locale=C >/dev/null
  fi
  if ! as_server "$bin/pg_ctl" -D "$folder/data" status >/dev/null 2>&1; then
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    as_server "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 \
      -o "-c listen_addresses=127.0.0.1 -p $port -c unix_socket_directories= -c max_connections=200" start >/dev/null
  fi
  port=$(sed -n 4p "$folder/data/postmaster.pid")
  say "ready: $("$bin/postgres" --version | awk '{print $3}') on port $port"
  echo "postgres://aml@127.0.0.1:$port/postgres"
}

stop() {
  if [ -n "$(programs)" ] && [ -d "$folder/data" ]; then as_server "$(programs)/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; fi
  rm -rf "$folder"
}

case ${1:-start} in start) start ;; stop) stop ;; *) echo "usage: postgres.sh start|stop" >&2; exit 2 ;; esac
