// What connections cache statements by: the same for the same SQL, another for another, and nothing that can be reused.

#include "detail/shape.hpp"
#include "support/catch.hpp"
#include "support/dal_models.hpp"

#include <strata/core/dialect.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace dal_test;
using namespace strata;
using dal::detail::Request;
using dal::detail::Shape;
using dal::detail::Verb;

namespace {

template <class Q>
std::string key(const Q& query) {
    return std::string(Shape(Request{query.strata_fragment()}).key());
}

/// The key of SELECT id FROM people under another name, where the name is made at run time.
std::string key_of_alias(const core::SourceInfo& source) {
    core::Fragment fragment;
    fragment.push(core::Op::column, source, 0);
    fragment.push(core::Op::select_item);
    fragment.push(core::Op::from, source);
    return std::string(Shape(Request{fragment}).key());
}

}  // namespace

TEST_CASE("values are no part of a statement's key, and everything else is", "[unit][dal]") {
    const auto plays = [](int least) { return select(songs.id).from(songs).where(songs.plays > least); };
    CHECK(key(plays(1)) == key(plays(2)));
    const std::vector<std::string> different = {
        key(plays(1)),
        key(select(songs.id).from(songs).where(songs.plays >= 1)),
        key(select(songs.id).from(songs).where(songs.rating > 1.5)),
        key(select(songs.user_id).from(songs).where(songs.plays > 1)),
        key(select(users.id).from(users).where(users.id > 1)),
        key(select(people.id).from(people).where(people.id > 1)),
        key(select(songs.id).from(songs).where(songs.plays > 1).limit(1)),
        key(select(songs.id).from(songs).where(songs.plays > 1).distinct()),
        key(select(songs.id).from(songs).join(users, users.id == songs.user_id)),
        key(select(songs.id).from(songs).left_join(users, users.id == songs.user_id)),
        key(select(songs.id).from(songs).order_by(songs.id)),
        key(select(songs.id).from(songs).order_by(songs.id.desc())),
    };
    for (std::size_t i = 0; i < different.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) CHECK(different[i] != different[j]);
    }
    const auto fragment = select(songs.id).from(songs).strata_fragment();
    CHECK(Shape({fragment, Verb::query, nullptr, 1}).key() != Shape({fragment, Verb::query, nullptr, 2}).key());
    CHECK(Shape({fragment, Verb::query}).hash() == Shape({fragment, Verb::query}).hash());
}

TEST_CASE("another source at the address of an earlier one has another key", "[unit][dal]") {
    constexpr const core::TableInfo* table = &core::table_info<Person>();
    const auto source = std::make_unique<core::SourceInfo>(core::SourceInfo{core::SourceKind::table, table, "one"});
    const std::string one = key_of_alias(*source);
    source->name = "two";
    CHECK(key_of_alias(*source) != one);
    source->table = &core::table_info<User>();
    source->name = "one";
    CHECK(key_of_alias(*source) != one);
    const std::string name = "one";  // at another address
    const core::SourceInfo again{core::SourceKind::table, table, name.c_str()};
    CHECK(key_of_alias(again) == one);
    const core::SourceInfo unnamed{core::SourceKind::table, table};
    const core::SourceInfo nameless{core::SourceKind::table, table, ""};
    CHECK(key_of_alias(unnamed) != key_of_alias(nameless));
}

TEST_CASE("sources keep their meaning when expressions are put together in any order", "[unit][dal]") {
    constexpr auto father = dal::alias<"father">(people);
    const auto by_user = users.id == songs.user_id;
    const auto by_name = people.name == users.email;
    const auto by_father = father.id == people.father_id && father.name != songs.title;
    const auto query = select(songs.id, people.id)
                           .from(songs)
                           .join(users, by_user)
                           .join(people, by_name)
                           .join(father, by_father && by_user && by_name);
    CHECK(
        dal::to_sql(query, core::dialect_for("sqlite")) ==
        R"(SELECT "music songs"."id", "people"."id" FROM "music songs" )"
        R"(JOIN "users" ON "users"."id" = "music songs"."user_id" JOIN "people" ON "people"."name" = "users"."email" )"
        R"(JOIN "people" AS "father" ON "father"."id" = "people"."father_id" AND )"
        R"("father"."name" <> "music songs"."select" AND "users"."id" = "music songs"."user_id" AND )"
        R"("people"."name" = "users"."email")");
}

TEST_CASE("statements about one row have keys of their own", "[unit][dal]") {
    const core::Fragment nothing;
    std::vector<std::string> keys;
    for (const core::SourceInfo* source : {&core::source_info<User>(), &core::source_info<Song>()}) {
        for (const Verb verb : {Verb::insert_row, Verb::insert_row_with_keys, Verb::update_row, Verb::remove_row,
                                Verb::get_row, Verb::rows_of, Verb::count_of, Verb::remove}) {
            keys.emplace_back(Shape({nothing, verb, source}).key());
        }
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) CHECK(keys[i] != keys[j]);
    }
}
