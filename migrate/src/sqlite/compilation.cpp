#include "compilation.hpp"

#include "operations/compiler.hpp"
#include "operations/lookup.hpp"
#include "operations/seed_rows.hpp"
#include "row_values.hpp"
#include "table_change.hpp"
#include "views.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/internal/statements.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

namespace strata::migrate::sqlite {
namespace {

using schema::MetaData;
namespace statements = schema::statements;

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
           std::holds_alternative<ChangeRows>(operation) || std::holds_alternative<Fill>(operation) ||
           std::holds_alternative<Run>(operation) || std::holds_alternative<RenameTable>(operation) ||
           std::holds_alternative<RenameColumn>(operation);
}

class Compilation {
public:
    Compilation(const core::Dialect& dialect, const std::vector<Operation>& operations, MetaData before)
        : dialect_(dialect), ddl_(schema::ddl_compiler(dialect)), operations_(operations), state_(std::move(before)) {
        for (auto& table : state_.tables) schema::name_constraints(table);
    }

    Compiled run() {
        fold();
        std::size_t i = 0;
        while (i < operations_.size()) {
            if (changed_table(operations_[i]) != nullptr && !folded_[i]) {
                i = change(i);
                continue;
            }
            const auto begun = result_.parts.size();
            if (!folded_[i]) std::visit([&](const auto& o) { compile(o, i); }, operations_[i]);
            mark(begun, {i, i});
            detail::advance(state_, operations_[i++], opaque_);
        }
        for (const auto& table : state_.tables)
            for (const auto& key : table.foreign_keys)
                if (key.dangling) result_.dangling.emplace_back(table.name.name, key.referred_table.name);
        return std::move(result_);
    }

private:
    void fold();
    [[nodiscard]] std::size_t change(std::size_t first);
    [[nodiscard]] bool compile_plainly(const std::vector<Operation>& operations);

    /// Records which operations the parts from `begun` on belong to.
    void mark(std::size_t begun, const Place& place) {
        for (auto i = begun; i < result_.parts.size(); ++i)
            std::visit([&](auto& part) { part.place = place; }, result_.parts[i]);
    }
    void emit(std::string sql) { result_.parts.emplace_back(Statement{std::move(sql)}); }
    void emit(std::vector<Statement> statements) {
        std::move(statements.begin(), statements.end(), std::back_inserter(result_.parts));
    }
    void emit_change(const std::string& table, std::function<void(Journal&)> write) {
        result_.parts.emplace_back(Change{std::move(write), table});
    }
    /// One during which foreign keys are off.
    void emit_rebuild(const std::string& table, std::function<void(Journal&)> write) {
        result_.foreign_keys_off = true;
        emit_change(table, std::move(write));
    }

    void compile(const CreateTable& o, std::size_t index);
    void compile(const DropTable& o, std::size_t index);
    void compile(const RenameTable& o, std::size_t) {
        result_.renamed_tables.emplace_back(o.from.name, o.to);
        emit_change(o.from.name, [o](Journal& journal) { rename_table(journal, o); });
    }
    void compile(const RenameColumn& o, std::size_t) {
        emit_change(o.table.name, [o](Journal& journal) { rename_column(journal, o); });
    }
    void compile(const AllowDestructive&, std::size_t) {}
    void compile(const Execute& o, std::size_t) { emit(detail::compile_execute(o, dialect_)); }
    void compile(const BulkInsert& o, std::size_t) { emit(detail::compile_rows(stored_rows(o, state_), dialect_)); }
    void compile(const ChangeRows& o, std::size_t) {
        emit(compile_changed_rows(o, detail::table_in(state_, o.after.table, opaque_), ddl_));
    }
    void compile(const Fill& o, std::size_t) {
        (void)detail::column_in(detail::table_in(state_, o.table, opaque_), o.column, opaque_);  // it exists
        emit(std::vector{Statement{detail::compile_fill(stored_value(o, state_), dialect_), StatementKind::data}});
    }
    void compile(const Run& o, std::size_t) { emit(detail::compile_callback(o)); }
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
            emit_change(o.object.name.name,
                        [name = o.object.name.name](Journal& journal) { drop_bare_view(journal, name); });
            return;
        }
        for (auto& sql : ddl_.drop_object(o.object)) emit(std::move(sql));
    }
    void compile(const ReplaceObject& o, std::size_t) {
        need_kind(o.after.ref, describe(o));
        if (o.after.ref.kind == schema::ObjectKind::view) {
            emit_change(o.after.ref.name.name,
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
    /// SQLite has no unchecked constraints: it checks the rows whenever it checks the table.
    void compile(const ValidateConstraint&, std::size_t) {}
    /// It is written as changes of the columns that have the type.
    void compile(const RenameEnumLabel& o, std::size_t) {
        throw MigrationError(describe(o) + " is not a change by itself on SQLite; please report it");
    }
    // SQLite has no roles.
    void compile(const SetPrivileges&, std::size_t) {}
    // SQLite does not store comments.
    void compile(const SetTableComment&, std::size_t) {}
    /// Changes of a table are compiled by change() only. An operation of an unknown kind does not compile here.
    template <class O>
        requires(changes_table<O>)
    void compile(const O& o, std::size_t) {
        throw MigrationError(describe(o) + " is not a change by itself on SQLite; please report it");
    }

    const core::Dialect& dialect_;
    const schema::DdlCompiler& ddl_;
    const std::vector<Operation>& operations_;
    MetaData state_;
    bool opaque_ = false;  // the database may hold what no operation describes
    Compiled result_;
    std::vector<bool> folded_;  // whether each operation belongs to another operation's part
    std::vector<std::vector<schema::ForeignKey>> inline_keys_;
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
    const Place place{first, i - 1, "change table " + name};
    const auto begun = result_.parts.size();
    const bool plain = compile_plainly(operations);
    if (plain && result_.parts.size() - begun == i - first) {
        for (std::size_t k = 0; k < i - first; ++k) mark(begun + k, {first + k, first + k});
    } else {
        mark(begun, {first, i - 1});
    }
    for (auto k = first; k < i; ++k) detail::advance(state_, operations_[k], opaque_);
    if (plain) return i;

    if (change.before) change.after = *state_.find(name);
    emit_rebuild(change.table, [change](Journal& journal) { change_table(journal, change); });
    mark(begun, place);
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
    if (std::any_of(operations.begin(), operations.end(), is_conditional)) return false;  // the database decides
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
    auto statements = ddl_.create_table(table, state_);
    if (o.if_not_exists)
        return emit_change(o.table.name.name, [name = o.table.name.name, statements](Journal& journal) {
            if (has_table(journal.connection(), name)) return;
            for (const auto& sql : statements) journal.execute(sql);
        });
    for (auto& sql : statements) emit(std::move(sql));
}

void Compilation::compile(const DropTable& o, std::size_t index) {
    std::vector<std::string> doomed;
    for (auto later = index + 1; later < operations_.size(); ++later)
        if (const auto* dropped = std::get_if<DropTable>(&operations_[later])) doomed.push_back(dropped->table.name);
    emit_rebuild(o.table.name, [table = o.table.name, doomed, conditional = o.if_exists](Journal& journal) {
        if (!conditional || has_table(journal.connection(), table)) drop_table(journal, table, doomed);
    });
}

}  // namespace

Compiled compile(const core::Dialect& dialect, const std::vector<Operation>& operations, MetaData before) {
    return Compilation(dialect, operations, std::move(before)).run();
}

}  // namespace strata::migrate::sqlite
