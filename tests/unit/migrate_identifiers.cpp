// Names inside of expressions, as a rename of a column finds them.

#include "support/catch.hpp"

#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>

using namespace strata::migrate;

namespace {

/// The check's text after a column was renamed from price to cost.
std::string renamed(const std::string& expression) {
    Operations op;
    op.create_table("t", {column("price", Integer{}), check("ck", expression)});
    op.rename_column("t", "price", "cost");
    strata::schema::MetaData state;
    for (const auto& operation : op.operations()) apply(state, operation);
    return state.tables.at(0).checks.at(0).expression;
}

}  // namespace

TEST_CASE("a rename of a column finds its name in expressions of both databases", "[unit][migrate]") {
    CHECK(renamed("price > 0 AND \"price\" < 9") == "\"cost\" > 0 AND \"cost\" < 9");
    CHECK(renamed("[price] > 0 AND [price]<`price`") == "\"cost\" > 0 AND \"cost\"<\"cost\"");
    CHECK(renamed("price = ANY (ARRAY[price, 2])") == "\"cost\" = ANY (ARRAY[\"cost\", 2])");
    CHECK(renamed("parts[price] > 0") == "parts[\"cost\"] > 0");
    CHECK(renamed("(parts)[price][1] > 0") == "(parts)[\"cost\"][1] > 0");
    CHECK(renamed("extract(year FROM price) > 0") == "extract(year FROM \"cost\") > 0");
    CHECK(renamed("U&\"pr\\0069ce\" > 0") == "\"cost\" > 0");
}

TEST_CASE("a rename of a column leaves strings, comments, functions and types alone", "[unit][migrate]") {
    for (const char* expression :
         {"'price' <> ''", "E'\\' price' <> ''", "$$ price $$ <> ''", "price(1) > 0", "a::price > 0", "a > PRICE '1'",
          "extract(price FROM a) > 0", "price.a > 0", "1 > 0 /* price */", "[a price] > 0", "`a price` > 0"})
        CHECK(renamed(expression) == expression);
}
