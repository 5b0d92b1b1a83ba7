#include "table_change.hpp"

#include "catalogue.hpp"
#include "conversion.hpp"
#include "rebuild.hpp"
#include "table_edit.hpp"

#include <strata/core/error.hpp>
#include <strata/core/log.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/detail/sqlite/create_table.hpp>
#include <strata/schema/detail/sqlite/errors.hpp>
#include <strata/schema/internal/statements.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>

namespace strata::migrate::sqlite {
namespace {

using core::Value;
using schema::Table;
using schema::detail::sqlite::is_about_schema;
using schema::detail::sqlite::parse_create_table;
using schema::detail::sqlite::same_name;
namespace statements = schema::statements;

std::optional<std::string> stored_sql(core::Connection& connection, const std::string& table) {
    const Value values[] = {Value::text(table)};
    return connection.scalar("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE",
                             values);
}

class Change {
public:
    Change(Journal& journal, const TableChange& change)
        : journal_(journal),
          connection_(journal.connection()),
          ddl_(schema::ddl_compiler(connection_.dialect())),
          operations_(change.operations) {
        const auto stored = stored_sql(connection_, change.table);
        if (!stored) throw MigrationError("there is no table " + change.table + " in the database");
        if (stored->starts_with("CREATE VIRTUAL "))
            throw MigrationError("table " + change.table +
                                 " cannot be changed: it is virtual; drop it and create it anew");
        rebuild_.stored = *stored;
        rebuild_.table = parse_create_table(*stored).name;
        find_tables(change);
    }

    void run() {
        plan();
        check_dropped_columns();
        const auto broken = broken_objects(connection_);
        if (rebuild_.wanted == rebuild_.stored && rebuild_.converted.empty())
            change_indexes();
        else if (!change_in_place())
            sqlite::run(journal_, rebuild_);
        check_unbroken(connection_, broken);
    }

private:
    void find_tables(const TableChange& change);
    [[nodiscard]] bool is_as_known(const Table& live, Table known) const;
    void plan();
    void plan_indexes();
    void plan_conversion(const AlterColumn& altered);
    void check_dropped_columns();
    void change_indexes();
    [[nodiscard]] bool change_in_place();
    [[nodiscard]] bool in_place_is_enough() const;
    [[nodiscard]] std::string quoted(const std::string& name) const { return connection_.dialect().quoted(name); }

    Journal& journal_;
    core::Connection& connection_;
    const schema::DdlCompiler& ddl_;
    const std::vector<Operation>& operations_;
    Table before_;
    Table after_;
    Rebuild rebuild_;
};

bool Change::is_as_known(const Table& live, Table known) const {
    // Unnamed checks are not compared.
    std::erase_if(known.checks, [](const auto& check) { return check.name.empty(); });
    return compare_metadata({live}, {std::move(known)}, ddl_, *schema::expression_comparer(connection_)).empty();
}

/// Finds the table before and after. The history's table is used if the database has the same. The database may differ
/// when the user's own SQL made the table or the database was stamped; then the database's table is used, unless only
/// the history has the names that the operations use.
void Change::find_tables(const TableChange& change) {
    auto state = schema::reflect(connection_);
    const auto* table = state.find(rebuild_.table);
    if (table == nullptr) throw MigrationError("table " + change.table + " cannot be changed: it is virtual");
    const bool known = change.before && change.after;
    if (!known || !is_as_known(*table, *change.before)) {
        for (auto& each : state.tables) schema::name_constraints(each);
        before_ = *table;
        try {
            for (const auto& operation : operations_) apply(state, operation);
            after_ = *state.find(rebuild_.table);
            return;
        } catch (const MigrationError&) {
            if (!known) throw;
        }
    }
    before_ = *change.before;
    after_ = *change.after;
}

void Change::plan() {
    for (const auto& operation : operations_)
        if (const auto* dropped = std::get_if<DropColumn>(&operation))
            if (before_.find_column(dropped->column) != nullptr) rebuild_.replaced.push_back(dropped->column);
    rebuild_.wanted = edit_table(rebuild_.stored, before_, after_, rebuild_.replaced, ddl_);
    for (const auto& operation : operations_)
        if (const auto* altered = std::get_if<AlterColumn>(&operation)) plan_conversion(*altered);
    plan_indexes();
}

void Change::plan_conversion(const AlterColumn& altered) {
    const auto* old = before_.find_column(altered.column);
    const auto* now = after_.find_column(altered.column);
    const bool kept =
        old != nullptr && now != nullptr &&
        std::find(rebuild_.replaced.begin(), rebuild_.replaced.end(), altered.column) == rebuild_.replaced.end();
    if (!kept) return;
    if (old->nullable && !now->nullable) rebuild_.required.push_back(altered.column);
    if (!altered.using_expression.empty()) {
        rebuild_.converted[altered.column] = {"(" + altered.using_expression + ")", {}, {}};
    } else if (altered.patch.find(&schema::Column::type) != nullptr) {
        auto conversion = sqlite::conversion(ddl_, rebuild_.table, altered.column, ddl_.as_stored(before_, *old).type,
                                             ddl_.as_stored(after_, *now).type);
        const bool copied = conversion.expression == quoted(altered.column);
        if (copied && conversion.before.empty() && conversion.after.empty()) return;
        rebuild_.converted[altered.column] = {std::move(conversion.expression), std::move(conversion.before),
                                              std::move(conversion.after)};
    }
}

void Change::plan_indexes() {
    const auto in = [](const Table& table, const schema::Index& index) {
        return std::find(table.indexes.begin(), table.indexes.end(), index) != table.indexes.end();
    };
    for (const auto& index : before_.indexes)
        if (!in(after_, index)) rebuild_.dropped_indexes.push_back(index.name);
    for (const auto& index : after_.indexes)
        if (!in(before_, index)) rebuild_.new_indexes.push_back(ddl_.create_index(after_, index));
}

/// SQLite allows dropping a column that another table's foreign key names, so this is checked here.
void Change::check_dropped_columns() {
    if (rebuild_.replaced.empty()) return;
    const auto referring = referring_tables(connection_, rebuild_.table, rebuild_.replaced);
    if (!referring.empty())
        throw MigrationError("column " + rebuild_.table + "." + rebuild_.replaced.front() +
                             " cannot be dropped: a foreign key of table " + referring.front() +
                             " refers to it; drop that first");
}

void Change::change_indexes() {
    for (const auto& name : rebuild_.dropped_indexes) journal_.execute(statements::drop_index(ddl_.dialect(), name));
    for (const auto& sql : rebuild_.new_indexes) journal_.execute(sql);
}

bool Change::in_place_is_enough() const {
    return std::all_of(operations_.begin(), operations_.end(), [](const Operation& operation) {
        if (const auto* added = std::get_if<AddColumn>(&operation)) return plain_addition(added->column);
        return std::holds_alternative<DropColumn>(operation) || std::holds_alternative<CreateIndex>(operation) ||
               std::holds_alternative<DropIndex>(operation) || std::holds_alternative<RenameIndex>(operation);
    });
}

/// Uses ALTER TABLE if SQLite accepts it and it leaves exactly the text that a rebuild would, and changes nothing else.
bool Change::change_in_place() {
    if (!in_place_is_enough()) return false;
    const auto others = [&] {
        auto objects = schema_objects(connection_);
        std::erase_if(objects, [&](const StoredObject& object) {
            return object.type != "trigger" && same_name(object.table, rebuild_.table);
        });
        return objects;
    };
    const auto before = others();
    journal_.savepoint("strata_change");
    const auto alter = [&](const std::string& action) {
        journal_.execute(statements::alter_table(ddl_.dialect(), rebuild_.table, action));
    };
    bool done = false;
    try {
        for (const auto& name : rebuild_.dropped_indexes)
            journal_.execute(statements::drop_index(ddl_.dialect(), name));
        for (const auto& name : rebuild_.replaced) alter(statements::drop_column(ddl_.dialect(), name));
        for (const auto& column : after_.columns)
            if (before_.find_column(column.name) == nullptr ||
                std::find(rebuild_.replaced.begin(), rebuild_.replaced.end(), column.name) != rebuild_.replaced.end())
                alter(statements::add_column(ddl_.column_definition(after_, column)));
        for (const auto& sql : rebuild_.new_indexes) journal_.execute(sql);
        done = stored_sql(connection_, rebuild_.table) == rebuild_.wanted && others() == before;
    } catch (const Error& error) {
        const bool rows = dynamic_cast<const NotNullViolation*>(&error) != nullptr ||
                          dynamic_cast<const CheckViolation*>(&error) != nullptr;
        if (!rows && !is_about_schema(error)) throw;
        core::log::write(
            core::log::Level::debug,
            "table " + rebuild_.table + " is rebuilt, since SQLite does not change it in place: " + error.what());
    }
    if (!done) journal_.rollback_to_savepoint("strata_change");
    journal_.release_savepoint("strata_change");
    return done;
}

bool names_table(std::string_view sql, std::string_view table) {
    using namespace schema::detail::sqlite;
    const auto tokens = tokenize(sql);
    return std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
        return token.kind != TokenKind::symbol && same_name(identifier(token.span.of(sql)), table);
    });
}

/// Runs `sql`, which renames the table or a column of it. SQLite refuses ALTER TABLE ... RENAME while any view or
/// trigger is broken, and rewrites views that are unrelated to the table. Views that do not name the table keep their
/// text; broken ones among them are dropped and restored afterwards.
void rename(Journal& journal, const std::string& table, const std::string& sql) {
    core::Connection& connection = journal.connection();
    const auto all = schema_objects(connection);
    const auto follows = [&](const StoredObject& object) {
        return std::any_of(all.begin(), all.end(), [&](const StoredObject& other) {
            const bool part = other == object || (other.type == "trigger" && same_name(other.table, object.name));
            return part && names_table(other.sql, table);
        });
    };
    auto others = all;
    std::erase_if(others, follows);
    const auto broken = broken_objects(connection);
    for (const auto& object : others)
        if (broken.contains(object.type + " " + object.name)) drop_if_exists(journal, object);
    journal.execute(sql);
    restore_views_and_triggers(journal, others);
}

}  // namespace

bool has_table(core::Connection& connection, const std::string& table) {
    return stored_sql(connection, table).has_value();
}

void change_table(Journal& journal, const TableChange& change) { Change(journal, change).run(); }

void drop_table(Journal& journal, const std::string& table, const std::vector<std::string>& doomed) {
    core::Connection& connection = journal.connection();
    for (const auto& referring : referring_tables(connection, table))
        if (std::none_of(doomed.begin(), doomed.end(), [&](const auto& name) { return same_name(name, referring); }))
            throw MigrationError("table " + table + " cannot be dropped: a foreign key of table " + referring +
                                 " refers to it; drop that first");
    auto ignored = doomed;
    ignored.push_back(table);
    const auto broken = broken_objects(connection, ignored);
    journal.execute(statements::drop_table(connection.dialect(), table));
    check_unbroken(connection, broken, ignored);
}

void rename_table(Journal& journal, const RenameTable& operation) {
    const auto& dialect = journal.connection().dialect();
    std::string from = operation.from.name;
    if (same_name(from, operation.to)) {  // SQLite takes the new spelling for the name of another table
        const std::string between = "_strata_renamed_" + operation.to;
        rename(journal, from, statements::rename_table(dialect, from, between));
        from = between;
    }
    rename(journal, from, statements::rename_table(dialect, from, operation.to));
}

void rename_column(Journal& journal, const RenameColumn& operation) {
    const auto& dialect = journal.connection().dialect();
    const std::string& table = operation.table.name;
    rename(journal, table,
           statements::alter_table(dialect, table, statements::rename_column(dialect, operation.from, operation.to)));
}

bool plain_addition(const schema::Column& column) {
    if (column.computed || column.identity) return false;
    if (!column.server_default) return column.nullable;
    const auto& value = *column.server_default;
    return value.kind == core::ServerDefault::Kind::literal && (column.nullable || value.type != Value::Kind::null);
}

}  // namespace strata::migrate::sqlite
