// Pages that go on from a row: the same rows as with an offset, whatever the order. The same on both databases.

#include "support/dal_database.hpp"

#include <strata/schema/words.hpp>

#include <algorithm>
#include <random>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace dal_test {

/// Few values, so that many rows are equal in many columns.
struct Entry {
    std::int64_t id{};
    std::optional<std::int32_t> number{};
    std::optional<std::string> name{};
    Status status{};
    std::optional<Status> other{};
    strata::Decimal wide{};
    std::optional<strata::Decimal> price{};
    double rating{};
    bool active{};
    strata::TimestampTz at{};
};
STRATA_MODEL(Entry, entries, id, number, name, status, other, wide, price, rating, active, at)
STRATA_FACTS(entries, precision(entries.wide, 30, 10), precision(entries.price, 10, 2))

}  // namespace dal_test

namespace {

class Random {
public:
    explicit Random(unsigned seed) : random_(seed) {}
    int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
    bool coin() { return below(2) == 0; }

private:
    std::minstd_rand random_;
};

dal::Database filled(const strata::test::TestDatabase& database, unsigned seed) {
    const Engine engine(database.url());
    schema::create_all(schema::MetaData{schema::table(entries), schema::table(users)}, engine);
    const dal::Database dal = dal::connect(engine);
    Random random(seed);
    std::vector<Entry> rows;
    for (int i = 0; i < 60; ++i) {
        Entry row;
        if (!random.coin()) row.number = random.below(3);
        if (!random.coin()) row.name = std::string(1, static_cast<char>('a' + random.below(3)));
        row.status = static_cast<Status>(random.below(4));
        if (!random.coin()) row.other = static_cast<Status>(random.below(4));
        row.wide = Decimal(random.below(3) * 5);  // 5 and 10: text would order them otherwise
        if (!random.coin()) row.price = Decimal::parse(random.coin() ? "9.50" : "10.25");
        row.rating = random.below(3) / 4.0;
        row.active = random.coin();
        row.at = TimestampTz{random.below(3) * 1'000'000};
        rows.push_back(row);
    }
    dal.insert_many(rows);
    return dal;
}

std::vector<std::int64_t> ids(const std::vector<Entry>& rows) {
    std::vector<std::int64_t> result;
    for (const Entry& row : rows) result.push_back(row.id);
    return result;
}

/// One entry of a random direction, its NULLs at a random end.
template <class X>
void add(dal::OrderList<Entry>& order, Random& random, const X& column) {
    const auto entry = random.coin() ? column.asc() : column.desc();
    switch (random.below(3)) {
        case 0:
            order.add(entry);
            break;
        case 1:
            order.add(entry.nulls_first());
            break;
        default:
            order.add(entry.nulls_last());
    }
}

dal::OrderList<Entry> random_order(Random& random) {
    dal::OrderList<Entry> order;
    const int count = random.below(4);
    std::vector<int> columns{0, 1, 2, 3, 4, 5, 6, 7, 8};
    for (int i = 0; i < count; ++i) {
        const auto at = columns.begin() + random.below(static_cast<int>(columns.size()));
        switch (*at) {
            case 0:
                add(order, random, entries.number);
                break;
            case 1:
                add(order, random, entries.name);
                break;
            case 2:
                add(order, random, entries.status);
                break;
            case 3:
                add(order, random, entries.other);
                break;
            case 4:
                add(order, random, entries.wide);
                break;
            case 5:
                add(order, random, entries.price);
                break;
            case 6:
                add(order, random, entries.rating);
                break;
            case 7:
                add(order, random, entries.active);
                break;
            default:
                add(order, random, entries.at);
        }
        columns.erase(at);
    }
    add(order, random, entries.id);
    return order;
}

}  // namespace

STRATA_DB_TEST("pages that go on from a row are those of an offset, forward and back, in any order", "[dal][keyset]") {
    const dal::Database dal = filled(db, 7);
    Random random(42);
    for (int turn = 0; turn < 60; ++turn) {
        const dal::OrderList<Entry> order = random_order(random);
        const auto set = dal(entries).order_by(order);
        const auto query = select(entries).from(entries).order_by(order);
        const std::vector<Entry> all = set.all();
        const auto size = static_cast<int>(all.size());
        for (int i = 0; i < 12; ++i) {
            const int at = random.below(size);
            const int limit = 1 + random.below(8);
            const Entry& row = all[static_cast<std::size_t>(at)];
            const auto page = [&](int first, int last) {
                return ids({all.begin() + std::max(first, 0), all.begin() + std::min(last, size)});
            };
            INFO(set.after(row).limit(limit).sql());
            CHECK(ids(set.after(row).limit(limit).all()) == page(at + 1, at + 1 + limit));
            CHECK(ids(dal.all(query.after(row).limit(limit))) == page(at + 1, at + 1 + limit));
            INFO(set.before(row).limit(limit).sql());
            CHECK(ids(set.before(row).limit(limit).all()) == page(at - limit, at));
            CHECK(ids(dal.all(query.before(row).limit(limit))) == page(at - limit, at));
            if (i > 2) continue;
            CHECK(ids(set.before(row).all()) == page(0, at));
            CHECK(set.after(row).count() == size - at - 1);
            CHECK(set.before(row).limit(limit).count() == std::min(at, limit));
            CHECK(set.before(row).exists() == (at > 0));
            const auto first = set.before(row).limit(limit).first();
            CHECK(first.has_value() == (at > 0));
            if (first) CHECK(first->id == all[static_cast<std::size_t>(std::max(at - limit, 0))].id);
        }
    }
}

STRATA_DB_TEST("a page of a query goes on from a row of its own", "[dal][keyset]") {
    const dal::Database dal = filled(db, 11);
    const auto check = [](const auto& all, const auto& page) {
        using Page = std::decay_t<decltype(all)>;
        for (std::size_t at = 0; at < all.size(); at += 7) {
            const auto [after, before] = page(all[at]);
            const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(at + 4, all.size()));
            CHECK(after == Page(all.begin() + static_cast<std::ptrdiff_t>(at) + 1, end));
            const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at < 3 ? 0 : at - 3);
            CHECK(before == Page(begin, all.begin() + static_cast<std::ptrdiff_t>(at)));
        }
    };
    const auto two = [&](const auto& query) {
        return [&, query](const auto& row) {
            return std::pair(dal.all(query.after(row).limit(3)), dal.all(query.before(row).limit(3)));
        };
    };
    // Expressions, enums that may be missing, positions.
    const auto mixed = select(entries.id, dal::lower(entries.name), entries.number + 1, entries.wide)
                           .from(entries)
                           .order_by(dal::lower(entries.name).desc(), entries.number + 1, dal::nth<3>(), entries.id);
    check(dal.all(mixed), two(mixed));
    // Groups.
    const auto groups = select(entries.number, entries.other, dal::count(), dal::max(entries.wide))
                            .from(entries)
                            .group_by(entries.number, entries.other)
                            .order_by(dal::count().desc(), dal::max(entries.wide), entries.number, entries.other);
    check(dal.all(groups), two(groups));
    // The side of an outer join that may be missing.
    constexpr auto partner = dal::alias<"partner">(entries);
    const auto joined = select(entries.id, partner.status, partner.id)
                            .from(entries)
                            .left_join(partner, partner.id == entries.id + 30)
                            .order_by(partner.status, partner.id, entries.id);
    check(dal.all(joined), two(joined));
    const auto rows = select(partner, entries.id)
                          .from(entries)
                          .left_join(partner, partner.id == entries.id + 30)
                          .order_by(partner.status.desc(), partner.wide, entries.id);
    const auto all = dal.all(rows);
    const auto page = dal.all(rows.after(all[20]).limit(2));
    REQUIRE(page.size() == 2);
    CHECK(std::get<1>(page[0]) == std::get<1>(all[21]));
    CHECK(std::get<1>(page[1]) == std::get<1>(all[22]));
    // A table that is made of a query.
    const auto numbered = dal::derived<"numbered">(
        select(entries.id, dal::row_number().over(dal::window_order(entries.at, entries.id))).from(entries));
    const auto [id, number] = numbered.columns();
    const auto of_derived = select(id, number).from(numbered).order_by(number.desc());
    check(dal.all(of_derived), two(of_derived));
}

namespace {

struct NameAndId {
    std::optional<std::string> name{};
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(NameAndId, (), (name, id))

}  // namespace

STRATA_DB_TEST("a row of a struct, a whole page by page walk, and what cannot be paged", "[dal][keyset]") {
    const dal::Database dal = filled(db, 13);
    const auto query =
        select(entries.name, entries.id).from(entries).order_by(entries.name.desc(), entries.id).into<NameAndId>();
    const auto plain = select(entries.name, entries.id).from(entries).order_by(entries.name.desc(), entries.id);
    std::vector<std::int64_t> seen;
    std::optional<NameAndId> last;
    while (true) {
        const auto page = last ? dal.all(select(entries.name, entries.id)
                                             .from(entries)
                                             .order_by(entries.name.desc(), entries.id)
                                             .limit(7)
                                             .into<NameAndId>()
                                             .after(*last))
                               : dal.all(plain.limit(7).into<NameAndId>());
        if (page.empty()) break;
        for (const NameAndId& line : page) seen.push_back(line.id);
        last = page.back();
    }
    std::vector<std::int64_t> expected;
    for (const NameAndId& line : dal.all(query)) expected.push_back(line.id);
    CHECK(seen == expected);
    // A page is a query as any other: a table, a part of a union, counted.
    const auto all = dal.all(plain);
    const auto back = plain.before(all[9]).limit(4);
    const auto page = dal::derived<"page">(back);
    const auto [name, id] = page.columns();
    CHECK(dal.all(select(name, id).from(page).order_by(name.desc(), id)) ==
          std::vector(all.begin() + 5, all.begin() + 9));
    CHECK(dal.count(back) == 4);
    CHECK(dal.count(plain.before(all[2]).limit(4)) == 2);
    CHECK_FALSE(dal.exists(plain.before(all[0]).limit(4)));
    CHECK(dal.first(back) == all[5]);
    auto around = std::vector(all.begin() + 5, all.begin() + 12);
    around.erase(around.begin() + 4);
    CHECK(dal.all(back.union_all(plain.after(all[9]).limit(2)).order_by(dal::nth<0>().desc(), dal::nth<1>())) ==
          around);
    CHECK(dal(entries.id.in(select(id).from(page))).count() == 4);
    const Entry row = dal(entries).order_by(entries.id).first().value();
    CHECK_THROWS_WITH(dal(entries).after(row).all(), Contains("after() and before() follow order_by()"));
    CHECK_THROWS_WITH(dal(entries).order_by(entries.id).after(row).order_by(entries.name).all(),
                      Contains("order_by() comes before"));
    CHECK_THROWS_WITH(dal(entries).order_by(dal::lower(entries.name)).after(row).all(), Contains("all that the query"));
    CHECK_THROWS_AS(select(entries.id).from(entries).order_by(entries.name).after(std::int64_t{5}), UsageError);
}

STRATA_DB_TEST("a filter holds on each page", "[dal][keyset][filters]") {
    const dal::Database all = filled(db, 17);
    const dal::Database active = all.filtered(entries.active == true);
    const dal::Database others = all.filtered(entries.active == false);
    for (const dal::Database& tenant : {active, others, active, others}) {
        const auto set = tenant(entries).order_by(entries.name, entries.id.desc());
        const std::vector<Entry> rows = set.all();
        REQUIRE(rows.size() > 12);
        CHECK(ids(set.after(rows[4]).limit(5).all()) == ids({rows.begin() + 5, rows.begin() + 10}));
        CHECK(ids(set.before(rows[9]).limit(5).all()) == ids({rows.begin() + 4, rows.begin() + 9}));
        CHECK(set.after(rows[4]).count() == static_cast<std::int64_t>(rows.size()) - 5);
    }
}

STRATA_DB_TEST("an index serves a page of a uniform order, and the first column of any", "[dal][keyset]") {
    const dal::Database dal = filled(db, 19);
    const Entry row = dal(entries).order_by(entries.id).first().value();
    db.shell("CREATE INDEX by_rating ON entries(rating, id)");
    db.shell("CREATE INDEX by_rating_down ON entries(rating, id DESC)");
    const auto uniform = dal(entries).order_by(entries.rating, entries.id).after(row).limit(5);
    const auto mixed = dal(entries).order_by(entries.rating, entries.id.desc()).after(row).limit(5);
    CHECK_THAT(uniform.sql(), Contains(R"(("entries"."rating", "entries"."id") > ()"));
    CHECK_THAT(mixed.sql(), Contains(R"("entries"."rating" >= )"));
    if (db.is_sqlite()) {
        REQUIRE(uniform.all().size() == 5);  // the connection learns of the indexes
        CHECK_THAT(uniform.explain(), Contains("SEARCH entries USING INDEX by_rating (rating>?)"));
        CHECK_THAT(mixed.explain(), Contains("SEARCH entries USING INDEX by_rating_down (rating>?)"));
    } else {
        std::string rows =
            "INSERT INTO entries(status, wide, rating, active, at) SELECT 'done', 1, i % 100, true, now() ";
        db.shell(rows + "FROM generate_series(1, 20000) AS i; ANALYZE entries");
        CHECK_THAT(uniform.explain(), Contains("Index Cond: (ROW(rating, id) > "));
        CHECK_THAT(mixed.explain(), Contains("Index Cond: (rating >= "));
    }
}
