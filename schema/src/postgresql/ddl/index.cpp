#include "postgresql/ddl/words.hpp"

#include <strata/schema/internal/postgresql/index.hpp>

namespace strata::schema::postgresql::statements {

std::string set_statistics_of_element(const QualifiedName& index, std::size_t element, int target) {
    return "ALTER INDEX " + quoted(index) + " ALTER COLUMN " + std::to_string(element) + " SET STATISTICS " +
           std::to_string(target);
}

std::string rename_index(const QualifiedName& from, const std::string& to) {
    return "ALTER INDEX " + quoted(from) + " RENAME TO " + quoted(to);
}

std::string attach_index(const QualifiedName& whole, const QualifiedName& part) {
    return "ALTER INDEX " + quoted(whole) + " ATTACH PARTITION " + quoted(part);
}

}  // namespace strata::schema::postgresql::statements
