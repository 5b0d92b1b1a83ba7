#include "migrate_rebuild_support.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/process.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/error.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compiler.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>

/// Random schemas, rows and revisions: what the preflight finds is what the database refuses.
using namespace strata::migrate;
using strata::schema::MetaData;
using strata::schema::Table;
using strata::test::TestDatabase;
using namespace std::string_view_literals;

namespace {

class Chance {
public:
    explicit Chance(std::uint32_t seed) : engine_(seed) {}
    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_); }
    bool once_in(std::size_t times) { return below(times) == 0; }
    template <class T>
    const T& one_of(const std::vector<T>& list) {
        return list[below(list.size())];
    }

private:
    std::mt19937 engine_;
};

/// The values of a column are few, so that equal ones and missing ones are common.
struct Field {
    const char* name;
    Type type;
    std::vector<const char*> values;  ///< SQL that both databases take
};

const std::vector<Field>& fields() {
    static const std::vector<Field> list{
        {"a", Text{}, {"'1'", "'2'", "'x'", "'A'", "'a'", "''", "' 7 '", "'1.5'", "'true'", "'2026-02-28'", "'70000'"}},
        {"b", Integer{}, {"0", "1", "2", "-5", "70000", "123456"}},
        {"c", Numeric{8, 2}, {"1.25", "2", "-3.5", "99999.99", "1"}},
        {"d", String{10}, {"'short'", "'longer txt'", "'1'", "'Short'", "'ab   '"}},
        {"e", Double{}, {"1.5", "2", "-0.25", "1e9"}},
        {"f", BigInteger{}, {"1", "2", "3", "9", "5000000000"}},
        {"g", Boolean{}, {"TRUE", "FALSE"}},
        {"h", DateType{}, {"'2026-01-01'", "'2026-02-28'", "'1999-12-31'"}},
        {"k", Enum{"kind", {"red", "green", "blue"}}, {"'red'", "'green'", "'blue'"}},
    };
    return list;
}

const std::vector<Type>& other_types(std::string_view column) {
    static const std::vector<Type> of_text{Integer{}, BigInteger{},  String{1},  String{4},  Boolean{},
                                           Double{},  Numeric{4, 1}, DateType{}, UuidType{}, JsonType{}};
    static const std::vector<Type> of_number{SmallInteger{}, Integer{},     BigInteger{},  Text{},
                                             String{3},      Numeric{4, 1}, Numeric{12, 3}};
    static const std::vector<Type> of_short{String{4}, String{20}, Text{}, Integer{}};
    static const std::vector<Type> of_boolean{Text{}, Integer{}, String{4}};
    static const std::vector<Type> of_date{Text{}, DateTime{}, String{6}};
    static const std::vector<Type> of_label{Enum{"kind", {"red", "green"}}, Text{}, String{4},
                                            Enum{"kind", {"blue", "green", "red", "white"}}};
    if (column == "a") return of_text;
    if (column == "d") return of_short;
    if (column == "g") return of_boolean;
    if (column == "h") return of_date;
    if (column == "k") return of_label;
    return of_number;
}

/// One random revision over the tables `songs` and `users`. Names and types are followed, so that most operations fit.
class RandomCase {
public:
    explicit RandomCase(std::uint32_t seed) : chance_(seed) {
        Operations op;
        op.create_table(users_, {column("id", BigInteger{}), column("n", Integer{}).nullable(),
                                 primary_key("pk_users", {"id"}), unique("uq_users", {"id", "n"})});
        Table table;
        table.name = songs_;
        table.columns.push_back(column("id", BigInteger{}));
        for (const auto& field : fields()) table.columns.push_back(column(field.name, field.type).nullable());
        if (!chance_.once_in(4)) table.primary_key = {"pk_" + songs_, {"id"}};
        if (chance_.once_in(3)) table.checks.push_back({"ck_old_" + songs_, "b > -100"});
        if (chance_.once_in(3)) table.columns.push_back(column("twice", BigInteger{}).computed("b * 2").nullable());
        op.invoke(CreateTable{table});
        for (const auto& operation : op.operations()) strata::migrate::apply(before_, operation);
        state_ = before_;
        write_rows();
        const auto count = 1 + chance_.below(4);
        for (std::size_t i = 0; i < count * 3 && revision_.size() < count; ++i) add(random_operation());
    }

    [[nodiscard]] const MetaData& before() const { return before_; }
    [[nodiscard]] const std::string& rows() const { return rows_; }
    [[nodiscard]] const std::vector<Operation>& revision() const { return revision_; }

private:
    void write_rows() {
        const auto value = [&](const Field& field) {
            return chance_.once_in(5) ? "NULL" : std::string(chance_.one_of(field.values));
        };
        for (int id = 1; id <= 3; ++id)
            if (!chance_.once_in(4)) rows_ += "INSERT INTO " + users_ + " VALUES (" + std::to_string(id) + ", 1);";
        const auto count = chance_.below(5);
        std::string names = "id";
        for (const auto& field : fields()) names += std::string(", ") + field.name;
        for (std::size_t i = 1; i <= count; ++i) {
            rows_ += "INSERT INTO " + songs_ + " (" + names + ") VALUES (" + std::to_string(i);
            for (const auto& field : fields()) rows_ += ", " + value(field);
            rows_ += ");";
        }
    }

    void add(std::optional<Operation> operation) {
        if (!operation) return;
        try {
            strata::migrate::apply(state_, *operation);
        } catch (const strata::MigrationError&) {
            return;  // it does not fit what came before
        }
        revision_.push_back(std::move(*operation));
    }

    /// A column of the songs, by its name now, with the field that it was.
    struct Chosen {
        std::string name;
        const Field* field;
    };
    Chosen column_now() {
        const auto& field = chance_.one_of(fields());
        const auto renamed =
            std::find_if(renamed_.begin(), renamed_.end(), [&](const auto& each) { return each.first == field.name; });
        return {renamed == renamed_.end() ? field.name : renamed->second, &field};
    }
    std::string constraint(const char* kind) { return kind + std::to_string(++number_) + "_songs"; }
    /// One of them, or one that the revision has added.
    std::string any_column() {
        return added_.empty() || chance_.once_in(2) ? column_now().name : chance_.one_of(added_);
    }

    std::optional<Operation> random_operation();
    Operation altered_type();
    Operation added_column();
    Operation added_check();
    Operation added_index();
    Operation added_foreign_key();
    std::optional<Operation> filled();

    Chance chance_;
    std::string songs_ = "songs";
    const std::string users_ = "users";
    int number_ = 0;
    MetaData before_;
    MetaData state_;
    std::string rows_;
    std::vector<std::pair<std::string, std::string>> renamed_;
    std::vector<std::string> added_;
    std::vector<Operation> revision_;
};

Operation RandomCase::altered_type() {
    const auto chosen = column_now();
    AlterColumn altered{songs_, chosen.name};
    altered.patch.set(&Column::type, chance_.one_of(other_types(chosen.field->name)));
    if (chance_.once_in(4)) altered.patch.set(&Column::nullable, false);
    const auto* type = altered.patch.find(&Column::type);
    const auto& name = chosen.name;
    if (chance_.once_in(2) && type->kind == strata::schema::TypeKind::big_integer)
        altered.using_expression = "CASE WHEN id < 3 THEN id END";
    else if (chance_.once_in(3) && type->kind == strata::schema::TypeKind::integer && chosen.field->name == "a"sv)
        altered.using_expression = "CAST(CASE WHEN " + name + " IN ('1', '2') THEN " + name + " END AS INTEGER)";
    else if (chance_.once_in(3) && type->length == 4)
        altered.using_expression = "substr(CAST(" + name + " AS TEXT), 1, 5)";
    return altered;
}

Operation RandomCase::added_column() {
    Column added = column("new" + std::to_string(++number_), Integer{});
    added.nullable = chance_.once_in(2);
    if (chance_.once_in(2)) added.server_default = literal(1);
    if (chance_.once_in(5)) added.computed = "id % 2", added.server_default.reset();
    added_.push_back(added.name);
    return AddColumn{songs_, added};
}

Operation RandomCase::added_check() {
    const auto chosen = column_now();
    const std::vector<std::string> of_text{"length(" + chosen.name + ") < 6", chosen.name + " <> 'x'",
                                           "lower(" + chosen.name + ") <> 'a'"};
    const std::vector<std::string> of_number{chosen.name + " > 0", chosen.name + " < 100 OR id > 2",
                                             "abs(" + chosen.name + ") < 1000"};
    const std::string name = chosen.field->name;
    const bool text = name == "a" || name == "d";
    const bool number = name == "b" || name == "c" || name == "e" || name == "f";
    return AddCheck{songs_,
                    {constraint("ck"), text     ? chance_.one_of(of_text)
                                       : number ? chance_.one_of(of_number)
                                                : chosen.name + " IS NOT NULL"}};
}

Operation RandomCase::added_index() {
    const auto chosen = column_now();
    strata::schema::Index index;
    index.name = constraint("ux");
    index.unique = true;
    index.elements.emplace_back();
    const std::string name = chosen.field->name;
    if ((name == "a" || name == "d") && chance_.once_in(2))
        index.elements.back().expression = "lower(" + chosen.name + ")";
    else
        index.elements.back().column = chosen.name;
    if (chance_.once_in(3)) index.where = "id < 3";
    return CreateIndex{songs_, index};
}

Operation RandomCase::added_foreign_key() {
    strata::schema::ForeignKey key;
    key.name = constraint("fk");
    key.referred_table = users_;
    key.columns = {any_column()};
    key.referred_columns = {"id"};
    if (chance_.once_in(3)) {
        key.columns.push_back(any_column());
        key.referred_columns.emplace_back("n");
        if (chance_.once_in(2)) key.match = Match::full;
    }
    return AddForeignKey{songs_, key};
}

std::optional<Operation> RandomCase::filled() {
    if (!added_.empty() && chance_.once_in(2)) return Fill{songs_, chance_.one_of(added_), 2};
    const auto chosen = column_now();
    const std::string name = chosen.field->name;
    if (name == "b" || name == "c" || name == "e" || name == "f") return Fill{songs_, chosen.name, 2};
    if (name == "a" || name == "d") return Fill{songs_, chosen.name, "1"};
    if (name == "g") return Fill{songs_, chosen.name, true};
    if (name == "h") return Fill{songs_, chosen.name, "2026-01-01"};
    return Fill{songs_, chosen.name, "red"};
}

std::optional<Operation> RandomCase::random_operation() {
    switch (chance_.below(14)) {
        case 0: {
            AlterColumn altered{songs_, any_column()};
            altered.patch.set(&Column::nullable, false);
            return altered;
        }
        case 1:
        case 2:
        case 3:
            return altered_type();
        case 4:
            return AddUnique{songs_,
                             {constraint("uq"), chance_.once_in(2) ? std::vector{any_column()}
                                                                   : std::vector{std::string("g"), any_column()}}};
        case 5:
            return added_index();
        case 6:
            return added_foreign_key();
        case 7:
            return added_check();
        case 8:
            return added_column();
        case 9: {
            const auto chosen = column_now();
            if (chosen.name != chosen.field->name) return std::nullopt;
            renamed_.emplace_back(chosen.name, chosen.name + "_renamed");
            return RenameColumn{songs_, chosen.name, renamed_.back().second};
        }
        case 10:
            return filled();
        case 11: {
            const RenameTable renamed{songs_, songs_ == "songs" ? "tracks" : "songs"};
            songs_ = renamed.to;
            return renamed;
        }
        case 12:
            return DropColumn{songs_, column_now().name};
        default:
            return AddPrimaryKey{songs_, {constraint("pk"), {column_now().name}}};
    }
}

/// Runs the operations and takes them back; false where the database refuses them, or the compiler.
bool runs(strata::Connection& connection, const std::vector<Operation>& operations, const MetaData& before,
          std::string& why) {
    try {
        const auto compiled = operation_compiler(connection.dialect()).compile(operations, before);
        struct Bracket {
            strata::Connection& connection;
            CompiledRevision& compiled;
            ~Bracket() {
                connection.rollback();
                static_cast<void>(compiled.after_transaction(connection));
            }
        };
        compiled->before_transaction(connection);
        const Bracket bracket{connection, *compiled};
        connection.begin(strata::core::immediate_transaction);
        const auto shape = [&] { return read_snapshot(connection); };
        for (auto statements = compiled->next(shape); !statements.empty(); statements = compiled->next(shape))
            for (const auto& statement : statements) {
                if (statement.kind != StatementKind::assertion)
                    connection.script(statement.sql);
                else if (connection.scalar(statement.sql) != "0")
                    throw strata::MigrationError(counted(statement.refusal, "some"));
            }
        compiled->before_commit(connection);
        return true;
    } catch (const strata::Error& error) {
        why = error.what();
        return false;
    }
}

std::string text_of(const RandomCase& random, const std::vector<RowFinding>& findings) {
    std::string text = "rows: " + random.rows() + "\n";
    for (const auto& operation : random.revision()) text += "operation: " + render_operation(operation) + "\n";
    for (const auto& finding : findings) text += "found: " + finding.text() + "\n";
    return text;
}

}  // namespace

STRATA_DB_TEST("what is found before a random revision is what the database refuses", "[migrate][preflight]") {
    const char* given = std::getenv("STRATA_TEST_SEED");
    const auto first = given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10)) : 1U;
    const unsigned cases = given != nullptr ? 1 : strata::test::long_run() ? 500 : 60;
    strata::Connection connection(strata::core::Url::parse(db.url()));
    unsigned asked = 0;
    unsigned refused = 0;
    for (auto seed = first; asked < cases; ++seed) {
        const RandomCase random(seed);
        INFO("STRATA_TEST_SEED=" << seed);
        const auto drop = [&] {
            strata::test::run_operations(connection, {DropTable{"songs"}, DropTable{"users"}}, random.before());
        };
        std::string why;
        strata::test::create_tables(connection, random.before());
        // What is refused without rows too has another reason.
        if (!runs(connection, random.revision(), random.before(), why)) {
            drop();
            continue;
        }
        ++asked;
        if (!random.rows().empty()) connection.script(random.rows());
        auto findings = preflight(connection, random.revision(), random.before());
        const auto known = [](const RowFinding& finding) { return finding.fault != RowFault::unknown; };
        const bool predicted = std::any_of(findings.begin(), findings.end(), known);
        const bool complete = std::all_of(findings.begin(), findings.end(), known);
        const bool fails = !runs(connection, random.revision(), random.before(), why);
        refused += fails ? 1 : 0;
        INFO(text_of(random, findings) << "the database: " << (fails ? why : "takes it"));
        if (predicted || complete) CHECK(predicted == fails);
        drop();
    }
    CHECK((given != nullptr || (refused > cases / 5 && refused < cases)));
}
