#include "following.hpp"

#include "operations/identifiers.hpp"
#include "operations/lookup.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

#include <algorithm>
#include <iterator>
#include <optional>

namespace strata::migrate {
namespace {

using core::internal::contains;
using schema::MetaData;
using schema::QualifiedName;
using schema::Table;

/// Gives one name in an operation another one.
class Renaming {
public:
    /// `column` is empty where the table itself was renamed.
    Renaming(QualifiedName table, std::string column, std::string to, const MetaData& before)
        : table_(std::move(table)), column_(std::move(column)), to_(std::move(to)), before_(before.find(table_)) {}

    void operator()(CreateTable& op) const {
        for (auto& key : op.table.foreign_keys) reference(key);
        table(op.table.partition_of);
        for (auto& parent : op.table.inherits) table(parent);
    }
    void operator()(RenameTable& op) const { table(op.from); }
    void operator()(AddColumn& op) const {
        if (op.column.computed) expression(op.table, *op.column.computed);
        table(op.table);
    }
    void operator()(RenameColumn& op) const {
        column(op.table, op.from);
        table(op.table);
    }
    void operator()(AlterColumn& op) const {
        column(op.table, op.column);
        expression(op.table, op.using_expression);
        if (const auto* computed = op.patch.find(&schema::Column::computed); computed != nullptr && *computed) {
            auto text = **computed;
            expression(op.table, text);
            op.patch.set(&schema::Column::computed, std::move(text));
        }
        table(op.table);
    }
    void operator()(AlterTable& op) const {
        if (const auto* parent = op.patch.find(&Table::partition_of)) {
            auto name = *parent;
            table(name);
            op.patch.set(&Table::partition_of, std::move(name));
        }
        table(op.table);
    }
    void operator()(CreateIndex& op) const {
        indexed(op.table, op.index);
        table(op.table);
    }
    void operator()(AddUnique& op) const {
        columns(op.table, op.constraint.columns);
        columns(op.table, op.constraint.include);
        table(op.table);
    }
    void operator()(AddPrimaryKey& op) const {
        columns(op.table, op.constraint.columns);
        columns(op.table, op.constraint.include);
        table(op.table);
    }
    void operator()(AddForeignKey& op) const {
        columns(op.table, op.constraint.columns);
        columns(op.table, op.constraint.set_columns);
        reference(op.constraint);
        table(op.table);
    }
    void operator()(AddCheck& op) const {
        expression(op.table, op.constraint.expression);
        table(op.table);
    }
    void operator()(AddExclude& op) const {
        indexed(op.table, op.constraint);
        table(op.table);
    }
    void operator()(DropColumn& op) const {
        column(op.table, op.column);
        table(op.table);
    }
    void operator()(BulkInsert& op) const {
        columns(op.table, op.columns);
        table(op.table);
    }
    void operator()(Fill& op) const {
        column(op.table, op.column);
        table(op.table);
    }
    void operator()(ChangeRows& op) const {
        for (auto* side : {&op.before, &op.after}) {
            columns(side->table, side->key);
            columns(side->table, side->columns);
            table(side->table);
        }
    }
    void operator()(CreateObject& op) const { object(op.object); }
    void operator()(ReplaceObject& op) const {
        if (op.before) object(*op.before);
        object(op.after);
    }
    void operator()(DropObject& op) const { table(op.object.table); }
    void operator()(RenameObject& op) const { table(op.object.table); }
    void operator()(SetPrivileges& op) const {
        for (auto* side : {op.before ? &*op.before : nullptr, &op.after}) {
            if (side == nullptr || side->ref.kind != schema::ObjectKind::table) continue;
            for (auto& grant : side->grants) columns(side->ref.name, grant.columns);
            table(side->ref.name);
        }
    }
    void operator()(Execute& op) const {
        const auto need_no_name = [&](const std::string& sql) {
            if (mentions_name(sql)) refuse("its SQL may mean " + was() + ", which is called " + to_ + " now");
        };
        need_no_name(op.sql);
        for (const auto& [dialect, sql] : op.per_dialect) need_no_name(sql);
    }
    void operator()(RenameEnumLabel&) const {}
    void operator()(AllowDestructive&) const {}
    void operator()(Run&) const {}
    template <class O>
    void operator()(O& op) const {
        table(op.table);
    }

private:
    [[nodiscard]] std::string was() const { return column_.empty() ? table_.text() : table_.text() + "." + column_; }
    [[nodiscard]] bool mentions_name(const std::string& sql) const {
        return column_.empty() ? mentions(sql, table_.name) : mentions(sql, column_) && mentions(sql, table_.name);
    }
    void table(QualifiedName& name) const {
        if (column_.empty() && name == table_) name.name = to_;
    }
    void column(const QualifiedName& of, std::string& name) const {
        if (!column_.empty() && of == table_ && name == column_) name = to_;
    }
    void columns(const QualifiedName& of, std::vector<std::string>& names) const {
        for (auto& name : names) column(of, name);
    }
    void reference(schema::ForeignKey& key) const {
        columns(key.referred_table, key.referred_columns);
        table(key.referred_table);
    }
    template <class Indexed>
    void indexed(const QualifiedName& of, Indexed& index) const {
        for (auto& element : index.elements) {
            column(of, element.column);
            expression(of, element.expression);
        }
        columns(of, index.include);
        expression(of, index.where);
    }
    void expression(const QualifiedName& of, std::string& sql) const {
        if (sql.empty() || of != table_) return;
        const Table nothing{.name = table_};
        const auto changed = column_.empty()
                                 ? with_table_renamed(sql, table_.name, to_)
                                 : with_column_renamed(sql, before_ == nullptr ? nothing : *before_, column_, to_);
        if (!changed) refuse("an expression may mean " + was() + ", which is called " + to_ + " now");
        sql = *changed;
    }
    void object(schema::Object& object) const {
        table(object.ref.table);
        for (auto& need : object.needs)
            if (need.kind == schema::ObjectKind::table) table(need.name);
        if (!mentions_name(object.definition)) return;
        const auto changed =
            column_.empty() ? statement_with_table_renamed(object.definition, table_, to_) : std::nullopt;
        if (!changed) refuse(object.ref.text() + " may name " + was() + ", which is called " + to_ + " now");
        object.definition = *changed;
    }

    QualifiedName table_;
    std::string column_;
    std::string to_;
    const Table* before_;
};

}  // namespace

Following::Following(const std::vector<Operation>& theirs) {
    for (const auto& operation : theirs) {
        if (const auto* table = std::get_if<RenameTable>(&operation))
            renames_.push_back({table->from, {}, table->to});
        else if (const auto* column = std::get_if<RenameColumn>(&operation))
            renames_.push_back({column->table, column->from, column->to});
    }
}

/// The name means another thing from here on.
void Following::forget(const QualifiedName& table, const std::string& column) {
    std::erase_if(renames_, [&](const Rename& rename) {
        return rename.table == table && (rename.column == column || column.empty());
    });
}

Operation Following::followed(Operation operation, const MetaData& before) {
    for (const auto& rename : renames_) std::visit(Renaming(rename.table, rename.column, rename.to, before), operation);
    // What the branch itself makes or renames is not what the other one has renamed.
    if (const auto* created = std::get_if<CreateTable>(&operation)) {
        forget(created->table.name, {});
    } else if (const auto* added = std::get_if<AddColumn>(&operation)) {
        forget(added->table, added->column.name);
    } else if (const auto* table = std::get_if<RenameTable>(&operation)) {
        for (auto& rename : renames_)
            if (!rename.column.empty() && rename.table == table->from) rename.table.name = table->to;
    } else if (const auto* column = std::get_if<RenameColumn>(&operation)) {
        forget(column->table, column->to);
    }
    return operation;
}

std::vector<std::string> joined_labels(const std::vector<std::string>& before, const std::vector<std::string>& mine,
                                       const std::vector<std::string>& theirs) {
    auto labels = theirs;
    std::erase_if(labels, [&](const std::string& label) { return contains(before, label) && !contains(mine, label); });
    for (std::size_t i = 0; i < mine.size(); ++i) {
        if (contains(before, mine[i]) || contains(labels, mine[i])) continue;
        auto at = labels.begin();
        for (std::size_t back = i; back > 0; --back) {
            const auto neighbour = std::ranges::find(labels, mine[back - 1]);
            if (neighbour == labels.end()) continue;
            at = std::next(neighbour);
            break;
        }
        labels.insert(at, mine[i]);
    }
    return labels;
}

}  // namespace strata::migrate
