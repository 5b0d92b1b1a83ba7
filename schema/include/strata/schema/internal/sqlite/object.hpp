#pragma once

#include <strata/schema/object.hpp>

#include <string>

/// Views and triggers.
namespace strata::schema::sqlite::statements {

[[nodiscard]] std::string drop_object(const ObjectRef& ref);
/// https://sqlite.org/lang_dropview.html, https://sqlite.org/lang_droptrigger.html
[[nodiscard]] std::string drop_view_if_exists(const std::string& name);
[[nodiscard]] std::string drop_trigger_if_exists(const std::string& name);

}  // namespace strata::schema::sqlite::statements
