#!/bin/sh
# Runs a command on a broker and a database of its own: servers.sh COMMAND [ARGUMENTS], with KAFKA_BROKERS and DATABASE_URL set.
# KAFKA_TOOLS names a folder with start.sh and stop.sh for a throw-away broker: `start.sh --port N --dir D` prints
# KAFKA_BROKERS=host:port when it answers, `stop.sh --port N --dir D --purge` ends it and removes its files. Where
# KAFKA_BROKERS is set already, that broker is used instead. The same holds for DATABASE_URL and PostgreSQL.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
port="${LEDGER_KAFKA_PORT:-19392}"
work=$(mktemp -d "${TMPDIR:-/tmp}/ledger-engines-run-XXXXXX")
chmod 711 "$work"
own_broker=no
own_database=no

finish() {
  status=$?
  trap - EXIT INT TERM
  if [ "$own_broker" = yes ]; then "$KAFKA_TOOLS/stop.sh" --port "$port" --dir "$work/kafka" --purge >&2 || true; fi
  if [ "$own_database" = yes ]; then "$here/postgres.sh" stop "$work/postgres" || true; fi
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

if [ -z "${KAFKA_BROKERS:-}" ]; then
  if [ -z "${KAFKA_TOOLS:-}" ]; then
    echo 'servers.sh: set KAFKA_BROKERS to a broker that may be filled, or KAFKA_TOOLS to a folder that starts one' >&2
    exit 3
  fi
  own_broker=yes
  KAFKA_BROKERS=$("$KAFKA_TOOLS/start.sh" --port "$port" --dir "$work/kafka" | sed -n 's/^KAFKA_BROKERS=//p')
fi
if [ -z "${DATABASE_URL:-}" ]; then
  own_database=yes
  DATABASE_URL=$("$here/postgres.sh" start "$work/postgres" | sed -n 's/^DATABASE_URL=//p')
fi
if [ -z "$KAFKA_BROKERS" ] || [ -z "$DATABASE_URL" ]; then
  echo 'servers.sh: a server did not start' >&2
  exit 3
fi
export KAFKA_BROKERS DATABASE_URL
"$@"
