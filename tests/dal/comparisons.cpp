// Comparisons beyond those of one column with one value.

#include "support/expression_models.hpp"

#include <strata/dal/compare.hpp>

using namespace expression_test;
using namespace strata;

STRATA_DB_TEST("NULL is equal to NULL in a null-safe comparison", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto count = [&](const auto& condition) { return dal(condition).count(); };
    CHECK(count(items.note.is_not_distinct_from("old")) == 2);
    CHECK(count(items.note.is_distinct_from("old")) == 2);
    CHECK(count(items.note.is_not_distinct_from(std::nullopt)) == 1);
    CHECK(count(items.note.is_distinct_from(std::optional<std::string>())) == 3);
    CHECK(count(items.note.is_not_distinct_from(items.note)) == 4);
    CHECK(count(items.wanted.is_not_distinct_from(items.size)) == 1);
    CHECK(count(items.wanted.is_distinct_from(items.size)) == 3);
    CHECK(count(items.wanted.is_not_distinct_from(Size::large)) == 1);
    CHECK(count(items.price.is_not_distinct_from(decimal("5"))) == 1);
    CHECK(count(items.wide.is_not_distinct_from(decimal("2.0"))) == 2);
    CHECK(count(items.wide.is_distinct_from(items.price)) == 3);
    CHECK(count(items.shop_id.is_distinct_from(items.id)) == 3);
    CHECK(each(dal, items.shop_id.is_not_distinct_from(1)) == std::vector<bool>{true, true, false, false});
}

STRATA_DB_TEST("rows compare by their first elements, then by the next", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto ids = [&](const auto& condition) {
        return dal.all(select(items.id).from(items).where(condition).order_by(items.id));
    };
    using Ids = std::vector<std::int64_t>;
    CHECK(ids(dal::row(items.count, items.id) == dal::row(3, 1)) == Ids{1});
    CHECK(ids(dal::row(items.count, items.id) != dal::row(3, 1)) == Ids{2, 3, 4});
    CHECK(ids(dal::row(items.count, items.id) > dal::row(3, 1)) == Ids{2, 3});
    CHECK(ids(dal::row(items.count, items.id) >= dal::row(3, 1)) == Ids{1, 2, 3});
    CHECK(ids(dal::row(items.count, items.id) < dal::row(3, 3)) == Ids{1, 4});
    CHECK(ids(dal::row(3, 1) <= dal::row(items.count, items.id)) == Ids{1, 2, 3});
    CHECK(ids(dal::row(items.size, items.id) > dal::row(Size::small, 3)) == Ids{2, 3, 4});
    CHECK(ids(dal::row(items.name, items.note) == dal::row("Lamp", "old")) == Ids{1});
    CHECK(ids(dal::row(items.wide, items.id) == dal::row(decimal("2.00"), 3)) == Ids{3});
    CHECK(ids(dal::row(items.wide, items.id) > dal::row(decimal("2"), 2)) == Ids{1, 3});
    CHECK(ids(dal::row(items.shop_id, items.id) == dal::row(items.id, items.shop_id)) == Ids{1});
}

STRATA_DB_TEST("a row is found in a list of tuples", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto ids = [&](const auto& condition) {
        return dal.all(select(items.id).from(items).where(condition).order_by(items.id));
    };
    using Ids = std::vector<std::int64_t>;
    using Pairs = std::vector<std::tuple<int, std::string>>;
    const auto pair = dal::row(items.count, items.name);
    CHECK(ids(pair.in(Pairs{{3, "Lamp"}, {10, "Lamp"}, {0, "a,b,,c"}})) == Ids{1, 4});
    CHECK(ids(pair.not_in(Pairs{{3, "Lamp"}, {10, "Lamp"}})) == Ids{2, 3, 4});
    CHECK(ids(pair.in(Pairs())).empty());
    CHECK(ids(pair.not_in(Pairs())) == Ids{1, 2, 3, 4});
    CHECK(ids(dal::row(items.id, items.note)
                  .in(std::vector<std::tuple<std::int64_t, std::optional<std::string>>>{{1, "old"},
                                                                                        {4, std::nullopt}})) == Ids{1});
    CHECK(ids(dal::row(items.size, items.at)
                  .in(std::vector<std::tuple<Size, TimestampTz>>{
                      {Size::small, TimestampTz::parse("1969-12-31 23:59:59.5")},
                      {Size::large, TimestampTz::parse("1969-12-31 23:59:59.5")}})) == Ids{4});
    CHECK(ids(dal::row(items.key, items.day, items.sold)
                  .in(std::vector<std::tuple<Uuid, Date, bool>>{
                      {Uuid::parse("00000000-0000-0000-0000-000000000003"), Date::parse("2023-12-31"), true},
                      {Uuid::parse("00000000-0000-0000-0000-000000000004"), Date::parse("1970-01-01"), true}})) ==
          Ids{3});
    CHECK(ids(dal::row(items.price, items.weight)
                  .in(std::vector<std::tuple<Decimal, double>>{{decimal("5.0"), 0.25}, {decimal("9.99"), 2.0}})) ==
          Ids{3});
    const auto of_bonn = select(items.count, items.name).from(items).where(items.shop_id == 1);
    CHECK(ids(pair.in(of_bonn)) == Ids{1, 2});
    CHECK(ids(pair.not_in(of_bonn)) == Ids{3, 4});
    const dal::Database kiel = dal.filtered(items.shop_id == 2);
    CHECK(kiel(pair.in(select(items.count, items.name).from(items))).count() == 1);
    CHECK(kiel(pair.in(Pairs{{3, "Lamp"}, {3, "Größe"}})).count() == 1);
    Pairs many;
    for (int i = 0; i < 70'000; ++i) many.emplace_back(i + 100, "Lamp");
    many.emplace_back(3, "Lamp");
    CHECK(ids(pair.in(many)) == Ids{1});
}

STRATA_DB_TEST("a list has 70,000 elements of any type", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto found = [&](const auto& column, const auto& make) {
        std::vector<decltype(make(0))> list;
        for (int i = 0; i < 70'000; ++i) list.push_back(make(i));
        return std::pair(dal(column.in(list)).count(), dal(column.not_in(list)).count());
    };
    using Counts = std::pair<std::int64_t, std::int64_t>;
    CHECK(found(items.count, [](int i) { return i + 5; }) == Counts{1, 3});
    CHECK(found(items.count, [](int i) { return std::int64_t{i} - 69'999; }) == Counts{1, 3});
    CHECK(found(items.name, [](int i) { return i == 69'999 ? std::string("Größe") : "x" + std::to_string(i); }) ==
          Counts{1, 3});
    CHECK(found(items.price, [](int i) { return Decimal(i, 2); }) == Counts{4, 0});
    CHECK(found(items.wide, [](int i) { return Decimal(i, 1); }) == Counts{3, 1});
    CHECK(found(items.weight, [](int i) { return i * 0.25 - 1; }) == Counts{3, 1});
    CHECK(found(items.key, [](int i) {
              Uuid key;
              key.bytes[15] = static_cast<std::uint8_t>(i + 3);
              key.bytes[14] = static_cast<std::uint8_t>(i / 200);
              return key;
          }) == Counts{2, 2});
    CHECK(found(items.at, [](int i) { return TimestampTz(i * 1'000'000LL - 69'999'000'000LL - 500'000); }) ==
          Counts{1, 3});
    CHECK(found(items.day, [](int i) { return Date(i % 19'780); }) == Counts{3, 1});
    CHECK(found(items.size, [](int i) { return i % 2 == 0 ? Size::small : Size::large; }) == Counts{3, 1});
}

STRATA_DB_TEST("a regular expression of the common subset matches alike", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto count = [&](const char* pattern) { return dal(dal::matches(items.name, pattern)).count(); };
    CHECK(count("^Lamp$") == 1);
    CHECK(count("amp") == 2);
    CHECK(count("^[lL]amp") == 2);
    CHECK(count("^.{5}$") == 1);  // characters, not bytes
    CHECK(count("Gr..e") == 1);
    CHECK(count("Gr[öo][ß]e") == 1);
    CHECK(count("(a|b),") == 1);
    CHECK(count("(?:,){2}") == 1);
    CHECK(count("\\s") == 1);
    CHECK(count("\\w+ \\w+") == 1);
    CHECK(count("^[[:alpha:]]+$") >= 1);
    CHECK(count("^\\D*$") == 4);
    CHECK(count("a(?=mp)") == 2);
    CHECK(count("a(?!mp)") == 2);
    CHECK(count("x*") == 4);
    CHECK(count("") == 4);
    CHECK(count("zzz|") == 4);
    CHECK(count("()z?") == 4);
    CHECK(count("ä|[Öö]") == 1);
    CHECK(count("^a.+?c$") == 1);
    CHECK(count("[\\\\]") == 0);
    CHECK(count("[]a]mp") == 2);
    CHECK(count("[^\\s]") == 4);
    CHECK(count("a,b,,c\\.?") == 1);
    CHECK(dal(dal::matches_ignoring_case(items.name, "^LAMP")).count() == 2);
    CHECK(each(dal, dal::matches(items.note, "^o")) ==
          std::vector<std::optional<bool>>{true, false, true, std::nullopt});
    CHECK(each(dal, dal::regex_replace(items.name, "[a,]+", "<\\1&$0>")) ==
          std::vector<std::string>{"L<\\1&$0>mp", "l<\\1&$0>mp sh<\\1&$0>de", "Größe", "<\\1&$0>b<\\1&$0>c"});
    for (const char* const pattern : {"(", ")", "[a", "a{2", "a{3,2}", "a{300}", "*a", "a**", "\\b", "\\1", "\\",
                                      "(?i)a", "(?<=a)b", "[[.a.]]", "[[:word:]]", "a]", "}"}) {
        CHECK_THROWS_AS(dal::matches(items.name, pattern), UsageError);
    }
}

STRATA_DB_TEST("nullif, greatest and least mean the same, NULLs too", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    using Texts = std::vector<std::optional<std::string>>;
    CHECK(each(dal, dal::nullif(items.note, "old")) == Texts{std::nullopt, "new", std::nullopt, std::nullopt});
    CHECK(each(dal, dal::nullif(items.count, 3)) ==
          std::vector<std::optional<std::int32_t>>{std::nullopt, 10, std::nullopt, 0});
    CHECK(each(dal, dal::nullif(items.wide, decimal("2.00"))) ==
          std::vector<std::optional<Decimal>>{decimal("12345678901234567.25"), std::nullopt, std::nullopt, Decimal(0)});
    CHECK(each(dal, dal::nullif(items.size, Size::small)) ==
          std::vector<std::optional<Size>>{std::nullopt, Size::large, Size::medium, std::nullopt});
    CHECK(each(dal, dal::greatest(items.shop_id, items.id)) == std::vector<std::int64_t>{1, 2, 3, 4});
    CHECK(each(dal, dal::least(items.shop_id, 2, items.id)) == std::vector<std::int64_t>{1, 1, 2, 2});
    CHECK(each(dal, dal::least(items.shop_id, items.shop_id)) ==
          std::vector<std::optional<std::int64_t>>{1, 1, 2, std::nullopt});
    CHECK(each(dal, dal::greatest(items.size, items.wanted)) ==
          std::vector<Size>{Size::large, Size::large, Size::medium, Size::small});
    CHECK(each(dal, dal::least(items.wanted, Size::medium)) ==
          std::vector<Size>{Size::medium, Size::small, Size::medium, Size::medium});
    CHECK(each(dal, dal::greatest(items.price, decimal("0.5"))) ==
          std::vector<Decimal>{decimal("9.99"), decimal("0.5"), Decimal(5), decimal("0.5")});
    CHECK(each(dal, dal::greatest(items.weight, 1)) == std::vector<double>{2.5, 1, 1, 1});
    CHECK(each(dal, dal::greatest(items.note, items.note, "m")) == std::vector<std::string>{"old", "new", "old", "m"});
}

STRATA_DB_TEST("a search form is made of optional parts", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto search = [&](std::optional<std::string> text, std::optional<std::int64_t> shop, std::optional<bool> sold,
                            std::optional<Decimal> least) {
        dal::Condition<Item> wanted;
        wanted &= items.shop_id == maybe(shop);
        wanted &= items.sold == maybe(sold) && items.price >= maybe(least);
        wanted &= dal::when_given(text, [](const std::string& part) { return items.name.contains(part); });
        return dal(wanted).count();
    };
    CHECK(search({}, {}, {}, {}) == 4);
    CHECK(search("amp", {}, {}, {}) == 2);
    CHECK(search("amp", 1, true, {}) == 1);
    CHECK(search({}, {}, true, decimal("5")) == 2);
    CHECK(search({}, 2, false, {}) == 0);
    dal::Condition<Item> either = items.id == 1;
    either |= items.id == 4;
    CHECK(dal(either).count() == 2);
    CHECK(dal(items.note == maybe(std::optional<std::string>("old"))).count() == 2);
    CHECK(dal(items.size < maybe(std::optional(Size::large))).count() == 3);
    CHECK(dal(items.id > maybe(std::optional<int>())).count() == 4);
    for (const bool sold : {true, false}) {
        const auto one = sold ? items.sold == true : items.shop_id == 1;
        CHECK(dal(one).count() == 2);
    }
    const auto note_or_nothing = dal::when(items.sold, items.note, std::nullopt);
    CHECK(each(dal, note_or_nothing) ==
          std::vector<std::optional<std::string>>{"old", std::nullopt, "old", std::nullopt});
    CHECK(each(dal, dal::when(items.sold, std::nullopt, "x")) ==
          std::vector<std::optional<std::string>>{std::nullopt, "x", std::nullopt, "x"});
}

STRATA_DB_TEST("a choice between enum or array constants has their type", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto chosen = dal::when(items.count > 3, Size::small, Size::large);
    CHECK(dal(dal::all(items)).update(items.size = chosen) == 4);
    CHECK(dal(chosen == items.size).count() == 4);
    CHECK(dal(items).order_by(chosen, items.id).first()->id == 2);
    CHECK(dal(chosen < Size::medium).count() == 1);
    CHECK(*dal.one(select(dal::max(chosen)).from(items)) == Size::large);
    const std::vector<std::string> some{"x"};
    const std::vector<std::string> none;
    dal(dal::all(items)).update(items.tags = dal::when(items.count > 3, some, none));
    CHECK(dal.get(items, 2)->tags == some);
    CHECK(dal.get(items, 1)->tags.empty());
}
