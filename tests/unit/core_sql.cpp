#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

using namespace strata;
using namespace strata::core;

TEST_CASE("identifiers are quoted with their quotes doubled", "[unit][sql]") {
    const Dialect& dialect = dialect_for("sqlite");
    CHECK(dialect.quoted("music songs") == "\"music songs\"");
    CHECK(dialect.quoted("a\"b") == "\"a\"\"b\"");
    CHECK_THROWS_AS(dialect.quoted(""), UsageError);
    CHECK_THROWS_AS(dialect.quoted(std::string_view("a\0b", 3)), UsageError);
}

TEST_CASE("literals are written so that they read back as the value", "[unit][sql]") {
    const auto text = [](const char* dialect, const Value& value) {
        std::string sql;
        dialect_for(dialect).literal(sql, value);
        return sql;
    };
    const std::byte bytes[] = {std::byte{0}, std::byte{0xff}};
    CHECK(text("sqlite", Value::text("it's")) == "'it''s'");
    CHECK(text("sqlite", Value::boolean(true)) == "1");
    CHECK(text("postgresql", Value::boolean(true)) == "true");
    CHECK(text("sqlite", Value::bytes(bytes, 2)) == "X'00ff'");
    CHECK(text("postgresql", Value::bytes(bytes, 2)) == "'\\x00ff'");
    CHECK(text("sqlite", Value::real(2)) == "2.0");
    CHECK(text("postgresql", Value::null()) == "NULL");
    CHECK(text("sqlite", Value::timestamptz(TimestampTz(0))) == "'1970-01-01 00:00:00.000000'");
    CHECK(text("postgresql", Value::timestamptz(TimestampTz(0))) == "'1970-01-01 00:00:00.000000+00'");
    CHECK(text("postgresql", Value::array(R"(["a,b",null,1])")) == R"('{"a,b",NULL,"1"}')");
}
