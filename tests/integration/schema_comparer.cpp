#include "support/database.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/reflection.hpp>

using namespace strata::schema;
using Catch::Matchers::Contains;
using strata::Connection;
using strata::test::TestDatabase;
using strata::test::TestDialect;
using Role = ExpressionComparer::Role;

namespace {

/// A database with table `songs`, and what asks it; `more` is run by the session first.
struct Asked {
    TestDatabase db{TestDialect::postgresql};
    Table songs;
    std::optional<Connection> connection;
    std::unique_ptr<ExpressionComparer> comparer;

    explicit Asked(const std::string& tables = "CREATE TABLE songs (price integer, title text)") {
        db.shell(tables);
        connection.emplace(strata::Url::parse(db.url()));
        songs = *reflect(*connection).find("songs");
        comparer = expression_comparer(*connection);
    }
    bool equal(const std::string& left, const std::string& right, Role place = Role::check) {
        return comparer->equal(songs, place, "", left, right);
    }
    /// From here on as a role that may make no temporary tables, and tables of its own where `create` says so.
    void become_guest(bool create) {
        const std::string schema(db.schema());
        const std::string database = connection->scalar("SELECT current_database()").value();
        role = "strata_guest_" + database.substr(database.size() - 8);
        db.admin_shell("CREATE ROLE " + role + "; GRANT USAGE ON SCHEMA " + schema + " TO " + role +
                       "; GRANT SELECT ON " + schema + ".songs TO " + role + "; REVOKE TEMP ON DATABASE " + database +
                       " FROM PUBLIC;" + (create ? "GRANT CREATE ON SCHEMA " + schema + " TO " + role + ";" : "") +
                       (strata::test::surrounding() == strata::test::Surrounding::foreign
                            ? "GRANT " + role + " TO strata_app"
                            : ""));
        connection->script("SET ROLE " + role);
    }
    std::string role;
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;
    ~Asked() {
        comparer.reset();
        connection.reset();
        if (!role.empty()) db.admin_shell("DROP OWNED BY " + role + "; DROP ROLE " + role);
    }
};

}  // namespace

TEST_CASE("a role that may not make temporary tables compares expressions all the same",
          "[schema][comparer][postgresql]") {
    Asked asked;
    asked.become_guest(true);
    const auto before = asked.db.dump();
    CHECK(asked.equal("price > 0 AND title IN ('a', 'b')",
                      "((price > 0) AND (title = ANY (ARRAY['a'::text, 'b'::text])))"));
    CHECK_FALSE(asked.equal("price > 0", "price > 1"));
    CHECK(asked.equal("lower(title)", "(lower((title)))", Role::index_element));
    CHECK(asked.equal("price > 0", "(price) > (0)", Role::index_predicate));
    CHECK_THROWS_WITH(asked.equal("songs.price > 0", "(price > 0)"),
                      Contains("table songs") && Contains("GRANT TEMPORARY ON DATABASE"));
    CHECK(asked.db.dump() == before);
}

TEST_CASE("a role that may not create tables gets an error, which is not taken for a difference",
          "[schema][comparer][postgresql]") {
    Asked asked;
    asked.become_guest(false);
    CHECK_THROWS_WITH(asked.equal("price > 0", "(price > 0)"),
                      Contains("comparing expressions needs a role") && Contains("GRANT TEMPORARY ON DATABASE"));
}

TEST_CASE("a lock and a read-only session are errors of the comparison, not differences",
          "[schema][comparer][postgresql]") {
    Asked asked;
    Connection other(strata::Url::parse(asked.db.url()));
    other.begin();
    other.execute("LOCK TABLE songs IN ACCESS EXCLUSIVE MODE");
    asked.connection->script("SET lock_timeout = '50ms'");
    CHECK_THROWS_AS(asked.equal("price > 0", "(price > 0)"), strata::Timeout);
    other.rollback();
    CHECK(asked.equal("price > 0", "(price > 0)"));
    asked.connection->script("SET default_transaction_read_only = on");
    CHECK_THROWS_AS(asked.equal("price > 2", "(price > 2)"), strata::Error);
}

TEST_CASE("what the server does not understand is a difference", "[schema][comparer][postgresql]") {
    Asked asked;
    CHECK_FALSE(asked.equal("price >", "price > 0"));
    CHECK_FALSE(asked.equal("cost > 0", "price > 0"));
    CHECK_FALSE(asked.equal("price > 'x'", "price > 0"));
    CHECK_FALSE(asked.equal("price > (SELECT 1)", "price > 0"));
}

TEST_CASE("a quoted name and another one that differs in case are two", "[schema][comparer][postgresql]") {
    Asked asked("CREATE TABLE songs (price integer, \"PRICE\" integer)");
    CHECK_FALSE(asked.equal("\"PRICE\" > 0", "price > 0"));
    CHECK(asked.equal("PRICE > 0", "price > 0"));
}
