// A revision that is written on one database runs on the other one.

#include "migrate_matrix.hpp"
#include "support/catch.hpp"

using namespace strata::migrate;
using namespace strata::test;

#define STRATA_TABLE(...) \
    [](Operations& op) { op.create_table("t", {column("id", BigInteger{}), primary_key("pk_t", {"id"}), __VA_ARGS__}); }

TEST_CASE("a revision of each row of the matrix that is written on one database runs on the other",
          "[migrate][matrix]") {
    go_through_by_the_other(matrix_of_rows());
    go_through_by_the_other(matrix_of_foreign_keys());
}
TEST_CASE("a revision of another type or of a generated column that is written on one database runs on the other",
          "[migrate][matrix]") {
    go_through_by_the_other(matrix_of_types());
    go_through_by_the_other(matrix_of_generated_columns());
}
TEST_CASE("a revision of names and keys that is written on one database runs on the other", "[migrate][matrix]") {
    go_through_by_the_other(matrix_of_index_names());
    go_through_by_the_other(matrix_of_keys());
}

TEST_CASE("what one database does not keep is written for the other", "[migrate][matrix]") {
    const std::vector<MatrixCase> cases{
        {.name = "comments",
         .before = STRATA_TABLE(column("a", Integer{}).comment("how many")),
         .after = STRATA_TABLE(column("a", Integer{}).comment("how much"), comment("it's t"))},
        {.name = "a number that becomes a boolean, with its default",
         .before = STRATA_TABLE(column("a", Integer{}).server_default(literal(1))),
         .after = STRATA_TABLE(column("a", Boolean{}).server_default(literal(true)))},
        {.name = "the name of an enum type",
         .before = STRATA_TABLE(column("a", Enum("mood", {"sad", "glad"})).server_default(literal("sad"))),
         .after = STRATA_TABLE(column("a", Enum("feeling", {"sad", "glad"})).server_default(literal("sad")))},
        {.name = "the labels of an array's enum",
         .before = STRATA_TABLE(column("a", Array(Enum("mood", {"sad", "glad"}))).nullable()),
         .after = STRATA_TABLE(column("a", Array(Enum("mood", {"sad", "calm", "glad"}))).nullable())},
        {.name = "the width of a numbered key",
         .before =
             [](Operations& op) {
                 op.create_table("t", {column("id", Integer{}).identity(), primary_key("pk_t", {"id"})});
             },
         .after =
             [](Operations& op) {
                 op.create_table("t", {column("id", BigInteger{}).identity(), primary_key("pk_t", {"id"})});
             }},
    };
    go_through_by_the_other(cases);
}
