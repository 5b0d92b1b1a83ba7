#pragma once

#include <strata/schema/object.hpp>

#include <optional>
#include <string>

/// What can be said of objects of every kind: tables, indexes and sequences among them.
namespace strata::schema::postgresql::statements {

/// `DO` with a body that may hold any text.
[[nodiscard]] std::string do_block(const std::string& body);
[[nodiscard]] std::string drop_object(const ObjectRef& ref);
[[nodiscard]] std::string rename_object(const ObjectRef& ref, const std::string& to);
/// CREATE OR REPLACE instead of the CREATE that the definition begins with; std::nullopt when it begins otherwise.
[[nodiscard]] std::optional<std::string> replacing(const std::string& definition);
/// An empty text removes the comment. https://www.postgresql.org/docs/15/sql-comment.html
[[nodiscard]] std::string comment_on(const ObjectRef& ref, const std::string& text);

}  // namespace strata::schema::postgresql::statements
