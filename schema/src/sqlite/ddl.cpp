#include "sqlite/ddl.hpp"

#include "ddl/common_ddl.hpp"
#include "sqlite/ddl/column.hpp"
#include "sqlite/ddl/table.hpp"
#include "sqlite/ddl/words.hpp"
#include "sqlite/refusal.hpp"
#include "sqlite/types.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/core/internal/type_kinds.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>
#include <strata/schema/internal/fields.hpp>
#include <strata/schema/internal/sqlite/object.hpp>

#include <algorithm>
#include <array>

namespace strata::schema::sqlite {
namespace {

class SqliteDdl final : public detail::CommonDdl {
public:
    [[nodiscard]] const core::Dialect& dialect() const noexcept override { return sqlite_dialect(); }
    [[nodiscard]] bool same_name(std::string_view left, std::string_view right) const override {
        return detail::sqlite::same_name(left, right);
    }

    [[nodiscard]] std::vector<std::string> create_table(const Table& table, const MetaData&,
                                                        const std::vector<QualifiedName>&) const override {
        if (!table.name.schema.empty()) refuse(table, "schemas");
        if (!table.module.empty()) return {statements::create_virtual_table(table)};
        if (table.columns.empty()) throw UsageError("table " + table.name + " has no columns; give it one");
        check_names(table);
        check_supported(table);
        std::vector<std::string> list{statements::create_table(table)};
        for (const auto& index : table.indexes) list.push_back(create_index(table, index));
        return list;
    }

    /// SQLite reads MATCH and takes every foreign key as MATCH SIMPLE, which differs where some of the columns are
    /// NULL. https://sqlite.org/foreignkeys.html#fk_unsupported
    [[nodiscard]] std::vector<std::string> not_enforced(const Table& table) const override {
        std::vector<std::string> notes;
        for (const auto& key : table.foreign_keys) {
            const bool nullable = std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
                const Column* column = table.find_column(name);
                return column != nullptr && column->nullable;
            });
            if (key.match == Match::simple || key.columns.size() < 2 || !nullable) continue;
            std::string columns;
            for (const auto& name : key.columns) columns += (columns.empty() ? "" : ", ") + name;
            notes.push_back("table " + table.name.text() + ": SQLite does not enforce MATCH " +
                            (key.match == Match::full ? "FULL" : "PARTIAL") + " of its foreign key (" + columns +
                            "), so a row may have some of them and NULL in the others; a check can forbid it");
        }
        return notes;
    }

    /// Views and triggers. An enum type is a check of the columns that use it.
    [[nodiscard]] std::vector<std::string> create_object(const Object& object) const override {
        if (object.ref.kind == ObjectKind::enum_type) return {};
        if (object.ref.kind != ObjectKind::view && object.ref.kind != ObjectKind::trigger)
            throw UsageError(object.ref.text() + " cannot be created on SQLite, which has no object of that kind");
        if (!object.ref.name.schema.empty() || !object.ref.table.schema.empty())
            throw UsageError(object.ref.text() + " cannot be created on SQLite, which has no schemas");
        return {object.definition};
    }

    [[nodiscard]] std::vector<std::string> drop_object(const ObjectRef& object) const override {
        return {statements::drop_object(object)};
    }

    [[nodiscard]] std::string create_index(const Table& table, const Index& index) const override {
        const auto lacks = [&](const std::string& what) { refuse(table, what + " (index " + index.name + ")"); };
        if (!index.method.empty() && index.method != "btree") lacks("index method " + index.method);
        if (!index.include.empty()) lacks("INCLUDE columns");
        if (index.nulls_not_distinct) lacks("NULLS NOT DISTINCT");
        Index plain;
        plain.name = index.name;
        plain.unique = index.unique;
        plain.where = index.where;
        for (auto element : index.elements) {
            if (!element.operator_class.empty()) lacks("operator class " + element.operator_class.text());
            if (!element.collation.schema.empty()) lacks("collation " + element.collation.text());
            // SQLite takes NULL as smaller than every value, and has no other order in an index.
            const Nulls own = element.descending ? Nulls::last : Nulls::first;
            if (element.nulls != Nulls::database_default && element.nulls != own)
                lacks(element.nulls == Nulls::first ? "NULLS FIRST with DESC" : "NULLS LAST without DESC");
            element.nulls = Nulls::database_default;
            plain.elements.push_back(std::move(element));
        }
        return CommonDdl::create_index(table, plain);
    }

    [[nodiscard]] std::vector<std::string> drop_table(const Table& table, const MetaData&) const override {
        return {statements::drop_table(dialect(), table.name)};
    }

    [[nodiscard]] std::string add_foreign_key(const Table&, const ForeignKey&) const override { return {}; }

    [[nodiscard]] std::string column_definition(const Table& table, const Column& column) const override {
        return statements::column_definition(table, column);
    }

    [[nodiscard]] std::string type_name(const Type& type) const override { return declared(type); }

    /// By affinity: an INTEGER column holds any 64-bit number, a REAL column any double, and a type that SQLite knows
    /// only by its name is what the name contains. https://sqlite.org/datatype3.html#determination_of_column_affinity
    [[nodiscard]] TypeKind member_kind(const Type& type) const override {
        if (type.generic()) return type.kind == TypeKind::real ? TypeKind::double_precision : widest_integer(type.kind);
        const std::string name = core::internal::lower(type.native);
        const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
        if (has("bool")) return TypeKind::boolean;
        if (has("int")) return TypeKind::big_integer;
        if (has("char") || has("clob") || has("text") || has("date") || has("time")) return TypeKind::text;
        if (has("blob")) return TypeKind::bytes;
        if (has("real") || has("floa") || has("doub") || has("dec") || has("num")) return TypeKind::double_precision;
        return TypeKind::text;
    }

    [[nodiscard]] Column as_stored(const Table& table, const Column& column) const override {
        Column stored = column;
        store(table, stored);
        return stored;
    }

    /// Makes of the column what SQLite keeps.
    void store(const Table& table, Column& stored) const {
        const std::optional<std::string> sql =
            stored.server_default ? std::optional(statements::default_of(table, stored)) : std::nullopt;
        stored.comment.clear();
        stored.storage.clear();
        stored.compression.clear();
        stored.statistics = -1;
        stored.options.clear();
        stored.inherited = false;
        if (!stored.computed) stored.computed_virtual = false;
        if (stored.nullable) {  // they are said with NOT NULL
            stored.not_null_name.clear();
            stored.on_conflict.clear();
        }
        stored.type = stored_type(type_in(table, std::move(stored.type)));
        if (stored.identity) {
            stored.type = BigInteger();
            stored.identity =
                stored.identity.kind == Numbering::autoincrement ? Numbering::autoincrement : Numbering::automatic;
        }
        if (sql) stored.server_default = parse_default(stored.type, *sql);
    }

    [[nodiscard]] Table as_stored(const Table& table) const override {
        Table stored = table;
        for (auto& column : stored.columns) store(table, column);
        internal::for_each_part(stored, [](auto& part) {
            internal::forget(part, {"comment",
                                    "index_comment",
                                    "statistics",
                                    "only",
                                    "attached_to",
                                    "include",
                                    "parameters",
                                    "tablespace",
                                    "method",
                                    "clustered",
                                    "invalid",
                                    "not_valid",
                                    "no_inherit",
                                    "set_columns",
                                    "nulls_not_distinct",
                                    "operator_class",
                                    "operator_class_options",
                                    "nulls",
                                    "unlogged",
                                    "partition_by",
                                    "partition_of",
                                    "partition_bound",
                                    "inherits",
                                    "of_type",
                                    "access_method",
                                    "replica_identity",
                                    "cluster_on",
                                    "row_security",
                                    "force_row_security"});
        });
        return stored;
    }

private:
    /// What only places PostgreSQL's storage (unlogged, tablespaces, parameters) is left out; what has a meaning that
    /// SQLite cannot keep is refused.
    void check_supported(const Table& table) const {
        if (!table.excludes.empty()) refuse(table, "EXCLUDE constraints");
        if (!table.partition_by.empty() || !table.partition_of.empty()) refuse(table, "partitions");
        if (!table.inherits.empty()) refuse(table, "inheritance");
        if (!table.of_type.empty()) refuse(table, "composite types");
        if (table.row_security || table.force_row_security) refuse(table, "row security");
        if (table.without_rowid && !table.primary_key)
            throw UsageError("table " + table.name + " is WITHOUT ROWID and needs a primary key");
        for (const auto& column : table.columns) check_column(table, column);
    }

    void check_column(const Table& table, const Column& column) const {
        const auto& options = column.identity.options;
        if (options.start || options.increment || options.minimum || options.maximum || options.cycle)
            refuse(table, "sequence options (column " + column.name + ")");
        if (!table.strict) return;
        static constexpr std::array<std::string_view, 6> allowed{"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"};
        const std::string type = statements::declared_type(table, column);
        if (std::none_of(allowed.begin(), allowed.end(),
                         [&](auto each) { return detail::sqlite::same_name(each, type); }))
            throw UsageError("table " + table.name + " is STRICT, and its column " + column.name + " cannot be " +
                             (type.empty() ? "without a type" : type) +
                             "; SQLite takes INT, INTEGER, REAL, TEXT, BLOB and ANY there");
    }

    [[nodiscard]] static TypeKind widest_integer(TypeKind kind) {
        return core::internal::is_integer(kind) ? TypeKind::big_integer : kind;
    }

    /// SQLite keeps of an array which kind its elements are, of an enum its labels but no name, of a time every digit.
    [[nodiscard]] static Type stored_type(Type type) {
        if (!type.generic()) return type;
        type.name = {};
        type.native.clear();
        type.fraction = -1;
        if (type.kind != TypeKind::array) return type;
        Type element;
        element.kind = type.element.front().kind;
        return Array(std::move(element));
    }
};

}  // namespace

const DdlCompiler& ddl() {
    static const SqliteDdl compiler;
    return compiler;
}

}  // namespace strata::schema::sqlite
