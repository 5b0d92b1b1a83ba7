#include "detail/filters.hpp"
#include "detail/raw_sql.hpp"
#include "detail/read_rows.hpp"
#include "detail/running.hpp"

#include <strata/core/error.hpp>

#include <functional>
#include <optional>
#include <utility>

namespace strata::dal::detail {

using core::Connection;
using core::Cursor;

namespace {

constexpr core::QueryOptions row_by_row{.fetch = core::Fetch::stream};

/// Reads a statement's rows on a connection that it keeps, until the last row, an error, or the end of the transaction.
class OpenStream : public RowStream, private LeaseUser {
public:
    OpenStream(Backend& backend, core::Intent intent, const RowLayout& layout, const Ran& ran)
        : lease_(backend.lease(intent, *this)), reader_(layout), plain_((*lease_)->is_plain()), ran_(ran) {}

    bool next(Target target) override {
        if (!lease_) return false;
        bool more = false;
        guarded([&] {
            if (plain_) {
                more = read(target);
            } else {
                (*lease_)->run([&](Connection&) { more = read(target); });
            }
        });
        if (!more) close();
        return more;
    }

protected:
    void close() noexcept {
        cursor_.reset();
        lease_.reset();
    }
    /// Runs the statement.
    void open(core::detail::FunctionRef<Cursor(Connection&)> query) {
        guarded([&] { (*lease_)->run([&](Connection& connection) { cursor_.emplace(query(connection)); }); });
    }

private:
    void end() noexcept override { cursor_.reset(); }
    bool read(Target target) {
        const bool more = cursor_->next();
        if (!started_ && (more || !ran_.typed)) reader_.start(cursor_->row());
        started_ = true;
        if (more) reader_.read(cursor_->row(), target());
        return more;
    }
    template <class Work>
    void guarded(const Work& work) {
        try {
            work();
        } catch (const Error& error) {
            close();
            rethrow_explained(error, ran_);
        } catch (...) {
            close();
            throw;
        }
    }

    std::optional<LeasePtr> lease_;  // empty: the stream has ended
    std::optional<Cursor> cursor_;
    RowReader reader_;
    bool plain_;
    const Ran ran_;
    bool started_ = false;
};

class QueryStream final : public OpenStream {
public:
    QueryStream(Backend& backend, const Request& request, const RowLayout& layout, const Filters& filters,
                const QueryCompiler& compiler)
        : OpenStream(backend, core::Intent::read, layout, request),
          fragment_(request.fragment),
          call_({fragment_, request.verb, request.source, request.limit}, filters, compiler) {
        if (call_.locks()) backend.check_lock();
        if (call_.writes()) throw UsageError("stream() reads only: a query that writes is run by all()");
        const Rendering rendering{compiler, call_.request()};
        open([&](Connection& connection) {
            return connection.query_cached(call_.shape().key(), call_.shape().hash(), std::cref(rendering),
                                           call_.values(), row_by_row);
        });
    }
    QueryStream(const QueryStream&) = delete;
    QueryStream& operator=(const QueryStream&) = delete;
    ~QueryStream() override { close(); }  // while the values exist that the cursor borrows

private:
    const core::Fragment fragment_;
    const Call call_;
};

class RawStream final : public OpenStream {
public:
    RawStream(Backend& backend, std::string_view sql, const RawArguments& arguments, const RowLayout& layout,
              const QueryCompiler& compiler)
        : OpenStream(backend, intent_of(sql, compiler), layout, Ran::raw()), raw_(bind_raw(compiler, sql, arguments)) {
        for (core::Value& value : raw_.values) {
            if (value.borrows()) value = value.relocated(texts_.keep(std::string(value.chars())).data());
        }
        open([&](Connection& connection) { return connection.query(raw_.sql, raw_.values, row_by_row); });
    }
    RawStream(const RawStream&) = delete;
    RawStream& operator=(const RawStream&) = delete;
    ~RawStream() override { close(); }

private:
    RawSql raw_;
    core::Scratch texts_;  // what the values borrow
};

}  // namespace

RowStreamPtr Backend::stream(const Request& request, const RowLayout& layout) {
    return RowStreamPtr(new QueryStream(*this, request, layout, filters(), compiler_));
}

RowStreamPtr Backend::stream(std::string_view sql, const RawArguments& arguments, const RowLayout& layout) {
    refuse_filters();
    refuse_star(sql, compiler_, layout);
    return RowStreamPtr(new RawStream(*this, sql, arguments, layout, compiler_));
}

}  // namespace strata::dal::detail
