#!/usr/bin/env bash
# Installs what is missing, builds Strata and shows its main job on SQLite files: tables and rows, then migrations.
#
#   tools/quickstart.sh [--prefix FOLDER] [--directory FOLDER]
#
#   --prefix      use the Strata that is installed there; nothing is installed or built but the example
#   --directory   where to work (default build/quickstart); its folder "music" is deleted and made anew
#
# Every line after a "$" is a command that is run right there; what follows is its output.
# Exit status: 0, or 2 with one line that says which step failed.
set -euo pipefail
strata=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
    echo "quickstart.sh: $1" >&2
    exit 2
}

prefix=""
directory=$strata/build/quickstart
while [[ $# -gt 0 ]]; do
    case "$1" in
        --prefix | --directory)
            [[ $# -gt 1 ]] || fail "$1 needs a folder"
            [[ $1 == --prefix ]] || mkdir -p -- "$2" || fail "cannot make $2"
            printf -v "${1#--}" %s "$(realpath -- "$2")"
            shift 2
            ;;
        -h | --help)
            sed -n '2,/^set/{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) fail "unknown argument '$1'; see tools/quickstart.sh --help" ;;
    esac
done
[[ -z $prefix || -x $prefix/share/strata/db_migrate.sh ]] || fail "no Strata is installed in $prefix"
mkdir -p -- "$directory/log" || fail "cannot make $directory/log"

title() { printf '\n== %s\n' "$1"; }

# quietly LOG COMMAND...: the output goes to a file, whose end is shown when the command fails.
quietly() {
    local log=$directory/log/$1.log
    shift
    "$@" >"$log" 2>&1 </dev/null || {
        tail -n 30 -- "$log" >&2
        fail "'$*' failed; its output is in $log"
    }
}

# show COMMAND...: the command as one would type it, then its output.
show() {
    printf '\n$'
    local word
    for word in "$@"; do
        if [[ $word == *[!A-Za-z0-9_./:=@-]* ]]; then printf ' "%s"' "$word"; else printf ' %s' "$word"; fi
    done
    printf '\n'
    "$@" 2>&1 || fail "'$*' failed"
}

if [[ -z $prefix ]]; then
    prefix=$directory/prefix
    title "Installing packages and building Strata (logs: $directory/log)"
    quietly install "$strata/tools/install_deps.sh"
    quietly configure cmake -S "$strata" -B "$directory/strata" -G Ninja -DCMAKE_CXX_FLAGS=-O0 \
        -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
        -DSTRATA_BUILD_TESTS=OFF -DSTRATA_BUILD_EXAMPLES=OFF -DSTRATA_BUILD_BENCH=OFF
    quietly build cmake --build "$directory/strata" --parallel "$(nproc)"
    quietly prefix cmake --install "$directory/strata"
    echo "installed to $prefix"
fi
# What a user's shell and CMake need to find it.
export PATH="$prefix/share/strata:$PATH" CMAKE_PREFIX_PATH="$prefix"
! command -v ccache >/dev/null || export CMAKE_CXX_COMPILER_LAUNCHER=ccache

# The example without its history: a project that begins.
project=$directory/music
rm -rf -- "$project"
mkdir -- "$project"
cp -- "$strata"/examples/01_music/{CMakeLists.txt,*.hpp,*.cpp} "$project"
cd -- "$project"

title "A project with two models ($project)"
show sed -n "/^struct/,/^}  /p" models.hpp
show db_migrate.sh init
title "Building it"
quietly example-configure cmake -S . -B build -G Ninja
quietly example-build cmake --build build --parallel "$(nproc)"
echo "built the application, build/music, and the migration tool, build/music_migrate"

title "First database: create_all makes the tables, dal::connect reads and writes rows"
show build/music sqlite:///first.db
show sqlite3 first.db "SELECT id, title, status, user_id FROM songs"

title "Second database: the tables are made by migrations"
show export DATABASE_URL=sqlite:///second.db
show db_migrate.sh migrate "initial schema"
show db_migrate.sh upgrade
show build/music
show db_migrate.sh check

title "The model changes: a song gets a genre"
sed -i -e '/^struct Song {/,/^};/s/^\( *\)std::string title{};/&\n\1std::optional<std::string> genre{};/' \
    -e 's/^STRATA_MODEL(Song, songs, id, title,/& genre,/' \
    -e 's/^STRATA_FACTS(songs, max_length(songs.title, 255),/& max_length(songs.genre, 100),/' models.hpp
show grep -n genre models.hpp
show db_migrate.sh migrate "add genre to songs"
show cat migrations/*_add_genre_to_songs.cpp
show db_migrate.sh upgrade
title "The rows are kept"
show sqlite3 -header second.db "SELECT id, title, genre, status, user_id FROM songs"

title "And back"
show db_migrate.sh downgrade
show sqlite3 -header second.db "SELECT id, title, status, user_id FROM songs"
show db_migrate.sh current
show db_migrate.sh history

title "Done. The project is in $project; edit models.hpp and go on with db_migrate.sh"
