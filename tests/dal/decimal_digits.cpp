// Decimals have the same digits after the point on both databases, as columns and as results of expressions.

#include "support/dal_database.hpp"

using namespace dal_test;
using namespace strata;

namespace {

Decimal number(const char* text) { return Decimal::parse(text); }
std::string text(const Decimal& value) { return value.to_string(); }
std::string text(const std::optional<Decimal>& value) { return value ? value->to_string() : "null"; }

template <class... T>
std::string texts(const std::tuple<T...>& row) {
    return std::apply([](const T&... value) { return (("," + text(value)) + ...); }, row).substr(1);
}

dal::Database priced(const test::TestDatabase& database) {
    const dal::Database dal = connected(database);
    for (const char* price : {"69", "9.9", "0.05"})
        dal.insert(Song{.title = price, .plays = 2, .price = number(price)});
    dal.insert(Account{.owner = "a", .balance = number("12345678901234567890.5")});
    return dal;
}

}  // namespace

STRATA_DB_TEST("a decimal column reads with all digits of its scale", "[dal][decimal]") {
    const dal::Database dal = priced(db);
    std::string all;
    for (const Song& song : dal(songs).order_by(songs.price).all()) all += text(song.price) + " ";
    CHECK(all == "0.05 9.90 69.00 ");
    CHECK(text(*dal.first(select(songs.price).from(songs).where(songs.title == "9.9"))) == "9.90");
    CHECK(text(dal.insert(Song{.price = number("1.5")}).price) == "1.50");
    CHECK(text(dal.insert_into(songs, songs.price = number("2.5"), songs.title = "x", songs.status = Status::done,
                               songs.active = true, songs.plays = 0, songs.rating = 0.5)
                   .price) == "2.50");
    const auto changed =
        dal(songs.title == "x").returning(songs.price, songs.price * 2).update(songs.price = songs.price + 1);
    CHECK(texts(changed.front()) == "3.50,7.00");
    CHECK(text(dal.query_one<Decimal>("SELECT price FROM \"music songs\" WHERE price > ?", number("60"))) == "69.00");
    CHECK(text(dal.get(accounts, 1)->balance) == "12345678901234567890.5000000000");
    const auto inner = dal::derived<"inner">(select(songs.title, songs.price).from(songs));
    CHECK(text(dal.first(select(inner.column<1>()).from(inner).where(inner.column<0>() == "9.9")).value()) == "9.90");
}

STRATA_DB_TEST("computed decimals have the digits that their operands give them", "[dal][decimal]") {
    const dal::Database dal = priced(db);
    const auto row = [&](const auto&... items) {
        return texts(dal.one(select(items...).from(songs).where(songs.title == "69")));
    };
    CHECK(row(songs.price + 1, songs.price - songs.price, songs.price * songs.price, songs.price * songs.plays) ==
          "70.00,0.00,4761.0000,138.00");
    CHECK(row(-songs.price, dal::abs(songs.price), songs.price + number("1.125"), songs.price * number("0.50")) ==
          "-69.00,69.00,70.125,34.5000");
    CHECK(row(dal::coalesce(songs.price, number("0")), dal::when(songs.plays == 2, number("5"), songs.price),
              dal::greatest(songs.price, number("70")),
              dal::nullif(songs.price, number("3"))) == "69.00,5.00,70.00,69.00");
    CHECK(row(dal::round(songs.price, 1), dal::floor(songs.price), dal::ceil(songs.price)) == "69.0,69,69");
    CHECK(texts(dal.one(select(dal::sum(songs.price), dal::min(songs.price), dal::max(songs.price),
                               dal::sum(songs.price * 2), dal::sum(songs.plays))
                            .from(songs))) == "78.95,0.05,69.00,157.90,6");
    CHECK(texts(dal.one(select(dal::sum(songs.price), dal::coalesce(dal::sum(songs.price), number("0")))
                            .from(songs)
                            .where(songs.plays == 7))) == "null,0.00");
}

STRATA_DB_TEST("rows are ordered and told apart by decimals and not by their texts", "[dal][decimal]") {
    const dal::Database dal = priced(db);
    const auto joined = [](const std::vector<Decimal>& values) {
        std::string all;
        for (const Decimal& value : values) all += text(value) + " ";
        return all;
    };
    const auto doubled = select(songs.price * 2).from(songs);
    CHECK(joined(dal.all(doubled.order_by(nth<0>()))) == "0.10 19.80 138.00 ");
    CHECK(joined(dal.all(doubled.order_by((songs.price * 2).desc()))) == "138.00 19.80 0.10 ");
    const auto chosen = select(dal::coalesce(songs.price, number("1"))).from(songs).distinct();
    CHECK(joined(dal.all(chosen.order_by(dal::coalesce(songs.price, number("1"))))) == "0.05 9.90 69.00 ");
    const auto both =
        select(songs.price * 2)
            .from(songs)
            .union_distinct(select(dal::coalesce(songs.price, number("1"))).from(songs).where(songs.price < 9));
    CHECK(joined(dal.all(both.order_by(nth<0>().desc()))) == "138.00 19.80 0.10 0.05 ");
    const auto unlike = select(songs.price).from(songs).union_all(select(songs.price * songs.price).from(songs));
    CHECK(joined(dal.all(unlike.order_by(nth<0>()).limit(3))) == "0.0025 0.0500 9.9000 ");
    const auto pages = select(songs.id, songs.price * 2).from(songs).order_by((songs.price * 2), songs.id).limit(1);
    const auto all = dal.all(select(songs.id, songs.price * 2).from(songs).order_by((songs.price * 2), songs.id));
    CHECK(text(std::get<1>(dal.one(pages.before(all.back())))) == "19.80");
}
