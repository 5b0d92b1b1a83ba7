#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/registry.hpp>

#include <deque>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::MigrationError;

namespace {

/// Revisions that do nothing, in a history of one's own.
class History {
public:
    History& add(std::string id, std::vector<std::string> parents, const std::string& file = {}) {
        const auto path = "migrations/" + (file.empty() ? "20260101_000000_" + id + "_x.cpp" : file);
        list_.emplace_back(
            std::move(id), path, Parents{std::move(parents)}, "message", [](Operations&) {}, [](Operations&) {});
        pointers_.push_back(&list_.back());
        return *this;
    }
    [[nodiscard]] const Revisions& revisions() const { return pointers_; }
    [[nodiscard]] RevisionGraph graph() const { return RevisionGraph(pointers_); }

private:
    std::deque<Revision> list_;
    Revisions pointers_;
};

History linear() {
    History history;
    history.add("c3", {"b2"}).add("a1", {}).add("b2", {"a1"}).add("d4", {"c3"});
    return history;
}

/// a -> b -> d, a -> c, and m merging d and c when asked for.
History branched(bool merged) {
    History history;
    history.add("a1", {}).add("b2", {"a1"}).add("c3", {"a1"}).add("d4", {"b2"});
    if (merged) history.add("m5", {"d4", "c3"});
    return history;
}

RevisionIds ids(const Revisions& revisions) {
    RevisionIds list;
    for (const auto* revision : revisions) list.push_back(revision->id);
    return list;
}

using Ids = RevisionIds;

}  // namespace

TEST_CASE("revisions come parents first, whatever order they are given in", "[migrate][graph]") {
    const auto history = linear();
    CHECK(ids(history.graph().sorted()) == Ids{"a1", "b2", "c3", "d4"});
    CHECK(history.graph().heads() == Ids{"d4"});
    CHECK(history.graph().head() == "d4");
}

TEST_CASE("an empty history has no head and nothing to upgrade", "[migrate][graph]") {
    const RevisionGraph graph({});
    CHECK(graph.head().empty());
    CHECK(graph.upgrade_path({}, "head").empty());
}

TEST_CASE("siblings come in the order of their file names", "[migrate][graph]") {
    History history;
    history.add("a1", {}).add("b2", {"a1"}, "20260301_000000_b2_x.cpp").add("c3", {"a1"}, "20260201_000000_c3_x.cpp");
    CHECK(ids(history.graph().sorted()) == Ids{"a1", "c3", "b2"});
}

TEST_CASE("a target is head, base, a full id, a prefix or relative", "[migrate][graph]") {
    const auto history = linear();
    const auto graph = history.graph();
    CHECK(graph.resolve("head", {}) == Ids{"d4"});
    CHECK(graph.resolve("heads", {}) == Ids{"d4"});
    CHECK(graph.resolve("base", {"c3"}).empty());
    CHECK(graph.resolve("b2", {}) == Ids{"b2"});
    CHECK(graph.resolve("b", {}) == Ids{"b2"});
    CHECK(graph.resolve("current", {"c3"}) == Ids{"c3"});
    CHECK(graph.resolve("+2", {"a1"}) == Ids{"c3"});
    CHECK(graph.resolve("+1", {}) == Ids{"a1"});
    CHECK(graph.resolve("-1", {"c3"}) == Ids{"b2"});
    CHECK(graph.resolve("-1", {"a1"}).empty());
    CHECK(graph.resolve("b2+1", {}) == Ids{"c3"});
    CHECK(graph.resolve("head-1", {}) == Ids{"c3"});
    CHECK(graph.resolve("base+2", {"d4"}) == Ids{"b2"});
    CHECK(graph.resolve("current+1", {"a1"}) == Ids{"b2"});
}

TEST_CASE("a name that is not a revision is refused in one line", "[migrate][graph]") {
    History history;
    history.add("abc1", {}).add("abd2", {"abc1"});
    const auto graph = history.graph();
    CHECK_THROWS_WITH(graph.resolve("zz", {}), Contains("Can't locate revision identified by 'zz'"));
    CHECK_THROWS_WITH(graph.resolve("", {}), Contains("Can't locate revision identified by ''"));
    CHECK_THROWS_WITH(graph.resolve("ab", {}), "Revision 'ab' is ambiguous: abc1, abd2; give more of the id");
    CHECK_THROWS_WITH(graph.resolve("+5", {}),
                      "Relative revision +5 didn't produce 5 migrations; there are only 2 above");
    CHECK_THROWS_WITH(graph.resolve("abc1-2", {}),
                      "Relative revision abc1-2 didn't produce 2 migrations; there is only 1 below");
    CHECK_THROWS_WITH(graph.resolve("abc1+x", {}), Contains("names no revision"));
    CHECK_THROWS_WITH(graph.resolve("abc1+", {}), Contains("names no revision"));
    CHECK_THROWS_WITH(graph.resolve("+0", {}), Contains("names no revision"));
    CHECK_THROWS_WITH(graph.resolve("+99999999999999999999", {}), Contains("names no revision"));
}

TEST_CASE("an id that is the beginning of another one is still found", "[migrate][graph]") {
    History history;
    history.add("ab", {}).add("abc", {"ab"});
    CHECK(history.graph().resolve("ab", {}) == Ids{"ab"});
}

TEST_CASE("an upgrade runs what is missing, in order", "[migrate][graph]") {
    const auto history = linear();
    const auto graph = history.graph();
    CHECK(ids(graph.upgrade_path({}, "head")) == Ids{"a1", "b2", "c3", "d4"});
    CHECK(ids(graph.upgrade_path({"b2"}, "head")) == Ids{"c3", "d4"});
    CHECK(ids(graph.upgrade_path({"b2"}, "+1")) == Ids{"c3"});
    CHECK(graph.upgrade_path({"d4"}, "head").empty());
    CHECK(graph.upgrade_path({"d4"}, "b2").empty());
    CHECK_THROWS_WITH(graph.upgrade_path({"d4"}, "-1"), "'-1' goes down; use downgrade");
}

TEST_CASE("a downgrade takes back the newest first", "[migrate][graph]") {
    const auto history = linear();
    const auto graph = history.graph();
    CHECK(ids(graph.downgrade_path({"d4"}, "-1")) == Ids{"d4"});
    CHECK(ids(graph.downgrade_path({"d4"}, "-2")) == Ids{"d4", "c3"});
    CHECK(ids(graph.downgrade_path({"d4"}, "b2")) == Ids{"d4", "c3"});
    CHECK(ids(graph.downgrade_path({"d4"}, "base")) == Ids{"d4", "c3", "b2", "a1"});
    CHECK(graph.downgrade_path({"b2"}, "b2").empty());
    CHECK(graph.downgrade_path({}, "base").empty());
    CHECK_THROWS_WITH(graph.downgrade_path({"b2"}, "d4"),
                      Contains("Destination d4 is not a valid downgrade target from current head(s) b2"));
    CHECK_THROWS_WITH(graph.downgrade_path({"b2"}, "-3"),
                      "Relative revision -3 didn't produce 3 migrations; there are only 2 below");
    CHECK_THROWS_WITH(graph.downgrade_path({}, "-1"),
                      "Relative revision -1 didn't produce 1 migrations; there is none below");
    CHECK_THROWS_WITH(graph.downgrade_path({"b2"}, "+1"), "'+1' goes up; use upgrade");
}

TEST_CASE("several heads are refused with the remedies", "[migrate][graph]") {
    const auto history = branched(false);
    const auto graph = history.graph();
    CHECK(graph.heads() == Ids{"c3", "d4"});
    CHECK_THROWS_WITH(
        graph.upgrade_path({}, "head"),
        "Multiple head revisions are present: c3, d4; name one of them, take all with 'heads', or join them "
        "with 'merge'");
    CHECK(ids(graph.upgrade_path({}, "heads")) == Ids{"a1", "b2", "c3", "d4"});
    CHECK(ids(graph.upgrade_path({"c3"}, "d4")) == Ids{"b2", "d4"});
    CHECK_THROWS_WITH(graph.upgrade_path({"a1"}, "+1"), Contains("Ambiguous upgrade to +1: a1 is followed by b2, c3"));
    CHECK_THROWS_WITH(graph.downgrade_path({"c3", "d4"}, "-1"), Contains("the database is at c3, d4"));
    CHECK(ids(graph.downgrade_path({"c3", "d4"}, "b2")) == Ids{"d4"});
    CHECK(ids(graph.downgrade_path({"c3", "d4"}, "a1")) == Ids{"d4", "c3", "b2"});
}

TEST_CASE("the version rows follow branches and merges", "[migrate][graph]") {
    const auto history = branched(true);
    const auto graph = history.graph();
    const auto& merge = graph.get("m5");
    CHECK(graph.head() == "m5");
    CHECK(graph.after_upgrade({}, graph.get("a1")) == Ids{"a1"});
    CHECK(graph.after_upgrade({"a1"}, graph.get("b2")) == Ids{"b2"});
    CHECK(graph.after_upgrade({"b2"}, graph.get("c3")) == Ids{"b2", "c3"});
    CHECK(graph.after_upgrade({"c3", "d4"}, merge) == Ids{"m5"});
    CHECK(graph.after_downgrade({"m5"}, merge) == Ids{"d4", "c3"});
    CHECK(graph.after_downgrade({"d4", "c3"}, graph.get("c3")) == Ids{"d4"});
    CHECK(graph.after_downgrade({"b2"}, graph.get("b2")) == Ids{"a1"});
    CHECK(graph.after_downgrade({"a1"}, graph.get("a1")).empty());
    CHECK(ids(graph.downgrade_path({"m5"}, "-1")) == Ids{"m5"});
    CHECK_THROWS_WITH(graph.downgrade_path({"m5"}, "-2"), Contains("ambiguous"));
    CHECK(ids(graph.upgrade_path({"c3"}, "head")) == Ids{"b2", "d4", "m5"});
}

TEST_CASE("a revision that the database names and no file has is reported with the remedies", "[migrate][graph]") {
    const auto history = linear();
    CHECK_THROWS_WITH(history.graph().upgrade_path({"gone"}, "head"),
                      Contains("Can't locate revision identified by 'gone'") && Contains("stamp --purge"));
    CHECK_THROWS_AS(history.graph().downgrade_path({"gone"}, "base"), MigrationError);
}

TEST_CASE("an impossible history is refused, naming the files", "[migrate][graph]") {
    SECTION("an id twice") {
        History history;
        history.add("a1", {}, "one.cpp").add("a1", {}, "two.cpp");
        CHECK_THROWS_WITH(history.graph(), Contains("a1 is present more than once: in one.cpp and two.cpp"));
    }
    SECTION("a parent that is not there") {
        History history;
        history.add("b2", {"a1"}, "two.cpp");
        CHECK_THROWS_WITH(history.graph(), Contains("Revision a1, referenced from b2 (two.cpp), is not present"));
    }
    SECTION("a cycle") {
        History history;
        history.add("a1", {}).add("b2", {"c3", "a1"}, "two.cpp").add("c3", {"b2"}, "three.cpp");
        CHECK_THROWS_WITH(history.graph(), Contains("Cycle is detected in revisions c3 (three.cpp), b2 (two.cpp)"));
    }
    SECTION("a revision that is its own parent") {
        History history;
        history.add("a1", {"a1"});
        CHECK_THROWS_WITH(history.graph(), Contains("Self-loop is detected in revision a1"));
    }
    SECTION("an id that the version table cannot hold") {
        History history;
        history.add(std::string(33, 'a'), {}, "long.cpp");
        CHECK_THROWS_WITH(history.graph(), Contains("long.cpp") && Contains("at most 32"));
    }
    SECTION("an id with a character that means something else") {
        History history;
        history.add("a-1", {}, "minus.cpp");
        CHECK_THROWS_WITH(history.graph(), Contains("'a-1' cannot be a revision's id"));
    }
}
