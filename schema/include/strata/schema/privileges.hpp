#pragma once

#include <strata/schema/object.hpp>

#include <string>
#include <utility>
#include <vector>

/// Owners, grants and default privileges, which only PostgreSQL has. They are read when they are asked for
/// (ReflectOptions::privileges) and created when a MetaData lists them; SQLite ignores them, like comments.
/// https://www.postgresql.org/docs/15/ddl-priv.html
namespace strata::schema {

/// What one role may do. Who granted it is not kept: it is the owner.
struct Grant {
    std::string grantee{};                  ///< "public" is everybody, which no role can be called
    std::vector<std::string> privileges{};  ///< "SELECT", "USAGE", ..., sorted; none: it may do nothing
    std::vector<std::string> columns{};     ///< of a table or view; empty: it is not about columns
    bool with_grant_option = false;
    bool operator==(const Grant&) const = default;
};

/// The owner of an object and all that others may do with it. The owner may do everything and is not among the grants,
/// except where it may do less. What PostgreSQL grants to everybody by itself (EXECUTE of a function, USAGE of a type)
/// is among them, so that its absence says that it was revoked.
struct Privileges {
    ObjectRef ref{};  ///< a schema is named even where it is the current one
    std::string owner{};
    std::vector<Grant> grants{};
    /// Not of one object: of all objects of the kind `ref.kind` that `owner` will create, in the schema
    /// `ref.name.schema` or in all. An enum type stands for every type. ALTER DEFAULT PRIVILEGES.
    bool future = false;
    bool operator==(const Privileges&) const = default;

    /// Whether both are about the same thing.
    [[nodiscard]] bool same_thing(const Privileges& other) const {
        return ref == other.ref && future == other.future && (!future || owner == other.owner);
    }
    /// For messages: `table songs`, `future tables of music in schema app`.
    [[nodiscard]] std::string text() const;
};

/// Privileges while they are being said:
///     privileges({ObjectKind::table, "songs"}).owner("music").grant("reader", {"SELECT"})
class PrivilegesSpec {
public:
    explicit PrivilegesSpec(Privileges said) : said_(std::move(said)) {}
    PrivilegesSpec& owner(std::string role) { return said_.owner = std::move(role), *this; }
    /// What the role may do with the object, or with some of its columns; "public" is everybody.
    PrivilegesSpec& grant(std::string role, std::vector<std::string> privileges, std::vector<std::string> columns = {});
    /// The same, and the role may grant it to others.
    PrivilegesSpec& grant_with_option(std::string role, std::vector<std::string> privileges,
                                      std::vector<std::string> columns = {});
    operator Privileges() const { return said_; }  // NOLINT(google-explicit-constructor): it is what is said

private:
    Privileges said_;
};
[[nodiscard]] PrivilegesSpec privileges(ObjectRef object);
/// What others may do with the tables, sequences, functions, types or schemas that the role will create, in one schema
/// or in all: `default_privileges("music", ObjectKind::table).grant("reader", {"SELECT"})`
[[nodiscard]] PrivilegesSpec default_privileges(std::string role, ObjectKind kind, std::string schema = {});

/// The same thing as it is when it is new and nothing was said: of no owner in particular, with what PostgreSQL grants
/// to everybody by itself.
[[nodiscard]] Privileges as_new(const Privileges& privileges);
/// Whether both grant the same, in whatever order it is said.
[[nodiscard]] bool same_grants(const Privileges& left, const Privileges& right);
/// In the order in which they can be given: schemas first, since a new owner must be allowed to create in them, and
/// what holds for future objects last.
[[nodiscard]] std::vector<const Privileges*> in_order(const std::vector<Privileges>& list);

}  // namespace strata::schema
