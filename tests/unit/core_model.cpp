#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/model.hpp>

#include <boost/describe/enum.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/list.hpp>

namespace library {

struct Timestamps {
    strata::TimestampTz created_at{};
    std::optional<strata::TimestampTz> updated_at{};
};
STRATA_MIXIN(Timestamps, created_at, (updated_at, "changed at"))

struct Reader {
    std::int64_t id{};
    std::string email{};
};
STRATA_MODEL(Reader, readers, id, email)
STRATA_FACTS(readers, max_length(readers.email, 255), unique(readers.email))

enum class LoanState { open, given_back };
BOOST_DESCRIBE_ENUM(LoanState, open, given_back)

struct Loan : Timestamps {
    std::int64_t id{};
    std::int64_t reader_id{};
    std::string class_{};
    LoanState state{};
    strata::Decimal fee{};
};
STRATA_MODEL((Loan, Timestamps), (loans, "open loans"), id, reader_id, (class_, "class"), state, fee)
STRATA_FACTS(loans, references(loans.reader_id, readers.id, on_delete::cascade), precision(loans.fee, 8, 2),
             server_default(loans.created_at, now()), server_default(loans.state, LoanState::open),
             set_on_update(loans.updated_at, now()))

struct Tag {
    std::string book{};
    std::string word{};
};
STRATA_MODEL(Tag, tags, book, word)
STRATA_FACTS(tags, primary_key(tags.book, tags.word))

struct Keyless {
    std::string word{};
};
STRATA_MODEL(Keyless, keyless, word)

struct Wrong {
    std::int64_t id{};
};
STRATA_MODEL(Wrong, wrongs, id)
STRATA_FACTS(wrongs, max_length(wrongs.id, 5))

struct Strange {
    std::int64_t id{};
};
STRATA_MODEL(Strange, stranges, id)
STRATA_FACTS(stranges, unique(readers.email))

}  // namespace library

using namespace strata;
using namespace strata::core;

TEST_CASE("a model lists its own columns, then those of its mixins", "[unit][model]") {
    const TableInfo& table = table_info<library::Loan>();
    CHECK(std::string(table.name) == "open loans");
    CHECK(std::string(table.model) == "Loan");
    std::vector<std::string> names;
    for (int i = 0; i < table.column_count; ++i) names.emplace_back(table.column(i).name);
    CHECK(names == std::vector<std::string>{"id", "reader_id", "class", "state", "fee", "created_at", "changed at"});
    CHECK(library::loans.class_.strata_index() == 2);
    CHECK(library::loans.updated_at.strata_index() == 6);
    CHECK(std::string(table.column(6).member) == "updated_at");
}

TEST_CASE("a column knows where its member is, inherited ones too", "[unit][model]") {
    library::Loan loan;
    loan.updated_at = TimestampTz(5);
    const ColumnInfo& column = table_info<library::Loan>().column(library::loans.updated_at.strata_index());
    Scratch scratch;
    const Value value = column.type->view(reinterpret_cast<const char*>(&loan) + column.offset, scratch);
    CHECK(value.kind() == Value::Kind::timestamptz);
    CHECK(value.number() == 5);
    CHECK(column.type->nullable);
}

TEST_CASE("an id is the generated key unless the facts say otherwise", "[unit][model]") {
    const Facts& loans = table_info<library::Loan>().facts();
    CHECK(loans.primary_key == std::vector<int>{0});
    CHECK(loans.columns[0].generated_key);
    const Facts& tags = table_info<library::Tag>().facts();
    CHECK(tags.primary_key == std::vector<int>{0, 1});
    CHECK_FALSE(tags.columns[0].generated_key);
    CHECK(table_info<library::Keyless>().facts().primary_key.empty());
}

TEST_CASE("facts are laid out by column", "[unit][model]") {
    const Facts& loans = table_info<library::Loan>().facts();
    REQUIRE(loans.references.size() == 1);
    CHECK(loans.references[0].referred == &table_info<library::Reader>());
    CHECK(loans.references[0].on_delete == ReferentialAction::cascade);
    CHECK(loans.columns[4].precision == 8);
    CHECK(loans.columns[5].server_default == ServerDefault::now());
    CHECK(loans.columns[3].server_default->text == "open");
    CHECK(loans.columns[6].set_on_update == ServerDefault::now());
    CHECK(table_info<library::Reader>().facts().columns[1].max_length == 255);
}

TEST_CASE("a fact that does not fit its column is reported by model and column", "[unit][model]") {
    CHECK_THROWS_WITH(table_info<library::Wrong>().facts(),
                      "model Wrong (table wrongs): max_length does not fit column id: it is not text");
    CHECK_THROWS_WITH(table_info<library::Strange>().facts(),
                      "model Strange (table stranges): STRATA_FACTS names a column of readers");
}

TEST_CASE("an enum's type is called by its name in snake case", "[unit][model]") {
    const TypeInfo& state = *table_info<library::Loan>().column(3).type;
    REQUIRE(state.enumeration != nullptr);
    CHECK(state.enumeration->name() == "loan_state");
    CHECK(state.enumeration->count == 2);
    CHECK(std::string(state.enumeration->labels[1].name) == "given_back");
    CHECK(core::detail::snake_case_type_name("[E = HTTPState2Go]") == "http_state2_go");
}

TEST_CASE("Boost.Describe knows a model's members, mixins included", "[unit][model]") {
    using namespace boost::describe;
    using all = describe_members<library::Loan, mod_any_access | mod_inherited>;
    CHECK(boost::mp11::mp_size<all>::value == 7);
}

namespace wide_models {

struct Wide {
    std::int64_t id{};
    int m0{}, m1{}, m2{}, m3{}, m4{}, m5{}, m6{}, m7{}, m8{}, m9{}, m10{}, m11{}, m12{}, m13{}, m14{}, m15{}, m16{},
        m17{}, m18{}, m19{};
    int m20{}, m21{}, m22{}, m23{}, m24{}, m25{}, m26{}, m27{}, m28{}, m29{}, m30{}, m31{}, m32{}, m33{}, m34{}, m35{},
        m36{}, m37{}, m38{}, m39{};
    int m40{}, m41{}, m42{}, m43{}, m44{}, m45{}, m46{}, m47{}, m48{}, m49{}, m50{}, m51{}, m52{}, m53{}, m54{}, m55{},
        m56{}, m57{}, m58{}, m59{};
    int m60{}, m61{}, m62{}, m63{}, m64{}, m65{}, m66{}, m67{}, m68{}, m69{}, m70{}, m71{}, m72{}, m73{}, m74{}, m75{},
        m76{}, m77{}, m78{}, m79{};
    int m80{}, m81{}, m82{}, m83{}, m84{}, m85{}, m86{}, m87{}, m88{}, m89{}, m90{}, m91{}, m92{}, m93{}, m94{}, m95{},
        m96{}, m97{}, m98{}, m99{};
    int m100{}, m101{}, m102{}, m103{}, m104{}, m105{}, m106{}, m107{}, m108{}, m109{}, m110{}, m111{}, m112{}, m113{},
        m114{}, m115{}, m116{}, m117{}, m118{}, m119{};
    int m120{}, m121{}, m122{}, m123{}, m124{}, m125{}, m126{}, m127{}, m128{}, m129{}, m130{}, m131{}, m132{}, m133{},
        m134{}, m135{}, m136{}, m137{}, m138{}, m139{};
    int m140{}, m141{}, m142{}, m143{}, m144{}, m145{}, m146{}, m147{}, m148{}, m149{}, m150{}, m151{}, m152{}, m153{},
        m154{}, m155{}, m156{}, m157{}, m158{}, m159{};
    int m160{}, m161{}, m162{}, m163{}, m164{}, m165{}, m166{}, m167{}, m168{}, m169{}, m170{}, m171{}, m172{}, m173{},
        m174{}, m175{}, m176{}, m177{}, m178{}, m179{};
    int m180{}, m181{}, m182{}, m183{}, m184{}, m185{}, m186{}, m187{}, m188{}, m189{}, m190{}, m191{}, m192{}, m193{},
        m194{}, m195{}, m196{}, m197{}, m198{};
};
STRATA_MODEL(Wide, wide, id, m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19,
             m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
             m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61,
             m62, m63, m64, m65, m66, m67, m68, m69, m70, m71, m72, m73, m74, m75, m76, m77, m78, m79, m80, m81, m82,
             m83, m84, m85, m86, m87, m88, m89, m90, m91, m92, m93, m94, m95, m96, m97, m98, m99, m100, m101, m102,
             m103, m104, m105, m106, m107, m108, m109, m110, m111, m112, m113, m114, m115, m116, m117, m118, m119, m120,
             m121, m122, m123, m124, m125, m126, m127, m128, m129, m130, m131, m132, m133, m134, m135, m136, m137, m138,
             m139, m140, m141, m142, m143, m144, m145, m146, m147, m148, m149, m150, m151, m152, m153, m154, m155, m156,
             m157, m158, m159, m160, m161, m162, m163, m164, m165, m166, m167, m168, m169, m170, m171, m172, m173, m174,
             m175, m176, m177, m178, m179, m180, m181, m182, m183, m184, m185, m186, m187, m188, m189, m190, m191, m192,
             m193, m194, m195, m196, m197, m198)

#define TEN(x) x##0, x##1, x##2, x##3, x##4, x##5, x##6, x##7, x##8, x##9
#define HUNDRED(x) \
    TEN(x##0), TEN(x##1), TEN(x##2), TEN(x##3), TEN(x##4), TEN(x##5), TEN(x##6), TEN(x##7), TEN(x##8), TEN(x##9)
struct Widest {
    int HUNDRED(a), HUNDRED(b), HUNDRED(c), TEN(d0), TEN(d1), TEN(d2), TEN(d3);
};
STRATA_MODEL(Widest, widest, HUNDRED(a), HUNDRED(b), HUNDRED(c), TEN(d0), TEN(d1), TEN(d2), TEN(d3))
#undef HUNDRED
#undef TEN

/// Its members' names are those that the macros use.
struct Final final {
    std::int64_t id{};
    std::int32_t count{};
    std::string base{};
    std::string name{};
    std::string info{};
};
STRATA_MODEL(Final, finals, count, id, base, name, info)

struct InSchema {
    std::int64_t id{};
};
STRATA_MODEL(InSchema, (in_schema, "in schema", "music"), id)

}  // namespace wide_models

TEST_CASE("a model has as many members as a table has columns", "[unit][model]") {
    const strata::core::TableInfo& table = strata::core::table_info<wide_models::Wide>();
    CHECK(table.column_count == 200);
    CHECK(std::string(table.column(199).name) == "m198");
    CHECK(wide_models::wide.m198.strata_index() == 199);
    wide_models::Wide row;
    row.m198 = 7;
    CHECK(*reinterpret_cast<const int*>(reinterpret_cast<const char*>(&row) + table.column(199).offset) == 7);
    using Members = boost::describe::describe_members<wide_models::Wide, boost::describe::mod_public>;
    CHECK(boost::mp11::mp_size<Members>::value == 200);
    CHECK(std::string(boost::mp11::mp_back<Members>::name) == "m198");
}

TEST_CASE("a model of 340 members has them all in order", "[unit][model]") {
    const strata::core::TableInfo& table = strata::core::table_info<wide_models::Widest>();
    REQUIRE(table.column_count == 340);
    CHECK(std::string(table.column(0).name) == "a00");
    CHECK(std::string(table.column(339).name) == "d39");
    CHECK(wide_models::widest.d39.strata_index() == 339);
    CHECK(table.column(339).offset == 339 * sizeof(int));
}

TEST_CASE("a final struct is a model, in any order of its members", "[unit][model]") {
    const strata::core::TableInfo& table = strata::core::table_info<wide_models::Final>();
    REQUIRE(table.column_count == 5);
    CHECK(table.find("id") == 1);
    CHECK(table.column(1).offset == 0);
    CHECK(wide_models::finals.base.strata_index() == 2);
    CHECK(boost::describe::has_describe_members<wide_models::Final>::value);
}

TEST_CASE("a model's table may be in a named schema", "[unit][model]") {
    const strata::core::TableInfo& table = strata::core::table_info<wide_models::InSchema>();
    CHECK(table.qualified_name() == strata::core::QualifiedName("music", "in schema"));
    CHECK(strata::core::dialect_for("postgresql").quoted(table.qualified_name()) == R"("music"."in schema")");
    CHECK(strata::core::QualifiedName("a.b").name == "a.b");
    CHECK("table " + strata::core::QualifiedName("music", "songs") == "table music.songs");
}
