#include "postgresql/ddl.hpp"

#include "ddl/common_ddl.hpp"
#include "postgresql/ddl/privileges.hpp"
#include "postgresql/ddl/words.hpp"
#include "postgresql/types.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/schema/internal/fields.hpp>
#include <strata/schema/internal/postgresql/column.hpp>
#include <strata/schema/internal/postgresql/constraint.hpp>
#include <strata/schema/internal/postgresql/enum_type.hpp>
#include <strata/schema/internal/postgresql/index.hpp>
#include <strata/schema/internal/postgresql/object.hpp>
#include <strata/schema/internal/postgresql/sequence.hpp>
#include <strata/schema/internal/postgresql/table.hpp>

#include <algorithm>

namespace strata::schema::postgresql {
namespace {

using core::internal::contains;

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

class PostgresqlDdl final : public detail::CommonDdl {
public:
    [[nodiscard]] const core::Dialect& dialect() const noexcept override { return postgresql_dialect(); }

    [[nodiscard]] std::vector<std::string> create_table(const Table& table, const MetaData& state,
                                                        const std::vector<QualifiedName>& later) const override {
        check_names(table);
        check_supported(table);
        std::vector<std::string> list;
        const auto alter = [&](const std::string& action) { list.push_back(alter_table(table, action)); };
        for (const Type* type : enum_types(table))
            if (!used_elsewhere(state, table, *type)) list.push_back(statements::create_enum_type(*type));
        for (const auto& column : table.columns)
            if (column.identity.kind == Numbering::serial) list.push_back(statements::create_sequence(table, column));
        statements::InlineConstraints constraints;
        std::vector<std::string> not_valid;      // CREATE TABLE would take them as valid
        std::vector<std::string> after_indexes;  // what refers to columns of this table that only an index makes unique
        for (const auto& key : table.foreign_keys) {
            const bool waits = key.referred_table != table.name && contains(later, key.referred_table);
            if (waits) continue;
            if (key.referred_table == table.name && !is_constrained(table, key.referred_columns))
                after_indexes.push_back(add_foreign_key(table, key));
            else if (key.not_valid)
                not_valid.push_back(add_foreign_key(table, key));
            else
                constraints.foreign_keys.push_back(&key);
        }
        std::vector<std::string> repeated;
        for (std::size_t i = 0; i < table.uniques.size(); ++i)
            if (is_repeated(table, i))
                repeated.push_back(alter_table(table, statements::add_constraint(dialect(), table.uniques[i])));
            else
                constraints.uniques.push_back(&table.uniques[i]);
        for (const auto& check : table.checks)
            if (check.not_valid)
                not_valid.push_back(add_check(table, check).front());
            else
                constraints.checks.push_back(&check);
        list.push_back(statements::create_table(table, constraints));
        if (!table.inherits.empty()) change_inherited(table, state, list);
        for (auto& sql : repeated) list.push_back(std::move(sql));
        for (auto& sql : not_valid) list.push_back(std::move(sql));
        for (const auto& column : table.columns) {
            if (column.identity.kind == Numbering::serial) list.push_back(statements::own_sequence(table, column));
            if (!column.storage.empty()) alter(statements::set_storage(column.name, column.storage, column.type));
            if (column.statistics >= 0) alter(statements::set_statistics(column.name, column.statistics));
            if (!column.options.empty()) alter(statements::set_options_of_new(column.name, column.options));
        }
        for (const auto& index : table.indexes) {
            list.push_back(create_index(table, index));
            if (index.clustered) alter(statements::cluster_on(index.name));
        }
        if (!table.cluster_on.empty()) alter(statements::cluster_on(table.cluster_on));
        statistics(table, list);
        for (auto& sql : after_indexes) list.push_back(std::move(sql));
        if (!table.partition_of.empty())
            list.push_back(statements::alter_table(dialect(), table.partition_of,
                                                   statements::attach_partition(table.name, table.partition_bound)));
        for (const auto& index : table.indexes) attach(table, index, list);
        if (!table.replica_identity.empty()) alter(statements::set_replica_identity(table.replica_identity));
        if (table.row_security) alter(statements::set_row_security(true));
        if (table.force_row_security) alter(statements::force_row_security(true));
        comments(table, list);
        return list;
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
        std::vector<std::string> list{statements::drop_table(dialect(), table.name)};
        for (const Type* type : enum_types(table))
            if (!used_elsewhere(state, table, *type)) list.push_back(statements::drop_type(type->name));
        return list;
    }

    [[nodiscard]] std::vector<std::string> create_object(const Object& object) const override {
        const bool labels = object.ref.kind == ObjectKind::enum_type;
        std::vector<std::string> list;
        if (!is_given(object.ref))
            list.push_back(labels ? statements::create_enum_type(Enum(object.ref.name, object.labels))
                                  : object.definition);
        if (!object.comment.empty()) list.push_back(statements::comment_on(object.ref, object.comment));
        return list;
    }

    [[nodiscard]] std::vector<std::string> drop_object(const ObjectRef& object) const override {
        if (is_given(object)) return {statements::comment_on(object, "standard public schema")};
        return {statements::drop_object(object)};
    }

    [[nodiscard]] std::vector<std::string> comment_object(const Object& object) const override {
        if (object.comment.empty() && is_given(object.ref)) return drop_object(object.ref);
        return {statements::comment_on(object.ref, object.comment)};
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
        return alter_table(table, statements::add_constraint(dialect(), key));
    }

    [[nodiscard]] std::vector<std::string> add_check(const Table& table, const CheckConstraint& check) const override {
        std::vector<std::string> list{alter_table(table, statements::add_constraint(dialect(), check))};
        comment_constraint(table, check, list);
        return list;
    }

    [[nodiscard]] std::vector<std::string> add_index(const Table& table, const Index& index) const override {
        std::vector<std::string> list{create_index(table, index)};
        for (auto& sql : index_details(table, index)) list.push_back(std::move(sql));
        return list;
    }

    [[nodiscard]] std::vector<std::string> index_details(const Table& table, const Index& index) const override {
        std::vector<std::string> list;
        if (index.clustered) list.push_back(alter_table(table, statements::cluster_on(index.name)));
        statistics(table, index, list);
        attach(table, index, list);
        comment_index(table, index, list);
        return list;
    }

    /// An index that is ONLY the partitioned table's is made when all partitions are there: one that is attached later
    /// would be given an index of its own. https://www.postgresql.org/docs/15/sql-altertable.html (ATTACH PARTITION)
    [[nodiscard]] std::vector<std::string> put_off_partitioned(Table& table) const override {
        std::vector<std::string> list;
        std::erase_if(table.indexes, [&](const Index& index) {
            if (index.only)
                for (auto& sql : add_index(table, index)) list.push_back(std::move(sql));
            return index.only;
        });
        for (auto& index : table.indexes) {
            attach(table, index, list);
            index.attached_to = {};
        }
        return list;
    }

    [[nodiscard]] std::vector<std::string> count_past_rows(const Table& table, const Column& column) const override {
        return {statements::count_past_highest(table.name, column.name)};
    }
    [[nodiscard]] std::vector<std::string> add_numbering(const Table& table, const Column& column) const override {
        std::vector<std::string> list;
        if (column.identity.kind == Numbering::serial)
            list = {statements::create_sequence(table, column),
                    alter_table(table, statements::set_serial_default(table, column)),
                    statements::own_sequence(table, column)};
        else
            list = {alter_table(table, statements::add_identity(table, column))};
        comment_sequence(table, column, list);
        return list;
    }

    [[nodiscard]] std::vector<std::string> set_privileges(const Privileges* before,
                                                          const Privileges& after) const override {
        return privileges_sql(dialect(), before, after);
    }

    [[nodiscard]] std::vector<std::string> release_functions(const Table& table) const override {
        const bool calls = std::any_of(table.needs.begin(), table.needs.end(),
                                       [](const ObjectRef& ref) { return ref.kind == ObjectKind::function; });
        std::vector<std::string> list;
        if (!calls) return list;
        for (const auto& column : table.columns)
            if (column.server_default && column.server_default->kind == ServerDefault::Kind::sql)
                list.push_back(alter_table(table, statements::drop_default(column.name)));
        for (const auto& check : table.checks)
            list.push_back(alter_table(table, statements::drop_constraint(check.name)));
        for (const auto& index : table.indexes)
            if (detail::has_expression(index)) list.push_back(drop_index(table, index));
        return list;
    }

    [[nodiscard]] std::string set_default(const Table& table, const Column& column) const override {
        return alter_table(table, statements::set_default(table.name, column.name, *column.server_default));
    }

    [[nodiscard]] std::string column_definition(const Table& table, const Column& column) const override {
        return statements::column_definition(table, column);
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
            stored.server_default =
                parse_default(stored.type, statements::default_sql(table.name, stored.name, *stored.server_default));
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

    [[nodiscard]] std::string alter_table(const Table& table, const std::string& action) const {
        return statements::alter_table(dialect(), table.name, action);
    }

    /// What a table says otherwise than those it inherits from, whose defaults and NOT NULL it was created with.
    void change_inherited(const Table& table, const MetaData& state, std::vector<std::string>& list) const {
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
            const auto alter = [&](const std::string& action) { list.push_back(alter_table(table, action)); };
            const bool numbered = column.identity.kind != Numbering::none;
            if (defaults && !column.server_default && !column.computed && !numbered)
                alter(statements::drop_default(column.name));
            if (!column.inherited) continue;
            if (column.server_default && !same) list.push_back(set_default(table, column));
            if (!column.nullable && nullable) alter(statements::set_nullable(column.name, false));
            if (!column.compression.empty()) alter(statements::set_compression(column.name, column.compression));
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

    template <class Constraint>
    static void comment_constraint(const Table& table, const Constraint& each, std::vector<std::string>& list) {
        if (!each.comment.empty())
            list.push_back(statements::comment_on_constraint(table.name, each.name, each.comment));
    }
    static void comment_index(const Table& table, const Index& index, std::vector<std::string>& list) {
        if (!index.comment.empty())
            list.push_back(statements::comment_on({ObjectKind::index, name_of(table, index)}, index.comment));
    }
    static void comments(const Table& table, std::vector<std::string>& list) {
        if (!table.comment.empty())
            list.push_back(statements::comment_on({ObjectKind::table, table.name}, table.comment));
        for (const auto& column : table.columns) {
            if (!column.comment.empty())
                list.push_back(statements::comment_on_column(table.name, column.name, column.comment));
            comment_sequence(table, column, list);
        }
        const auto constraint = [&](const auto& each) { comment_constraint(table, each, list); };
        const auto index = [&](const Index& each) { comment_index(table, each, list); };
        if (table.primary_key) constraint(*table.primary_key);
        for (const auto& each : table.uniques) constraint(each);
        for (const auto& each : table.checks) constraint(each);
        for (const auto& each : table.excludes) constraint(each);
        for (const auto& each : table.foreign_keys) constraint(each);
        for (const auto& each : table.indexes) index(each);
        if (table.primary_key) index(index_of(*table.primary_key));
        for (const auto& each : table.uniques) index(index_of(each));
        for (const auto& each : table.excludes) index(index_of(each));
    }
    static void comment_sequence(const Table& table, const Column& column, std::vector<std::string>& list) {
        if (column.identity && !column.identity.options.comment.empty())
            list.push_back(statements::comment_on_sequence_of(table.name, column.name, column.identity));
    }
    static QualifiedName name_of(const Table& table, const Index& index) { return {table.name.schema, index.name}; }
    /// The targets of all indexes of the table.
    static void statistics(const Table& table, std::vector<std::string>& list) {
        for (const auto& index : table.indexes) statistics(table, index, list);
        for (const auto& exclude : table.excludes) statistics(table, index_of(exclude), list);
    }
    static void statistics(const Table& table, const Index& index, std::vector<std::string>& list) {
        for (std::size_t i = 0; i < index.elements.size(); ++i)
            if (const int target = index.elements[i].statistics; target >= 0)
                list.push_back(statements::set_statistics_of_element(name_of(table, index), i + 1, target));
    }
    static void attach(const Table& table, const Index& index, std::vector<std::string>& list) {
        if (!index.attached_to.empty())
            list.push_back(statements::attach_index(index.attached_to, name_of(table, index)));
    }
};

}  // namespace

const DdlCompiler& ddl() {
    static const PostgresqlDdl compiler;
    return compiler;
}

}  // namespace strata::schema::postgresql
