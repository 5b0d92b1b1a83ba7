#!/usr/bin/env bash
# Writes the same program twice: 20 models of 8 columns and 50 distinct queries, with Strata and by hand on SQLite's C interface.
#
#   bench/compile/generate.sh DIRECTORY      writes strata.cpp and bare.cpp
set -euo pipefail

[[ $# -eq 1 ]] || { echo "usage: generate.sh DIRECTORY" >&2; exit 2; }
models=20
queries=50
fields=(id name note quantity price active owner size)

strata() {
    echo '#include <strata/core/model.hpp>'
    echo '#include <strata/dal.hpp>'
    echo 'namespace shop {'
    for ((m = 0; m < models; ++m)); do
        cat <<MODEL
struct Model$m {
    std::int64_t id{};
    std::string name{};
    std::optional<std::string> note{};
    std::int64_t quantity{};
    double price{};
    bool active{};
    std::optional<std::int64_t> owner{};
    std::int32_t size{};
};
STRATA_MODEL(Model$m, table$m, id, name, note, quantity, price, active, owner, size)
MODEL
    done
    for ((q = 0; q < queries; ++q)); do
        t=table$((q % models)) u=table$(((q + 1) % models)) m=Model$((q % models))
        case $((q % 5)) in
            0) echo "std::vector<$m> query$q(const strata::dal::Database& db, std::int64_t least) { return db($t.quantity > least + $q && $t.active == true).order_by($t.name).limit($((q + 1))).all(); }" ;;
            1) echo "std::int64_t query$q(const strata::dal::Database& db, const std::string& name) { return db($t.name == name || $t.price < $q.5).count(); }" ;;
            2) echo "std::vector<std::tuple<std::string, std::int64_t>> query$q(const strata::dal::Database& db, std::int64_t owner) { return db.all(strata::select($t.name, $u.quantity).from($t).join($u, $u.owner == $t.id).where($t.owner == owner && $u.size > $q)); }" ;;
            3) echo "std::int64_t query$q(const strata::dal::Database& db, double price) { return db($t.price > price && $t.size != $q).update($t.quantity = $q, $t.active = false); }" ;;
            4) echo "std::optional<$m> query$q(const strata::dal::Database& db, std::int64_t id) { return db($t.id == id && $t.quantity >= $q).first(); }" ;;
        esac
    done
    echo '}'
}

bare() {
    cat <<'HEAD'
#include <sqlite3.h>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>
namespace shop {
inline std::string text(sqlite3_stmt* s, int i) { return {reinterpret_cast<const char*>(sqlite3_column_text(s, i)), static_cast<std::size_t>(sqlite3_column_bytes(s, i))}; }
inline sqlite3_stmt* prepare(sqlite3* db, const char* sql) { sqlite3_stmt* s = nullptr; if (sqlite3_prepare_v2(db, sql, -1, &s, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db)); return s; }
inline void bind(sqlite3_stmt* s, int i, const std::string& v) { sqlite3_bind_text(s, i, v.data(), static_cast<int>(v.size()), SQLITE_STATIC); }
HEAD
    for ((m = 0; m < models; ++m)); do
        cat <<MODEL
struct Model$m {
    std::int64_t id{};
    std::string name{};
    std::optional<std::string> note{};
    std::int64_t quantity{};
    double price{};
    bool active{};
    std::optional<std::int64_t> owner{};
    std::int32_t size{};
};
inline Model$m read_model$m(sqlite3_stmt* s) {
    Model$m row;
    row.id = sqlite3_column_int64(s, 0);
    row.name = text(s, 1);
    if (sqlite3_column_type(s, 2) != SQLITE_NULL) row.note = text(s, 2);
    row.quantity = sqlite3_column_int64(s, 3);
    row.price = sqlite3_column_double(s, 4);
    row.active = sqlite3_column_int(s, 5) != 0;
    if (sqlite3_column_type(s, 6) != SQLITE_NULL) row.owner = sqlite3_column_int64(s, 6);
    row.size = sqlite3_column_int(s, 7);
    return row;
}
MODEL
    done
    local all="${fields[*]}"
    all=${all// /, }
    for ((q = 0; q < queries; ++q)); do
        t=table$((q % models)) u=table$(((q + 1) % models)) n=$((q % models)) m=Model$((q % models))
        case $((q % 5)) in
            0) echo "std::vector<$m> query$q(sqlite3* db, std::int64_t least) { sqlite3_stmt* s = prepare(db, \"SELECT $all FROM $t WHERE quantity > ? AND active = 1 ORDER BY name LIMIT $((q + 1))\"); sqlite3_bind_int64(s, 1, least + $q); std::vector<$m> rows; while (sqlite3_step(s) == SQLITE_ROW) rows.push_back(read_model$n(s)); sqlite3_finalize(s); return rows; }" ;;
            1) echo "std::int64_t query$q(sqlite3* db, const std::string& name) { sqlite3_stmt* s = prepare(db, \"SELECT count(*) FROM $t WHERE name = ? OR price < $q.5\"); bind(s, 1, name); std::int64_t n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0; sqlite3_finalize(s); return n; }" ;;
            2) echo "std::vector<std::tuple<std::string, std::int64_t>> query$q(sqlite3* db, std::int64_t owner) { sqlite3_stmt* s = prepare(db, \"SELECT a.name, b.quantity FROM $t a JOIN $u b ON b.owner = a.id WHERE a.owner = ? AND b.size > $q\"); sqlite3_bind_int64(s, 1, owner); std::vector<std::tuple<std::string, std::int64_t>> rows; while (sqlite3_step(s) == SQLITE_ROW) rows.emplace_back(text(s, 0), sqlite3_column_int64(s, 1)); sqlite3_finalize(s); return rows; }" ;;
            3) echo "std::int64_t query$q(sqlite3* db, double price) { sqlite3_stmt* s = prepare(db, \"UPDATE $t SET quantity = $q, active = 0 WHERE price > ? AND size <> $q\"); sqlite3_bind_double(s, 1, price); sqlite3_step(s); sqlite3_finalize(s); return sqlite3_changes64(db); }" ;;
            4) echo "std::optional<$m> query$q(sqlite3* db, std::int64_t id) { sqlite3_stmt* s = prepare(db, \"SELECT $all FROM $t WHERE id = ? AND quantity >= $q LIMIT 1\"); sqlite3_bind_int64(s, 1, id); std::optional<$m> row; if (sqlite3_step(s) == SQLITE_ROW) row = read_model$n(s); sqlite3_finalize(s); return row; }" ;;
        esac
    done
    echo '}'
}

mkdir -p "$1"
strata >"$1/strata.cpp"
bare >"$1/bare.cpp"
