#pragma once

#include <strata/schema/metadata.hpp>

#include <string>
#include <utility>
#include <vector>

namespace strata::schema {

/// The words for what a column has, named as the fields of Column, so that a new field is one line here.
template <class Self>
class ColumnWords {
public:
    Self& type(Type value) { return self().template set<&Column::type>(std::move(value)); }
    Self& nullable(bool yes = true) { return self().template set<&Column::nullable>(yes); }
    Self& server_default(ServerDefault value) {
        return self().template set<&Column::server_default>(std::optional(std::move(value)));
    }
    Self& computed(std::string sql) { return self().template set<&Column::computed>(std::optional(std::move(sql))); }
    Self& computed_virtual(bool yes = true) { return self().template set<&Column::computed_virtual>(yes); }
    Self& identity(Identity numbering = true) { return self().template set<&Column::identity>(std::move(numbering)); }
    Self& collation(QualifiedName name) { return self().template set<&Column::collation>(std::move(name)); }
    Self& not_null_name(std::string name) { return self().template set<&Column::not_null_name>(std::move(name)); }
    Self& on_conflict(std::string action) { return self().template set<&Column::on_conflict>(std::move(action)); }
    Self& storage(std::string kind) { return self().template set<&Column::storage>(std::move(kind)); }
    Self& compression(std::string kind) { return self().template set<&Column::compression>(std::move(kind)); }
    Self& statistics(int target) { return self().template set<&Column::statistics>(target); }
    Self& options(std::vector<std::string> list) { return self().template set<&Column::options>(std::move(list)); }
    Self& inherited(bool yes = true) { return self().template set<&Column::inherited>(yes); }
    Self& comment(std::string text) { return self().template set<&Column::comment>(std::move(text)); }

private:
    Self& self() { return static_cast<Self&>(*this); }
};

/// A column written by hand, as in revisions: `column("genre", String{100}).nullable()`.
class ColumnSpec : public ColumnWords<ColumnSpec> {
public:
    ColumnSpec(std::string name, Type type) { column_.name = std::move(name), column_.type = std::move(type); }
    operator Column() const { return column_; }

    template <auto Field, class Value>
    ColumnSpec& set(Value value) {
        return column_.*Field = std::move(value), *this;
    }

private:
    Column column_;
};
inline ColumnSpec column(std::string name, Type type) { return {std::move(name), std::move(type)}; }

}  // namespace strata::schema
