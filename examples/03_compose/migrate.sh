#!/bin/sh
# The migrator's entry point: waits for the database, brings it to the newest revision, and ends.
#
#   migrate.sh [COMMAND [ARGUMENT...]]     default: upgrade
#
#   DATABASE_URL    the database, as a role that may create tables
#   MIGRATE_WAIT    for how many seconds a database that is not up yet is asked again (default: 60)
#
# Exit status: 0 the database is at the newest revision; 2 a revision failed; 3 the database did not come up.
set -eu
[ $# -gt 0 ] || set -- upgrade
exec guestbook_migrate --wait "${MIGRATE_WAIT:-60}" "$@"
