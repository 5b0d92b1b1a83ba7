#include "history/checksum.hpp"
#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

namespace {

std::string sum(const Revision::Callback& callback, const char* dialect = "postgresql") {
    const Revision revision("a1", "a1.cpp", revises(), "message", callback, {});
    return checksum(revision.upgrade_operations(), strata::core::dialect_for(dialect));
}

}  // namespace

TEST_CASE("the checksum of operations stays what it is from one version of the tool to the next",
          "[migrate][checksum]") {
    // Where this fails, databases take each revision for edited: count up the form in checksum.cpp.
    CHECK(sum([](Operations&) {}) == "1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sum([](Operations& op) {
              op.create_table(
                  "songs", {column("id", BigInteger{}).identity(), column("title", String{200}).server_default(literal("none")),
                            primary_key("pk_songs", {"id"}), index("ix_songs_title", {"title"})});
          }) == "1:15f819eaac5207dda1686f6d97731e1289f82fdd64787072987416193ce75085");
    CHECK(sum([](Operations& op) {
              op.execute("UPDATE songs SET title = ''");
              op.alter_column("songs", "title").nullable().type(Text{});
          }) == "1:67e3322844d22393a26861b0a1b5881018840175950a7930c67e2b15df5f0c01");
}

TEST_CASE("a checksum tells each change of what runs, and nothing else", "[migrate][checksum]") {
    const auto execute = [](Operations& op) { op.execute("A"); };
    CHECK(sum(execute) == sum([](Operations& op) { op.execute("A").touches({}); }));
    CHECK(sum(execute) != sum([](Operations& op) { op.execute("B"); }));
    CHECK(sum([](Operations& op) {
              op.execute("A");
              op.execute("B");
          }) != sum([](Operations& op) {
              op.execute("B");
              op.execute("A");
          }));
    const auto both = [](Operations& op) { op.execute("A", {{"sqlite", "B"}}); };
    CHECK(sum(both) == sum(execute));
    CHECK(sum(both, "sqlite") != sum(execute, "sqlite"));
    const auto run = [](int version) {
        return [version](Operations& op) { op.run("fill", version, [](strata::Connection&) {}); };
    };
    CHECK(sum(run(1)) == sum(run(1)));
    CHECK(sum(run(1)) != sum(run(2)));
}
