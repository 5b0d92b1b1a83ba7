#include "support/database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>

using namespace strata;
using namespace strata::core;

namespace {

/// One character of each plane of Unicode that has any, and of those for private use; combining, right to left, no
/// width.
const std::vector<std::string>& hostile_texts() {
    static const std::vector<std::string> texts = [] {
        std::vector<std::string> list = {
            "'",
            "''; DROP TABLE hostile; --",
            "\"",
            "\\",
            "\\'; DROP TABLE hostile; --",
            "$$",
            "$1",
            "?",
            ":name",
            "%",
            "_",
            "\n\r\t\v\f",
            "\x01\x02\x1b[31m\x7f",
            "/* */ -- ;",
            "NULL",
            "\\N",
            "\\.",
            "{\"a\",NULL}",
            "",
            " ",
            std::string(10'000'000, 'x'),
        };
        // U+00E9, U+20AC, U+FFFD, U+10000, U+1F600, U+2A6D6, U+30000, U+E0001, U+F0000, U+10FFFF
        for (const char* text :
             {"\xc3\xa9", "\xe2\x82\xac", "\xef\xbf\xbd", "\xf0\x90\x80\x80", "\xf0\x9f\x98\x80", "\xf0\xaa\x9b\x96",
              "\xf0\xb0\x80\x80", "\xf3\xa0\x80\x81", "\xf3\xb0\x80\x80", "\xf4\x8f\xbf\xbf", "e\xcc\x81",
              "\xe2\x80\xae"
              "abc",
              "\xe2\x80\x8b"})
            list.emplace_back(text);
        return list;
    }();
    return texts;
}

/// What no database of ours keeps as text.
const std::vector<std::string>& impossible_texts() {
    static const std::vector<std::string> texts = {
        std::string("a\0b", 3),  // NUL
        "\xff",                  // never in UTF-8
        "\xc3",                  // cut off
        "\xc0\xaf",              // longer than needed
        "\xed\xa0\x80",          // half of a surrogate pair
        "\xf4\x90\x80\x80",      // past the last character
    };
    return texts;
}

}  // namespace

STRATA_DB_TEST("every text comes back as it was, by every way in", "[core][hostile]") {
    db.shell("CREATE TABLE hostile (id integer, t text)");
    Connection connection(Url::parse(db.url()));
    std::int64_t id = 0;
    for (const std::string& text : hostile_texts()) {
        INFO("text " << id << ": " << text.substr(0, 40));
        const Value values[] = {Value::integer(++id), Value::text(text)};
        connection.execute("INSERT INTO hostile VALUES (?, ?)", values);
        const Value key[] = {Value::integer(id)};
        CHECK(connection.scalar("SELECT t FROM hostile WHERE id = ?", key) == text);
        const Value same[] = {Value::text(text), Value::integer(id)};
        CHECK(connection.scalar("SELECT count(*) FROM hostile WHERE t = ? AND id = ?", same) == "1");
    }
    const std::string_view columns[] = {"id", "t"};
    std::size_t next = 0;
    connection.bulk_insert("hostile", columns, [&](std::span<Value> values) {
        if (next == hostile_texts().size()) return false;
        values[0] = Value::integer(1000 + static_cast<std::int64_t>(next));
        values[1] = Value::text(hostile_texts()[next++]);
        return true;
    });
    CHECK(connection.scalar("SELECT count(*) FROM hostile a JOIN hostile b ON b.id = a.id + 999 AND b.t = a.t") ==
          std::to_string(hostile_texts().size()));
    Pipeline pipeline(connection);
    for (const std::string& text : hostile_texts()) {
        const Value values[] = {Value::text(text)};
        pipeline.add("SELECT count(*) FROM hostile WHERE t = ?", values);
    }
    while (pipeline.waiting() > 0) pipeline.next([](const Row& row) { CHECK(row.integer(0) == 2); });
    pipeline.finish();
}

STRATA_DB_TEST("text that cannot be kept is refused by every way in, and is not in the message", "[core][hostile]") {
    db.shell("CREATE TABLE hostile (t text)");
    Connection connection(Url::parse(db.url()));
    for (const std::string& text : impossible_texts()) {
        const Value values[] = {Value::text(text)};
        CHECK_THROWS_AS(connection.execute("INSERT INTO hostile VALUES (?)", values), ValueError);
        CHECK_THROWS_AS(connection.scalar("SELECT t FROM hostile WHERE t = ?", values), ValueError);
        bool first = true;
        const std::string_view columns[] = {"t"};
        CHECK_THROWS_AS(connection.bulk_insert("hostile", columns,
                                               [&](std::span<Value> row) {
                                                   row[0] = Value::text(text);
                                                   return std::exchange(first, false);
                                               }),
                        ValueError);
        CHECK_FALSE(connection.in_transaction());
        const auto refused = [&] {
            Pipeline pipeline(connection);
            pipeline.add("INSERT INTO hostile VALUES (?)", values);
            pipeline.finish();
        };
        CHECK_THROWS_AS(refused(), ValueError);
    }
    CHECK(connection.scalar("SELECT count(*) FROM hostile") == "0");
}

STRATA_DB_TEST("a statement with NUL or bytes that are not UTF-8 runs nothing", "[core][hostile]") {
    db.shell("CREATE TABLE hostile (t text)");
    Connection connection(Url::parse(db.url()));
    const std::string cut("INSERT INTO hostile VALUES ('a')\0; DROP TABLE hostile", 53);
    CHECK_THROWS_AS(connection.execute(cut), UsageError);
    CHECK_THROWS_AS(connection.script(cut), UsageError);
    CHECK(db.shell("SELECT count(*) FROM hostile") == "0");
}

STRATA_DB_TEST("names with quotes, newlines and every alphabet are names", "[core][hostile]") {
    Connection connection(Url::parse(db.url()));
    for (const std::string& name : {std::string("a\"b"), std::string("a'b; DROP TABLE x; --"), std::string("a\nb"),
                                    std::string("\xd8\xa7\xd9\x84"), std::string("\xf0\x9f\x98\x80"),
                                    std::string("select"), std::string("A b"), std::string("$1?:x")}) {
        INFO(name);
        const std::string quoted = connection.dialect().quoted(name);
        connection.execute("CREATE TABLE " + quoted + " (" + quoted + " text)");
        const std::string_view columns[] = {name};
        bool first = true;
        CHECK(connection.bulk_insert(name, columns, [&](std::span<Value> row) {
            row[0] = Value::text("x");
            return std::exchange(first, false);
        }) == 1);
        CHECK(connection.scalar("SELECT " + quoted + " FROM " + quoted) == "x");
        connection.begin();
        connection.savepoint(name);
        connection.rollback_to_savepoint(name);
        connection.rollback();
        connection.execute("DROP TABLE " + quoted);
    }
    CHECK_THROWS_AS(connection.dialect().quoted(std::string("a\0b", 3)), UsageError);
    CHECK_THROWS_AS(connection.dialect().quoted(""), UsageError);
}

STRATA_DB_TEST("bytes of any value and size come back as they were", "[core][hostile]") {
    db.shell(db.is_sqlite() ? "CREATE TABLE hostile (b blob)" : "CREATE TABLE hostile (b bytea)");
    Connection connection(Url::parse(db.url()));
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    while (bytes.size() < 5'000'000) bytes += bytes;
    const Value values[] = {Value::bytes(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size())};
    connection.execute("INSERT INTO hostile VALUES (?)", values);
    Cursor cursor = connection.query("SELECT b FROM hostile");
    REQUIRE(cursor.next());
    CHECK(cursor.row().bytes(0) == bytes);
}
