#include "catalogue.hpp"
#include "operations/compiler.hpp"
#include "operations/kept.hpp"
#include "row_values.hpp"
#include "table_change.hpp"
#include "views.hpp"

#include <strata/core/error.hpp>
#include <strata/core/log.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>
#include <strata/schema/internal/statements.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

namespace strata::migrate::sqlite {
namespace {

using schema::MetaData;
using schema::detail::sqlite::same_name;
namespace statements = schema::statements;

/// Tables and the tables that they refer to, or their former names and the new ones.
using TablePairs = std::vector<std::pair<std::string, std::string>>;

/// The state shared by the brackets of a revision's transaction: foreign keys are off while tables are rebuilt or
/// dropped.
struct ForeignKeysOff {
    bool were_on = false;
    Violations before;
    TablePairs renamed_tables;
    /// The foreign keys that are meant to dangle when the revision is done: table and referred table.
    TablePairs dangling;

    /// The table's name after the renames so far.
    [[nodiscard]] std::string now(std::string table) const {
        for (const auto& [from, to] : renamed_tables)
            if (same_name(table, from)) table = to;
        return table;
    }
    [[nodiscard]] bool may_dangle(const std::string& table, const std::string& referred) const {
        return std::any_of(dangling.begin(), dangling.end(), [&](const auto& key) {
            return same_name(key.first, table) && same_name(key.second, referred);
        });
    }
};

ForeignKeysOff* shared_of(const std::vector<Step>& steps) {
    for (const auto& step : steps)
        if (const auto* live = std::get_if<LiveStep>(&step); live != nullptr && live->shared)
            return static_cast<ForeignKeysOff*>(live->shared.get());
    return nullptr;
}

template <class O, class... Kinds>
inline constexpr bool is_one_of = (std::is_same_v<O, Kinds> || ...);

/// Whether an operation of this kind changes the shape of a table, so that several of them can share one rebuild.
template <class O>
inline constexpr bool changes_table =
    is_one_of<O, AddColumn, DropColumn, AlterColumn, AlterTable, CreateIndex, DropIndex, AddUnique, AddForeignKey,
              AddCheck, AddPrimaryKey, DropConstraint, RenameIndex, RenameConstraint>;

/// The name of the table whose shape the operation changes; nullptr when it must not be combined with others.
const schema::QualifiedName* changed_table(const Operation& operation) {
    return std::visit(
        [](const auto& o) -> const schema::QualifiedName* {
            if constexpr (changes_table<std::decay_t<decltype(o)>>)
                return &o.table;
            else
                return nullptr;
        },
        operation);
}

/// Whether SQLite keeps nothing of what the operation changes.
bool changes_nothing(const Operation& operation) {
    if (const auto* altered = std::get_if<AlterColumn>(&operation)) {
        const auto fields = altered->patch.fields();
        return std::all_of(fields.begin(), fields.end(), [](std::string_view field) {
            return field == "comment" || field == "storage" || field == "compression" || field == "statistics" ||
                   field == "options" || field == "inherited";
        });
    }
    if (const auto* altered = std::get_if<AlterTable>(&operation)) {
        const auto fields = altered->patch.fields();
        return std::none_of(fields.begin(), fields.end(), [](std::string_view field) {
            return field == "strict" || field == "without_rowid" || field == "module";
        });
    }
    return false;
}

/// The index of a table, where the state knows it.
std::optional<schema::Index> index_in(const MetaData& state, const schema::QualifiedName& table,
                                      const std::string& name) {
    const auto* const known = state.find(table);
    if (known == nullptr) return std::nullopt;
    for (const auto& index : known->indexes)
        if (index.name == name) return index;
    return std::nullopt;
}

/// Whether the operation may read or write rows, or change a name: other operations are not moved across it.
bool is_barrier(const Operation& operation) {
    return std::holds_alternative<Execute>(operation) || std::holds_alternative<BulkInsert>(operation) ||
           std::holds_alternative<Run>(operation) || std::holds_alternative<RenameTable>(operation) ||
           std::holds_alternative<RenameColumn>(operation);
}

class Compilation {
public:
    Compilation(const core::Dialect& dialect, const std::vector<Operation>& operations, MetaData before)
        : dialect_(dialect), ddl_(schema::ddl_compiler(dialect)), operations_(operations), state_(std::move(before)) {
        for (auto& table : state_.tables) schema::name_constraints(table);
    }

    std::vector<Step> run() {
        fold();
        std::size_t i = 0;
        while (i < operations_.size()) {
            if (changed_table(operations_[i]) != nullptr && !folded_[i]) {
                i = change(i);
                continue;
            }
            const auto begun = steps_.size();
            if (!folded_[i]) std::visit([&](const auto& o) { compile(o, i); }, operations_[i]);
            mark(begun, i, i);
            detail::advance(state_, operations_[i++], opaque_);
        }
        for (const auto& table : state_.tables)
            for (const auto& key : table.foreign_keys)
                if (key.dangling) shared_->dangling.emplace_back(table.name.name, key.referred_table.name);
        return std::move(steps_);
    }

private:
    void fold();
    [[nodiscard]] std::size_t change(std::size_t first);
    [[nodiscard]] bool compile_plainly(const std::vector<Operation>& operations);

    /// Records which operations the steps from `begun` on belong to.
    void mark(std::size_t begun, std::size_t first, std::size_t last) {
        for (auto i = begun; i < steps_.size(); ++i) {
            steps_[i].first_operation = first;
            steps_[i].last_operation = last;
        }
    }
    void emit(std::string sql) { steps_.emplace_back(SqlStep{std::move(sql)}); }
    template <class Call>
    void emit_live(std::string description, const Call& call, std::shared_ptr<void> shared = {}) {
        LiveStep step;
        step.description = std::move(description);
        step.run = [call](core::Connection& connection) {
            Journal journal(connection);
            call(journal);
        };
        step.write = [call](core::Connection& copy, std::vector<std::string>& script) {
            Journal journal(copy, &script);
            call(journal);
        };
        step.shared = std::move(shared);
        steps_.emplace_back(std::move(step));
    }
    void emit_steps(std::vector<Step> steps) { std::move(steps.begin(), steps.end(), std::back_inserter(steps_)); }

    void compile(const CreateTable& o, std::size_t index);
    void compile(const DropTable& o, std::size_t index);
    void compile(const RenameTable& o, std::size_t) {
        shared_->renamed_tables.emplace_back(o.from.name, o.to);
        emit_live(describe(o), [o](Journal& journal) { rename_table(journal, o); });
    }
    void compile(const RenameColumn& o, std::size_t) {
        emit_live(describe(o), [o](Journal& journal) { rename_column(journal, o); });
    }
    void compile(const AllowDestructive&, std::size_t) {}
    void compile(const Execute& o, std::size_t) { emit_steps(detail::compile_execute(o, dialect_)); }
    void compile(const BulkInsert& o, std::size_t) {
        emit_steps(detail::compile_rows(stored_rows(o, state_), dialect_));
    }
    void compile(const Run& o, std::size_t) { steps_.emplace_back(CallbackStep{o.callback}); }
    void compile(const AddExclude& o, std::size_t) { throw MigrationError(describe(o) + ": SQLite has no EXCLUDE"); }
    void compile(const CreateObject& o, std::size_t) {
        need_kind(o.object.ref, describe(o));
        create(o.object);
    }
    void compile(const DropObject& o, std::size_t index) {
        need_kind(o.object, describe(o));
        const bool comes_back = std::any_of(operations_.begin() + static_cast<std::ptrdiff_t>(index), operations_.end(),
                                            [&](const Operation& later) {
                                                const auto* create = std::get_if<CreateObject>(&later);
                                                return create != nullptr && create->object.ref == o.object;
                                            });
        if (comes_back && o.object.kind == schema::ObjectKind::view) {
            emit_live(describe(o), [name = o.object.name.name](Journal& journal) { drop_bare_view(journal, name); });
            return;
        }
        for (auto& sql : ddl_.drop_object(o.object)) emit(std::move(sql));
    }
    void compile(const ReplaceObject& o, std::size_t) {
        need_kind(o.after.ref, describe(o));
        if (o.after.ref.kind == schema::ObjectKind::view) {
            emit_live(describe(o),
                      [view = o.after, &ddl = ddl_](Journal& journal) { replace_view(journal, view, ddl); });
            return;
        }
        for (auto& sql : ddl_.drop_object(o.after.ref)) emit(std::move(sql));
        create(o.after);
    }
    /// SQLite cannot rename such an object, so it is created again under the new name.
    void compile(const RenameObject& o, std::size_t) {
        need_kind(o.object, describe(o));
        if (state_.find(o.object) == nullptr)
            throw MigrationError(describe(o) + ": its definition is not known at this point of the history");
        MetaData after = state_;
        apply(after, o);
        auto renamed = o.object;
        renamed.name.name = o.name;
        for (auto& sql : ddl_.drop_object(o.object)) emit(std::move(sql));
        create(*after.find(renamed));
    }
    void create(const schema::Object& object) {
        for (auto& sql : ddl_.create_object(object)) emit(std::move(sql));
        for (const auto& sql : object.completions) emit(sql);
    }
    static void need_kind(const schema::ObjectRef& object, const std::string& what) {
        if (object.kind == schema::ObjectKind::view || object.kind == schema::ObjectKind::trigger) return;
        throw MigrationError(what + ": SQLite has no object of the kind " + std::string(name_of(object.kind)));
    }
    // SQLite has no roles.
    void compile(const SetPrivileges&, std::size_t) {}
    // SQLite does not store comments.
    void compile(const SetTableComment&, std::size_t) {}
    /// Changes of a table are compiled by change() only. An operation of an unknown kind does not compile here.
    template <class O>
        requires(changes_table<O>)
    void compile(const O& o, std::size_t) {
        throw MigrationError(describe(o) + " is not a step by itself on SQLite; please report it");
    }

    const core::Dialect& dialect_;
    const schema::DdlCompiler& ddl_;
    const std::vector<Operation>& operations_;
    MetaData state_;
    bool opaque_ = false;  // the database may hold what no operation describes
    std::vector<Step> steps_;
    std::vector<bool> folded_;  // whether each operation belongs to another operation's step
    std::vector<std::vector<schema::ForeignKey>> inline_keys_;
    std::shared_ptr<ForeignKeysOff> shared_ = std::make_shared<ForeignKeysOff>();
};

/// A foreign key that closes a cycle is written with its table, and need not be dropped before the table is.
void Compilation::fold() {
    folded_.assign(operations_.size(), false);
    inline_keys_.resize(operations_.size());
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        if (const auto* added = std::get_if<AddForeignKey>(&operations_[i])) {
            for (std::size_t next = i; next > 0 && !is_barrier(operations_[next - 1]); --next) {
                const auto k = next - 1;
                const auto* created = std::get_if<CreateTable>(&operations_[k]);
                if (created != nullptr && created->table.name == added->table) {
                    inline_keys_[k].push_back(added->constraint);
                    folded_[i] = true;
                }
                const auto* table = changed_table(operations_[k]);
                if (folded_[i] || (table != nullptr && *table == added->table && !folded_[k])) break;
            }
        }
        if (const auto* dropped = std::get_if<DropConstraint>(&operations_[i])) {
            for (std::size_t k = i + 1; k < operations_.size() && !is_barrier(operations_[k]); ++k) {
                const auto* gone = std::get_if<DropTable>(&operations_[k]);
                if (gone != nullptr && gone->table == dropped->table) folded_[i] = true;
                if (folded_[i] || changed_table(operations_[k]) != nullptr) break;
            }
        }
    }
}

/// Compiles consecutive changes of one table; returns the index after the last.
std::size_t Compilation::change(std::size_t first) {
    const auto& name = *changed_table(operations_[first]);
    TableChange change{name.name, {}, std::nullopt, std::nullopt};
    std::vector<std::string> retyped;
    std::vector<std::string> added;
    if (const auto* table = state_.find(name)) change.before = *table;
    std::size_t i = first;
    for (; i < operations_.size() && !folded_[i]; ++i) {
        const auto* table = changed_table(operations_[i]);
        if (table == nullptr || *table != name) break;
        if (const auto* options = std::get_if<AlterTable>(&operations_[i]);
            options != nullptr && options->patch.find(&schema::Table::module) != nullptr)
            throw MigrationError(
                describe(operations_[i]) +
                ": SQLite cannot make a table virtual, nor change its module; drop it and make it anew");
        if (const auto* addition = std::get_if<AddColumn>(&operations_[i])) added.push_back(addition->column.name);
        if (const auto* altered = std::get_if<AlterColumn>(&operations_[i])) {
            // A new default must not apply to existing rows, so the column is added before it is altered.
            if (std::find(added.begin(), added.end(), altered->column) != added.end()) break;
            if (altered->patch.find(&schema::Column::type) != nullptr) {
                // Two conversions of one column need two rebuilds.
                if (std::find(retyped.begin(), retyped.end(), altered->column) != retyped.end()) break;
                retyped.push_back(altered->column);
            }
        }
        change.operations.push_back(operations_[i]);
    }
    auto& operations = change.operations;
    std::erase_if(operations, changes_nothing);
    const auto begun = steps_.size();
    const bool plain = compile_plainly(operations);
    if (plain && steps_.size() - begun == i - first) {
        for (std::size_t k = 0; k < i - first; ++k) mark(begun + k, first + k, first + k);
    } else {
        mark(begun, first, i - 1);
    }
    for (auto k = first; k < i; ++k) detail::advance(state_, operations_[k], opaque_);
    if (plain) return i;

    if (change.before) change.after = *state_.find(name);
    emit_live(
        "change table " + name, [change = std::move(change)](Journal& journal) { change_table(journal, change); },
        shared_);
    mark(begun, first, i - 1);
    return i;
}

/// Compiles to ALTER TABLE and CREATE or DROP INDEX, if these suffice.
bool Compilation::compile_plainly(const std::vector<Operation>& operations) {
    std::vector<std::string> list;
    MetaData state;  // the table, as each operation leaves it
    if (const auto* known = operations.empty() ? nullptr : state_.find(*changed_table(operations.front())))
        state.tables.push_back(*known);
    bool opaque = opaque_;
    const auto drop = [&](const schema::QualifiedName& table, const std::string& index) {
        list.push_back(statements::drop_index(dialect_, {table.schema, index}));
    };
    for (const auto& operation : operations) {
        if (const auto* added = std::get_if<AddColumn>(&operation)) {
            if (!plain_addition(added->column)) return false;
            const auto table = detail::table_in(state, added->table, opaque);
            list.push_back(statements::alter_table(
                dialect_, added->table, statements::add_column(ddl_.column_definition(table, added->column))));
        } else if (const auto* created = std::get_if<CreateIndex>(&operation)) {
            list.push_back(ddl_.create_index(detail::table_in(state, created->table, opaque), created->index));
        } else if (const auto* dropped = std::get_if<DropIndex>(&operation)) {
            (void)detail::table_in(state, dropped->table, opaque);  // it exists
            drop(dropped->table, dropped->name);
        } else if (const auto* renamed = std::get_if<RenameIndex>(&operation)) {
            const auto index = index_in(state, renamed->table, renamed->from);
            if (!index) return false;  // the database may know it
            drop(renamed->table, renamed->from);
            auto anew = *index;
            anew.name = renamed->to;
            list.push_back(ddl_.create_index(detail::table_in(state, renamed->table, opaque), anew));
        } else {
            return false;
        }
        detail::advance(state, operation, opaque);
    }
    for (auto& sql : list) emit(std::move(sql));
    return true;
}

void Compilation::compile(const CreateTable& o, std::size_t index) {
    auto table = o.table;
    table.foreign_keys.insert(table.foreign_keys.end(), inline_keys_[index].begin(), inline_keys_[index].end());
    for (auto& sql : ddl_.create_table(table, state_)) emit(std::move(sql));
}

void Compilation::compile(const DropTable& o, std::size_t index) {
    std::vector<std::string> doomed;
    for (auto later = index + 1; later < operations_.size(); ++later)
        if (const auto* dropped = std::get_if<DropTable>(&operations_[later])) doomed.push_back(dropped->table.name);
    emit_live(
        describe(o), [table = o.table.name, doomed](Journal& journal) { drop_table(journal, table, doomed); }, shared_);
}

class SqliteOperationCompiler final : public detail::DialectOperationCompiler {
public:
    [[nodiscard]] const core::Dialect& dialect() const override { return core::dialect_for("sqlite"); }

    [[nodiscard]] std::vector<Step> compile(const std::vector<Operation>& operations,
                                            const MetaData& before) const override {
        return compile_parts(operations, before, false, [&](const std::vector<Operation>& parts) {
            return Compilation(dialect(), parts, before).run();
        });
    }

    /// While foreign keys are on, DROP TABLE deletes the rows that refer to the table. The pragma has no effect inside
    /// a transaction: https://sqlite.org/pragma.html#pragma_foreign_keys
    void before_transaction(core::Connection& connection, const std::vector<Step>& steps) const override {
        auto* shared = shared_of(steps);
        if (shared == nullptr) return;
        shared->before = foreign_key_violations(connection);  // may fail on a lock, so before any change
        shared->were_on = connection.scalar("PRAGMA foreign_keys") == "1";
        if (shared->were_on) {
            connection.script("PRAGMA foreign_keys = OFF");
            if (connection.scalar("PRAGMA foreign_keys") != "0")
                throw MigrationError(
                    "SQLite did not switch foreign keys off, which changing a table needs; end the open "
                    "transaction first");
        }
    }

    void before_commit(core::Connection& connection, const std::vector<Step>& steps) const override {
        const auto* shared = shared_of(steps);
        if (shared == nullptr) return;
        Violations before;
        for (const auto& [key, count] : shared->before) {
            const auto& [table, rowid, referred] = key;
            before[{shared->now(table), rowid, shared->now(referred)}] += count;
        }
        auto after = foreign_key_violations(connection);
        std::erase_if(after, [&](const auto& violation) {
            return shared->may_dangle(std::get<0>(violation.first), std::get<2>(violation.first));
        });
        const auto broken = new_violations(before, after);
        if (!broken.empty()) throw MigrationError(broken + "; mend them first");
    }

    /// The pragma has no effect, and reports none, while a transaction is open.
    [[nodiscard]] bool after_transaction(core::Connection& connection,
                                         const std::vector<Step>& steps) const noexcept override {
        const auto* shared = shared_of(steps);
        if (shared == nullptr || !shared->were_on) return true;
        try {
            connection.script("PRAGMA foreign_keys = ON");
            if (connection.scalar("PRAGMA foreign_keys") == "1") return true;
            core::log::write(core::log::Level::error, "SQLite did not switch foreign keys on again");
        } catch (const std::exception& error) {
            core::log::write(core::log::Level::error, std::string("foreign keys stay off: ") + error.what());
        }
        return false;
    }

    /// Live steps run on a copy without rows. What they would refuse because of the rows, the script refuses by a
    /// CHECK.
    [[nodiscard]] std::vector<std::string> script(core::Connection& live,
                                                  const std::vector<Step>& steps) const override {
        core::Url memory;
        memory.scheme = "sqlite";
        memory.database = ":memory:";
        core::Connection copy(memory);
        copy.script("PRAGMA foreign_keys = OFF");
        copy_schema(live, copy);
        copy.begin();
        const auto* shared = shared_of(steps);
        const bool rebuilds = shared != nullptr;
        const std::string table = hindrances;
        const std::string orphans = "temp._strata_orphans";
        const auto names_of = [](const TablePairs& keys) {
            std::vector<std::string> names;
            names.reserve(keys.size());
            for (const auto& key : keys) names.push_back(key.first);
            return names;
        };
        const auto mismatched = rebuilds ? mismatched_keys(live) : TablePairs();
        auto never_checked = names_of(mismatched);  // what has no copy may have kept a table from being checked
        for (const auto& [name, referred] : mismatched_keys(copy)) std::erase(never_checked, name);
        std::vector<std::string> script;
        if (rebuilds) script.emplace_back("PRAGMA foreign_keys = OFF");
        script.emplace_back("BEGIN IMMEDIATE");
        if (rebuilds) {
            script.push_back("CREATE TABLE " + table +
                             " (\"rows in the way\" INTEGER CHECK (\"rows in the way\" = 0))");
            script.push_back("CREATE TABLE " + orphans + " AS " +
                             count_orphans(names_of(mismatched), {}, orphan_queries(live, names_of(mismatched))));
        }
        for (const auto& step : steps) {
            if (const auto* live_step = std::get_if<LiveStep>(&step)) {
                live_step->write(copy, script);
                continue;
            }
            script.push_back(detail::sql_of(step));
            copy.script(script.back());
        }
        if (rebuilds) {
            // A key that cannot be checked any more, and is not meant to be so, makes the script fail here.
            TablePairs broken;
            std::vector<std::string> by_queries;
            for (const auto& key : mismatched_keys(copy)) {
                const bool was = std::any_of(mismatched.begin(), mismatched.end(), [&](const auto& old) {
                    return same_name(shared->now(old.first), key.first) &&
                           same_name(shared->now(old.second), key.second);
                });
                if (was || shared->may_dangle(key.first, key.second))
                    by_queries.push_back(key.first);
                else
                    broken.push_back(key);
            }
            for (const auto& [name, referred] : broken) std::erase(by_queries, name);
            auto excluded = never_checked;
            excluded.insert(excluded.end(), by_queries.begin(), by_queries.end());
            script.push_back("INSERT INTO " + table + " SELECT count(*) FROM (" +
                             count_orphans(excluded, shared->dangling, orphan_queries(copy, by_queries)) +
                             ") AS now WHERE now.many > (SELECT coalesce(sum(old.many), 0) FROM " + orphans +
                             " AS old WHERE old.name = now.name COLLATE NOCASE AND old.parent = now.parent COLLATE "
                             "NOCASE)");
            script.push_back("DROP TABLE " + orphans);
            script.push_back("DROP TABLE " + table);
        }
        script.emplace_back("COMMIT");
        if (rebuilds) script.emplace_back("PRAGMA foreign_keys = ON");
        return script;
    }

    void start_at(core::Url& url, const std::filesystem::path& folder) const override {
        if (url.database != ":memory:") url.database = (folder / url.database).lexically_normal().string();
    }

private:
    /// The foreign keys that refer to columns that are not unique, for which SQLite refuses to check the whole table.
    /// It does not mind a table that is missing.
    [[nodiscard]] static TablePairs mismatched_keys(core::Connection& connection) {
        TablePairs keys;
        for (const auto& [violation, count] : foreign_key_violations(connection))
            if (std::get<1>(violation) == mismatch) keys.emplace_back(std::get<0>(violation), std::get<2>(violation));
        return keys;
    }

    /// Counts the rows without a partner by table and referred table: of the tables that SQLite refuses to check
    /// (`unchecked`) by `queries`, and not between the pairs that may have such rows.
    [[nodiscard]] std::string count_orphans(const std::vector<std::string>& unchecked, const TablePairs& allowed,
                                            const std::vector<std::string>& queries) const {
        const auto literal = [&](const std::string& name) {
            std::string sql;
            dialect().literal(sql, core::Value::text(name));
            return sql;
        };
        std::string names;
        for (const auto& name : unchecked) names += (names.empty() ? "" : ", ") + literal(name);
        std::string pairs;
        for (const auto& [from, to] : allowed)
            pairs += (pairs.empty() ? "(" : ", (") + literal(from) + ", " + literal(to) + ")";
        std::string rows =
            "SELECT c.\"table\" AS name, c.rowid AS row, c.parent AS parent FROM main.sqlite_schema AS m, "
            "pragma_foreign_key_check(m.name) AS c WHERE m.type = 'table' AND m.name COLLATE NOCASE NOT IN (" +
            names + ")";
        for (const auto& query : queries) rows += " UNION ALL " + query;
        std::string sql = "SELECT name, parent, count(*) AS many FROM (" + rows + ")";
        if (!pairs.empty()) sql += " WHERE (name COLLATE NOCASE, parent COLLATE NOCASE) NOT IN (VALUES " + pairs + ")";
        return sql + " GROUP BY name COLLATE NOCASE, parent COLLATE NOCASE";
    }
};

}  // namespace

const detail::DialectOperationCompiler& operation_compiler() {
    static const SqliteOperationCompiler compiler;
    return compiler;
}

}  // namespace strata::migrate::sqlite
