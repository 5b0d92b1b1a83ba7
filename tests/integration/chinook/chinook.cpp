#include "chinook/models.hpp"
#include "support/corpus.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>

#include <fstream>
#include <sstream>

using namespace strata;
using namespace chinook;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

/// `invoice_line_id` as the SQLite edition spells it: InvoiceLineId.
std::string pascal(std::string_view snake) {
    std::string name;
    bool upper = true;
    for (const char c : snake) {
        if (c == '_') {
            upper = true;
            continue;
        }
        name += upper ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
    }
    return name;
}

template <class Table>
auto rows_by_key(const dal::Database& db, const Table& table) {
    using Model = typename Table::strata_model;
    const core::TableInfo& info = core::table_info<Model>();
    std::string keys;
    for (const int key : info.facts().primary_key)
        keys += (keys.empty() ? "" : ", ") + std::string(info.column(key).name);
    std::string columns;
    for (int i = 0; i < info.column_count; ++i) columns += (i == 0 ? "" : ", ") + std::string(info.column(i).name);
    (void)table;
    return db.query<Model>(unchecked_sql("SELECT " + columns + " FROM " + info.name + " ORDER BY " + keys));
}

template <class Table>
auto sqlite_edition_rows(const dal::Database& db, const Table&) {
    using Model = typename Table::strata_model;
    const core::TableInfo& info = core::table_info<Model>();
    std::string columns;
    for (int i = 0; i < info.column_count; ++i) {
        columns += (i == 0 ? "" : ", ") + pascal(info.column(i).name) + " AS " + info.column(i).name;
    }
    std::string keys;
    for (const int key : info.facts().primary_key)
        keys += (keys.empty() ? "" : ", ") + std::string(info.column(key).name);
    return db.query<Model>(
        strata::unchecked_sql("SELECT " + columns + " FROM " + pascal(info.name) + " ORDER BY " + keys));
}

template <class... Tables>
void for_each_table(const auto& visit, const Tables&... tables) {
    (visit(tables), ...);
}
void for_all(const auto& visit) {
    for_each_table(visit, artists, albums, employees, customers, genres, media_types, tracks, invoices, invoice_lines,
                   playlists, playlist_tracks);
}

/// The editions differ in one thing, of Chinook's own making: the SQLite one spells a city "Edinburgh ", with a blank.
int mend(Text& city) {
    if (city != "Edinburgh ") return 0;
    city = "Edinburgh";
    return 1;
}
int mend(Customer& row) { return mend(row.city); }
int mend(Invoice& row) { return mend(row.billing_city); }
int mend(auto&) { return 0; }

/// The two editions in their own databases and our copy of the one from PostgreSQL.
struct Editions {
    test::TestDatabase postgresql{test::TestDialect::postgresql};
    test::TestDatabase sqlite{test::TestDialect::sqlite};
    test::TestDatabase copy{test::TestDialect::sqlite};

    void load(const std::filesystem::path& postgresql_file, const std::filesystem::path& sqlite_file) {
        postgresql.shell(text_of(postgresql_file));
        sqlite.shell(text_of(sqlite_file));
    }
    void make_copy() const {
        schema::create_all(metadata(), copy.url());
        const auto from = dal::connect(postgresql.url());
        const auto to = dal::connect(copy.url());
        for_all([&](const auto& table) { to.insert_many(from(table).all(), {.keep_keys = true}); });
    }
};

using Report = std::vector<std::tuple<std::string, std::string>>;

/// What a database's own shell prints for the SQL, numbers rounded to cents.
Report shell_report(const test::TestDatabase& db, const std::string& sql, bool money) {
    Report report;
    std::istringstream lines(db.shell(sql));
    for (std::string line; std::getline(lines, line);) {
        const auto bar = line.rfind('|');
        std::string number = line.substr(bar + 1);
        if (money) number = Decimal::parse(number).rounded(2).to_string();
        report.emplace_back(line.substr(0, bar), number);
    }
    return report;
}

}  // namespace

TEST_CASE("hand-written models of Chinook's PostgreSQL edition are in step with it",
          "[chinook][postgresql][autogenerate]") {
    STRATA_REQUIRE_CORPUS(file, "postgresql/chinook.sql");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell(text_of(*file));
    core::Connection connection{core::Url::parse(db.url())};
    const auto comparer = schema::expression_comparer(connection);
    std::string differences;
    for (const auto& operation : migrate::compare_metadata(schema::reflect(connection), metadata(),
                                                           schema::ddl_compiler(connection.dialect()), *comparer)) {
        differences += migrate::describe(operation) + "\n";
    }
    CHECK(differences == "");
    CHECK(schema::reflect(connection).tables.size() == 11);
}

TEST_CASE("check finds no difference between Chinook and its models, and finds the one that is made",
          "[chinook][postgresql][cli]") {
    STRATA_REQUIRE_CORPUS(file, "postgresql/chinook.sql");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell(text_of(*file));
    const auto check = [&] {
        return test::run_tool({"tool", "check", "--url", db.url()},
                              {metadata, {}, (db.directory() / "migrations").string()});
    };
    const auto same = check();
    INFO(same.out << same.err);
    CHECK(same.code == 0);
    CHECK_THAT(same.out, StartsWith("Compared 11 tables: ") && EndsWith("No new upgrade operations detected.\n"));
    db.shell("ALTER TABLE artist ALTER COLUMN name SET NOT NULL");
    const auto changed = check();
    CHECK(changed.code == 1);
    CHECK_THAT(changed.out, EndsWith("New upgrade operations detected:\n  alter column artist.name (drop not null)\n"));
}

TEST_CASE("all rows of Chinook go from PostgreSQL to SQLite and are equal there, and to the SQLite edition",
          "[chinook][dal]") {
    STRATA_REQUIRE_CORPUS(postgresql_file, "postgresql/chinook.sql");
    STRATA_REQUIRE_CORPUS(sqlite_file, "sqlite/chinook.sql");
    Editions editions;
    editions.load(*postgresql_file, *sqlite_file);
    editions.make_copy();
    const auto from = dal::connect(editions.postgresql.url());
    const auto copy = dal::connect(editions.copy.url());
    const auto other = dal::connect(editions.sqlite.url());
    std::size_t rows = 0;
    int mended = 0;
    for_all([&](const auto& table) {
        const auto expected = rows_by_key(from, table);
        INFO(core::table_info<typename std::decay_t<decltype(table)>::strata_model>().name);
        CHECK_FALSE(expected.empty());
        CHECK((rows_by_key(copy, table) == expected));
        auto theirs = sqlite_edition_rows(other, table);
        for (auto& row : theirs) mended += mend(row);
        CHECK((theirs == expected));
        rows += expected.size();
    });
    CHECK(rows == 15607);
    CHECK(mended == 8);  // one customer and their seven invoices
}

TEST_CASE("three reports on Chinook equal what psql and sqlite3 print", "[chinook][dal]") {
    STRATA_REQUIRE_CORPUS(postgresql_file, "postgresql/chinook.sql");
    STRATA_REQUIRE_CORPUS(sqlite_file, "sqlite/chinook.sql");
    Editions editions;
    editions.load(*postgresql_file, *sqlite_file);
    editions.make_copy();
    for (const test::TestDatabase* database : {&editions.postgresql, &editions.copy}) {
        const auto db = dal::connect(database->url());
        INFO(database->dialect_name());

        const auto revenue = dal::sum(invoice_lines.unit_price * invoice_lines.quantity);
        Report per_artist;
        for (const auto& [name, total] : db.all(select(artists.name, revenue)
                                                    .from(invoice_lines)
                                                    .join(tracks, tracks.track_id == invoice_lines.track_id)
                                                    .join(albums, albums.album_id == tracks.album_id)
                                                    .join(artists, artists.artist_id == albums.artist_id)
                                                    .group_by(artists.artist_id, artists.name)
                                                    .order_by(artists.artist_id))) {
            per_artist.emplace_back(name.value_or(""), total.value_or(Decimal()).rounded(2).to_string());
        }
        CHECK(per_artist.size() == 165);
        CHECK(per_artist ==
              shell_report(
                  *database,
                  "SELECT artist.name, sum(invoice_line.unit_price * invoice_line.quantity) FROM invoice_line "
                  "JOIN track ON track.track_id = invoice_line.track_id JOIN album ON album.album_id = track.album_id "
                  "JOIN artist ON artist.artist_id = album.artist_id GROUP BY artist.artist_id, artist.name "
                  "ORDER BY artist.artist_id",
                  true));

        Report per_genre;
        for (const auto& [name, count] :
             db.all(select(genres.name, dal::count_distinct(playlist_tracks.playlist_id))
                        .from(genres)
                        .left_join(tracks, tracks.genre_id == genres.genre_id)
                        .left_join(playlist_tracks, playlist_tracks.track_id == tracks.track_id)
                        .group_by(genres.genre_id, genres.name)
                        .order_by(genres.genre_id))) {
            per_genre.emplace_back(name.value_or(""), std::to_string(count));
        }
        CHECK(per_genre.size() == 25);
        CHECK(per_genre == shell_report(*database,
                                        "SELECT genre.name, count(DISTINCT playlist_track.playlist_id) FROM genre "
                                        "LEFT JOIN track ON track.genre_id = genre.genre_id "
                                        "LEFT JOIN playlist_track ON playlist_track.track_id = track.track_id "
                                        "GROUP BY genre.genre_id, genre.name ORDER BY genre.genre_id",
                                        false));

        Report per_agent;
        for (const auto& [name, count] :
             db.all(select(employees.last_name, dal::count(customers.customer_id))
                        .from(employees)
                        .left_join(customers, customers.support_rep_id == employees.employee_id)
                        .group_by(employees.employee_id, employees.last_name)
                        .order_by(employees.employee_id))) {
            per_agent.emplace_back(name, std::to_string(count));
        }
        CHECK(per_agent.size() == 8);
        CHECK(per_agent ==
              shell_report(*database,
                           "SELECT employee.last_name, count(customer.customer_id) FROM employee "
                           "LEFT JOIN customer ON customer.support_rep_id = employee.employee_id "
                           "GROUP BY employee.employee_id, employee.last_name ORDER BY employee.employee_id",
                           false));
    }
}
