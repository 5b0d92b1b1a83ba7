// How often a history is replayed: the work for a long one is that for a short one, times its length.

#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/upgrade.hpp>

#include <deque>
#include <string>

using namespace strata::migrate;

namespace {

/// A chain of revisions, and how often the upgrade of each was asked for.
struct Chain {
    explicit Chain(int length) : asked(static_cast<std::size_t>(length)) {
        for (int i = 0; i < length; ++i) {
            const std::vector<std::string> parents =
                i == 0 ? std::vector<std::string>() : std::vector{"r" + std::to_string(i - 1)};
            revisions.emplace_back(
                "r" + std::to_string(i), "", Parents{parents}, "",
                [this, i](Operations& op) {
                    ++asked[static_cast<std::size_t>(i)];
                    op.create_table("t" + std::to_string(i), {column("id", Integer{})});
                },
                Revision::Callback());
        }
    }
    [[nodiscard]] Revisions all() const {
        Revisions list;
        for (const auto& revision : revisions) list.push_back(&revision);
        return list;
    }
    std::vector<int> asked;
    std::deque<Revision> revisions;
};

}  // namespace

TEST_CASE("a script of many revisions replays each of them once", "[unit][migrate]") {
    const auto& dialect = strata::core::dialect_for("postgresql");
    for (const char* range : {"head", "r20:head"}) {
        const Chain chain(60);
        const auto script = upgrade_script(dialect, range, chain.all());
        CHECK(script.find("\"t59\"") != std::string::npos);
        CHECK(chain.asked == std::vector<int>(60, 1));
    }
}

TEST_CASE("a revision is applied where it comes before one that the database is at", "[unit][migrate]") {
    const Revision a("a", "", {}, "", {}, {});
    const Revision b("b", "", Parents{{"a"}}, "", {}, {});
    const Revision c("c", "", Parents{{"a"}}, "", {}, {});
    const Revision d("d", "", Parents{{"b", "c"}}, "", {}, {});
    const RevisionGraph graph({&a, &b, &c, &d});
    CHECK(graph.applied({"d"}, a));
    CHECK(graph.applied({"d"}, c));
    CHECK(graph.applied({"b", "c"}, c));
    CHECK_FALSE(graph.applied({"b"}, c));
    CHECK_FALSE(graph.applied({"c"}, b));
    CHECK_FALSE(graph.applied({"a"}, d));
    CHECK_FALSE(graph.applied({}, a));
    CHECK(graph.after_downgrade({"d"}, d) == RevisionIds{"b", "c"});
    CHECK(graph.after_downgrade({"b", "c"}, c) == RevisionIds{"b"});
}
