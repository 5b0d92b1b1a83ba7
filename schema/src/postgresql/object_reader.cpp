#include "postgresql/object_reader.hpp"

#include "postgresql/ddl.hpp"
#include "postgresql/dependency_queries.hpp"
#include "postgresql/object_queries.hpp"
#include "postgresql/printed.hpp"
#include "postgresql/privilege_queries.hpp"
#include "postgresql/unmanaged_queries.hpp"
#include "reflect/catalogue.hpp"

#include <strata/core/error.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace strata::schema::postgresql {
namespace {

/// An object as pg_depend names it.
struct Key {
    std::string catalogue;
    std::int64_t oid = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
};

class ObjectReader {
public:
    ObjectReader(core::Connection& connection, const Names& names, const ReflectOptions& options, MetaData& metadata)
        : connection_(connection), names_(names), options_(options), metadata_(metadata) {}

    void read(std::map<std::int64_t, std::vector<Index>> indexes, const std::map<std::int64_t, QualifiedName>& tables) {
        // A kind that this server keeps otherwise does not keep the others from being read.
        connection_.savepoint("strata_kind");
        for (const auto& query : query::objects)
            if (detail::wants_kind(query.kind, options_)) attempt(query.kind, [&] { read_kind(query, indexes); });
        read_enum_objects();
        attempt(ObjectKind::user_mapping, [&] {
            visit_rows(connection_, names_, query::unknown, [&](const core::Row& row) {
                const auto kind = object_kind(row.text(0)).value_or(ObjectKind::base_type);
                const QualifiedName name = row.text(1).empty() ? QualifiedName(std::string(row.text(2)))
                                                               : names_.name(row.text(1), row.text(2));
                metadata_.unmanaged.push_back({{kind, name}, std::string(row.text(3))});
            });
        });
        connection_.release_savepoint("strata_kind");
        for (const auto& [oid, name] : tables) refs_.emplace(Key{"pg_class", oid}, ObjectRef{ObjectKind::table, name});
        read_needs();
        if (options_.privileges) {
            read_privileges();
            read_default_privileges();
        }
    }

private:
    template <class Read>
    void attempt(ObjectKind kind, const Read& read) {
        try {
            read();
        } catch (const Error& error) {
            if (error.connection_lost()) throw;
            connection_.rollback_to_savepoint("strata_kind");
            metadata_.unmanaged.push_back({{kind, "*"}, "none can be read: " + std::string(error.what())});
        }
    }

    /// The grants of a row's last column; see privilege_queries.hpp.
    static std::vector<Grant> grants(std::string_view json) {
        std::vector<Grant> list;
        const auto value = boost::json::parse({json.data(), json.size()});
        for (const auto& each : value.as_array()) {
            const auto& parts = each.as_array();
            Grant& grant = list.emplace_back();
            grant.grantee = parts.at(0).as_string();
            grant.with_grant_option = parts.at(1).as_bool();
            grant.privileges = boost::json::value_to<std::vector<std::string>>(parts.at(2));
            grant.columns = boost::json::value_to<std::vector<std::string>>(parts.at(3));
        }
        return list;
    }

    void read_privileges() {
        visit_rows(connection_, names_, query::with_grants(query::privileges).c_str(), [&](const core::Row& row) {
            const Key key{std::string(row.text(0)), row.integer(1)};
            Privileges privileges;
            privileges.owner = row.text(5);
            privileges.grants = grants(row.text(6));
            const bool numbers_column = row.text(4) == "S";
            if (const auto found = refs_.find(key); found != refs_.end())
                privileges.ref = found->second;
            else if (key.catalogue == "pg_namespace")  // the current one, which is not among the objects
                privileges.ref = {ObjectKind::schema, row.text(3), {}, {}};
            else if (numbers_column)
                privileges.ref = {ObjectKind::sequence, names_.name(row.text(2), row.text(3)), {}, {}};
            else
                return;
            if (numbers_column) privileges.owner.clear();  // it is the table's
            if (!privileges.owner.empty() || !privileges.grants.empty())
                metadata_.privileges.push_back(std::move(privileges));
        });
        std::sort(metadata_.privileges.begin(), metadata_.privileges.end(),
                  [](const auto& left, const auto& right) { return left.ref < right.ref; });
    }

    void read_default_privileges() {
        visit_rows(
            connection_, names_, query::with_grants(query::default_privileges).c_str(), [&](const core::Row& row) {
                const auto mark = row.text(4);
                const ObjectKind kind = mark == "r"   ? ObjectKind::table
                                        : mark == "S" ? ObjectKind::sequence
                                        : mark == "f" ? ObjectKind::function
                                        : mark == "T" ? ObjectKind::enum_type
                                                      : ObjectKind::schema;
                Privileges privileges = default_privileges(std::string(row.text(5)), kind, std::string(row.text(2)));
                privileges.grants = grants(row.text(6));
                metadata_.privileges.push_back(std::move(privileges));
            });
    }

    void read_kind(const query::ObjectQuery& query, std::map<std::int64_t, std::vector<Index>>& indexes) {
        visit_rows(connection_, names_, query.sql, [&](const core::Row& row) {
            Object object;
            object.ref.kind = query.kind;
            const bool in_schema = !row.text(1).empty();
            object.ref.name = in_schema ? names_.name(row.text(1), row.text(2)) : QualifiedName(row.text(2));
            if (!row.text(4).empty()) object.ref.table = names_.name(row.text(3), row.text(4));
            if (!row.text(4).empty()) object.ref.name.schema.clear();
            object.ref.arguments = row.text(5);
            object.definition = repeatable(row.text(6));
            object.completions = strings(row.text(7));
            for (std::string& sql : object.completions) sql = repeatable(sql);
            object.comment = row.text(8);
            if (const auto found = indexes.find(row.integer(0)); found != indexes.end()) {
                Table view;
                view.name = object.ref.name;
                for (const Index& index : found->second)
                    for (auto& sql : ddl().add_index(view, index)) object.completions.push_back(std::move(sql));
            }
            refs_.emplace(Key{query.catalogue, row.integer(0)}, object.ref);
            metadata_.objects.push_back(std::move(object));
        });
    }

    void read_enum_objects() {
        visit_rows(connection_, names_, query::enums, [&](const core::Row& row) {
            if (!row.boolean(5)) return;
            Object object;
            object.ref = {ObjectKind::enum_type, names_.name(row.text(1), row.text(2))};
            object.labels = strings(row.text(3));
            object.comment = row.text(4);
            refs_.emplace(Key{"pg_type", row.integer(0)}, object.ref);
            metadata_.objects.push_back(std::move(object));
        });
    }

    void read_needs() {
        std::map<Key, Key> stand_ins;
        auto cursor = connection_.query(query::stand_ins);
        while (cursor.next()) {
            const core::Row& row = cursor.row();
            stand_ins.emplace(Key{std::string(row.text(0)), row.integer(1)},
                              Key{std::string(row.text(2)), row.integer(3)});
        }
        const auto find = [&](Key key) -> const ObjectRef* {
            // An index stands for its table, the table's row type for the table, ...
            for (int steps = 0; steps < 5; ++steps) {
                if (const auto found = refs_.find(key); found != refs_.end()) return &found->second;
                const auto next = stand_ins.find(key);
                if (next == stand_ins.end()) return nullptr;
                key = next->second;
            }
            return nullptr;
        };
        std::map<ObjectRef, Needs*> needs;
        for (auto& table : metadata_.tables) needs.emplace(ObjectRef{ObjectKind::table, table.name}, &table.needs);
        for (auto& object : metadata_.objects) needs.emplace(object.ref, &object.needs);
        auto rows = connection_.query(query::dependencies);
        while (rows.next()) {
            const core::Row& row = rows.row();
            const ObjectRef* from = find({std::string(row.text(0)), row.integer(1)});
            const ObjectRef* to = find({std::string(row.text(2)), row.integer(3)});
            if (from == nullptr || to == nullptr || *from == *to) continue;
            if (const auto found = needs.find(*from);
                found != needs.end() &&
                std::find(found->second->begin(), found->second->end(), *to) == found->second->end())
                found->second->push_back(*to);
        }
        for (auto& [ref, list] : needs) std::sort(list->begin(), list->end());
    }

    core::Connection& connection_;
    const Names& names_;
    const ReflectOptions& options_;
    MetaData& metadata_;
    std::map<Key, ObjectRef> refs_;
};

}  // namespace

std::map<std::int64_t, Type> read_enums(core::Connection& connection, const Names& names) {
    std::map<std::int64_t, Type> types;
    visit_rows(connection, names, query::enums, [&](const core::Row& row) {
        types.emplace(row.integer(0), Enum(names.name(row.text(1), row.text(2)), strings(row.text(3))));
    });
    return types;
}

void read_objects(core::Connection& connection, const Names& names, std::map<std::int64_t, std::vector<Index>> indexes,
                  const std::map<std::int64_t, QualifiedName>& tables, const ReflectOptions& options,
                  MetaData& metadata) {
    ObjectReader(connection, names, options, metadata).read(std::move(indexes), tables);
}

}  // namespace strata::schema::postgresql
