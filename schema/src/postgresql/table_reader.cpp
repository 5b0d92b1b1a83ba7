#include "postgresql/table_reader.hpp"

#include "ddl/common_ddl.hpp"
#include "postgresql/ddl.hpp"
#include "postgresql/object_reader.hpp"
#include "postgresql/printed.hpp"
#include "postgresql/queries.hpp"
#include "postgresql/rollback_guard.hpp"
#include "postgresql/unmanaged_queries.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <tuple>

namespace strata::schema::postgresql {
namespace {

ReferentialAction action_of(std::string_view code) {
    switch (code.empty() ? 'a' : code.front()) {
        case 'r':
            return ReferentialAction::restrict;
        case 'c':
            return ReferentialAction::cascade;
        case 'n':
            return ReferentialAction::set_null;
        case 'd':
            return ReferentialAction::set_default;
        default:
            return ReferentialAction::no_action;
    }
}

Match match_of(std::string_view code) {
    if (code == "f") return Match::full;
    return code == "p" ? Match::partial : Match::simple;
}

Deferrable deferrable_of(bool deferrable, bool deferred) {
    if (!deferrable) return Deferrable::no;
    return deferred ? Deferrable::initially_deferred : Deferrable::initially_immediate;
}

std::string storage_of(std::string_view code) {
    switch (code.empty() ? ' ' : code.front()) {
        case 'p':
            return "PLAIN";
        case 'e':
            return "EXTERNAL";
        case 'm':
            return "MAIN";
        case 'x':
            return "EXTENDED";
        default:
            return {};
    }
}

std::string compression_of(std::string_view code) {
    if (code == "p") return "pglz";
    return code == "l" ? "lz4" : std::string();
}

/// Strips the outer parentheses of an index expression: definitions put them around everything but a plain function
/// call.
std::string unwrapped(std::string_view text) {
    return repeatable(core::detail::without_outer_parentheses(text, core::detail::postgresql_lexis));
}

class Reader {
public:
    Reader(core::Connection& connection, std::string current, std::vector<std::string> schemas)
        : connection_(connection), names_(std::move(current), std::move(schemas)) {}

    MetaData read(const ReflectOptions& options) {
        for (const auto& [oid, type] : read_enums(connection_, names_)) {
            enums_.emplace(type.name, type.labels);
        }
        read_relations(query::tables, query::columns);
        rows(query::indexes, [&](const core::Row& row) { read_index_element(row); });
        finish_index();
        rows(query::untold, [&](const core::Row& row) {
            if (Table* table = table_of(row.integer(0)); table != nullptr)
                table->unmanaged.push_back({{ObjectKind::table, table->name}, std::string(row.text(1))});
        });
        rows(query::constraints, [&](const core::Row& row) { read_constraint(row); });
        MetaData metadata;
        std::map<std::int64_t, QualifiedName> names;
        for (auto& [oid, relation] : relations_) {
            names.emplace(oid, relation.table.name);
            if (!is_version_table(relation.table.name)) metadata.tables.push_back(std::move(relation.table));
        }
        read_objects(connection_, names_, std::move(materialized_indexes_), names, options, metadata);
        metadata.notes = notes();
        return metadata;
    }

    /// The catalogue is everybody's to read, so that little is missing; but what is in it may not be of use.
    UnmanagedList notes() {
        UnmanagedList list;
        rows(query::notes, [&](const core::Row& row) {
            list.push_back({{ObjectKind::schema, std::string(row.text(0)), {}, {}},
                            row.boolean(1) ? "no USAGE right, so what is in it may be missing parts"
                                           : "no right to make tables in it, nor temporary ones, so expressions cannot "
                                             "be compared as the server understands them; GRANT TEMPORARY ON DATABASE "
                                             "gives the right"});
        });
        return list;
    }

    /// The views as tables, of which only the columns are read.
    std::map<QualifiedName, std::vector<Column>> read_views() {
        for (const auto& [oid, type] : read_enums(connection_, names_)) enums_.emplace(type.name, type.labels);
        read_relations(of_views(query::tables).c_str(), of_views(query::columns).c_str());
        std::map<QualifiedName, std::vector<Column>> result;
        for (auto& [oid, view] : relations_) {
            for (auto& column : view.table.columns) {
                column.nullable = true;  // a view keeps no NOT NULL
                column.server_default.reset();
                column.identity = {};
            }
            result.emplace(view.table.name, std::move(view.table.columns));
        }
        return result;
    }

private:
    using CommentKey = std::tuple<bool, std::int64_t, std::int64_t>;  ///< of a constraint; oid; column number or 0

    /// A sequence that numbers a column.
    struct Numbers {
        QualifiedName sequence;
        SequenceOptions options;
        std::string type;
        bool exact_default = false;
    };

    /// A table while it is read.
    struct Relation {
        Table table;
        std::vector<std::pair<std::int64_t, Column>> columns;  ///< with the number that pg_attribute has for each

        /// The columns stand in the order of their numbers from now on.
        void finish() {
            std::sort(columns.begin(), columns.end(),
                      [](const auto& left, const auto& right) { return left.first < right.first; });
            table.columns.reserve(columns.size());
            for (auto& [number, column] : columns) table.columns.push_back(std::move(column));
        }

        [[nodiscard]] std::string column_name(std::int64_t number) const {
            const auto found =
                std::lower_bound(columns.begin(), columns.end(), number,
                                 [](const auto& each, std::int64_t wanted) { return each.first < wanted; });
            return table.columns.at(static_cast<std::size_t>(found - columns.begin())).name;
        }
    };

    void read_relations(const char* tables, const char* columns) {
        rows(query::comments, [&](const core::Row& row) {
            comments_.emplace(CommentKey{row.boolean(0), row.integer(1), row.integer(2)}, row.text(3));
        });
        rows(query::numberings, [&](const core::Row& row) {
            Numbers numbers{names_.name(row.text(2), row.text(3)), sequence_options(row, 4, 10),
                            std::string(row.text(10)), row.boolean(11)};
            numbers.options.comment = comment(false, row.integer(12));
            numbers_.emplace(std::pair(row.integer(0), row.integer(1)), std::move(numbers));
        });
        rows(tables, [&](const core::Row& row) { read_table(row); });
        rows(columns, [&](const core::Row& row) { read_column(row); });
        for (auto& [oid, relation] : relations_) relation.finish();
    }

    /// Empty where there is none.
    [[nodiscard]] std::string comment(bool of_constraint, std::int64_t oid, std::int64_t column = 0) const {
        const auto found = comments_.find(CommentKey{of_constraint, oid, column});
        return found == comments_.end() ? std::string() : found->second;
    }

    /// A query of tables that reads views instead.
    static std::string of_views(std::string sql) {
        constexpr std::string_view tables = "c.relkind IN ('r', 'p')";
        return sql.replace(sql.find(tables), tables.size(), "c.relkind IN ('v', 'm')");
    }

    template <class Visit>
    void rows(const char* sql, const Visit& visit) {
        visit_rows(connection_, names_, sql, visit);
    }

    Table* table_of(std::int64_t oid) {
        const auto found = relations_.find(oid);
        return found == relations_.end() ? nullptr : &found->second.table;
    }

    void read_table(const core::Row& row) {
        Table& table = relations_[row.integer(0)].table;
        table.name = names_.name(row.text(1), row.text(2));
        table.comment = comment(false, row.integer(0));
        table.unlogged = row.boolean(3);
        table.parameters = strings(row.text(4));
        table.tablespace = row.text(5);
        table.access_method = row.text(6);
        const auto identity = row.text(7);
        if (identity == "f") table.replica_identity = "FULL";
        if (identity == "n") table.replica_identity = "NOTHING";
        if (identity == "i") table.replica_identity = "USING INDEX " + connection_.dialect().quoted(row.text(8));
        table.row_security = row.boolean(9);
        table.force_row_security = row.boolean(10);
        table.partition_by = repeatable(row.text(11));
        table.partition_bound = row.text(12);
        if (!row.text(16).empty()) table.of_type = names_.name(row.text(15), row.text(16));
        if (row.text(13) == "[]") return;
        const auto parents = boost::json::parse({row.text(13).data(), row.text(13).size()});
        for (const auto& parent : parents.as_array()) {
            const auto name =
                names_.name(std::string_view(parent.at(0).as_string()), std::string_view(parent.at(1).as_string()));
            if (row.boolean(14))
                table.partition_of = name;
            else
                table.inherits.push_back(name);
        }
    }

    void read_column(const core::Row& row) {
        const auto found = relations_.find(row.integer(0));
        if (found == relations_.end()) return;
        const Table& table = found->second.table;
        const auto number = row.integer(18);
        Column& column = found->second.columns.emplace_back(number, Column()).second;
        column.name = row.text(1);
        column.type = type_of(row);
        column.nullable = !row.boolean(9);
        const auto identity = row.text(11);
        const auto numbers = numbers_.find(std::pair(row.integer(0), number));
        const bool serial = numbers != numbers_.end() && numbers->second.exact_default;
        if (!identity.empty() || serial) {
            column.identity.kind = identity == "a"   ? Numbering::always
                                   : identity == "d" ? Numbering::by_default
                                                     : Numbering::serial;
            if (numbers != numbers_.end()) {
                // Empty where it is in its table's schema and has the name that PostgreSQL gives it.
                const bool usual = numbers->second.sequence == detail::sequence_of(table, column);
                if (!usual) column.identity.sequence = numbers->second.sequence;
                column.identity.options = numbers->second.options;
                const std::string& type = numbers->second.type;
                if (identity.empty() && type != row.text(2) && (type != "bigint" || column.type.generic()))
                    column.identity.options.type = type;
            }
        } else if (!row.is_null(10)) {
            if (row.text(12).empty())
                column.server_default = exact_default(column.type, repeatable(row.text(10)));
            else
                column.computed = unwrapped(row.text(10));
        }
        column.comment = comment(false, row.integer(0), number);
        if (!row.text(14).empty()) column.collation = names_.name(row.text(13), row.text(14));
        column.storage = storage_of(row.text(15));
        column.compression = compression_of(row.text(16));
        column.inherited = row.boolean(17) && table.partition_of.empty();
        column.statistics = static_cast<int>(row.integer(19));
        column.options = strings(row.text(20));
    }

    Type type_of(const core::Row& row) const {
        const bool array = row.boolean(3);
        Type type = element_type(row);
        if (!array) return type;
        // A type that is not known by its own name is kept as a whole.
        return Array(std::move(type), std::max<int>(static_cast<int>(row.integer(4)), 1));
    }

    [[nodiscard]] Type element_type(const core::Row& row) const {
        const auto schema = row.text(6);
        if (schema == "pg_catalog" || schema == "information_schema") return parse_type(std::string(row.text(2)));
        const QualifiedName name = names_.name(schema, row.text(7));
        if (row.text(5) == "e") {
            const auto found = enums_.find(name);
            return Enum(name, found != enums_.end() ? found->second : std::vector<std::string>());
        }
        return UserType(name, std::string(row.text(8)));
    }

    /// Of an array of column numbers as PostgreSQL prints it.
    static std::vector<std::string> column_names(const Relation& relation, std::string_view numbers) {
        std::vector<std::string> names;
        const char* const end = numbers.data() + numbers.size();
        for (const char* at = numbers.data(); at < end;) {
            int number = 0;
            const auto [next, error] = std::from_chars(at, end, number);
            if (error == std::errc()) names.push_back(relation.column_name(number));
            at = next + (error == std::errc() ? 0 : 1);
        }
        return names;
    }

    void read_constraint(const core::Row& row) {
        const auto found = relations_.find(row.integer(0));
        if (found == relations_.end()) return;
        Table* const table = &found->second.table;
        if (row.boolean(23) && table->partition_of.empty()) return;
        const std::string name(row.text(1));
        // Of what a check reads, and of an exclusion, other fields tell: a whole row has the number 0.
        const char kind = row.text(2).front();
        const bool of_columns = kind == 'p' || kind == 'u' || kind == 'f';
        auto columns = of_columns ? column_names(found->second, row.text(3)) : std::vector<std::string>();
        if (row.boolean(26)) table->cluster_on = name;
        const Deferrable deferrable = deferrable_of(row.boolean(10), row.boolean(11));
        const auto fill = [&](auto& constraint) {
            constraint.name = name;
            constraint.deferrable = deferrable;
            constraint.include = strings(row.text(15));
            constraint.parameters = strings(row.text(18));
            constraint.tablespace = row.text(19);
            constraint.comment = comment(true, row.integer(24));
            constraint.index_comment = comment(false, row.integer(21));
        };
        switch (kind) {
            case 'p': {
                PrimaryKey& key = table->primary_key.emplace();
                fill(key);
                key.columns = std::move(columns);
                return;
            }
            case 'u': {
                UniqueConstraint& unique = table->uniques.emplace_back();
                fill(unique);
                unique.columns = std::move(columns);
                unique.nulls_not_distinct = row.boolean(16);
                return;
            }
            case 'c': {
                CheckConstraint& check = table->checks.emplace_back();
                check.name = name;
                check.expression = unwrapped(row.text(13));
                check.not_valid = !row.boolean(12);
                check.no_inherit = row.boolean(14);
                check.comment = comment(true, row.integer(24));
                return;
            }
            case 'f': {
                ForeignKey& key = table->foreign_keys.emplace_back();
                key.name = name;
                key.columns = std::move(columns);
                key.referred_table = names_.name(row.text(4), row.text(5));
                if (const auto referred = relations_.find(row.integer(25)); referred != relations_.end())
                    key.referred_columns = column_names(referred->second, row.text(20));
                else
                    key.referred_columns = strings(row.text(6));
                key.on_delete = action_of(row.text(7));
                key.on_update = action_of(row.text(8));
                key.match = match_of(row.text(9));
                key.deferrable = deferrable;
                key.not_valid = !row.boolean(12);
                key.set_columns = strings(row.text(17));
                key.comment = comment(true, row.integer(24));
                return;
            }
            default: {
                ExcludeConstraint& exclude = table->excludes.emplace_back();
                fill(exclude);
                exclude.operators = strings(row.text(22));
                if (const auto index = exclusion_indexes_.find(row.integer(21)); index != exclusion_indexes_.end()) {
                    exclude.method = index->second.method.empty() ? "btree" : index->second.method;
                    exclude.elements = index->second.elements;
                    exclude.where = index->second.where;
                }
            }
        }
    }

    /// The query returns one row for each element of an index.
    void read_index_element(const core::Row& row) {
        if (index_oid_ != row.integer(1)) {
            finish_index();
            index_relation_ = row.integer(0);
            index_oid_ = row.integer(1);
            index_.name = row.text(2);
            index_.unique = row.boolean(3);
            index_.invalid = !row.boolean(4);
            index_.method = row.text(5);
            index_.where = unwrapped(row.text(6));
            index_.include = strings(row.text(7));
            index_.nulls_not_distinct = row.boolean(8);
            index_.parameters = strings(row.text(9));
            index_.tablespace = row.text(10);
            index_.comment = comment(false, index_oid_);
            of_constraint_ = row.boolean(11);
            of_materialized_view_ = row.boolean(20);
            index_.clustered = row.boolean(21);
            index_.only = row.boolean(23);
            if (!row.text(25).empty()) index_.attached_to = names_.name(row.text(24), row.text(25));
        }
        IndexElement element;
        element.column = row.text(12);
        if (element.column.empty()) element.expression = unwrapped(row.text(13));
        const auto options = row.integer(14);  // bit 1: DESC, bit 2: NULLS FIRST
        element.descending = (options & 1) != 0;
        const bool first = (options & 2) != 0;
        if (first != element.descending) element.nulls = first ? Nulls::first : Nulls::last;
        if (!row.text(16).empty()) element.collation = names_.name(row.text(15), row.text(16));
        if (!row.text(18).empty()) element.operator_class = names_.name(row.text(17), row.text(18));
        element.operator_class_options = row.text(19);
        element.statistics = static_cast<int>(row.integer(22));
        index_.elements.push_back(std::move(element));
    }

    void finish_index() {
        if (index_oid_ == 0) return;
        if (of_constraint_)
            exclusion_indexes_.emplace(index_oid_, std::move(index_));
        else if (of_materialized_view_)
            materialized_indexes_[index_relation_].push_back(std::move(index_));
        else if (Table* table = table_of(index_relation_); table != nullptr)
            table->indexes.push_back(std::move(index_));
        index_ = {};
        index_oid_ = 0;
    }

    core::Connection& connection_;
    const Names names_;
    std::map<QualifiedName, std::vector<std::string>> enums_;
    std::map<CommentKey, std::string> comments_;
    std::map<std::pair<std::int64_t, std::int64_t>, Numbers> numbers_;  ///< by table and column number
    std::map<std::int64_t, Relation> relations_;
    std::map<std::int64_t, Index> exclusion_indexes_;
    std::map<std::int64_t, std::vector<Index>> materialized_indexes_;
    Index index_;
    std::int64_t index_relation_ = 0;
    std::int64_t index_oid_ = 0;
    bool of_constraint_ = false;
    bool of_materialized_view_ = false;
};

}  // namespace

std::vector<std::string> strings(std::string_view json) {
    std::vector<std::string> result;
    if (json == "[]") return result;
    const auto value = boost::json::parse({json.data(), json.size()});
    for (const auto& element : value.as_array()) result.emplace_back(element.as_string());
    return result;
}

SequenceOptions sequence_options(const core::Row& row, int first, int type) {
    // https://www.postgresql.org/docs/15/sql-createsequence.html has what each option is when it is not given.
    const auto name = row.text(type);
    const std::int64_t highest = name == "smallint"  ? std::numeric_limits<std::int16_t>::max()
                                 : name == "integer" ? std::numeric_limits<std::int32_t>::max()
                                                     : std::numeric_limits<std::int64_t>::max();
    const std::int64_t start = row.integer(first);
    const std::int64_t increment = row.integer(first + 1);
    const std::int64_t minimum = row.integer(first + 2);
    const std::int64_t maximum = row.integer(first + 3);
    const bool down = increment < 0;
    SequenceOptions options;
    if (increment != 1) options.increment = increment;
    if (minimum != (down ? -highest - 1 : 1)) options.minimum = minimum;
    if (maximum != (down ? -1 : highest)) options.maximum = maximum;
    if (start != (down ? maximum : minimum)) options.start = start;
    if (row.integer(first + 4) != 1) options.cache = row.integer(first + 4);
    options.cycle = row.boolean(first + 5);
    return options;
}

namespace {

Reader reader(core::Connection& connection, std::string current, const ReflectOptions& options) {
    // One snapshot; names and constants are printed alike whatever the session's settings are: both end with the
    // caller's guard. The planner guesses many rows where there are none, and compiling a query then takes longer than
    // running it.
    for (const char* setting : {"bytea_output = hex", "timezone = 'UTC'", "extra_float_digits = 1", "jit = off"})
        connection.execute(std::string("SET LOCAL ") + setting);
    connection.execute(
        "SET LOCAL search_path = " + (current.empty() ? "" : connection.dialect().quoted(current) + ", ") + "pg_temp");
    std::vector<std::string> schemas = options.schemas;
    if (options.all_schemas) {
        auto cursor = connection.query(
            "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
            "'information_schema' ORDER BY nspname");
        while (cursor.next()) schemas.emplace_back(cursor.row().text(0));
    }
    if (schemas.empty()) schemas.push_back(current);
    return {connection, std::move(current), std::move(schemas)};
}

}  // namespace

MetaData read_schemas(core::Connection& connection, std::string current, const ReflectOptions& options) {
    const RollbackGuard guard(connection);
    return reader(connection, std::move(current), options).read(options);
}

UnmanagedList read_notes(core::Connection& connection, std::string current, const ReflectOptions& options) {
    const RollbackGuard guard(connection);
    return reader(connection, std::move(current), options).notes();
}

std::map<QualifiedName, std::vector<Column>> read_view_columns(core::Connection& connection, std::string current,
                                                               const ReflectOptions& options) {
    const RollbackGuard guard(connection);
    return reader(connection, std::move(current), options).read_views();
}

std::vector<Type> read_enum_types(core::Connection& connection) {
    std::vector<Type> types;
    const std::string current = current_schema(connection);
    for (auto& [oid, type] : read_enums(connection, Names(current, {current}))) types.push_back(std::move(type));
    return types;
}

}  // namespace strata::schema::postgresql
