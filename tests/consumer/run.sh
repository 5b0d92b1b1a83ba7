#!/usr/bin/env bash
# Builds a project that uses Strata the given way and checks what its programs do, on SQLite and on PostgreSQL.
#
#   run.sh find_package|add_subdirectory STRATA_BUILD_FOLDER [CMAKE_ARGUMENT...]
set -euo pipefail

way=$1
strata_build=$2
shift 2
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
strata=$(cd -- "$here/../.." && pwd)
: "${STRATA_TEST_POSTGRES:?no PostgreSQL server; run tools/test.sh, or tools/with_postgres.sh COMMAND}"

work=$(mktemp -d "${TMPDIR:-/tmp}/strata-consumer.XXXXXX")
postgres_name=strata_consumer_$$_$RANDOM
# The server's URL with another database in its path.
postgres=$(sed -E "s,^([^:]+://[^/?]*)(/[^?]*)?,\1/$postgres_name," <<<"$STRATA_TEST_POSTGRES")
clean_up() {
    psql -X -q -d "$STRATA_TEST_POSTGRES" -c "DROP DATABASE IF EXISTS $postgres_name WITH (FORCE)" 2>/dev/null || true
    rm -rf -- "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $1" >&2
    exit 1
}
expect() { # WHAT EXPECTED ACTUAL
    [[ $2 == "$3" ]] || fail "$1: expected '$2', got '$3'"
}
expect_exit() { # CODE COMMAND...
    local code=$1 actual=0
    shift
    "$@" || actual=$?
    [[ $actual -eq $code ]] || fail "$* ended with $actual instead of $code"
}
psql_says() { psql -X -A -t -q -v ON_ERROR_STOP=1 -d "$postgres" -c "$1"; }

case "$way" in
    find_package)
        cmake --install "$strata_build" --prefix "$work/prefix" >/dev/null
        set -- "$@" "-DCMAKE_PREFIX_PATH=$work/prefix"
        db_migrate=$work/prefix/share/strata/db_migrate.sh
        ;;
    add_subdirectory)
        set -- "$@" "-DSTRATA_FOLDER=$strata"
        db_migrate=$strata/tools/db_migrate.sh
        ;;
    *) fail "unknown way '$way'" ;;
esac

# What the main build has compiled comes out of ccache, where there is one.
if command -v ccache >/dev/null; then
    export CCACHE_NOHASHDIR=1
    set -- "$@" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
fi

# A copy, so that what the tool writes stays out of the tree.
cp -r "$here/$way" "$here/project" "$work/"
cd "$work/$way"
cmake -S . -B build -G Ninja "$@" >"$work/log" 2>&1 || { cat "$work/log"; fail "configure"; }
cmake --build build --parallel 2 >"$work/log" 2>&1 || { cat "$work/log"; fail "build"; }
app=$work/$way/build/project/notes_app
tool=$work/$way/build/project/notes_migrate
service=$work/$way/build/project/notes_service

echo "== the application makes its tables and uses them"
rows='SELECT title, email FROM notes JOIN authors ON authors.id = notes.author_id'
expect "the app on SQLite" "First by ada@example.org" "$("$app" "sqlite:///$work/app.db")"
expect "SQLite's rows" "First|ada@example.org" "$(sqlite3 "$work/app.db" "$rows")"
psql -X -q -d "$STRATA_TEST_POSTGRES" -c "CREATE DATABASE $postgres_name TEMPLATE template0"
expect "the app on PostgreSQL" "First by ada@example.org" "$("$app" "$postgres")"
expect "PostgreSQL's rows" "First|ada@example.org" "$(psql_says "$rows")"

echo "== the migration tool carries its revisions"
for url in "sqlite:///$work/tool.db" "$postgres"; do
    export DATABASE_URL=$url
    [[ $url != postgres* ]] || psql_says 'DROP TABLE notes; DROP TABLE authors'
    expect_exit 0 "$tool" upgrade
    expect_exit 0 "$tool" check
    expect_exit 0 "$tool" current
    expect_exit 0 "$tool" downgrade base
    expect "the program without the migrations" \
        "the database does not fit the program: it is at revision base, and the program was built with b1c2d3e4f5a6; there is no table authors; there is no table notes; run db_migrate.sh upgrade" \
        "$("$service" "$url" 2>&1 | grep -v warning)"
    expect_exit 0 "$tool" upgrade a1b2c3d4e5f6
    expect "the program at an earlier revision" \
        "the database does not fit the program: it is at revision a1b2c3d4e5f6, and the program was built with b1c2d3e4f5a6; run db_migrate.sh upgrade" \
        "$("$service" "$url" 2>&1 | grep -v warning)"
    expect_exit 0 "$tool" upgrade
    expect "the program at the head" "1 authors" "$("$service" "$url" 2>/dev/null)"
done
authors='SELECT email FROM authors LEFT JOIN notes ON author_id = authors.id' # one table by C++, the row by SQL
expect "SQLite's author" grace@example.org "$(sqlite3 "$work/tool.db" "$authors")"
expect "PostgreSQL's author" grace@example.org "$(psql_says "$authors")"

if [[ $way == find_package ]]; then
    echo "== the installed strata writes models, which build and come back"
    strata=$work/prefix/bin/strata
    sqlite3 "$work/models.db" 'CREATE TABLE songs (id INTEGER PRIMARY KEY, title TEXT); CREATE VIEW titles AS SELECT title FROM songs'
    expect "the round trip" "kept 2 of 2 objects, 0 differences" "$("$strata" roundtrip "sqlite:///$work/models.db")"
    expect_exit 0 "$strata" models "sqlite:///$work/models.db" --out "$work/generated/music" --namespace music
    cat >"$work/generated/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(generated LANGUAGES CXX)
include(music/models.cmake)
CMAKE
    cmake -S "$work/generated" -B "$work/generated/build" -G Ninja "$@" >"$work/log" 2>&1 &&
        cmake --build "$work/generated/build" >"$work/log" 2>&1 || { cat "$work/log"; fail "the generated models"; }

    echo "== strata models --adopt takes a database in that has its tables already"
    psql -X -q -d "$STRATA_TEST_POSTGRES" -c "DROP DATABASE $postgres_name WITH (FORCE)" -c "CREATE DATABASE $postgres_name TEMPLATE template0"
    psql_says 'CREATE TABLE songs (id serial PRIMARY KEY, title text); CREATE VIEW titles AS SELECT title FROM songs'
    psql_says "INSERT INTO songs (title) VALUES ('Under the sea')"
    for url in "sqlite:///$work/models.db" "$postgres"; do
        adopted=$work/adopted-${url%%:*}
        expect_exit 0 "$strata" models "$url" --out "$adopted" --namespace music --adopt
        expect "what a second migrate writes" "No changes detected; no revision was written." \
            "$(cd "$adopted" && DATABASE_URL=$url "$db_migrate" migrate again | tail -1)"
        expect "the revisions" 1 "$(find "$adopted/migrations" -name '*.cpp' | wc -l)"
        expect "a second time" "Adopted already. Change the models in $adopted, then run:" \
            "$("$strata" models "$url" --out "$adopted" --namespace music --adopt | tail -2 | head -1)"
        expect "what the last line does, from anywhere" "Nothing to upgrade" \
            "$(unset DATABASE_URL; cd / && "$strata" models "$url" --out "$adopted" --namespace music --adopt | tail -1 >"$work/next.sh"
                bash "$work/next.sh" | tail -1 | cut -d';' -f1)"
    done
    echo "== its database is named by a relative path, and the change that follows is made"
    cp "$work/models.db" "$work/songs.db"
    sqlite3 "$work/songs.db" 'DROP TABLE strata_version'
    (unset DATABASE_URL; cd "$work" && CXX="env ${CXX:-c++}" "$strata" models sqlite:///songs.db --out taken_in --adopt | tail -1 >next.sh)
    sed -i 's/^    std::optional<std::string> title{};/&\n    std::optional<std::string> genre{};/; s/^STRATA_MODEL(Song, songs, id, title/&, genre/' "$work/taken_in/models.hpp"
    (unset DATABASE_URL; cd / && bash "$work/next.sh") || fail "the line that --adopt prints last"
    expect "the new column" "genre" "$(sqlite3 "$work/songs.db" "SELECT name FROM pragma_table_info('songs') WHERE name = 'genre'")"
    expect "the rows" "Under the sea" "$(psql_says 'SELECT title FROM songs')"
fi

echo "== db_migrate.sh builds the tool and runs it"
cd "$work/project"
export DATABASE_URL=sqlite:///$work/script.db
expect_exit 2 "$db_migrate" current
expect_exit 0 "$db_migrate" init
before=$(cat strata.toml)
expect_exit 0 "$db_migrate" init
expect "a second init" "$before" "$(cat strata.toml)"
sed -i -e 's/^target = .*/target = "notes_migrate"/' \
    -e "s,^directory = \"build\",source = \"../$way\"\ndirectory = \"../$way/build\"," strata.toml
expect_exit 0 "$db_migrate" upgrade
touch schema.cpp
expect_exit 0 "$db_migrate" current
grep -q 'Building' "$work/$way/build/db_migrate.log" || fail "a changed source was not compiled"
expect_exit 0 "$db_migrate" check
! grep -q 'Building\|Linking' "$work/$way/build/db_migrate.log" || fail "an unchanged tool was built again"
sed -i 's/index(notes.title)/index(notes.title), check("short", "length(title) < 90")/' schema.cpp
expect_exit 1 "$db_migrate" check
expect_exit 0 "$db_migrate" migrate "titles are short"
expect_exit 0 "$db_migrate" upgrade
expect_exit 0 "$db_migrate" check
expect_exit 2 "$db_migrate" no-such-command
echo 'broken' >>schema.cpp
expect_exit 2 "$db_migrate" check
echo "ok"
