// Folding operations: what stands beside each other stays in an order that runs.

#include "operations/folding.hpp"
#include "support/catch.hpp"

#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>

using namespace strata::migrate;
using strata::schema::MetaData;

namespace {

std::vector<Operation> recorded(void (*callback)(Operations&)) {
    Operations operations;
    callback(operations);
    return operations.operations();
}

std::string text(const std::vector<Operation>& operations) {
    std::string lines;
    for (const auto& operation : operations) lines += describe(operation) + "\n";
    return lines;
}

MetaData users() {
    MetaData state;
    for (const auto& operation : recorded([](Operations& op) {
             op.create_table("users", {column("id", BigInteger{}), primary_key("pk_users", {"id"})});
         }))
        apply(state, operation);
    return state;
}

}  // namespace

TEST_CASE("a key to what comes later is not folded into its table", "[migrate][squash]") {
    const auto operations = recorded([](Operations& op) {
        op.create_table("orders",
                        {column("id", BigInteger{}), column("code", Text{}), primary_key("pk_orders", {"id"})});
        op.add_column("users", column("code", Text{}).nullable());
        op.create_unique_constraint("uq_users_code", "users", {"code"});
        op.create_foreign_key("fk_orders_users", "orders", "users", {"code"}, {"code"});
    });
    CHECK(text(folded(operations, users())) == text(operations));
}

TEST_CASE("a key to what is unchanged is folded into its table", "[migrate][squash]") {
    const auto operations = recorded([](Operations& op) {
        op.create_table("orders", {column("id", BigInteger{}), primary_key("pk_orders", {"id"})});
        op.add_column("orders", column("user_id", BigInteger{}).nullable());
        op.create_foreign_key("fk_orders_users", "orders", "users", {"user_id"}, {"id"});
    });
    const auto less = folded(operations, users());
    REQUIRE(less.size() == 1);
    CHECK(std::get<CreateTable>(less.front()).table.foreign_keys.size() == 1);
}

TEST_CASE("no index is made or dropped concurrently among others", "[migrate][squash]") {
    const auto operations = recorded([](Operations& op) {
        op.create_index("ix_users_id", "users", {"id"}).concurrently();
        op.add_column("users", column("code", Text{}).nullable());
    });
    const auto less = folded(operations, users());
    REQUIRE(less.size() == 2);
    CHECK_FALSE(std::get<CreateIndex>(less.front()).concurrently);
}

TEST_CASE("a table stays as it is where rows go into it", "[migrate][squash]") {
    const auto operations = recorded([](Operations& op) {
        op.create_table("tags", {column("name", Text{}), primary_key("pk_tags", {"name"})});
        op.bulk_insert("tags", {"name"}, {{"pop"}});
        op.rename_column("tags", "name", "label");
        op.add_column("tags", column("size", Integer{}).nullable());
    });
    CHECK(text(folded(operations, {})) == text(operations));
}

TEST_CASE("a label that another table's column has got in between is not used before it is there",
          "[migrate][squash]") {
    const auto operations = recorded([](Operations& op) {
        op.create_table("songs", {column("id", BigInteger{}), column("kind", Enum{"kind", {"pop"}})});
        op.create_table("albums", {column("id", BigInteger{})});
        op.alter_column("songs", "kind").type(Enum{"kind", {"pop", "jazz"}});
        op.add_column("albums", column("kind", Enum{"kind", {"pop", "jazz"}}));
    });
    const auto less = folded(operations, {});
    MetaData state;
    for (const auto& operation : less) apply(state, operation);
    // Both tables have the type with all labels, or the column of the second comes when they are there.
    for (const auto& operation : less) {
        const auto* created = std::get_if<CreateTable>(&operation);
        if (created == nullptr) continue;
        for (const auto& column : created->table.columns)
            if (column.type.enum_type() != nullptr) CHECK(column.type.labels.size() == 2);
    }
    CHECK(state.tables.size() == 2);
}
