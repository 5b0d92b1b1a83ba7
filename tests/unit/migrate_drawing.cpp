// How the branches of a history are drawn.

#include "migrate_graph_support.hpp"
#include "support/catch.hpp"
#include "tool/drawing.hpp"

using namespace strata::test;
using strata::migrate::drawn;
using strata::migrate::Revision;

namespace {

struct Case {
    const char* what;
    const char* history;
    const char* drawing;
};

}  // namespace

TEST_CASE("a history is drawn with a column for each branch, in plain ASCII", "[migrate][graph]") {
    for (const auto& [what, history, drawing] : std::vector<Case>{
             {"one line is one column", "a b<a c<b",
              R"(
*  c
*  b
*  a
)"},
             {"a merge forks into a column, and a fork joins it again", "a b<a c<a m<b,c z<m",
              R"(
*  z
*  m
|\
| *  c
* |  b
|/
*  a
)"},
             {"heads have a column each", "a b<a c1<b:c1branch c2<b:c2branch d1<c1 d2<c2",
              R"(
*  d2
| *  d1
* |  c2
| *  c1
|/
*  b
*  a
)"},
             {"a merge of three and its fork", "a b<a c1<b c2<b c3<b d1<c1 d3<c3 m<d1,c2,d3 z<m",
              R"(
*  z
*  m
|\
|_|\
| | *  d3
* | |  d1
| | *  c3
| * |  c2
* | |  c1
|_|/
|/
*  b
*  a
)"},
             {"a dependency is no line", "a1 a2 b1<a1 b2<a2~b1",
              R"(
*  b2
| *  b1
* |  a2
  *  a1
)"},
             {"lines pass under each other", "a b<a c<b d<c e<a m<d,e f<d n<m,f",
              R"(
*  n
|\
| *  f
* |  m
|_|\
| | *  e
|/  |
*   |  d
*   |  c
*   |  b
|__/
*  a
)"},
         }) {
        INFO(what);
        const GraphHistory revisions(history);
        const auto graph = revisions.graph();
        const auto text = drawn(graph.sorted(), [](const Revision& revision) { return revision.id; });
        CHECK("\n" + text == drawing);
    }
}

TEST_CASE("a part of a history is drawn without lines to what is left out", "[migrate][graph]") {
    const GraphHistory revisions("a b<a c<a m<b,c z<m");
    const auto graph = revisions.graph();
    const auto text = drawn(graph.range("b:", {}), [](const Revision& revision) { return revision.id; });
    CHECK(text == "*  z\n*  m\n*  b\n");
}
