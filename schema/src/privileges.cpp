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
    // https://www.postgresql.org/docs/15/ddl-priv.html, table 5.2
    const auto everybody = [&](const char* privilege) {
        // Those of what will be in one schema only add to those that hold in all.
        if (!plain.future || plain.ref.name.schema.empty()) plain.grants.push_back({"public", {privilege}, {}, false});
    };
    switch (plain.ref.kind) {
        case ObjectKind::function:
        case ObjectKind::procedure:
        case ObjectKind::aggregate:
            everybody("EXECUTE");
            break;
        case ObjectKind::enum_type:
        case ObjectKind::domain:
        case ObjectKind::composite_type:
        case ObjectKind::range_type:
        case ObjectKind::base_type:
            everybody("USAGE");
            break;
        case ObjectKind::schema:
        case ObjectKind::extension:
        case ObjectKind::collation:
        case ObjectKind::sequence:
        case ObjectKind::table:
        case ObjectKind::operator_:
        case ObjectKind::operator_family:
        case ObjectKind::operator_class:
        case ObjectKind::cast:
        case ObjectKind::view:
        case ObjectKind::materialized_view:
        case ObjectKind::index:
        case ObjectKind::trigger:
        case ObjectKind::event_trigger:
        case ObjectKind::rule:
        case ObjectKind::policy:
        case ObjectKind::text_search_dictionary:
        case ObjectKind::text_search_configuration:
        case ObjectKind::statistics:
        case ObjectKind::foreign_data_wrapper:
        case ObjectKind::foreign_server:
        case ObjectKind::user_mapping:
        case ObjectKind::foreign_table:
        case ObjectKind::publication:
        case ObjectKind::conversion:
        case ObjectKind::language:
        case ObjectKind::access_method:
        case ObjectKind::text_search_parser:
        case ObjectKind::text_search_template:
        case ObjectKind::transform:
        case ObjectKind::subscription:
            break;
    }
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
