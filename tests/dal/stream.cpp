// Rows one at a time: the same on both databases.

#include "support/dal_database.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/stop_token.hpp>

#include <malloc.h>

#include <algorithm>
#include <ranges>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

static_assert(std::ranges::input_range<dal::Stream<Song>>);
static_assert(!std::copyable<dal::Stream<Song>>);

namespace {

void add_users(const dal::Database& dal, int count) {
    std::vector<User> rows;
    for (int i = 1; i <= count; ++i) rows.push_back({.email = "user" + std::to_string(i)});
    dal.insert_many(rows);
}

/// Rows counted by the database, 30 bytes each.
std::string numbers(bool sqlite, std::int64_t count) {
    const std::string text = "'the text of the row ' || n AS text";
    if (!sqlite) return "SELECT n, " + text + " FROM generate_series(1, " + std::to_string(count) + ") AS n";
    return "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < " + std::to_string(count) +
           ") SELECT n, " + text + " FROM s";
}

std::size_t bytes_in_use() {
    const struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

}  // namespace

STRATA_DB_TEST("a stream gives the rows of a set, of a query and of raw SQL", "[dal][stream]") {
    const dal::Database dal = on_one_connection(db);
    add_users(dal, 3);
    std::string seen;
    for (const User& user : dal(users.id > 1).order_by(users.id.desc()).stream()) seen += user.email + " ";
    for (const auto& [id, email] : dal.stream(select(users.id, users.email).from(users).order_by(users.id)))
        seen += std::to_string(id) + email + " ";
    for (const std::string& email : dal.stream<std::string>("SELECT email FROM users WHERE id < ? ORDER BY id", 3))
        seen += email + " ";
    for (const bool first : dal.stream(select(users.id == 1).from(users).order_by(users.id))) seen += first ? "y" : "n";
    for (const User& user : dal(users.id > 3).stream()) seen += user.email;
    CHECK(seen == "user3 user2 1user1 2user2 3user3 user1 user2 ynn");
}

STRATA_DB_TEST("the values of a stream may be gone while it reads", "[dal][stream]") {
    const dal::Database dal = on_one_connection(db);
    add_users(dal, 3);
    const auto typed = [&] {
        const std::string wanted = "a text that is too long for a small string, and ends before the stream does";
        return dal(users.email != wanted).order_by(users.id).stream();
    };
    const auto raw = [&] {
        const std::string wanted = "a text that is too long for a small string, and ends before the stream does";
        return dal.stream<std::int64_t>("SELECT id FROM users WHERE email <> ? ORDER BY id", wanted);
    };
    std::int64_t sum = 0;
    for (const User& user : typed()) sum += user.id;
    for (const std::int64_t id : raw()) sum += id;
    CHECK(sum == 12);
}

STRATA_DB_TEST("a stream keeps its connection until it ends", "[dal][stream]") {
    const dal::Database dal = on_one_connection(db);
    add_users(dal, 3);
    {
        auto stream = dal(users).order_by(users.id).stream();
        CHECK(stream.next()->email == "user1");
        CHECK_THROWS_AS(dal(users).count(), Timeout);
    }
    CHECK(dal(users).count() == 3);  // left before its last row
    auto stream = dal(users).stream();
    while (stream.next()) {
    }
    CHECK(dal(users).count() == 3);  // read to its last row
    CHECK(!stream.next());
}

STRATA_DB_TEST("a transaction writes and streams again while it streams", "[dal][stream][transaction]") {
    const dal::Database dal = on_one_connection(db);
    add_users(dal, 20);
    int pairs = 0;
    dal.transaction([&](dal::Transaction& tx) {
        for (const User& user : tx(users.id <= 10).order_by(users.id).stream()) {
            tx(users.id == user.id).update(users.phone = "called");
            tx.insert(Person{.name = user.email});
            for (const User& other : tx(users.id > 10).stream()) pairs += other.id > user.id ? 1 : 0;
        }
    });
    CHECK(pairs == 100);
    CHECK(db.shell("SELECT count(*) FROM users WHERE phone = 'called'") == "10");
    CHECK(db.shell("SELECT count(*) FROM people") == "10");
}

STRATA_DB_TEST("a stream ends with its transaction", "[dal][stream][transaction]") {
    const dal::Database dal = on_one_connection(db);
    add_users(dal, 3);
    std::optional<dal::Stream<User>> kept;
    dal.transaction([&](dal::Transaction& tx) {
        kept.emplace(tx(users).stream());
        CHECK(kept->next());
    });
    CHECK(dal(users).count() == 3);
    CHECK_THROWS_WITH(kept->next(), Contains("the transaction has ended"));
    CHECK(!kept->next());
}

STRATA_DB_TEST("a stream that is moved and left by an exception in a transaction leaves the connection usable",
               "[dal][stream][transaction]") {
    const dal::Database dal = on_one_connection(db);
    add_users(dal, 3);
    CHECK_THROWS_AS(dal.transaction([&](dal::Transaction& tx) {
        dal::Stream<User> first = tx(users).stream();
        CHECK(first.next());
        dal::Stream<User> moved = std::move(first);
        CHECK(moved.next());
        throw std::runtime_error("enough");
    }),
                    std::runtime_error);
    CHECK(dal(users).count() == 3);
}

STRATA_DB_TEST("an error in the middle of a stream comes after rows before it", "[dal][stream]") {
    const dal::Database dal = on_one_connection(db);
    add_users(dal, 5000);
    const auto failing = [&](const auto& session) {
        std::int64_t read = 0;
        // The smallest 64-bit integer has no absolute value.
        auto rows = session.template stream<std::int64_t>(
            "SELECT abs(CASE id WHEN 5000 THEN -9223372036854775807 - 1 ELSE id END) FROM users");
        CHECK_THROWS_AS(
            [&] {
                while (rows.next()) ++read;
            }(),
            Error);
        CHECK(read > 1000);
        CHECK(read < 5000);
        CHECK(!rows.next());
    };
    failing(dal);
    CHECK(dal(users).count() == 5000);
    CHECK_THROWS_WITH(dal.transaction([&](dal::Transaction& tx) {
        failing(tx);
        (void)tx(users).count();
    }),
                      Contains("the transaction has failed"));
}

STRATA_DB_TEST("a statement that cannot run is refused when the stream is made", "[dal][stream]") {
    const dal::Database dal = on_one_connection(db);
    CHECK_THROWS_WITH(dal(devices).stream(), Contains("run db_migrate.sh upgrade"));
    CHECK_THROWS_AS(dal.stream<std::int64_t>("DROP TABLE users"), UsageError);
    CHECK_THROWS_AS((dal.stream<std::tuple<std::int64_t>>("SELECT * FROM users")), UsageError);
    CHECK(dal(users).count() == 0);
}

STRATA_DB_TEST("a stream has the filters of its database", "[dal][stream][filters]") {
    const dal::Database dal = on_one_connection(db);
    add_users(dal, 4);
    const auto emails = [](const dal::Database& scoped) {
        std::string all;
        for (const User& user : scoped(users).order_by(users.id).stream()) all += user.email + " ";
        for (const auto& email : scoped.stream(select(users.email).from(users).order_by(users.id))) all += email + " ";
        return all;
    };
    CHECK(emails(dal.filtered(users.id > 3)) == "user4 user4 ");
    CHECK(emails(dal.filtered(users.id < 2)) == "user1 user1 ");
    CHECK_THROWS_AS(dal.filtered(users.id < 2).stream<std::int64_t>("SELECT id FROM users"), UsageError);
}

STRATA_DB_TEST("a stop flag ends a stream between its rows", "[dal][stream]") {
    const dal::Database dal = on_one_connection(db);
    std::stop_source source;
    const core::StopFlag stop(source.get_token());
    std::int64_t read = 0;
    const auto run = [&] {
        auto rows = dal.with({.stop = &stop})
                        .stream<std::tuple<std::int64_t, std::string>>(unchecked_sql(numbers(db.is_sqlite(), 3000000)));
        while (rows.next()) {
            if (++read == 1000) source.request_stop();
        }
    };
    CHECK_THROWS_AS(run(), Cancelled);
    CHECK(read < 3000000);
    CHECK(dal(users).count() == 0);
}

STRATA_DB_TEST("a million rows are streamed in constant memory, outside of a transaction and inside", "[dal][stream]") {
    const dal::Database dal = on_one_connection(db);
    const std::string sql = numbers(db.is_sqlite(), 1000000);
    const auto read = [&](const auto& session) {
        const std::size_t before = bytes_in_use();
        std::size_t most = before;
        std::int64_t sum = 0;
        for (const auto& [n, text] :
             session.template stream<std::tuple<std::int64_t, std::string>>(unchecked_sql(sql))) {
            sum += n;
            if (n % 10000 == 0) most = std::max(most, bytes_in_use());
        }
        CHECK(sum == 500000500000);
        CHECK(most - before < std::size_t{20} * 1000 * 1000);
    };
    read(dal);
    dal.transaction([&](dal::Transaction& tx) { read(tx); });
}

STRATA_DB_TEST("a stream or a batch that locks rows is refused outside of a transaction",
               "[dal][stream][batch][locks]") {
    const dal::Database dal = on_one_connection(db);
    add_users(dal, 2);
    CHECK_THROWS_WITH(dal(users).for_update().stream(), Contains("run the query in db.transaction"));
    CHECK_THROWS_WITH(dal.batch(dal(users).for_update()), Contains("run the query in db.transaction"));
    dal.transaction([&](dal::Transaction& tx) {
        int read = 0;
        for (const User& user : tx(users).for_update().stream()) read += user.id > 0 ? 1 : 0;
        CHECK(read == 2);
        CHECK(std::get<0>(tx.batch(tx(users).for_update())).size() == 2);
        CHECK_THROWS_WITH(dal(users).stream(), Contains("beside_transaction"));
    });
}
