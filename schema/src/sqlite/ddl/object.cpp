#include "sqlite/ddl/words.hpp"

#include <strata/schema/internal/sqlite/object.hpp>

namespace strata::schema::sqlite::statements {

std::string drop_object(const ObjectRef& ref) {
    return "DROP " + std::string(name_of(ref.kind)) + " " + quoted(ref.name);
}

std::string drop_view_if_exists(const std::string& name) { return "DROP VIEW IF EXISTS " + quoted(name); }
std::string drop_trigger_if_exists(const std::string& name) { return "DROP TRIGGER IF EXISTS " + quoted(name); }

}  // namespace strata::schema::sqlite::statements
