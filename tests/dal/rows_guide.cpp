// The examples of docs/rows.md, as they are there.

#include "support/database.hpp"
#include "support/guide.hpp"

#include <strata/core/rules.hpp>
#include <strata/dal.hpp>
#include <strata/dal/csv.hpp>
#include <strata/dal/json.hpp>
#include <strata/dal/json_schema.hpp>
#include <strata/dal/structs.hpp>
#include <strata/dal/validate.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/class.hpp>

#include <sstream>

using namespace strata;

namespace guide {

// clang-format off
enum class Plan { free, paid };
BOOST_DESCRIBE_ENUM(Plan, free, paid)

struct Customer {
    std::int64_t id{};
    std::string email{};
    std::optional<std::string> phone{};
    Plan plan{};
    strata::Decimal credit{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Customer, customers, id, email, phone, plan, credit, created_at)
STRATA_FACTS(customers, max_length(customers.email, 255), precision(customers.credit, 10, 2),
             server_default(customers.created_at, now()))
STRATA_RULES(customers, length(customers.email, 3, 100), pattern(customers.email, "^[^@ ]+@[^@ ]+$"),
             not_empty(customers.phone), at_least(customers.credit, 0),
             custom(customers.phone, "phone_of_paid", "is needed for a paid plan",
                    [](const Customer& row) { return row.plan == Plan::free || row.phone; }))

struct NewCustomer {
    using Model = Customer;
    std::string email{};
    dal::Patch<std::optional<std::string>> phone{};  // may be left out
};
BOOST_DESCRIBE_STRUCT(NewCustomer, (), (email, phone))

struct CustomerPatch {
    using Model = Customer;
    dal::Patch<std::string> email{};                 // absent or a value
    dal::Patch<std::optional<std::string>> phone{};  // absent, NULL or a value
    std::optional<Plan> plan{};                      // of a column that cannot be NULL: the same as a Patch
};
BOOST_DESCRIBE_STRUCT(CustomerPatch, (), (email, phone, plan))

struct CustomerCard {
    std::int64_t id{};
    std::string email{};
};
BOOST_DESCRIBE_STRUCT(CustomerCard, (), (id, email))
// clang-format on

}  // namespace guide

using namespace guide;

namespace {

std::string reported;
void report(const std::string& path, const std::string& code, const std::string& message) {
    reported.append(path).append(" ").append(code).append(": ").append(message).append("\n");
}
void print(const CustomerCard& row) { report(row.email, "", ""); }

void run_examples(const dal::Database& db, std::stringstream& stream, std::stringstream& file,
                  std::stringstream& cards_file) {
    const Customer draft{.email = "nobody", .plan = Plan::paid};
    // clang-format off
    for (const Violation& fault : dal::validate(draft)) report(fault.path, fault.code, fault.message);
    CHECK(reported == "email pattern: must match the pattern ^[^@ ]+@[^@ ]+$\nphone phone_of_paid: is needed for a paid plan\n");

    const NewCustomer input = dal::from_json<NewCustomer>(R"({"email": "ada@example.org"})");
    Customer ada = db.insert(dal::make<Customer>(input, dal::given<&Customer::plan>(Plan::free),
                                                 dal::given<&Customer::credit>(0)));
    ada = db.patch(customers, ada.id, CustomerPatch{.phone = "123"});
    ada = db.patch(customers, ada.id, dal::from_json<CustomerPatch>(R"({"phone": null})"));
    const auto card = dal::as<CustomerCard>(ada);
    const auto cards = dal::as_each<CustomerCard>(db(customers).all());
    CHECK((card.email == "ada@example.org" && cards.size() == 1 && !ada.phone));

    reported.clear();
    const std::string json = dal::to_json(ada);
    const Customer same = dal::from_json<Customer>(json);
    const auto read = dal::parse_json<NewCustomer>(R"({"email": 5, "emial": "x"})");
    if (!read) {
        for (const Violation& fault : read.violations) report(fault.path, fault.code, fault.message);
    }
    dal::write_json(stream, db(customers).all());
    CHECK(reported == "email type: must be a text\nemial unknown: is not a known member\n");
    CHECK((same.created_at == ada.created_at && stream.str().size() > json.size()));
    const std::string schema = dal::json_schema<NewCustomer>();
    CHECK(!schema.empty());

    stream.str("");
    dal::write_csv(stream, db(customers).order_by(customers.id).all());
    const std::int64_t count = db.insert_many(dal::read_csv<Customer>(file));
    for (const CustomerCard& row : dal::read_csv<CustomerCard>(cards_file, {.delimiter = ';'})) print(row);
    // clang-format on
    CHECK(count == 1);
}

}  // namespace

STRATA_DB_TEST("the examples of the guide to rows run", "[dal][docs]") {
    const Engine engine(db.url());
    schema::create_all(schema::MetaData{schema::table(customers)}, engine);
    reported.clear();
    std::stringstream stream;
    std::stringstream file("email,plan,credit\neve@example.org,free,1.5\n");
    std::stringstream cards_file("id;email\n1;ada@example.org\n");
    run_examples(dal::connect(engine), stream, file, cards_file);
    CHECK(db.shell("SELECT id, email, phone, plan FROM customers ORDER BY id") ==
          "1|ada@example.org||free\n2|eve@example.org||free");
    CHECK(stream.str().starts_with("id,email,phone,plan,credit,created_at\n1,ada@example.org,,free,0.00,"));
}

TEST_CASE("every example of docs/rows.md is run", "[dal][docs]") {
    strata::test::check_examples("docs/rows.md", "tests/dal/rows_guide.cpp", 7);
}
