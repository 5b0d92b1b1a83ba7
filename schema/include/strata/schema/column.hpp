#pragma once

#include <strata/schema/metadata.hpp>

#include <string>
#include <utility>
#include <vector>

namespace strata::schema {

/// A column written by hand, as in revisions: `column("genre", String{100}).nullable()`.
class ColumnSpec {
public:
    ColumnSpec(std::string name, Type type) { column_.name = std::move(name), column_.type = std::move(type); }
    ColumnSpec&& nullable(bool yes = true) && { return column_.nullable = yes, std::move(*this); }
    ColumnSpec&& server_default(ServerDefault value) && {
        return column_.server_default = std::move(value), std::move(*this);
    }
    ColumnSpec&& computed(std::string sql) && { return column_.computed = std::move(sql), std::move(*this); }
    ColumnSpec&& identity(Identity numbering = true) && {
        return column_.identity = std::move(numbering), std::move(*this);
    }
    ColumnSpec&& computed_virtual(bool yes = true) && { return column_.computed_virtual = yes, std::move(*this); }
    ColumnSpec&& collation(QualifiedName name) && { return column_.collation = std::move(name), std::move(*this); }
    ColumnSpec&& not_null_name(std::string name) && {
        return column_.not_null_name = std::move(name), std::move(*this);
    }
    ColumnSpec&& on_conflict(std::string action) && {
        return column_.on_conflict = std::move(action), std::move(*this);
    }
    ColumnSpec&& storage(std::string kind) && { return column_.storage = std::move(kind), std::move(*this); }
    ColumnSpec&& compression(std::string kind) && { return column_.compression = std::move(kind), std::move(*this); }
    ColumnSpec&& statistics(int target) && { return column_.statistics = target, std::move(*this); }
    ColumnSpec&& options(std::vector<std::string> list) && {
        return column_.options = std::move(list), std::move(*this);
    }
    ColumnSpec&& inherited(bool yes = true) && { return column_.inherited = yes, std::move(*this); }
    ColumnSpec&& comment(std::string text) && { return column_.comment = std::move(text), std::move(*this); }
    operator Column() && { return std::move(column_); }

private:
    Column column_;
};
inline ColumnSpec column(std::string name, Type type) { return {std::move(name), std::move(type)}; }

}  // namespace strata::schema
