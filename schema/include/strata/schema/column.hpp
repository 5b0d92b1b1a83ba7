#pragma once

#include <strata/schema/metadata.hpp>

#include <string>
#include <utility>
#include <vector>

namespace strata::schema {

/// The words for a column's fields, each named like its field; Self has `set(field, value)`.
template <class Self>
class ColumnWords {
public:
    Self& nullable(bool yes = true) { return set(&Column::nullable, yes); }
    Self& server_default(ServerDefault value) { return set(&Column::server_default, std::move(value)); }
    /// A generated column; it is stored unless it is computed_virtual().
    Self& computed(std::string sql) { return set(&Column::computed, std::move(sql)); }
    Self& computed_virtual(bool yes = true) { return set(&Column::computed_virtual, yes); }
    /// Whether, and how, the database generates the column's values.
    Self& identity(Identity identity = true) { return set(&Column::identity, std::move(identity)); }
    Self& comment(std::string text) { return set(&Column::comment, std::move(text)); }
    Self& collation(QualifiedName name) { return set(&Column::collation, std::move(name)); }
    Self& not_null_name(std::string name) { return set(&Column::not_null_name, std::move(name)); }
    Self& on_conflict(std::string action) { return set(&Column::on_conflict, std::move(action)); }
    Self& storage(std::string how) { return set(&Column::storage, std::move(how)); }
    Self& compression(std::string method) { return set(&Column::compression, std::move(method)); }
    Self& statistics(int target) { return set(&Column::statistics, target); }
    Self& options(std::vector<std::string> settings) { return set(&Column::options, std::move(settings)); }
    Self& inherited(bool yes = true) { return set(&Column::inherited, yes); }

private:
    template <class T, class Value>
    Self& set(T Column::* field, Value value) {
        static_cast<Self&>(*this).set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
};

/// A column written by hand, as in revisions: `column("genre", String{100}).nullable()`.
class ColumnSpec : public ColumnWords<ColumnSpec> {
public:
    ColumnSpec(std::string name, Type type) { column_.name = std::move(name), column_.type = std::move(type); }
    operator Column() const { return column_; }

private:
    friend class ColumnWords<ColumnSpec>;
    template <class T, class Value>
    void set(T Column::* field, Value value) {
        column_.*field = std::move(value);
    }
    Column column_;
};
inline ColumnSpec column(std::string name, Type type) { return {std::move(name), std::move(type)}; }

}  // namespace strata::schema
