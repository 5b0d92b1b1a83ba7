#include "postgresql/ddl/words.hpp"

#include <strata/schema/internal/postgresql/condition.hpp>
#include <strata/schema/internal/postgresql/index.hpp>

#include <string_view>

namespace strata::schema::postgresql::statements {

std::string set_statistics_of_element(const QualifiedName& index, std::size_t element, int target) {
    return "ALTER INDEX " + quoted(index) + " ALTER COLUMN " + std::to_string(element) + " SET STATISTICS " +
           std::to_string(target);
}

std::string rename_index(const QualifiedName& from, const std::string& to) {
    return "ALTER INDEX " + quoted(from) + " RENAME TO " + quoted(to);
}

std::string drop_invalid_index(const QualifiedName& index) {
    return block_if("EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass(" + literal(quoted(index)) +
                        ") AND NOT indisvalid)",
                    in_block("DROP INDEX " + quoted(index)));
}

std::string concurrently(std::string sql) {
    const auto insert = [&](std::string_view begin, std::string_view words) {
        if (sql.starts_with(begin)) sql.insert(begin.size(), words);
    };
    insert("CREATE INDEX ", "CONCURRENTLY IF NOT EXISTS ");
    insert("CREATE UNIQUE INDEX ", "CONCURRENTLY IF NOT EXISTS ");
    insert("DROP INDEX ", "CONCURRENTLY IF EXISTS ");
    return sql;
}

std::string attach_index(const QualifiedName& whole, const QualifiedName& part) {
    return "ALTER INDEX " + quoted(whole) + " ATTACH PARTITION " + quoted(part);
}

}  // namespace strata::schema::postgresql::statements
