#!/bin/sh
# Runs the engine tests on servers of their own (servers.sh): run.sh [JEST ARGUMENTS]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
exec sh "$here/servers.sh" npm run --silent test:engines -- "$@"
