#!/bin/sh
# Starts or stops a throw-away PostgreSQL for the engine tests: postgres.sh start|stop [FOLDER]
# `start` prints one line, DATABASE_URL=..., and may be repeated; `stop` ends the server and removes its folder.
# The server listens on 127.0.0.1 alone, with a random password. Nothing is installed. FOLDER must not exist before.
set -eu

folder="${2:-${TMPDIR:-/tmp}/ledger-postgres-$(id -u)}"
first_port="${LEDGER_POSTGRES_PORT:-25432}"
ports_max=20

fail() {
  echo "postgres.sh: $1" >&2
  exit 3
}

# The newest installed server's folder of programs; Debian keeps them off the PATH.
find_programs() {
  newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -n | tail -n 1)
  if [ -n "$newest" ] && [ -x "$newest/initdb" ]; then
    echo "$newest"
  elif command -v initdb >/dev/null 2>&1; then
    dirname "$(command -v initdb)"
  else
    fail 'no PostgreSQL server found in /usr/lib/postgresql/*/bin or PATH; install one, e.g. apt-get install postgresql'
  fi
}

# PostgreSQL refuses to run as root.
as_owner() {
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

initialise() {
  mkdir "$folder" || fail "cannot make $folder"
  chmod 700 "$folder"
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$folder/password"
  if [ "$(id -u)" -eq 0 ]; then chown -R postgres "$folder"; fi
  # A linguistic default collation, so that a query that forgets COLLATE "C" is found out.
  locale='--locale=C'
  if "$programs/initdb" --help | grep -q icu-locale; then locale='--locale=C --locale-provider=icu --icu-locale=en-US'; fi
  # shellcheck disable=SC2086
  as_owner "$programs/initdb" -D "$folder/data" -U ledger -E UTF8 $locale \
    --auth=scram-sha-256 --pwfile="$folder/password" >"$folder.log" 2>&1 || fail "initdb failed, see $folder.log"
  mv "$folder.log" "$folder/initdb.log"
}

launch() {
  if [ -f "$folder/port" ]; then first_port=$(cat "$folder/port"); fi
  port=$first_port
  while [ "$port" -lt $((first_port + ports_max)) ]; do
    if as_owner "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=" start >/dev/null 2>&1; then
      echo "$port" >"$folder/port"
      echo "postgres://ledger:$(cat "$folder/password")@127.0.0.1:$port/postgres" >"$folder/url"
      return
    fi
    port=$((port + 1))
  done
  tail -n 5 "$folder/server.log" >&2 || true
  fail "the server did not start on any port from $first_port on"
}

is_running() {
  [ -d "$folder/data" ] && as_owner "$programs/pg_ctl" -D "$folder/data" status >/dev/null 2>&1
}

start() {
  if ! is_running; then
    [ -d "$folder/data" ] || initialise
    launch
  fi
  echo "DATABASE_URL=$(cat "$folder/url")"
}

stop() {
  [ -d "$folder" ] || return 0
  [ -f "$folder/password" ] || fail "$folder was not made by this script"
  if is_running; then as_owner "$programs/pg_ctl" -D "$folder/data" -w -m immediate stop >/dev/null; fi
  rm -rf "$folder"
}

programs=$(find_programs) || exit 3
cd /
case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *)
    echo 'usage: postgres.sh start|stop [FOLDER]' >&2
    exit 2
    ;;
esac
