#include "violations.hpp"

#include "catalogue.hpp"
#include "dialect.hpp"
#include "lexis.hpp"
#include "missing_names.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/core/internal/text.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace strata::core::sqlite {

namespace {

using Names = std::vector<std::string>;

std::string quoted(std::string_view name) { return dialect().quoted(name); }

bool same(std::string_view a, std::string_view b) { return internal::lower(a) == internal::lower(b); }
bool same(const Names& a, const Names& b) {
    return std::ranges::equal(a, b, [](const std::string& x, const std::string& y) { return same(x, y); });
}

enum class Kind : std::uint8_t { unique, foreign_key, check };
struct NamedConstraint {
    Kind kind;
    std::string name;
    Names columns;
};

std::string plain(const detail::SqlToken& token) { return detail::name_value(token).value_or(std::string()); }

/// The constraints of a CREATE TABLE that have names.
std::vector<NamedConstraint> constraints_of(std::string_view create_table) {
    std::vector<NamedConstraint> found;
    std::string column;   // that the constraint is written at
    std::string name;     // of the constraint that follows
    bool begins = false;  // a column or a constraint of the table
    bool listed = false;  // the columns of the last constraint follow
    int depth = 0;
    detail::SqlLexer lexer(create_table, lexis);
    detail::SqlToken before;
    for (detail::SqlToken token = lexer.next(); token.kind != detail::SqlToken::Kind::end;
         before = std::exchange(token, lexer.next())) {
        if (token.symbol('(')) begins = ++depth == 1;
        if (token.symbol(')') && --depth == 1) listed = false;
        if (token.symbol(',') && depth == 1) begins = true;
        if (depth == 2 && listed && (before.symbol('(') || before.symbol(',')))
            found.back().columns.push_back(plain(token));
        if (depth != 1 || token.kind == detail::SqlToken::Kind::symbol) continue;
        const bool unique = token.is("PRIMARY") || token.is("UNIQUE");
        const bool refers = token.is("FOREIGN") || token.is("REFERENCES");
        const bool is_constraint = unique || refers || token.is("CHECK") || token.is("CONSTRAINT");
        if (std::exchange(begins, false)) {
            name.clear();
            column = is_constraint ? std::string() : plain(token);
            if (!is_constraint) continue;
        }
        if (before.is("CONSTRAINT")) {
            name = plain(token);
        } else if (is_constraint && !name.empty() && !token.is("CONSTRAINT")) {
            found.push_back({unique ? Kind::unique : refers ? Kind::foreign_key : Kind::check, std::move(name), {}});
            name.clear();
            if (!column.empty()) found.back().columns.push_back(column);
            listed = column.empty() && !token.is("CHECK");
        } else if (!is_constraint) {
            name.clear();  // of NOT NULL and others
        }
    }
    return found;
}

std::vector<NamedConstraint> constraints_of(::sqlite3* handle, const std::string& table) {
    const std::string_view values[] = {table};
    const auto rows =
        text_rows(handle, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)", values);
    return rows.empty() ? std::vector<NamedConstraint>() : constraints_of(rows.front().front());
}

/// The only name of a list.
std::string only(const Names& names) { return names.size() == 1 ? names.front() : std::string(); }

Names names_of(::sqlite3* handle, const std::string& table, Kind kind, const Names& columns) {
    Names names;
    for (NamedConstraint& each : constraints_of(handle, table))
        if (each.kind == kind && same(each.columns, columns)) names.push_back(std::move(each.name));
    return names;
}

struct ForeignKey {
    std::string table;
    Names columns;
    std::string referred;
    Names referred_columns;
    std::string on_update;
    std::string on_delete;

    [[nodiscard]] bool cascades() const { return on_delete == "CASCADE"; }
    [[nodiscard]] static bool refuses(const std::string& action) {
        return action == "NO ACTION" || action == "RESTRICT";
    }

    /// `child.a = parent.b AND ...`
    [[nodiscard]] std::string matches() const {
        std::string sql;
        for (std::size_t i = 0; i < columns.size(); ++i)
            sql.append(i == 0 ? "" : " AND ")
                .append("parent." + quoted(referred_columns[i]) + " = child." + quoted(columns[i]));
        return sql;
    }
    [[nodiscard]] std::string is_set() const {
        std::string sql;
        for (const std::string& column : columns) sql += " AND child." + quoted(column) + " IS NOT NULL";
        return sql;
    }
};

/// The foreign keys of all tables, each table's in the order of its text.
std::vector<ForeignKey> foreign_keys(::sqlite3* handle) {
    std::vector<ForeignKey> keys;
    for (TextRow& row : text_rows(handle,
                                  "SELECT m.name, f.seq, f.\"from\", f.\"table\", f.\"to\", f.on_update, f.on_delete "
                                  "FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' "
                                  "ORDER BY m.rowid, f.id DESC, f.seq")) {
        if (row[1] == "0") keys.push_back({row[0], {}, row[3], {}, row[5], row[6]});
        keys.back().columns.push_back(std::move(row[2]));
        if (!row[4].empty()) keys.back().referred_columns.push_back(std::move(row[4]));
    }
    for (ForeignKey& key : keys) {
        if (!key.referred_columns.empty()) continue;
        const std::string_view values[] = {key.referred};
        for (TextRow& row : text_rows(handle, "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", values))
            key.referred_columns.push_back(std::move(row.front()));
    }
    std::erase_if(keys, [](const ForeignKey& key) { return key.columns.size() != key.referred_columns.size(); });
    return keys;
}

using RowId = std::pair<std::string, std::int64_t>;  // of a table, in lower case

/// What a statement did.
struct Changes {
    std::set<RowId> written;
    std::set<RowId> updated;
    std::set<RowId> removed;
    static constexpr std::size_t most = 10000;

    void add(int action, const char* table, std::int64_t row) {
        if (written.size() + removed.size() >= most) return;
        const RowId id(internal::lower(table), row);
        if (action == SQLITE_DELETE) removed.insert(id);
        if (action != SQLITE_DELETE) written.insert(id);
        if (action == SQLITE_UPDATE) updated.insert(id);
    }
};

/// A savepoint that is rolled back, in which foreign keys are not looked at.
class WithoutForeignKeys {
public:
    explicit WithoutForeignKeys(::sqlite3* handle) : handle_(handle), open_(run("SAVEPOINT strata_violation")) {
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
    }
    WithoutForeignKeys(const WithoutForeignKeys&) = delete;
    WithoutForeignKeys& operator=(const WithoutForeignKeys&) = delete;
    ~WithoutForeignKeys() {
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
        if (!open_) return;
        // What cannot be undone must not be committed either.
        if (undo())
            run("RELEASE strata_violation");
        else
            run("ROLLBACK");
    }
    bool undo() { return run("ROLLBACK TO strata_violation"); }

    /// What the statement does.
    [[nodiscard]] std::optional<Changes> run(sqlite3_stmt* statement) {
        if (!open_) return std::nullopt;
        Changes changes;
        sqlite3_update_hook(
            handle_,
            [](void* all, int action, const char*, const char* table, sqlite3_int64 row) {
                static_cast<Changes*>(all)->add(action, table, row);
            },
            &changes);
        sqlite3_reset(statement);
        int code = SQLITE_ROW;
        while (code == SQLITE_ROW) code = sqlite3_step(statement);
        sqlite3_reset(statement);
        sqlite3_update_hook(handle_, nullptr, nullptr);
        if (code != SQLITE_DONE) return std::nullopt;
        return changes;
    }

private:
    bool run(const char* sql) { return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }

    ::sqlite3* handle_;
    bool open_;
};

/// Looks for the key that changes violate.
class Search {
public:
    Search(::sqlite3* handle, sqlite3_stmt* statement, WithoutForeignKeys& scope, Changes changes)
        : handle_(handle),
          statement_(statement),
          scope_(scope),
          changes_(std::move(changes)),
          keys_(foreign_keys(handle)) {}

    const ForeignKey* find() {
        for (const RowId& row : changes_.written) {
            for (const ForeignKey& key : keys_)
                if (same(key.table, row.first) && lacks_parent(key, row.second)) return &key;
        }
        std::map<std::pair<const ForeignKey*, std::int64_t>, TextRow> after;
        for_updated([&](const ForeignKey& key, std::int64_t row) { after[{&key, row}] = referred_key(key, row); });
        scope_.undo();
        const ForeignKey* found = nullptr;
        std::vector<const ForeignKey*> moved;  // the update hook tells a rowid that has changed as it is then
        for_updated([&](const ForeignKey& key, std::int64_t row) {
            const TextRow before = referred_key(key, row);
            if (before.empty()) moved.push_back(&key);
            if (found == nullptr && after[{&key, row}] != before && has_child(key, row)) found = &key;
        });
        if (found == nullptr && !moved.empty()) found = with_orphans(moved);
        if (found != nullptr) return found;
        remove_by_cascade();
        for (const ForeignKey& key : keys_) {
            if (!ForeignKey::refuses(key.on_delete)) continue;
            for (const RowId& row : changes_.removed)
                if (same(key.referred, row.first) && has_child(key, row.second)) return &key;
        }
        return nullptr;
    }

private:
    /// The rows whose key refers to nothing.
    [[nodiscard]] static std::string orphans(const ForeignKey& key) {
        return "SELECT 1 FROM " + quoted(key.table) + " child WHERE NOT EXISTS (SELECT 1 FROM " + quoted(key.referred) +
               " parent WHERE " + key.matches() + ")" + key.is_set();
    }
    [[nodiscard]] bool lacks_parent(const ForeignKey& key, std::int64_t row) const {
        return has_row(handle_, orphans(key) + " AND child.rowid = ?", row);
    }
    /// The rows that refer to a row.
    [[nodiscard]] static std::string children(const ForeignKey& key) {
        return " FROM " + quoted(key.referred) + " parent JOIN " + quoted(key.table) + " child ON " + key.matches() +
               " WHERE parent.rowid = ?";
    }
    [[nodiscard]] std::vector<std::int64_t> child_rows(const ForeignKey& key, std::int64_t row) const {
        const std::string number = std::to_string(row);
        const std::string_view values[] = {number};
        std::vector<std::int64_t> rows;
        for (const TextRow& each : text_rows(handle_, "SELECT child.rowid" + children(key), values))
            rows.push_back(std::stoll(each.front()));
        return rows;
    }
    /// Whether a row that is not removed itself refers to a row.
    [[nodiscard]] bool has_child(const ForeignKey& key, std::int64_t row) const {
        const std::string table = internal::lower(key.table);
        const auto goes = [&](const RowId& each) { return each.first == table; };
        if (std::ranges::none_of(changes_.removed, goes)) return has_row(handle_, "SELECT 1" + children(key), row);
        const std::vector<std::int64_t> rows = child_rows(key, row);
        return std::ranges::any_of(rows,
                                   [&](std::int64_t child) { return !changes_.removed.contains({table, child}); });
    }
    /// The first of these keys that rows violate once the statement has run.
    [[nodiscard]] const ForeignKey* with_orphans(const std::vector<const ForeignKey*>& keys) const {
        if (!scope_.run(statement_)) return nullptr;
        const auto found = std::ranges::find_if(
            keys, [&](const ForeignKey* key) { return has_row(handle_, orphans(*key) + " LIMIT ?", 1); });
        scope_.undo();
        return found == keys.end() ? nullptr : *found;
    }
    [[nodiscard]] TextRow referred_key(const ForeignKey& key, std::int64_t row) const {
        std::string sql;
        for (const std::string& column : key.referred_columns)
            sql += (sql.empty() ? "SELECT quote(" : ", quote(") + quoted(column) + ")";
        const std::string number = std::to_string(row);
        const std::string_view values[] = {number};
        auto rows = text_rows(handle_, sql + " FROM " + quoted(key.referred) + " WHERE rowid = ?", values);
        return rows.empty() ? TextRow() : std::move(rows.front());
    }
    template <class Call>
    void for_updated(const Call& call) const {
        for (const RowId& row : changes_.updated) {
            for (const ForeignKey& key : keys_)
                if (same(key.referred, row.first) && ForeignKey::refuses(key.on_update)) call(key, row.second);
        }
    }
    /// Adds the rows that the database removes with those that the statement removes.
    void remove_by_cascade() {
        std::vector<RowId> next(changes_.removed.begin(), changes_.removed.end());
        while (!next.empty() && changes_.removed.size() < Changes::most) {
            const RowId row = std::move(next.back());
            next.pop_back();
            for (const ForeignKey& key : keys_) {
                if (!key.cascades() || !same(key.referred, row.first)) continue;
                for (const std::int64_t child : child_rows(key, row.second)) {
                    RowId id(internal::lower(key.table), child);
                    if (changes_.removed.insert(id).second) next.push_back(std::move(id));
                }
            }
        }
    }

    ::sqlite3* handle_;
    sqlite3_stmt* statement_;
    WithoutForeignKeys& scope_;
    Changes changes_;
    const std::vector<ForeignKey> keys_;
};

}  // namespace

std::string unique_name(::sqlite3* handle, const std::string& table, const std::vector<std::string>& columns) {
    Names names = names_of(handle, table, Kind::unique, columns);
    std::map<std::string, Names> indexes;
    const std::string_view values[] = {table};
    for (TextRow& row : text_rows(handle,
                                  "SELECT i.name, c.name FROM pragma_index_list(?) i JOIN pragma_index_info(i.name) c "
                                  "WHERE i.\"unique\" AND i.origin = 'c' ORDER BY i.name, c.seqno",
                                  values))
        indexes[row[0]].push_back(std::move(row[1]));
    for (const auto& [name, its_columns] : indexes)
        if (same(its_columns, columns)) names.push_back(name);
    return only(names);
}

std::string table_of_index(::sqlite3* handle, const std::string& index) {
    const std::string_view values[] = {index};
    const auto rows = text_rows(handle, "SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = ?", values);
    return rows.empty() ? std::string() : rows.front().front();
}

std::string table_of_check(::sqlite3* handle, std::string_view sql, const std::string& check) {
    std::set<std::string> tables;
    for (const std::string& table : tables_named(sql)) {
        for (const NamedConstraint& each : constraints_of(handle, table))
            if (each.kind == Kind::check && each.name == check) tables.insert(table);
    }
    return tables.size() == 1 ? *tables.begin() : std::string();
}

std::optional<Constraint> violated_key(::sqlite3* handle, sqlite3_stmt* statement) {
    for (sqlite3_stmt* each = sqlite3_next_stmt(handle, nullptr); each != nullptr;
         each = sqlite3_next_stmt(handle, each)) {
        if (each != statement && sqlite3_stmt_busy(each) != 0) return std::nullopt;
    }
    WithoutForeignKeys scope(handle);
    std::optional<Changes> changes = scope.run(statement);
    if (!changes) return std::nullopt;
    Search search(handle, statement, scope, std::move(*changes));
    const ForeignKey* const key = search.find();
    if (key == nullptr) return std::nullopt;
    return Constraint{key->table, only(names_of(handle, key->table, Kind::foreign_key, key->columns)), key->columns};
}

}  // namespace strata::core::sqlite
