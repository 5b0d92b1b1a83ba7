// Labels of enum types that get another name: rows keep their meaning, and what says the label in the schema follows.

#include "cli_project.hpp"

#include <strata/core/model.hpp>
#include <strata/schema/table.hpp>

using Catch::Matchers::Contains;
using namespace strata::test;
using strata::schema::MetaData;

namespace {

namespace old {
enum class Status { queued, processing, done };
BOOST_DESCRIBE_ENUM(Status, queued, processing, done)

struct Job {
    std::int64_t id{};
    std::string title{};
    Status status{};
    std::optional<Status> before{};
    std::vector<Status> path{};
};
STRATA_MODEL(Job, jobs, id, title, status, before, path)
STRATA_FACTS(jobs, server_default(jobs.status, Status::queued))

MetaData metadata() {
    using namespace strata::schema;
    return {table(jobs, check("waits", "status <> 'queued' OR before IS NULL"),
                  index(jobs.status).where("status = 'queued'").named("ix_open"))};
}
}  // namespace old

namespace renamed {
enum class Status { waiting, processing, done };
BOOST_DESCRIBE_ENUM(Status, waiting, processing, done)

struct Job {
    std::int64_t id{};
    std::string title{};
    Status status{};
    std::optional<Status> before{};
    std::vector<Status> path{};
};
STRATA_MODEL(Job, jobs, id, title, status, before, path)
STRATA_FACTS(jobs, server_default(jobs.status, Status::waiting))

MetaData metadata() {
    using namespace strata::schema;
    return {table(jobs, check("waits", "status <> 'waiting' OR before IS NULL"),
                  index(jobs.status).where("status = 'waiting'").named("ix_open"))};
}
MetaData with_hint() {
    using namespace strata::schema;
    return {table(jobs, check("waits", "status <> 'waiting' OR before IS NULL"),
                  index(jobs.status).where("status = 'waiting'").named("ix_open"),
                  renamed_from(Status::waiting, "queued"))};
}
}  // namespace renamed

namespace extended {
enum class Status { waiting, paused, processing, done };
BOOST_DESCRIBE_ENUM(Status, waiting, paused, processing, done)

struct Job {
    std::int64_t id{};
    std::string title{};
    Status status{};
    std::optional<Status> before{};
    std::vector<Status> path{};
};
STRATA_MODEL(Job, jobs, id, title, status, before, path)
STRATA_FACTS(jobs, server_default(jobs.status, Status::waiting))

MetaData metadata() {
    using namespace strata::schema;
    return {table(jobs, check("waits", "status NOT IN ('waiting', 'paused') OR before IS NULL"),
                  index(jobs.status).where("status = 'waiting'").named("ix_open"))};
}
}  // namespace extended

/// At the first revision, with rows of each label.
Project at_first(const TestDatabase& db) {
    Project project(db, &old::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    project.ok({"upgrade"});
    const std::string path = db.is_postgresql() ? "'{queued,done}'" : "'[\"queued\",\"done\"]'";
    const std::string none = db.is_postgresql() ? "'{}'" : "'[]'";
    db.shell("INSERT INTO jobs (id, title, status, before, path) VALUES (1, 'queued', 'queued', NULL, " + path +
             "), (2, 'b', 'done', 'queued', " + none + ")");
    return project;
}

std::string rows(const TestDatabase& db) {
    return db.shell("SELECT id, title, status, before, path FROM jobs ORDER BY id");
}

std::string rows_with(const TestDatabase& db, const std::string& label) {
    if (db.is_postgresql()) return "1|queued|" + label + "||{" + label + ",done}\n2|b|done|" + label + "|{}";
    return "1|queued|" + label + "||[\"" + label + "\",\"done\"]\n2|b|done|" + label + "|[]";
}

}  // namespace

STRATA_DB_TEST(
    "migrate --rename renames a label of an enum type, rows keep their meaning, and the downgrade renames back",
    "[migrate][cli][rename][enum]") {
    Project project = at_first(db);
    REQUIRE(rows(db) == rows_with(db, "queued"));
    const auto before = db.dump();
    project.set_models(&renamed::metadata);
    const auto out = project.ok({"migrate", "waiting", "--rename", "status:queued:waiting"});
    CHECK_THAT(out, Contains("Detected rename label queued of enum type status to waiting\n") &&
                        !Contains("alter column") && !Contains("constraint") && !Contains("index"));
    CHECK_THAT(project.text("waiting"), Contains("op.rename_enum_label(\"status\", \"queued\", \"waiting\");"));
    project.ok({"upgrade"});
    CHECK(rows(db) == rows_with(db, "waiting"));
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    CHECK_THAT(project.ok({"check", "--offline"}), Contains("No new upgrade operations detected.\n"));
    db.shell("INSERT INTO jobs (id, title, path) VALUES (3, 'c', " + std::string(db.is_postgresql() ? "'{}'" : "'[]'") +
             ")");
    CHECK(db.shell("SELECT status FROM jobs WHERE id = 3") == "waiting");
    db.shell("DELETE FROM jobs WHERE id = 3");
    project.ok({"downgrade"});
    CHECK(rows(db) == rows_with(db, "queued"));
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("renamed_from in a model renames a label, offline too, and may stay when it has happened",
               "[migrate][cli][rename][enum]") {
    Project project = at_first(db);
    project.set_models(&renamed::with_hint);
    CHECK_THAT(project.ok({"migrate", "waiting", "--offline"}),
               Contains("Detected rename label queued of enum type status to waiting\n"));
    project.ok({"upgrade"});
    CHECK(rows(db) == rows_with(db, "waiting"));
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
}

STRATA_DB_TEST("a likely rename of a label is offered and never guessed", "[migrate][cli][rename][enum]") {
    Project project = at_first(db);
    project.set_models(&renamed::metadata);
    CHECK_THAT(project({"check"}).out,
               Contains("Note: status:queued is gone and waiting is new, and both are label 1 of the enum") &&
                   Contains("'migrate --rename status:queued:waiting'") && !Contains("rename label"));
    CHECK_THAT(project.ok({"migrate", "undecided"}), Contains("Note: status:queued is gone"));
    CHECK_THAT(project.text("undecided"), Contains("perhaps a rename to waiting") && !Contains("rename_enum_label"));
    std::filesystem::remove(project.file("undecided"));
    CHECK_THAT(project.ok({"migrate", "decided", "--not-renamed", "status:queued"}), !Contains("is new, and"));
}

STRATA_DB_TEST("a rename of a label that does not fit is refused with one line", "[migrate][cli][rename][enum]") {
    Project project = at_first(db);
    project.set_models(&renamed::metadata);
    const auto refused = [&](const std::string& rename) {
        return project.failure({"migrate", "x", "--rename", rename});
    };
    CHECK_THAT(refused("status:queued:waitng"), Contains("enum type status of the models has no label waitng"));
    CHECK_THAT(refused("status:done:waiting"), Contains("enum type status of the models still has label done"));
    CHECK_THAT(project.failure({"migrate", "x", "--not-renamed", "status:done"}),
               Contains("--not-renamed status:done"));
    CHECK(project.files().size() == 1);
}

STRATA_DB_TEST("a label is renamed and another is added in one revision", "[migrate][cli][rename][enum]") {
    Project project = at_first(db);
    project.set_models(&extended::metadata);
    const auto before = db.dump();
    project.ok({"migrate", "both", "--rename", "status:queued:waiting"});
    project.ok({"upgrade"});
    CHECK(rows(db) == rows_with(db, "waiting"));
    db.shell("UPDATE jobs SET status = 'paused' WHERE id = 1");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    db.shell("UPDATE jobs SET status = 'waiting' WHERE id = 1");
    project.ok({"downgrade", "--allow-destructive"});
    CHECK(rows(db) == rows_with(db, "queued"));
    CHECK(db.dump() == before);
}
