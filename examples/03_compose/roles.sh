#!/bin/sh
# Makes the application's role, which works on rows and may change no table. The database's container runs it once, when
# its volume is empty, after it has made POSTGRES_DB and before it takes connections of others.
#
#   POSTGRES_USER, POSTGRES_DB    the role of the migrations, which owns the tables, and the database
#   APP_PASSWORD                  the password of the role guestbook_app
set -eu
psql -X -q -v ON_ERROR_STOP=1 -v owner="$POSTGRES_USER" -v password="$APP_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE guestbook_app LOGIN PASSWORD :'password';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO guestbook_app;
SQL
