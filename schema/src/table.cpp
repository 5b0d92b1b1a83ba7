#include <strata/core/error.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>

namespace strata::schema {
namespace {

using core::ColumnFacts;
using core::ColumnInfo;
using core::ColumnRef;
using core::Facts;
using core::ReferenceFact;
using core::TableInfo;
using core::TypeInfo;

std::string where(const TableInfo& model) { return std::string(model.model) + " (table " + model.name + ")"; }

void set_enum(Type& type, const core::EnumInfo& info) {
    type.name = std::string(info.name());
    for (std::size_t i = 0; i < info.count; ++i) type.labels.emplace_back(info.labels[i].name);
}

Type type_of(const TypeInfo& info, const ColumnFacts& facts) {
    Type type;
    type.kind = info.kind;
    type.length = info.kind == TypeKind::text ? facts.max_length : 0;
    if (info.kind == TypeKind::numeric) type.precision = facts.precision, type.scale = facts.scale;
    if (info.kind == TypeKind::array && info.element != nullptr) {
        Type element;
        element.kind = info.element->kind;
        if (info.element->enumeration != nullptr) set_enum(element, *info.element->enumeration);
        type = Array(std::move(element));
    }
    if (info.enumeration != nullptr) set_enum(type, *info.enumeration);
    return type;
}

/// Integers of any width may refer to one another; any other type only to its own kind.
bool comparable(const TypeInfo& left, const TypeInfo& right) {
    const auto family = [](TypeKind kind) {
        return kind == TypeKind::small_integer || kind == TypeKind::integer ? TypeKind::big_integer : kind;
    };
    return family(left.kind) == family(right.kind);
}

class TableBuilder {
public:
    explicit TableBuilder(const TableInfo& model) : model_(model), facts_(model.facts()) {}

    Table build(std::vector<TableItem> items) {
        table_.name = QualifiedName(model_.schema, model_.name);
        if (is_version_table(table_.name))
            throw UsageError("model " + where(model_) +
                             ": this table is where migrations are recorded; name it otherwise");
        for (int i = 0; i < model_.column_count; ++i) table_.columns.push_back(column(i));
        primary_key();
        for (const auto& unique : facts_.uniques) table_.uniques.push_back({unique.name, names(unique.columns)});
        for (const auto& reference : facts_.references) table_.foreign_keys.push_back(foreign_key(reference));
        for (auto& item : items) std::visit([&](auto& each) { add(std::move(each)); }, item);
        name_constraints(table_);
        no_name_twice();
        return std::move(table_);
    }

private:
    [[nodiscard]] std::vector<std::string> names(const std::vector<int>& columns) const {
        std::vector<std::string> result;
        result.reserve(columns.size());
        for (const int index : columns) result.emplace_back(model_.column(index).name);
        return result;
    }

    [[nodiscard]] Column column(int index) const {
        const ColumnInfo& info = model_.column(index);
        const ColumnFacts& facts = facts_.columns[static_cast<std::size_t>(index)];
        Column column;
        column.name = info.name;
        column.type = type_of(*info.type, facts);
        column.nullable = info.type->nullable;
        column.server_default = facts.server_default;
        column.computed = facts.computed;
        column.identity = facts.generated_key;
        if (column.computed && column.server_default)
            throw UsageError("model " + where(model_) + ": column " + column.name +
                             " is computed and has a server default; it can have one of them");
        return column;
    }

    void primary_key() {
        if (facts_.primary_key.empty())
            throw UsageError("model " + where(model_) +
                             " has no primary key; give it a member id, or primary_key(...) in STRATA_FACTS");
        table_.primary_key = PrimaryKey{facts_.primary_key_name, names(facts_.primary_key)};
    }

    [[nodiscard]] ForeignKey foreign_key(const ReferenceFact& reference) const {
        const TableInfo& referred = *reference.referred;
        if (reference.columns.size() != reference.referred_columns.size())
            throw UsageError("model " + where(model_) + ": a reference to " + referred.name + " names " +
                             std::to_string(reference.columns.size()) + " columns for " +
                             std::to_string(reference.referred_columns.size()) + "; name as many on both sides");
        ForeignKey key;
        key.name = reference.name;
        key.referred_table = QualifiedName(referred.schema, referred.name);
        key.on_delete = reference.on_delete;
        key.on_update = reference.on_update;
        for (std::size_t i = 0; i < reference.columns.size(); ++i) {
            const ColumnInfo& from = model_.column(reference.columns[i]);
            const ColumnInfo& to = referred.column(reference.referred_columns[i]);
            if (!comparable(*from.type, *to.type))
                throw UsageError("model " + where(model_) + ": column " + from.name + " refers to " + referred.name +
                                 "." + to.name + ", which has another type; give both the same");
            key.columns.emplace_back(from.name);
            key.referred_columns.emplace_back(to.name);
        }
        return key;
    }

    /// The name of the column that the handle refers to; the column must belong to this model.
    [[nodiscard]] std::string name_of(const ColumnRef& ref, std::string_view what) const {
        if (ref.table != &model_)
            throw UsageError("model " + where(model_) + ": " + std::string(what) + " names column " +
                             ref.table->column(ref.index).name + " of table " + ref.table->name +
                             "; name columns of this table only");
        return model_.column(ref.index).name;
    }

    void add(IndexItem&& item) {
        for (const auto& ref : item.refs) item.index.elements.push_back({name_of(ref, "an index"), {}, false});
        if (item.index.elements.empty())
            throw UsageError("model " + where(model_) + ": an index has no column; name one, or use index_on");
        table_.indexes.push_back(std::move(item.index));
    }

    void add(CheckConstraint&& check) {
        if (check.name.empty())
            throw UsageError("model " + where(model_) + R"(: a check has no name; check("name", "expression"))");
        table_.checks.push_back({check_name(table_.name.name, check.name), std::move(check.expression)});
    }

    void add(CommentItem&& item) {
        auto& comment = item.column ? table_.find_column(name_of(*item.column, "a comment"))->comment : table_.comment;
        comment = std::move(item.text);
    }

    void add(NameItem&& item) {
        std::vector<std::string> columns;
        columns.reserve(item.columns.size());
        for (const auto& ref : item.columns) columns.push_back(name_of(ref, "the name " + item.name));
        const auto rename = [&](auto& constraints) {
            for (auto& constraint : constraints) {
                if (constraint.columns != columns) continue;
                constraint.name = item.name;
                return true;
            }
            return false;
        };
        bool found = true;
        switch (item.what) {
            case NameItem::What::primary_key:
                table_.primary_key->name = item.name;
                break;
            case NameItem::What::foreign_key:
                found = rename(table_.foreign_keys);
                break;
            case NameItem::What::unique:
                found = rename(table_.uniques);
                break;
        }
        if (!found)
            throw UsageError("model " + where(model_) + ": nothing stands on the columns that the name " + item.name +
                             " is for; add the fact to STRATA_FACTS first");
    }

    void no_name_twice() const {
        std::vector<std::string> names;
        const auto take = [&](const std::string& name) {
            if (std::find(names.begin(), names.end(), name) != names.end())
                throw UsageError("model " + where(model_) + ": the name " + name +
                                 " is used twice; say it once, or name one");
            names.push_back(name);
        };
        take(table_.primary_key->name);
        for (const auto& each : table_.uniques) take(each.name);
        for (const auto& each : table_.foreign_keys) take(each.name);
        for (const auto& each : table_.checks) take(each.name);
        for (const auto& each : table_.indexes) take(each.name);
    }

    const TableInfo& model_;
    const Facts& facts_;
    Table table_;
};

}  // namespace

IndexItem index_on(std::string name, std::string expression) {
    IndexItem item;
    item.index.name = std::move(name);
    item.index.elements.push_back({{}, std::move(expression), false});
    return item;
}

NameItem primary_key_named(std::string name) { return {NameItem::What::primary_key, {}, std::move(name)}; }

Table table_of(const core::TableInfo& model, std::vector<TableItem> items) {
    return TableBuilder(model).build(std::move(items));
}

}  // namespace strata::schema
