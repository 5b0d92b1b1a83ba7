#include "conversion.hpp"
#include "enum_types.hpp"
#include "indexes.hpp"
#include "operations/compiler.hpp"
#include "operations/identifiers.hpp"
#include "operations/kept.hpp"
#include "replacement.hpp"
#include "sequences.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

namespace strata::migrate::postgresql {
namespace {

using core::internal::contains;
using schema::MetaData;
using schema::QualifiedName;
using schema::Table;

// The time zone is restored, since one of the user's statements may follow. A psql script runs these statements too, so
// the old value is kept in a setting.
const char* const keep_time_zone = "SELECT set_config('strata.time_zone', current_setting('TimeZone'), true)";
const char* const utc_begins = "SET LOCAL TimeZone = 'UTC'";
const char* const utc_ends = "SELECT set_config('TimeZone', current_setting('strata.time_zone'), true)";

/// Whether the numbering is the same but for the comment of its sequence, so that the sequence can stay.
bool only_comment_differs(const schema::Identity& before, const schema::Identity& after) {
    auto options = before.options;
    options.comment = after.options.comment;
    return before.kind == after.kind && before.sequence == after.sequence && options == after.options &&
           before.options != after.options;
}

/// Compiles one revision's operations and keeps track of the state between them.
class Compilation {
public:
    Compilation(const schema::DdlCompiler& ddl, MetaData before)
        : ddl_(ddl), dialect_(ddl.dialect()), state_(std::move(before)) {}

    std::vector<Step> run(const std::vector<Operation>& operations) {
        let_functions_name_what_comes(operations);
        for (const auto& operation : operations) {
            rest_ = std::span(operations).subspan(place_ + 1);
            const auto begun = steps_.size();
            std::visit([&](const auto& o) { compile(o); }, operation);
            advance(operation);
            for (const auto& after : after_) emit(after());
            after_.clear();
            released_.clear();
            for (auto& sql : trailing_) emit(std::move(sql));
            trailing_.clear();
            emit(replacements_.put_back(state_, rest_));
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
    /// The body of a function may name what a later operation makes.
    void let_functions_name_what_comes(const std::vector<Operation>& operations) {
        MetaData made;
        for (const auto& operation : operations)
            if (const auto* create = std::get_if<CreateObject>(&operation)) made.objects.push_back(create->object);
        if (operations.size() > 1) emit(ddl_.before_creating(made));
    }
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
    /// Before a column can have the type. A type that is made anew keeps what was said of the old one.
    void prepare(const schema::Type& type) {
        auto statements = ensure_type(type, state_, dialect_);
        const bool anew = statements.size() > 1;
        emit(std::move(statements));
        if (!anew) return;
        const schema::ObjectRef ref{schema::ObjectKind::enum_type, type.enum_type()->name};
        if (const auto* known = state_.find(ref); known != nullptr && !known->comment.empty())
            comment("TYPE " + dialect_.quoted(ref.name), known->comment);
        for (const auto& privileges : state_.privileges)
            if (!privileges.future && privileges.ref == ref) emit(ddl_.set_privileges(nullptr, privileges));
    }
    /// Drops the type after the operation, if no column uses it then.
    void release_after(const schema::Type& type) {
        if (type.enum_type() == nullptr) return;
        const auto& name = type.enum_type()->name;
        if (std::find(released_.begin(), released_.end(), name) != released_.end()) return;
        released_.push_back(name);
        after_.emplace_back([this, type] { return drop_unused_type(type, state_, dialect_); });
    }
    [[nodiscard]] std::string collated(const schema::QualifiedName& collation) const {
        return collation.empty() ? std::string() : " COLLATE " + dialect_.quoted(collation);
    }
    void comment(const std::string& on, const std::string& text) {
        std::string sql = "COMMENT ON " + on + " IS ";
        if (text.empty())
            sql += "NULL";
        else
            dialect_.literal(sql, core::Value::text(text));
        emit(std::move(sql));
    }
    void comment_sequence(const Table& on, const std::string& column, const schema::Identity& identity) {
        const QualifiedName usual(on.name.schema, on.name.name + "_" + column + "_seq");
        comment("SEQUENCE " + dialect_.quoted(identity.sequence.empty() ? usual : identity.sequence),
                identity.options.comment);
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
    void compile(const AlterTable& o);
    void compile(const CreateIndex& o) { emit(ddl_.add_index(table(o.table), attachable(state_, o.index))); }
    void compile(const DropIndex& o) { emit(drop_index(state_, ddl_, table(o.table), o.name)); }
    void compile(const AddUnique& o) { add_constraint(o); }
    void compile(const AddForeignKey& o) { add_constraint(o); }
    void compile(const AddCheck& o) { add_constraint(o); }
    void compile(const AddExclude& o) { add_constraint(o); }
    void compile(const AddPrimaryKey& o) { add_constraint(o); }
    template <class O>
    void add_constraint(const O& o) {
        if constexpr (requires { o.constraint.on_conflict; })
            if (!o.constraint.on_conflict.empty())
                throw MigrationError("constraint " + o.constraint.name + " of table " + o.table +
                                     " has ON CONFLICT, which PostgreSQL has not");
        if constexpr (requires { o.constraint.dangling; })
            if (o.constraint.dangling)
                throw MigrationError("foreign key " + o.constraint.name + " of table " + o.table +
                                     " is dangling, which PostgreSQL has not; create table " +
                                     o.constraint.referred_table + " and leave .dangling() out");
        emit(alter_table(o.table) + "ADD " + constraint_sql(dialect_, o.constraint));
        if (!o.constraint.comment.empty())
            comment("CONSTRAINT " + dialect_.quoted(o.constraint.name) + " ON " + dialect_.quoted(o.table),
                    o.constraint.comment);
        if constexpr (requires { o.constraint.index_comment; })
            emit(ddl_.index_details(table(o.table), schema::index_of(o.constraint)));
    }
    void compile(const DropConstraint& o) { emit(alter_table(o.table) + "DROP CONSTRAINT " + dialect_.quoted(o.name)); }
    void compile(const SetTableComment& o) { comment("TABLE " + dialect_.quoted(o.table), o.comment); }
    void compile(const CreateObject& o) { emit(replacements_.create(state_, o.object)); }
    void compile(const DropObject& o) { emit(replacements_.drop(state_, o.object, rest_)); }
    void compile(const ReplaceObject& o);
    void compile(const SetPrivileges& o) {
        const auto known = std::find_if(state_.privileges.begin(), state_.privileges.end(),
                                        [&](const schema::Privileges& each) { return each.same_thing(o.after); });
        const schema::Privileges* before = o.before ? &*o.before : known != state_.privileges.end() ? &*known : nullptr;
        emit(ddl_.set_privileges(before, o.after));
    }
    void compile(const RenameObject& o) {
        const auto drop = ddl_.drop_object(o.object).front();  // `DROP VIEW "x"`: the same words name it here
        emit("ALTER" + drop.substr(drop.find(' ')) + " RENAME TO " + dialect_.quoted(o.name));
    }
    void compile(const AllowDestructive&) {}
    void compile(const Execute& o) { emit_steps(detail::compile_execute(o, dialect_)); }
    void compile(const BulkInsert& o);
    void compile(const Run& o) { steps_.emplace_back(CallbackStep{o.callback}); }

    void drop_numbering(const schema::QualifiedName& table, const std::string& column);
    void set_fields(const AlterColumn& o, const schema::Column& before);
    [[nodiscard]] std::vector<const Table*> with_partitions(const Table& table) const;
    [[nodiscard]] bool follows(const Table& table, const schema::Column& column, const schema::Type& type) const;
    std::vector<std::string> drop_dependents(const Table& table, const schema::Column& column);

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
    Replacements replacements_{ddl_};
    std::span<const Operation> rest_;  // those after it
    std::size_t place_ = 0;            // index of the operation that is being compiled
};

void Compilation::compile(const CreateTable& o) {
    std::vector<schema::QualifiedName> later;
    for (const auto& key : o.table.foreign_keys)
        if (key.referred_table != o.table.name && state_.find(key.referred_table) == nullptr) {
            later.push_back(key.referred_table);
            pending_.push_back({o.table.name, key, place_});
        }
    for (const auto& column : o.table.columns)
        if (has_other_labels(column.type, state_)) prepare(column.type);
    emit(ddl_.create_table(with_attachable(state_, o.table), state_, later));
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
    prepare(o.column.type);
    if (o.column.identity.kind == schema::Numbering::serial) {
        const auto numbering = ddl_.add_numbering(on, o.column);  // the sequence first, its owner and comment last
        emit(numbering.front());
        emit(alter_table(o.table) + "ADD COLUMN " + ddl_.column_definition(on, o.column));
        emit(std::vector<std::string>(numbering.begin() + 2, numbering.end()));
    } else {
        emit(alter_table(o.table) + "ADD COLUMN " + ddl_.column_definition(on, o.column));
        if (!o.column.identity.options.comment.empty()) comment_sequence(on, o.column.name, o.column.identity);
    }
    AlterColumn rest{o.table, o.column.name};
    schema::Column plain;
    plain.type = o.column.type;
    rest.patch = schema::difference(plain, o.column);
    using schema::Column;
    rest.patch.keep(&Column::computed).keep(&Column::compression);
    set_fields(rest, plain);
}

void Compilation::compile(const DropColumn& o) {
    const auto column = detail::column_in(table(o.table), o.column, opaque_);
    emit(alter_table(o.table) + "DROP COLUMN " + dialect_.quoted(o.column));
    release_after(column.type);
}

/// The table, its partitions, those of these and so on.
std::vector<const Table*> Compilation::with_partitions(const Table& table) const {
    std::vector<const Table*> family{&table};
    for (std::size_t i = 0; i < family.size(); ++i)
        for (const auto& other : state_.tables)
            if (other.partition_of == family[i]->name) family.push_back(&other);
    return family;
}

/// Whether the column is altered with that of a table that it comes from, which has the type already or is given it by
/// a later operation.
bool Compilation::follows(const Table& table, const schema::Column& column, const schema::Type& type) const {
    if (table.partition_of.empty() && !column.inherited) return false;
    auto parents = table.inherits;
    if (!table.partition_of.empty()) parents.push_back(table.partition_of);
    return std::any_of(parents.begin(), parents.end(), [&](const QualifiedName& name) {
        const Table* const parent = state_.find(name);
        const schema::Column* const same = parent != nullptr ? parent->find_column(column.name) : nullptr;
        const auto given = [&](const Operation& later) {
            const auto* alter = std::get_if<AlterColumn>(&later);
            const auto* to = alter != nullptr ? alter->patch.find(&schema::Column::type) : nullptr;
            return to != nullptr && alter->table == name && alter->column == column.name && *to == type;
        };
        return same != nullptr && (same->type == type || std::any_of(rest_.begin(), rest_.end(), given));
    });
}

/// A CHECK, a predicate or an index expression may hold constants of the column's old enum type, which do not compare
/// with the new one. Drops all that mention the column, also in the partitions that have it from the table, and returns
/// the statements that create them again.
std::vector<std::string> Compilation::drop_dependents(const Table& table, const schema::Column& column) {
    std::vector<std::string> back;
    std::vector<std::string> checks;  // a partition's are dropped and added with those of the table
    std::vector<IndexPlace> dropped;
    for (const Table* each : with_partitions(table)) {
        for (const auto& check : each->checks) {
            if (!mentions(check.expression, column.name) || contains(checks, check.name)) continue;
            checks.push_back(check.name);
            emit(alter_table(each->name) + "DROP CONSTRAINT " + dialect_.quoted(check.name));
            for (auto& sql : ddl_.add_check(*each, check)) back.push_back(std::move(sql));
        }
        for (const auto& index : each->indexes) {
            const bool in_expression =
                mentions(index.where, column.name) ||
                std::any_of(index.elements.begin(), index.elements.end(),
                            [&](const auto& element) { return mentions(element.expression, column.name); });
            const QualifiedName name(each->name.schema, index.name);
            if (!in_expression ||
                std::any_of(dropped.begin(), dropped.end(), [&](const auto& other) { return other.name() == name; }))
                continue;
            // What is attached goes with the whole, and comes back with it.
            const auto wholes = with_wholes(state_, name);
            const auto gone =
                wholes.empty() ? std::vector{IndexPlace{each, &index}} : with_attached(state_, wholes.back());
            emit(ddl_.drop_index(*gone.front().table, *gone.front().index));
            dropped.insert(dropped.end(), gone.begin(), gone.end());
            for (auto& sql : indexes_again(state_, ddl_, gone)) back.push_back(std::move(sql));
        }
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

/// The names of settings, `fillfactor=70`, for RESET.
std::string setting_names(const std::vector<std::string>& settings) {
    std::string names;
    for (const auto& setting : settings) names += (names.empty() ? "" : ", ") + setting.substr(0, setting.find('='));
    return names;
}

/// Writes settings as the database takes them: a value that is not a plain word is a literal.
std::string settings_sql(const std::vector<std::string>& settings, const core::Dialect& dialect) {
    std::string sql;
    for (const auto& setting : settings) {
        if (!sql.empty()) sql += ", ";
        const auto equals = setting.find('=');
        sql += setting.substr(0, equals);
        if (equals == std::string::npos) continue;
        sql += '=';
        dialect.literal(sql, core::Value::text(setting.substr(equals + 1)));
    }
    return sql;
}

/// The settings of `before` that `after` has not.
std::vector<std::string> dropped_settings(std::vector<std::string> before, const std::vector<std::string>& after) {
    std::erase_if(before, [&](const std::string& setting) {
        return std::any_of(after.begin(), after.end(), [&](const std::string& other) {
            return setting.substr(0, setting.find('=')) == other.substr(0, other.find('='));
        });
    });
    return before;
}

/// Where the database keeps values of a type unless it is told otherwise; PostgreSQL 15 has no word for it.
const char* usual_storage(const schema::Type& type) {
    using core::TypeKind;
    if (type.generic() && type.kind == TypeKind::numeric) return "MAIN";
    const bool wide = !type.generic() || type.kind == TypeKind::text || type.kind == TypeKind::bytes ||
                      type.kind == TypeKind::json || type.kind == TypeKind::array;
    return wide ? "EXTENDED" : "PLAIN";
}

void Compilation::set_fields(const AlterColumn& o, const schema::Column& before) {
    using schema::Column;
    const auto name = dialect_.quoted(o.column);
    const auto alter = alter_table(o.table) + "ALTER COLUMN " + name + " ";
    if (const auto* computed = o.patch.find(&Column::computed); computed != nullptr && !*computed)
        emit(alter + "DROP EXPRESSION");
    const auto* type = o.patch.find(&Column::type);
    if (const auto* storage = o.patch.find(&Column::storage))
        emit(alter + "SET STORAGE " +
             (storage->empty() ? usual_storage(type != nullptr ? *type : before.type) : *storage));
    if (const auto* method = o.patch.find(&Column::compression))
        emit(alter + "SET COMPRESSION " + (method->empty() ? "default" : *method));
    if (const auto* target = o.patch.find(&Column::statistics))
        emit(alter + "SET STATISTICS " + std::to_string(*target));
    if (const auto* options = o.patch.find(&Column::options)) {
        if (const auto gone = dropped_settings(before.options, *options); !gone.empty())
            emit(alter + "RESET (" + setting_names(gone) + ")");
        if (!options->empty()) emit(alter + "SET (" + settings_sql(*options, dialect_) + ")");
    }
    if (const auto* text = o.patch.find(&Column::comment))
        comment("COLUMN " + dialect_.quoted(o.table) + "." + name, *text);
}

void Compilation::compile(const AlterTable& o) {
    using schema::Table;
    const auto before = table(o.table);
    const auto alter = alter_table(o.table);
    const auto& patch = o.patch;
    const auto or_else = [](const std::string& text, const char* usual) { return text.empty() ? usual : text; };
    if (patch.find(&Table::partition_by) != nullptr)
        throw MigrationError("table " + o.table + ": PostgreSQL cannot change how a table is partitioned");
    if (const auto* module = patch.find(&Table::module); module != nullptr && !module->empty())
        throw MigrationError("table " + o.table + ": it is a virtual table, which PostgreSQL has not");
    if (const auto* yes = patch.find(&Table::unlogged)) emit(alter + (*yes ? "SET UNLOGGED" : "SET LOGGED"));
    if (const auto* parents = patch.find(&Table::inherits)) {
        const auto among = [](const auto& list, const auto& name) {
            return std::find(list.begin(), list.end(), name) != list.end();
        };
        for (const auto& parent : before.inherits)
            if (!among(*parents, parent)) emit(alter + "NO INHERIT " + dialect_.quoted(parent));
        for (const auto& parent : *parents)
            if (!among(before.inherits, parent)) emit(alter + "INHERIT " + dialect_.quoted(parent));
    }
    if (patch.find(&Table::partition_of) != nullptr || patch.find(&Table::partition_bound) != nullptr) {
        auto after = before;
        patch.apply(after);
        if (!before.partition_of.empty())
            emit("ALTER TABLE " + dialect_.quoted(before.partition_of) + " DETACH PARTITION " +
                 dialect_.quoted(o.table));
        if (!after.partition_of.empty())
            emit("ALTER TABLE " + dialect_.quoted(after.partition_of) + " ATTACH PARTITION " +
                 dialect_.quoted(o.table) + " " + after.partition_bound);
    }
    if (const auto* type = patch.find(&Table::of_type))
        emit(alter + (type->empty() ? "NOT OF" : "OF " + dialect_.quoted(*type)));
    if (const auto* settings = patch.find(&Table::parameters)) {
        if (const auto gone = dropped_settings(before.parameters, *settings); !gone.empty())
            emit(alter + "RESET (" + setting_names(gone) + ")");
        if (!settings->empty()) emit(alter + "SET (" + settings_sql(*settings, dialect_) + ")");
    }
    if (const auto* space = patch.find(&Table::tablespace))
        emit(alter + "SET TABLESPACE " + dialect_.quoted(or_else(*space, "pg_default")));
    if (const auto* method = patch.find(&Table::access_method))
        emit(alter + "SET ACCESS METHOD " + dialect_.quoted(or_else(*method, "heap")));
    if (const auto* identity = patch.find(&Table::replica_identity))
        emit(alter + "REPLICA IDENTITY " + or_else(*identity, "DEFAULT"));
    if (const auto* constraint = patch.find(&Table::cluster_on)) {
        const bool on_index = std::any_of(before.indexes.begin(), before.indexes.end(),
                                          [](const auto& index) { return index.clustered; });
        if (!constraint->empty())
            emit(alter + "CLUSTER ON " + dialect_.quoted(*constraint));
        else if (!on_index)
            emit(alter + "SET WITHOUT CLUSTER");
    }
    if (const auto* yes = patch.find(&Table::row_security))
        emit(alter + (*yes ? "ENABLE" : "DISABLE") + " ROW LEVEL SECURITY");
    if (const auto* yes = patch.find(&Table::force_row_security))
        emit(alter + (*yes ? "FORCE" : "NO FORCE") + " ROW LEVEL SECURITY");
}

void Compilation::compile(const ReplaceObject& o) {
    using schema::ObjectKind;
    const auto* known = state_.find(o.after.ref);
    const auto* before = known != nullptr ? known : o.before ? &*o.before : nullptr;
    const auto was = [&]() -> const schema::Object& {
        if (before == nullptr)
            throw MigrationError(o.after.ref.text() + " is not known, so it cannot be changed; say what it was before");
        return *before;
    };
    if (before != nullptr && before->comment != o.after.comment) {
        auto commented = *before;
        commented.comment = o.after.comment;
        if (commented == o.after) {
            emit(ddl_.comment_object(o.after));
            return;
        }
    }
    // What others use or what counts is altered. Dropping it would fail, or it would count from the start.
    if (o.after.ref.kind == ObjectKind::enum_type) {
        const schema::Type* const column_type = enum_type_of_column(o.after.ref.name, state_);  // it may be made anew
        emit(add_labels(o.after.ref, column_type != nullptr ? column_type->labels : was().labels, o.after.labels,
                        dialect_));
        if (was().comment != o.after.comment) comment("TYPE " + dialect_.quoted(o.after.ref.name), o.after.comment);
        return;
    }
    if (o.after.ref.kind == ObjectKind::sequence) {
        emit(alter_sequence(was(), o.after, dialect_));
        if (was().comment != o.after.comment) comment("SEQUENCE " + dialect_.quoted(o.after.ref.name), o.after.comment);
        return;
    }
    // What calls a function keeps it, so it is not dropped.
    const bool called = o.after.ref.kind == ObjectKind::function || o.after.ref.kind == ObjectKind::procedure;
    const std::string create = "CREATE ";
    const std::string replace = "CREATE OR REPLACE ";
    auto after = o.after;
    if (called && after.definition.starts_with(create)) {
        if (!after.definition.starts_with(replace)) after.definition.replace(0, create.size(), replace);
        emit(ddl_.create_object(after));
        emit(after.completions);
        return;
    }
    emit(replacements_.replace(state_, was(), after, rest_));
}

void Compilation::compile(const AlterColumn& o) {
    const auto on = table(o.table);
    const auto column = detail::column_in(on, o.column, opaque_);
    const auto name = dialect_.quoted(o.column);
    const auto alter = "ALTER COLUMN " + name + " ";
    std::vector<std::string> actions;
    std::vector<std::string> back;

    using schema::Column;
    const auto* identity = o.patch.find(&Column::identity);
    const auto* type = o.patch.find(&Column::type);
    const auto* collation = o.patch.find(&Column::collation);
    for (const auto* lacking :
         {o.patch.find(&Column::computed) != nullptr ? "another expression" : nullptr,
          o.patch.find(&Column::computed_virtual) != nullptr ? "another way of computing" : nullptr})
        if (lacking != nullptr && !(column.computed && o.patch.find(&Column::computed) != nullptr &&
                                    !o.patch.find(&Column::computed)->has_value()))
            throw MigrationError("column " + o.table + "." + o.column + " cannot be given " + lacking +
                                 " by PostgreSQL; drop it and add it again");
    if (const auto* action = o.patch.find(&Column::on_conflict); action != nullptr && !action->empty())
        throw MigrationError("column " + o.table + "." + o.column + " has ON CONFLICT, which PostgreSQL has not");
    if (identity != nullptr && only_comment_differs(column.identity, *identity)) {
        comment_sequence(on, o.column, *identity);
        identity = nullptr;
    }
    if (identity != nullptr) drop_numbering(o.table, o.column);
    std::optional<std::optional<schema::ServerDefault>> server_default;
    if (const auto* given = o.patch.find(&Column::server_default)) server_default = *given;
    bool in_utc = false;
    if (type == nullptr && collation != nullptr)
        actions.push_back(alter + "TYPE " + ddl_.type_name(column.type) + collated(*collation));
    if (type != nullptr && follows(on, column, *type)) {
        prepare(*type);  // the state has it from now on
        release_after(column.type);
    } else if (type != nullptr) {
        const auto& from = column.type;
        in_utc = depends_on_time_zone(from, *type) && o.using_expression.empty();
        if (from.enum_type() != nullptr && type->enum_type() != nullptr) back = drop_dependents(on, column);
        prepare(*type);
        auto using_expression = o.using_expression;
        if (using_expression.empty() && !column.computed) using_expression = conversion(ddl_, o.column, from, *type);
        // A default has the old type and may have no cast to the new one.
        const bool keeps_default = from.kind == type->kind && using_expression.empty();
        for (const Table* each : with_partitions(on)) {
            const auto* own = each->name == o.table ? nullptr : each->find_column(o.column);
            if (keeps_default || own == nullptr || !own->server_default) continue;
            emit(alter_table(each->name) + alter + "DROP DEFAULT");
            back.push_back(ddl_.set_default(*each, *own));
        }
        if (column.server_default && !keeps_default) {
            actions.push_back(alter + "DROP DEFAULT");
            if (!server_default) server_default = column.server_default;
        }
        actions.push_back(alter + "TYPE " + ddl_.type_name(*type) +
                          collated(collation != nullptr ? *collation : column.collation) +
                          (using_expression.empty() ? "" : " USING " + using_expression));
        release_after(from);
    }
    if (server_default && *server_default) {
        std::string value;
        dialect_.server_default(value, dialect_.own_default(**server_default, "column " + o.table + "." + o.column));
        actions.push_back(alter + "SET DEFAULT " + value);
    } else if (server_default && (actions.empty() || actions.front() != alter + "DROP DEFAULT")) {
        actions.push_back(alter + "DROP DEFAULT");
    }
    if (const auto* nullable = o.patch.find(&Column::nullable))
        actions.push_back(alter + (*nullable ? "DROP NOT NULL" : "SET NOT NULL"));

    if (!actions.empty()) {
        auto sql = alter_table(o.table);
        for (std::size_t i = 0; i < actions.size(); ++i) sql += (i > 0 ? ", " : "") + actions[i];
        if (in_utc) emit(keep_time_zone);
        if (in_utc) emit(utc_begins);
        emit(std::move(sql));
        if (in_utc) emit(utc_ends);
    }
    if (identity != nullptr && *identity) {
        schema::Column numbered = column;
        if (type != nullptr) numbered.type = *type;
        numbered.identity = *identity;
        for (auto& sql : ddl_.add_numbering(on, numbered)) emit(std::move(sql));
        emit("SELECT setval(" + sequence_of(o.table, o.column) + ", max(" + name + ")) FROM " +
             dialect_.quoted(o.table) + " HAVING max(" + name + ") > 0");
    }
    set_fields(o, column);
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

/// The table that the operation takes something away from, and the column if it is one.
struct Taken {
    schema::QualifiedName table;
    std::string column;
};
std::optional<Taken> taken_by(const Operation& operation) {
    if (const auto* drop = std::get_if<DropTable>(&operation)) return Taken{drop->table, {}};
    if (const auto* drop = std::get_if<DropColumn>(&operation)) return Taken{drop->table, drop->column};
    if (const auto* alter = std::get_if<AlterColumn>(&operation)) return Taken{alter->table, alter->column};
    if (const auto* drop = std::get_if<DropObject>(&operation)) return Taken{drop->object.name, {}};
    if (const auto* replace = std::get_if<ReplaceObject>(&operation)) return Taken{replace->after.ref.name, {}};
    return std::nullopt;
}

/// What needs the table or the column. https://www.postgresql.org/docs/15/catalog-pg-depend.html
const char* const dependents = R"(
SELECT DISTINCT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' ELSE 'a rule of table ' END ||
    c.oid::regclass::text
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass($1) AND c.oid <> d.refobjid AND
    ($2 = '' OR d.refobjsubid = (SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = d.refobjid AND attname = $2))
UNION SELECT 'trigger ' || t.tgname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_trigger t
    ON d.classid = 'pg_catalog.pg_trigger'::regclass AND d.objid = t.oid
WHERE $2 <> '' AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass($1) AND NOT t.tgisinternal AND
    d.refobjsubid = (SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = d.refobjid AND attname = $2)
UNION SELECT 'policy ' || p.polname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_policy p
    ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
WHERE $2 <> '' AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass($1) AND
    d.refobjsubid = (SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = d.refobjid AND attname = $2)
UNION SELECT 'the foreign key ' || k.conname || ' of table ' || k.conrelid::regclass::text FROM pg_catalog.pg_constraint k
WHERE $2 = '' AND k.contype = 'f' AND k.confrelid = to_regclass($1) AND k.conrelid <> k.confrelid
ORDER BY 1)";

class PostgresqlOperationCompiler final : public detail::DialectOperationCompiler {
public:
    /// dependent_objects_still_exist, and feature_not_supported for a column's type.
    [[nodiscard]] std::string explain(core::Connection& connection, const Operation& operation,
                                      const Error& error) const override {
        if (error.code() == lost_code) return ": " + error.server_message();
        const auto taken = taken_by(operation);
        if (!taken || (error.code() != "2BP01" && error.code() != "0A000")) return {};
        const std::string table = dialect().quoted(taken->table);
        const core::Value values[] = {core::Value::text(table), core::Value::text(taken->column)};
        std::string names;
        auto cursor = connection.query(dependents, values);
        while (cursor.next()) {
            if (!names.empty()) names += ", ";
            names += cursor.row().text(0);
        }
        return names.empty() ? names : "; it is needed by " + names + "; drop or change that first";
    }
    [[nodiscard]] const core::Dialect& dialect() const override { return core::dialect_for("postgresql"); }

    [[nodiscard]] std::vector<Step> compile(const std::vector<Operation>& operations,
                                            const MetaData& before) const override {
        return compile_parts(operations, before, true, [&](const std::vector<Operation>& parts) {
            return Compilation(schema::ddl_compiler(dialect()), before).run(parts);
        });
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
