// Every rule and error of the graph as a case: names, paths, ranges and stamps over histories with branches, merges,
// labels, several bases and dependencies.

#include "migrate_graph_support.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace strata::test;
using strata::migrate::RevisionGraph;
using strata::migrate::RevisionIds;

namespace {

void check(const char* history, const std::vector<GraphCase>& cases) {
    const GraphHistory revisions(history);
    const auto graph = revisions.graph();
    for (const auto& each : cases) {
        INFO(history << "\nat '" << each.current << "': " << each.request << " (" << each.what << ")");
        CHECK(answer_of(graph, each) == each.answer);
    }
}

constexpr const char* line = "a b<a c<b d<c e<d";
constexpr const char* branches = "a b<a c1<b:c1branch c2<b:c2branch d1<c1 d2<c2";
constexpr const char* merged = "a b<a c1<b:c1branch c2<b:c2branch d1<c1 d2<c2 m<d1,d2 z<m";
constexpr const char* forest = "a1:one a2:two b1<a1 b2<a2";
// The branch `after` depends on a revision in the middle of `before`.
constexpr const char* dependent = "a1:before b1<a1 c1<b1 a2:after b2<a2~b1 c2<b2";

}  // namespace

TEST_CASE("names on a line resolve as Alembic's do, and a wrong one says what to do", "[migrate][graph]") {
    check(line, {
                    {"all of it", "", "upgrade head", "a b c d e"},
                    {"from the middle", "c", "upgrade e", "d e"},
                    {"relative to the database", "a", "upgrade +2", "b c"},
                    {"relative from nothing", "", "upgrade +2", "a b"},
                    {"relative to a name", "a", "upgrade b+2", "b c d"},
                    {"below the head", "a", "upgrade head-1", "b c d"},
                    {"above the base", "", "upgrade base+2", "a b"},
                    {"relative to current", "b", "upgrade current+1", "c"},
                    {"already there", "e", "upgrade c", ""},
                    {"the same", "c", "upgrade c", ""},
                    {"too far", "a", "upgrade +5",
                     "! Relative revision +5 didn't produce 5 migrations; there are only 4 above"},
                    {"the other direction", "c", "upgrade -1", "! '-1' goes down; use downgrade"},
                    {"down by one", "e", "downgrade -1", "e"},
                    {"down by two", "e", "downgrade -2", "e d"},
                    {"down to an id", "e", "downgrade b", "e d c"},
                    {"down below a name", "e", "downgrade d-2", "e d c"},
                    {"down above a name", "e", "downgrade b+2", "e"},
                    {"down to base", "c", "downgrade base", "c b a"},
                    {"down to where it is", "c", "downgrade c", ""},
                    {"down to current", "c", "downgrade current", ""},
                    {"down to what is above", "b", "downgrade d",
                     "! Destination d is not a valid downgrade target from current head(s) b; 'upgrade' goes up to it"},
                    {"down from nothing to what is above", "", "downgrade d",
                     "! Destination d is not a valid downgrade target from current head(s) base; 'upgrade' goes up to "
                     "it"},
                    {"down too far", "b", "downgrade -3",
                     "! Relative revision -3 didn't produce 3 migrations; there are only 2 below"},
                    {"down from nothing", "", "downgrade -1",
                     "! Relative revision -1 didn't produce 1 migrations; there is none below"},
                    {"up with downgrade", "b", "downgrade +1", "! '+1' goes up; use upgrade"},
                    {"down to base when at base", "", "downgrade base", ""},
                    {"an unknown name", "", "resolve xyzzy",
                     "! Can't locate revision identified by 'xyzzy'; 'history' lists what there is"},
                    {"a misspelt symbol", "", "upgrade haed",
                     "! Can't locate revision identified by 'haed'; did you mean 'head'? 'history' lists what there "
                     "is"},
                    {"zero steps", "a", "resolve +0",
                     "! '+0' names no revision; a relative one is +N, -N, REV+N or REV-N, and BRANCH@REV keeps to a "
                     "branch"},
                    {"a sign alone", "a", "resolve b-",
                     "! 'b-' names no revision; a relative one is +N, -N, REV+N or REV-N, and BRANCH@REV keeps to a "
                     "branch"},
                    {"a branch without a name", "a", "resolve @head",
                     "! '@head' names no revision; a relative one is +N, -N, REV+N or REV-N, and BRANCH@REV keeps to a "
                     "branch"},
                    {"a branch of a branch", "a", "resolve a@b@head",
                     "! 'a@b@head' names no revision; a relative one is +N, -N, REV+N or REV-N, and BRANCH@REV keeps "
                     "to a branch"},
                    {"no such branch", "a", "resolve zz@head",
                     "! No such branch: 'zz'; no revision says a branch label, but a revision's id names its branch "
                     "too"},
                    {"a database that is elsewhere", "gone", "upgrade head",
                     "! Can't locate revision identified by 'gone': the database is at it, but no revision file has "
                     "it; restore the file, or say where the database really is with 'stamp --purge REVISION'"},
                });
}

TEST_CASE("ids resolve by prefix where only one fits", "[migrate][graph]") {
    check("ae1027a6acf1 ae10bb000000<ae1027a6acf1 27c6a30d7c24<ae10bb000000 ab<27c6a30d7c24 abc<ab",
          {
              {"two letters", "", "resolve 27", "27c6a30d7c24"},
              {"one letter", "", "resolve 2", "27c6a30d7c24"},
              {"several fit", "", "resolve ae10",
               "! Revision 'ae10' is ambiguous: ae1027a6acf1, ae10bb000000; give more of the id"},
              {"as long as it needs", "", "resolve ae102", "ae1027a6acf1"},
              {"a prefix with steps", "", "resolve ae102+2", "27c6a30d7c24"},
              {"a whole id that begins another one", "", "resolve ab", "ab"},
              {"nearly an id", "", "resolve ae1027a6acf7",
               "! Can't locate revision identified by 'ae1027a6acf7'; did you mean 'ae1027a6acf1'? 'history' lists "
               "what there is"},
              {"a prefix names a branch", "", "resolve 27@head", "abc"},
              {"nothing", "", "upgrade base", ""},
          });
}

TEST_CASE("branches are named by label or revision, and what is ambiguous says how", "[migrate][graph]") {
    check(
        branches,
        {
            {"one head of two", "", "upgrade head",
             "! Multiple head revisions are present: d1 (c1branch), d2 (c2branch); name one of them, as in "
             "'c1branch@head', take all with 'heads', or join them with 'merge'"},
            {"all heads", "", "upgrade heads", "a b c1 c2 d1 d2"},
            {"one branch", "", "upgrade c1branch@head", "a b c1 d1"},
            {"one branch by a revision", "", "upgrade c2@head", "a b c2 d2"},
            {"a branch by the trunk has both heads", "", "resolve b@head",
             "! Multiple head revisions are present on branch 'b': d1 (c1branch), d2 (c2branch); name one of them, "
             "take "
             "all with 'b@heads', or join them with 'merge'"},
            {"its heads", "", "resolve b@heads", "d1 d2"},
            {"the label alone is the revision that says it", "", "resolve c1branch", "c1"},
            {"a revision of the branch", "", "resolve c1branch@d1", "d1"},
            {"a revision before the branch", "", "resolve c1branch@a", "a"},
            {"a revision of another branch", "", "resolve c1branch@d2",
             "! Revision d2 (10005_d2.cpp) is not a member of branch 'c1branch'"},
            {"a misspelt branch", "", "resolve c1brunch@head",
             "! No such branch: 'c1brunch'; did you mean 'c1branch'?"},
            {"no such branch", "", "upgrade billing@head", "! No such branch: 'billing'; there are c1branch, c2branch"},
            {"up at the fork", "b", "upgrade +1",
             "! Ambiguous upgrade to +1: b is followed by c1 (c1branch), c2 (c2branch); name one of them, or a branch "
             "as "
             "in 'c1branch@+1'"},
            {"up a branch at the fork", "b", "upgrade c1branch@+1", "c1"},
            {"up a branch from before the fork", "a", "upgrade c2branch@+2", "b c2"},
            {"up from base along a branch", "", "upgrade c2branch@+3", "a b c2"},
            {"up a branch when only the other was upgraded", "d1", "upgrade c2branch@+1", "c2"},
            {"up with two current", "c1 c2", "upgrade +1",
             "! Ambiguous upgrade from multiple current revisions: c1 (c1branch), c2 (c2branch); say which branch, as "
             "in "
             "'c1branch@+1', name a revision, or take all with 'heads'"},
            {"up one of two current", "c1 c2", "upgrade c1branch@+1", "d1"},
            {"up one of two current by id", "c1 c2", "upgrade c2@+1", "d2"},
            {"below a branch's head", "", "resolve c1branch@head-1", "c1"},
            {"above the base along a branch", "", "resolve c2branch@base+3", "c2"},
            {"above a name", "", "resolve c1+1", "d1"},
            {"above a name at the fork", "", "resolve b+1",
             "! Ambiguous upgrade to b+1: b is followed by c1 (c1branch), c2 (c2branch); name one of them, or a branch "
             "as in 'c1branch@b+1'"},
            {"that name on a branch", "", "resolve c2branch@b+1", "c2"},
            {"a branch too short", "c1", "upgrade c1branch@+2",
             "! Relative revision c1branch@+2 didn't produce 2 migrations; there is only 1 above"},
            {"down one of two", "d1 d2", "downgrade -1",
             "! '-1' is ambiguous: the database is at d1 (c1branch), d2 (c2branch); name a revision, or a branch as in "
             "'c1branch@-1'"},
            {"down one branch by label", "d1 d2", "downgrade c1branch@-1", "d1"},
            {"down one branch by id", "d1 d2", "downgrade d2@-1", "d2"},
            {"down one branch by two", "d1 d2", "downgrade c2branch@-2", "d2 c2"},
            {"down one branch through the trunk", "d1 d2", "downgrade c2branch@-3", "d2 d1 c2 c1 b"},
            {"down one branch to the fork", "d1 d2", "downgrade c2branch@b", "d2 c2"},
            {"down one branch to above the base", "d1 d2", "downgrade c2branch@base+2", "d2 c2"},
            {"down both to the fork", "d1 d2", "downgrade b", "d2 d1 c2 c1"},
            {"down to one branch's revision", "d1 d2", "downgrade c1", "d1"},
            {"down to base", "d1 d2", "downgrade base", "d2 d1 c2 c1 b a"},
            {"down one branch to base", "d1 d2", "downgrade c1branch@base", "d2 d1 c2 c1 b a"},
            {"down a branch that is not there", "d1", "downgrade c2branch@-1", "d1 c1 b"},
            {"down to the other branch", "d1", "downgrade c2",
             "! Destination c2 is not a valid downgrade target from current head(s) d1; 'upgrade' goes up to it"},
            {"current of two", "c1 c2", "resolve current", "c1 c2"},
            {"current of one branch", "c1 c2", "resolve c2branch@current", "c2"},
            {"current moved of two", "c1 c2", "resolve current-1",
             "! 'current-1' is ambiguous: there are c1 (c1branch), c2 (c2branch); name one of them, or a branch as in "
             "'c1branch@current-1'"},
        });
}

TEST_CASE("merges join branches, going up and going down", "[migrate][graph]") {
    check(merged, {
                      {"all of it", "", "upgrade head", "a b c1 c2 d1 d2 m z"},
                      {"what one side lacks", "d1", "upgrade m", "c2 d2 m"},
                      {"the merge alone", "d1 d2", "upgrade +1",
                       "! Ambiguous upgrade from multiple current revisions: d1 (c1branch), d2 (c2branch); say which "
                       "branch, as in 'c1branch@+1', name a revision, or take all with 'heads'"},
                      {"the merge from a side brings the other", "d1 d2", "upgrade c1branch@+1", "m"},
                      {"only the merge down", "m", "downgrade -1", "m"},
                      {"below the merge", "m", "downgrade -2",
                       "! '-2' is ambiguous: m merges d1 (c1branch), d2 (c2branch); name one of them"},
                      {"below the merge along a branch", "m", "downgrade c1branch@-2", "m d1"},
                      {"below the merge by id", "z", "downgrade d1", "z m"},
                      {"one side to the fork", "z", "downgrade c2branch@b", "z m d2 c2"},
                      {"both sides", "z", "downgrade b", "z m d2 d1 c2 c1"},
                      {"below the merge by name", "", "resolve m-1",
                       "! 'm-1' is ambiguous: m merges d1 (c1branch), d2 (c2branch); name one of them"},
                      {"the head of a branch is that of all", "", "resolve c2branch@head", "z"},
                  });
}

TEST_CASE("several bases are histories of their own", "[migrate][graph]") {
    check(forest,
          {
              {"both", "", "upgrade heads", "a1 a2 b1 b2"},
              {"one", "", "upgrade two@head", "a2 b2"},
              {"one by a revision", "b2", "upgrade b1", "a1 b1"},
              {"a step from nothing", "", "upgrade +1",
               "! Ambiguous upgrade to +1: base is followed by a1 (one), a2 (two); name one of them, or a branch "
               "as in 'one@+1'"},
              {"a step from nothing along one", "", "upgrade two@+1", "a2"},
              {"a step along one from the other", "b1", "upgrade two@+1", "a2"},
              {"one to base", "b1 b2", "downgrade one@base", "b1 a1"},
              {"both to base", "b1 b2", "downgrade base", "b2 b1 a2 a1"},
              {"one by a step", "b1 b2", "downgrade two@-1", "b2"},
              {"one too far", "b1 b2", "downgrade two@-3",
               "! Relative revision two@-3 didn't produce 3 migrations; there are only 2 below"},
              {"both heads by name", "", "resolve heads", "b1 b2"},
              {"no such head", "", "resolve one@b2", "! Revision b2 (10003_b2.cpp) is not a member of branch 'one'"},
          });
}

TEST_CASE("a dependency runs before what needs it and goes after it", "[migrate][graph]") {
    check(dependent, {
                         {"a branch brings what it depends on", "", "upgrade after@head", "a1 b1 a2 b2 c2"},
                         {"not more of that branch", "", "upgrade b2", "a1 b1 a2 b2"},
                         {"nothing twice", "b1", "upgrade after@head", "a2 b2 c2"},
                         {"head is ambiguous", "", "upgrade head",
                          "! Multiple head revisions are present: c1 (before), c2 (after); name one of them, as in "
                          "'before@head', take all with 'heads', or join them with 'merge'"},
                         {"a downgrade takes back what depends on it", "c1 c2", "downgrade before@a1", "c2 b2 c1 b1"},
                         {"all that depends on it, to base", "c1 c2", "downgrade before@base", "c2 b2 c1 b1 a1"},
                         {"the dependent branch alone", "c1 c2", "downgrade after@base", "c2 b2 a2"},
                         {"above what is depended on", "c1 c2", "downgrade before@-1", "c1"},
                         {"the dependency itself stays", "c1 c2", "downgrade b1", "c1"},
                         {"a step on a branch without a row of its own", "c2", "upgrade before@+1", "c1"},
                         {"a step down on a branch without a row of its own", "b2", "downgrade before@-1", "b2 b1"},
                         {"one row, its own branch", "c2", "downgrade -2", "c2 b2"},
                     });
    check(
        "a1:one b1<a1 a2:two~b1",
        {
            {"all heads leave out what another depends on", "", "resolve heads", "a2"},
            {"both are heads", "", "resolve head",
             "! Multiple head revisions are present: b1 (one), a2 (two); name one of them, as in 'one@head', take all "
             "with 'heads', or join them with 'merge'"},
            {"on its branch it is the head still", "", "resolve one@heads", "b1"},
            {"a dependency by label", "", "upgrade two@head", "a1 b1 a2"},
        });
    check("a1:one b1<a1 a2~one", {{"a label stands for the revision that says it", "", "upgrade a2", "a1 a2"}});
}

TEST_CASE("ranges show what comes between two revisions, both included", "[migrate][graph]") {
    check(line,
          {
              {"both ends", "", "range b:d", "b c d"},
              {"to the heads", "", "range d:", "d e"},
              {"from the base", "", "range :b", "a b"},
              {"to where the database is", "d", "range -2:current", "b c d"},
              {"from where the database is", "c", "range current:", "c d e"},
              {"clipped below", "c", "range -9:current", "a b c"},
              {"up from an end", "", "range b:+2", "b c d"},
              {"clipped above", "", "range d:+9", "d e"},
              {"a relative name", "", "range c-1:head", "b c d e"},
              {"clipped relative name", "", "range b-7:c", "a b c"},
              {"base by name", "", "range base:b", "a b"},
              {"nothing is applied", "", "range :current", ""},
              {"upside down", "", "range d:b",
               "! Revision d is not an ancestor of b; the range shows what comes between them"},
              {"no colon", "", "range b", "! History range 'b' requires [start]:[end], [start]:, or :[end]"},
              {"a colon alone", "", "range :", "! History range ':' requires [start]:[end], [start]:, or :[end]"},
              {"two colons", "", "range a:b:c", "! History range 'a:b:c' requires [start]:[end], [start]:, or :[end]"},
              {"both relative", "c", "range -1:+1",
               "! both ends of '-1:+1' are relative; name one of them, as in '-3:current'"},
          });
    check(branches,
          {
              {"a branch", "", "range c1branch@base:", "a b c1 d1"},
              {"above the fork", "", "range b:", "b c1 c2 d1 d2"},
              {"across branches", "", "range c1:d2",
               "! Revision c1 is not an ancestor of d2 (c2branch); the range shows what comes between them"},
              {"counted from two", "d1 d2", "range -1:current",
               "! '-1' is ambiguous: it counts from d1 (c1branch), d2 (c2branch); name one revision after the "
               "colon"},
              {"a branch to an id", "", "range c2branch@base:c2", "a b c2"},
          });
    check(dependent, {{"what depends on it is above it", "", "range b1:c2", "b1 b2 c2"}});
}

TEST_CASE("a stamp takes the place of what is above and below it", "[migrate][graph]") {
    check(merged,
          {
              {"nothing yet", "", "stamp c1", "c1"},
              {"up", "a", "stamp b", "b"},
              {"down", "d1", "stamp b", "b"},
              {"the same again", "d1", "stamp d1", "d1"},
              {"to base", "d1 d2", "stamp base", ""},
              {"another branch stays", "d1", "stamp d2", "d1 d2"},
              {"its own branch goes", "d1 d2", "stamp c2", "d1 c2"},
              {"several", "", "stamp d1 c2", "d1 c2"},
              {"across a merge", "d1 d2", "stamp m", "m"},
              {"below a merge", "m", "stamp d1 d2", "d1 d2"},
              {"one side below a merge", "z", "stamp d1", "d1"},
              {"one above the other", "", "stamp d1 a",
               "! Requested revision d1 overlaps with other requested revisions a, which comes before it; name "
               "only the last of a branch"},
              {"heads", "", "stamp heads", "z"},
              {"relative", "b", "stamp +1",
               "! Ambiguous upgrade to +1: b is followed by c1 (c1branch), c2 (c2branch); name one of them, or a "
               "branch as in 'c1branch@+1'"},
              {"a branch to its base", "d1 d2", "stamp c1branch@base", "d2"},
              {"unknown", "", "stamp nonsense",
               "! Can't locate revision identified by 'nonsense'; 'history' lists what there is"},
          });
    check(forest, {{"the other history stays", "b1 b2", "stamp one@base", "b2"}});
    check(dependent, {{"what is depended on is a part of it", "c2", "stamp b1", "b1"},
                      {"so is what depends", "b1", "stamp c2", "c2"}});
}
