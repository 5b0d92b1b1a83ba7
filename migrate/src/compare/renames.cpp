#include "operations/enum_labels.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/renames.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace strata::migrate {

namespace {

using core::internal::contains;
using schema::Column;
using schema::MetaData;
using schema::QualifiedName;
using schema::Table;

/// How many letters must change between two names, as a part of the longer: 0 of equal names, 1 of unlike ones.
double distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t before = std::exchange(row[0], i + 1);
        for (std::size_t k = 0; k < b.size(); ++k) {
            const std::size_t replaced = before + (a[i] == b[k] ? 0 : 1);
            before = row[k + 1];
            row[k + 1] = std::min({replaced, row[k] + 1, row[k + 1] + 1});
        }
    }
    const std::size_t longer = std::max(a.size(), b.size());
    return longer == 0 ? 0 : static_cast<double>(row.back()) / static_cast<double>(longer);
}

/// Pairs those of two lists whose distance is the least, each once.
template <class Item, class Distance, class Take>
void pair_up(std::vector<const Item*> old, std::vector<const Item*> fresh, const Distance& far, const Take& take) {
    struct Pair {
        double distance;
        const Item* from;
        const Item* to;
    };
    std::vector<Pair> pairs;
    for (const Item* from : old) {
        for (const Item* to : fresh)
            if (const std::optional<double> apart = far(*from, *to)) pairs.push_back({*apart, from, to});
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.distance < b.distance; });
    std::set<const Item*> taken;
    for (const Pair& pair : pairs) {
        if (taken.contains(pair.from) || taken.contains(pair.to)) continue;
        taken.insert({pair.from, pair.to});
        take(*pair.from, *pair.to);
    }
}

class Candidates {
public:
    Candidates(const MetaData& database, const MetaData& models, const schema::DdlCompiler& ddl)
        : database_(database), models_(models), ddl_(ddl) {}

    std::vector<RenameCandidate> find() {
        find_tables();
        for (const Table& table : database_.tables)
            if (const Table* const model = models_.find(table.name)) find_columns(table, *model);
        for (const QualifiedName& type : enum_types_of_columns(database_)) find_labels(type);
        return std::move(found_);
    }

private:
    [[nodiscard]] bool alike(const Column& a, const Column& b) const {
        return ddl_.type_name(a.type) == ddl_.type_name(b.type) && a.computed.has_value() == b.computed.has_value();
    }
    [[nodiscard]] std::size_t same_columns(const Table& a, const Table& b) const {
        return static_cast<std::size_t>(std::ranges::count_if(a.columns, [&](const Column& column) {
            const Column* const other = b.find_column(column.name);
            return other != nullptr && alike(column, *other);
        }));
    }

    void find_tables() {
        std::vector<const Table*> gone;
        std::vector<const Table*> fresh;
        for (const Table& table : database_.tables)
            if (!schema::is_version_table(table.name) && models_.find(table.name) == nullptr) gone.push_back(&table);
        for (const Table& table : models_.tables)
            if (database_.find(table.name) == nullptr) fresh.push_back(&table);
        const auto far = [&](const Table& from, const Table& to) -> std::optional<double> {
            const std::size_t most = std::max(from.columns.size(), to.columns.size());
            const std::size_t same = same_columns(from, to);
            if (from.name.schema != to.name.schema || same * 2 <= most) return std::nullopt;
            return 1 - static_cast<double>(same) / static_cast<double>(most);
        };
        pair_up(std::move(gone), std::move(fresh), far, [&](const Table& from, const Table& to) {
            const std::string count = std::to_string(same_columns(from, to));
            found_.push_back({RenameTable{from.name, to.name.name}, from.name.text(), to.name.name,
                              count + " of their columns are the same"});
        });
    }

    void find_columns(const Table& table, const Table& model) {
        std::vector<const Column*> gone;
        std::vector<const Column*> fresh;
        for (const Column& column : table.columns)
            if (model.find_column(column.name) == nullptr) gone.push_back(&column);
        for (const Column& column : model.columns)
            if (table.find_column(column.name) == nullptr) fresh.push_back(&column);
        const auto others = [&](const std::vector<const Column*>& list, const Column& column) {
            return std::ranges::count_if(list, [&](const Column* other) { return alike(*other, column); }) - 1;
        };
        const auto far = [&](const Column& from, const Column& to) -> std::optional<double> {
            if (!alike(from, to)) return std::nullopt;
            const double apart = distance(from.name, to.name);
            if (apart > 0.5 && (others(gone, from) > 0 || others(fresh, to) > 0)) return std::nullopt;
            return apart;
        };
        pair_up(gone, fresh, far, [&](const Column& from, const Column& to) {
            found_.push_back({RenameColumn{table.name, from.name, to.name}, table.name.text() + "." + from.name,
                              to.name, "both are " + ddl_.type_name(to.type), !from.computed.has_value()});
        });
    }

    void find_labels(const QualifiedName& type) {
        const auto& old = *labels_of(database_, type);
        const auto* const fresh = labels_of(models_, type);
        if (fresh == nullptr || fresh->size() != old.size()) return;
        for (std::size_t i = 0; i < old.size(); ++i) {
            if (contains(*fresh, old[i]) || contains(old, (*fresh)[i])) continue;
            found_.push_back({RenameEnumLabel{type, old[i], (*fresh)[i]}, type.text() + ":" + old[i], (*fresh)[i],
                              "both are label " + std::to_string(i + 1) + " of the enum"});
        }
    }

    const MetaData& database_;
    const MetaData& models_;
    const schema::DdlCompiler& ddl_;
    std::vector<RenameCandidate> found_;
};

const Table* find_table(const MetaData& state, std::string_view text) {
    const auto found =
        std::ranges::find_if(state.tables, [&](const Table& table) { return table.name.text() == text; });
    return found == state.tables.end() ? nullptr : &*found;
}

/// A column that a text names with its table.
struct Place {
    const Table* table = nullptr;
    std::string column;
};
Place find_column(const MetaData& state, std::string_view text) {
    for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
        const Table* const table = find_table(state, text.substr(0, dot));
        if (table != nullptr && table->find_column(std::string(text.substr(dot + 1))) != nullptr)
            return {table, std::string(text.substr(dot + 1))};
    }
    return {};
}

[[noreturn]] void wrong(const std::string& text, const std::string& reason) {
    throw UsageError("--rename " + text + ": " + reason);
}

/// A text cut at a colon, such that the first part names something; std::nullopt where none does.
struct Cut {
    std::string from;
    std::string to;
};
std::optional<Cut> cut(const std::string& text, const MetaData& database) {
    for (std::size_t colon = text.find(':'); colon != std::string::npos; colon = text.find(':', colon + 1)) {
        Cut names{text.substr(0, colon), text.substr(colon + 1)};
        if (find_table(database, names.from) != nullptr || find_column(database, names.from).table != nullptr)
            return names;
    }
    return std::nullopt;
}

/// For a text of which no part names something.
[[noreturn]] void unknown(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0)
        wrong(text, "give the old name and the new one, such as songs.title:name or songs:tracks");
    wrong(text, "the database has no table or column " + text.substr(0, colon) + " that is ours");
}

/// A column's name in which the user may have named the table as it was before its rename.
std::string now_called(std::string text, const std::vector<std::pair<std::string, std::string>>& renamed_tables) {
    for (const auto& [old, fresh] : renamed_tables)
        if (text.starts_with(old + ".")) return text.replace(0, old.size(), fresh);
    return text;
}

/// A label that a text names after its enum type, `status:queued`, with what comes after it.
struct LabelPlace {
    QualifiedName type;
    std::string label;
    std::string rest;
};
std::optional<LabelPlace> find_label(const MetaData& state, const std::string& text) {
    for (const QualifiedName& type : enum_types_of_columns(state)) {
        const std::string prefix = type.text() + ":";
        if (!text.starts_with(prefix)) continue;
        for (const std::string& label : *labels_of(state, type)) {
            const std::string whole = prefix + label;
            if (text == whole) return LabelPlace{type, label, {}};
            if (text.starts_with(whole + ":")) return LabelPlace{type, label, text.substr(whole.size() + 1)};
        }
    }
    return std::nullopt;
}
bool has_label(const MetaData& state, const QualifiedName& type, const std::string& label) {
    const auto* const labels = labels_of(state, type);
    return labels != nullptr && contains(*labels, label);
}

std::optional<RenameEnumLabel> label_rename(const std::string& text, const MetaData& database, const MetaData& models) {
    const auto place = find_label(database, text);
    if (!place || place->rest.empty()) return std::nullopt;
    const std::string type = "enum type " + place->type.text();
    if (labels_of(models, place->type) == nullptr) wrong(text, "the models have no " + type);
    if (!has_label(models, place->type, place->rest)) wrong(text, type + " of the models has no label " + place->rest);
    if (has_label(models, place->type, place->label))
        wrong(text, type + " of the models still has label " + place->label);
    if (has_label(database, place->type, place->rest))
        wrong(text, type + " of the database has a label " + place->rest + " already");
    return RenameEnumLabel{place->type, place->label, place->rest};
}

RenameTable table_rename(const std::string& text, const Table& table, std::string to, const MetaData& database,
                         const MetaData& models) {
    if (find_table(models, to) == nullptr && !table.name.schema.empty()) to = table.name.schema + "." + to;
    const Table* const renamed = find_table(models, to);
    if (renamed == nullptr) wrong(text, "the models have no table " + to);
    if (renamed->name.schema != table.name.schema) wrong(text, "a rename leaves a table in its schema");
    if (models.find(table.name) != nullptr) wrong(text, "the models still have table " + table.name.text());
    if (database.find(renamed->name) != nullptr) wrong(text, "the database has a table " + to + " already");
    return {table.name, renamed->name.name};
}

RenameColumn column_rename(const std::string& text, const Place& place, std::string to, const MetaData& models) {
    const Table& table = *place.table;
    const Table* const model = models.find(table.name);
    if (model == nullptr) wrong(text, "the models have no table " + table.name.text());
    const std::string prefix = table.name.text() + ".";
    if (model->find_column(to) == nullptr && to.starts_with(prefix)) to.erase(0, prefix.size());
    if (model->find_column(to) == nullptr) wrong(text, "the models have no column " + prefix + to);
    if (model->find_column(place.column) != nullptr)
        wrong(text, "the models still have column " + prefix + place.column);
    if (table.find_column(to) != nullptr) wrong(text, "the database has a column " + prefix + to + " already");
    return {table.name, place.column, to};
}

}  // namespace

std::vector<RenameCandidate> rename_candidates(const schema::MetaData& database, const schema::MetaData& models,
                                               const schema::DdlCompiler& ddl) {
    return Candidates(database, models, ddl).find();
}

std::vector<Operation> renames_of(const std::vector<std::string>& texts, schema::MetaData database,
                                  const schema::MetaData& models, const std::vector<std::string>& not_renamed) {
    std::vector<Operation> renames;
    std::vector<std::pair<std::string, std::string>> tables;  // renamed, old and new
    const auto take = [&](Operation rename) {
        if (const auto* table = std::get_if<RenameTable>(&rename))
            tables.emplace_back(table->from.text(), QualifiedName(table->from.schema, table->to).text());
        migrate::apply(database, rename);
        renames.push_back(std::move(rename));
    };
    const auto of_model = [&](Operation rename, const std::string& from, const std::string& to) {
        for (const std::string& text : not_renamed)
            if (now_called(text, tables) == from)
                throw UsageError("--not-renamed " + text + ": the models say that it was renamed to " + to +
                                 "; take renamed_from out of them, or leave --not-renamed out");
        take(std::move(rename));
    };
    const auto former = [&](bool of_tables) {
        for (const schema::FormerName& each : models.former_names) {
            if (!each.label.empty() || each.column.empty() != of_tables) continue;
            const QualifiedName old_table(each.table.schema, each.name);
            const Table* const table = database.find(each.table);
            const Table* const model = models.find(each.table);
            const bool renames_table = of_tables && table == nullptr && database.find(old_table) != nullptr &&
                                       models.find(old_table) == nullptr;
            const bool renames_column =
                !of_tables && table != nullptr && model != nullptr && table->find_column(each.name) != nullptr &&
                table->find_column(each.column) == nullptr && model->find_column(each.name) == nullptr;
            if (renames_table) of_model(RenameTable{old_table, each.table.name}, old_table.text(), each.table.text());
            if (renames_column)
                of_model(RenameColumn{each.table, each.name, each.column}, each.table.text() + "." + each.name,
                         each.column);
        }
    };
    former(true);
    former(false);
    for (const schema::FormerName& each : models.former_names)
        if (!each.label.empty() && has_label(database, each.type, each.name) &&
            !has_label(database, each.type, each.label) && !has_label(models, each.type, each.name))
            of_model(RenameEnumLabel{each.type, each.name, each.label}, each.type.text() + ":" + each.name, each.label);
    std::vector<std::string> of_columns;
    for (const std::string& text : texts) {
        if (auto label = label_rename(text, database, models)) {
            take(std::move(*label));
            continue;
        }
        const auto names = cut(text, database);
        const Table* const table = names ? find_table(database, names->from) : nullptr;
        if (table == nullptr)
            of_columns.push_back(text);
        else
            take(table_rename(text, *table, names->to, database, models));
    }
    for (const std::string& text : of_columns) {
        const std::string now = now_called(text, tables);
        const auto names = cut(now, database);
        if (!names) unknown(text);
        take(column_rename(text, find_column(database, names->from), names->to, models));
    }
    return renames;
}

std::string gone_name(const std::string& text, const std::vector<Operation>& renames, const schema::MetaData& database,
                      const schema::MetaData& models) {
    std::vector<std::pair<std::string, std::string>> tables;
    for (const Operation& rename : renames)
        if (const auto* table = std::get_if<RenameTable>(&rename))
            tables.emplace_back(table->from.text(), QualifiedName(table->from.schema, table->to).text());
    std::string name = now_called(text, tables);
    const bool table = find_table(database, name) != nullptr && find_table(models, name) == nullptr;
    const bool column = find_column(database, name).table != nullptr && find_column(models, name).table == nullptr;
    const auto place = find_label(database, name);
    const bool label = place && place->rest.empty() && !has_label(models, place->type, place->label);
    if (!table && !column && !label)
        throw UsageError("--not-renamed " + text +
                         ": the models lack no table or column of this name that the database has");
    return name;
}

}  // namespace strata::migrate
