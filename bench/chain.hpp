#pragma once

#include <strata/schema/column.hpp>
#include <strata/schema/metadata.hpp>

#include <string>

namespace bench {

/// Tables of 17 columns and 3 indexes, each with a foreign key to the table before.
inline strata::schema::MetaData chain_of_tables(int count) {
    using namespace strata;
    schema::MetaData metadata;
    for (int i = 0; i < count; ++i) {
        schema::Table table;
        const std::string name = "table_" + std::to_string(i);
        table.name = name;
        table.columns.push_back(schema::column("id", schema::BigInteger{}).identity());
        table.columns.push_back(schema::column("previous_id", schema::BigInteger{}).nullable());
        for (int c = 1; c <= 15; ++c) {
            const std::string number = std::to_string(c);
            if (c % 2 == 0) {
                table.columns.push_back(schema::column("text_" + number, schema::String{100}).nullable());
            } else {
                table.columns.push_back(schema::column("number_" + number, schema::BigInteger{}));
            }
        }
        table.primary_key = schema::PrimaryKey{"pk_" + name, {"id"}};
        if (i > 0) {
            const std::string before = "table_" + std::to_string(i - 1);
            table.foreign_keys.push_back({"fk_" + name + "_previous_id_" + before, {"previous_id"}, before, {"id"}});
        }
        for (const char* column : {"previous_id", "text_2", "number_1"})
            table.indexes.push_back({"ix_" + name + "_" + column, {{column}}});
        metadata.tables.push_back(std::move(table));
    }
    return metadata;
}

/// Each tenth table changed: a column more, another type, and an index more.
inline strata::schema::MetaData changed_chain(int count) {
    using namespace strata;
    schema::MetaData metadata = chain_of_tables(count);
    for (std::size_t i = 0; i < metadata.tables.size(); i += 10) {
        schema::Table& table = metadata.tables[i];
        table.columns.push_back(schema::column("added", schema::String{50}).nullable());
        table.find_column("text_4")->type = schema::Text{};
        table.indexes.push_back({"ix_" + table.name.name + "_number_3", {{"number_3"}}});
    }
    return metadata;
}

}  // namespace bench
