#pragma once

#include <strata/schema/metadata.hpp>

#include <string>
#include <utility>

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
    ColumnSpec&& identity() && { return column_.identity = true, std::move(*this); }
    ColumnSpec&& comment(std::string text) && { return column_.comment = std::move(text), std::move(*this); }
    operator Column() && { return std::move(column_); }

private:
    Column column_;
};
inline ColumnSpec column(std::string name, Type type) { return {std::move(name), std::move(type)}; }

}  // namespace strata::schema
