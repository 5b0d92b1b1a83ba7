// Measures what a change of the models costs:
//   strata_bench_changes autogenerate URL TABLES   what `migrate` does where a tenth of the tables differs
//   strata_bench_changes rebuild FOLDER ROWS       an SQLite table that is rebuilt, beside sqlite3 with the same script
// The database must be empty, the folder too. Prints one line of JSON; the seconds are medians.

#include "chain.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/difference.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace strata;

constexpr int turns = 5;

double seconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// What `migrate` does but for reading the revisions: read the database, compare, and write both directions.
std::size_t autogenerate(const Engine& engine, const schema::MetaData& models) {
    const auto connection = engine.connect();
    const auto& ddl = schema::ddl_compiler(connection->dialect());
    const auto comparer = schema::expression_comparer(*connection);
    const auto difference = migrate::diff(schema::reflect(*connection), models, {}, ddl, *comparer);
    migrate::RevisionText text;
    text.id = "a1";
    text.upgrade = migrate::resolve(difference, {}, {}, ddl, *comparer).operations;
    text.downgrade = migrate::reverse_all(text.upgrade, difference.before);
    static_cast<void>(migrate::render_revision(text));
    return text.upgrade.size();
}

void measure_autogenerate(const std::string& url, int tables) {
    const Engine engine(url);
    schema::create_all(bench::chain_of_tables(tables), engine);
    const auto models = bench::changed_chain(tables);
    std::vector<double> spent;
    std::size_t found = 0;
    for (int i = 0; i < turns; ++i) spent.push_back(seconds([&] { found = autogenerate(engine, models); }));
    if (found == 0) throw Error("nothing was found");
    std::cout << "{\"tables\":" << tables << ",\"operations\":" << found << ",\"seconds\":" << median(spent) << "}\n";
}

void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) throw Error("a command failed: " + command);
}

void measure_rebuild(const std::filesystem::path& folder, const std::string& rows) {
    using namespace migrate;
    const Revision first("a1", "", {}, "",
                         [](Operations& op) {
                             op.create_table("songs",
                                             {column("id", BigInteger{}), column("title", String{50}),
                                              column("plays", BigInteger{}), column("rating", Double{}).nullable(),
                                              primary_key("pk_songs", {"id"}), index("ix_songs_title", {"title"})});
                         },
                         {});
    const Revision second("b2", "", {{"a1"}}, "",
                          [](Operations& op) {
                              op.alter_column("songs", "plays").type(Text{});
                              op.create_check_constraint("ck_songs_rating", "songs", "rating >= 0");
                          },
                          {});
    const Revisions revisions{&first, &second};
    const auto original = folder / "original.db";
    const auto copy = folder / "copy.db";
    const auto script = folder / "script.sql";
    upgrade(Engine("sqlite:///" + original.string()), "a1", revisions);
    run("sqlite3 '" + original.string() +
        "' \"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < " + rows +
        ") INSERT INTO songs (id, title, plays, rating) SELECT n, 'song ' || n, n * 7, n % 5 FROM c\"");
    std::ofstream(script) << upgrade_script(core::dialect_for("sqlite"), "a1:b2", revisions);
    const auto fresh = [&] {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(copy.string() + suffix);
        std::filesystem::copy_file(original, copy);
    };
    std::vector<double> ours;
    std::vector<double> shell;
    for (int i = 0; i < turns; ++i) {  // in turns, so that noise hits both
        fresh();
        shell.push_back(seconds([&] { run("sqlite3 '" + copy.string() + "' < '" + script.string() + "'"); }));
        fresh();
        const Engine engine("sqlite:///" + copy.string());
        ours.push_back(seconds([&] { upgrade(engine, "b2", revisions); }));
    }
    std::cout << "{\"rows\":" << rows << ",\"shell_seconds\":" << median(shell) << ",\"seconds\":" << median(ours)
              << "}\n";
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc == 4 ? argv[1] : "";
    try {
        if (what == "autogenerate") {
            measure_autogenerate(argv[2], std::stoi(argv[3]));
        } else if (what == "rebuild") {
            measure_rebuild(argv[2], std::to_string(std::stoi(argv[3])));
        } else {
            std::cerr << "usage: strata_bench_changes autogenerate URL TABLES | rebuild FOLDER ROWS\n";
            return 2;
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "strata_bench_changes: " << error.what() << '\n';
        return 2;
    }
}
