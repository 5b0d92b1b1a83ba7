// A property: whatever a history is, following it with an index, forwards and back, gives what plain replay gives.

#include "history/history_state.hpp"
#include "operations/unread.hpp"
#include "random_schemas.hpp"
#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <deque>
#include <random>

using namespace strata::migrate;
using strata::schema::MetaData;
using strata::test::RandomSchemas;

namespace {

constexpr int revisions_of_history = 12;

/// What plain replay leaves after each revision.
struct Plain {
    MetaData metadata;
    Unread unread;
};

/// Renames, partitions, kept tables and views, which differences between random schemas do not have.
std::vector<Operation> other_operations(std::mt19937& random, const MetaData& state, int number) {
    Operations op("r" + std::to_string(number));
    const auto suffix = std::to_string(number);
    if (state.tables.empty()) return {};
    const auto& table = state.tables[random() % state.tables.size()];
    const auto& field = table.columns[random() % table.columns.size()].name;
    switch (random() % 8) {
        case 0:
            op.rename_table(table.name, "renamed_" + suffix);
            break;
        case 1:
            op.rename_column(table.name, field, "renamed_" + suffix);
            break;
        case 2:
            op.create_table("whole_" + suffix, {column("n", Integer{}), column("m", Integer{}).nullable(),
                                                partition_by("RANGE (n)"), index("ix_whole_" + suffix, {"m"})});
            op.create_table("part_" + suffix,
                            {column("n", Integer{}), column("m", Integer{}).nullable(),
                             partition_of("whole_" + suffix, "DEFAULT"), index("ix_part_" + suffix, {"m"})});
            op.add_column("whole_" + suffix, column("k", Integer{}).nullable());
            op.rename_column("whole_" + suffix, "m", "l");
            op.drop_index("ix_whole_" + suffix, "whole_" + suffix);
            break;
        case 3:
            op.create_view("list_" + suffix, "SELECT \"" + field + "\" FROM \"" + table.name.name + "\"");
            op.rename_column(table.name, field, "seen_" + suffix);
            break;
        case 4:
            op.drop_table(table.name).keep();
            break;
        case 5:
            op.drop_column(table.name, field).keep();
            break;
        case 6:
            op.drop_table(table.name);
            break;
        default:
            op.execute("-- declared").declares([&](Operations& inner) {
                inner.create_table("declared_" + suffix, {column("id", Integer{})});
                inner.set_table_comment(table.name, "declared");
            });
    }
    return op.operations();
}

class RandomHistory {
public:
    explicit RandomHistory(std::uint32_t seed) {
        std::mt19937 random(seed);
        RandomSchemas schemas(seed);
        const auto& ddl = strata::schema::ddl_compiler(strata::core::dialect_for("postgresql"));
        const auto comparer = strata::schema::token_comparer();
        auto wanted = schemas.schema();
        plain_.emplace_back();
        for (int i = 0; i < revisions_of_history; ++i) {
            auto now = plain_.back();
            std::vector<Operation> operations;
            if (random() % 2 == 0) {
                operations = compare_metadata(now.metadata, wanted, ddl, *comparer);
                wanted = schemas.changed(wanted);
            } else {
                operations = other_operations(random, now.metadata, i);
            }
            try {
                for (const auto& operation : operations) apply(now.metadata, operation, now.unread);
            } catch (const strata::MigrationError&) {  // a rename that is in the way of a later difference, say
                operations.clear();
                now = plain_.back();
            }
            plain_.push_back(now);
            list_.emplace_back(
                "r" + std::to_string(i), "", i == 0 ? Parents{} : revises("r" + std::to_string(i - 1)), "",
                [operations](Operations& op) {
                    for (const auto& operation : operations) op.invoke(operation);
                },
                Revision::Callback());
            done_ += operations.size();
        }
        for (const auto& revision : list_) pointers_.push_back(&revision);
    }
    [[nodiscard]] const Revisions& revisions() const { return pointers_; }
    /// After so many revisions.
    [[nodiscard]] const Plain& plain(std::size_t count) const { return plain_[count]; }
    [[nodiscard]] std::size_t operations() const { return done_; }

private:
    std::deque<Revision> list_;
    Revisions pointers_;
    std::deque<Plain> plain_;
    std::size_t done_ = 0;
};

}  // namespace

TEST_CASE("a random history followed with an index, forwards and back, is what plain replay makes of it",
          "[migrate][replay]") {
    std::size_t operations = 0;
    for (std::uint32_t seed = 0; seed < 150; ++seed) {
        const RandomHistory history(seed);
        operations += history.operations();
        const RevisionGraph graph(history.revisions());
        ReplayedHistory replayed(graph);
        std::mt19937 random(seed);
        auto at = static_cast<std::size_t>(revisions_of_history);
        for (int step = 0; step < 40; ++step) {
            INFO("seed " << seed << ", after " << at << " revisions");
            const auto& state = replayed.at(at == 0 ? RevisionIds{} : RevisionIds{"r" + std::to_string(at - 1)});
            const auto& plain = history.plain(at);
            REQUIRE(state.metadata() == plain.metadata);
            REQUIRE(state.unread().tables == plain.unread.tables);
            REQUIRE(state.unread().objects == plain.unread.objects);
            // Most often one back, as a downgrade goes.
            at = random() % 3 != 0 && at > 0 ? at - 1 : random() % (revisions_of_history + 1);
        }
    }
    CHECK(operations > 2000);
}
