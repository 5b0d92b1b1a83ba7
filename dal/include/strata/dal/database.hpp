#pragma once

#include <strata/dal/session.hpp>

namespace strata::core {
class Engine;  // <strata/core/engine.hpp>
}  // namespace strata::core

namespace strata::dal {

template <class Model>
struct Callbacks;  // <strata/dal/callbacks.hpp>
class Database;
namespace detail {
class OneConnection;
[[nodiscard]] Database on_one_connection(const Database& database,
                                         const core::detail::Shared<OneConnection>& connection);
}  // namespace detail

/// A connected database: the verbs of Session, each in a transaction of its own. Copies share one pool of connections.
/// Thread safe.
class Database : public Session {
public:
    [[nodiscard]] const core::Engine& engine() const noexcept;
    /// The same database with options for each statement, also those of its transactions:
    /// `db.with({.statement_timeout = std::chrono::seconds(2), .tag = "GET /songs"})`. Its pool is this one's.
    [[nodiscard]] Database with(CallOptions options) const;
    /// The same database, in which a table has only the rows for which a condition holds: in every query, join and
    /// query inside of another, and for updates, removals and rows by key. Several filters hold together. A filter
    /// `songs.tenant_id == 7` is also what inserts write into that column; it cannot be assigned otherwise. What a
    /// filter says of other conditions is not checked when rows are written. Raw SQL is refused.
    template <class C>
    [[nodiscard]] Database filtered(const C& condition) const {
        static_assert(core::detail::condition<C>, "strata: filtered() takes a condition: songs.tenant_id == 7");
        using One = detail::OneSource<core::detail::UsesOf<C>>;
        static_assert(One::value, "strata: a filter is a condition on one table");
        static_assert(!core::described_source<typename One::type>, "strata: filter the table itself, not an alias");
        core::Fragment fragment;
        condition.strata_append(fragment);
        return filtered_by(core::source_info<typename One::type>(), fragment);
    }

    /// Compares tables with the models, for a program that starts: `db.verify(users, songs)`. Throws SchemaMismatch
    /// when a table or a column is missing, a column's type or nullability is another, or the database is at an earlier
    /// revision than the program was built with (strata_expect_migrations()). Reads only the catalogue of columns, and
    /// the version table. Include <strata/dal/verify.hpp>.
    template <class... Table>
    void verify(const Table&... tables) const;

    /// The same database with callbacks for each row of a model that is inserted, updated or removed. They run in the
    /// statement's transaction and get its session. What writes without single rows (sets, insert_into(), upserts,
    /// insert_from(), truncate()) throws UsageError where it would pass by a callback. Needs
    /// <strata/dal/callbacks.hpp>.
    template <class Model>
    [[nodiscard]] Database with_callbacks(Callbacks<Model> callbacks) const;

private:
    [[nodiscard]] Database hooked(const core::detail::Shared<detail::RowHook>& hook) const;
    [[nodiscard]] Database filtered_by(const core::SourceInfo& table, const core::Fragment& condition) const;
    /// A database with the backend that is made of this one's.
    [[nodiscard]] Database replaced(
        core::detail::FunctionRef<detail::BackendPtr(const detail::Backend& backend)> make) const;
    friend Database connect(const core::Engine& engine);
    friend Database detail::on_one_connection(const Database& database,
                                              const core::detail::Shared<detail::OneConnection>& connection);
    explicit Database(detail::BackendPtr backend) noexcept : Session(std::move(backend)) {}
};

/// Connects to read and write rows: changes of the schema are denied, and neither tables nor files are created. Takes
/// an engine or a URL. Throws ConnectionError when the database cannot be reached, or its SQLite file does not exist.
/// On PostgreSQL it logs a warning, once, when its role may create tables: functions could then change the schema,
/// which only the role's privileges can prevent.
[[nodiscard]] Database connect(const core::Engine& engine);
[[nodiscard]] Database connect(std::string_view url);
[[nodiscard]] Database connect(const char* url);
[[nodiscard]] Database connect(const std::string& url);

/// The SQL of a query in a dialect, with placeholders, without a database:
/// `to_sql(query, core::dialect_for("sqlite"))`.
[[nodiscard]] std::string to_sql(const core::Fragment& query, const core::Dialect& dialect);
template <any_query Q>
[[nodiscard]] std::string to_sql(const Q& query, const core::Dialect& dialect) {
    return to_sql(query.strata_fragment(), dialect);
}

}  // namespace strata::dal
