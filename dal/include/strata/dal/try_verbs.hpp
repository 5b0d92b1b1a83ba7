#pragma once

#include <strata/core/result.hpp>
#include <strata/dal/changes.hpp>
#include <strata/dal/sql_text.hpp>
#include <strata/dal/writes.hpp>

namespace strata::dal {

class Session;

template <class Q>
concept any_query = requires { typename Q::strata_query; };
/// The row type of a query: a value, a model, a std::tuple or a struct of yours.
template <any_query Q>
using RowType = typename Q::strata_row::type;

/// The verbs of a Session whose errors are values: each does what the verb without `try_` does, and gives its Result.
/// They are for code bases without exceptions; what a program does wrong itself (UsageError) is an error of the result,
/// too, except where a query or a set is built.
class TryVerbs : public WritingVerbs {
public:
    template <class Model>
    Result<Model> try_insert(Model row, const InsertOptions& options = {}) const {
        return attempted([&] { self<Model>().insert_in_place(row, options); }, [&] { return std::move(row); });
    }
    template <class Table, class... A>
    auto try_insert_into(const Table& table, const A&... assignments) const {
        return attempted([&] { return self<Table>().insert_into(table, assignments...); });
    }
    template <class Range>
    Result<std::int64_t> try_insert_many(const Range& rows, const InsertOptions& options = {}) const {
        std::int64_t count = 0;
        return attempted([&] { count = self<Range>().insert_many(rows, options); }, [&] { return count; });
    }
    template <class Range>
    auto try_insert_many_returning(const Range& rows, const InsertOptions& options = {}) const {
        return attempted([&] { return self<Range>().insert_many_returning(rows, options); });
    }
    template <class Q, class C, class... Cs>
    Result<std::int64_t> try_insert_from(const Q& query, const C& column, const Cs&... more) const {
        return attempted([&] { return insert_from(query, column, more...); });
    }
    template <detail::table_handle Table, class... Key>
    auto try_get(const Table& table, const Key&... key) const {
        return attempted([&] { return self<Table>().get(table, key...); });
    }
    /// The whole row, or only the named columns.
    template <class Model, class... C>
    Result<Model> try_update(Model row, const C&... columns) const {
        if constexpr (sizeof...(C) == 0) {
            return attempted([&] { self<Model>().update_in_place(row); }, [&] { return std::move(row); });
        } else {
            return attempted([&] { return self<Model>().update(row, columns...); });
        }
    }
    template <class Range, class... C>
    Result<std::int64_t> try_update_many(const Range& rows, const C&... columns) const {
        return attempted([&] { return update_many(rows, columns...); });
    }
    template <class Model>
    Result<Model> try_update_changed(const Model& before, const Model& after) const {
        return attempted([&] { return update_changed(before, after); });
    }
    template <detail::table_handle Table, class Key, class Struct>
    auto try_patch(const Table& table, const Key& key, const Struct& patch) const {
        return attempted([&] { return self<Table>().patch(table, key, patch); });
    }
    template <class Model>
    Result<void> try_remove(const Model& row) const {
        return attempted([&] { self<Model>().remove(row); });
    }
    template <class Model, class K>
    Result<std::optional<Model>> try_upsert(const Model& row, const K& conflict) const {
        return attempted([&] { return upsert(row, conflict); });
    }
    template <class Model, class K>
    auto try_upsert_created(const Model& row, const K& conflict) const {
        return attempted([&] { return upsert_created(row, conflict); });
    }
    template <class Table, class K, class... A>
    auto try_upsert_into(const Table& table, const K& conflict, const A&... assignments) const {
        return attempted([&] { return upsert_into(table, conflict, assignments...); });
    }
    template <class Range, class K>
    Result<std::int64_t> try_upsert_many(const Range& rows, const K& conflict) const {
        return attempted([&] { return upsert_many(rows, conflict); });
    }
    template <class Q, class K, class C, class... Cs>
    Result<std::int64_t> try_upsert_from(const Q& query, const K& conflict, const C& column, const Cs&... more) const {
        return attempted([&] { return upsert_from(query, conflict, column, more...); });
    }
    template <class Model>
    Result<Model> try_save(const Model& row) const {
        return attempted([&] { return save(row); });
    }
    template <class Model, class C, class... Cs>
    Result<Created<Model>> try_get_or_create(const Model& row, const C& column, const Cs&... more) const {
        return attempted([&] { return get_or_create(row, column, more...); });
    }
    template <detail::table_handle Table>
    Result<void> try_truncate(const Table& table) const {
        return attempted([&] { truncate(table); });
    }

    template <any_query Q>
    auto try_all(const Q& query) const {
        std::vector<detail::Stored<RowType<Q>>> rows;
        return attempted([&] { backend_->fetch(runnable(query, 0), Q::strata_row::layout, detail::AppendTo{rows}); },
                         [&] { return detail::plain<RowType<Q>>(std::move(rows)); });
    }
    template <any_query Q>
    auto try_first(const Q& query) const {
        std::optional<RowType<Q>> row;
        return attempted([&] { backend_->fetch(runnable(query, 1), Q::strata_row::layout, detail::EmplaceIn{row}); },
                         [&] { return std::move(row); });
    }
    template <any_query Q>
    auto try_one(const Q& query) const {
        detail::EmplaceOnly<RowType<Q>> only;
        return attempted(
            [&] {
                backend_->fetch(runnable(query, 2), Q::strata_row::layout, only);
                detail::check_only(only.rows, nullptr);
            },
            [&] { return std::move(*only.row); });
    }
    template <any_query Q>
    Result<std::int64_t> try_count(const Q& query) const {
        std::int64_t count = 0;
        return attempted([&] { count = backend_->count(runnable(query, 0, detail::Verb::count_rows)); },
                         [&] { return count; });
    }
    template <any_query Q>
    Result<bool> try_exists(const Q& query) const {
        bool exists = false;
        return attempted([&] { exists = backend_->exists(runnable(query, 0, detail::Verb::has_rows)); },
                         [&] { return exists; });
    }
    template <any_query Q>
    auto try_stream(const Q& query) const {
        return attempted([&] { return self<Q>().stream(query); });
    }

    template <class R, class... A>
    Result<std::vector<R>> try_query(SqlText sql, const A&... arguments) const {
        return attempted([&] { return self<R>().template query<R>(sql, arguments...); });
    }
    template <class R, class... A>
    Result<R> try_query_one(SqlText sql, const A&... arguments) const {
        return attempted([&] { return self<R>().template query_one<R>(sql, arguments...); });
    }
    template <class... A>
    Result<std::int64_t> try_execute(SqlText sql, const A&... arguments) const {
        const detail::ArgumentList<A...> list(arguments...);
        std::int64_t count = 0;
        return attempted([&] { count = backend_->execute(sql.view(), list); }, [&] { return count; });
    }

    template <class... W>
    auto try_batch(const W&... work) const {
        return attempted([&] { return self<W...>().batch(work...); });
    }
    /// The callback gives a value, nothing, or a Result: with an error in it the transaction is rolled back, and the
    /// error is what try_transaction() gives.
    template <class Call>
    auto try_transaction(Call&& work, const TransactionOptions& options = {}) const;

protected:
    explicit TryVerbs(detail::BackendPtr backend) noexcept : WritingVerbs(std::move(backend)) {}

    /// At most this many rows; 0 is all.
    template <class Q>
    static detail::Request runnable(const Q& query, std::uint32_t limit, detail::Verb verb = detail::Verb::query) {
        static_assert(std::is_same_v<typename Q::strata_correlated, Uses<>>,
                      "strata: a query with correlate() runs inside of another one only");
        return {query.strata_fragment(), verb, nullptr, limit};
    }

private:
    template <class Call, class... Take>
    static auto attempted(const Call& call, const Take&... take) {
        return core::detail::attempted(call, take...);
    }
    /// This object, which a template sees whole.
    template <class...>
    [[nodiscard]] const Session& self() const;
};

}  // namespace strata::dal
