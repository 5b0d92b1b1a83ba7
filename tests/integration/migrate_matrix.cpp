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

/// What autogenerate has written.
struct Written {
    std::vector<Operation> upgrade;
    std::vector<Operation> downgrade;
};

class Journey {
public:
    Journey(const TestDatabase& db, const MatrixCase& each) : db_(db), each_(each), connection_(made()) {
        live_ = schema::reflect(connection_);
        before_ = each_.before ? recorded(each_.before) : live_;
        for (auto& table : before_.tables) schema::name_constraints(table);
        after_ = recorded(each_.after);
    }

    [[nodiscard]] Written written() {
        const auto& ddl = schema::ddl_compiler(connection_.dialect());
        const auto comparer = schema::expression_comparer(connection_);
        auto ours = each_.before ? migrate::ours_of(live_, after_, {before_, {}, {}}, ddl).database : live_;
        auto upgrade = migrate::renames_of(each_.renames, ours, after_);
        for (const auto& rename : upgrade) migrate::apply(ours, rename);
        std::ranges::move(migrate::compare_metadata(ours, after_, ddl, *comparer), std::back_inserter(upgrade));
        if (each_.before) {
            const auto state = applied(before_, upgrade);
            std::ranges::move(migrate::unkept_differences(state, after_, ddl), std::back_inserter(upgrade));
        }
        return {upgrade, migrate::reverse_all(upgrade, before_)};
    }

    /// There, back and there again.
    void follow(const Written& written) {
        const auto after = applied(before_, written.upgrade);
        const auto shape_before = shape(db_);
        const auto rows_before = rows();
        upgrade(written, after);
        CHECK(rows() == rows_before);
        run_operations(connection_, written.downgrade, after);
        CHECK(shape(db_) == shape_before);
        CHECK(rows() == rows_before);
        CHECK(described(own_differences(connection_, before_, before_)) == Lines{});
        upgrade(written, after);
        CHECK(rows() == rows_before);
    }

private:
    [[nodiscard]] core::Connection made() const {
        auto connection = connect(db_);
        if (each_.before)
            create_tables(connection, recorded(each_.before));
        else
            db_.shell(each_.made);
        if (!each_.rows.empty()) db_.shell(each_.rows);
        return connection;
    }
    /// What is kept of the rows.
    [[nodiscard]] std::string rows() const {
        if (!each_.works.empty()) db_.shell(each_.works);
        return each_.kept.empty() ? std::string() : db_.shell(each_.kept);
    }
    [[nodiscard]] static MetaData applied(MetaData state, const std::vector<Operation>& operations) {
        for (const auto& operation : operations) migrate::apply(state, operation);
        return state;
    }

    /// Nothing is found then, in the database and in what replay makes of the operations.
    void upgrade(const Written& written, const MetaData& after) {
        run_operations(connection_, written.upgrade, before_);
        CHECK(described(own_differences(connection_, after_, after)) == Lines{});
        const auto& ddl = schema::ddl_compiler(connection_.dialect());
        const auto comparer = schema::expression_comparer(connection_);
        CHECK(described(migrate::compare_metadata(after, after_, ddl, *comparer)) == Lines{});
        if (each_.before) CHECK(described(migrate::unkept_differences(after, after_, ddl)) == Lines{});
    }

    const TestDatabase& db_;
    const MatrixCase& each_;
    core::Connection connection_;
    MetaData live_;
    MetaData before_;
    MetaData after_;
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
        Journey journey(db, each);
        const auto written = journey.written();
        CHECK(described(written.upgrade) == each.found);
        for (const auto& operation : written.upgrade) CHECK_FALSE(migrate::render_operation(operation).empty());
        journey.follow(written);
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

void go_through_by_the_other(const std::vector<MatrixCase>& cases) {
    const TestDatabase server(TestDialect::postgresql);
    for (const auto& each : cases) {
        INFO(each.name);
        const TestDatabase file(TestDialect::sqlite);
        server.clear();
        try {
            Journey on_sqlite(file, each);
            Journey on_postgresql(server, each);
            const auto by_sqlite = on_sqlite.written();
            const auto by_postgresql = on_postgresql.written();
            {
                INFO("written on PostgreSQL, run on SQLite");
                on_sqlite.follow(by_postgresql);
            }
            INFO("written on SQLite, run on PostgreSQL");
            on_postgresql.follow(by_sqlite);
        } catch (const std::exception& error) {
            FAIL_CHECK(error.what());
        }
    }
}

}  // namespace strata::test
