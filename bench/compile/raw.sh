#!/usr/bin/env bash
# Writes 65 calls of raw SQL, which read into structs, tuples and values by turns.
#
#   bench/compile/raw.sh >raw.cpp
set -euo pipefail

cat <<'HEAD'
#include <boost/describe/class.hpp>
#include <strata/dal.hpp>
#include <tuple>
#include <vector>

namespace shop {

using strata::dal::Database;

HEAD
for ((i = 0; i < 65; ++i)); do
    case $((i % 5)) in
        0)
            echo "struct Report$i { std::string name{}; std::int64_t orders{}; std::optional<strata::Decimal> total{}; };"
            echo "BOOST_DESCRIBE_STRUCT(Report$i, (), (name, orders, total))"
            echo "std::vector<Report$i> raw$i(const Database& db, std::int64_t least) { return db.query<Report$i>(\"SELECT name, count(*) AS orders, sum(total) AS total FROM report_$i WHERE id > ? GROUP BY name\", least); }"
            ;;
        1) echo "std::vector<std::tuple<std::int64_t, std::string>> raw$i(const Database& db, const std::string& name) { return db.query<std::tuple<std::int64_t, std::string>>(\"SELECT id, name FROM table_$i WHERE name = ?\", name); }" ;;
        2) echo "std::vector<std::int64_t> raw$i(const Database& db, strata::TimestampTz since) { return db.query<std::int64_t>(\"SELECT id FROM table_$i WHERE at > ?\", since); }" ;;
        3) echo "std::int64_t raw$i(const Database& db, std::int64_t id, const std::optional<std::string>& note) { return db.execute(\"UPDATE table_$i SET note = ? WHERE id = ?\", note, id); }" ;;
        4) echo "std::vector<std::tuple<std::int64_t, std::optional<std::string>, double, bool>> raw$i(const Database& db, double least, bool active) { return db.query<std::tuple<std::int64_t, std::optional<std::string>, double, bool>>(\"SELECT id, note, price, active FROM table_$i WHERE price > ? AND active = ?\", least, active); }" ;;
    esac
done
echo
echo "}  // namespace shop"
