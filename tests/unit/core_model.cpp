#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/core/model.hpp>

#include <boost/describe/enum.hpp>
#include <boost/describe/members.hpp>

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
