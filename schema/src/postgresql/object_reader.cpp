#include "postgresql/object_reader.hpp"

#include "postgresql/ddl.hpp"
#include "postgresql/object_queries.hpp"
#include "postgresql/printed.hpp"

#include <strata/core/error.hpp>

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
    ObjectReader(core::Connection& connection, const Names& names, MetaData& metadata)
        : connection_(connection), names_(names), metadata_(metadata) {}

    void read(std::map<std::int64_t, std::vector<Index>> indexes, const std::map<std::int64_t, QualifiedName>& tables) {
        // A kind that this server keeps otherwise does not keep the others from being read.
        connection_.savepoint("strata_kind");
        for (const auto& query : query::objects) {
            try {
                read_kind(query, indexes);
            } catch (const Error& error) {
                if (error.connection_lost()) throw;
                connection_.rollback_to_savepoint("strata_kind");
                metadata_.unmanaged.push_back({{query.kind, "*"}, "none can be read: " + std::string(error.what())});
            }
        }
        connection_.release_savepoint("strata_kind");
        read_enum_objects();
        visit_rows(connection_, names_, query::unknown, [&](const core::Row& row) {
            const auto kind = object_kind(row.text(0)).value_or(ObjectKind::base_type);
            const QualifiedName name =
                row.text(1).empty() ? QualifiedName(std::string(row.text(2))) : names_.name(row.text(1), row.text(2));
            metadata_.unmanaged.push_back({{kind, name}, std::string(row.text(3))});
        });
        for (const auto& [oid, name] : tables) refs_.emplace(Key{"pg_class", oid}, ObjectRef{ObjectKind::table, name});
        read_needs();
    }

private:
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
                  const std::map<std::int64_t, QualifiedName>& tables, MetaData& metadata) {
    ObjectReader(connection, names, metadata).read(std::move(indexes), tables);
}

}  // namespace strata::schema::postgresql
