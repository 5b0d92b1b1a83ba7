#pragma once

#include <strata/schema/metadata.hpp>

#include <cstdint>
#include <random>
#include <string>

namespace strata::test {

/// Schemas for tests of properties, always the same for a seed. Every schema can be made on both databases.
class RandomSchemas {
public:
    explicit RandomSchemas(std::uint32_t seed) : random_(seed) {}

    /// Names of new things count up from here on.
    void names_from(int number) { names_ = number; }

    /// One to four tables with keys, constraints, indexes and references.
    [[nodiscard]] schema::MetaData schema();
    /// The schema after a few changes, none of which rows() make fail.
    [[nodiscard]] schema::MetaData changed(schema::MetaData schema);
    /// The schema after so many changes of tables that somebody else made and that may have any rows. A table that an
    /// object names, or that has to do with another beside its keys, stays as it is.
    [[nodiscard]] schema::MetaData edited(schema::MetaData schema, std::size_t changes);
    /// INSERT statements: three rows in each table. Values of a column are different and fit its constraints.
    [[nodiscard]] static std::string rows(const schema::MetaData& schema);

private:
    [[nodiscard]] std::size_t below(std::size_t count) { return random_() % count; }
    [[nodiscard]] bool one_in(std::size_t count) { return below(count) == 0; }
    [[nodiscard]] schema::Type type();
    [[nodiscard]] schema::Column column(const std::string& name);
    [[nodiscard]] schema::Table table(const schema::MetaData& others);
    void change(schema::MetaData& schema, schema::Table& chosen, std::size_t how);
    void add_column(schema::Table& table, bool filled);
    void add_part(schema::Table& table, const schema::MetaData& others);
    void drop_part(schema::Table& table);
    void drop_column(schema::MetaData& schema, schema::Table& table);
    void change_column(schema::MetaData& schema, schema::Column& column);

    std::mt19937 random_;
    int names_ = 0;                // given out so far
    bool rows_of_others_ = false;  // whether nothing is known of the rows
};

}  // namespace strata::test
