#pragma once

#include "support/database.hpp"

#include <strata/dal.hpp>
#include <strata/dal/relations.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/enum.hpp>

/// Models that refer to each other, for the tests of relations.
namespace relation_test {

struct Author {
    std::int64_t id{};
    std::string name{};
    std::int32_t tenant{};
    bool operator==(const Author&) const = default;
};
STRATA_MODEL(Author, authors, id, name, tenant)

struct Book {
    std::int64_t id{};
    std::string title{};
    std::optional<std::int64_t> author_id{};
    std::int32_t stars{};
    std::int32_t tenant{};
    std::optional<strata::TimestampTz> deleted_at{};
    bool operator==(const Book&) const = default;
};
STRATA_MODEL(Book, books, id, title, author_id, stars, tenant, deleted_at)
STRATA_FACTS(books, references(books.author_id, authors.id, on_delete::cascade))

struct Genre {
    std::int64_t id{};
    std::string name{};
    bool operator==(const Genre&) const = default;
};
STRATA_MODEL(Genre, genres, id, name)

struct BookGenre {
    std::int64_t book_id{};
    std::int32_t genre_id{};
    std::int32_t weight{};
    std::int32_t tenant{};
};
STRATA_MODEL(BookGenre, book_genres, book_id, genre_id, weight, tenant)
STRATA_FACTS(book_genres, primary_key(book_genres.book_id, book_genres.genre_id),
             references(book_genres.book_id, books.id, on_delete::cascade), references(book_genres.genre_id, genres.id))

/// Refers to itself, twice.
struct Employee {
    std::int64_t id{};
    std::string name{};
    std::optional<std::int64_t> boss_id{};
    std::optional<std::int64_t> deputy_id{};
};
STRATA_MODEL(Employee, employees, id, name, boss_id, deputy_id)
STRATA_FACTS(employees, references(employees.boss_id, employees.id), references(employees.deputy_id, employees.id))

enum class Shop { north, south };
BOOST_DESCRIBE_ENUM(Shop, north, south)

/// A key of an enum, a text and a decimal.
struct Order {
    Shop shop{};
    std::string number{};
    strata::Decimal part{};
    bool operator==(const Order&) const = default;
};
STRATA_MODEL(Order, orders, shop, number, part)
STRATA_FACTS(orders, primary_key(orders.shop, orders.number, orders.part), precision(orders.part, 10, 2))

struct Line {
    std::int64_t id{};
    std::optional<Shop> shop{};
    std::optional<std::string> order_number{};
    std::optional<strata::Decimal> order_part{};
    std::string what{};
};
STRATA_MODEL(Line, lines, id, shop, order_number, order_part, what)
STRATA_FACTS(lines, precision(lines.order_part, 10, 2),
             references(columns(lines.shop, lines.order_number, lines.order_part),
                        columns(orders.shop, orders.number, orders.part), on_delete::cascade))

inline void create_tables(const strata::Engine& engine) {
    using strata::schema::table;
    strata::schema::create_all(strata::schema::MetaData{table(authors), table(books), table(genres), table(book_genres),
                                                        table(employees), table(orders), table(lines)},
                               engine);
}

/// Ada has three books and Eve one, Joe none; one book is nobody's.
inline void fill(const strata::dal::Database& dal) {
    dal.insert_many(std::vector<Author>{{.name = "ada"}, {.name = "eve"}, {.name = "joe"}});
    dal.insert_many(std::vector<Book>{{.title = "Aria", .author_id = 1, .stars = 3},
                                      {.title = "Ballad", .author_id = 1, .stars = 5},
                                      {.title = "Canon", .author_id = 1, .stars = 4},
                                      {.title = "Dirge", .author_id = 2, .stars = 1},
                                      {.title = "Etude", .stars = 2}});
    dal.insert_many(std::vector<Genre>{{.name = "folk"}, {.name = "jazz"}, {.name = "rock"}});
    dal.insert_many(std::vector<BookGenre>{{.book_id = 1, .genre_id = 1, .weight = 1},
                                           {.book_id = 1, .genre_id = 2, .weight = 9},
                                           {.book_id = 2, .genre_id = 2, .weight = 5},
                                           {.book_id = 4, .genre_id = 3, .weight = 2},
                                           {.book_id = 4, .genre_id = 2, .weight = 1}});
}

}  // namespace relation_test
