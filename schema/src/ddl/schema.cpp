#include "ddl/common_ddl.hpp"
#include "ddl/foreign_key.hpp"
#include "reflect/catalogue.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/log.hpp>
#include <strata/core/migration_lock.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/internal/row_values.hpp>
#include <strata/schema/order.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace strata::schema {
namespace {

using detail::Catalogue;
using detail::Relation;

/// The schemas in which the metadata has something; their objects are compared with the database's.
ReflectOptions options_for(const MetaData& metadata, core::Connection& connection) {
    std::set<std::string> schemas;
    for (const auto& schema : detail::schemas_of(metadata))
        schemas.insert(schema.empty() ? current_schema(connection) : schema);
    for (const auto& object : metadata.objects) {
        if (object.ref.kind == ObjectKind::schema) schemas.insert(object.ref.name.name);
        if (!object.ref.name.schema.empty()) schemas.insert(object.ref.name.schema);
    }
    ReflectOptions options;
    options.schemas.assign(schemas.begin(), schemas.end());
    options.missing_schemas = true;
    return options;
}

class Creator {
public:
    Creator(const MetaData& metadata, core::Connection& connection, const VersionTables& tables)
        : metadata_(metadata),
          tables_(tables),
          connection_(connection),
          catalogue_(detail::catalogue(connection.dialect())),
          compiler_(ddl_compiler(connection.dialect())) {}

    Result run() {
        Result result;
        relations_ = catalogue_.relations(connection_, detail::schemas_of(metadata_));
        if (tables_.schema.empty() ? find_existing(QualifiedName(tables_.version)) != nullptr
                                   : has_table(connection_, tables_.schema, tables_.version)) {
            result.declined = "migrations own this database (table " + tables_.version +
                              " stands): run the migrations instead of create_all";
            return result;
        }
        std::vector<const Table*> missing;
        std::vector<Item> items;
        const MetaData live =
            metadata_.objects.empty() ? MetaData() : reflect(connection_, options_for(metadata_, connection_));
        for (const Item& item : creation_order(metadata_)) {
            if (const auto* object = std::get_if<const Object*>(&item)) {
                if (live.find((*object)->ref) == nullptr) items.push_back(item);
            } else if (const Table* table = std::get<const Table*>(item); !exists_already(*table)) {
                missing.push_back(table);
                items.push_back(item);
            }
        }
        if (items.empty()) return result;
        for (const Table* table : missing) check_references(*table);
        check_roles();
        create(missing, items);
        for (const Table* table : missing) {
            result.tables.push_back(table->name.text());
            for (auto& note : compiler_.not_enforced(*table)) result.notes.push_back(std::move(note));
        }
        return result;
    }

private:
    [[nodiscard]] const Relation* find_existing(const QualifiedName& name) const {
        const auto found = std::find_if(relations_.begin(), relations_.end(), [&](const Relation& each) {
            return each.name.schema == name.schema && catalogue_.same_name(each.name.name, name.name);
        });
        return found == relations_.end() ? nullptr : &*found;
    }

    [[nodiscard]] bool exists_already(const Table& table) const {
        const Relation* relation = find_existing(table.name);
        if (relation != nullptr && relation->kind != "table")
            throw UsageError("cannot create table " + table.name + ": the database has a " + relation->kind +
                             " of that name; rename one of them");
        return relation != nullptr;
    }

    /// SQLite accepts a reference to a table that does not exist, or to columns that are not unique, and then fails at
    /// the first insert. A model that means it says so.
    void check_references(const Table& table) const {
        for (const auto& key : table.foreign_keys) {
            if (key.dangling) continue;
            const Table* referred = metadata_.find(key.referred_table);
            if (referred == nullptr && find_existing(key.referred_table) == nullptr)
                throw UsageError("table " + table.name + " refers to table " + key.referred_table +
                                 ", which is neither among the models nor in the database; add it to the metadata");
            if (referred == nullptr || detail::has_referred_key(*referred, key, &catalogue_)) continue;
            if (key.referred_columns.empty())
                throw UsageError(
                    "table " + table.name + " refers to the primary key of " + key.referred_table +
                    ", which has none of as many columns; name the columns that the foreign key refers to");
            if (detail::has_referred_key(*referred, key, nullptr))
                throw UsageError("table " + table.name + " refers to " + key.referred_table + "." +
                                 key.referred_columns.front() +
                                 ", which is unique by another collation than the column's own, and SQLite takes no "
                                 "such key; give the column the collation");
            throw UsageError("table " + table.name + " refers to " + key.referred_table + "." +
                             key.referred_columns.front() +
                             ", which is not unique; refer to the key, or to columns with unique()");
        }
    }

    /// What exists already and matters to CREATE TABLE: the enum types.
    [[nodiscard]] MetaData initial_state(const std::vector<const Table*>& missing) const {
        MetaData state;
        Table types;
        for (const Type& type : catalogue_.enum_types(connection_)) {
            for (const Table* table : missing) check_labels(*table, type);
            types.columns.push_back(Column{type.name.name, type});
        }
        state.tables.push_back(std::move(types));
        return state;
    }

    static void check_labels(const Table& table, const Type& existing) {
        for (const auto& column : table.columns)
            if (const Type* type = column.type.enum_type();
                type != nullptr && type->name == existing.name && type->labels != existing.labels)
                throw UsageError("cannot create table " + table.name + ": the database has an enum type " +
                                 existing.name + " with other labels than column " + column.name +
                                 "; drop it or rename the enum");
    }

    /// The server would say it after everything is made, and not of which object.
    void check_roles() const {
        std::map<std::string, const Privileges*> roles;
        for (const auto& each : metadata_.privileges) {
            if (!each.owner.empty()) roles.emplace(each.owner, &each);
            for (const auto& grant : each.grants)
                if (grant.grantee != "public") roles.emplace(grant.grantee, &each);
        }
        std::vector<std::string> names;
        for (const auto& [name, said] : roles) names.push_back(name);
        const auto missing = catalogue_.missing_roles(connection_, names);
        if (!missing.empty())
            throw UsageError("role " + missing.front() + ", which the privileges of " +
                             roles.at(missing.front())->text() +
                             " name, does not exist; create it first, or leave the privileges out");
    }

    /// Whether this run creates the object. The sequence of a column comes with its table.
    [[nodiscard]] bool creates(const ObjectRef& ref, const std::vector<const Table*>& missing,
                               const std::vector<Item>& items) const {
        if (ref.kind == ObjectKind::table)
            return std::any_of(missing.begin(), missing.end(),
                               [&](const Table* table) { return table->name == ref.name; });
        if (std::any_of(items.begin(), items.end(), [&](const Item& item) {
                const auto* object = std::get_if<const Object*>(&item);
                return object != nullptr && (*object)->ref == ref;
            }))
            return true;
        if (ref.kind != ObjectKind::sequence || metadata_.find(ref) != nullptr) return false;
        return std::any_of(missing.begin(), missing.end(), [&](const Table* table) {
            const auto sequences = detail::column_sequences(*table);
            return std::find(sequences.begin(), sequences.end(), ref.name) != sequences.end();
        });
    }

    void create(const std::vector<const Table*>& missing, const std::vector<Item>& items) {
        for (const Table* table : missing) compiler_.check_beside(*table, metadata_);
        auto statements = compiler_.before_creating(metadata_);
        auto creation = detail::creation_sql(items, initial_state(missing), compiler_);
        std::move(creation.begin(), creation.end(), std::back_inserter(statements));
        for (const Table* table : missing)
            if (const auto* rows = metadata_.find_rows(table->name))
                for (auto& sql : internal::insert_rows_sql(*rows, *table, compiler_))
                    statements.push_back(std::move(sql));
        auto granting = detail::privileges_sql(metadata_, compiler_,
                                               [&](const ObjectRef& ref) { return creates(ref, missing, items); });
        std::move(granting.begin(), granting.end(), std::back_inserter(statements));
        connection_.run_all(statements);
    }

    const MetaData& metadata_;
    const VersionTables& tables_;
    core::Connection& connection_;
    const Catalogue& catalogue_;
    const DdlCompiler& compiler_;
    std::vector<Relation> relations_;
};

class Dropper {
public:
    Dropper(const MetaData& metadata, core::Connection& connection, const VersionTables& tables)
        : metadata_(metadata),
          tables_(tables),
          connection_(connection),
          catalogue_(detail::catalogue(connection.dialect())),
          compiler_(ddl_compiler(connection.dialect())) {}

    Result run() {
        const MetaData live = reflect(connection_, options_for(metadata_, connection_));
        std::vector<const Object*> before;  // than the tables, which they need
        std::vector<const Object*> after;
        const auto order = creation_order(live);
        const auto built_on_tables = needing_tables(live);
        for (auto item = order.rbegin(); item != order.rend(); ++item) {
            if (const auto* object = std::get_if<const Object*>(&*item)) {
                // A trigger, a rule and a policy are dropped with their table.
                if (metadata_.find((*object)->ref) == nullptr || !(*object)->ref.table.empty()) continue;
                (built_on_tables.contains((*object)->ref) ? before : after).push_back(*object);
                continue;
            }
            const Table* table = std::get<const Table*>(*item);
            (ours(table->name) ? drop_ : stay_).push_back(table);
        }
        for (const Table* table : stay_) check_stranger(*table);
        std::vector<QualifiedName> names;
        for (const Table* table : drop_) names.push_back(table->name);
        for (const Relation& relation : catalogue_.relations(connection_, {std::string()}))
            if (tables_.schema.empty() && relation.kind == "table" &&
                (relation.name.name == tables_.version || relation.name.name == tables_.history))
                names.push_back(relation.name);
        for (const auto& name : {tables_.version, tables_.history})
            if (!tables_.schema.empty() && has_table(connection_, tables_.schema, name))
                names.emplace_back(tables_.schema, name);
        for (const auto& each : metadata_.privileges)
            if (each.future)
                for (const auto& sql : compiler_.set_privileges(&each, as_new(each))) connection_.execute(sql);
        for (const Table* table : drop_)
            for (const auto& sql : compiler_.release_functions(*table)) connection_.execute(sql);
        drop(before);
        catalogue_.drop_tables(connection_, names);
        drop(after);
        for (const auto& type : unused_types()) catalogue_.drop_enum_type(connection_, type);
        Result result;
        for (const auto& name : names) result.tables.push_back(name.text());
        return result;
    }

private:
    void drop(const std::vector<const Object*>& objects) {
        for (const Object* object : objects)
            for (const auto& sql : compiler_.drop_object(object->ref)) connection_.execute(sql);
    }

    /// The objects that need a table, or another object that does.
    static std::set<ObjectRef> needing_tables(const MetaData& metadata) {
        std::set<ObjectRef> found;
        for (bool more = true; more;) {
            more = false;
            for (const auto& object : metadata.objects) {
                if (found.contains(object.ref)) continue;
                const bool needs = std::any_of(object.needs.begin(), object.needs.end(), [&](const ObjectRef& ref) {
                    return ref.kind == ObjectKind::table || found.contains(ref);
                });
                if (needs) more = found.insert(object.ref).second;
            }
        }
        return found;
    }

    [[nodiscard]] bool ours(const QualifiedName& name) const {
        return std::any_of(metadata_.tables.begin(), metadata_.tables.end(), [&](const Table& table) {
            return table.name.schema == name.schema && catalogue_.same_name(table.name.name, name.name);
        });
    }

    /// Not every table of the models is there, and a foreign key of SQLite may refer to one that is not.
    [[nodiscard]] bool is_dropped(const QualifiedName& name) const {
        return std::any_of(drop_.begin(), drop_.end(), [&](const Table* table) { return table->name == name; });
    }

    void check_stranger(const Table& table) const {
        for (const auto& key : table.foreign_keys)
            if (is_dropped(key.referred_table))
                throw UsageError(
                    "cannot drop table " + key.referred_table + ": table " + table.name +
                    ", which is not among the models, refers to it; drop that table or its foreign key first");
    }

    static void collect_types(const Table& table, std::set<QualifiedName>& names) {
        for (const auto& column : table.columns)
            if (const Type* type = column.type.enum_type()) names.insert(type->name);
    }

    /// Enum types of the models and of the dropped tables that no table uses any more.
    [[nodiscard]] std::vector<QualifiedName> unused_types() const {
        std::set<QualifiedName> ours;
        std::set<QualifiedName> used;
        for (const auto& table : metadata_.tables) collect_types(table, ours);
        for (const Table* table : drop_) collect_types(*table, ours);
        for (const Table* table : stay_) collect_types(*table, used);
        std::vector<QualifiedName> names;
        for (const Type& type : catalogue_.enum_types(connection_))
            if (ours.contains(type.name) && !used.contains(type.name)) names.push_back(type.name);
        return names;
    }

    const MetaData& metadata_;
    const VersionTables& tables_;
    core::Connection& connection_;
    const Catalogue& catalogue_;
    const DdlCompiler& compiler_;
    std::vector<const Table*> drop_;
    std::vector<const Table*> stay_;
};

class DropSettings {
public:
    DropSettings(const core::Engine& engine, core::Connection& connection)
        : engine_(engine), connection_(connection), catalogue_(detail::catalogue(connection.dialect())) {
        catalogue_.before_drop(connection_);
    }
    DropSettings(const DropSettings&) = delete;
    DropSettings& operator=(const DropSettings&) = delete;
    ~DropSettings() {
        if (!catalogue_.after_drop(connection_)) engine_.dispose();  // connections in use close on return
    }

private:
    const core::Engine& engine_;
    core::Connection& connection_;
    const Catalogue& catalogue_;
};

}  // namespace

Result create_all(const MetaData& metadata, const core::Engine& engine, const VersionTables& tables) {
    const auto connection = engine.connect();
    const core::MigrationLock lock(*connection);
    core::Transaction transaction(*connection, core::immediate_transaction);
    Result result = Creator(metadata, *connection, tables).run();
    transaction.commit();
    if (!result.declined.empty())
        core::log::write(core::log::Level::warning, "create_all created nothing: " + result.declined);
    for (const auto& note : result.notes) core::log::write(core::log::Level::warning, note);
    return result;
}

Result drop_all(const MetaData& metadata, const core::Engine& engine, const VersionTables& tables) {
    const auto connection = engine.connect();
    const core::MigrationLock lock(*connection);
    const DropSettings settings(engine, *connection);
    core::Transaction transaction(*connection, core::immediate_transaction);
    Result result = Dropper(metadata, *connection, tables).run();
    transaction.commit();
    return result;
}

}  // namespace strata::schema
