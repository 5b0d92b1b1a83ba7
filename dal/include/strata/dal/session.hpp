#pragma once

#include <strata/dal/arguments.hpp>
#include <strata/dal/detail/key.hpp>
#include <strata/dal/try_verbs.hpp>

namespace strata::core {
class Dialect;  // <strata/core/dialect.hpp>
}

namespace strata::dal {

class Batch;
class Transaction;
template <class Model>
class NewRow;  // <strata/dal/structs.hpp>

namespace detail {
template <class Table, class Struct>
struct PatchOf;  // <strata/dal/structs.hpp>
template <class Rows, class... R>
struct LoadOf;  // <strata/dal/relations.hpp>
}  // namespace detail

/// The verbs of the DAL. They are the same on a Database, where each is a statement of its own, and in a Transaction.
///
/// Values are always bound. Statements are prepared once per shape and connection and cached. Errors are those of
/// strata/core/error.hpp; the error for a missing table names it and says to run the migrations.
class Session : public TryVerbs {
public:
    // Sets of one table's rows.

    /// The rows for which a condition on one table holds, or all rows of a table.
    template <class X>
    [[nodiscard]] auto operator()(const X& condition_or_table) const;

    // Rows of a model.

    /// Inserts a row and returns it as the database stored it: generated keys and other columns that the server fills
    /// in (defaults, computed) are left out of the INSERT and read back.
    template <class Model>
    Model insert(Model row, const InsertOptions& options = {}) const {
        insert_in_place(row, options);
        return row;
    }
    /// The same, and fills in the row itself.
    template <class Model>
    void insert_in_place(Model& row, const InsertOptions& options = {}) const {
        static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        if constexpr (detail::model<Model>) backend_->insert(detail::plan_of<Model>(), &row, options);
    }
    /// Inserts what make() has made of an input struct: `db.insert(make<User>(input))`.
    template <class Model>
    Model insert(const NewRow<Model>& row) const;
    /// Inserts only the assigned columns and returns the whole row: `db.insert_into(songs, songs.title = "Aria")`.
    template <class Table, class... A>
    typename Table::strata_model insert_into(const Table& table, const A&... assignments) const;
    /// Inserts many rows at the database's best speed, all or none, and returns how many. It does not return keys.
    template <class Range>
    std::int64_t insert_many(const Range& rows, const InsertOptions& options = {}) const;
    /// Inserts rows, all or none, and returns them with their keys; slower than insert_many.
    template <class Range>
    auto insert_many_returning(const Range& rows, const InsertOptions& options = {}) const;

    /// The row with this key, whose columns are given in the key's order: `db.get(users, 7)`. Throws UsageError for a
    /// model without a key.
    template <detail::table_handle Table, class... Key>
    [[nodiscard]] std::optional<typename Table::strata_model> get(const Table&, const Key&... key) const {
        return get<typename Table::strata_model>(key...);
    }
    template <class Model, class... Key>
        requires(!detail::table_handle<Model>)
    [[nodiscard]] std::optional<Model> get(const Key&... key) const;

    /// Writes every column except the key (and computed columns) of the row with this row's key, and returns the row as
    /// the database stored it: the database fills in the version column and what the model's facts set on update.
    /// Throws NotFound when there is no such row, StaleRow when its version is another.
    template <class Model>
    Model update(Model row) const {
        update_in_place(row);
        return row;
    }
    /// Writes only the named columns of the row with this row's key, and returns that row as it is then:
    /// `db.update(song, songs.title, songs.plays)`. A version column is compared and incremented as ever.
    template <class Model, class C, class... Cs>
    Model update(Model row, const C& column, const Cs&... more) const {
        if constexpr (detail::check_named<Model, C, Cs...>())
            update_columns(detail::plan_of<Model>(), &row, {column.strata_index(), more.strata_index()...});
        return row;
    }
    /// The same, from and into the row itself.
    template <class Model>
    void update_in_place(Model& row) const {
        constexpr bool condition = core::detail::operand<Model>;
        static_assert(!condition,
                      "strata: update() takes a row: rows by a condition are db(songs.id == 5).update(...)");
        static_assert(detail::model<Model> || condition, "strata: no STRATA_MODEL describes this type");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        if constexpr (detail::model<Model>) backend_->update(detail::plan_of<Model>(), &row);
    }
    /// Writes what a patch struct has into the row with this key (a std::tuple where it has several columns) and
    /// returns the row as it is then; a patch that has nothing writes nothing. Throws NotFound when there is no such
    /// row, and StaleRow when the struct names the version column and the row has another version.
    template <detail::table_handle Table, class Key, class Struct>
    typename Table::strata_model patch(const Table& table, const Key& key, const Struct& patch) const {
        constexpr bool included = requires { sizeof(detail::PatchOf<Table, Struct>); };
        static_assert(included, "strata: patch() needs #include <strata/dal/structs.hpp>");
        if constexpr (included) return detail::PatchOf<Table, Struct>::run(*backend_, table, key, patch);
    }
    /// Deletes the row with this row's key. Throws NotFound when there is no such row, StaleRow when its version is
    /// another.
    template <class Model>
    void remove(const Model& row) const {
        constexpr bool condition = core::detail::operand<Model>;
        constexpr bool table = detail::table_handle<Model> || requires { typename Model::strata_all; };
        static_assert(!condition, "strata: remove() takes a row: rows by a condition are db(orders.id == 5).remove()");
        static_assert(!table, "strata: remove() takes a row: every row of a table is db(dal::all(songs)).remove()");
        static_assert(detail::model<Model> || condition || table, "strata: no STRATA_MODEL describes this type");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        if constexpr (detail::model<Model>) backend_->remove(detail::plan_of<Model>(), &row);
    }

    // Queries. The rows of one expression are its plain type, of several a std::tuple, of a table its model.

    template <any_query Q>
    [[nodiscard]] auto all(const Q& query) const {
        return detail::fetch_all<RowType<Q>>(*backend_, runnable(query, 0), Q::strata_row::layout);
    }
    template <any_query Q>
    [[nodiscard]] auto first(const Q& query) const {
        return detail::fetch_first<RowType<Q>>(*backend_, runnable(query, 1), Q::strata_row::layout);
    }
    /// Throws NotFound when there is no row, UsageError when there are several.
    template <any_query Q>
    [[nodiscard]] auto one(const Q& query) const {
        return detail::fetch_only<RowType<Q>>(*backend_, runnable(query, 2), Q::strata_row::layout);
    }
    /// Rows of one model with what is related to them, one statement for each relation, whatever the number of rows:
    /// `db.load(db(users), songs_of.order_by(songs.title))`. Include <strata/dal/relations.hpp>, which says more.
    template <class Rows, class... R>
    [[nodiscard]] auto load(Rows&& rows, const R&... relations) const {
        constexpr bool included = requires { sizeof(detail::LoadOf<std::remove_cvref_t<Rows>, R...>); };
        static_assert(included, "strata: load() needs #include <strata/dal/relations.hpp>");
        if constexpr (included)
            return detail::LoadOf<std::remove_cvref_t<Rows>, R...>::run(*this, *backend_, std::forward<Rows>(rows),
                                                                        relations...);
    }
    /// The rows one at a time, in constant memory: `for (const Song& song : db.stream(query)) ...`
    template <any_query Q>
    [[nodiscard]] Stream<RowType<Q>> stream(const Q& query) const {
        return Stream<RowType<Q>>(backend_->stream(runnable(query, 0), Q::strata_row::layout));
    }
    /// The SQL that a query is compiled to on this database, with placeholders, and as a comment the types of their
    /// values: never the values.
    template <any_query Q>
    [[nodiscard]] std::string sql(const Q& query) const {
        return backend_->sql({query.strata_fragment()});
    }
    /// The number of the query's rows.
    template <any_query Q>
    [[nodiscard]] std::int64_t count(const Q& query) const {
        return backend_->count(runnable(query, 0, detail::Verb::count_rows));
    }
    /// Whether the query has a row.
    template <any_query Q>
    [[nodiscard]] bool exists(const Q& query) const {
        return backend_->exists(runnable(query, 0, detail::Verb::has_rows));
    }
    /// The database's plan for a query, one line for each of its steps. With `{.analyze = true}` PostgreSQL runs the
    /// query, and says how long it took; on SQLite that is a UsageError.
    template <any_query Q>
    [[nodiscard]] std::string explain(const Q& query, const ExplainOptions& options = {}) const {
        return backend_->explain(runnable(query, 0), options);
    }

    // Raw SQL: a literal (or unchecked_sql), one statement that reads or writes rows, with `?` or `:name` for values
    // (`??` is a question mark, `\:` a colon). Throws UsageError for one that changes the schema or controls the
    // transaction, and for several.

    /// Rows into a described struct or a model by column names, into a std::tuple by position, or as a single value.
    template <class R, class... A>
    [[nodiscard]] std::vector<R> query(SqlText sql, const A&... arguments) const;
    template <class R, class... A>
    [[nodiscard]] R query_one(SqlText sql, const A&... arguments) const {
        return detail::only(query<R>(sql, arguments...));
    }
    /// The rows one at a time, in constant memory. Text given to it need not outlive the call.
    template <class R, class... A>
    [[nodiscard]] Stream<R> stream(SqlText sql, const A&... arguments) const;
    /// Returns how many rows were changed.
    template <class... A>
    std::int64_t execute(SqlText sql, const A&... arguments) const {
        return backend_->execute(sql.view(), detail::ArgumentList<A...>(arguments...));
    }

    /// Runs statements together, in one round trip on PostgreSQL once they are prepared. `work(Batch&)` says which, and
    /// returns what their verbs gave it, in a std::tuple or a std::vector; the batch returns the results in its place:
    ///     const auto [ada, total] = db.batch([](dal::Batch& batch) {
    ///         return std::tuple{batch.get(users, 7), batch.count(...)}; });
    /// Outside of a transaction they have one of their own. The error of a statement that fails says which it was.
    template <class Call>
        requires std::is_invocable_v<Call&, Batch&>
    auto batch(Call&& work) const;
    /// The rows of several queries or sets: `const auto [page, owners] = db.batch(select(...), db(users));`
    template <class... Q>
        requires(sizeof...(Q) > 0 && ((any_query<Q> || std::is_base_of_v<detail::SetBase, Q>) && ...))
    auto batch(const Q&... queries) const;

    /// Calls work(Transaction&), commits and returns its result; an exception rolls back and is passed on. Inside a
    /// transaction this is a savepoint.
    template <class Call>
    auto transaction(Call&& work, const TransactionOptions& options = {}) const;

    /// The database's kind: its name() is "sqlite" or "postgresql", for display and for choosing what differs between
    /// them. Needs <strata/core/dialect.hpp>.
    [[nodiscard]] const core::Dialect& dialect() const noexcept;

protected:
    explicit Session(detail::BackendPtr backend) noexcept : TryVerbs(std::move(backend)) {}

private:
    friend class Batch;
};

/// A transaction that is open while its callback runs. Used by one thread; its verbs throw UsageError after it has
/// ended.
class Transaction : public Session {
public:
    explicit Transaction(detail::BackendPtr backend) noexcept : Session(std::move(backend)) {}

    /// Calls `call` once the outermost transaction has been committed, in the order of registration. The call is
    /// forgotten when the transaction, or the inner one it was registered in, is rolled back or run again. What it
    /// throws goes to the log, since the transaction stays committed.
    template <class Call>
    void after_commit(Call call) const;
};

}  // namespace strata::dal

#include <strata/dal/detail/session.hpp>
