#include "compiler.hpp"
#include "conversion.hpp"
#include "enum_types.hpp"
#include "identifiers.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>

#include <algorithm>
#include <iterator>

namespace strata::migrate::postgresql {
namespace {

using schema::MetaData;
using schema::Table;

// The time zone is restored, since one of the user's statements may follow. A psql script runs these statements too, so
// the old value is kept in a setting.
const char* const keep_time_zone = "SELECT set_config('strata.time_zone', current_setting('TimeZone'), true)";
const char* const utc_begins = "SET LOCAL TimeZone = 'UTC'";
const char* const utc_ends = "SELECT set_config('TimeZone', current_setting('strata.time_zone'), true)";

/// Compiles one revision's operations and keeps track of the state between them.
class Compilation {
public:
    Compilation(const schema::DdlCompiler& ddl, MetaData before)
        : ddl_(ddl), dialect_(ddl.dialect()), state_(std::move(before)) {}

    std::vector<Step> run(const std::vector<Operation>& operations) {
        for (const auto& operation : operations) {
            const auto begun = steps_.size();
            std::visit([&](const auto& o) { compile(o); }, operation);
            advance(operation);
            for (const auto& after : after_) emit(after());
            after_.clear();
            released_.clear();
            for (auto& sql : trailing_) emit(std::move(sql));
            trailing_.clear();
            for (auto i = begun; i < steps_.size(); ++i) steps_[i].first_operation = steps_[i].last_operation = place_;
            ++place_;
        }
        check_labels(state_);
        // A reference to a table that was never created is left for PostgreSQL to refuse, by name.
        for (const auto& late : pending_) {
            emit(alter_table(late.table) + "ADD " + constraint_sql(dialect_, late.key));
            steps_.back().first_operation = steps_.back().last_operation = late.operation;
        }
        return std::move(steps_);
    }

private:
    void advance(const Operation& operation) {
        opaque_ = opaque_ || std::holds_alternative<Execute>(operation) || std::holds_alternative<Run>(operation);
        try {
            apply(state_, operation);
        } catch (const MigrationError&) {
            if (!opaque_) throw;  // otherwise the user's own SQL may have made it fit
        }
    }
    void emit(std::string sql) { steps_.emplace_back(SqlStep{std::move(sql)}); }
    void emit(std::vector<std::string> statements) {
        for (auto& sql : statements) emit(std::move(sql));
    }
    void emit_steps(std::vector<Step> steps) { std::move(steps.begin(), steps.end(), std::back_inserter(steps_)); }
    [[nodiscard]] std::string alter_table(const schema::QualifiedName& table) const {
        return detail::alter_table(dialect_, table);
    }
    [[nodiscard]] Table table(const schema::QualifiedName& name) const {
        return detail::table_in(state_, name, opaque_);
    }
    /// Drops the type after the operation, if no column uses it then.
    void release_after(const schema::Type& type) {
        if (type.enum_type() == nullptr) return;
        const auto& name = type.enum_type()->name;
        if (std::find(released_.begin(), released_.end(), name) != released_.end()) return;
        released_.push_back(name);
        after_.emplace_back([this, type] { return drop_unused_type(type, state_, dialect_); });
    }
    void comment(const std::string& on, const std::string& text) {
        std::string sql = "COMMENT ON " + on + " IS ";
        if (text.empty())
            sql += "NULL";
        else
            dialect_.literal(sql, core::Value::text(text));
        emit(std::move(sql));
    }
    [[nodiscard]] std::string sequence_of(const schema::QualifiedName& table, const std::string& column) const {
        std::string sql = "pg_get_serial_sequence(";
        dialect_.literal(sql, core::Value::text(dialect_.quoted(table)));
        sql += ", ";
        dialect_.literal(sql, core::Value::text(column));
        return sql + ")";
    }

    void compile(const CreateTable& o);
    void compile(const DropTable& o);
    void compile(const RenameTable& o) { emit(alter_table(o.from) + "RENAME TO " + dialect_.quoted(o.to)); }
    void compile(const AddColumn& o);
    void compile(const DropColumn& o);
    void compile(const RenameColumn& o) {
        emit(alter_table(o.table) + "RENAME COLUMN " + dialect_.quoted(o.from) + " TO " + dialect_.quoted(o.to));
    }
    void compile(const AlterColumn& o);
    void compile(const CreateIndex& o) { emit(ddl_.create_index(table(o.table), o.index)); }
    void compile(const DropIndex& o) {
        schema::Index index;
        index.name = o.name;
        emit(ddl_.drop_index(table(o.table), index));
    }
    void compile(const AddUnique& o) { emit(alter_table(o.table) + "ADD " + constraint_sql(dialect_, o.constraint)); }
    void compile(const AddForeignKey& o) {
        emit(alter_table(o.table) + "ADD " + constraint_sql(dialect_, o.constraint));
    }
    void compile(const AddCheck& o) { emit(alter_table(o.table) + "ADD " + constraint_sql(dialect_, o.constraint)); }
    void compile(const AddExclude& o) { emit(alter_table(o.table) + "ADD " + constraint_sql(dialect_, o.constraint)); }
    void compile(const AddPrimaryKey& o) {
        emit(alter_table(o.table) + "ADD " + constraint_sql(dialect_, o.constraint));
    }
    void compile(const DropConstraint& o) { emit(alter_table(o.table) + "DROP CONSTRAINT " + dialect_.quoted(o.name)); }
    void compile(const SetTableComment& o) { comment("TABLE " + dialect_.quoted(o.table), o.comment); }
    void compile(const Execute& o) { emit_steps(detail::compile_execute(o, dialect_)); }
    void compile(const BulkInsert& o);
    void compile(const Run& o) { steps_.emplace_back(CallbackStep{o.callback}); }

    std::vector<std::string> drop_dependents(const Table& table, const schema::Column& column);
    void drop_numbering(const schema::QualifiedName& table, const std::string& column);

    const schema::DdlCompiler& ddl_;
    const core::Dialect& dialect_;
    MetaData state_;
    bool opaque_ = false;  // the database may hold what no operation describes
    std::vector<Step> steps_;
    std::vector<schema::QualifiedName> released_;                   // types that after_ checks already
    std::vector<std::function<std::vector<std::string>()>> after_;  // need the state after the operation
    std::vector<std::string> trailing_;                             // run after after_
    /// A foreign key that waits until the table it refers to is created.
    struct LateKey {
        schema::QualifiedName table;
        schema::ForeignKey key;
        std::size_t operation;
    };
    std::vector<LateKey> pending_;
    std::size_t place_ = 0;  // index of the operation that is being compiled
};

void Compilation::compile(const CreateTable& o) {
    std::vector<schema::QualifiedName> later;
    for (const auto& key : o.table.foreign_keys)
        if (key.referred_table != o.table.name && state_.find(key.referred_table) == nullptr) {
            later.push_back(key.referred_table);
            pending_.push_back({o.table.name, key, place_});
        }
    for (const auto& column : o.table.columns)
        if (has_other_labels(column.type, state_)) emit(ensure_type(column.type, state_, dialect_));
    emit(ddl_.create_table(o.table, state_, later));
    std::erase_if(pending_, [&](const auto& entry) {
        if (entry.key.referred_table != o.table.name) return false;
        trailing_.push_back(alter_table(entry.table) + "ADD " + constraint_sql(dialect_, entry.key));
        return true;
    });
}

void Compilation::compile(const DropTable& o) {
    emit("DROP TABLE " + dialect_.quoted(o.table));
    std::vector<schema::Type> types;
    for (const auto& column : table(o.table).columns)
        if (std::find(types.begin(), types.end(), column.type) == types.end()) types.push_back(column.type);
    for (const auto& type : types) release_after(type);
}

void Compilation::compile(const AddColumn& o) {
    const auto on = table(o.table);
    emit(ensure_type(o.column.type, state_, dialect_));
    emit(alter_table(o.table) + "ADD COLUMN " + ddl_.column_definition(on, o.column));
    if (!o.column.comment.empty())
        comment("COLUMN " + dialect_.quoted(o.table) + "." + dialect_.quoted(o.column.name), o.column.comment);
}

void Compilation::compile(const DropColumn& o) {
    const auto column = detail::column_in(table(o.table), o.column, opaque_);
    emit(alter_table(o.table) + "DROP COLUMN " + dialect_.quoted(o.column));
    release_after(column.type);
}

/// A CHECK, a predicate or an index expression may hold constants of the column's old enum type, which do not compare
/// with the new one. Drops all that mention the column and returns the statements that create them again.
std::vector<std::string> Compilation::drop_dependents(const Table& table, const schema::Column& column) {
    std::vector<std::string> back;
    for (const auto& check : table.checks) {
        if (!mentions(check.expression, column.name)) continue;
        emit(alter_table(table.name) + "DROP CONSTRAINT " + dialect_.quoted(check.name));
        back.push_back(alter_table(table.name) + "ADD " + constraint_sql(dialect_, check));
    }
    for (const auto& index : table.indexes) {
        const bool in_expression = mentions(index.where, column.name) ||
                                   std::any_of(index.elements.begin(), index.elements.end(), [&](const auto& element) {
                                       return mentions(element.expression, column.name);
                                   });
        if (!in_expression) continue;
        emit(ddl_.drop_index(table, index));
        back.push_back(ddl_.create_index(table, index));
    }
    return back;
}

/// Whichever way the database numbers the column, and whatever the sequence's name: a table may have been taken in with
/// a serial column that the history calls numbered.
void Compilation::drop_numbering(const schema::QualifiedName& table, const std::string& column) {
    const std::string alter = alter_table(table) + "ALTER COLUMN " + dialect_.quoted(column);
    emit(alter + " DROP IDENTITY IF EXISTS");
    emit(alter + " DROP DEFAULT");
    std::string sql = "DO $strata$ DECLARE owned text := " + sequence_of(table, column);
    sql += "; BEGIN IF owned IS NOT NULL THEN EXECUTE 'DROP SEQUENCE ' || owned; END IF; END $strata$";
    emit(std::move(sql));
}

void Compilation::compile(const AlterColumn& o) {
    const auto on = table(o.table);
    const auto column = detail::column_in(on, o.column, opaque_);
    const auto name = dialect_.quoted(o.column);
    const auto alter = "ALTER COLUMN " + name + " ";
    std::vector<std::string> actions;
    std::vector<std::string> back;

    if (o.identity) drop_numbering(o.table, o.column);
    auto server_default = o.server_default;
    bool in_utc = false;
    if (o.type) {
        const auto& from = column.type;
        in_utc = depends_on_time_zone(from, *o.type) && o.using_expression.empty();
        if (from.enum_type() != nullptr && o.type->enum_type() != nullptr) back = drop_dependents(on, column);
        emit(ensure_type(*o.type, state_, dialect_));
        auto using_expression = o.using_expression;
        if (using_expression.empty() && !column.computed) using_expression = conversion(ddl_, o.column, from, *o.type);
        // A default has the old type and may have no cast to the new one.
        if (column.server_default && !(from.kind == o.type->kind && using_expression.empty())) {
            actions.push_back(alter + "DROP DEFAULT");
            if (!server_default) server_default = column.server_default;
        }
        actions.push_back(alter + "TYPE " + ddl_.type_name(*o.type) +
                          (using_expression.empty() ? "" : " USING " + using_expression));
        release_after(from);
    }
    if (server_default && *server_default) {
        std::string value;
        dialect_.server_default(value, **server_default);
        actions.push_back(alter + "SET DEFAULT " + value);
    } else if (server_default && (actions.empty() || actions.front() != alter + "DROP DEFAULT")) {
        actions.push_back(alter + "DROP DEFAULT");
    }
    if (o.nullable) actions.push_back(alter + (*o.nullable ? "DROP NOT NULL" : "SET NOT NULL"));

    if (!actions.empty()) {
        auto sql = alter_table(o.table);
        for (std::size_t i = 0; i < actions.size(); ++i) sql += (i > 0 ? ", " : "") + actions[i];
        if (in_utc) emit(keep_time_zone);
        if (in_utc) emit(utc_begins);
        emit(std::move(sql));
        if (in_utc) emit(utc_ends);
    }
    if (o.identity && *o.identity) {
        schema::Column numbered = column;
        if (o.type) numbered.type = *o.type;
        numbered.identity = *o.identity;
        for (auto& sql : ddl_.add_numbering(on, numbered)) emit(std::move(sql));
        emit("SELECT setval(" + sequence_of(o.table, o.column) + ", max(" + name + ")) FROM " +
             dialect_.quoted(o.table) + " HAVING max(" + name + ") > 0");
    }
    if (o.comment) comment("COLUMN " + dialect_.quoted(o.table) + "." + name, *o.comment);
    trailing_ = std::move(back);
}

void Compilation::compile(const BulkInsert& o) {
    emit_steps(detail::compile_rows(o, dialect_));
    const auto* table = state_.find(o.table);
    if (table == nullptr || o.rows.empty()) return;
    for (const auto& name : o.columns) {
        const auto* column = table->find_column(name);
        if (column == nullptr || !column->identity) continue;
        // Explicit keys do not advance the sequence, so the next insert would fail.
        const auto sequence = sequence_of(o.table, name);
        const auto highest = "max(" + dialect_.quoted(name) + ")";
        emit("SELECT setval(" + sequence + ", GREATEST(" + highest + ", nextval(" + sequence + "))) FROM " +
             dialect_.quoted(o.table) + " HAVING " + highest + " > 0");
    }
}

class PostgresqlOperationCompiler final : public detail::DialectOperationCompiler {
public:
    [[nodiscard]] const core::Dialect& dialect() const override { return core::dialect_for("postgresql"); }

    [[nodiscard]] std::vector<Step> compile(const std::vector<Operation>& operations,
                                            const MetaData& before) const override {
        return Compilation(schema::ddl_compiler(dialect()), before).run(operations);
    }
    [[nodiscard]] bool offline() const noexcept override { return true; }
    // DDL is transactional and constraints are checked as it runs, so there is nothing to set or restore.
    void before_transaction(core::Connection&, const std::vector<Step>&) const override {}
    void before_commit(core::Connection&, const std::vector<Step>&) const override {}
    [[nodiscard]] bool after_transaction(core::Connection&, const std::vector<Step>&) const noexcept override {
        return true;
    }
};

}  // namespace

const detail::DialectOperationCompiler& operation_compiler() {
    static const PostgresqlOperationCompiler compiler;
    return compiler;
}

}  // namespace strata::migrate::postgresql
