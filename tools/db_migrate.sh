#!/usr/bin/env bash
# The project's migration command line: builds its migration tool when that is stale, then runs it with these arguments.
#
#   db_migrate.sh init                      one-time set-up: strata.toml and the migrations folder
#   db_migrate.sh migrate "message"         write a revision from what the models and the database differ in (also -m)
#   db_migrate.sh upgrade [REVISION]        db_migrate.sh downgrade [REVISION | -N | base]
#   db_migrate.sh plan | check | test       before it matters
#   db_migrate.sh status | log | doctor | config
#   db_migrate.sh current | history [--graph] | heads | branches | show REVISION
#   db_migrate.sh rebase [BRANCH] | check --branch BRANCH | squash FROM:TO      two branches, a long history
#   db_migrate.sh revision -m "message" | merge [REVISION...] | stamp REVISION... | baseline | ensure-version
#   db_migrate.sh adopt alembic|flyway|sql FOLDER    write another tool's history as revisions; then stamp --adopted
#   db_migrate.sh create-all | drop-all | purge-dropped | completion SHELL
#   db_migrate.sh COMMAND --help            the command's options, with an example
#   db_migrate.sh --version
#
# It reads strata.toml here or in a folder above:
#   [migrations] directory, target          the folder of the revisions; the name given to strata_add_migration_tool()
#   [build] source, directory               where CMake's project and its build are (default: . and build)
# A build folder that is not there yet is configured; one that is there is used as it is.
# Exit status: 0 done, 1 differences found (check), 2 failed or wrong use, 3 the database cannot be reached.
set -Eeuo pipefail
trap 'exit 2' ERR # 1 means differences

fail() {
    echo "FAILED: $1" >&2
    exit 2
}

usage() { sed -n '2,/^set/{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

# The folder of strata.toml, here or above; nothing when there is none.
find_project() {
    local folder=$PWD
    until [[ -e $folder/strata.toml ]]; do
        [[ -n $folder && $folder != / ]] || return 0
        folder=${folder%/*}
    done
    echo "${folder:-/}"
}

# setting SECTION KEY DEFAULT: a string of strata.toml.
setting() {
    awk -v section="$1" -v key="$2" -v value="$3" '
        /^[ \t]*\[/ { inside = ($0 ~ "^[ \t]*\\[[ \t]*" section "[ \t]*\\]") }
        inside && $0 ~ "^[ \t]*" key "[ \t]*=[ \t]*[\"\047]" {
            quote = substr($0, match($0, /["\047]/), 1)
            value = substr($0, RSTART + 1)
            value = substr(value, 1, index(value, quote) - 1)
        }
        END { print value }' "$project/strata.toml"
}

# in_project PATH: relative paths of strata.toml start at its folder.
in_project() {
    if [[ $1 == /* ]]; then echo "$1"; else echo "$project/$1"; fi
}

init_usage() {
    cat <<'TXT'
Set a project up: writes strata.toml and makes the folder for migrations, and does no harm when they are there already.
Usage: db_migrate.sh init

Run it in the project's folder, where CMakeLists.txt is.

Example: db_migrate.sh init
TXT
}

# The version of Strata that this script came with: beside it in the source tree, or as it was installed.
version() {
    local here number
    here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
    number=$(sed -nE 's/^ +VERSION ([0-9.]+)$/\1/p; s/^set\(PACKAGE_VERSION "([0-9.]+)"\)$/\1/p' \
        "$here/CMakeLists.txt" "$here"/../lib*/cmake/strata/strataConfigVersion.cmake \
        "$here"/../lib/*/cmake/strata/strataConfigVersion.cmake 2>/dev/null | head -n 1) || true
    [[ -n $number ]] || fail "the version of Strata is not known here; ask the tool of a project"
    echo "strata $number"
}

init() {
    if [[ ${1-} == -h || ${1-} == --help ]]; then
        init_usage
        return
    fi
    [[ $# -eq 0 ]] || fail "init takes no arguments; see init --help"
    if [[ -z $project ]]; then
        project=$PWD
        local name
        name=$(basename -- "$project" | tr -c 'A-Za-z0-9\n' '_')
        cat >strata.toml <<TOML || fail "cannot write $project/strata.toml"
# What db_migrate.sh and the migration tool read. Relative paths start at this file's folder.

[database]
# For where the environment names none (DATABASE_URL, else DB_TYPE DB_HOST DB_PORT DB_NAME DB_USER DB_PASS).
# Keep passwords out of this file.
# url = "sqlite:///$name.db"

[migrations]
directory = "migrations"
target = "${name}_migrate"

[build]
directory = "build"
TOML
        echo "created $project/strata.toml"
    else
        echo "$project/strata.toml is there already"
    fi

    local migrations target
    migrations=$(setting migrations directory migrations)
    target=$(setting migrations target migrate)
    if [[ -d $(in_project "$migrations") ]]; then
        echo "$(in_project "$migrations") is there already"
    else
        mkdir -p -- "$(in_project "$migrations")" || fail "cannot make $(in_project "$migrations")"
        echo "created $(in_project "$migrations")"
    fi
    if ! grep -qsE "TARGET[[:space:]]+$target([[:space:]]|\$)" "$project/CMakeLists.txt"; then
        cat <<TXT

Add to CMakeLists.txt, with your own metadata function and the files that declare and define it:

    find_package(strata REQUIRED)
    strata_add_migration_tool(TARGET $target DIRECTORY $migrations
                              METADATA app::metadata HEADER schema.hpp SOURCES schema.cpp)

Then: db_migrate.sh migrate "first tables" && db_migrate.sh upgrade
TXT
    fi
}

# What strata_add_migration_tool() has against the project, such as two revisions of one id: its own words, in a line.
fail_as_cmake_says() {
    local said
    said=$(awk '/^CMake Error at .*StrataMigrations\.cmake/ { inside = 1; next }
        inside && /^(Call Stack|-- |[^ ])/ { exit }
        inside { gsub(/^ +| +$/, ""); if ($0 != "") text = text (text == "" ? "" : " ") $0 }
        END { print text }' "$log")
    [[ -z $said ]] || fail "$said"
}

# The branch that `check --branch` asks about; nothing for any other call.
branch_asked() {
    [[ " $* " == *" check "* ]] || return 0
    while [[ $# -gt 0 ]]; do
        case "$1" in
            --branch=*) echo "${1#--branch=}" ;;
            --branch) echo "${2-}" ;;
        esac
        shift
    done
}

# take_from_branch BRANCH FOLDER INTO: writes the revisions that a branch of git has in the folder and that are not
# there. Says so by its status.
take_from_branch() {
    local branch=$1 folder=$2 into=$3 file taken=1
    git -C "$folder" rev-parse --verify --quiet --end-of-options "$branch^{commit}" >/dev/null 2>&1 || return 1
    rm -rf -- "$into"
    mkdir -p -- "$into" || fail "cannot make $into"
    while IFS= read -r -d '' file; do
        [[ $file == *.cpp || $file == *.sql ]] && [[ ! -e $folder/$file ]] || continue
        git -C "$folder" show "$branch:./$file" >"$into/$file" || fail "git cannot show $file of $branch"
        taken=0
    done < <(git -C "$folder" ls-tree --name-only -z "$branch" ./)
    return "$taken"
}

# Builds the tool. A build with nothing to do runs no compiler and says nothing; output is shown only when the build fails.
build() {
    local source_folder=$1 build_folder=$2 target=$3 log
    shift 3 # what is left are options for CMake
    mkdir -p -- "$build_folder" || fail "cannot make $build_folder"
    log=$build_folder/db_migrate.log
    exec {lock}>"$build_folder/.db_migrate.lock"
    flock "$lock" # one build at a time
    : >"$log"
    # A configuration that failed leaves a cache but nothing to build by.
    if [[ ! -f $build_folder/CMakeCache.txt || ! (-f $build_folder/build.ninja || -f $build_folder/Makefile) ]]; then
        [[ -f $source_folder/CMakeLists.txt ]] || fail \
            "there is no CMakeLists.txt beside strata.toml, or where source under [build] says; it makes the migration tool"
        echo "configuring $build_folder ..." >&2
        local generator=()
        [[ -f $build_folder/CMakeCache.txt ]] || ! command -v ninja >/dev/null || generator=(-G Ninja)
        cmake -S "$source_folder" -B "$build_folder" "${generator[@]}" "$@" >"$log" 2>&1 || {
            fail_as_cmake_says
            cat -- "$log" >&2
            fail "CMake could not configure $source_folder"
        }
    fi
    cmake --build "$build_folder" --target "$target" --parallel "$(nproc)" 2>&1 | awk -v log_file="$log" -v target="$target" '
        { print >log_file }
        /Building|Linking|Re-running/ && !said++ { print "building " target " ..." >"/dev/stderr" }' || {
        fail_as_cmake_says
        cat -- "$log" >&2
        ! grep -qiE "unknown target|No rule to make target" "$log" ||
            fail "CMake knows no target '$target'; is it the TARGET of strata_add_migration_tool()?"
        fail "$target could not be built"
    }
    exec {lock}>&-
}

project=$(find_project)
case "${1-}" in
    init)
        shift
        init "$@"
        exit 0
        ;;
    --version)
        version
        exit 0
        ;;
    '' | -h | --help | help)
        usage
        [[ $# -gt 0 ]] && exit 0 || exit 2
        ;;
esac
[[ -n $project ]] || fail "there is no strata.toml here or in a folder above; run: db_migrate.sh init"

target=$(setting migrations target '')
[[ -n $target ]] || fail "$project/strata.toml names no target under [migrations]"
build_folder=$(in_project "$(setting build directory build)")
# Revisions of a branch that is not merged are compiled into a tool of their own.
options=()
branch=$(branch_asked "$@")
beside=$build_folder/strata/branch/revisions
if [[ -n $branch ]] && take_from_branch "$branch" "$(in_project "$(setting migrations directory migrations)")" "$beside"; then
    build_folder=$build_folder/strata/branch/build
    options=("-DSTRATA_REVISIONS_BESIDE=$beside")
fi
build "$(in_project "$(setting build source .)")" "$build_folder" "$target" "${options[@]}"

found=$build_folder/strata/$target.path
[[ -r $found ]] || fail "$target is no migration tool; make it with strata_add_migration_tool(TARGET $target ...)"
exec -a db_migrate.sh "$(<"$found")" "$@"
