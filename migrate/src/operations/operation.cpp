#include "text.hpp"

#include <strata/migrate/operation.hpp>

#include <algorithm>
#include <string_view>

namespace strata::migrate {

namespace {

struct Describer {
    std::string operator()(const CreateTable& op) const { return "create table " + op.table.name; }
    std::string operator()(const DropTable& op) const {
        return op.kept_as.empty() ? "drop table " + op.table : "keep table " + op.table + " as " + op.kept_as;
    }
    std::string operator()(const RenameTable& op) const { return "rename table " + op.from + " to " + op.to; }
    std::string operator()(const AddColumn& op) const { return "add column " + op.table + "." + op.column.name; }
    std::string operator()(const DropColumn& op) const {
        if (!op.kept_as.empty()) return "keep column " + op.table + "." + op.column + " as " + op.kept_as;
        return "drop column " + op.table + "." + op.column;
    }
    std::string operator()(const RenameColumn& op) const {
        return "rename column " + op.table + "." + op.from + " to " + op.to;
    }
    std::string operator()(const AlterColumn& op) const {
        return "alter column " + op.table + "." + op.column + fields(op.patch, [&](std::string_view field) {
                   using schema::Column;
                   if (field == "nullable") return *op.patch.find(&Column::nullable) ? "drop not null" : "set not null";
                   if (field == "server_default")
                       return *op.patch.find(&Column::server_default) ? "set server default" : "drop server default";
                   if (field == "computed" && !*op.patch.find(&Column::computed)) return "drop expression";
                   if (field == "identity") return *op.patch.find(&Column::identity) ? "add identity" : "drop identity";
                   return "";
               });
    }
    std::string operator()(const AlterTable& op) const {
        return "alter table " + op.table + fields(op.patch, [](std::string_view) { return ""; });
    }
    std::string operator()(const CreateIndex& op) const {
        return std::string(op.index.unique ? "create unique index " : "create index ") + op.index.name + on(op.table);
    }
    std::string operator()(const DropIndex& op) const { return "drop index " + op.name + on(op.table); }
    std::string operator()(const AddUnique& op) const {
        return "create unique constraint " + op.constraint.name + on(op.table);
    }
    std::string operator()(const AddForeignKey& op) const {
        return "create foreign key " + op.constraint.name + on(op.table);
    }
    std::string operator()(const AddCheck& op) const {
        return "create check constraint " + op.constraint.name + on(op.table);
    }
    std::string operator()(const AddExclude& op) const {
        return "create exclude constraint " + op.constraint.name + on(op.table);
    }
    std::string operator()(const AddPrimaryKey& op) const {
        return "create primary key " + op.constraint.name + on(op.table);
    }
    std::string operator()(const DropConstraint& op) const { return "drop constraint " + op.name + on(op.table); }
    std::string operator()(const RenameIndex& op) const {
        return "rename index " + op.from + " to " + op.to + on(op.table);
    }
    std::string operator()(const RenameConstraint& op) const {
        return "rename constraint " + op.from + " to " + op.to + on(op.table);
    }
    std::string operator()(const ValidateConstraint& op) const {
        return "validate constraint " + op.name + on(op.table);
    }
    std::string operator()(const RenameEnumLabel& op) const {
        return "rename label " + op.from + " of enum type " + op.type + " to " + op.to;
    }
    std::string operator()(const SetTableComment& op) const { return "set the comment of table " + op.table; }
    std::string operator()(const CreateObject& op) const { return "create " + op.object.ref.text(); }
    std::string operator()(const DropObject& op) const { return "drop " + op.object.text(); }
    std::string operator()(const ReplaceObject& op) const { return "replace " + op.after.ref.text(); }
    std::string operator()(const RenameObject& op) const { return "rename " + op.object.text() + " to " + op.name; }
    std::string operator()(const SetPrivileges& op) const { return "set the privileges of " + op.after.text(); }
    std::string operator()(const AllowDestructive& op) const { return "allow to lose rows: " + shortened(op.reason); }
    std::string operator()(const Execute& op) const {
        if (op.sql.empty() && !op.per_dialect.empty()) return "execute: " + shortened(op.per_dialect.front().second);
        return "execute: " + shortened(op.sql);
    }
    std::string operator()(const BulkInsert& op) const {
        return "insert " + std::to_string(op.rows.size()) + (op.rows.size() == 1 ? " row into " : " rows into ") +
               op.table;
    }
    std::string operator()(const ChangeRows& op) const {
        const auto rows = [](std::size_t count) { return std::to_string(count) + (count == 1 ? " row" : " rows"); };
        const auto updated = static_cast<std::size_t>(std::ranges::count_if(
            op.after.rows, [&](const auto& row) { return op.before.find(op.after.key_of(row)); }));
        std::string text;
        const auto say = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
        if (const auto inserted = op.after.rows.size() - updated; inserted > 0)
            say("insert " + rows(inserted) + " into " + op.after.table);
        if (updated > 0) say("update " + rows(updated) + " of " + op.after.table);
        if (const auto deleted = op.before.rows.size() - updated; deleted > 0)
            say("delete " + rows(deleted) + " from " + op.before.table);
        return text;
    }
    std::string operator()(const Fill& op) const { return "fill column " + op.table + "." + op.column; }
    std::string operator()(const Run& op) const {
        if (op.name.empty()) return "run a callback";
        return "run " + one_line(op.name) + " (version " + std::to_string(op.version) + ")";
    }

    static std::string on(const schema::QualifiedName& table) { return " on " + table; }
    /// ` (type, row security)`: the fields that are changed, each by its name or by better words for it.
    template <class Patch, class Words>
    static std::string fields(const Patch& patch, const Words& words) {
        std::string text;
        for (const auto field : patch.fields()) {
            std::string word = words(field);
            if (word.empty()) {
                word = field;
                std::replace(word.begin(), word.end(), '_', ' ');
            }
            text += (text.empty() ? " (" : ", ") + word;
        }
        return text.empty() ? text : text + ")";
    }
    static std::string shortened(const std::string& sql) { return one_line(without_literals(sql), 60); }
};

}  // namespace

bool operator==(const Execute& left, const Execute& right) {
    const bool same_declared = left.declared == nullptr || right.declared == nullptr
                                   ? left.declared == right.declared
                                   : *left.declared == *right.declared;
    return same_declared && left.sql == right.sql && left.per_dialect == right.per_dialect &&
           left.touched == right.touched;
}

std::string describe(const Operation& operation) { return std::visit(Describer{}, operation); }

}  // namespace strata::migrate
