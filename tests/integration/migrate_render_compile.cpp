#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/every_field.hpp"
#include "support/temporary_directory.hpp"

#include <strata/migrate/operations.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/internal/fields.hpp>

#include <limits>

using namespace strata::migrate;

namespace {

/// Text that a careless renderer gets wrong.
const std::string awkward =
    "it's \"quoted\" \\ back\\n ?\?= ?\?/ \n\t\r new lines \001\1771 Größe 漢字 \342\200\256 // no comment /* */ %s {} "
    "R\"(x)\"";

/// Gives each field of the vocabulary, by its list, a value that is not its own.
struct Fill {
    static void fill(bool& value) { value = !value; }
    static void fill(int& value) { value = 7; }
    static void fill(std::string& value) { value = awkward; }
    static void fill(std::vector<std::string>& value) { value = {"x", awkward}; }
    static void fill(strata::schema::QualifiedName& value) { value = {"music", awkward}; }
    static void fill(std::vector<strata::schema::QualifiedName>& value) { value = {"x", {"music", "y"}}; }
    static void fill(std::optional<std::int64_t>& value) { value = std::numeric_limits<std::int64_t>::min(); }
    static void fill(std::optional<std::string>& value) { value = awkward; }
    static void fill(std::optional<ServerDefault>& value) { value = sql(awkward); }
    static void fill(Type& value) { value = Array{String{5}, 2}; }
    template <class E>
        requires std::is_enum_v<E>
    static void fill(E& value) {
        value = static_cast<E>(2);
    }
    template <class Struct>
        requires boost::describe::has_describe_members<Struct>::value
    static void fill(Struct& value) {
        strata::schema::internal::for_each_field<Struct>([&](const char*, auto field) { fill(value.*field); });
    }
    static void fill(strata::schema::Identity& value) {
        value.kind = Numbering::always;
        fill(value.sequence);
        fill(value.options);
    }
    template <class Struct>
    static void fill(std::optional<Struct>& value) {
        fill(value.emplace());
    }
    template <class Struct>
    static void fill(std::vector<Struct>& value) {
        fill(value.emplace_back());
        if constexpr (std::is_same_v<Struct, strata::schema::IndexElement>) value.back().expression.clear();
        if constexpr (std::is_same_v<Struct, strata::schema::Index>) value.back().invalid = false;  // not a wish
    }
};

template <class Struct>
Struct filled() {
    Struct value;
    Fill::fill(value);
    return value;
}

/// A table and its parts with no field as it is by itself.
void every_field(Operations& op) {
    auto table = filled<strata::schema::Table>();
    op.invoke(CreateTable{table});
    op.invoke(AddColumn{{"music", "a"}, filled<Column>()});
    op.invoke(AddUnique{{"music", "a"}, table.uniques.front()});
    op.invoke(AddForeignKey{{"music", "a"}, table.foreign_keys.front()});
    op.invoke(AddCheck{{"music", "a"}, table.checks.front()});
    op.invoke(AddExclude{{"music", "a"}, table.excludes.front()});
    op.invoke(AddPrimaryKey{{"music", "a"}, *table.primary_key});
    op.invoke(CreateIndex{{"music", "a"}, table.indexes.front()});
    op.drop_table({"music", "a"});
    op.rename_table({"music", "a"}, "b");
    op.alter_column("a", "b").identity({Numbering::serial, "a_seq", {}});
    op.add_column("a", column("b", UserType{{"music", "mood"}, "(3)"}).identity(Numbering::by_default));
    op.add_column("a", column("b", NoType{}));
    op.add_column("a", column("b", DateTimeTz{0}));
    op.alter_table({"music", "a"}).partition_of({"music", "all"}, "DEFAULT").without_rowid(false).strict();
    const ObjectRef trigger{ObjectKind::trigger, {"music", "touch"}, {"music", "a"}};
    Object object{trigger, "CREATE TRIGGER touch ...\n  EXECUTE FUNCTION touch()", {"ALTER ...", awkward}};
    op.create_object(object);
    object.labels = {"a", awkward};
    object.comment = awkward;
    op.replace_object({{ObjectKind::operator_, "@@", {}, "text, text"}, {}, {}, {}, "c"}, object);
    op.replace_object(object);
    op.drop_object(trigger);
    op.rename_object({ObjectKind::function, awkward, {}, "integer"}, awkward);
    op.create_enum("mood", {"happy", "sad"});
}

std::vector<Operation> everything() {
    Operations op;
    op.create_table(
        "all types",
        {
            column("boolean", Boolean{}).server_default(literal(true)),
            column("small_integer", SmallInteger{}).server_default(literal(-3)),
            column("integer", Integer{}).server_default(literal(std::numeric_limits<std::int64_t>::min())),
            column("big_integer", BigInteger{}).identity(),
            column("real", Real{}).server_default(literal(1.5)),
            column("double", Double{}).server_default(literal(Kind::real, "1e-300")),
            column("string", String{20}).server_default(literal(awkward)),
            column("text", Text{}).nullable().server_default(sql("lower('" + awkward + "')")).comment(awkward),
            column("bytes", LargeBinary{}).server_default(literal(Kind::bytes, "\\x00ff")),
            column("numeric", Numeric{}),
            column("numeric_10_2", Numeric{10, 2}).server_default(literal(Kind::numeric, "1.50")),
            column("date", DateType{}).server_default(literal(Kind::date, "2026-11-20")),
            column("time", TimeType{}),
            column("timestamp", DateTime{}),
            column("timestamptz", DateTimeTz{}).server_default(now()),
            column("uuid", UuidType{}),
            column("json", JsonType{}).server_default(literal(Kind::json, R"({"a": "b"})")),
            column("array", Array{Text{}}).server_default(literal(Kind::array, R"(["a","b"])")),
            column("array_of_enum", Array{Enum{"mood", {"good", awkward}}}),
            column("enum", Enum{"mood", {"good", awkward}}),
            column("native", Native{"inet"}),
            column("per dialect", Text{}).server_default(sql({{"sqlite", "'a'"}, {"postgresql", awkward}})),
            column("own", Text{}).server_default(sql(awkward, {{"sqlite", "'a'"}})),
            column("computed", Integer{}).computed("integer * 2"),
            primary_key("pk", {"big_integer", "string"}),
            unique(awkward, {"text"}),
            foreign_key("fk", {"integer"}, "other", {"id"}).on_delete(cascade).on_update(set_default),
            check("ck", awkward),
            index("ix", {"text", desc("date"), expression("lower(string)"), desc(expression(awkward))})
                .unique()
                .where(awkward),
            comment(awkward),
        });
    op.create_table("narrow", {column("id", Integer{})});
    every_field(op);
    op.drop_table(awkward);
    op.rename_table("a", "b");
    op.set_table_comment("a", awkward);
    op.add_column("a", column("b", Text{}));
    op.drop_column("a", "b");
    op.rename_column("a", "b", "c");
    op.rename_index("a", "b", "c");
    op.rename_constraint("a", "b", awkward);
    op.alter_column("a", "b").type(Enum{"mood", {"x"}}).nullable(false).server_default(now()).using_(awkward);
    op.alter_column("a", "b").nullable(true).drop_server_default().comment("").identity();
    op.alter_column("a", "b").identity(false);
    op.create_index("ix", "a", {"b"});
    op.create_index("ix", "a", {expression("a + b"), "c"}).unique().where("x > 0");
    op.drop_index("ix", "a");
    op.create_foreign_key("fk", "a", "b", {"c", "d"}, {"e", "f"}).on_delete(restrict).on_update(set_null);
    op.create_unique_constraint("uq", "a", {"b"});
    op.create_check_constraint("ck", "a", awkward);
    op.create_primary_key("pk", "a", {"b"});
    op.drop_constraint("ck", "a");
    op.set_privileges(privileges({ObjectKind::table, awkward}).owner(awkward).grant(awkward, {"SELECT"}, {awkward}));
    op.set_privileges(
        privileges({ObjectKind::function, {"app", "f"}, {}, "integer"}),
        privileges({ObjectKind::function, {"app", "f"}, {}, "integer"}).grant_with_option("b", {"EXECUTE"}));
    op.set_privileges(default_privileges("a", ObjectKind::enum_type, "app").grant("b", {}));
    op.execute(awkward);
    op.execute({{"sqlite", "SELECT 1"}, {"postgresql", awkward}});
    op.invoke(Execute{"SELECT 1", {{"sqlite", "SELECT\n2"}}});
    op.execute("SELECT make_it()").declares([](Operations& declared) {
        declared.create_table("made", {column("id", BigInteger{}), column("note", Text{}).nullable()});
        declared.create_index("ix_made_note", "made", {"note"});
    });
    op.execute("SELECT change_it()").touches({{ObjectKind::table, "made"}, {ObjectKind::view, {"music", "list"}}});
    op.execute("SELECT 3").touches({});
    op.bulk_insert("a", {"b"}, {});
    op.bulk_insert("a", {"b"}, {{"x"}});
    op.bulk_insert("a", {"b"}, {{nullptr}});
    op.bulk_insert("a", {"b"}, {{1}, {2}});
    op.bulk_insert("a", {"b", "c"}, {{"x", "y"}, {"z", awkward}});
    op.bulk_insert("a", {"b", "c", "d"},
                   {{true, 1.25, std::numeric_limits<std::int64_t>::min()}, {std::string("a\0b", 3), -1e300, 0}});
    return op.operations();
}

}  // namespace

TEST_CASE("a written revision compiles without a warning and says exactly what was compared", "[migrate][render]") {
    const strata::test::TemporaryDirectory directory;
    const auto up = everything();
    const std::vector<Operation> down{DropTable{"all types"}};
    RevisionText text{"0123456789ab", {"ba9876543210", "000000000000"}, "everything ", up, down};
    text.labels = {"billing", "invoices"};
    text.depends_on = {"111111111111"};
    const auto& revision = strata::test::load_revision(write_revision(directory.path(), text));
    CHECK(revision.id == text.id);
    CHECK(revision.revises == text.revises);
    CHECK(revision.labels == text.labels);
    CHECK(revision.depends_on == text.depends_on);
    CHECK(revision.message == text.message);
    const auto compiled = revision.upgrade_operations();
    REQUIRE(compiled.size() == up.size());
    for (std::size_t i = 0; i < up.size(); ++i) {
        INFO(render_operation(up[i]));
        CHECK(compiled[i] == up[i]);
    }
    CHECK(revision.downgrade_operations() == down);
}

TEST_CASE("a change of any field, and its way back, compiles and says exactly what was found", "[migrate][render]") {
    const strata::test::TemporaryDirectory directory;
    std::vector<Operation> up;
    std::vector<Operation> down;
    for (const auto& each : strata::test::every_field_changed()) {
        up.insert(up.end(), each.operations.begin(), each.operations.end());
        const auto back = reverse_all(each.operations, each.before);
        down.insert(down.end(), back.begin(), back.end());
        up.emplace_back(CreateTable{*each.after.find("t")});
    }
    const RevisionText text{"0123456789ac", {}, "every field", up, down};
    const auto& revision = strata::test::load_revision(write_revision(directory.path(), text));
    const auto check = [](const std::vector<Operation>& compiled, const std::vector<Operation>& written) {
        REQUIRE(compiled.size() == written.size());
        for (std::size_t i = 0; i < written.size(); ++i) {
            INFO(render_operation(written[i]));
            CHECK(compiled[i] == written[i]);
        }
    };
    check(revision.upgrade_operations(), up);
    check(revision.downgrade_operations(), down);
}

TEST_CASE("an empty revision compiles without a warning", "[migrate][render]") {
    const strata::test::TemporaryDirectory directory;
    const auto& revision =
        strata::test::load_revision(write_revision(directory.path(), {"1e5000000000", {}, "by hand \"?\?/", {}, {}}));
    CHECK(revision.message == "by hand \"?\?/");
    CHECK(revision.revises.empty());
    CHECK(revision.upgrade_operations().empty());
    CHECK(revision.downgrade_operations().empty());
}
