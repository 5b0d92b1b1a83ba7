#include "adopt/tools.hpp"
#include "sql_directive.hpp"
#include "text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/registry.hpp>

#include <algorithm>
#include <iterator>
#include <optional>

/// Parses revisions of raw SQL: a header of comments, then sections that begin with `-- upgrade` and `-- downgrade`. A
/// line `-- touches: table songs` in a section says what its SQL makes, changes or drops. A line `-- adopted: alembic
/// ae10` of the header says which version of another tool's history it was.
namespace strata::migrate::detail {

namespace {

using adopt::is_adopted_tool;

struct Section {
    std::string sql;
    PerDialect per_dialect;
    std::optional<std::vector<schema::ObjectRef>> touched;
    bool given = false;

    [[nodiscard]] Revision::Callback callback() const {
        if (!given) return {};
        return [section = *this](Operations& op) {
            if (trimmed(section.sql).empty() && section.per_dialect.empty()) return;
            Execute execute{section.sql, section.per_dialect};
            execute.touched = section.touched;
            op.invoke(std::move(execute));
        };
    }
};

struct Parsed {
    Parents parents{};
    bool says_parents = false;
    std::string message;
    std::string adopted_from;
    Section upgrade;
    Section downgrade;
};

std::vector<std::string> ids_in(const std::string& list) {
    std::vector<std::string> ids;
    std::string id;
    for (const char c : list + ",") {
        if (c != ',' && c != ' ') {
            id += c;
        } else if (!id.empty()) {
            ids.push_back(std::move(id));
            id.clear();
        }
    }
    return ids;
}

/// `table songs, view music.song_list`, or `nothing`.
std::vector<schema::ObjectRef> objects_in(const std::string& list) {
    std::vector<schema::ObjectRef> objects;
    if (list == "nothing") return objects;
    std::size_t at = 0;
    while (at <= list.size()) {
        const auto comma = std::min(list.find(',', at), list.size());
        const auto entry = trimmed(std::string_view(list).substr(at, comma - at));
        at = comma + 1;
        const auto blank = entry.find_last_of(" \t");
        const auto kind =
            blank == std::string::npos ? std::nullopt : schema::object_kind(trimmed(entry.substr(0, blank)));
        if (!kind)
            throw UsageError("its line '-- touches: " + list + "' has an entry '" + entry +
                             "'; each is a kind and a name, as in '-- touches: table songs, view song_list', or it is "
                             "'-- touches: nothing'");
        const auto name = entry.substr(blank + 1);
        const auto dot = name.find('.');
        objects.push_back({*kind, dot == std::string::npos
                                      ? schema::QualifiedName(name)
                                      : schema::QualifiedName(name.substr(0, dot), name.substr(dot + 1))});
    }
    return objects;
}

class Parser {
public:
    Parsed parse(std::string_view text) {
        while (!text.empty()) {
            const auto end = text.find('\n');
            line(text.substr(0, end));
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        }
        if (!parsed_.upgrade.given) throw UsageError("it has no line '-- upgrade'");
        return std::move(parsed_);
    }

private:
    void line(std::string_view text) {
        const auto bare = trimmed(text);
        if (const auto dialect = sql_directive(bare, "upgrade")) return open(parsed_.upgrade, *dialect, "upgrade");
        if (const auto dialect = sql_directive(bare, "downgrade"))
            return open(parsed_.downgrade, *dialect, "downgrade");
        if (const auto objects = sql_directive(bare, "touches"); objects && section_ != nullptr) {
            auto& touched = section_->touched;
            if (!touched) touched.emplace();
            for (auto& each : objects_in(*objects)) touched->push_back(std::move(each));
        } else if (sql_ != nullptr) {
            sql_->append(text).append("\n");
        } else if (const auto ids = sql_directive(bare, "revises")) {
            take_parents(*ids);
        } else if (const auto labels = sql_directive(bare, "label")) {
            append(ids_in(*labels), parsed_.parents.labels);
        } else if (const auto others = sql_directive(bare, "depends on")) {
            append(ids_in(*others), parsed_.parents.dependencies);
        } else if (const auto replaced = sql_directive(bare, "replaces")) {
            append(ids_in(*replaced), parsed_.parents.replaced);
        } else if (const auto message = sql_directive(bare, "message")) {
            parsed_.message = *message;
        } else if (const auto version = sql_directive(bare, "adopted")) {
            take_adopted(*version);
        } else if (!bare.empty() && !bare.starts_with("--")) {
            throw UsageError("SQL stands before its line '-- upgrade'");
        }
    }

    static void append(std::vector<std::string> from, std::vector<std::string>& to) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    }

    void take_parents(const std::string& list) {
        auto ids = ids_in(list);
        if (ids.empty()) return;
        parsed_.says_parents = true;
        if (ids != std::vector<std::string>{"nothing"}) parsed_.parents.ids = std::move(ids);
    }

    void take_adopted(const std::string& version) {
        const auto blank = version.find(' ');
        if (blank == std::string::npos || !is_adopted_tool(version.substr(0, blank)))
            throw UsageError("its line '-- adopted: " + version +
                             "' does not say which version of which tool it was, as in '-- adopted: alembic "
                             "ae1027a6acf1'; the tool is alembic, flyway or sql");
        if (!parsed_.adopted_from.empty()) throw UsageError("it has two lines '-- adopted'");
        parsed_.adopted_from = version.substr(0, blank) + " " + trimmed(version.substr(blank));
    }

    void open(Section& section, const std::string& named, const char* word) {
        const std::string dialect = named.empty() ? named : dialect_name(named, word);
        if (dialect.empty()) {
            if (section.given && !section.sql.empty()) {
                throw UsageError(std::string("it has two sections '-- ") + word + "'");
            }
            sql_ = &section.sql;
        } else {
            for (const auto& [name, sql] : section.per_dialect) {
                if (name == dialect)
                    throw UsageError(std::string("it has two sections '-- ") + word + ": " + dialect + "'");
            }
            sql_ = &section.per_dialect.emplace_back(dialect, std::string()).second;
        }
        section.given = true;
        section_ = &section;
    }

    /// Accepts `postgres` for postgresql, as in a URL.
    static std::string dialect_name(const std::string& named, const char* word) {
        try {
            return std::string(core::dialect_for(named).name());
        } catch (const UsageError&) {
            throw UsageError(std::string("its section '-- ") + word + ": " + named +
                             "' is for no database that Strata knows; it is sqlite or postgresql");
        }
    }

    Parsed parsed_;
    Section* section_ = nullptr;  // the open one
    std::string* sql_ = nullptr;  // its text for one database
};

}  // namespace

/// The text after `-- word` or `-- word:`; std::nullopt when the line is not that directive.
std::optional<std::string> sql_directive(std::string_view line, std::string_view word) {
    if (!line.starts_with("--")) return std::nullopt;
    auto rest = trimmed(line.substr(2));
    if (!rest.starts_with(word)) return std::nullopt;
    rest = trimmed(std::string_view(rest).substr(word.size()));
    if (rest.empty()) return rest;
    if (rest.front() != ':') return std::nullopt;
    return trimmed(std::string_view(rest).substr(1));
}

Revision sql_revision(std::string id, std::string_view file, std::string_view text) {
    Parsed parsed;
    std::string fault;
    try {
        parsed = Parser().parse(text);
    } catch (const Error& error) {
        fault = error.what();
    }
    Revision revision(std::move(id), file, std::move(parsed.parents), std::move(parsed.message),
                      parsed.upgrade.callback(), parsed.downgrade.callback());
    revision.says_parents = parsed.says_parents;
    revision.adopted_from = std::move(parsed.adopted_from);
    if (revision.fault.empty()) revision.fault = std::move(fault);
    return revision;
}

}  // namespace strata::migrate::detail
