#include <strata/schema/internal/object_kinds.hpp>
#include <strata/schema/privileges.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace strata::schema {
namespace {

Grant granted(std::string role, std::vector<std::string> privileges, std::vector<std::string> columns, bool option) {
    std::sort(privileges.begin(), privileges.end());
    return {std::move(role), std::move(privileges), std::move(columns), option};
}

}  // namespace

std::string Privileges::text() const {
    if (!future) return ref.text();
    std::string words = "future ";
    words += ref.kind == ObjectKind::enum_type ? "type" : std::string(name_of(ref.kind));
    words += "s of " + owner;
    return ref.name.schema.empty() ? words : words + " in schema " + ref.name.schema;
}

PrivilegesSpec& PrivilegesSpec::grant(std::string role, std::vector<std::string> privileges,
                                      std::vector<std::string> columns) {
    said_.grants.push_back(granted(std::move(role), std::move(privileges), std::move(columns), false));
    return *this;
}

PrivilegesSpec& PrivilegesSpec::grant_with_option(std::string role, std::vector<std::string> privileges,
                                                  std::vector<std::string> columns) {
    said_.grants.push_back(granted(std::move(role), std::move(privileges), std::move(columns), true));
    return *this;
}

PrivilegesSpec privileges(ObjectRef object) {
    Privileges said;
    said.ref = std::move(object);
    return PrivilegesSpec(std::move(said));
}

PrivilegesSpec default_privileges(std::string role, ObjectKind kind, std::string schema) {
    Privileges said;
    said.ref.kind = kind;
    said.ref.name.schema = std::move(schema);
    said.owner = std::move(role);
    said.future = true;
    return PrivilegesSpec(std::move(said));
}

Privileges as_new(const Privileges& privileges) {
    Privileges plain = privileges;
    plain.grants.clear();
    if (!plain.future) plain.owner.clear();
    // Those of what will be in one schema only add to those that hold in all.
    if (plain.future && !plain.ref.name.schema.empty()) return plain;
    // https://www.postgresql.org/docs/15/ddl-priv.html, table 5.2
    const auto privilege = internal::traits_of(plain.ref.kind).everybody_may;
    if (!privilege.empty()) plain.grants.push_back({"public", {std::string(privilege)}, {}, false});
    return plain;
}

bool same_grants(const Privileges& left, const Privileges& right) {
    const auto once = [](const Privileges& privileges) {
        std::map<std::pair<std::string, bool>, std::set<std::pair<std::string, std::string>>> all;
        for (const auto& grant : privileges.grants) {
            auto& of_role = all[{grant.grantee, grant.with_grant_option}];
            for (const auto& privilege : grant.privileges) {
                if (grant.columns.empty()) of_role.emplace(privilege, std::string());
                for (const auto& column : grant.columns) of_role.emplace(privilege, column);
            }
        }
        return all;
    };
    return once(left) == once(right);
}

std::vector<const Privileges*> in_order(const std::vector<Privileges>& list) {
    std::vector<const Privileges*> order;
    for (const auto& each : list) order.push_back(&each);
    const auto rank = [](const Privileges* each) {
        return each->future ? 2 : each->ref.kind == ObjectKind::schema ? 0 : 1;
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](const Privileges* left, const Privileges* right) { return rank(left) < rank(right); });
    return order;
}

}  // namespace strata::schema
