#include "replacement.hpp"

#include "operations/dependents.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/internal/postgresql/object.hpp>
#include <strata/schema/order.hpp>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace strata::migrate::postgresql {
namespace {

using schema::MetaData;
using schema::Object;
using schema::ObjectKind;
using schema::ObjectRef;
using schema::postgresql::statements::do_block;

void append(std::vector<std::string>& to, std::vector<std::string> more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

std::string literal(const core::Dialect& dialect, const std::string& text) {
    std::string sql;
    dialect.literal(sql, core::Value::text(text));
    return sql;
}

/// Refuses to drop a view with what belongs to it and no revision has made.
/// https://www.postgresql.org/docs/15/ddl-depend.html
std::string refuse_unknown(const core::Dialect& dialect, const MetaData& state, const Object& view) {
    std::string known;
    for (const auto& object : state.objects)
        if (belongs_to(object.ref, view.ref))
            known += (known.empty() ? "" : ", ") + literal(dialect, object.ref.name.name);
    std::string completions;
    for (const auto& sql : view.completions) completions += sql + "\n";
    const std::string on = literal(dialect, dialect.quoted(view.ref.name)) + "::regclass";
    const std::string other = " <> ALL (ARRAY[" + known + "]::text[])";
    return do_block(
        "DECLARE found text; BEGIN SELECT string_agg(w, ', ' ORDER BY w) INTO found FROM ("
        "SELECT 'trigger ' || tgname AS w FROM pg_catalog.pg_trigger WHERE tgrelid = " +
        on + " AND NOT tgisinternal AND tgname::text" + other +
        " UNION ALL SELECT 'rule ' || rulename FROM pg_catalog.pg_rewrite WHERE ev_class = " + on +
        " AND rulename <> '_RETURN' AND rulename::text" + other +
        " UNION ALL SELECT 'index ' || x.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = "
        "i.indexrelid WHERE i.indrelid = " +
        on + " AND position(x.relname::text in " + literal(dialect, completions) +
        ") = 0) AS x; IF found IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = '" + std::string(lost_code) +
        "', MESSAGE = " + literal(dialect, view.ref.text() + " has ") +
        " || found || ', which no revision has made and which would be lost; take it into the models or drop it'; END "
        "IF; END");
}

/// Refuses to drop a user mapping with what is not read of it.
std::string refuse_secrets(const core::Dialect& dialect, const ObjectRef& mapping) {
    return do_block(
        "BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_user_mappings m, pg_catalog.pg_options_to_table(m.umoptions) o "
        "WHERE m.usename = " +
        literal(dialect, mapping.name.name) + " AND m.srvname = " + literal(dialect, mapping.arguments) +
        " AND o.option_name NOT IN ('user', 'username', 'remote_user')) "
        "THEN RAISE EXCEPTION USING ERRCODE = '" +
        std::string(lost_code) + "', MESSAGE = " +
        literal(dialect, mapping.text() + ": it has options that may be secret and would be lost; change it by "
                                          "ALTER USER MAPPING") +
        "; END IF; END");
}

/// The query for the oid, name, owner, privileges and so on of an object that has them; empty for other kinds.
std::string owned(const core::Dialect& dialect, const ObjectRef& ref) {
    if (is_relation(ref.kind))
        return "SELECT c.oid AS oid, 'TABLE ' || c.oid::regclass AS name, 'TABLE' AS word, c.relowner AS owner, "
               "coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner)) AS acl FROM pg_catalog.pg_class c WHERE "
               "c.oid = " +
               literal(dialect, dialect.quoted(ref.name)) + "::regclass";
    if (ref.kind != ObjectKind::function && ref.kind != ObjectKind::procedure) return {};
    return "SELECT 0::oid AS oid, 'ROUTINE ' || p.oid::regprocedure AS name, 'ROUTINE' AS word, p.proowner AS owner, "
           "coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)) AS acl FROM pg_catalog.pg_proc p JOIN "
           "pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.proname = " +
           literal(dialect, ref.name.name) + " AND n.nspname = " +
           (ref.name.schema.empty() ? std::string("current_schema()") : literal(dialect, ref.name.schema)) +
           " AND pg_catalog.pg_get_function_identity_arguments(p.oid) = " + literal(dialect, ref.arguments);
}

/// Keeps in a setting the statements that give a new object the owner and the grants of this one.
std::string keep_rights(const std::string& object, const std::string& setting) {
    const std::string grantee =
        "CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END, CASE WHEN "
        "x.is_grantable AND x.grantee <> o.owner THEN ' WITH GRANT OPTION' ELSE '' END)";
    return "SELECT set_config('" + setting + "', coalesce((WITH o AS (" + object +
           ") SELECT string_agg(s, '; ' ORDER BY n, s) FROM (SELECT 1 AS n, format('ALTER %s OWNER TO %s', o.name, "
           "o.owner::regrole) AS s FROM o WHERE o.owner <> current_user::regrole UNION ALL SELECT 2, format('GRANT %s "
           "ON %s TO %s%s', x.privilege_type, o.name, " +
           grantee +
           " FROM o, pg_catalog.aclexplode(o.acl) x UNION ALL SELECT 3, format('GRANT %s (%I) ON %s TO %s%s', "
           "x.privilege_type, a.attname, o.name, " +
           grantee +
           " FROM o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0, "
           "pg_catalog.aclexplode(a.attacl) x) AS statements), ''), true)";
}

/// What roles are granted by default is taken from the new object first.
std::string give_rights(const std::string& object, const std::string& setting) {
    return do_block(
        "DECLARE r record; BEGIN FOR r IN WITH o AS (" + object +
        ") SELECT DISTINCT o.name, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS "
        "grantee FROM o, pg_catalog.aclexplode(o.acl) x LOOP EXECUTE format('REVOKE ALL ON %s FROM %s', "
        "r.name, r.grantee); END LOOP; IF current_setting('" +
        setting + "') <> '' THEN EXECUTE current_setting('" + setting + "'); END IF; END");
}

const schema::Privileges* said_of(const MetaData& state, const ObjectRef& ref) {
    const auto found = std::find_if(state.privileges.begin(), state.privileges.end(),
                                    [&](const auto& each) { return !each.future && each.ref == ref; });
    return found == state.privileges.end() ? nullptr : &*found;
}

/// What later operations make, drop or make anew.
std::set<ObjectRef> changed_by(std::span<const Operation> rest) {
    std::set<ObjectRef> changed;
    for (const auto& operation : rest) {
        if (const auto* replace = std::get_if<ReplaceObject>(&operation)) changed.insert(replace->after.ref);
        if (const auto* create = std::get_if<CreateObject>(&operation)) changed.insert(create->object.ref);
        if (const auto* drop = std::get_if<DropObject>(&operation)) changed.insert(drop->object);
    }
    return changed;
}

/// A view that calls a function of its own rows is made in two steps, and goes in two.
std::string stand_in(const Object& object) {
    const bool two = object.ref.kind == ObjectKind::view && object.definition.starts_with("CREATE VIEW ") &&
                     !object.completions.empty() && object.completions.front().starts_with("CREATE OR REPLACE VIEW ");
    return two ? "CREATE OR REPLACE " + object.definition.substr(7) : std::string();
}

/// Before the object goes: takes away for what it is needed by others that it needs and that go after it. That is the
/// query of a view that calls a function of its own rows, and the checks of a domain that call one of its own values.
std::vector<std::string> open_circles(const core::Dialect& dialect, const MetaData& state, const Object& object,
                                      std::span<const Operation> rest) {
    std::vector<std::string> statements;
    // One that is made again in the same revision gets everything back.
    const auto goes = [&](const ObjectRef& ref) {
        return std::any_of(rest.begin(), rest.end(), [&](const Operation& operation) {
            const auto* drop = std::get_if<DropObject>(&operation);
            return drop != nullptr && drop->object == ref;
        });
    };
    for (const auto& other : state.objects) {
        if (other.ref == object.ref || !needs(other, object.ref) || !needs(object, other.ref) || !goes(other.ref))
            continue;
        if (auto first = stand_in(other); !first.empty()) statements.push_back(std::move(first));
        if (other.ref.kind != ObjectKind::domain) continue;
        const std::string name = literal(dialect, dialect.quoted(other.ref.name));
        statements.push_back(do_block(
            "DECLARE r record; BEGIN FOR r IN SELECT conname FROM pg_catalog.pg_constraint WHERE contypid = " + name +
            "::regtype LOOP EXECUTE format('ALTER DOMAIN %s DROP CONSTRAINT %I', " + name +
            ", r.conname); END LOOP; END"));
    }
    return statements;
}

}  // namespace

void Replacements::take_off(const MetaData& state, const Object& object, std::vector<std::string>& statements) {
    if (object.ref.kind == ObjectKind::user_mapping) statements.push_back(refuse_secrets(ddl_.dialect(), object.ref));
    if (is_relation(object.ref.kind)) statements.push_back(refuse_unknown(ddl_.dialect(), state, object));
    if (auto first = stand_in(object); !first.empty()) statements.push_back(std::move(first));
    const auto query = said_of(state, object.ref) == nullptr ? owned(ddl_.dialect(), object.ref) : std::string();
    if (query.empty()) return;
    const std::string setting = "strata.rights_" + std::to_string(rights_.size());
    statements.push_back(keep_rights(query, setting));
    rights_[object.ref] = setting;
}

void Replacements::make(const MetaData& state, const Object& object, std::vector<std::string>& statements,
                        std::span<const Operation> rest) {
    append(statements, ddl_.create_object(object));
    const auto later = object.completions.empty() ? std::set<ObjectRef>() : changed_by(rest);
    const bool waits = !stand_in(object).empty() || std::any_of(object.needs.begin(), object.needs.end(),
                                                                [&](const auto& ref) { return later.contains(ref); });
    if (!waits)
        append(statements, object.completions);
    else
        unfinished_[object.ref] = object;
    if (const auto* said = said_of(state, object.ref))
        append(statements, ddl_.set_privileges(nullptr, *said));
    else if (const auto kept = rights_.find(object.ref); kept != rights_.end())
        statements.push_back(give_rights(owned(ddl_.dialect(), object.ref), kept->second));
}

std::vector<std::string> Replacements::replace(const MetaData& state, const Object& before, const Object& after,
                                               std::span<const Operation> rest) {
    std::vector<std::string> statements;
    if (!off_.contains(after.ref)) {
        std::vector<const Object*> list{&before};
        for (const Object* object : dependents(state, {after.ref}))
            if (!off_.contains(object->ref)) list.push_back(object);
        std::set<ObjectRef> all;
        for (const Object* object : list) all.insert(object->ref);
        if (const auto* table = table_that_needs(state, all))
            throw MigrationError(after.ref.text() + " cannot be dropped and made again, since table " + table->name +
                                 " needs it or what is made of it; change the table first");
        for (const Object* object : list) take_off(state, *object, statements);
        for (const Object* object : list | std::views::reverse) {
            append(statements, ddl_.drop_object(object->ref));
            off_.emplace(object->ref, *object);
        }
    }
    off_[after.ref] = after;
    append(statements, put_back(state, rest));
    return statements;
}

std::vector<std::string> Replacements::drop(const MetaData& state, const ObjectRef& object,
                                            std::span<const Operation> rest) {
    std::vector<std::string> statements;
    if (off_.erase(object) > 0) return statements;
    const auto* known = state.find(object);
    const bool comes_back = std::any_of(rest.begin(), rest.end(), [&](const Operation& operation) {
        const auto* create = std::get_if<CreateObject>(&operation);
        return create != nullptr && create->object.ref == object;
    });
    if (known != nullptr) append(statements, open_circles(ddl_.dialect(), state, *known, rest));
    if (known != nullptr && comes_back)
        take_off(state, *known, statements);
    else if (known != nullptr && !stand_in(*known).empty())
        statements.push_back(stand_in(*known));
    append(statements, ddl_.drop_object(object));
    // A sequence that a column owns may be gone with the column.
    if (object.kind == ObjectKind::sequence && known != nullptr && !known->completions.empty())
        statements.back().insert(std::string_view("DROP SEQUENCE ").size(), "IF EXISTS ");
    return statements;
}

std::vector<std::string> Replacements::create(const MetaData& state, const Object& object,
                                              std::span<const Operation> rest) {
    std::vector<std::string> statements;
    make(state, object, statements, rest);
    return statements;
}

std::vector<std::string> Replacements::put_back(const MetaData& state, std::span<const Operation> rest) {
    std::vector<std::string> statements;
    if (off_.empty() && unfinished_.empty()) return statements;
    const auto changed = changed_by(rest);
    MetaData waiting;
    for (const auto& [ref, object] : off_) waiting.objects.push_back(object);
    for (const auto& item : schema::creation_order(waiting)) {
        const Object& object = *std::get<const Object*>(item);
        const auto is_needed = [&](const ObjectRef& ref) { return ref != object.ref && needs(object, ref); };
        // In a circle of a view and its functions the order decides.
        const bool early = changed.contains(object.ref) || std::any_of(changed.begin(), changed.end(), is_needed);
        const bool lacks = std::any_of(off_.begin(), off_.end(), [&](const auto& other) {
            return is_needed(other.first) && stand_in(object).empty();
        });
        if (early || lacks) continue;
        make(state, object, statements, rest);
        off_.erase(object.ref);
    }
    std::erase_if(unfinished_, [&](const auto& entry) {
        const auto is_needed = [&](const ObjectRef& ref) { return needs(entry.second, ref); };
        const bool waits =
            std::any_of(changed.begin(), changed.end(), is_needed) ||
            std::any_of(off_.begin(), off_.end(), [&](const auto& other) { return is_needed(other.first); });
        if (!waits) append(statements, entry.second.completions);
        return !waits;
    });
    return statements;
}

void Replacements::check_complete() const {
    std::string names;
    for (const auto* list : {&off_, &unfinished_})
        for (const auto& [ref, object] : *list) names += (names.empty() ? "" : ", ") + ref.text();
    if (!names.empty())
        throw MigrationError(names +
                             ": each of them needs another, so they cannot be made again after the change; drop "
                             "and create them in the revision");
}

}  // namespace strata::migrate::postgresql
