#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/migrate/replay.hpp>

#include <functional>

using namespace strata::migrate;
using strata::schema::MetaData;

namespace {

using Record = std::function<void(Operations&)>;

std::vector<Operation> recorded(const Record& record) {
    Operations op;
    record(op);
    return op.operations();
}

MetaData before() {
    MetaData state;
    for (const auto& operation : recorded([](Operations& op) {
             op.create_table({"music", "users"}, {column("id", BigInteger{}), primary_key("pk_users", {"id"})});
             op.create_table({"music", "songs"},
                             {column("id", BigInteger{}), column("title", Text{}).nullable(),
                              column("user_id", BigInteger{}).nullable(), primary_key("pk_songs", {"id"})});
         }))
        apply(state, operation);
    return state;
}

std::vector<std::string> counts(const Record& record, const char* dialect) {
    std::vector<std::string> list;
    for (const auto& question : row_questions(recorded(record), before(), strata::core::dialect_for(dialect)))
        list.push_back(question.count);
    return list;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a question to the rows is plain SQL over the table as it is now", "[preflight]") {
    const Record revision = [](Operations& op) {
        op.alter_column({"music", "songs"}, "title").nullable(false);
        op.create_check_constraint("ck", {"music", "songs"}, "length(title) > 0");
        op.create_unique_constraint("uq", {"music", "songs"}, {"title", "user_id"});
        op.create_foreign_key("fk", {"music", "songs"}, {"music", "users"}, {"user_id"}, {"id"});
    };
    for (const char* dialect : {"sqlite", "postgresql"}) {
        INFO(dialect);
        const std::string only = dialect == std::string("postgresql") ? "ONLY " : "";
        CHECK(counts(revision, dialect) ==
              Lines{"SELECT count(*) FROM \"music\".\"songs\" WHERE \"songs\".\"title\" IS NULL",
                    "SELECT count(*) FROM \"music\".\"songs\" WHERE NOT (length(title) > 0\n)",
                    "SELECT coalesce(sum(strata_rows), 0) FROM (SELECT count(*) AS strata_rows FROM " + only +
                        "\"music\".\"songs\" WHERE \"songs\".\"title\" IS NOT NULL AND \"songs\".\"user_id\" IS NOT "
                        "NULL GROUP BY \"songs\".\"title\", \"songs\".\"user_id\" HAVING count(*) > 1) AS strata_equal",
                    "SELECT count(*) FROM " + only +
                        "\"music\".\"songs\" WHERE (\"songs\".\"user_id\" IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM " +
                        only +
                        "\"music\".\"users\" AS \"strata_referred\" WHERE \"strata_referred\".\"id\" = "
                        "\"songs\".\"user_id\")"});
    }
}

TEST_CASE("a question follows what earlier operations do to names and values", "[preflight]") {
    const Record revision = [](Operations& op) {
        op.rename_table({"music", "songs"}, "tracks");
        op.rename_column({"music", "tracks"}, "title", "name");
        op.fill({"music", "tracks"}, "name", "none");
        op.create_check_constraint("ck", {"music", "tracks"}, "tracks.name <> ''");
    };
    CHECK(counts(revision, "postgresql") ==
          Lines{"SELECT count(*) FROM (SELECT CAST(coalesce(\"name\", 'none') AS TEXT) AS \"name\" FROM (SELECT "
                "\"tracks\".\"title\" AS \"name\" FROM \"music\".\"songs\" AS \"tracks\") AS \"tracks\") AS \"tracks\" "
                "WHERE NOT (tracks.name <> ''\n)"});
}

TEST_CASE("a revision that asks nothing of rows has no questions", "[preflight]") {
    for (const char* dialect : {"sqlite", "postgresql"})
        CHECK(counts(
                  [](Operations& op) {
                      op.create_table({"music", "new"}, {column("id", Integer{}), primary_key("pk_new", {"id"})});
                      op.add_column({"music", "new"}, column("a", Integer{}));
                      op.create_unique_constraint("uq", {"music", "new"}, {"a"});
                      op.add_column({"music", "songs"}, column("genre", Text{}).nullable());
                      op.create_index("ix", {"music", "songs"}, {"genre"});
                      op.alter_column({"music", "songs"}, "user_id").type(Text{});
                      op.drop_column({"music", "songs"}, "title");
                      op.alter_column({"music", "gone"}, "a").nullable(false);
                  },
                  dialect)
                  .empty());
}

TEST_CASE("the codes of what is found stay as they are", "[preflight]") {
    CHECK(code_of(RowFault::null_value) == "null_value");
    CHECK(code_of(RowFault::no_value) == "no_value");
    CHECK(code_of(RowFault::duplicate) == "duplicate");
    CHECK(code_of(RowFault::orphan) == "orphan");
    CHECK(code_of(RowFault::refused_by_check) == "refused_by_check");
    CHECK(code_of(RowFault::refused_by_exclusion) == "refused_by_exclusion");
    CHECK(code_of(RowFault::value_does_not_fit) == "value_does_not_fit");
    CHECK(code_of(RowFault::unknown) == "unknown");
}
