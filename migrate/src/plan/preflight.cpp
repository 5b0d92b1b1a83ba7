#include "operations/identifiers.hpp"
#include "operations/kept.hpp"
#include "operations/lookup.hpp"
#include "questions.hpp"
#include "run/destructive.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <type_traits>
#include <utility>

namespace strata::migrate {
namespace {

using core::internal::contains;
using row_check::Asked;
using row_check::RowColumn;
using row_check::Rows;
using schema::Column;
using schema::MetaData;
using schema::QualifiedName;
using schema::Table;

/// What is to be asked once the operations that take effect together are known.
struct Waiting {
    enum class Kind : std::uint8_t { nulls, primary_key, unique, index, foreign_key, check, exclude };
    Kind kind;
    std::size_t operation;
    QualifiedName table;
    std::string name;  ///< of the column, the constraint or the index
    /// The first operation that needs it is the one that is named.
    bool operator==(const Waiting& other) const {
        return kind == other.kind && table == other.table && name == other.name;
    }
};

/// The table that the operation changes; null for an operation that changes none, or more than its shape.
const QualifiedName* changed_table(const Operation& operation) {
    return std::visit(
        [](const auto& o) -> const QualifiedName* {
            using O = std::decay_t<decltype(o)>;
            if constexpr (std::is_same_v<O, BulkInsert> || std::is_same_v<O, Fill> || std::is_same_v<O, CreateTable> ||
                          std::is_same_v<O, DropTable> || std::is_same_v<O, RenameColumn>)
                return nullptr;
            else if constexpr (requires { o.table; })
                return &o.table;
            else
                return nullptr;
        },
        operation);
}

template <class Named>
const Named* named(const std::vector<Named>& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Named& each) { return each.name == name; });
    return found == list.end() ? nullptr : &*found;
}

/// Walks through the operations of a revision and keeps account of what each table's rows will be.
class Walk {
public:
    Walk(const row_check::RowRules& rules, const MetaData& before)
        : rules_(rules), before_(before), state_(before), questions_(rules) {
        for (auto& table : state_.tables) schema::name_constraints(table);
    }

    std::vector<RowQuestion> run(const std::vector<Operation>& operations) {
        for (const auto& operation : operations) {
            try {
                for (const auto& part : parts_of(operation, state_, rules_.names_are_shared())) step(part);
            } catch (const MigrationError&) {  // it does not fit the state, and the run itself says so
            }
            ++place_;
        }
        flush();
        ask_all(keys_);
        return questions_.take();
    }

private:
    void step(const Operation& operation);
    void take(const CreateTable& o) {
        touched_.erase(o.table.name);
        rows_.insert_or_assign(o.table.name, Rows(rules_.dialect()));
    }
    void take(const DropTable& o) { rows_.erase(o.table); }
    void take(const RenameTable& o);
    void take(const AddColumn& o);
    void take(const DropColumn& o) {
        auto& rows = rows_of(o.table);
        if (rules_.at_once())
            questions_.forget_values(asked_before_, asked(table_in(state_, o.table), place_), o.column);
        rows.drop(o.column);
    }
    void take(const RenameColumn& o) {
        if (auto* column = rows_of(o.table).find(o.from)) column->name = o.to;
    }
    void take(const AlterColumn& o);
    void take(const AlterTable& o);
    void take(const CreateIndex& o) {
        if (o.index.unique && !o.index.only) wait(Waiting::Kind::index, o.table, o.index.name);
    }
    void take(const AddUnique& o) { wait(Waiting::Kind::unique, o.table, o.constraint.name); }
    void take(const AddForeignKey& o) { wait(Waiting::Kind::foreign_key, o.table, o.constraint.name); }
    void take(const AddCheck& o) { wait(Waiting::Kind::check, o.table, o.constraint.name); }
    void take(const AddExclude& o) { wait(Waiting::Kind::exclude, o.table, o.constraint.name); }
    void take(const AddPrimaryKey& o) { wait(Waiting::Kind::primary_key, o.table, o.constraint.name); }
    void take(const Fill& o);
    void take(const BulkInsert& o) { touch(o.table); }
    void take(const ChangeRows& o) { touch(o.after.table); }
    void take(const RenameEnumLabel& o);
    void take(const ValidateConstraint& o);
    void take(const Execute&) { touch_all(); }
    void take(const Run&) { touch_all(); }
    // The rest neither reads nor changes a row.
    void take(const RenameIndex& o) { rename_waiting(o.table, o.from, o.to); }
    void take(const RenameConstraint& o) { rename_waiting(o.table, o.from, o.to); }
    void take(const DropIndex&) {}
    void take(const DropConstraint&) {}
    void take(const SetTableComment&) {}
    void take(const CreateObject&) {}
    void take(const DropObject&) {}
    void take(const ReplaceObject&) {}
    void take(const RenameObject&) {}
    void take(const SetPrivileges&) {}
    void take(const AllowDestructive&) {}

    void alter_type(const AlterColumn& o, const Table& table, const Column& from, const Column& to);
    void compute(const QualifiedName& name, const Column& column);
    void changed(const QualifiedName& name, const std::string& column);
    void wait(Waiting::Kind kind, const QualifiedName& table, const std::string& name);
    void rename_waiting(const QualifiedName& table, const std::string& from, const std::string& to);
    void flush() { ask_all(std::exchange(waiting_, {})); }
    void ask_all(const std::vector<Waiting>& list) {
        for (const auto& each : list) ask(each);
    }
    void ask(const Waiting& waiting);
    void ask_primary_key(const Asked& asked, const schema::PrimaryKey& key);
    void ask_foreign_key(const Asked& asked, const schema::ForeignKey& key);
    [[nodiscard]] std::string lost_before(const QualifiedName& name, const std::string& key_name) const;

    [[nodiscard]] Rows& rows_of(const QualifiedName& name);
    [[nodiscard]] Asked asked(const Table& table, std::size_t operation) {
        return {operation, table, rows_of(table.name), touched_.contains(table.name)};
    }
    void touch(const QualifiedName& name);
    void touch_all() {
        for (const auto& table : state_.tables) touched_.insert(table.name);
    }

    const row_check::RowRules& rules_;
    const MetaData& before_;
    MetaData state_;
    row_check::Questions questions_;
    std::size_t place_ = 0;               // of the operation
    std::map<QualifiedName, Rows> rows_;  // of the tables that were looked at
    std::set<QualifiedName> touched_;     // tables whose rows are not what they are now
    std::vector<Waiting> waiting_;        // for the end of what takes effect together
    QualifiedName together_;              // the table whose changes these are
    std::size_t asked_before_ = 0;        // the number of questions before them
    std::vector<Waiting> keys_;           // for the end of the revision
};

Rows& Walk::rows_of(const QualifiedName& name) {
    const auto found = rows_.find(name);
    if (found != rows_.end()) return found->second;
    return rows_.emplace(name, Rows(rules_.dialect(), table_in(state_, name))).first->second;
}

/// What waits to be asked about is found by its name.
void Walk::rename_waiting(const QualifiedName& table, const std::string& from, const std::string& to) {
    for (auto* const list : {&waiting_, &keys_})
        for (auto& each : *list)
            if (each.table == table && each.name == from) each.name = to;
}

void Walk::step(const Operation& operation) {
    const auto* table = changed_table(operation);
    if (rules_.at_once() && (table == nullptr || *table != together_)) {
        flush();
        together_ = table == nullptr ? QualifiedName() : *table;
        asked_before_ = questions_.size();
    }
    if (!is_conditional(operation)) std::visit([&](const auto& o) { take(o); }, operation);
    apply(state_, operation);
    if (is_conditional(operation)) touch_all();  // the database decides what it does
    if (!rules_.at_once()) flush();
}

void Walk::wait(Waiting::Kind kind, const QualifiedName& table, const std::string& name) {
    auto& list = kind == Waiting::Kind::foreign_key && rules_.at_once() ? keys_ : waiting_;
    Waiting waiting{kind, place_, table, name};
    if (!contains(list, waiting)) list.push_back(std::move(waiting));
}

void Walk::take(const RenameEnumLabel& o) {
    for (const Table& table : state_.tables)
        for (const Column& column : table.columns)
            if (const auto* type = column.type.enum_type(); type != nullptr && type->name == o.type) touch(table.name);
}

/// A database that checks the rows with every change of their table has nothing to check later.
void Walk::take(const ValidateConstraint& o) {
    if (rules_.at_once()) return;
    const bool is_check = named(table_in(state_, o.table).checks, o.name) != nullptr;
    wait(is_check ? Waiting::Kind::check : Waiting::Kind::foreign_key, o.table, o.name);
}

void Walk::take(const RenameTable& o) {
    const QualifiedName renamed(o.from.schema, o.to);
    rows_.insert_or_assign(renamed, rows_of(o.from));
    rows_.erase(o.from);
    if (touched_.erase(o.from) > 0) touched_.insert(renamed);
    for (auto& each : keys_)
        if (each.table == o.from) each.table = renamed;
}

void Walk::take(const AddColumn& o) {
    const auto& column = o.column;
    auto& rows = rows_of(o.table);
    if (column.computed) {
        rows.add({column.name, {}, {}, false});
        compute(o.table, column);
        if (!column.nullable) wait(Waiting::Kind::nulls, o.table, column.name);
        return;
    }
    RowColumn added{column.name, rules_.stored("NULL", column)};
    const bool has_default = column.server_default && column.server_default->type != core::Value::Kind::null;
    // What an expression gives is known when it runs, and a domain may have a default of its own.
    added.known = !column.identity && (column.type.generic() || column.type.form == schema::TypeForm::native);
    if (column.server_default && column.server_default->kind != core::ServerDefault::Kind::literal) {
        added.known = false;
    } else if (has_default) {
        std::string value;
        rules_.dialect().server_default(value, *column.server_default);
        added.value = rules_.stored(value, column);
    } else if (!column.nullable && added.known) {
        questions_.no_value(asked(table_in(state_, o.table), place_), column);
    }
    rows.add(std::move(added));
}

/// A generated column gets its value from the others.
void Walk::compute(const QualifiedName& name, const Column& column) {
    auto& rows = rows_of(name);
    rows.settle();
    auto* computed = rows.find(column.name);
    if (computed == nullptr) return;
    computed->known = true;
    const bool known = rows.knows(*column.computed);
    *computed = {column.name,
                 rules_.stored("(" + *column.computed + "\n)", column),
                 computed->origin,
                 known,
                 rows.is_loose(*column.computed),
                 rows.fails(*column.computed)};
}

void Walk::take(const AlterColumn& o) {
    const auto& table = table_in(state_, o.table);
    const Column& from = column_in(table, o.column);
    Column to = from;
    o.patch.apply(to);
    auto& rows = rows_of(o.table);
    if (rows.find(o.column) == nullptr) return;
    if (from.nullable && !to.nullable) wait(Waiting::Kind::nulls, o.table, o.column);
    if (o.patch.find(&Column::computed) != nullptr && to.computed) {
        compute(o.table, to);
        if (!to.nullable) wait(Waiting::Kind::nulls, o.table, o.column);
        changed(o.table, o.column);
    } else if (o.patch.find(&Column::type) != nullptr && (from.type != to.type || !o.using_expression.empty())) {
        alter_type(o, table, from, to);
    } else if (from.collation != to.collation) {
        rows.settle();
        rows.find(o.column)->value += row_check::collate(rules_.dialect(), to.collation);
        if (to.collation.empty()) rows.find(o.column)->known = false;  // the type's own
        changed(o.table, o.column);
    }
}

void Walk::alter_type(const AlterColumn& o, const Table& table, const Column& from, const Column& to) {
    auto& rows = rows_of(o.table);
    rows.settle();
    row_check::TypeChange change;
    change.known = !from.computed;
    if (change.known) change = rules_.change_type(table, from, to, o.using_expression, state_);
    const bool known = change.known && rows.knows(change.value);
    if (!from.computed) questions_.misfits(asked(table, place_), to, change);
    auto& column = *rows.find(o.column);
    column = {o.column, change.value, column.origin, known, change.loose, change.fails || rows.fails(change.value)};
    if (!to.nullable && change.may_be_null) wait(Waiting::Kind::nulls, o.table, o.column);
    if (!o.using_expression.empty() || !widens(from.type, to.type)) changed(o.table, o.column);
}

void Walk::take(const AlterTable& o) {
    const auto& table = table_in(state_, o.table);
    auto after = table;
    o.patch.apply(after);
    for (const auto& [column, condition] : rules_.misfits(table, after))
        questions_.misfits(asked(table, place_), column, condition);
    if (table.primary_key && rules_.key_takes_null(table) && !rules_.key_takes_null(after))
        wait(Waiting::Kind::primary_key, o.table, table.primary_key->name);
    const bool attached = !after.partition_of.empty() &&
                          (after.partition_of != table.partition_of || after.partition_bound != table.partition_bound);
    if (attached && !rows_of(o.table).empty())
        questions_.unknown(asked(table, place_), "partition bound", "only the database reads the bound");
}

void Walk::take(const Fill& o) {
    const auto& table = table_in(state_, o.table);
    const auto& column = column_in(table, o.column);
    auto& rows = rows_of(o.table);
    rows.settle();
    auto* filled = rows.find(o.column);
    if (filled == nullptr) return;
    std::string value;
    rules_.dialect().literal(value, o.value.value());
    filled->value = rules_.stored("coalesce(" + filled->value + ", " + value + ")", column);
    changed(o.table, o.column);
}

/// What the column is in is asked again, since its values are others.
void Walk::changed(const QualifiedName& name, const std::string& column) {
    const auto& table = table_in(state_, name);
    if (table.primary_key && contains(table.primary_key->columns, column))
        wait(Waiting::Kind::primary_key, name, table.primary_key->name);
    for (const auto& unique : table.uniques)
        if (contains(unique.columns, column)) wait(Waiting::Kind::unique, name, unique.name);
    for (const auto& index : table.indexes)
        if (index.unique && !index.only && uses(index, column)) wait(Waiting::Kind::index, name, index.name);
    for (const auto& check : table.checks)
        if (mentions(check.expression, column)) wait(Waiting::Kind::check, name, check.name);
    for (const auto& exclude : table.excludes)
        if (uses(exclude, column)) wait(Waiting::Kind::exclude, name, exclude.name);
    for (const auto& other : state_.tables)
        for (const auto& key : other.foreign_keys)
            if ((other.name == name && contains(key.columns, column)) ||
                (key.referred_table == name && contains(key.referred_columns, column)))
                wait(Waiting::Kind::foreign_key, other.name, key.name);
    for (const auto& other : table.columns) {
        if (!other.computed || other.name == column || !mentions(*other.computed, column)) continue;
        compute(name, other);
        if (!other.nullable) wait(Waiting::Kind::nulls, name, other.name);
        changed(name, other.name);
    }
}

/// What is written into a table is read from those that it is a part of, and may go on to its parts.
void Walk::touch(const QualifiedName& name) {
    if (!touched_.insert(name).second) return;
    const auto* table = state_.find(name);
    if (table == nullptr) return;
    if (!table->partition_of.empty()) touch(table->partition_of);
    for (const auto& parent : table->inherits) touch(parent);
    for (const auto& other : state_.tables)
        if (other.partition_of == name) touch(other.name);
}

/// Asks what still exists when the changes take effect.
void Walk::ask(const Waiting& waiting) {
    const auto* known = state_.find(waiting.table);
    if (known == nullptr) return;
    const Table table = rules_.ddl().as_stored(*known);
    const auto now = asked(table, waiting.operation);
    switch (waiting.kind) {
        case Waiting::Kind::nulls:
            if (const auto* column = table.find_column(waiting.name); column != nullptr && !column->nullable)
                questions_.nulls(now, *column, "the column becomes NOT NULL");
            return;
        case Waiting::Kind::primary_key:
            if (table.primary_key) ask_primary_key(now, *table.primary_key);
            return;
        case Waiting::Kind::unique:
            if (const auto* unique = named(table.uniques, waiting.name))
                questions_.duplicates(now, "unique constraint " + unique->name,
                                      row_check::elements_of(unique->columns, unique->order), {},
                                      unique->nulls_not_distinct);
            return;
        case Waiting::Kind::index:
            if (const auto* index = named(table.indexes, waiting.name))
                questions_.duplicates(now, "unique index " + index->name, index->elements, index->where,
                                      index->nulls_not_distinct);
            return;
        case Waiting::Kind::foreign_key:
            if (const auto* key = named(table.foreign_keys, waiting.name)) ask_foreign_key(now, *key);
            return;
        case Waiting::Kind::check:
            if (const auto* check = named(table.checks, waiting.name); check != nullptr && !check->not_valid)
                questions_.refused(now, *check);
            return;
        case Waiting::Kind::exclude:
            if (const auto* exclude = named(table.excludes, waiting.name)) questions_.excluded(now, *exclude);
            return;
    }
}

void Walk::ask_primary_key(const Asked& asked, const schema::PrimaryKey& key) {
    for (const auto& name : key.columns)
        if (const auto* column = asked.table.find_column(name);
            column != nullptr && column->nullable && !rules_.key_takes_null(asked.table))
            questions_.nulls(asked, *column, "it becomes a part of the primary key");
    questions_.duplicates(asked, key.name.empty() ? "primary key" : "primary key " + key.name,
                          row_check::elements_of(key.columns, key.order), {}, false);
}

void Walk::ask_foreign_key(const Asked& asked, const schema::ForeignKey& key) {
    const auto* referred = state_.find(key.referred_table);
    if (referred == nullptr || key.not_valid || key.dangling) return;
    // Where all keys are checked at the end, rows that broke one before do not matter.
    const auto before = rules_.at_once() ? lost_before(asked.rows.origin(), key.name) : std::string();
    questions_.orphans(asked, key, this->asked(*referred, asked.operation), before);
}

/// SQL that counts the rows which break the key now; empty for a key that the database has not.
std::string Walk::lost_before(const QualifiedName& name, const std::string& key_name) const {
    const auto* known = before_.find(name);
    if (known == nullptr) return {};
    auto table = *known;
    schema::name_constraints(table);
    const auto* key = named(table.foreign_keys, key_name);
    const auto* referred = key == nullptr ? nullptr : before_.find(key->referred_table);
    if (referred == nullptr) return {};
    row_check::Questions now(rules_);
    now.orphans({0, table, Rows(rules_.dialect(), table)}, *key, {0, *referred, Rows(rules_.dialect(), *referred)}, {});
    const auto list = now.take();
    return list.empty() ? std::string() : list.front().count;
}

/// Whether rows may stand in the way of such an operation.
bool depends_on_rows(const Operation& operation) {
    return std::visit(
        [](const auto& o) {
            using O = std::decay_t<decltype(o)>;
            if constexpr (requires { o.restored_from; } && !std::is_same_v<O, AddColumn>)
                return !o.restored_from.empty();
            else
                return std::is_same_v<O, AddColumn> || std::is_same_v<O, AlterColumn> ||
                       std::is_same_v<O, AlterTable> || std::is_same_v<O, CreateIndex> || std::is_same_v<O, Fill> ||
                       requires { o.constraint; };
        },
        operation);
}

}  // namespace

std::vector<RowQuestion> row_questions(const std::vector<Operation>& operations, const MetaData& before,
                                       const core::Dialect& dialect) {
    if (std::none_of(operations.begin(), operations.end(), depends_on_rows)) return {};
    return Walk(row_check::row_rules(dialect), before).run(operations);
}

}  // namespace strata::migrate
