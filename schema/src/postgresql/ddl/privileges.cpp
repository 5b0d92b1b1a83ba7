#include "postgresql/ddl/privileges.hpp"

#include "postgresql/object_kinds.hpp"

#include <strata/core/error.hpp>

#include <algorithm>

namespace strata::schema::postgresql {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

class Writer {
public:
    Writer(const core::Dialect& dialect, const Privileges& after)
        : dialect_(dialect), after_(after), words_(words_of(after.ref.kind)) {
        if (after.future) {
            if (after.owner.empty()) throw UsageError(after.text() + ": say whose they will be");
            if (words_.future == nullptr)
                throw UsageError(after.text() +
                                 ": PostgreSQL has default privileges of tables, sequences, functions, "
                                 "types and schemas");
            prefix_ = "ALTER DEFAULT PRIVILEGES FOR ROLE " + role(after.owner);
            if (!after.ref.name.schema.empty()) prefix_ += " IN SCHEMA " + dialect.quoted(after.ref.name.schema);
            prefix_ += ' ';
            on_ = std::string(" ON ") + words_.future;
            return;
        }
        name_ = dialect.quoted(after.ref.name);
        const bool called = words_.naming == Naming::call;
        const bool aggregate_of_all = after.ref.kind == ObjectKind::aggregate && after.ref.arguments == "*";
        if (words_.grant != nullptr)
            on_ = std::string(" ON ") + words_.grant + " " + name_ +
                  (called ? "(" + (aggregate_of_all ? std::string() : after.ref.arguments) + ")" : std::string());
        if (called) name_ += "(" + after.ref.arguments + ")";
        if (!words_.has_owner) throw UsageError(after.text() + ": its kind has no owner and no privileges");
        if (words_.grant == nullptr && !after.grants.empty())
            throw UsageError(after.text() + ": PostgreSQL has no privileges of its kind");
    }

    std::vector<std::string> write(const Privileges* before) {
        if (!after_.future && !after_.owner.empty() && (before == nullptr || before->owner != after_.owner))
            add(std::string("ALTER ") + words_.word + " " + name_ + " OWNER TO " + role(after_.owner));
        if (!on_.empty()) grants(before);
        return std::move(statements_);
    }

private:
    void add(std::string sql) { statements_.push_back(std::move(sql)); }
    [[nodiscard]] std::string role(const std::string& name) const {
        return name == "public" ? std::string("PUBLIC") : dialect_.quoted(name);
    }

    /// What the grants of one role are, in order.
    static std::vector<Grant> of(const Privileges& privileges, const std::string& grantee) {
        std::vector<Grant> list;
        for (const auto& grant : privileges.grants)
            if (grant.grantee == grantee) list.push_back(grant);
        return list;
    }
    static std::vector<std::string> roles_of(const Privileges& privileges) {
        std::vector<std::string> roles;
        for (const auto& grant : privileges.grants)
            if (std::find(roles.begin(), roles.end(), grant.grantee) == roles.end()) roles.push_back(grant.grantee);
        return roles;
    }

    void grants(const Privileges* before) {
        // Where the privileges before are not known, they are what PostgreSQL gives to a new object.
        Privileges fresh = as_new(after_);
        // What everybody may do with the schema that a new database has is not known.
        if (after_.ref.kind == ObjectKind::schema && !after_.future) fresh.grants.push_back({"public", {}, {}, false});
        if (before == nullptr) before = &fresh;
        for (const auto& grantee : roles_of(*before))
            if (grantee != after_.owner && of(*before, grantee) != of(after_, grantee)) revoke(grantee);
        for (const auto& grantee : roles_of(after_)) {
            const auto now = of(after_, grantee);
            if (of(*before, grantee) == now) continue;
            // The owner is among the grants where it may do less than all.
            if (grantee == after_.owner) revoke(grantee);
            for (const auto& grant : now) give(grant);
        }
        // An owner that is no longer among the grants may do everything again.
        if (!of(*before, after_.owner).empty() && of(after_, after_.owner).empty())
            add(prefix_ + "GRANT ALL" + on_ + " TO " + role(after_.owner));
    }

    void revoke(const std::string& grantee) { add(prefix_ + "REVOKE ALL" + on_ + " FROM " + role(grantee)); }
    void give(const Grant& grant) {
        if (grant.privileges.empty()) return;
        std::string columns;
        for (const auto& column : grant.columns) columns += (columns.empty() ? "" : ", ") + dialect_.quoted(column);
        std::vector<std::string> list;
        for (const auto& privilege : grant.privileges) {
            check(privilege);
            list.push_back(columns.empty() ? privilege : privilege + " (" + columns + ")");
        }
        add(prefix_ + "GRANT " + joined(list) + on_ + " TO " + role(grant.grantee) +
            (grant.with_grant_option ? " WITH GRANT OPTION" : ""));
    }
    /// A privilege is a word of SQL and is not quoted.
    void check(const std::string& privilege) const {
        const auto plain = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' '; };
        const bool all = privilege == "ALL" || privilege == "ALL PRIVILEGES";  // the catalogue knows each by its name
        if (!privilege.empty() && !all && std::all_of(privilege.begin(), privilege.end(), plain)) return;
        throw UsageError(after_.text() + ": '" + privilege +
                         "' is not the name of a privilege; write SELECT, INSERT, ...");
    }

    const core::Dialect& dialect_;
    const Privileges& after_;
    const KindWords words_;
    std::string prefix_;
    std::string name_;
    std::string on_;
    std::vector<std::string> statements_;
};

}  // namespace

std::vector<std::string> privileges_sql(const core::Dialect& dialect, const Privileges* before,
                                        const Privileges& after) {
    return Writer(dialect, after).write(before);
}

}  // namespace strata::schema::postgresql
