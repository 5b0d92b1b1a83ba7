#include "plan/rehearsal.hpp"
#include "run/version_place.hpp"
#include "run/versions.hpp"
#include "text.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/upgrade_plan.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace strata::migrate {
namespace {

namespace json = boost::json;

constexpr int format = 1;

std::string_view name_of(StatementKind kind) {
    switch (kind) {
        case StatementKind::ddl:
            return "ddl";
        case StatementKind::data:
            return "data";
        case StatementKind::setting:
            return "setting";
        case StatementKind::assertion:
            return "assertion";
        case StatementKind::user:
            return "user";
        case StatementKind::callback:
            return "callback";
        case StatementKind::comment:
            return "comment";
    }
    return "";
}

json::array array_of(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}

json::object object_of(const Statement& statement) {
    json::object object{{"kind", name_of(statement.kind)}, {"sql", statement.sql}};
    if (!statement.refusal.empty()) object.emplace("refusal", counted(statement.refusal, "some"));
    json::array locks;
    for (const auto& lock : statement.locks)
        locks.push_back(json::object{{"level", lock.level}, {"table", lock.table.text()}});
    if (!locks.empty()) object.emplace("locks", std::move(locks));
    return object;
}

json::object object_of(const RowFinding& finding) {
    json::object object{{"code", code_of(finding.fault)},
                        {"table", finding.table.text()},
                        {"subject", finding.subject},
                        {"text", finding.text()}};
    if (finding.rows) object.emplace("rows", *finding.rows);
    return object;
}

json::object object_of(const PlannedRevision& revision) {
    json::array operations;
    for (const auto& operation : revision.operations) operations.emplace_back(describe(operation));
    json::array phases;
    for (const auto& phase : revision.phases) {
        json::array statements;
        for (const auto& statement : phase.statements) statements.push_back(object_of(statement));
        phases.push_back(json::object{{"transactional", phase.transactional}, {"statements", std::move(statements)}});
    }
    json::array findings;
    for (const auto& finding : revision.findings) findings.push_back(object_of(finding));
    return {{"id", revision.id},
            {"message", revision.message},
            {"operations", std::move(operations)},
            {"phases", std::move(phases)},
            {"findings", std::move(findings)}};
}

json::object object_of(const UpgradePlan& plan) {
    json::array revisions;
    for (const auto& revision : plan.revisions) revisions.push_back(object_of(revision));
    return {{"format", format},        {"dialect", plan.dialect},         {"from", array_of(plan.from)},
            {"to", array_of(plan.to)}, {"schema", array_of(plan.schema)}, {"revisions", std::move(revisions)}};
}

/// Texts go through JSON once, so that both sides of a comparison are read from it.
json::object parsed(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse({text.data(), text.size()}, error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* number = object == nullptr ? nullptr : object->if_contains("format");
    if (number == nullptr || !number->is_int64() || number->as_int64() != format)
        throw MigrationError("the file is no plan of this version; write it with 'plan --out FILE'");
    return *object;
}

/// Without what is about rows.
json::object of_schema(json::object plan) {
    if (auto* const revisions = plan.if_contains("revisions"); revisions != nullptr && revisions->is_array())
        for (auto& revision : revisions->as_array())
            if (auto* const object = revision.if_object()) object->erase("findings");
    return plan;
}

RevisionIds ids_of(const json::object& plan, const char* key) {
    RevisionIds ids;
    const auto* value = plan.if_contains(key);
    const auto* array = value == nullptr ? nullptr : value->if_array();
    if (array == nullptr) throw MigrationError("the file is no plan of this version; write it with 'plan --out FILE'");
    for (const auto& id : *array)
        if (id.is_string()) ids.emplace_back(id.as_string());
    return ids;
}

std::string names(const RevisionIds& ids) { return ids.empty() ? "base" : printable(join(ids)); }

/// The first revision that the two lists do not share.
std::string first_difference(const json::value& before, const json::value& now) {
    const auto* old = before.if_array();
    const auto* other = now.if_array();
    if (old == nullptr || other == nullptr) return "";
    for (std::size_t i = 0; i < std::max(old->size(), other->size()); ++i) {
        if (i < old->size() && i < other->size() && (*old)[i] == (*other)[i]) continue;
        const auto& named = i < other->size() ? (*other)[i] : (*old)[i];
        const auto* id = named.is_object() ? named.as_object().if_contains("id") : nullptr;
        return id != nullptr && id->is_string() ? std::string(id->as_string()) : std::string();
    }
    return "";
}

}  // namespace

UpgradePlan plan_upgrade(core::Connection& connection, std::string_view target, const Revisions& revisions,
                         const schema::VersionTables& tables) {
    UpgradePlan plan;
    plan.dialect = connection.dialect().name();
    plan.from = VersionTable(connection, tables).read(connection).ids;
    const RevisionGraph graph(revisions, plan.from);
    graph.check_known(plan.from);
    auto live = schema::reflect(connection);
    leave_out(live, connection, tables);
    plan.schema = schema::create_all_sql(live, connection.dialect());
    Rehearsal rehearsal(connection, graph, plan.from);
    for (const Revision* revision : graph.upgrade_path(plan.from, target)) {
        PlannedRevision planned{revision->id, one_line(revision->message), {}, {}, {}};
        auto statements = rehearsal.next(
            *revision, Direction::up, [&](CompiledRevision& compiled, Snapshot& shape, const RehearsedRevision& at) {
                planned.operations = at.operations;
                if (plan.revisions.empty()) planned.findings = preflight(connection, at.operations, shape.metadata);
                return compiled.rehearse(shape);
            });
        planned.phases = phases_of(std::move(statements));
        plan.revisions.push_back(std::move(planned));
    }
    plan.to = rehearsal.at();
    return plan;
}

std::vector<schema::QualifiedName> touched_tables(const std::vector<Operation>& operations) {
    std::vector<schema::QualifiedName> tables;
    for (const auto& operation : operations) {
        const auto table = std::visit(
            [](const auto& op) {
                if constexpr (std::is_same_v<std::decay_t<decltype(op)>, CreateTable>)
                    return schema::QualifiedName();
                else if constexpr (std::is_same_v<std::decay_t<decltype(op)>, RenameEnumLabel>)
                    return schema::QualifiedName();
                else if constexpr (std::is_same_v<std::decay_t<decltype(op)>, ChangeRows>)
                    return op.after.table;
                else if constexpr (requires { op.table; })
                    return op.table;
                else if constexpr (requires {
                                       op.from;
                                       op.to;
                                   })
                    return op.from;
                else
                    return schema::QualifiedName();
            },
            operation);
        if (!table.name.empty() && std::find(tables.begin(), tables.end(), table) == tables.end())
            tables.push_back(table);
    }
    return tables;
}

std::string to_json(const UpgradePlan& plan) { return json::serialize(object_of(plan)); }

std::string target_of(std::string_view text) {
    const auto to = ids_of(parsed(text), "to");
    return to.size() == 1 ? to.front() : to.empty() ? "base" : "heads";
}

void check_same(std::string_view text, const UpgradePlan& plan) {
    const auto before = of_schema(parsed(text));
    const auto now = of_schema(parsed(to_json(plan)));
    if (before == now) return;
    const auto differs = [&](const char* key) {
        const auto* value = before.if_contains(key);
        return value == nullptr || *value != now.at(key);
    };
    const std::string again = "; nothing was run; look at the plan again and write it anew";
    if (differs("dialect")) throw MigrationError("the plan is not for " + plan.dialect + again);
    if (differs("from"))
        throw MigrationError("the database is at " + names(plan.from) + ", and was at " +
                             names(ids_of(before, "from")) + " when the plan was made" + again);
    if (differs("schema")) throw MigrationError("the database's schema has changed since the plan was made" + again);
    const auto* revisions = before.if_contains("revisions");
    const auto id = revisions == nullptr ? std::string() : first_difference(*revisions, now.at("revisions"));
    throw MigrationError("the revisions have changed since the plan was made" +
                         (id.empty() ? "" : ", the first at " + printable(id)) + again);
}

}  // namespace strata::migrate
