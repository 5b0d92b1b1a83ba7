#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/detail/sqlite/create_table.hpp>

#include <string>

using namespace strata::schema::detail::sqlite;
using Catch::Matchers::Contains;

namespace {

const char* const album = R"(CREATE TABLE "music albums" ( -- all of them
    id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT ABORT AUTOINCREMENT,
    title VARCHAR ( 10 , 2 ) NOT NULL COLLATE NOCASE DEFAULT 'it''s' /* a, b */,
    [artist id] BIGINT CONSTRAINT "fk" REFERENCES artists(id) ON DELETE SET NULL ON UPDATE CASCADE
        NOT DEFERRABLE INITIALLY IMMEDIATE,
    price DOUBLE DEFAULT -1.5 CHECK (price > (0 + 1)),
    `total` AS ( price * 2 ) STORED,
    twice GENERATED ALWAYS AS (total) VIRTUAL UNIQUE,
    'odd' ,
    CONSTRAINT uq UNIQUE (title COLLATE BINARY DESC, price) ON CONFLICT REPLACE
    CHECK ( title <> ',)' ), CONSTRAINT fk2 FOREIGN KEY (title, price)
        REFERENCES other MATCH FULL DEFERRABLE INITIALLY DEFERRED -- last
) WITHOUT ROWID, STRICT;)";

const Clause& clause(const ColumnDefinition& column, ClauseKind kind) {
    const Clause* found = column.find(kind);
    REQUIRE(found != nullptr);
    return *found;
}

}  // namespace

TEST_CASE("a stored table is read with the bytes of each clause", "[unit][sqlite]") {
    const std::string sql = album;
    const ParsedTable table = parse_create_table(sql);

    CHECK(table.name == "music albums");
    CHECK(table.name_span.of(sql) == "\"music albums\"");
    CHECK(table.body.of(sql).starts_with(" -- all of them"));
    CHECK(table.body.of(sql).ends_with("-- last\n"));
    CHECK(table.options.of(sql) == "WITHOUT ROWID, STRICT");
    CHECK(table.without_rowid);
    CHECK(table.strict);
    REQUIRE(table.columns.size() == 7);
    REQUIRE(table.constraints.size() == 3);

    const auto& id = table.columns[0];
    CHECK(id.type == "INTEGER");
    CHECK(clause(id, ClauseKind::primary_key).name == "pk");
    CHECK(clause(id, ClauseKind::primary_key).on_conflict == "ABORT");
    CHECK(clause(id, ClauseKind::primary_key).autoincrement);
    CHECK(clause(id, ClauseKind::primary_key).span.of(sql) ==
          "CONSTRAINT pk PRIMARY KEY ON CONFLICT ABORT AUTOINCREMENT");

    const auto& title = table.columns[1];
    CHECK(title.type == "VARCHAR(10,2)");
    CHECK(title.type_span.of(sql) == "VARCHAR ( 10 , 2 )");
    CHECK(clause(title, ClauseKind::not_null).span.of(sql) == "NOT NULL");
    CHECK(clause(title, ClauseKind::collate).collation == "NOCASE");
    CHECK(clause(title, ClauseKind::default_value).expression.of(sql) == "'it''s'");
    CHECK(title.span.of(sql).ends_with("'it''s'"));

    const auto& artist = table.columns[2];
    CHECK(artist.name == "artist id");
    const auto& references = clause(artist, ClauseKind::foreign_key);
    REQUIRE(references.references.has_value());
    CHECK(references.name == "fk");
    CHECK(references.references->table == "artists");
    CHECK(references.references->table_span.of(sql) == "artists");
    CHECK(references.references->columns == std::vector<std::string>{"id"});
    CHECK(references.references->on_delete == "SET NULL");
    CHECK(references.references->on_update == "CASCADE");
    CHECK(references.references->deferrable == "NOT DEFERRABLE INITIALLY IMMEDIATE");

    const auto& price = table.columns[3];
    CHECK(clause(price, ClauseKind::default_value).expression.of(sql) == "-1.5");
    CHECK(clause(price, ClauseKind::check).expression.of(sql) == "price > (0 + 1)");
    CHECK(clause(price, ClauseKind::check).span.of(sql) == "CHECK (price > (0 + 1))");

    const auto& total = table.columns[4];
    CHECK(total.name == "total");
    CHECK(total.type.empty());
    CHECK(total.type_span.empty());
    CHECK(clause(total, ClauseKind::generated).expression.of(sql) == "price * 2");
    CHECK(clause(total, ClauseKind::generated).stored);
    CHECK_FALSE(clause(table.columns[5], ClauseKind::generated).stored);
    CHECK(table.columns[5].find(ClauseKind::unique) != nullptr);
    CHECK(table.columns[6].name == "odd");
    CHECK(table.columns[6].span.of(sql) == "'odd'");

    const auto& unique = table.constraints[0];
    CHECK(unique.kind == ClauseKind::unique);
    CHECK(unique.name == "uq");
    CHECK(unique.on_conflict == "REPLACE");
    REQUIRE(unique.columns.size() == 2);
    CHECK(unique.columns[0].column == "title");
    CHECK(unique.columns[0].collate == "BINARY");
    CHECK(unique.columns[0].descending);
    CHECK(unique.columns[0].expression.of(sql) == "title COLLATE BINARY");
    CHECK(unique.columns[0].span.of(sql) == "title COLLATE BINARY DESC");
    CHECK(table.constraints[1].kind == ClauseKind::check);
    CHECK(table.constraints[1].expression.of(sql) == "title <> ',)'");
    const auto& key = table.constraints[2];
    CHECK(key.key_columns == std::vector<std::string>{"title", "price"});
    CHECK(key.key_column_spans[1].of(sql) == "price");
    CHECK(key.references->columns.empty());
    CHECK(key.references->match == "FULL");
    CHECK(key.references->deferrable == "DEFERRABLE INITIALLY DEFERRED");
    CHECK(key.span.of(sql).ends_with("INITIALLY DEFERRED"));
}

TEST_CASE("a table's commas are found between its items, also where one is left out", "[unit][sqlite]") {
    const std::string sql = album;
    const ParsedTable table = parse_create_table(sql);
    CHECK(table.commas.size() == 8);  // 10 items, and none before the CHECK
    for (const auto at : table.commas) CHECK(sql[at] == ',');
}

TEST_CASE("a clause can be cut out and everything else stays the same to the byte", "[unit][sqlite]") {
    std::string sql = album;
    const ParsedTable table = parse_create_table(sql);
    const Span span = table.columns[1].clauses[1].span;
    sql.erase(span.begin, span.end - span.begin);
    std::string wanted = album;
    wanted.erase(wanted.find("COLLATE NOCASE"), std::string("COLLATE NOCASE").size());
    CHECK(sql == wanted);
    CHECK(parse_create_table(sql).columns[1].find(ClauseKind::collate) == nullptr);
}

TEST_CASE("the primary key and the rowid's alias are found wherever they are declared", "[unit][sqlite]") {
    const auto key = [](const char* sql) { return parse_create_table(sql).primary_key(); };
    const auto alias = [](const char* sql) {
        const auto table = parse_create_table(sql);
        const auto* column = table.rowid_alias();
        return column == nullptr ? std::string() : column->name;
    };
    CHECK(key("CREATE TABLE t (a, b, PRIMARY KEY (B, a))") == std::vector<std::string>{"b", "a"});
    CHECK(key("CREATE TABLE t (a)").empty());
    CHECK(alias("CREATE TABLE t (a integer primary key)") == "a");
    CHECK(alias("CREATE TABLE t (a INTEGER, b, PRIMARY KEY (\"A\"))") == "a");
    CHECK(alias("CREATE TABLE t (a INT PRIMARY KEY)").empty());
    CHECK(alias("CREATE TABLE t (a INTEGER PRIMARY KEY DESC)").empty());
    CHECK(alias("CREATE TABLE t (a INTEGER PRIMARY KEY) WITHOUT ROWID").empty());
    CHECK(alias("CREATE TABLE t (a INTEGER, b, PRIMARY KEY (a, b))").empty());
    CHECK(parse_create_table("CREATE TABLE t (a INTEGER, PRIMARY KEY (a AUTOINCREMENT))").constraints[0].autoincrement);
}

TEST_CASE("odd but accepted spellings are read", "[unit][sqlite]") {
    const auto temporary = parse_create_table("create temp table if not exists main.[t] (a)");
    CHECK(temporary.name == "t");
    const auto named = parse_create_table("CREATE TABLE t (a INT CONSTRAINT x, b CONSTRAINT y CONSTRAINT z NOT NULL)");
    CHECK(named.columns[0].clauses.at(0).kind == ClauseKind::name_only);
    CHECK(named.columns[1].clauses.at(1).name == "z");
    const auto words =
        parse_create_table("CREATE TABLE t (key text, action UNSIGNED BIG INT NULL, \"check\" x DEFAULT (1))");
    CHECK(words.columns[0].name == "key");
    CHECK(words.columns[1].type == "UNSIGNED BIG INT");
    CHECK(words.columns[2].name == "check");
    CHECK(parse_create_table("CREATE TABLE t(a TEXT DEFAULT CURRENT_TIMESTAMP)").columns[0].clauses.size() == 1);
    CHECK(parse_create_table("CREATE TABLE t(a INT,CONSTRAINT c CHECK(1))").constraints.size() == 1);
}

TEST_CASE("text that is not a table is refused with its place", "[unit][sqlite]") {
    CHECK_THROWS_WITH(parse_create_table("CREATE VIRTUAL TABLE t USING fts5(a)"), Contains("byte 8"));
    CHECK_THROWS_AS(parse_create_table("CREATE TABLE t (a, b"), strata::UsageError);
    CHECK_THROWS_AS(parse_create_table("CREATE TABLE t (a CHECK (1)"), strata::UsageError);
    CHECK_THROWS_AS(parse_create_table("CREATE TABLE t ()"), strata::UsageError);
    CHECK_THROWS_WITH(parse_create_table("CREATE TABLE t (a 'b)"), Contains("quote that is not closed, at byte 19"));
}

TEST_CASE("a stored index is read with its expressions and its predicate", "[unit][sqlite]") {
    const std::string sql =
        "CREATE UNIQUE INDEX \"ix 1\" ON songs (title COLLATE NOCASE DESC, lower( title || ',' ), year ASC) WHERE year "
        "> 0 -- x";
    const ParsedIndex index = parse_create_index(sql);
    CHECK(index.unique);
    CHECK(index.name == "ix 1");
    CHECK(index.table == "songs");
    CHECK(index.table_span.of(sql) == "songs");
    REQUIRE(index.columns.size() == 3);
    CHECK(index.columns[0].column == "title");
    CHECK(index.columns[0].descending);
    CHECK(index.columns[1].column.empty());
    CHECK(index.columns[1].expression.of(sql) == "lower( title || ',' )");
    CHECK(index.columns[2].span.of(sql) == "year ASC");
    CHECK(index.where.of(sql) == "year > 0");
    CHECK_THROWS_AS(parse_create_index("CREATE TABLE t (a)"), strata::UsageError);
}

TEST_CASE("expressions are the same by their tokens", "[unit][sqlite]") {
    CHECK(same_expression("length(title) > 0", "(LENGTH(\"title\")>0)"));
    CHECK(same_expression("a != 1 -- why", "[a] <> 1"));
    CHECK(same_expression("((a)) == 1", "((a)) = 1"));
    CHECK(same_expression("((a = 1))", "a = 1"));
    CHECK_FALSE(same_expression("(a) OR (b)", "a) OR (b"));
    CHECK_FALSE(same_expression("a = 'X'", "a = 'x'"));
    CHECK_FALSE(same_expression("a = 1", "a = 1.0"));
    CHECK_FALSE(same_expression("a IS NULL", "a IS \"null\""));
    CHECK_FALSE(same_expression("a = 'b'", "a = \"b\""));
    CHECK_FALSE(same_expression("a", "a AND b"));
    CHECK(same_expression("x'AB'", "X'ab'"));
}

TEST_CASE("tokens know their place", "[unit][sqlite]") {
    const std::string sql = "a<=1.5e-3||X'00' /* c */ -- d\n->>?1 0x1F";
    std::string joined;
    for (const Token& token : tokenize(sql)) joined += std::string(token.span.of(sql)) + "|";
    CHECK(joined == "a|<=|1.5e-3||||X'00'|->>|?1|0x1F|");
    CHECK(identifier("\"a\"\"b\"") == "a\"b");
    CHECK(identifier("[a b]") == "a b");
    CHECK(string_value("'it''s'") == "it's");
}
