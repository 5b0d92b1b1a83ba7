#include "enum_types.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/render.hpp>
#include <strata/schema/internal/postgresql/enum_type.hpp>

#include <algorithm>

namespace strata::migrate::postgresql {
namespace {

using schema::MetaData;
using schema::Type;
namespace statements = schema::postgresql::statements;

/// The first enum type of a column for which the test holds, or null.
template <class Test>
const Type* find_enum(const MetaData& state, const Test& test) {
    for (const auto& table : state.tables)
        for (const auto& column : table.columns)
            if (const Type* const type = column.type.enum_type(); type != nullptr && test(*type)) return type;
    return nullptr;
}

template <class Test>
bool any_enum(const MetaData& state, const Test& test) {
    return find_enum(state, test) != nullptr;
}

/// The type's temporary name while columns are moved away from it.
schema::QualifiedName old_name(const Type& type) {
    const std::string& name = type.name.name;
    std::size_t length = std::min<std::size_t>(name.size(), 63 - 5);
    while (length > 0 && length < name.size() && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80U)
        --length;  // not inside a UTF-8 character
    return {type.name.schema, name.substr(0, length) + "__old"};
}

Type without_labels(Type type) {
    type.labels.clear();
    for (auto& element : type.element) element.labels.clear();
    return type;
}

/// Whether the labels are there in this order, with others between them or not.
bool holds_in_order(const std::vector<std::string>& labels, const std::vector<std::string>& wanted) {
    auto next = wanted.begin();
    for (const auto& label : labels)
        if (next != wanted.end() && *next == label) ++next;
    return next == wanted.end();
}

struct MayUseLabel {
    const std::string& label;

    bool operator()(const Execute&) const { return true; }
    bool operator()(const Run&) const { return true; }
    bool operator()(const BulkInsert& op) const {
        return std::any_of(op.rows.begin(), op.rows.end(), [&](const auto& row) {
            return std::any_of(row.begin(), row.end(), [&](const Literal& each) { return each.chars == label; });
        });
    }
    bool operator()(const ChangeRows& op) const {
        return std::any_of(op.after.rows.begin(), op.after.rows.end(), [&](const auto& row) {
            return std::any_of(row.begin(), row.end(), [&](const Literal& each) { return each.chars == label; });
        });
    }
    bool operator()(const Fill& op) const { return op.value.chars == label; }
    bool operator()(AlterColumn op) const {
        op.patch.keep(&schema::Column::type);
        return op.using_expression.find(label) != std::string::npos || is_in(op);
    }
    bool operator()(AddColumn op) const {
        forget_type(op.column);
        return is_in(op);
    }
    bool operator()(CreateTable op) const {
        for (auto& column : op.table.columns) forget_type(column);
        return is_in(op);
    }
    template <class O>
    bool operator()(const O& op) const {
        return is_in(op);
    }

private:
    /// That a column has the type does not use its labels.
    static void forget_type(schema::Column& column) {
        if (column.type.enum_type() != nullptr) column.type = schema::Text();
    }
    [[nodiscard]] bool is_in(const Operation& op) const {
        return render_operation(op).find(label) != std::string::npos;
    }
};

}  // namespace

bool only_adds_labels(const Type& before, const Type& after) {
    const Type* const from = before.enum_type();
    const Type* const to = after.enum_type();
    return from != nullptr && to != nullptr && without_labels(before) == without_labels(after) &&
           from->labels != to->labels && holds_in_order(to->labels, from->labels);
}

bool may_use_label(const Operation& operation, const std::string& label) {
    return std::visit(MayUseLabel{label}, operation);
}

std::vector<std::string> ensure_type(const Type& column_type, const MetaData& state) {
    if (column_type.enum_type() == nullptr) return {};
    const Type& type = *column_type.enum_type();
    const auto same = [&](const Type& other) { return other.name == type.name; };
    if (has_labels(type, state)) return {};

    std::vector<std::string> list;
    if (any_enum(state, same)) list.push_back(statements::rename_type(type.name, old_name(type).name));
    list.push_back(statements::create_enum_type(type));
    return list;
}

const Type* enum_type_of_column(const schema::QualifiedName& name, const MetaData& state) {
    return find_enum(state, [&](const Type& type) { return type.name == name; });
}

std::vector<std::string> add_labels(const schema::ObjectRef& type, const std::vector<std::string>& before,
                                    const std::vector<std::string>& after) {
    std::vector<std::string> list;
    auto kept = before.begin();  // the next of the old labels
    for (const std::string& label : after) {
        if (kept != before.end() && *kept == label) {
            ++kept;
            continue;
        }
        list.push_back(statements::add_label(type.name, label, kept != before.end() ? &*kept : nullptr));
    }
    if (kept != before.end())
        throw MigrationError(type.text() +
                             ": PostgreSQL neither drops nor moves a label of an enum type; make a new type and alter "
                             "the columns to it");
    return list;
}

std::vector<std::string> drop_unused_type(const Type& column_type, const MetaData& state) {
    if (column_type.enum_type() == nullptr) return {};
    const Type& type = *column_type.enum_type();
    const auto same = [&](const Type& other) { return other.name == type.name; };
    if (has_labels(type, state)) return {};
    // Another column uses the name with new labels, so our type was renamed when it got them.
    if (any_enum(state, same)) return {statements::drop_type(old_name(type))};
    // A type that an operation created is dropped by one, and a type that other objects need stays.
    const schema::ObjectRef ref{schema::ObjectKind::enum_type, type.name};
    const bool needed = std::any_of(state.objects.begin(), state.objects.end(), [&](const schema::Object& object) {
        return object.ref == ref || std::find(object.needs.begin(), object.needs.end(), ref) != object.needs.end();
    });
    if (needed) return {};
    return {statements::drop_type(type.name)};
}

bool has_labels(const Type& type, const MetaData& state) {
    return any_enum(state, [&](const Type& other) { return other.name == type.name && other.labels == type.labels; });
}

bool has_other_labels(const Type& column_type, const MetaData& state) {
    const Type* const type = column_type.enum_type();
    return type != nullptr &&
           any_enum(state, [&](const Type& other) { return other.name == type->name && other.labels != type->labels; });
}

void check_labels(const MetaData& state) {
    for (const auto& table : state.tables)
        for (const auto& column : table.columns)
            if (has_other_labels(column.type, state))
                throw MigrationError("enum type " + column.type.enum_type()->name + " of column " + table.name + "." +
                                     column.name +
                                     " has other labels in another column; alter every column that uses it");
}

}  // namespace strata::migrate::postgresql
