#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/migrate/revision.hpp>

#include <stdexcept>

using namespace strata::migrate;
using Catch::Matchers::Contains;

// Ids as they may come: like a number, like an octal or hexadecimal one, like one with an exponent, like a name.
STRATA_REVISION(
    000000000001, revises(), "first", [](Operations& op) { op.drop_table("a"); },
    [](Operations& op) { op.drop_table("b"); })
STRATA_REVISION(1e5000000000, revises("000000000001"), "exponent", [](Operations&) {}, [](Operations&) {})
STRATA_REVISION(0x1234567890, revises("1e5000000000"), "hexadecimal", [](Operations&) {}, [](Operations&) {})
STRATA_REVISION(123456789abc, revises("0x1234567890", "1e5000000000"), "merge", [](Operations&) {}, [](Operations&) {})
STRATA_REVISION(
    abcdef012345, revises("123456789abc"), "commas in the body",
    [](Operations& op) {
        const int rows[] = {1, 2}, more = 3;
        op.bulk_insert("t", {"id"}, {{rows[0]}, {rows[1]}, {more}});
    },
    [](Operations&) { throw std::runtime_error("two\nlines"); })

namespace {

template <class O>
O only(const Operations& op) {
    REQUIRE(op.operations().size() == 1);
    return std::get<O>(op.operations().front());
}

}  // namespace

TEST_CASE("a revision's macro takes any id, parents and a body with commas", "[migrate][revision]") {
    CHECK(strata_revision_000000000001().id == "000000000001");
    CHECK(strata_revision_000000000001().revises.empty());
    CHECK(strata_revision_000000000001().message == "first");
    CHECK(strata_revision_000000000001().file == "migrate_revision.cpp");
    CHECK(strata_revision_1e5000000000().id == "1e5000000000");
    CHECK(strata_revision_0x1234567890().id == "0x1234567890");
    CHECK(strata_revision_123456789abc().revises == std::vector<std::string>{"0x1234567890", "1e5000000000"});
    CHECK(strata_revision_000000000001().upgrade_operations() == std::vector<Operation>{DropTable{"a"}});
    CHECK(strata_revision_000000000001().downgrade_operations() == std::vector<Operation>{DropTable{"b"}});
    const auto rows = std::get<BulkInsert>(strata_revision_abcdef012345().upgrade_operations().front()).rows;
    CHECK(rows == std::vector<std::vector<Literal>>{{1}, {2}, {3}});
}

TEST_CASE("a callback that throws names the revision in one line", "[migrate][revision]") {
    CHECK_THROWS_WITH(strata_revision_abcdef012345().downgrade_operations(),
                      "revision abcdef012345 (migrate_revision.cpp): its downgrade failed: two lines");
}

TEST_CASE("create_table puts each entry into its list and names what is unnamed", "[migrate][revision]") {
    Operations op;
    op.create_table(
        "songs",
        {
            column("id", BigInteger{}).identity(),
            column("title", String{255}),
            column("user_id", BigInteger{}).nullable(),
            primary_key("pk_songs", {"id"}),
            unique("", {"title"}),
            foreign_key("", {"user_id"}, "users", {"id"}).on_delete(set_null).on_update(cascade),
            check("ck_songs_title", "length(title) > 0"),
            index("ix_songs_title", {"title", desc("id"), expression("lower(title)")}).unique().where("id > 0"),
            comment("all songs"),
        });
    const auto table = only<CreateTable>(op).table;
    CHECK(table.name == "songs");
    REQUIRE(table.columns.size() == 3);
    CHECK(table.columns[0].identity);
    CHECK(table.columns[1].type == String{255});
    CHECK(table.columns[2].nullable);
    CHECK(table.primary_key->name == "pk_songs");
    CHECK(table.uniques.front().name == "uq_songs_title");
    CHECK(table.foreign_keys.front().name == "fk_songs_user_id_users");
    CHECK(table.foreign_keys.front().on_delete == ReferentialAction::set_null);
    CHECK(table.foreign_keys.front().on_update == ReferentialAction::cascade);
    CHECK(table.checks.front().expression == "length(title) > 0");
    CHECK(table.indexes.front() ==
          strata::schema::Index{
              "ix_songs_title", {{"title", "", false}, {"id", "", true}, {"", "lower(title)", false}}, true, "id > 0"});
    CHECK(table.comment == "all songs");
}

TEST_CASE("a mistake in create_table is reported where it is made", "[migrate][revision]") {
    Operations op;
    CHECK_THROWS_WITH(op.create_table("t", {column("a", Text{}), column("a", Text{})}), Contains("column a twice"));
    CHECK_THROWS_WITH(op.create_table("t", {primary_key("x", {"a"}), primary_key("y", {"a"})}),
                      Contains("two primary keys"));
    CHECK_THROWS_WITH(op.bulk_insert("t", {"a", "b"}, {{1}}), Contains("2 columns") && Contains("1 values"));
    CHECK(op.operations().empty());
}

TEST_CASE("alter_column records only what is named", "[migrate][revision]") {
    Operations op;
    op.alter_column("songs", "title").type(Text{}).nullable(true).using_("title::text");
    op.alter_column("songs", "title").drop_server_default();
    op.alter_column("songs", "title").server_default(literal("x")).comment("c").identity();
    REQUIRE(op.operations().size() == 3);
    const auto& first = std::get<AlterColumn>(op.operations()[0]);
    CHECK(*first.patch.find(&Column::type) == Text{});
    CHECK(*first.patch.find(&Column::nullable));
    CHECK(first.using_expression == "title::text");
    CHECK(first.patch.find(&Column::server_default) == nullptr);
    CHECK(first.patch.find(&Column::comment) == nullptr);
    const auto& second = std::get<AlterColumn>(op.operations()[1]);
    REQUIRE(second.patch.find(&Column::server_default) != nullptr);
    CHECK_FALSE(second.patch.find(&Column::server_default)->has_value());
    const auto& third = std::get<AlterColumn>(op.operations()[2]);
    CHECK((*third.patch.find(&Column::server_default))->text == "x");
    CHECK(*third.patch.find(&Column::identity) == true);
}

TEST_CASE("options chained to a call apply to it, also when more is recorded later", "[migrate][revision]") {
    Operations op;
    auto index = op.create_index("ix", "t", {"a"});
    auto key = op.create_foreign_key("", "t", "u", {"u_id"}, {"id"});
    for (int i = 0; i < 100; ++i) op.drop_table("x");
    index.unique().where("a > 0");
    key.on_delete(cascade);
    CHECK(std::get<CreateIndex>(op.operations()[0]).index.unique);
    CHECK(std::get<CreateIndex>(op.operations()[0]).index.where == "a > 0");
    CHECK(std::get<AddForeignKey>(op.operations()[1]).constraint.name == "fk_t_u_id_u");
    CHECK(std::get<AddForeignKey>(op.operations()[1]).constraint.on_delete == ReferentialAction::cascade);
}

TEST_CASE("execute takes one text, or one per database", "[migrate][revision]") {
    Operations op;
    op.execute("UPDATE t SET a = 1");
    op.execute({{"sqlite", "VACUUM"}, {"postgresql", "ANALYZE"}});
    CHECK(std::get<Execute>(op.operations()[0]) == Execute{"UPDATE t SET a = 1", {}});
    CHECK(std::get<Execute>(op.operations()[1]) == Execute{"", {{"sqlite", "VACUUM"}, {"postgresql", "ANALYZE"}}});
}

TEST_CASE("an operation in words holds no value", "[migrate][revision]") {
    CHECK(describe(Execute{"UPDATE users SET password = 'it''s secret' WHERE name = 'ada'", {}}) ==
          "execute: UPDATE users SET password = '...' WHERE name = '...'");
    Operations op;
    op.bulk_insert("t", {"a"}, {{"secret"}});
    CHECK(describe(op.operations().front()) == "insert 1 row into t");
    AlterColumn change{"songs", "title"};
    change.patch.set(&Column::type, Text{}).set(&Column::nullable, false);
    CHECK(describe(change) == "alter column songs.title (type, set not null)");
}

TEST_CASE("a raw SQL revision has a header and sections", "[migrate][revision]") {
    const auto revision = detail::sql_revision("a1", "20260101_000000_a1_search.sql",
                                               "-- revises: b2, c3\n"
                                               "-- message: add a search index\n"
                                               "-- a remark\n"
                                               "\n"
                                               "-- upgrade\n"
                                               "CREATE TABLE a (x int); -- upgrade later\n"
                                               "-- upgrade: postgresql\r\n"
                                               "CREATE TABLE a (x int, y inet);\r\n"
                                               "-- downgrade\n"
                                               "DROP TABLE a;\n");
    CHECK(revision.fault.empty());
    CHECK(revision.revises == std::vector<std::string>{"b2", "c3"});
    CHECK(revision.message == "add a search index");
    const auto up = std::get<Execute>(revision.upgrade_operations().front());
    CHECK(up.sql == "CREATE TABLE a (x int); -- upgrade later\n");
    REQUIRE(up.per_dialect.size() == 1);
    CHECK(up.per_dialect.front().first == "postgresql");
    CHECK(up.per_dialect.front().second == "CREATE TABLE a (x int, y inet);\r\n");
    CHECK(std::get<Execute>(revision.downgrade_operations().front()).sql == "DROP TABLE a;\n");
}

TEST_CASE("a raw SQL revision without a downgrade cannot be taken back", "[migrate][revision]") {
    const auto revision = detail::sql_revision("a1", "a.sql", "-- revises:\n-- message: x\n-- upgrade\nSELECT 1;\n");
    CHECK(revision.revises.empty());
    CHECK_THROWS_WITH(revision.downgrade_operations(), Contains("revision a1 (a.sql) has no downgrade"));
}

TEST_CASE("an empty section of a raw SQL revision does nothing", "[migrate][revision]") {
    const auto revision = detail::sql_revision("a1", "a.sql", "-- upgrade\n-- downgrade\n\n");
    CHECK(revision.upgrade_operations().empty());
    CHECK(revision.downgrade_operations().empty());
}

TEST_CASE("a faulty raw SQL revision says what is wrong when the history is read", "[migrate][revision]") {
    const auto fault = [](const char* text) { return detail::sql_revision("a1", "a.sql", text).fault; };
    CHECK_THAT(fault("SELECT 1;"), Contains("before its line '-- upgrade'"));
    CHECK_THAT(fault("-- message: x\n"), Contains("no line '-- upgrade'"));
    CHECK_THAT(fault("-- upgrade\nSELECT 1;\n-- upgrade\nSELECT 2;\n"), Contains("two sections '-- upgrade'"));
    CHECK_THAT(fault("-- upgrade: sqlite\n-- upgrade: sqlite\n"), Contains("two sections '-- upgrade: sqlite'"));
}
