#include "postgresql/table_reader.hpp"

#include "postgresql/ddl.hpp"
#include "postgresql/queries.hpp"
#include "postgresql/rollback_guard.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/error.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <set>

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

std::vector<std::string> strings(std::string_view json) {
    std::vector<std::string> result;
    const auto value = boost::json::parse({json.data(), json.size()});
    for (const auto& element : value.as_array()) result.emplace_back(element.as_string());
    return result;
}

/// Strips the outer parentheses of an index expression: definitions put them around everything but a plain function
/// call.
std::string unwrapped(const std::string& text) {
    return std::string(core::detail::without_outer_parentheses(text, core::detail::postgresql_lexis));
}

class Reader {
public:
    Reader(core::Connection& connection, const std::string& schema) : connection_(connection), schema_(schema) {}

    MetaData read() {
        // One snapshot, and defaults printed alike whatever the session's settings are; both end with the transaction.
        const RollbackGuard guard(connection_);
        for (const char* setting : {"bytea_output = hex", "timezone = 'UTC'", "extra_float_digits = 1"})
            connection_.execute(std::string("SET LOCAL ") + setting);
        enums_ = read_enum_types(connection_, schema_);
        rows(query::tables, [&](const core::Row& row) {
            Table table;
            table.name = row.text(0);
            table.comment = row.text(1);
            if (!is_version_table(table.name)) metadata_.tables.push_back(std::move(table));
        });
        rows(query::columns, [&](const core::Row& row) { read_column(row); });
        rows(query::constraints, [&](const core::Row& row) { read_constraint(row); });
        rows(query::indexes, [&](const core::Row& row) { read_index_element(row); });
        finish_index();
        rows(query::others, [&](const core::Row& row) {
            if (row.is_null(0))
                metadata_.not_compared.emplace_back(row.text(1));
            else if (Table* table = metadata_.find(row.text(0)))
                table->not_compared.emplace_back(row.text(1));
        });
        for (const auto& type : enums_)
            if (!used_enums_.contains(type.name.name)) metadata_.not_compared.push_back("enum type " + type.name);
        return std::move(metadata_);
    }

private:
    template <class Visit>
    void rows(const char* sql, const Visit& visit) {
        const core::Value values[] = {core::Value::text(schema_)};
        auto cursor = connection_.query(sql, values);
        while (cursor.next()) visit(cursor.row());
    }

    void read_column(const core::Row& row) {
        Table* table = metadata_.find(row.text(0));
        if (table == nullptr) return;
        Column column;
        column.name = row.text(1);
        column.type = type_of(std::string(row.text(2)), std::string(row.text(7)), row.boolean(8));
        column.nullable = !row.boolean(3);
        const auto identity = row.text(5);
        column.identity = !identity.empty();
        if (!row.is_null(4)) {
            if (row.text(6).empty())
                column.server_default = parse_default(column.type, std::string(row.text(4)));
            else
                column.computed = unwrapped(std::string(row.text(4)));
        }
        column.comment = row.text(9);
        const auto note = [&](std::string words) {
            table->not_compared.push_back(std::move(words) + " " + column.name);
        };
        if (!row.text(10).empty()) note("COLLATE " + std::string(row.text(10)) + " on");
        if (identity == "a") note("GENERATED ALWAYS AS IDENTITY on");
        if (row.boolean(11)) note("sequence options of identity column");
        table->columns.push_back(std::move(column));
    }

    Type type_of(const std::string& formatted, const std::string& enum_name, bool in_array) {
        if (enum_name.empty()) return parse_type(formatted);
        used_enums_.insert(enum_name);
        const auto found =
            std::find_if(enums_.begin(), enums_.end(), [&](const Type& each) { return each.name == enum_name; });
        Type type = found != enums_.end() ? *found : Enum(enum_name, {});
        return in_array ? Array(std::move(type)) : type;
    }

    void read_constraint(const core::Row& row) {
        Table* table = metadata_.find(row.text(0));
        if (table == nullptr) return;
        const std::string name(row.text(1));
        const auto columns = strings(row.text(3));
        const auto note = [&](const std::string& words) { table->not_compared.push_back(words + " " + name); };
        switch (row.text(2).front()) {
            case 'p':
                table->primary_key = PrimaryKey{name, columns};
                break;
            case 'u':
                table->uniques.push_back({name, columns});
                break;
            case 'c':
                table->checks.push_back({name, unwrapped(std::string(row.text(13)))});
                break;
            case 'f':
                if (!row.boolean(5)) return note("foreign key to another schema");
                table->foreign_keys.push_back({name, columns, std::string(row.text(4)), strings(row.text(6)),
                                               action_of(row.text(7)), action_of(row.text(8))});
                break;
            default:
                return note(std::string(row.text(14)) + " as");
        }
        if (row.boolean(10)) note(row.boolean(11) ? "DEFERRABLE INITIALLY DEFERRED of" : "DEFERRABLE of");
        if (!row.boolean(12)) note("NOT VALID of");
        if (row.text(2) == "f" && row.text(9) == "f") note("MATCH FULL of");
        if (row.text(2) == "c" && row.boolean(15)) note("NO INHERIT of");
        if (row.boolean(16)) note("INCLUDE of");
        if (row.boolean(17)) note("NULLS NOT DISTINCT of");
        if (!row.text(18).empty()) note("columns named by ON DELETE of");
    }

    /// The query returns one row per element of an index.
    void read_index_element(const core::Row& row) {
        if (index_.name != row.text(1) || index_table_ != row.text(0)) {
            finish_index();
            index_table_ = row.text(0);
            index_.name = row.text(1);
            index_.unique = row.boolean(2);
            index_.where = unwrapped(std::string(row.text(5)));
            if (!row.boolean(3)) lacks_words("INVALID");
            if (row.text(4) != "btree") lacks_words("USING " + std::string(row.text(4)));
            if (row.boolean(6)) lacks_words("INCLUDE");
            if (row.boolean(7)) lacks_words("NULLS NOT DISTINCT");
            if (row.boolean(8)) lacks_words("WITH storage parameters");
        }
        IndexElement element;
        element.column = row.text(9);
        if (element.column.empty()) element.expression = unwrapped(std::string(row.text(10)));
        const auto options = row.integer(11);  // bit 1: DESC, bit 2: NULLS FIRST
        element.descending = (options & 1) != 0;
        if (element.descending != ((options & 2) != 0)) lacks_words("NULLS FIRST or LAST");
        if (!row.text(12).empty()) lacks_words(std::string(row.text(12)));
        if (row.boolean(13)) lacks_words("COLLATE");
        index_.elements.push_back(std::move(element));
    }

    void lacks_words(const std::string& words) {
        if (index_words_.find(words) == std::string::npos) index_words_ += (index_words_.empty() ? "" : ", ") + words;
    }

    void finish_index() {
        Table* table = metadata_.find(index_table_);
        if (table != nullptr && !index_.name.empty()) {
            if (index_words_.empty())
                table->indexes.push_back(std::move(index_));
            else
                table->not_compared.push_back("index " + index_.name + " (" + index_words_ + ")");
        }
        index_ = {};
        index_words_.clear();
    }

    core::Connection& connection_;
    const std::string& schema_;
    std::vector<Type> enums_;
    std::set<std::string> used_enums_;
    MetaData metadata_;
    Index index_;
    std::string index_table_;
    std::string index_words_;
};

}  // namespace

MetaData read_schema(core::Connection& connection, const std::string& schema) {
    return Reader(connection, schema).read();
}

std::vector<Type> read_enum_types(core::Connection& connection, const std::string& schema) {
    std::vector<Type> types;
    const core::Value values[] = {core::Value::text(schema)};
    auto cursor = connection.query(query::enums, values);
    while (cursor.next()) {
        const core::Row& row = cursor.row();
        if (types.empty() || types.back().name != row.text(0)) types.push_back(Enum(std::string(row.text(0)), {}));
        types.back().labels.emplace_back(row.text(1));
    }
    return types;
}

}  // namespace strata::schema::postgresql
