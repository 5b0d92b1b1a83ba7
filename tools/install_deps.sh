#!/usr/bin/env bash
# Installs the Debian 12 packages that building and testing Strata needs. Does nothing, quickly, when all are there.
#
#   tools/install_deps.sh          what building and testing need
#   tools/install_deps.sh --dev    also the formatter and the linters
set -euo pipefail

packages=(
    g++ cmake ninja-build ccache
    libsoci-dev libpq-dev libsqlite3-dev libboost1.81-dev libboost-json1.81-dev libspdlog-dev
    libcli11-dev libtomlplusplus-dev libssl-dev
    catch2 libbenchmark-dev time git sqlite3 postgresql pgbouncer locales
    python3-alembic python3-psycopg2 # a test adopts a history that Alembic has run
)

packages+=(clang-19 libclang-rt-19-dev) # libFuzzer, for tools/fuzz.sh

fail() {
    echo "install_deps.sh: $1" >&2
    exit 2
}

case "${1-}" in
    '') ;;
    --dev) packages+=(clang-format-19 clang-tidy-19 shellcheck) ;;
    *) fail "unknown argument '$1'; use no argument, or --dev" ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this system has no apt; install by hand what Debian calls: ${packages[*]}"
fi

installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null |
    sed -n 's/^installed //p') || true
missing=()
for package in "${packages[@]}"; do
    grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done

# The tests' second server speaks German.
has_locale() { locale -a | grep -qix 'de_DE\.utf-\?8'; }
[[ ${#missing[@]} -gt 0 ]] || ! has_locale || exit 0

as_root=()
if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null ||
        fail "not root and no sudo; as root run: apt-get install ${missing[*]:-locales}; localedef -i de_DE -f UTF-8 de_DE.UTF-8"
    as_root=(sudo)
fi

if [[ ${#missing[@]} -gt 0 ]]; then
    echo "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
fi
has_locale || "${as_root[@]}" localedef -i de_DE -c -f UTF-8 -A /usr/share/locale/locale.alias de_DE.UTF-8
