// Rows to CSV and from it.

#include "support/row_models.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal/csv.hpp>
#include <strata/dal/json.hpp>

#include <fstream>
#include <ranges>
#include <sstream>

using namespace rows_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace rows_test {

/// Texts and numbers only, whose meaning is the same to every program that knows CSV.
struct Pair {
    std::int64_t id{};
    std::string text{};
    std::optional<std::string> note{};
    std::optional<double> number{};
};
STRATA_MODEL(Pair, pairs, id, text, note, number)

struct OneText {
    std::optional<std::string> text{};
};
BOOST_DESCRIBE_STRUCT(OneText, (), (text))

struct Row {
    std::string name{};
    int count{};
    std::optional<bool> flag{};
};
BOOST_DESCRIBE_STRUCT(Row, (), (name, count, flag))

}  // namespace rows_test

namespace {

template <class S>
std::vector<S> rows_of(const std::string& text, const dal::CsvOptions& options = {}) {
    std::istringstream in(text);
    std::vector<S> rows;
    for (S row : dal::read_csv<S>(in, options)) rows.push_back(std::move(row));
    return rows;
}
template <class S>
Faults faults_in(const std::string& text, const dal::CsvOptions& options = {}) {
    return faults_of([&] { (void)rows_of<S>(text, options); });
}
template <class Range>
std::string csv_of(const Range& rows, const dal::CsvOptions& options = {}) {
    std::ostringstream out;
    dal::write_csv(out, rows, options);
    return out.str();
}

std::int64_t insert(const dal::Database& dal, const std::string& text) {
    std::istringstream in(text);
    return dal.insert_many(dal::read_csv<Member>(in));
}

const std::vector<Pair> hostile = {
    {1, "", std::nullopt, std::nullopt},
    {2, "NULL", "", 0.1},
    {3, "a \"quoted\" word", "comma, and; semicolon", -1e300},
    {4, "line\nbreak", "CR\rLF\r\n", std::nullopt},
    {5, " spaces ", "\t", 1.0 / 3},
    {6, "\xC3\xA9\xF0\x9F\x8E\xB5\xEF\xBB\xBF", "\\.", 5e-324},
    {7, "\"", ",", 0.0},
};

bool is_same(const std::vector<Pair>& left, const std::vector<Pair>& right) {
    const auto same = [](const Pair& a, const Pair& b) {
        return a.id == b.id && a.text == b.text && a.note == b.note && a.number == b.number;
    };
    return std::ranges::equal(left, right, same);
}

}  // namespace

TEST_CASE("CSV keeps NULL apart from an empty text, and quotes only what needs it", "[dal][csv]") {
    CHECK(csv_of(std::vector<Row>{
              {"", 1, std::nullopt}, {"a,b", -2, true}, {"say \"hi\"\r\n", 3, false}, {" x ", 4, {}}}) ==
          "name,count,flag\n\"\",1,\n\"a,b\",-2,t\n\"say \"\"hi\"\"\r\n\",3,f\n x ,4,\n");
    CHECK(csv_of(std::vector<Row>{{"a;b", 1, {}}, {"a,b", 2, {}}}, {.delimiter = ';', .header = false}) ==
          "\"a;b\";1;\na,b;2;\n");
    CHECK(csv_of(std::vector<OneText>{{std::nullopt}, {""}, {"\\."}}) == "text\n\n\"\"\n\"\\.\"\n");
}

TEST_CASE("hostile values come back from CSV", "[dal][csv]") {
    CHECK(is_same(rows_of<Pair>(csv_of(hostile)), hostile));
    CHECK(is_same(rows_of<Pair>(csv_of(hostile, {.delimiter = '\t'}), {.delimiter = '\t'}), hostile));
    CHECK(is_same(rows_of<Pair>(csv_of(hostile, {.header = false}), {.header = false}), hostile));
    const Sample sample = full_sample();
    const std::vector<Sample> back = rows_of<Sample>(csv_of(std::vector{sample}));
    REQUIRE(back.size() == 1);
    CHECK(dal::to_json(back[0]) == dal::to_json(sample));
    const auto texts = rows_of<OneText>(csv_of(std::vector<OneText>{{std::nullopt}, {""}, {"x"}}));
    REQUIRE(texts.size() == 3);
    CHECK((!texts[0].text && texts[1].text == "" && texts[2].text == "x"));
}

TEST_CASE("CSV of other programs is read: byte order mark, any line's end, none at the end, columns in any order",
          "[dal][csv]") {
    for (const char* text : {"\xEF\xBB\xBF"
                             "count,name,flag\r\n1,a,t\r\n\r\n2,b,\r\n",
                             "count,name,flag\n1,a,1\n2,b,", "count,name,flag\r1,a,true\r2,\"b\",\r",
                             "\"count\",\"name\",\"flag\"\n\"1\",\"a\",\"t\"\n2,b,\n\n"}) {
        const std::vector<Row> rows = rows_of<Row>(text);
        REQUIRE(rows.size() == 2);
        CHECK((rows[0].name == "a" && rows[0].count == 1 && rows[0].flag == true));
        CHECK((rows[1].name == "b" && rows[1].count == 2 && !rows[1].flag));
    }
    CHECK(rows_of<Row>("name,count\nx,1\n").at(0).name == "x");  // a column that may be NULL can be missing
    CHECK(rows_of<Row>("name,count,flag\n").empty());
}

TEST_CASE("a text longer than any buffer is one cell of CSV", "[dal][csv]") {
    const std::string big = std::string(200'000, 'x') + "\"\r\n" + std::string(200'000, 'y');
    std::vector<Pair> rows(3);
    rows[1].text = big;
    rows[2].note = big;
    CHECK(is_same(rows_of<Pair>(csv_of(rows)), rows));
}

TEST_CASE("faults of CSV are said by line and column, all of them", "[dal][csv]") {
    CHECK(faults_in<Row>("name,count,flag\n\"a\nb\",x,t\nok,1,\n,2,maybe\nshort,1\n\"c\"d,1,\ne\"f,99999999999,\n") ==
          Faults{"3: count format", "5: name null", "5: flag format", "6:  cells", "7: name quote", "8: name quote",
                 "8: count out_of_range"});
    CHECK(faults_in<Row>("name,count,flag\n\"open,1,t\n") == Faults{"2:  cells"});
    CHECK(faults_in<OneText>("text\n\"open\n") == Faults{"2: text quote"});
    CHECK(faults_in<Row>("name,size,count,name\n") == Faults{"1: size unknown", "1: name duplicate"});
    CHECK(faults_in<Row>("name\nx\n") == Faults{"1: count missing"});
    CHECK(faults_in<Row>("") == Faults{"1:  missing", "1: name missing", "1: count missing"});
    CHECK(faults_in<OneText>(std::string("text\na\0b\n\xFF\n", 11)) == Faults{"2: text nul", "3: text encoding"});
    std::string many = "name,count\n";
    for (int i = 0; i < 1000; ++i) many += "a,x\n";
    CHECK(faults_in<Row>(many).size() == 100);
    CHECK(faults_in<Row>(many, {.max_faults = 3}) == Faults{"2: count format", "3: count format", "4: count format"});
    std::istringstream in;
    CHECK_THROWS_AS(dal::read_csv<Row>(in, {.delimiter = '"'}), UsageError);
}

TEST_CASE("an error of CSV shows no value", "[dal][csv]") {
    CHECK_THROWS_WITH(rows_of<Row>("name,count\nx,topsecret\n"),
                      "a value is refused: line 2 count must be a whole number");
}

STRATA_DB_TEST("rows are inserted from CSV, with the columns that it names", "[dal][csv]") {
    const dal::Database dal = rows_test::connected(db);
    CHECK(insert(dal,
                 "e-mail,tenant_id,age,colour,fee,joined,left\n"
                 "ada@example.org,1,36,red,9.99,2020-01-01,2021-01-01\n"
                 "eve@example.org,1,20,green,1,2020-01-01,2021-01-01\n") == 2);
    CHECK(db.shell("SELECT id, age, version, phone FROM members ORDER BY id") == "1|36|0|\n2|20|0|");
    CHECK(dal.get(members, 1)->created_at > TimestampTz::parse("2020-01-01"));  // made by the database
    // What the text has is written, also where the database would make it.
    CHECK(insert(dal,
                 "id,email,tenant_id,age,colour,fee,joined,left,created_at\n"
                 "50,bob@example.org,1,1,red,1,2020-01-01,2021-01-01,2001-02-03 04:05:06+00\n") == 1);
    CHECK(dal.get(members, 50)->created_at == TimestampTz::parse("2001-02-03T04:05:06Z"));
    CHECK(dal.insert(good_member()).id == 51);
}

STRATA_DB_TEST("CSV with a fault inserts nothing and says every fault, those of rules too", "[dal][csv]") {
    const dal::Database dal = rows_test::connected(db);
    const std::string text =
        "email,tenant_id,age,colour,fee,joined,left\n"
        "ada@example.org,1,36,red,9.99,2020-01-01,2021-01-01\n"
        "eve@example.org,1,151,blue,1,2020-01-01,2021-01-01\n"
        "x@y,1,151,red,1,2020-01-01,2019-01-01\n";
    const Faults expected{"3: colour not_one_of", "3: age too_large", "4: email too_short", "4: age too_large",
                          "4: left ends_before_start"};
    CHECK(faults_of([&] { (void)insert(dal, text); }) == expected);
    dal.transaction([&](dal::Transaction& tx) {
        std::istringstream in(text);
        CHECK_THROWS_AS(tx.insert_many(dal::read_csv<Member>(in)), ValidationError);
        tx.insert(good_member());
    });
    CHECK(db.shell("SELECT count(*) FROM members") == "1");
    CHECK_THROWS_AS(insert(dal, "email,age\nada@example.org,1\n"), NotNullViolation);
    CHECK(db.shell("SELECT count(*) FROM members") == "1");
}

STRATA_DB_TEST("rows from CSV keep to the filters of two tenants on one connection", "[dal][csv]") {
    (void)rows_test::connected(db);
    core::EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 0;
    const dal::Database all = dal::connect(core::Engine(db.url(), options));
    for (const std::int64_t tenant : {1, 2}) {
        const dal::Database mine = all.filtered(members.tenant_id == tenant);
        CHECK(insert(mine, "email,age,colour,fee,joined,left\nada@example.org,1,red,1,2020-01-01,2021-01-01\n") == 1);
        CHECK(insert(mine,
                     "tenant_id,email,age,colour,fee,joined,left\n9,ada@example.org,1,red,1,2020-01-01,2021-01-01\n") ==
              1);
        CHECK(mine(members).count() == 2);
    }
    CHECK(db.shell("SELECT tenant_id, count(*) FROM members GROUP BY 1 ORDER BY 1") == "1|2\n2|2");
}

STRATA_DB_TEST("the database's own client reads and writes the same CSV", "[dal][csv]") {
    const strata::Engine engine(db.url());
    schema::create_all(schema::MetaData{schema::table(pairs)}, engine);
    const dal::Database dal = dal::connect(engine);
    dal.insert_many(hostile, {.keep_keys = true});
    const std::string ours = csv_of(dal(pairs).order_by(pairs.id).all());
    if (db.is_postgresql()) {
        // COPY to a client is what psql's \copy reads from the server.
        CHECK(db.shell("COPY (SELECT * FROM pairs ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER)") + "\n" == ours);
    } else {
        // sqlite3 quotes more and has no NULL, but what it writes is the same to a reader, but for NULL.
        const std::string theirs =
            db.shell(".mode csv\n.headers on\nSELECT id, text, coalesce(note, 'none') AS note FROM pairs ORDER BY id");
        const std::vector<Pair> read = rows_of<Pair>(theirs + "\n");
        REQUIRE(read.size() == hostile.size());
        for (std::size_t i = 0; i < read.size(); ++i) {
            CHECK(read[i].text == hostile[i].text);
            CHECK(read[i].note == hostile[i].note.value_or("none"));
        }
        const auto file = db.directory() / "pairs.csv";
        std::ofstream(file) << csv_of(hostile, {.header = false});
        db.shell("CREATE TABLE copies(id INTEGER, text TEXT, note TEXT, number REAL);\n.mode csv\n.import " +
                 file.string() + " copies");
        CHECK(db.shell("SELECT count(*) FROM copies JOIN pairs USING (id, text) WHERE copies.note = "
                       "coalesce(pairs.note, '')") == "7");
    }
    // Ours, into an empty table and out again.
    dal(dal::all(pairs)).remove();
    std::istringstream in(ours);
    CHECK(dal.insert_many(dal::read_csv<Pair>(in)) == 7);
    CHECK(is_same(dal(pairs).order_by(pairs.id).all(), hostile));
}

STRATA_DB_TEST("each type comes back from the database by way of CSV", "[dal][csv]") {
    const dal::Database dal = rows_test::connected(db);
    Sample sample = full_sample();
    sample.id = 12;
    std::istringstream in(csv_of(std::vector{sample}));
    CHECK(dal.insert_many(dal::read_csv<Sample>(in)) == 1);
    CHECK(dal::to_json(dal.get(samples, 12).value()) == dal::to_json(sample));
}

TEST_CASE("CSV is read as far as the rows are asked for", "[dal][csv]") {
    std::string text = "name,count\n";
    while (text.size() < 4'000'000) text += "a name of some length,5\n";
    std::istringstream in(text);
    const auto rows = dal::read_csv<Row>(in);
    auto at = rows.begin();
    CHECK((*at).count == 5);
    CHECK(in.tellg() < 200'000);
    for (int i = 0; i < 1000; ++i) ++at;
    CHECK(in.tellg() < 200'000);
}

TEST_CASE("rows are written to a stream one at a time", "[dal][csv]") {
    std::ostringstream out;
    std::size_t before = 0;
    bool grows = true;
    const auto made = std::views::iota(0, 100) | std::views::transform([&](int i) {
                          grows = grows && (i < 2 || out.str().size() > before);
                          before = out.str().size();
                          return Row{"row", i, {}};
                      });
    dal::write_csv(out, made);
    CHECK(grows);
    out.str("");
    before = 0;
    dal::write_json(out, made);
    CHECK(grows);
    CHECK(dal::from_json<std::vector<Row>>(out.str()).size() == 100);
}

TEST_CASE("a stream that fails ends CSV with an error", "[dal][csv]") {
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    CHECK_THROWS_AS(dal::write_csv(out, hostile), Error);
}
