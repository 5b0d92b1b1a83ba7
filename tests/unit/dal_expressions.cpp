// How expressions are part of a statement: its key, its SQL, and what PostgreSQL's sessions keep of it.

#include "detail/shape.hpp"
#include "support/catch.hpp"
#include "support/dal_models.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/detail/statement_class.hpp>
#include <strata/core/dialect.hpp>

#include <string>

using namespace dal_test;
using namespace strata;

namespace {

template <class X>
auto selected(const X& expression) {
    return select(expression).from(songs);
}
template <class X>
std::string key(const X& expression) {
    const auto query = selected(expression);
    return std::string(dal::detail::Shape(dal::detail::Request{query.strata_fragment()}).key());
}
template <class X>
std::string sql(const X& expression, const char* dialect) {
    return dal::to_sql(selected(expression), core::dialect_for(dialect));
}
template <class X>
std::string written(const X& expression) {
    const std::string text = sql(expression, "postgresql");
    const std::string start = "SELECT ";
    return text.substr(start.size(), text.rfind(R"( FROM "music songs")") - start.size());
}

}  // namespace

TEST_CASE("the text of a raw expression is part of the key by its content", "[unit][dal]") {
    std::string text = "plays + ?";
    const std::string first = key(raw<int>(unchecked(text), 1));
    text[0] = 'P';
    CHECK(key(raw<int>(unchecked(text), 1)) != first);
    text[0] = 'p';
    CHECK(key(raw<int>(unchecked(text), 2)) == first);
    CHECK(key(raw<int>("plays + ?", 3)) == first);
    CHECK(key(raw<int>("plays + ? ", 3)) != first);
    CHECK(key(raw<double>("plays + ?", 3)) != first);
    CHECK(key(raw<int>({.sqlite = "plays + ?", .postgresql = "plays - ?"}, 3)) != first);
    CHECK(key(raw<int>({.sqlite = "ab", .postgresql = "c"})) != key(raw<int>({.sqlite = "a", .postgresql = "bc"})));
    CHECK(key(dal::function<int>("abs", songs.plays)) != key(dal::function<int>("sin", songs.plays)));
    CHECK(key(dal::trim(songs.title)) != key(dal::ltrim(songs.title)));
    CHECK(key(dal::count().filter(songs.active)) != key(dal::count()));
    CHECK(key(dal::sum(songs.plays).distinct()) != key(dal::sum(songs.plays)));
    CHECK(key(dal::string_agg(songs.title, ",").order_by(songs.id)) !=
          key(dal::string_agg(songs.title, ",").order_by(songs.id.desc())));
}

TEST_CASE("expressions are written with the parentheses that they need", "[unit][dal]") {
    CHECK(written(raw<int>("? * 2", songs.plays + 1) + 3) ==
          R"((("music songs"."plays" + $1::bigint) * 2) + $2::bigint)");
    CHECK(written(dal::function<int>("app.myFunction", songs.plays, "x")) ==
          R"(app."myFunction"("music songs"."plays", $1))");
    CHECK(written(dal::left(songs.title + "x", 3)) ==
          R"(left("music songs"."select" || $1, greatest($2::bigint, 0)::integer))");
    CHECK(written(dal::sum(songs.plays + 1).filter(songs.active) + Decimal(1)) ==
          R"(sum("music songs"."plays" + $1::bigint) FILTER (WHERE "music songs"."active")::numeric + $2::numeric)");
    CHECK(written(dal::row(songs.plays, songs.id) < dal::row(1, 2)) ==
          R"(("music songs"."plays", "music songs"."id") < ($1::bigint, $2::bigint))");
    CHECK(written(songs.user_id.is_distinct_from(songs.id)) ==
          R"("music songs"."user_id" IS DISTINCT FROM "music songs"."id")");
    CHECK(sql(songs.user_id.is_distinct_from(songs.id), "sqlite") ==
          R"(SELECT "music songs"."user_id" IS NOT "music songs"."id" FROM "music songs")");
}

TEST_CASE("functions of ours leave PostgreSQL's sessions as they are", "[unit][dal]") {
    const auto harmless = [](const auto&... expressions) {
        const auto& dialect = core::dialect_for("postgresql");
        const auto one = [&](const std::string& text) {
            INFO(text);
            CHECK(!core::detail::may_change_session(text, dialect.lexis()));
        };
        (one(sql(expressions, "postgresql")), ...);
    };
    const auto text = songs.title;
    harmless(dal::trim(text), dal::ltrim(text), dal::rtrim(text, "x"), dal::replace(text, "a", "b"),
             dal::position(text, "a"), dal::left(text, 1), dal::right(text, 1), dal::lpad(text, 3), dal::rpad(text, 3),
             dal::reverse(text), dal::repeat(text, 2), dal::concat_ws(",", text), dal::split_part(text, ",", 1),
             dal::octet_length(text), dal::matches(text, "a"), dal::regex_replace(text, "a", "b"));
    harmless(dal::nullif(text, "a"), dal::greatest(text, "a"), dal::least(text, "a"),
             dal::row(text, songs.id) == dal::row("a", 1),
             dal::row(text, songs.id).in(std::vector<std::tuple<std::string, int>>{{"a", 1}}));
    harmless(dal::round(songs.rating), dal::ceil(songs.price), dal::floor(songs.rating), dal::trunc(songs.rating),
             dal::power(songs.rating, 2), dal::sqrt(songs.rating), dal::exp(songs.rating), dal::ln(songs.rating),
             dal::sign(songs.plays), dal::random());
    harmless(dal::now(), dal::current_date(), dal::truncate(dal::Unit::month, songs.created_at),
             songs.created_at + dal::months(1), dal::days_between(dal::current_date(), dal::current_date()),
             dal::microseconds_between(songs.created_at, dal::now()), dal::week(songs.created_at),
             dal::epoch(songs.created_at), dal::format(songs.created_at, "%Y"));
    harmless(dal::string_agg(text, ",").order_by(text), dal::array_agg(text).distinct(), dal::json_agg(text),
             dal::json_object_agg(text, songs.id), dal::bool_and(songs.active), dal::stddev(songs.plays),
             dal::variance(songs.plays), dal::count().filter(songs.active));
    const auto document = dal::json(dal::json_object("a", text));
    harmless(document.at("a").as<std::string>(), document.at("a").as<std::int64_t>(), document.at("a").as<double>(),
             document.at("a").as<Decimal>(), document.at("a").as<bool>(), document.at("a").exists(),
             document.at("a").is_json_null(), document.type(), document.contains("a"), document.array_length(),
             document.at("a").set(1).is_null(), document.at("a").remove().is_null());
    harmless(dal::text_matches(text, "a"), dal::text_rank(text, "a"), dal::text_headline(text, "a"));
}
