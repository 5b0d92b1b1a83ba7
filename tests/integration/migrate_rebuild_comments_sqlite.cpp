#include "migrate_rebuild_support.hpp"

#include <strata/core/error.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>
#include <functional>
#include <sstream>

using namespace strata::migrate;
using namespace strata::schema;
using namespace strata::test;
using Catch::Matchers::Contains;

/// Changes of tables whose stored text has comments in every place where one may stand.
namespace {

/// A table as its tokens; at each blank any white space or comment may stand.
const char* const tokens =
    "CREATE TABLE % ( id INTEGER PRIMARY KEY , name TEXT NOT NULL DEFAULT 'x' CHECK ( name <> 'y' ) REFERENCES other "
    "( k ) COLLATE NOCASE , born TEXT , note TEXT UNIQUE , CONSTRAINT ck_born CHECK ( born <> 'z' ) UNIQUE ( born , "
    "note ) , CONSTRAINT uq_name UNIQUE ( name , born ) )";

struct Layout {
    std::string table;
    std::string sql;
};

/// The same table written with `comment` in one place at a time, then in all of them.
std::vector<Layout> layouts() {
    std::istringstream stream(tokens);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    const auto word_like = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    std::vector<Layout> list;
    const auto add = [&](const std::function<std::string(std::size_t)>& gap) {
        const auto table = "t" + std::to_string(list.size());
        std::string sql;
        for (std::size_t i = 0; i < words.size(); ++i)
            sql += (i == 0 ? "" : gap(i)) + (words[i] == "%" ? table : words[i]);
        list.push_back({table, sql});
    };
    add([](std::size_t) { return " "; });
    add([](std::size_t) { return "\n"; });
    add([&](std::size_t i) {
        return word_like(words[i - 1].back()) && (word_like(words[i].front()) || words[i] == "%") ? " " : "";
    });
    for (const char* comment : {" -- it's a, (note\n", "/* it's a, ( */", "--)\n\t-- two\n  "})
        add([&](std::size_t) { return comment; });
    for (const char* comment : {" -- it's a, (note\n", "/* it's a, ( */"})
        for (std::size_t at = 3; at < words.size(); ++at) add([&](std::size_t i) { return i == at ? comment : " "; });
    return list;
}

/// `columns`: name, type, whether NOT NULL and the beginning of its default, of each column afterwards.
struct Change {
    const char* name;
    std::function<void(Operations&, const std::string& table)> operations;
    std::string columns;
    std::string kept = "id, name, born, note";  // columns whose values stay
};

std::string made(const std::string& kind, const std::string& table, const std::string& rest) {
    return kind + "_" + table + "_" + rest;
}

const std::string as_before = "id INTEGER 0 -,name TEXT 1 'x',born TEXT 0 -,note TEXT 0 -";

const std::vector<Change> changes{
    {"NULL is allowed", [](auto& op, auto& t) { op.alter_column(t, "name").nullable(true); },
     "id INTEGER 0 -,name TEXT 0 'x',born TEXT 0 -,note TEXT 0 -"},
    {"NULL is refused", [](auto& op, auto& t) { op.alter_column(t, "born").nullable(false); },
     "id INTEGER 0 -,name TEXT 1 'x',born TEXT 1 -,note TEXT 0 -"},
    {"a default goes", [](auto& op, auto& t) { op.alter_column(t, "name").drop_server_default(); },
     "id INTEGER 0 -,name TEXT 1 -,born TEXT 0 -,note TEXT 0 -"},
    {"a default changes", [](auto& op, auto& t) { op.alter_column(t, "name").server_default(literal("n")); },
     "id INTEGER 0 -,name TEXT 1 'n',born TEXT 0 -,note TEXT 0 -"},
    {"defaults come",
     [](auto& op, auto& t) {
         op.alter_column(t, "born").server_default(literal("b"));
         op.alter_column(t, "note").server_default(literal("c"));
     },
     "id INTEGER 0 -,name TEXT 1 'x',born TEXT 0 'b',note TEXT 0 'c'"},
    {"types change",
     [](auto& op, auto& t) {
         for (const char* column : {"name", "born", "note"}) op.alter_column(t, column).type(String(40));
     },
     "id INTEGER 0 -,name VARCHAR(40) 1 'x',born VARCHAR(40) 0 -,note VARCHAR(40) 0 -"},
    {"a type gets and loses a check",
     [](auto& op, auto& t) {
         op.alter_column(t, "note").type(Enum("kind", {"n1", "n2"}));
         op.alter_column(t, "born").nullable(false);
     },
     "id INTEGER 0 -,name TEXT 1 'x',born TEXT 1 -,note TEXT 0 -"},
    {"constraints go",
     [](auto& op, auto& t) {
         op.drop_constraint(made("uq", t, "note"), t);
         op.drop_constraint(made("fk", t, "name_other"), t);
     },
     as_before},
    {"table constraints go",
     [](auto& op, auto& t) {
         op.drop_constraint("ck_born", t);
         op.drop_constraint(made("uq", t, "born_note"), t);
     },
     as_before},
    {"the last constraint goes", [](auto& op, auto& t) { op.drop_constraint("uq_name", t); }, as_before},
    {"constraints come",
     [](auto& op, auto& t) {
         op.create_check_constraint("ck_a", t, "name <> 'q'");
         op.create_unique_constraint("uq_z", t, {"note", "name"});
         op.create_foreign_key("fk_z", t, "other", {"name"}, {"k"});
     },
     as_before},
    {"a column comes", [](auto& op, auto& t) { op.add_column(t, column("more", Text{}).nullable()); },
     as_before + ",more TEXT 0 -"},
    {"a column comes by a rebuild",
     [](auto& op, auto& t) { op.add_column(t, column("more", DateTimeTz{}).nullable().server_default(now())); },
     as_before + ",more TIMESTAMPTZ 0 str"},
    {"a column in the middle goes",
     [](auto& op, auto& t) {
         op.drop_constraint("ck_born", t);
         op.drop_constraint("uq_name", t);
         op.drop_constraint(made("uq", t, "born_note"), t);
         op.drop_column(t, "born");
     },
     "id INTEGER 0 -,name TEXT 1 'x',note TEXT 0 -", "id, name, note"},
    {"the last column goes",
     [](auto& op, auto& t) {
         op.drop_constraint(made("uq", t, "born_note"), t);
         op.drop_column(t, "note");
     },
     "id INTEGER 0 -,name TEXT 1 'x',born TEXT 0 -", "id, name, born"},
    {"the first column goes", [](auto& op, auto& t) { op.drop_column(t, "id"); },
     "name TEXT 1 'x',born TEXT 0 -,note TEXT 0 -", "name, born, note"},
    {"a column goes and another comes",
     [](auto& op, auto& t) {
         op.drop_constraint("uq_name", t);
         op.drop_column(t, "name");
         op.add_column(t, column("name", Integer{}).nullable());
     },
     "id INTEGER 0 -,born TEXT 0 -,note TEXT 0 -,name INTEGER 0 -", "id, born, note"},
    {"a column is renamed and changed",
     [](auto& op, auto& t) {
         op.rename_column(t, "name", "names");
         op.alter_column(t, "names").nullable(true);
         op.rename_column(t, "names", "name");
     },
     "id INTEGER 0 -,name TEXT 0 'x',born TEXT 0 -,note TEXT 0 -"},
};

/// Makes the change in a database of these tables.
void check_change(const Change& change, const std::vector<Layout>& tables) {
    const TestDatabase db(TestDialect::sqlite);
    std::string script = "CREATE TABLE other (k TEXT PRIMARY KEY); INSERT INTO other VALUES ('a'), ('b');";
    Operations op;
    std::string rows, columns, expected;
    for (const auto& [table, sql] : tables) {
        script += sql + ";INSERT INTO " + table + " VALUES (1, 'a', 'b1', 'n1'), (7, 'b', 'b2', 'n2');";
        change.operations(op, table);
        rows += "SELECT rowid, " + change.kept + " FROM " + table + " ORDER BY rowid;";
        columns +=
            "SELECT group_concat(name || ' ' || type || ' ' || \"notnull\" || ' ' || "
            "coalesce(substr(dflt_value, 1, 3), '-')) FROM pragma_table_info('" +
            table + "');";
        expected += (expected.empty() ? "" : "\n") + change.columns;
    }
    db.shell(script);
    const auto rows_before = db.shell(rows);
    strata::core::Connection connection{strata::core::Url::parse(db.url())};
    auto state = reflect(connection);
    for (auto& table : state.tables) name_constraints(table);

    REQUIRE_NOTHROW(run_operations(connection, op.operations(), state));
    CHECK(db.shell(columns) == expected);
    CHECK(db.shell(rows) == rows_before);
}

}  // namespace

TEST_CASE("a change next to a comment keeps every other column, clause and row", "[rebuild][sqlite]") {
    const auto tables = layouts();
    constexpr std::ptrdiff_t at_once = 16;
    for (const auto& change : changes) {
        INFO(change.name);
        for (auto begin = tables.begin(); begin != tables.end();) {
            const auto end = begin + std::min(at_once, tables.end() - begin);
            check_change(change, {begin, end});
            begin = end;
        }
    }
}

TEST_CASE("a comment before a removed clause does not swallow the column after it", "[rebuild][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE people (\n name TEXT -- full name\n NOT NULL,\n born TEXT); INSERT INTO people VALUES ('Ada', "
        "'1815')");
    strata::core::Connection connection{strata::core::Url::parse(db.url())};
    Operations op;
    op.alter_column("people", "name").nullable(true);
    run_operations(connection, op.operations(), reflect(connection));
    CHECK(db.shell("SELECT name, born FROM people") == "Ada|1815");
    CHECK_THAT(db.dump(), Contains("name TEXT -- full name\n,\n born TEXT)"));
}

TEST_CASE("an edited table that would have other columns than asked for is refused", "[rebuild][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE people (\"name\" TEXT, born TEXT\n, note TEXT); INSERT INTO people VALUES ('Ada', '1815', 'n')");
    const auto before = db.dump();
    strata::core::Connection connection{strata::core::Url::parse(db.url())};
    for (const char* expression : {"'x') -- unknown", "'x'), more TEXT DEFAULT ('y'"}) {
        Operations op;
        op.alter_column("people", "name").server_default(ServerDefault::sql(expression));
        CHECK_THROWS_WITH(run_operations(connection, op.operations(), reflect(connection)),
                          Contains("table people") && Contains("nothing was changed"));
        CHECK(db.dump() == before);
        CHECK(db.shell("SELECT * FROM people") == "Ada|1815|n");
    }
}
