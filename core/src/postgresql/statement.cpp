#include "statement.hpp"

#include "driver.hpp"
#include "lexis.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace strata::core::postgresql {

namespace {

/// What one FETCH brings: enough that the round trip does not count, few enough to be small.
constexpr std::size_t portal_bytes = 500'000;
constexpr std::size_t first_portal_rows = 16;
constexpr std::size_t most_portal_rows = 1000;

/// A cursor is declared for a query, not for EXPLAIN.
bool explains(std::string_view sql) { return detail::SqlLexer(sql, lexis).next().is("EXPLAIN"); }

bool is_copy(ExecStatusType status) {
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

}  // namespace

Statement::Statement(Driver& driver, std::string_view sql, detail::Reuse reuse) : driver_(driver), sql_(sql) {
    if (sql.find('\0') != std::string_view::npos) throw UsageError("a statement holds a NUL character");
    if (sql.size() > detail::longest_statement) throw ValueError("a statement is larger than 1 GB");
    const std::size_t statements = detail::split_script(sql, lexis, false).size();
    if (statements == 0) throw UsageError("there is no statement in the text");
    if (statements > 1) throw UsageError("the text holds several statements; run one at a time");
    reads_only_ = detail::only_reads(sql, lexis) && !detail::may_change_session(sql, lexis);  // a function may write
    if (reuse == detail::Reuse::once || !driver.names_statements()) return;
    std::string name = driver.next_name();
    const ResultPtr prepared = driver.channel().prepare(name.c_str(), sql_.c_str(), driver.deadline());
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) driver.fail_prepare(prepared.get(), sql_);
    name_ = std::move(name);
}

Statement::~Statement() {
    if (!name_.empty()) driver_.forget_statement(name_);
}

void Statement::fail(const PGresult* result) const {
    if (sqlstate(result) == "08P01" && !driver_.broken()) {
        throw UsageError("the statement has another number of placeholders than the " +
                         std::to_string(parameters_.count()) + " values given");
    }
    driver_.fail_last(result, sql_, parameters_.count() > 0, !reads_only_);
}

void Statement::accept(ResultPtr result) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (is_copy(status)) {
        driver_.channel().leave_copy();
        throw UsageError("COPY is not run as a statement; use bulk_insert");
    }
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(result.get());
    if (status == PGRES_COMMAND_OK) driver_.check_committed(result.get(), sql_);
    show(std::move(result));
}

void Statement::run(std::span<const Value> values, Fetch fetch) {
    parameters_.set(values);
    affected_ = 0;
    if (fetch == Fetch::stream) {
        start_stream();
        return;
    }
    source_ = Source::result;
    Channel& channel = driver_.channel();
    accept(name_.empty() ? channel.execute_unnamed(sql_.c_str(), parameters_, driver_.deadline())
                         : channel.execute(name_.c_str(), parameters_, driver_.deadline()));
    affected_ = rows_changed();
}

Executed Statement::execute(std::span<const Value> values) {
    run(values, Fetch::buffered);
    const Executed executed{affected_};
    finish();
    return executed;
}

/// The channel's pipeline while a statement runs many times in it. Its end reads what is left of the answers.
class Statement::Pipelined {
public:
    Pipelined(Channel& channel, const detail::Deadline& deadline) : channel_(channel) {
        channel_.enter_pipeline(deadline);
    }
    Pipelined(const Pipelined&) = delete;
    Pipelined& operator=(const Pipelined&) = delete;
    ~Pipelined() {
        try {
            end();
        } catch (...) {  // NOLINT(bugprone-empty-catch): the failure that led here is told
        }
    }

    std::size_t in_flight = 0;

    void end() {
        if (std::exchange(ended_, true)) return;
        channel_.send_sync();
        for (; in_flight > 0 && !channel_.broken(); --in_flight) (void)channel_.receive_one();
        (void)channel_.finish_pipeline();
    }

private:
    Channel& channel_;
    bool ended_ = false;
};

void Statement::run_each(std::size_t width, detail::NextRow next, const EachResult& each) {
    constexpr std::size_t most_in_flight = 512;  // enough that the round trip does not count
    Channel& channel = driver_.channel();
    Pipelined pipeline(channel, driver_.deadline());
    std::vector<Value> values(width);
    for (bool more = true; more || pipeline.in_flight > 0;) {
        while (more && pipeline.in_flight < most_in_flight && (more = next(values))) {
            parameters_.set(values);
            if (name_.empty()) {
                channel.send(sql_.c_str(), parameters_);
            } else {
                channel.send_prepared(name_.c_str(), parameters_);
            }
            ++pipeline.in_flight;
        }
        channel.send_flush();
        for (const std::size_t keep = more ? most_in_flight / 2 : 0; pipeline.in_flight > keep; --pipeline.in_flight) {
            channel.restart_deadline(driver_.deadline());
            ResultPtr result = channel.receive_one();
            const ExecStatusType status = PQresultStatus(result.get());
            if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
                --pipeline.in_flight;
                pipeline.end();
                fail(result.get());
            }
            show(std::move(result));
            const std::int64_t changed = rows_changed();
            while (next_row()) each.row(*this);
            show(nullptr);
            each.end(changed);
        }
    }
    pipeline.end();
}

void Statement::start_stream() {
    Channel& channel = driver_.channel();
    if (!reads_only_ || !driver_.in_transaction() || explains(sql_)) {
        channel.start_rows(name_.empty() ? nullptr : name_.c_str(), sql_.c_str(), parameters_, driver_.deadline());
        source_ = Source::stream;
        first_waits_ = take_streamed();  // here, since a stale statement fails at its first row
        return;
    }
    // A server-side cursor can be closed early without aborting the transaction, and leaves the connection free
    // meanwhile.
    portal_ = driver_.next_name();
    const std::string declare = "DECLARE " + portal_ + " NO SCROLL CURSOR FOR " + sql_;
    deadline_ = driver_.deadline();
    const ResultPtr declared = channel.execute_unnamed(declare.c_str(), parameters_, deadline_);
    if (PQresultStatus(declared.get()) != PGRES_COMMAND_OK) {
        portal_.clear();
        fail(declared.get());
    }
    source_ = Source::portal;
    portal_done_ = false;
    portal_rows_ = first_portal_rows;
    show(nullptr);
}

bool Statement::fetch_from_portal() {
    if (portal_done_) return false;
    const std::string fetch = "FETCH FORWARD " + std::to_string(portal_rows_) + " FROM " + portal_;
    accept(driver_.channel().run(fetch.c_str(), deadline_));
    const auto rows = static_cast<std::size_t>(PQntuples(result()));
    portal_done_ = rows < portal_rows_;
    // Rows may be a few bytes or many megabytes; the next part is as large as these rows suggest.
    if (rows > 0) {
        const std::size_t row_size = PQresultMemorySize(result()) / rows + 1;
        portal_rows_ =
            std::clamp<std::size_t>(portal_bytes / row_size, 1, std::min(portal_rows_ * 4, most_portal_rows));
    }
    return next_row();
}

/// Whether there is a row; otherwise the stream is over.
bool Statement::take_streamed() {
    ResultPtr row = driver_.channel().next_row();
    if (PQresultStatus(row.get()) == PGRES_SINGLE_TUPLE) {
        show(std::move(row));
        return true;
    }
    source_ = Source::result;
    accept(std::move(row));
    affected_ = rows_changed();
    return false;
}

bool Statement::step() {
    switch (source_) {
        case Source::result:
            return next_row();
        case Source::stream:
            return (std::exchange(first_waits_, false) || take_streamed()) && next_row();
        case Source::portal:
            return next_row() || fetch_from_portal();
    }
    return false;
}

void Statement::finish() noexcept {
    if (source_ == Source::stream) driver_.channel().stop_rows(reads_only_ && !driver_.in_transaction());
    if (source_ == Source::portal && !portal_.empty()) {
        try {
            if (driver_.state() == ConnectionState::in_transaction) driver_.control("CLOSE " + portal_);
        } catch (...) {  // NOLINT(bugprone-empty-catch): the transaction's end closes it too
        }
        portal_.clear();
    }
    source_ = Source::result;
    show(nullptr);
}

}  // namespace strata::core::postgresql
