#include "postgresql/ddl.hpp"

#include "ddl/common_ddl.hpp"
#include "postgresql/object_kinds.hpp"
#include "postgresql/privileges.hpp"
#include "postgresql/types.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/internal/fields.hpp>

#include <algorithm>

namespace strata::schema::postgresql {
namespace {

const core::Dialect& postgresql_dialect() {
    static const core::Dialect& dialect = core::dialect_for("postgresql");
    return dialect;
}

std::string literal(const std::string& text) {
    std::string sql;
    postgresql_dialect().literal(sql, core::Value::text(text));
    return sql;
}

std::string default_sql(const ServerDefault& value) {
    std::string sql;
    postgresql_dialect().server_default(sql, value);
    if (sql.empty()) throw UsageError("a server default is empty; write NULL or leave it out");
    return sql;
}

/// The enum types of a table's columns, each once, in the order of the columns.
std::vector<const Type*> enum_types(const Table& table) {
    std::vector<const Type*> types;
    for (const auto& column : table.columns) {
        const Type* const type = column.type.enum_type();
        if (type == nullptr) continue;
        const auto known =
            std::find_if(types.begin(), types.end(), [&](const Type* other) { return other->name == type->name; });
        if (known == types.end()) {
            types.push_back(type);
        } else if ((*known)->labels != type->labels) {
            throw UsageError("table " + table.name + ": enum type " + type->name +
                             " has different labels in two columns; use one enum, or give one another name");
        }
    }
    return types;
}

bool used_elsewhere(const MetaData& state, const Table& table, const Type& type) {
    const bool created = std::any_of(state.objects.begin(), state.objects.end(), [&](const Object& object) {
        return object.ref.kind == ObjectKind::enum_type && object.ref.name == type.name;
    });
    return created || std::any_of(state.tables.begin(), state.tables.end(), [&](const Table& other) {
               return other.name != table.name &&
                      std::any_of(other.columns.begin(), other.columns.end(), [&](const Column& column) {
                          const Type* const used = column.type.enum_type();
                          return used != nullptr && used->name == type.name;
                      });
           });
}

QualifiedName sequence_of(const Table& table, const Column& column) {
    if (!column.identity.sequence.empty()) return column.identity.sequence;
    return {table.name.schema, table.name.name + "_" + column.name + "_seq"};
}

/// ` START WITH 5 INCREMENT BY 2`
std::string options_sql(const SequenceOptions& options) {
    std::string sql;
    const auto number = [&](const char* words, const std::optional<std::int64_t>& value) {
        if (value) sql += words + std::to_string(*value);
    };
    number(" INCREMENT BY ", options.increment);
    number(" MINVALUE ", options.minimum);
    number(" MAXVALUE ", options.maximum);
    number(" START WITH ", options.start);
    number(" CACHE ", options.cache);
    if (options.cycle) sql += " CYCLE";
    return sql;
}

class PostgresqlDdl final : public detail::CommonDdl {
public:
    [[nodiscard]] const core::Dialect& dialect() const noexcept override { return postgresql_dialect(); }

    [[nodiscard]] std::vector<std::string> create_table(const Table& table, const MetaData& state,
                                                        const std::vector<QualifiedName>& later) const override {
        check_names(table);
        check_supported(table);
        std::vector<std::string> statements;
        for (const Type* type : enum_types(table))
            if (!used_elsewhere(state, table, *type)) statements.push_back(create_enum_sql(*type));
        for (const auto& column : table.columns)
            if (column.identity.kind == Numbering::serial) statements.push_back(create_sequence(table, column));
        std::vector<const ForeignKey*> keys;
        std::vector<std::string> not_valid;      // CREATE TABLE would take them as valid
        std::vector<std::string> after_indexes;  // what refers to columns of this table that only an index makes unique
        for (const auto& key : table.foreign_keys) {
            const bool waits = key.referred_table != table.name &&
                               std::find(later.begin(), later.end(), key.referred_table) != later.end();
            if (waits) continue;
            if (key.referred_table == table.name && !is_constrained(table, key.referred_columns))
                after_indexes.push_back(add_foreign_key(table, key));
            else if (key.not_valid)
                not_valid.push_back(add_foreign_key(table, key));
            else
                keys.push_back(&key);
        }
        std::vector<std::string> repeated;
        for (std::size_t i = 0; i < table.uniques.size(); ++i)
            if (is_repeated(table, i))
                repeated.push_back(alter(table) + "ADD " + constraint_sql(dialect(), table.uniques[i]));
        for (const auto& check : table.checks)
            if (check.not_valid) not_valid.push_back(add_check(table, check).front());
        statements.push_back(statement(table, keys));
        if (!table.inherits.empty()) change_inherited(table, state, statements);
        for (auto& sql : repeated) statements.push_back(std::move(sql));
        for (auto& sql : not_valid) statements.push_back(std::move(sql));
        for (const auto& column : table.columns) {
            if (column.identity.kind == Numbering::serial) statements.push_back(own_sequence(table, column));
            if (!column.storage.empty())
                statements.push_back(alter(table) + "ALTER COLUMN " + dialect().quoted(column.name) + " SET STORAGE " +
                                     column.storage);
            if (column.statistics >= 0)
                statements.push_back(alter(table) + "ALTER COLUMN " + dialect().quoted(column.name) +
                                     " SET STATISTICS " + std::to_string(column.statistics));
            if (!column.options.empty())
                statements.push_back(alter(table) + "ALTER COLUMN " + dialect().quoted(column.name) + " SET (" +
                                     detail::parameter_list(dialect(), column.options) + ")");
        }
        for (const auto& index : table.indexes) {
            statements.push_back(create_index(table, index));
            if (index.clustered) statements.push_back(alter(table) + "CLUSTER ON " + dialect().quoted(index.name));
        }
        if (!table.cluster_on.empty())
            statements.push_back(alter(table) + "CLUSTER ON " + dialect().quoted(table.cluster_on));
        statistics(table, statements);
        for (auto& sql : after_indexes) statements.push_back(std::move(sql));
        if (!table.partition_of.empty())
            statements.push_back("ALTER TABLE " + dialect().quoted(table.partition_of) + " ATTACH PARTITION " +
                                 dialect().quoted(table.name) + " " + table.partition_bound);
        for (const auto& index : table.indexes) attach(table, index, statements);
        if (!table.replica_identity.empty())
            statements.push_back(alter(table) + "REPLICA IDENTITY " + table.replica_identity);
        if (table.row_security) statements.push_back(alter(table) + "ENABLE ROW LEVEL SECURITY");
        if (table.force_row_security) statements.push_back(alter(table) + "FORCE ROW LEVEL SECURITY");
        comments(table, statements);
        return statements;
    }

    /// Enums with the same name share one type, so they must have the same labels.
    void check_beside(const Table& table, const MetaData& others) const override {
        for (const Type* type : enum_types(table)) {
            for (const auto& other : others.tables) {
                for (const auto& column : other.columns) {
                    const Type* const used = column.type.enum_type();
                    if (used == nullptr || used->name != type->name || used->labels == type->labels) continue;
                    throw UsageError("enum type " + type->name + " has different labels in tables " + other.name +
                                     " and " + table.name + "; use one enum, or give one another name");
                }
            }
        }
    }

    [[nodiscard]] std::vector<std::string> drop_table(const Table& table, const MetaData& state) const override {
        std::vector<std::string> statements{"DROP TABLE " + dialect().quoted(table.name)};
        for (const Type* type : enum_types(table))
            if (!used_elsewhere(state, table, *type)) statements.push_back("DROP TYPE " + dialect().quoted(type->name));
        return statements;
    }

    [[nodiscard]] std::vector<std::string> create_object(const Object& object) const override {
        if (object.ref.kind != ObjectKind::enum_type) {
            std::vector<std::string> statements;
            if (!is_given(object.ref)) statements.push_back(object.definition);
            comment(object.ref, object.comment, statements);
            return statements;
        }
        std::vector<std::string> statements{create_enum_sql(Enum(object.ref.name, object.labels))};
        comment(object.ref, object.comment, statements);
        return statements;
    }

    [[nodiscard]] std::vector<std::string> drop_object(const ObjectRef& object) const override {
        if (is_given(object)) return {"COMMENT ON " + named(object) + " IS 'standard public schema'"};
        return {"DROP " + named(object)};
    }

    [[nodiscard]] std::vector<std::string> comment_object(const Object& object) const override {
        std::vector<std::string> statements;
        comment(object.ref, object.comment, statements);
        if (!statements.empty()) return statements;
        if (is_given(object.ref)) return drop_object(object.ref);
        return {"COMMENT ON " + named(object.ref) + " IS NULL"};
    }

    /// Functions may name what is created after them, so their bodies are checked when they are called first.
    [[nodiscard]] std::vector<std::string> before_creating(const MetaData& metadata) const override {
        const bool functions = std::any_of(metadata.objects.begin(), metadata.objects.end(), [](const Object& object) {
            return object.ref.kind == ObjectKind::function || object.ref.kind == ObjectKind::procedure;
        });
        if (!functions) return {};
        return {"SET LOCAL check_function_bodies = off"};
    }

    [[nodiscard]] std::string add_foreign_key(const Table& table, const ForeignKey& key) const override {
        check_supported(table, key);
        return alter(table) + "ADD " + constraint_sql(dialect(), key);
    }

    [[nodiscard]] std::vector<std::string> add_check(const Table& table, const CheckConstraint& check) const override {
        std::vector<std::string> statements{alter(table) + "ADD " + constraint_sql(dialect(), check)};
        if (!check.comment.empty())
            statements.push_back("COMMENT ON CONSTRAINT " + dialect().quoted(check.name) + " ON " +
                                 dialect().quoted(table.name) + " IS " + literal(check.comment));
        return statements;
    }

    [[nodiscard]] std::vector<std::string> add_index(const Table& table, const Index& index) const override {
        std::vector<std::string> statements{create_index(table, index)};
        for (auto& sql : index_details(table, index)) statements.push_back(std::move(sql));
        return statements;
    }

    [[nodiscard]] std::vector<std::string> index_details(const Table& table, const Index& index) const override {
        std::vector<std::string> statements;
        if (index.clustered) statements.push_back(alter(table) + "CLUSTER ON " + dialect().quoted(index.name));
        statistics(table, index, statements);
        attach(table, index, statements);
        comment(table, index, statements);
        return statements;
    }

    /// An index that is ONLY the partitioned table's is made when all partitions are there: one that is attached later
    /// would be given an index of its own. https://www.postgresql.org/docs/15/sql-altertable.html (ATTACH PARTITION)
    [[nodiscard]] std::vector<std::string> put_off_partitioned(Table& table) const override {
        std::vector<std::string> statements;
        std::erase_if(table.indexes, [&](const Index& index) {
            if (index.only)
                for (auto& sql : add_index(table, index)) statements.push_back(std::move(sql));
            return index.only;
        });
        for (auto& index : table.indexes) {
            attach(table, index, statements);
            index.attached_to = {};
        }
        return statements;
    }

    [[nodiscard]] std::vector<std::string> add_numbering(const Table& table, const Column& column) const override {
        const std::string alter_column = alter(table) + "ALTER COLUMN " + dialect().quoted(column.name);
        std::vector<std::string> statements;
        if (column.identity.kind == Numbering::serial)
            statements = {create_sequence(table, column), alter_column + " SET" + identity_sql(table, column),
                          own_sequence(table, column)};
        else
            statements = {alter_column + " ADD" + identity_sql(table, column)};
        comment_sequence(table, column, statements);
        return statements;
    }

    [[nodiscard]] std::vector<std::string> set_privileges(const Privileges* before,
                                                          const Privileges& after) const override {
        return privileges_sql(dialect(), before, after);
    }

    [[nodiscard]] std::vector<std::string> release_functions(const Table& table) const override {
        const bool calls = std::any_of(table.needs.begin(), table.needs.end(),
                                       [](const ObjectRef& ref) { return ref.kind == ObjectKind::function; });
        std::vector<std::string> statements;
        if (!calls) return statements;
        for (const auto& column : table.columns)
            if (column.server_default && column.server_default->kind == ServerDefault::Kind::sql)
                statements.push_back(alter(table) + "ALTER COLUMN " + dialect().quoted(column.name) + " DROP DEFAULT");
        for (const auto& check : table.checks)
            statements.push_back(alter(table) + "DROP CONSTRAINT " + dialect().quoted(check.name));
        for (const auto& index : table.indexes)
            if (detail::has_expression(index)) statements.push_back(drop_index(table, index));
        return statements;
    }

    [[nodiscard]] std::string set_default(const Table& table, const Column& column) const override {
        return alter(table) + "ALTER COLUMN " + dialect().quoted(column.name) + " SET DEFAULT " +
               default_sql(own_default(table, column));
    }

    [[nodiscard]] std::string column_definition(const Table& table, const Column& column) const override {
        std::string sql = dialect().quoted(column.name) + " " + type_name(column.type);
        if (!column.compression.empty()) sql += " COMPRESSION " + column.compression;
        if (!column.collation.empty()) sql += " COLLATE " + dialect().quoted(column.collation);
        return sql + column_options(table, column);
    }

    /// What follows a column's type.
    [[nodiscard]] std::string column_options(const Table& table, const Column& column) const {
        std::string sql = identity_sql(table, column);
        if (column.server_default) sql += " DEFAULT " + default_sql(own_default(table, column));
        if (column.computed) {
            if (column.computed_virtual)
                throw UsageError("column " + table.name + "." + column.name +
                                 " is a virtual generated column, which PostgreSQL 15 has not; make it stored");
            sql += " GENERATED ALWAYS AS (" + *column.computed + ") STORED";
        }
        if (!column.nullable) sql += " NOT NULL";
        return sql;
    }

    [[nodiscard]] std::string type_name(const Type& type) const override { return spelled(type, dialect()); }

    [[nodiscard]] Column as_stored(const Table& table, const Column& column) const override {
        Column stored = column;
        store(table, stored);
        return stored;
    }

    /// Makes of the column what PostgreSQL keeps.
    void store(const Table& table, Column& stored) const {
        if (stored.identity.kind == Numbering::autoincrement) stored.identity.kind = Numbering::automatic;
        if (stored.type.kind == TypeKind::array && stored.type.generic())
            stored.type.dimensions = std::max(stored.type.dimensions, 1);
        stored.not_null_name.clear();
        if (stored.server_default)
            stored.server_default = parse_default(stored.type, default_sql(own_default(table, stored)));
    }

    [[nodiscard]] Table as_stored(const Table& table) const override {
        Table stored = table;
        for (auto& column : stored.columns) store(table, column);
        internal::for_each_part(stored, [](auto& part) {
            internal::forget(part, {"on_conflict", "order", "strict", "without_rowid", "module"});
            // The server's own schema is always searched, so its names need not say it.
            const auto plain = [](QualifiedName& name) {
                if (name.schema == "pg_catalog") name.schema.clear();
            };
            if constexpr (requires { part.collation; }) plain(part.collation);
            if constexpr (requires { part.operator_class; }) plain(part.operator_class);
        });
        for (auto& column : stored.columns)
            if (column.collation.schema == "pg_catalog") column.collation.schema.clear();
        return stored;
    }

private:
    /// Every new database has the schema `public`, and few roles may make or drop one. It has a comment.
    static bool is_given(const ObjectRef& ref) { return ref.kind == ObjectKind::schema && ref.name.name == "public"; }

    /// Whether the columns are a key or a unique constraint, in any order.
    static bool is_constrained(const Table& table, const std::vector<std::string>& columns) {
        const auto are_these = [&](const std::vector<std::string>& others) {
            return others.size() == columns.size() &&
                   std::is_permutation(others.begin(), others.end(), columns.begin());
        };
        return columns.empty() || (table.primary_key && are_these(table.primary_key->columns)) ||
               std::any_of(table.uniques.begin(), table.uniques.end(),
                           [&](const auto& unique) { return are_these(unique.columns); });
    }

    /// Whether the unique constraint says the same as the key or as one before it. CREATE TABLE makes one constraint of
    /// such, ALTER TABLE makes each.
    static bool is_repeated(const Table& table, std::size_t at) {
        const UniqueConstraint& unique = table.uniques[at];
        const auto same = [&](const auto& other) {
            return other.columns == unique.columns && other.include == unique.include &&
                   other.deferrable == unique.deferrable;
        };
        if (table.primary_key && !unique.nulls_not_distinct && same(*table.primary_key)) return true;
        return std::any_of(table.uniques.begin(), table.uniques.begin() + static_cast<std::ptrdiff_t>(at),
                           [&](const UniqueConstraint& other) {
                               return same(other) && other.nulls_not_distinct == unique.nulls_not_distinct;
                           });
    }

    [[nodiscard]] std::string alter(const Table& table) const {
        return "ALTER TABLE " + dialect().quoted(table.name) + " ";
    }

    /// What a table says otherwise than those it inherits from, whose defaults and NOT NULL it was created with.
    void change_inherited(const Table& table, const MetaData& state, std::vector<std::string>& statements) const {
        for (const auto& column : table.columns) {
            const Column* parent = nullptr;
            bool defaults = false;
            bool same = true;
            bool nullable = true;
            for (const auto& name : table.inherits) {
                const Table* const from = state.find(name);
                parent = from != nullptr ? from->find_column(column.name) : nullptr;
                if (parent == nullptr) continue;
                defaults = defaults || parent->server_default || parent->identity.kind == Numbering::serial;
                same = same && parent->server_default == column.server_default;
                nullable = nullable && parent->nullable;
            }
            const std::string change = alter(table) + "ALTER COLUMN " + dialect().quoted(column.name);
            const bool numbered = column.identity.kind != Numbering::none;
            if (defaults && !column.server_default && !column.computed && !numbered)
                statements.push_back(change + " DROP DEFAULT");
            if (!column.inherited) continue;
            if (column.server_default && !same) statements.push_back(set_default(table, column));
            if (!column.nullable && nullable) statements.push_back(change + " SET NOT NULL");
            if (!column.compression.empty()) statements.push_back(change + " SET COMPRESSION " + column.compression);
        }
    }

    /// Throws UsageError for what only SQLite has and what changes the meaning.
    static void check_supported(const Table& table) {
        const auto refuse = [&](const std::string& what) {
            throw UsageError("table " + table.name + ": " + what + ", which PostgreSQL has not");
        };
        if (!table.module.empty()) refuse("it is a virtual table");
        for (const auto& column : table.columns)
            if (!column.on_conflict.empty()) refuse("column " + column.name + " has ON CONFLICT");
        if (table.primary_key && !table.primary_key->on_conflict.empty()) refuse("its key has ON CONFLICT");
        for (const auto& unique : table.uniques) {
            if (!unique.on_conflict.empty()) refuse("a unique constraint has ON CONFLICT");
            for (const auto& order : unique.order)
                if (!order.collation.empty()) refuse("a unique constraint has COLLATE");
        }
        for (const auto& key : table.foreign_keys) check_supported(table, key);
    }
    static void check_supported(const Table& table, const ForeignKey& key) {
        if (key.dangling)
            throw UsageError("table " + table.name + ": its foreign key " + key.name +
                             " is dangling, which PostgreSQL has not; add the table " + key.referred_table +
                             " and take .dangling() away");
    }

    [[nodiscard]] std::string create_sequence(const Table& table, const Column& column) const {
        std::string sql = table.unlogged ? "CREATE UNLOGGED SEQUENCE " : "CREATE SEQUENCE ";
        sql += dialect().quoted(sequence_of(table, column));
        if (!column.identity.options.type.empty())
            sql += " AS " + column.identity.options.type;
        else if (column.type.generic() && column.type.kind == TypeKind::integer)
            sql += " AS INTEGER";
        else if (column.type.generic() && column.type.kind == TypeKind::small_integer)
            sql += " AS SMALLINT";
        return sql + options_sql(column.identity.options);
    }

    [[nodiscard]] std::string own_sequence(const Table& table, const Column& column) const {
        return "ALTER SEQUENCE " + dialect().quoted(sequence_of(table, column)) + " OWNED BY " +
               dialect().quoted(table.name) + "." + dialect().quoted(column.name);
    }

    [[nodiscard]] std::string identity_sql(const Table& table, const Column& column) const {
        switch (column.identity.kind) {
            case Numbering::none:
                return {};
            case Numbering::serial:
                return " DEFAULT nextval(" + literal(dialect().quoted(sequence_of(table, column))) + "::regclass)";
            case Numbering::automatic:
            case Numbering::autoincrement:
            case Numbering::by_default:
            case Numbering::always:
                break;
        }
        std::string sql = column.identity.kind == Numbering::always ? " GENERATED ALWAYS AS IDENTITY"
                                                                    : " GENERATED BY DEFAULT AS IDENTITY";
        std::string options = options_sql(column.identity.options);
        if (!column.identity.sequence.empty())
            options = " SEQUENCE NAME " + dialect().quoted(column.identity.sequence) + options;
        if (!options.empty()) sql += " (" + options.substr(1) + ")";
        return sql;
    }

    [[nodiscard]] std::string statement(const Table& table, const std::vector<const ForeignKey*>& keys) const {
        std::string sql = table.unlogged ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ";
        sql += dialect().quoted(table.name);
        if (!table.of_type.empty()) sql += " OF " + dialect().quoted(table.of_type);
        std::string lines;
        const auto line = [&](const std::string& text) { lines += (lines.empty() ? "\n    " : ",\n    ") + text; };
        for (const auto& column : table.columns) {
            if (!table.of_type.empty()) {
                const std::string options = column_options(table, column);
                if (!options.empty()) line(dialect().quoted(column.name) + " WITH OPTIONS" + options);
            } else if (!column.inherited) {
                line(column_definition(table, column));
            }
        }
        if (table.primary_key) line(constraint_sql(dialect(), *table.primary_key));
        for (std::size_t i = 0; i < table.uniques.size(); ++i)
            if (!is_repeated(table, i)) line(constraint_sql(dialect(), table.uniques[i]));
        for (const auto& check : table.checks)
            if (!check.not_valid) line(constraint_sql(dialect(), check));
        for (const auto& exclude : table.excludes) line(constraint_sql(dialect(), exclude));
        for (const auto* key : keys) line(constraint_sql(dialect(), *key));
        if (!lines.empty() || table.of_type.empty()) sql += " (" + lines + "\n)";
        if (!table.inherits.empty()) {
            sql += "\nINHERITS (";
            for (const auto& parent : table.inherits)
                sql += (&parent == &table.inherits.front() ? "" : ", ") + dialect().quoted(parent);
            sql += ")";
        }
        if (!table.partition_by.empty()) sql += "\nPARTITION BY " + table.partition_by;
        if (!table.access_method.empty()) sql += "\nUSING " + dialect().quoted(table.access_method);
        if (!table.parameters.empty()) sql += "\nWITH (" + detail::parameter_list(dialect(), table.parameters) + ")";
        if (!table.tablespace.empty()) sql += "\nTABLESPACE " + dialect().quoted(table.tablespace);
        return sql;
    }

    /// `FUNCTION "rate"(integer)`, as DROP and COMMENT ON name an object.
    [[nodiscard]] std::string named(const ObjectRef& ref) const {
        const KindWords words = words_of(ref.kind);
        std::string name = dialect().quoted(ref.name);
        switch (words.naming) {
            case Naming::name:
                break;
            case Naming::call:
                name += "(" + ref.arguments + ")";
                break;
            case Naming::operator_:
                name = (ref.name.schema.empty() ? std::string() : dialect().quoted(ref.name.schema) + ".") +
                       ref.name.name + " (" + ref.arguments + ")";
                break;
            case Naming::with_method:
                name += " USING " + dialect().quoted(ref.arguments);
                break;
            case Naming::cast:
                name = "(" + ref.name.name + ")";
                break;
            case Naming::for_user:
                name = "FOR " + (ref.name.name == "public" ? std::string("PUBLIC") : dialect().quoted(ref.name.name)) +
                       " SERVER " + dialect().quoted(ref.arguments);
                break;
            case Naming::of_table:
                name = dialect().quoted(ref.name.name);
                break;
        }
        if (!ref.table.empty()) name += " ON " + dialect().quoted(ref.table);
        return std::string(words.word) + " " + name;
    }

    void comment(const ObjectRef& ref, const std::string& text, std::vector<std::string>& statements) const {
        if (!text.empty()) statements.push_back("COMMENT ON " + named(ref) + " IS " + literal(text));
    }

    void comments(const Table& table, std::vector<std::string>& statements) const {
        const std::string name = dialect().quoted(table.name);
        if (!table.comment.empty()) statements.push_back("COMMENT ON TABLE " + name + " IS " + literal(table.comment));
        for (const auto& column : table.columns) {
            if (!column.comment.empty())
                statements.push_back("COMMENT ON COLUMN " + name + "." + dialect().quoted(column.name) + " IS " +
                                     literal(column.comment));
            comment_sequence(table, column, statements);
        }
        const auto constraint = [&](const auto& each) {
            if (!each.comment.empty())
                statements.push_back("COMMENT ON CONSTRAINT " + dialect().quoted(each.name) + " ON " + name + " IS " +
                                     literal(each.comment));
        };
        if (table.primary_key) constraint(*table.primary_key);
        for (const auto& each : table.uniques) constraint(each);
        for (const auto& each : table.checks) constraint(each);
        for (const auto& each : table.excludes) constraint(each);
        for (const auto& each : table.foreign_keys) constraint(each);
        for (const auto& index : table.indexes) comment(table, index, statements);
        if (table.primary_key) comment(table, index_of(*table.primary_key), statements);
        for (const auto& each : table.uniques) comment(table, index_of(each), statements);
        for (const auto& each : table.excludes) comment(table, index_of(each), statements);
    }
    void comment_sequence(const Table& table, const Column& column, std::vector<std::string>& statements) const {
        const std::string& text = column.identity.options.comment;
        if (column.identity && !text.empty())
            statements.push_back("COMMENT ON SEQUENCE " + dialect().quoted(sequence_of(table, column)) + " IS " +
                                 literal(text));
    }
    [[nodiscard]] std::string index_name(const Table& table, const Index& index) const {
        return dialect().quoted(QualifiedName(table.name.schema, index.name));
    }
    /// The targets of all indexes of the table.
    void statistics(const Table& table, std::vector<std::string>& statements) const {
        for (const auto& index : table.indexes) statistics(table, index, statements);
        for (const auto& exclude : table.excludes) statistics(table, index_of(exclude), statements);
    }
    void statistics(const Table& table, const Index& index, std::vector<std::string>& statements) const {
        for (std::size_t i = 0; i < index.elements.size(); ++i)
            if (index.elements[i].statistics >= 0)
                statements.push_back("ALTER INDEX " + index_name(table, index) + " ALTER COLUMN " +
                                     std::to_string(i + 1) + " SET STATISTICS " +
                                     std::to_string(index.elements[i].statistics));
    }
    void attach(const Table& table, const Index& index, std::vector<std::string>& statements) const {
        if (!index.attached_to.empty())
            statements.push_back("ALTER INDEX " + dialect().quoted(index.attached_to) + " ATTACH PARTITION " +
                                 index_name(table, index));
    }
    void comment(const Table& table, const Index& index, std::vector<std::string>& statements) const {
        if (!index.comment.empty())
            statements.push_back("COMMENT ON INDEX " + index_name(table, index) + " IS " + literal(index.comment));
    }
};

}  // namespace

const DdlCompiler& ddl() {
    static const PostgresqlDdl compiler;
    return compiler;
}

std::string create_enum_sql(const Type& type) {
    std::string labels;
    for (const auto& label : type.labels) labels += (labels.empty() ? "" : ", ") + literal(label);
    return "CREATE TYPE " + postgresql_dialect().quoted(type.name) + " AS ENUM (" + labels + ")";
}

}  // namespace strata::schema::postgresql
