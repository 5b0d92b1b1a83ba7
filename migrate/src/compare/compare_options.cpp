#include <strata/migrate/compare_options.hpp>

#include <algorithm>

namespace strata::migrate {
namespace {

using schema::Column;
using schema::MetaData;
using schema::QualifiedName;
using schema::Table;

/// Asks the project about the things of one table.
class Filter {
public:
    Filter(const CompareOptions& options, const Table* database, const Table* models)
        : options_(options), database_(database), models_(models) {}

    [[nodiscard]] bool takes_part() const {
        const Table& table = database_ != nullptr ? *database_ : *models_;
        return takes_part({"table", table.name.name, table.name});
    }

    void leave_out(Table& table) const {
        part(table.columns, "column", table.name);
        part(table.indexes, "index", table.name);
        part(table.uniques, "unique", table.name);
        part(table.foreign_keys, "foreign key", table.name);
        part(table.checks, "check", table.name);
        part(table.excludes, "exclude", table.name);
        if (table.primary_key && !takes_part({"primary key", table.primary_key->name, table.name}))
            table.primary_key.reset();
    }

private:
    [[nodiscard]] bool takes_part(const ComparedThing& thing) const {
        if (options_.include_name && !options_.include_name(thing)) return false;
        return !options_.include_object || options_.include_object(thing, database_, models_);
    }
    template <class Part>
    void part(std::vector<Part>& list, std::string_view kind, const QualifiedName& table) const {
        std::erase_if(list, [&](const Part& each) { return !takes_part({kind, each.name, table}); });
    }

    const CompareOptions& options_;
    const Table* database_;
    const Table* models_;
};

/// The operation of the list that alters the column, or the end.
auto alteration_of(std::vector<Operation>& operations, const QualifiedName& table, const std::string& column) {
    return std::find_if(operations.begin(), operations.end(), [&](const Operation& operation) {
        const auto* alter = std::get_if<AlterColumn>(&operation);
        return alter != nullptr && alter->table == table && alter->column == column;
    });
}

/// Makes a field of a column differ, or not, as the project says.
template <class T>
void decide(std::vector<Operation>& operations, const Table& table, const Column& column, T Column::* field,
            bool differs) {
    const auto found = alteration_of(operations, table.name, column.name);
    if (found == operations.end()) {
        if (!differs) return;
        AlterColumn alter{table.name, column.name};
        alter.patch.set(field, column.*field);
        operations.emplace_back(std::move(alter));
        return;
    }
    auto& alter = std::get<AlterColumn>(*found);
    if (differs)
        alter.patch.set(field, column.*field);
    else
        alter.patch.keep(field);
    if (alter.patch.empty()) operations.erase(found);
}

}  // namespace

void leave_out(MetaData& database, MetaData& models, const CompareOptions& options) {
    if (!options.include_name && !options.include_object) return;
    const MetaData before = database;
    const MetaData wanted = models;
    for (auto* const side : {&database, &models}) {
        std::erase_if(side->tables, [&](Table& table) {
            const Filter filter(options, before.find(table.name), wanted.find(table.name));
            if (!filter.takes_part()) return true;
            filter.leave_out(table);
            return false;
        });
        if (!options.include_name) continue;
        std::erase_if(side->objects, [&](const schema::Object& object) {
            return !options.include_name({name_of(object.ref.kind), object.ref.name.name, object.ref.name});
        });
    }
}

void apply_options(std::vector<Operation>& operations, const MetaData& database, const MetaData& models,
                   const CompareOptions& options) {
    if (options.compare_type || options.compare_server_default) {
        for (const auto& table : models.tables) {
            const Table* const there = database.find(table.name);
            if (there == nullptr) continue;
            for (const auto& column : table.columns) {
                const Column* const old = there->find_column(column.name);
                if (old == nullptr) continue;
                const auto ask = [&](const CompareOptions::CompareColumn& compare, auto field) {
                    const auto differs = compare ? compare(table, *old, column) : std::nullopt;
                    if (differs) decide(operations, table, column, field, *differs);
                };
                ask(options.compare_type, &Column::type);
                ask(options.compare_server_default, &Column::server_default);
            }
        }
    }
    if (options.process) options.process(operations);
}

}  // namespace strata::migrate
