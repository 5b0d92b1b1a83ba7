#include "text.hpp"

#include <strata/core/connection.hpp>
#include <strata/migrate/operation.hpp>

namespace strata::migrate {

namespace {

struct Describer {
    std::string operator()(const CreateTable& op) const { return "create table " + op.table.name; }
    std::string operator()(const DropTable& op) const { return "drop table " + op.table; }
    std::string operator()(const RenameTable& op) const { return "rename table " + op.from + " to " + op.to; }
    std::string operator()(const AddColumn& op) const { return "add column " + op.table + "." + op.column.name; }
    std::string operator()(const DropColumn& op) const { return "drop column " + op.table + "." + op.column; }
    std::string operator()(const RenameColumn& op) const {
        return "rename column " + op.table + "." + op.from + " to " + op.to;
    }
    std::string operator()(const AlterColumn& op) const {
        std::string what;
        const auto add = [&](std::string_view word) { what.append(what.empty() ? " (" : ", ").append(word); };
        if (op.type) add("type");
        if (op.nullable) add(*op.nullable ? "drop not null" : "set not null");
        if (op.server_default) add(*op.server_default ? "set server default" : "drop server default");
        if (op.identity) add(*op.identity ? "add identity" : "drop identity");
        if (op.comment) add("comment");
        if (!what.empty()) what += ')';
        return "alter column " + op.table + "." + op.column + what;
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
    std::string operator()(const SetTableComment& op) const { return "set the comment of table " + op.table; }
    std::string operator()(const Execute& op) const {
        if (op.sql.empty() && !op.per_dialect.empty()) return "execute: " + shortened(op.per_dialect.front().second);
        return "execute: " + shortened(op.sql);
    }
    std::string operator()(const BulkInsert& op) const {
        return "insert " + std::to_string(op.rows.size()) + (op.rows.size() == 1 ? " row into " : " rows into ") +
               op.table;
    }
    std::string operator()(const Run&) const { return "run a callback"; }

    static std::string on(const schema::QualifiedName& table) { return " on " + table; }
    static std::string shortened(const std::string& sql) { return one_line(without_literals(sql), 60); }
};

}  // namespace

std::string describe(const Operation& operation) { return std::visit(Describer{}, operation); }

core::Value Literal::value() const {
    using core::Value;
    switch (kind) {
        case Value::Kind::null:
            return Value::null();
        case Value::Kind::boolean:
            return Value::boolean(number != 0);
        case Value::Kind::integer:
            return Value::integer(number);
        case Value::Kind::real:
            return Value::real(floating);
        case Value::Kind::text:
        case Value::Kind::bytes:
        case Value::Kind::numeric:
        case Value::Kind::date:
        case Value::Kind::time:
        case Value::Kind::timestamp:
        case Value::Kind::timestamptz:
        case Value::Kind::uuid:
        case Value::Kind::json:
        case Value::Kind::array:
            break;
    }
    return Value::text(chars);
}

}  // namespace strata::migrate
