// Calls of statements that the connection has prepared allocate nothing but their result: the same on both databases.

#include "support/dal_database.hpp"

#include <cstdlib>
#include <new>

using namespace dal_test;
using namespace strata;

namespace {

/// Of this thread.
thread_local std::size_t allocations = 0;

void* counted_or_null(std::size_t size) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}
void* counted(std::size_t size) {
    void* const memory = counted_or_null(size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

}  // namespace

// The program's own, which count: all forms, since a sanitizer replaces those that are not here.
void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t& /*nothrow*/) noexcept { return counted_or_null(size); }
void* operator new[](std::size_t size, const std::nothrow_t& /*nothrow*/) noexcept { return counted_or_null(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t& /*nothrow*/) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t& /*nothrow*/) noexcept { std::free(memory); }

namespace {

/// How many allocations the call makes once its statement is prepared.
template <class Call>
std::size_t allocated(const Call& call) {
    for (int i = 0; i < 3; ++i) call();  // prepares it, and fills what grows once
    const std::size_t before = allocations;
    call();
    return allocations - before;
}

}  // namespace

STRATA_DB_TEST("reading one row by a prepared statement allocates nothing", "[dal][allocations]") {
    const dal::Database dal = with_users_and_people(db);
    CHECK(allocated([&] { return dal.get(users, 2)->email == "eve"; }) == 0);
    CHECK(allocated([&] { return dal(users.email == "joe").first()->id; }) == 0);
    CHECK(allocated([&] { return dal(users.id == 1).one().id; }) == 0);
    CHECK(allocated([&] { return dal(users.id > 1 && users.phone == "5").count(); }) == 0);
    CHECK(allocated([&] { return dal(users.email == "nobody").exists(); }) == 0);
    CHECK(allocated([&] { return dal.one(select(dal::count()).from(users)); }) == 0);
}

STRATA_DB_TEST(
    "rows of a prepared statement cost their vector alone, which is as long as the result from the start "
    "where the database says so",
    "[dal][allocations]") {
    const dal::Database dal = with_users_and_people(db);
    const std::size_t growth = [&] {
        if (db.is_postgresql()) return std::size_t{1};  // libpq has all rows, and counts them
        const std::size_t before = allocations;
        std::vector<User> rows;
        for (int i = 0; i < 3; ++i) rows.emplace_back();
        return std::size_t{allocations - before};
    }();
    CHECK(allocated([&] { return dal(users).all().size(); }) == growth);
    CHECK(allocated([&] { return dal(users.id > 0).order_by(users.email).all().size(); }) == growth);
    CHECK(allocated([&] {
              return dal.all(select(users.email, people.name).from(users).left_join(people, people.id == users.id))
                  .size();
          }) == growth);
}

STRATA_DB_TEST("writing one row by a prepared statement allocates nothing", "[dal][allocations]") {
    const dal::Database dal = with_users_and_people(db);
    Person bob{.id = 2, .name = "bob"};
    CHECK(allocated([&] { dal.update_in_place(bob); }) == 0);
    CHECK(allocated([&] { return dal(people.id == 1).update(people.name = "ann"); }) == 0);
    CHECK(allocated([&] { return dal(people.id == 77).remove(); }) == 0);
    Person new_one{.name = "eve"};
    CHECK(allocated([&] { dal.insert_in_place(new_one); }) == 0);
}

STRATA_DB_TEST("a prepared statement of a transaction allocates nothing either", "[dal][allocations]") {
    const dal::Database dal = with_users_and_people(db);
    dal.transaction([&](dal::Transaction& tx) {
        Person new_one{.name = "eve"};
        CHECK(allocated([&] { tx.insert_in_place(new_one); }) == 0);
        CHECK(allocated([&] { return tx.get(people, 1)->name == "ada"; }) == 0);
        CHECK(allocated([&] { return tx(people.name == "eve").count(); }) == 0);
    });
}

STRATA_DB_TEST("a filtered database allocates nothing more", "[dal][allocations]") {
    const dal::Database dal = with_users_and_people(db).filtered(users.id < 3);
    CHECK(allocated([&] { return dal.get(users, 2)->email == "eve"; }) == 0);
    CHECK(allocated([&] { return dal(users.email == "joe").count(); }) == 0);
}

STRATA_DB_TEST("a stream allocates for the whole, and nothing for a row", "[dal][allocations]") {
    const dal::Database dal = with_users_and_people(db);
    const auto streamed = [&](int most) {
        return allocated([&] {
            int rows = 0;
            for (const User& user : dal(users.id <= most).stream()) rows += user.id > 0 ? 1 : 0;
            return rows;
        });
    };
    CHECK(streamed(3) == streamed(1));
}
