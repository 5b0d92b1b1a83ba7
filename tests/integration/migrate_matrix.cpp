#include "migrate_matrix.hpp"

#include "sqlite_catalogue.hpp"

#include <strata/core/url.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/ownership.hpp>
#include <strata/migrate/renames.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <exception>
#include <iterator>
#include <optional>
#include <utility>

namespace strata::test {
namespace {

using migrate::Operation;
using schema::MetaData;
using Lines = std::vector<std::string>;

core::Connection connect(const TestDatabase& db) { return core::Connection(core::Url::parse(db.url())); }

/// What the database's own tools print of the schema, in whatever way SQLite's statements are written.
std::string shape(const TestDatabase& db) {
    if (db.is_postgresql()) return db.dump();
    std::string text;
    for (const auto& [name, object] : sqlite_objects(db)) text += name + ": " + object + "\n";
    return text;
}

class Journey {
public:
    Journey(const TestDatabase& db, const MatrixCase& each) : db_(db), each_(each) {}

    void run() {
        make();
        auto connection = connect(db_);
        const auto live = schema::reflect(connection);
        before_ = each_.before ? recorded(each_.before) : live;
        for (auto& table : before_.tables) schema::name_constraints(table);
        after_ = each_.after ? recorded(each_.after) : before_;
        const auto& ddl = schema::ddl_compiler(connection.dialect());
        const auto comparer = schema::expression_comparer(connection);

        auto ours = each_.before ? migrate::ours_of(live, after_, {before_, {}, {}}, ddl).database : live;
        upgrade_ = migrate::renames_of(each_.renames, ours, after_);
        for (const auto& rename : upgrade_) migrate::apply(ours, rename);
        for (auto& operation : migrate::compare_metadata(ours, after_, ddl, *comparer))
            upgrade_.push_back(std::move(operation));
        CHECK(described(upgrade_) == each_.found);
        for (const auto& operation : upgrade_) CHECK_FALSE(migrate::render_operation(operation).empty());

        const auto shape_before = shape(db_);
        const auto rows_before = rows();
        const auto downgrade = migrate::reverse_all(upgrade_, before_);
        upgrade(connection);
        CHECK(rows() == rows_before);
        run_operations(connection, downgrade, state_after());
        CHECK(shape(db_) == shape_before);
        CHECK(rows() == rows_before);
        CHECK(described(own_differences(connection, before_, before_)) == Lines{});
        upgrade(connection);
        CHECK(rows() == rows_before);
    }

private:
    void make() const {
        if (each_.before) {
            auto connection = connect(db_);
            create_tables(connection, recorded(each_.before));
        } else {
            db_.shell(each_.made);
        }
        if (!each_.rows.empty()) db_.shell(each_.rows);
    }
    /// What is kept of the rows.
    [[nodiscard]] std::string rows() const {
        if (!each_.works.empty()) db_.shell(each_.works);
        return each_.kept.empty() ? std::string() : db_.shell(each_.kept);
    }
    [[nodiscard]] MetaData state_after() const {
        auto state = before_;
        for (const auto& operation : upgrade_) migrate::apply(state, operation);
        return state;
    }

    /// Nothing is found then, in the database and in what replay makes of the operations.
    void upgrade(core::Connection& connection) const {
        run_operations(connection, upgrade_, before_);
        CHECK(described(own_differences(connection, after_, state_after())) == Lines{});
        CHECK(described(differences_of_replay(connection)) == Lines{});
    }
    [[nodiscard]] std::vector<Operation> differences_of_replay(core::Connection& connection) const {
        const auto comparer = schema::expression_comparer(connection);
        return migrate::compare_metadata(state_after(), after_, schema::ddl_compiler(connection.dialect()), *comparer);
    }

    const TestDatabase& db_;
    const MatrixCase& each_;
    MetaData before_;
    MetaData after_;
    std::vector<Operation> upgrade_;
};

}  // namespace

MetaData recorded(const Recorder& record) {
    migrate::Operations op;
    record(op);
    MetaData metadata;
    for (const auto& operation : op.operations()) migrate::apply(metadata, operation);
    return metadata;
}

void go_through(const TestDatabase& db, const MatrixCase& each) {
    INFO(each.name);
    try {
        Journey(db, each).run();
    } catch (const std::exception& error) {
        FAIL_CHECK(error.what());
    }
}

void go_through(TestDialect dialect, const std::vector<MatrixCase>& cases) {
    std::optional<TestDatabase> server;
    if (dialect == TestDialect::postgresql) server.emplace(dialect);
    for (const auto& each : cases) {
        if (server) {
            server->clear();
            go_through(*server, each);
        } else {
            go_through(TestDatabase(dialect), each);
        }
    }
}

MatrixStates states_of(const MatrixCase& each) { return {recorded(each.before), recorded(each.after)}; }

}  // namespace strata::test
