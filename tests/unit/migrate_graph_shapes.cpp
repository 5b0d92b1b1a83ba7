// What a history is made of: heads, labels, rows and faults, and what planning costs.

#include "migrate_graph_support.hpp"
#include "support/catch.hpp"

#include <strata/migrate/registry.hpp>

using namespace strata::test;
using namespace strata::migrate;
using Catch::Matchers::Contains;
using Ids = RevisionIds;

namespace {

/// The faults of a history, in words.
std::string fault_of(const std::string& history) {
    try {
        static_cast<void>(GraphHistory(history).graph());
    } catch (const strata::MigrationError& error) {
        return error.what();
    }
    return {};
}

/// The rows of a database that runs this path.
Ids rows_after(const RevisionGraph& graph, Ids rows, const Revisions& path, bool up) {
    for (const auto* revision : path)
        rows = up ? graph.after_upgrade(rows, *revision) : graph.after_downgrade(rows, *revision);
    std::sort(rows.begin(), rows.end());
    return rows;
}

/// A trunk from which every 10 revisions a branch of 5 goes off, that is merged again or, each tenth, goes on to the
/// end; with a dependency between branches now and then.
std::string tangled(int revisions) {
    std::string text = "r0";
    std::string open;
    const auto id = [](int number) { return "r" + std::to_string(number); };
    int trunk = 0;
    int side = -1;
    for (int i = 1; i < revisions; ++i) {
        const int step = i % 20;
        text += " " + id(i) + "<";
        if (step == 3) {
            text += id(trunk) + (i % 400 == 3 ? ":branch" + std::to_string(i) : "");
            side = i;
        } else if (side >= 0 && step > 3 && step <= 7) {
            text += id(side) + (step == 7 ? "~" + id(trunk) : "");
            side = i;
        } else if (side >= 0 && step == 12 && i % 400 != 12) {
            text += id(trunk) + "," + id(side);
            side = -1;
            trunk = i;
        } else {
            text += id(trunk);
            trunk = i;
        }
    }
    return text;
}

std::size_t steps_to_plan(int revisions) {
    const GraphHistory history(tangled(revisions));
    const auto graph = history.graph();
    const auto path = graph.upgrade_path({}, "heads");
    CHECK(path.size() == static_cast<std::size_t>(revisions));
    const auto rows = rows_after(graph, {}, path, true);
    auto heads = graph.effective_heads();
    std::sort(heads.begin(), heads.end());
    CHECK(rows == heads);
    const auto back = graph.downgrade_path(rows, "base");
    CHECK(back.size() == path.size());
    CHECK(rows_after(graph, rows, back, false).empty());
    // One branch of two long ones.
    const auto half = graph.downgrade_path(rows, "r" + std::to_string(revisions / 2));
    CHECK(!half.empty());
    static_cast<void>(rows_after(graph, rows, half, false));
    return graph.steps();
}

/// Two long branches, of which the one that sorts first is taken back.
std::size_t steps_of_two_branches(int revisions) {
    std::string text = "root a0<root:first";
    for (int i = 1; i < revisions; ++i) text += " a" + std::to_string(i) + "<a" + std::to_string(i - 1);
    text += " b0<root";
    for (int i = 1; i < revisions; ++i) text += " b" + std::to_string(i) + "<b" + std::to_string(i - 1);
    const GraphHistory history(text);
    const auto graph = history.graph();
    const Ids heads{"a" + std::to_string(revisions - 1), "b" + std::to_string(revisions - 1)};
    const auto path = graph.downgrade_path(heads, "first@root");
    CHECK(path.size() == static_cast<std::size_t>(revisions));
    CHECK(rows_after(graph, heads, path, false) == Ids{heads.back()});
    return graph.steps();
}

}  // namespace

TEST_CASE("heads have no child, effective heads are not depended on either", "[migrate][graph]") {
    const GraphHistory history("a1:before b1<a1 a2:after b2<a2~b1");
    const auto graph = history.graph();
    CHECK(graph.heads() == Ids{"b1", "b2"});
    CHECK(graph.effective_heads() == Ids{"b2"});
    CHECK(graph.followers("b1") == Ids{"b2"});
    CHECK(graph.children("b1").empty());
    CHECK(graph.required(graph.get("b2")) == Ids{"a2", "b1"});
}

TEST_CASE("a label belongs to what follows it, and to what comes before it up to a fork", "[migrate][graph]") {
    const GraphHistory history("a b<a x<b:billing y<x s<b t<s:shipping m<y,t");
    const auto graph = history.graph();
    CHECK(graph.labels("a").empty());
    CHECK(graph.labels("b").empty());
    CHECK(graph.labels("x") == Ids{"billing"});
    CHECK(graph.labels("y") == Ids{"billing"});
    CHECK(graph.labels("s") == Ids{"shipping"});
    CHECK(graph.labels("m") == Ids{"billing", "shipping"});
    CHECK(graph.labelled("billing")->id == "x");
    CHECK(graph.labelled("none") == nullptr);
}

TEST_CASE("a dependency's row goes into that of what depends on it, and comes back", "[migrate][graph]") {
    const GraphHistory history("a1:before b1<a1 c1<b1 a2:after b2<a2~b1");
    const auto graph = history.graph();
    const auto& b2 = graph.get("b2");
    CHECK(graph.after_upgrade({"a2", "b1"}, b2) == Ids{"b2"});
    CHECK(graph.after_upgrade({"a2", "c1"}, b2) == Ids{"c1", "b2"});
    CHECK(graph.after_downgrade({"b2"}, b2) == Ids{"a2", "b1"});
    CHECK(graph.after_downgrade({"c1", "b2"}, b2) == Ids{"c1", "a2"});
    CHECK(graph.applied({"b2"}, graph.get("a1")));
    CHECK_FALSE(graph.applied({"b2"}, graph.get("c1")));
    CHECK(graph.after_upgrade({"b2"}, graph.get("c1")) == Ids{"b2", "c1"});
}

TEST_CASE("a dependency that an ancestor has already makes no row of its own", "[migrate][graph]") {
    const GraphHistory history("a b<a c<b~a m<c,a");
    const auto graph = history.graph();
    CHECK(graph.after_downgrade({"c"}, graph.get("c")) == Ids{"b"});
    CHECK(graph.after_upgrade({"b"}, graph.get("c")) == Ids{"c"});
    CHECK(graph.after_downgrade({"m"}, graph.get("m")) == Ids{"c"});
}

TEST_CASE("dependencies order what the files' names do not", "[migrate][graph]") {
    const GraphHistory history("b2~z9 z9");
    CHECK(ids_of(history.graph().sorted()) == "z9 b2");
}

TEST_CASE("a faulty history is told in one line, with the files", "[migrate][graph]") {
    struct Fault {
        const char* history;
        const char* message;
    };
    for (const auto& [history, message] : std::vector<Fault>{
             {"a a",
              "Revision a is present more than once: in 10000_a.cpp and 10001_a.cpp; give one of them an id of "
              "its own"},
             {"b<a",
              "Revision a, referenced from b (10000_b.cpp), is not present; restore its file or name another "
              "parent"},
             {"a~x",
              "Revision x, on which a (10000_a.cpp) depends, is not present; restore its file or take the "
              "dependency out"},
             {"a<a", "Self-loop is detected in revision a (10000_a.cpp); name another parent than itself"},
             {"a~a", "Dependency self-loop is detected in revision a (10000_a.cpp); it cannot depend on itself"},
             {"a<c b<a c<b",
              "Cycle is detected in revisions a (10000_a.cpp), b (10001_b.cpp), c (10002_c.cpp); each of "
              "them comes before itself"},
             {"r a<r,c b<a c<b d<c",
              "Cycle is detected in revisions a (10001_a.cpp), b (10002_b.cpp), c (10003_c.cpp); "
              "each of them comes before itself"},
             {"r a<r,b b<a x<b",
              "Cycle is detected in revisions a (10001_a.cpp), b (10002_b.cpp); each of them comes "
              "before itself"},
             {"a~b b<a",
              "Dependency cycle is detected in revisions a (10000_a.cpp), b (10001_b.cpp); each of them comes "
              "before itself"},
             {"a b~d c<a~b d<c",
              "Dependency cycle is detected in revisions b (10001_b.cpp), c (10002_c.cpp), d "
              "(10003_d.cpp); each of them comes before itself"},
             {"a:x b:x",
              "Branch name 'x' in revision b (10001_b.cpp) is already used by revision a (10000_a.cpp); give "
              "one of them another name"},
             {"a b<a:a",
              "Branch name 'a' in revision b (10001_b.cpp) is the id of revision a (10000_a.cpp); give the "
              "branch another name"},
             {"a:my-label",
              "revision file 10000_a.cpp: 'my-label' cannot be the label of a branch; use letters, digits "
              "and underscores, and none of head, heads, base, current"},
             {"a:head",
              "revision file 10000_a.cpp: 'head' cannot be the label of a branch; use letters, digits and "
              "underscores, and none of head, heads, base, current"},
             {"a-b",
              "revision file 10000_a-b.cpp: 'a-b' cannot be a revision's id; use letters, digits and underscores, "
              "at most 32"},
             {"base",
              "revision file 10000_base.cpp: 'base' cannot be a revision's id, since it has a meaning of its "
              "own"}}) {
        INFO(history);
        CHECK(fault_of(history) == message);
    }
}

TEST_CASE("a revision says labels and dependencies after its parents", "[migrate][graph][revision]") {
    const auto parents = revises("p", "q").label("billing").depends_on("x", "y");
    CHECK(parents.ids == Ids{"p", "q"});
    CHECK(parents.labels == Ids{"billing"});
    CHECK(parents.dependencies == Ids{"x", "y"});
    const auto sql = detail::sql_revision("abc", "1_abc.sql",
                                          "-- revises: p, q\n-- label: billing\n-- depends on: x, y\n-- upgrade\n");
    CHECK(sql.fault.empty());
    CHECK(sql.revises == Ids{"p", "q"});
    CHECK(sql.labels == Ids{"billing"});
    CHECK(sql.depends_on == Ids{"x", "y"});
}

TEST_CASE("a file of SQL without parents is refused unless it is the first or says so", "[migrate][graph][revision]") {
    const auto silent = detail::sql_revision("b", "2_b.sql", "-- upgrade\n");
    const auto said = detail::sql_revision("b", "2_b.sql", "-- revises: nothing\n-- upgrade\n");
    const auto blank = detail::sql_revision("b", "2_b.sql", "-- revises:\n-- upgrade\n");
    const Revision first("a", "1_a.cpp", revises(), "", {}, {});
    for (const auto* refused : {&silent, &blank}) {
        CHECK_THROWS_WITH(
            RevisionGraph({&first, refused}),
            "revision file 2_b.sql has no line '-- revises: ID', and it is not the first revision; name its "
            "parent there, or write '-- revises: nothing' if it begins a history of its own");
        CHECK(RevisionGraph({refused}).head() == "b");
    }
    CHECK(RevisionGraph({&first, &said}).heads() == Ids{"a", "b"});
}

TEST_CASE("planning costs what the history is long, with branches, merges and dependencies", "[migrate][graph]") {
    const auto few = steps_to_plan(1000);
    CHECK(few >= 1000);
    CHECK(steps_to_plan(10000) <= 12 * few);
}

TEST_CASE("taking back one of two long branches costs what they are long", "[migrate][graph]") {
    const auto few = steps_of_two_branches(500);
    CHECK(few >= 1000);
    CHECK(steps_of_two_branches(5000) <= 12 * few);
}
