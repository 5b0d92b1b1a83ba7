// A revision that replaces others: what the graph is for a database before, in and behind the line.

#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/registry.hpp>

#include <deque>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::MigrationError;

namespace {

class History {
public:
    History& add(std::string id, Parents parents) {
        const auto path = "20260101_000000_" + id + "_x.cpp";
        list_.emplace_back(std::move(id), path, std::move(parents), "message", [](Operations&) {}, [](Operations&) {});
        pointers_.push_back(&list_.back());
        return *this;
    }
    [[nodiscard]] const Revisions& revisions() const { return pointers_; }

private:
    std::deque<Revision> list_;
    Revisions pointers_;
};

/// p, then a, b, c or s in their place, then d.
History squashed() {
    History history;
    history.add("p", revises()).add("a", revises("p")).add("b", revises("a")).add("c", revises("b"));
    history.add("s", revises("p").replaces("a", "b", "c")).add("d", revises("s"));
    return history;
}

RevisionIds ids(const Revisions& revisions) {
    RevisionIds list;
    for (const auto* revision : revisions) list.push_back(revision->id);
    return list;
}

RevisionIds up(const History& history, const RevisionIds& at) {
    return ids(RevisionGraph(history.revisions(), at).upgrade_path(at, "head"));
}

using Ids = RevisionIds;

}  // namespace

TEST_CASE("a database before a squashed line goes by the one that replaces it", "[migrate][graph][squash]") {
    const auto history = squashed();
    CHECK(up(history, {}) == Ids{"p", "s", "d"});
    CHECK(up(history, {"p"}) == Ids{"s", "d"});
    CHECK(up(history, {"s"}) == Ids{"d"});
    const RevisionGraph graph(history.revisions());
    CHECK(ids(graph.sorted()) == Ids{"p", "s", "d"});
    CHECK(graph.heads() == Ids{"d"});
    CHECK(ids(graph.downgrade_path({"d"}, "p")) == Ids{"d", "s"});
}

TEST_CASE("a database inside a squashed line goes the rest of it", "[migrate][graph][squash]") {
    const auto history = squashed();
    CHECK(up(history, {"a"}) == Ids{"b", "c", "s", "d"});
    CHECK(up(history, {"b"}) == Ids{"c", "s", "d"});
    CHECK(up(history, {"c"}) == Ids{"s", "d"});
    const RevisionGraph graph(history.revisions(), {"b"});
    CHECK(ids(graph.downgrade_path({"b"}, "base")) == Ids{"b", "a", "p"});
    const auto& end = graph.get("s");
    CHECK(end.upgrade_operations().empty());
    REQUIRE(graph.whole(end) != nullptr);
    CHECK(graph.whole(end)->replaces == Ids{"a", "b", "c"});
    CHECK(graph.whole(graph.get("d")) == nullptr);
}

TEST_CASE("a revision that still names the end of a squashed line follows the one that replaces it",
          "[migrate][graph][squash]") {
    History history;
    history.add("a", revises()).add("b", revises("a")).add("s", revises().replaces("a", "b")).add("d", revises("b"));
    CHECK(up(history, {}) == Ids{"s", "d"});
    CHECK(up(history, {"a"}) == Ids{"b", "s", "d"});
    CHECK(up(history, {"b"}) == Ids{"s", "d"});
    CHECK(RevisionGraph(history.revisions()).heads() == Ids{"d"});
}

TEST_CASE("a squashed line may be squashed again", "[migrate][graph][squash]") {
    History history;
    history.add("a", revises()).add("b", revises("a")).add("s", revises().replaces("a", "b")).add("c", revises("s"));
    history.add("t", revises().replaces("a", "b", "s", "c")).add("d", revises("t"));
    CHECK(up(history, {}) == Ids{"t", "d"});
    CHECK(up(history, {"a"}) == Ids{"b", "s", "c", "t", "d"});
    CHECK(up(history, {"s"}) == Ids{"c", "t", "d"});
    CHECK(up(history, {"c"}) == Ids{"t", "d"});
}

TEST_CASE("a revision behind the middle of a squashed line is refused with a way out", "[migrate][graph][squash]") {
    auto history = squashed();
    history.add("x", revises("b"));
    CHECK_THROWS_MATCHES(RevisionGraph(history.revisions()), MigrationError,
                         Catch::Matchers::Message("Revision b, referenced from x (20260101_000000_x_x.cpp), was "
                                                  "squashed into s; put it behind that one"));
}

TEST_CASE("a database inside a squashed line whose files are gone is told so", "[migrate][graph][squash]") {
    History history;
    history.add("p", revises()).add("s", revises("p").replaces("a", "b")).add("d", revises("b"));
    CHECK(up(history, {"p"}) == Ids{"s", "d"});
    CHECK_THROWS_MATCHES(up(history, {"a"}), MigrationError,
                         Catch::Matchers::Message("the database is at a, which was squashed into s, and its file is "
                                                  "gone; upgrade the database with a version of the project that has "
                                                  "it"));
}

TEST_CASE("a squashed line that was put behind another revision brings it along", "[migrate][graph][squash]") {
    History history;
    history.add("p", revises()).add("t", revises("p")).add("a", revises("p")).add("b", revises("a"));
    history.add("s", revises("t").replaces("a", "b"));
    CHECK(up(history, {"p"}) == Ids{"t", "s"});
    CHECK(up(history, {"a"}) == Ids{"b", "t", "s"});
}

TEST_CASE("a name of a squashed revision is told what has taken its place", "[migrate][graph][squash]") {
    const auto history = squashed();
    CHECK_THROWS_MATCHES(RevisionGraph(history.revisions()).get("b"), MigrationError,
                         Catch::Matchers::Message("revision b was squashed into s, and the database is not between the "
                                                  "revisions that it replaces; name s"));
}

TEST_CASE("a revision of SQL says what it replaces", "[migrate][graph][squash]") {
    const auto revision = detail::sql_revision("a1", "x.sql", "-- replaces: b1, b2\n-- upgrade\nSELECT 1;\n");
    CHECK(revision.replaces == Ids{"b1", "b2"});
}
