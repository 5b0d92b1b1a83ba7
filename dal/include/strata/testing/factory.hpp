#pragma once

#include <strata/dal/session.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::testing {

namespace detail {

/// What `make(db, 3, change)` takes for a change: a call with the row, or with the row and its number.
template <class Change, class Model>
inline constexpr bool changes =
    std::is_invocable_v<Change&, Model&> || std::is_invocable_v<Change&, Model&, std::int64_t>;

}  // namespace detail

/// Makes rows of a model for tests, each with what it says by its number (1, 2, ...) and what a test changes in it:
///
///     testing::Factory<User> user([](std::int64_t n) { return User{.email = std::to_string(n) + "@example.org"}; });
///     testing::Factory<Song> song([](std::int64_t n) { return Song{.title = "song " + std::to_string(n)}; });
///     song.needs(&Song::user_id, user, &User::id);
///
///     Song aria = song.make(db, [](Song& row) { row.title = "Aria"; });   // and a user for it
///     std::vector<Song> three = song.make(db, 3);                         // and one for each
///
/// Rows are written by insert() and returned as they are stored. The numbers go on across databases. Making rows is
/// thread safe, needs() is not; a factory that is needed must outlive those that need it.
template <class Model>
class Factory {
    static_assert(dal::detail::model<Model>,
                  "strata: a factory makes rows of a model, and no STRATA_MODEL describes this type");

public:
    /// `make_row(n)` or `make_row(n, session)`, which may look into the database, returns the row with number n.
    template <class MakeRow>
    explicit Factory(MakeRow make_row) {
        constexpr bool by_number = std::is_invocable_r_v<Model, MakeRow&, std::int64_t>;
        constexpr bool with_session = std::is_invocable_r_v<Model, MakeRow&, std::int64_t, const dal::Session&>;
        static_assert(by_number || with_session,
                      "strata: a factory is given a function that makes a row of a number: [](std::int64_t n) { ... }");
        if constexpr (by_number) {
            make_row_ = [make_row = std::move(make_row)](std::int64_t n, const dal::Session*) { return make_row(n); };
        } else if constexpr (with_session) {
            make_row_ = [make_row = std::move(make_row)](std::int64_t n, const dal::Session* session) {
                if (session == nullptr) throw UsageError("this factory's rows need a database: use make()");
                return make_row(n, *session);
            };
        }
    }
    Factory(const Factory&) = delete;
    Factory& operator=(const Factory&) = delete;

    /// Gives a row that refers to nothing (NULL, or a key of 0) a row of another factory, which is inserted for it,
    /// once the test's changes are made: a row that refers to something already needs none.
    template <class Member, class Other, class Key>
    Factory& needs(Member Model::* reference, const Factory<Other>& other, Key Other::* key) {
        constexpr bool holds = std::is_convertible_v<const Key&, Member>;
        static_assert(holds, "strata: this member does not hold the other model's key");
        if constexpr (holds) {
            needs_.push_back([reference, &other, key](Model& row, const dal::Session& session) {
                if (row.*reference == Member{}) row.*reference = other.make(session).*key;
            });
        }
        return *this;
    }

    /// A row that is not written; without the rows that it needs.
    template <class... Change>
    [[nodiscard]] Model build(Change&&... changes) const {
        return changed(nullptr, changes...);
    }

    /// Inserts a row; each change is a call with the row, or with the row and its number.
    template <class... Change>
        requires(!std::is_integral_v<std::remove_cvref_t<Change>> && ...)
    Model make(const dal::Session& session, Change&&... changes) const {
        Model row = changed(&session, changes...);
        for (const auto& need : needs_) need(row, session);
        return session.insert(std::move(row));
    }
    /// Inserts many.
    template <class... Change>
    std::vector<Model> make(const dal::Session& session, std::size_t count, Change&&... changes) const {
        std::vector<Model> rows;
        rows.reserve(count);
        while (rows.size() < count) rows.push_back(make(session, changes...));
        return rows;
    }

private:
    template <class... Change>
    Model changed(const dal::Session* session, Change&... changes) const {
        const std::int64_t number = ++last_;
        Model row = make_row_(number, session);
        (apply(changes, row, number), ...);
        return row;
    }
    template <class Change>
    static void apply(Change& change, Model& row, std::int64_t number) {
        constexpr bool usable = detail::changes<Change, Model>;
        static_assert(usable, "strata: a factory's row is changed by a call with it: [](Song& row) { ... }");
        if constexpr (std::is_invocable_v<Change&, Model&>) {
            change(row);
        } else if constexpr (usable) {
            change(row, number);
        }
    }

    std::function<Model(std::int64_t number, const dal::Session* session)> make_row_;
    std::vector<std::function<void(Model& row, const dal::Session& session)>> needs_;
    mutable std::atomic<std::int64_t> last_{0};
};

}  // namespace strata::testing
