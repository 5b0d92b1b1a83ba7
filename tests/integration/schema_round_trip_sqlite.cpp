// A SQLite database that is reflected and created again in an empty file has the same sqlite_schema, object by object.
// Only how it is written may differ: white space, quotes, the case of types, and whether a constraint is a column's or
// the table's.

#include "support/corpus.hpp"
#include "support/database.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/engine.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/detail/sqlite/create_table.hpp>
#include <strata/schema/order.hpp>
#include <strata/schema/reflection.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace strata;
using namespace strata::schema::detail::sqlite;
using test::TestDatabase;
using test::TestDialect;

namespace {

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// The tokens, names without their quotes and case, without outer parentheses.
std::string plain(std::string_view sql) {
    auto tokens = tokenize(sql);
    const auto is = [&](std::size_t i, std::string_view text) { return tokens[i].span.of(sql) == text; };
    const auto enclosed = [&] {
        if (tokens.size() < 3 || !is(0, "(") || !is(tokens.size() - 1, ")")) return false;
        int depth = 0;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            if (is(i, "(")) ++depth;
            if (is(i, ")")) --depth;
            if (depth == 0) return false;
        }
        return true;
    };
    while (enclosed()) tokens = {tokens.begin() + 1, tokens.end() - 1};
    std::string text;
    for (const auto& token : tokens) {
        const bool name = token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier;
        text += name                            ? lower(identifier(token.span.of(sql)))
                : token.kind == TokenKind::blob ? lower(std::string(token.span.of(sql)))
                                                : std::string(token.span.of(sql));
        text += ' ';
    }
    return text;
}

/// The value of a DEFAULT: a name there is a string.
std::string default_text(std::string_view sql) {
    const auto tokens = tokenize(sql);
    const auto name = tokens.size() == 1 ? std::string(tokens[0].span.of(sql)) : std::string();
    const bool word = tokens.size() == 1 && tokens[0].kind == TokenKind::word;
    static const std::set<std::string> constants{"null",         "true",         "false",
                                                 "current_time", "current_date", "current_timestamp"};
    if (tokens.size() == 1 &&
        (tokens[0].kind == TokenKind::quoted_identifier || (word && !constants.contains(lower(name)))))
        return "'" + identifier(name) + "' ";
    return plain(sql);
}

std::string list(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += lower(name) + ",";
    return text;
}

using Tables = std::map<std::string, ParsedTable>;

std::string constraint(const Clause& clause, const ColumnDefinition* column, const std::string& sql,
                       const ParsedTable& table, const Tables& all) {
    std::string text = clause.name.empty() ? "" : "constraint " + clause.name + " ";
    const auto columns = [&] {
        if (column != nullptr) return lower(column->name) + (clause.descending ? " desc" : "") + ",";
        std::string names;
        for (const auto& each : clause.columns)
            names += lower(each.column) + " " + lower(each.collate) + (each.descending ? " desc" : "") + ",";
        std::string tidy;
        for (const char c : names)
            if (c != ' ' || tidy.back() != ' ') tidy += c;
        for (std::size_t at; (at = tidy.find(" ,")) != std::string::npos;) tidy.erase(at, 1);
        return tidy;
    };
    switch (clause.kind) {
        case ClauseKind::primary_key:
            text += "primary key " + columns() + (clause.autoincrement ? " autoincrement" : "");
            break;
        case ClauseKind::unique:
            text += "unique " + columns();
            break;
        case ClauseKind::check:
            return text + "check " + plain(clause.expression.of(sql));
        case ClauseKind::foreign_key: {
            const auto& to = *clause.references;
            text += "foreign key " + (column != nullptr ? lower(column->name) + "," : list(clause.key_columns));
            auto referred = to.columns;
            const auto found = all.find(lower(to.table));
            const auto* other = lower(to.table) == lower(table.name) ? &table
                                : found != all.end()                 ? &found->second
                                                                     : nullptr;
            if (referred.empty() && other != nullptr) referred = other->primary_key();
            const auto action = [](const std::string& words) { return words == "NO ACTION" ? "" : words; };
            const auto match = lower(to.match);
            text += " to " + lower(to.table) + " " + list(referred) + " delete " + action(to.on_delete) + " update " +
                    action(to.on_update) + (match.empty() || match == "simple" ? "" : " match " + match) +
                    (to.deferrable.starts_with("DEFERRABLE") ? " deferrable" : "") +
                    (to.deferrable == "DEFERRABLE INITIALLY DEFERRED" ? " deferred" : "");
            break;
        }
        default:
            break;
    }
    return text + " " + clause.on_conflict;
}

/// A table, one line for each thing that it says.
std::string table_text(const std::string& sql, const Tables& all) {
    const auto table = parse_create_table(sql);
    const auto key = table.primary_key();
    std::string text = table.name + (table.strict ? " strict" : "") + (table.without_rowid ? " without rowid" : "");
    std::multiset<std::string> constraints;
    for (const auto& column : table.columns) {
        text += "\n" + column.name + " " + lower(column.type);
        // In these SQLite takes NOT NULL as said.
        const bool implied =
            table.rowid_alias() == &column ||
            ((table.without_rowid || table.strict) && std::find(key.begin(), key.end(), column.name) != key.end());
        std::multiset<std::string> clauses;  // in any order
        for (const auto& clause : column.clauses) {
            if (clause.kind == ClauseKind::not_null && (!implied || !clause.name.empty()))
                clauses.insert(" not null " + clause.name + " " + clause.on_conflict);
            if (clause.kind == ClauseKind::default_value && default_text(clause.expression.of(sql)) != "null ")
                clauses.insert(" default " + default_text(clause.expression.of(sql)));
            if (clause.kind == ClauseKind::collate) clauses.insert(" collate " + lower(clause.collation));
            if (clause.kind == ClauseKind::generated)
                clauses.insert(" as " + plain(clause.expression.of(sql)) + (clause.stored ? "stored" : "virtual"));
            if (clause.kind == ClauseKind::primary_key || clause.kind == ClauseKind::unique ||
                clause.kind == ClauseKind::check || clause.kind == ClauseKind::foreign_key)
                constraints.insert(constraint(clause, &column, sql, table, all));
        }
        for (const auto& clause : clauses) text += clause;
    }
    for (const auto& clause : table.constraints) constraints.insert(constraint(clause, nullptr, sql, table, all));
    for (const auto& each : constraints) text += "\n" + each;
    return text;
}

std::string index_text(const std::string& sql) {
    const auto index = parse_create_index(sql);
    std::string text = index.name + (index.unique ? " unique on " : " on ") + lower(index.table);
    for (const auto& column : index.columns) {
        text += "\n" + (column.column.empty() ? plain(column.expression.of(sql))
                                              : lower(column.column) + " " + lower(column.collate));
        if (column.descending) text += " desc";
    }
    return text + "\nwhere " + plain(index.where.of(sql));
}

/// sqlite_schema: each object that has SQL, by its kind and name.
std::map<std::string, std::string> objects(const TestDatabase& db) {
    const core::Engine engine(db.url());
    const auto connection = engine.connect();
    std::vector<std::array<std::string, 3>> rows;
    {
        auto cursor = connection->query(
            "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'");
        while (cursor.next())
            rows.push_back({std::string(cursor.row().text(0)), std::string(cursor.row().text(1)),
                            std::string(cursor.row().text(2))});
    }
    Tables tables;
    for (const auto& [type, name, sql] : rows)
        if (type == "table" && !sql.starts_with("CREATE VIRTUAL")) tables[lower(name)] = parse_create_table(sql);
    std::map<std::string, std::string> result;
    for (const auto& [type, name, sql] : rows) {
        std::string text = sql;
        if (sql.starts_with("CREATE VIRTUAL"))
            text = parse_create_virtual_table(sql).module;
        else if (type == "table")
            text = table_text(sql, tables);
        else if (type == "index")
            text = index_text(sql);
        result[type + " " + name] = text;
    }
    return result;
}

/// What SQLite itself makes of the columns, indexes and foreign keys, besides its names for them.
std::string pragmas(const TestDatabase& db) {
    return db.shell(R"(
        SELECT 'column', m.name, x.cid, x.name, replace(upper(x.type), ' ', ''), x.hidden, x.pk
            FROM sqlite_schema m, pragma_table_xinfo(m.name) x WHERE m.type IN ('table', 'view') AND x.cid >= 0
            AND m.sql NOT LIKE 'CREATE VIRTUAL %' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY m.name, x.cid;
        SELECT 'index', m.name, i."unique", i.origin, i.partial,
               (SELECT group_concat(coalesce(x.name, '-') || ' ' || x.desc || ' ' || coalesce(x.coll, '-') || x.key)
                FROM pragma_index_xinfo(i.name) x) AS columns
            FROM sqlite_schema m, pragma_index_list(m.name) i WHERE m.type = 'table'
            AND m.sql NOT LIKE 'CREATE VIRTUAL %' ORDER BY m.name, i.origin, columns, i.name;
        SELECT 'key', m.name, f."table", f."from", f.on_update, f.on_delete, f.seq
            FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
            AND m.sql NOT LIKE 'CREATE VIRTUAL %' ORDER BY 2, 3, 4, 5, 6, 7;
        SELECT 'table', name, type, wr, strict FROM pragma_table_list
            WHERE schema = 'main' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name;)");
}

/// Creates what the first database has in the second, an empty one.
void create_again(const TestDatabase& from, const TestDatabase& to) {
    const auto metadata = schema::reflect(*core::Engine(from.url()).connect());
    CHECK(metadata.unmanaged.empty());
    for (const auto& table : metadata.tables) {
        INFO(table.name);
        CHECK(table.unmanaged.empty());
    }
    const core::Engine engine(to.url());
    const auto& ddl = schema::ddl_compiler(engine.dialect());
    const auto connection = engine.connect();
    for (const auto& item : schema::creation_order(metadata)) {
        const auto statements = std::visit(
            [&](const auto* each) {
                if constexpr (std::is_same_v<decltype(each), const schema::Table*>)
                    return ddl.create_table(*each, metadata);
                else
                    return ddl.create_object(*each);
            },
            item);
        for (const auto& sql : statements) {
            INFO(sql);
            CHECK_NOTHROW(connection->execute(sql));
        }
    }
}

void check_same(const TestDatabase& original, const TestDatabase& copy) {
    const auto before = objects(original);
    const auto after = objects(copy);
    for (const auto& [name, text] : before) {
        INFO(name);
        const auto found = after.find(name);
        REQUIRE(found != after.end());
        CHECK(found->second == text);
    }
    CHECK(after.size() == before.size());
}

void check_round_trip(const TestDatabase& original) {
    const TestDatabase copy(TestDialect::sqlite);
    create_again(original, copy);
    check_same(original, copy);
    CHECK(pragmas(copy) == pragmas(original));
    // What was created is read as the same again.
    const auto first = schema::reflect(*core::Engine(original.url()).connect());
    const auto second = schema::reflect(*core::Engine(copy.url()).connect());
    CHECK(first.tables.size() == second.tables.size());
    for (const auto& table : first.tables) {
        INFO(table.name);
        const auto* found = second.find(table.name);
        REQUIRE(found != nullptr);
        CHECK(found->columns == table.columns);
        CHECK(found->primary_key == table.primary_key);
        CHECK(found->module == table.module);
        CHECK(found->strict == table.strict);
        CHECK(found->without_rowid == table.without_rowid);
    }
}

void check_round_trip(const std::string& sql) {
    const TestDatabase original(TestDialect::sqlite);
    original.shell(sql);
    check_round_trip(original);
}

void check_corpus(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    check_round_trip(text.str());
}

}  // namespace

TEST_CASE("Chinook on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/chinook.sql");
    check_corpus(*file);
}
TEST_CASE("Headscale on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/headscale.sql");
    check_corpus(*file);
}
TEST_CASE("Northwind on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/northwind.sql");
    check_corpus(*file);
}
TEST_CASE("Sakila on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/sakila.sql");
    check_corpus(*file);
}
TEST_CASE("Temporal on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/temporal.sql");
    check_corpus(*file);
}
TEST_CASE("Temporal's visibility on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/temporal_visibility.sql");
    check_corpus(*file);
}

TEST_CASE("every clause of a SQLite table is created again", "[schema][sqlite][round_trip]") {
    check_round_trip(R"(
        CREATE TABLE parent (a INTEGER PRIMARY KEY, b TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE, c INT, d INT,
            CONSTRAINT both UNIQUE (c, d) ON CONFLICT FAIL);
        CREATE TABLE counted (id INTEGER CONSTRAINT counting PRIMARY KEY AUTOINCREMENT, v);
        CREATE TABLE counted_too (id INTEGER, PRIMARY KEY (id AUTOINCREMENT) ON CONFLICT REPLACE);
        INSERT INTO counted (v) VALUES (1);
        CREATE TABLE named (a TEXT CONSTRAINT filled NOT NULL ON CONFLICT FAIL DEFAULT 'x' COLLATE rtrim,
            b INT NOT NULL ON CONFLICT REPLACE DEFAULT (1 + 2), c TEXT PRIMARY KEY ON CONFLICT IGNORE,
            CONSTRAINT positive CHECK (b > 0 /* always */), CHECK (length(a) > 1 -- at least two
            ));
        CREATE TABLE lax (a TEXT, b TEXT, PRIMARY KEY (a COLLATE NOCASE DESC, b));
        CREATE TABLE down (a TEXT PRIMARY KEY DESC, b UNIQUE, UNIQUE (b COLLATE RTRIM DESC, a));
        CREATE TABLE keys (a INT REFERENCES parent DEFERRABLE INITIALLY DEFERRED, c INT, d INT,
            e INT REFERENCES parent (a) ON DELETE CASCADE NOT NULL, up INT REFERENCES keys (rowid_of),
            rowid_of INTEGER PRIMARY KEY, f INT REFERENCES parent (a) NOT DEFERRABLE INITIALLY DEFERRED,
            g INT REFERENCES gone, h INT REFERENCES gone_too (x) MATCH FULL,
            CONSTRAINT pair FOREIGN KEY (c, d) REFERENCES parent (c, d) MATCH PARTIAL ON DELETE SET DEFAULT
                ON UPDATE RESTRICT DEFERRABLE INITIALLY IMMEDIATE);
        CREATE TABLE computed (a INT, twice AS (a * 2), kept TEXT GENERATED ALWAYS AS (a || 'x') STORED,
            named INTEGER AS (a + 1) VIRTUAL NOT NULL);
        CREATE TABLE tight (a INTEGER, b INT NOT NULL, c ANY, d BLOB, e REAL, PRIMARY KEY (a, b))
            STRICT, WITHOUT ROWID;
        CREATE TABLE strict_only (a INT PRIMARY KEY, b TEXT) STRICT;
        CREATE TABLE no_rowid (a INTEGER PRIMARY KEY, b NVARCHAR(160), c DATETIME, d) WITHOUT ROWID;
        CREATE TABLE types (a NVARCHAR ( 10 ), b varchar(5), c DATETIME, d numeric, e DECIMAL(20, 5), f BOOLEAN,
            g UNSIGNED BIG INT, h double precision, i NUMERIC(20,2), j char(36), k "odd type", l INT, m INTEGER, n,
            o TINYINT(1), p "", q [select]);
        CREATE TABLE defaults (a DEFAULT abc, b DEFAULT "d e", c DEFAULT NULL, d INT DEFAULT +5, e DEFAULT (1 + (2)),
            f INT DEFAULT 0x10, g TEXT DEFAULT CURRENT_TIMESTAMP, h NUMERIC(5,2) DEFAULT 1.50, i INT DEFAULT '7',
            j INT DEFAULT ( -3 ), k BOOLEAN DEFAULT TRUE, l BLOB DEFAULT x'00ff', m TEXT DEFAULT (datetime('now', '+1 day')),
            n DEFAULT 'it''s');)");
}

TEST_CASE("indexes of every form are created again", "[schema][sqlite][round_trip]") {
    check_round_trip(R"(
        CREATE TABLE t (a TEXT, b TEXT COLLATE NOCASE, "c d" INT, e);
        CREATE INDEX plain ON t (a);
        CREATE UNIQUE INDEX "other case" ON T (A COLLATE NOCASE DESC, B COLLATE binary ASC, "C D");
        CREATE INDEX expressions ON t (lower(a), (a), (b || a COLLATE nocase) DESC, ((e)) COLLATE RTRIM);
        CREATE INDEX part ON t (e) WHERE e IS NOT NULL AND "c d" > 5 -- some
        ;
        CREATE INDEX nested ON t (((lower(b)))) WHERE (a = 'x;y');)");
}

TEST_CASE("names that need quotes are created again", "[schema][sqlite][round_trip]") {
    check_round_trip(std::string(R"(
        CREATE TABLE "select" ("from" INT, "it's" TEXT, [a b] INT, `c"d` INT, "e""f" INT, 'g' INT,
            CONSTRAINT "where" UNIQUE ("from", [a b]), CONSTRAINT 'x y' CHECK ("it's" <> 'group'));
        CREATE TABLE "two)") +
                     "\n" + R"(lines" (a INT, "b)" + "\n" + R"(c" INT REFERENCES "select" ("e""f"));
        CREATE TABLE count (max INT, lower TEXT, CHECK (max(max, 1) > 0));
        CREATE TABLE main (x INT, y AS (lower('A' || x)));
        CREATE VIEW "order" AS SELECT count(*) AS n, "from" FROM "select" GROUP BY 2;
        CREATE TABLE comments ( -- first
            a INT, /* second, with ) and ' */ b TEXT -- third
            , UNIQUE (a) -- fourth
            ) -- fifth
        ;
        CREATE INDEX "index" ON "select" ("it's", [a b]);
        CREATE TRIGGER "table" AFTER INSERT ON "select" BEGIN SELECT ';' /* ; */; UPDATE count SET max = 1; END;)");
}

TEST_CASE("views, triggers and virtual tables are created again", "[schema][sqlite][round_trip]") {
    check_round_trip(R"(
        CREATE VIEW above AS SELECT * FROM below;
        CREATE TABLE songs (id INTEGER PRIMARY KEY, title TEXT, body TEXT, at REAL);
        CREATE VIEW below (a, b) AS SELECT id, title FROM Songs -- all
        ;
        CREATE VIRTUAL TABLE words USING fts5(title, body, content='songs', content_rowid='id', tokenize="porter ascii");
        CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab('words', 'row');
        CREATE VIRTUAL TABLE "the places" USING rtree(id, min_x, max_x, +note TEXT);
        CREATE VIRTUAL TABLE old_words USING fts4(content="songs", title, body);
        CREATE TRIGGER songs_ai AFTER INSERT ON SONGS BEGIN
            INSERT INTO words (rowid, title, body) VALUES (new.id, new.title, new.body);
        END;
        CREATE TRIGGER songs_ad AFTER DELETE ON songs WHEN old.id > 0 BEGIN
            INSERT INTO words (words, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
            DELETE FROM "the places" WHERE id = old.id;
        END;
        CREATE TRIGGER below_ii INSTEAD OF INSERT ON below BEGIN INSERT INTO songs (title) VALUES (new.b); END;
        INSERT INTO songs (title) VALUES ('one'); ANALYZE;)");
}

TEST_CASE("what the objects of SQLite need is known", "[schema][sqlite][round_trip]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        R"(CREATE VIEW above AS SELECT * FROM "BELOW"; CREATE TABLE t (a INT); CREATE VIEW below AS SELECT * FROM t;
        CREATE TRIGGER tr INSTEAD OF INSERT ON Above BEGIN INSERT INTO T VALUES (1); END;
        CREATE VIRTUAL TABLE words USING fts5(a, content='t');)");
    const auto metadata = schema::reflect(*core::Engine(db.url()).connect());
    using schema::ObjectKind;
    REQUIRE(metadata.objects.size() == 3);
    CHECK(metadata.objects[0].ref == schema::ObjectRef{ObjectKind::view, "above"});
    CHECK(metadata.objects[0].definition == "CREATE VIEW above AS SELECT * FROM \"BELOW\"");
    const auto needs = [](const schema::Needs& list) { return std::vector<schema::ObjectRef>(list); };
    CHECK(needs(metadata.objects[0].needs) == std::vector<schema::ObjectRef>{{ObjectKind::view, "below"}});
    CHECK(metadata.objects[2].ref == schema::ObjectRef{ObjectKind::trigger, "tr", "above"});
    CHECK(needs(metadata.objects[2].needs) ==
          std::vector<schema::ObjectRef>{{ObjectKind::table, "t"}, {ObjectKind::view, "above"}});
    const auto* words = metadata.find("words");
    REQUIRE(words != nullptr);
    CHECK(words->module == "fts5(a, content='t')");
    CHECK(words->columns.empty());
    CHECK(needs(words->needs) == std::vector<schema::ObjectRef>{{ObjectKind::table, "t"}});
    CHECK(metadata.tables.size() == 2);  // no shadow tables
}

TEST_CASE("a virtual table whose module is missing does not fail the rest", "[schema][sqlite][round_trip]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(R"(CREATE TABLE t (a INT); CREATE VIRTUAL TABLE words USING fts5(a);
        CREATE VIEW v AS SELECT * FROM words;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE words USING lost_module(a)' WHERE name = 'words';)");
    const auto metadata = schema::reflect(*core::Engine(db.url()).connect());
    CHECK(metadata.unmanaged.empty());
    REQUIRE(metadata.tables.size() == 2);
    REQUIRE(metadata.find("words") != nullptr);
    CHECK(metadata.find("words")->module == "lost_module(a)");
    CHECK(metadata.find("t")->columns.size() == 1);
    CHECK(metadata.objects.size() == 1);
}

TEST_CASE("a table that is only named like a virtual table's own is read", "[schema][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell("CREATE VIRTUAL TABLE words USING fts5(body); CREATE TABLE words_node (id integer PRIMARY KEY, x text)");
    const auto metadata = strata::schema::reflect(*strata::Engine(db.url()).connect());
    CHECK(metadata.find("words_node") != nullptr);
    CHECK(metadata.find("words_data") == nullptr);
}
