#pragma once

#include "connection/fork_watch.hpp"
#include "error.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace strata::core::postgresql {

class Parameters;

/// The state of a channel. Only `ready` accepts the next command.
enum class ChannelState : unsigned char { ready, streaming, pipelining, broken };

/// The one place that sends to a PostgreSQL server and waits for its answers. Every wait ends at the deadline of its
/// command: the server is asked to cancel, and if it still does not answer, the connection is closed. Used by one
/// thread at a time, except for cancel().
/// The functions that run a command return its last result, or the first one that reports a failure; they throw only
/// for a mistake of the caller (UsageError while a stream or a pipeline is open).
class Channel {
public:
    explicit Channel(PGconn* connection);
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    ~Channel();

    [[nodiscard]] PGconn* native() const noexcept { return connection_; }
    [[nodiscard]] ChannelState state() const noexcept;
    [[nodiscard]] bool broken() const noexcept { return given_up_ || PQstatus(connection_) != CONNECTION_OK; }
    [[nodiscard]] bool in_transaction() const noexcept;

    // Each takes what limits it.
    ResultPtr run(const char* sql, const detail::Deadline& deadline);
    ResultPtr prepare(const char* name, const char* sql, const detail::Deadline& deadline);
    ResultPtr execute(const char* name, const Parameters& parameters, const detail::Deadline& deadline);
    ResultPtr execute_unnamed(const char* sql, const Parameters& parameters, const detail::Deadline& deadline);

    /// Starts a command whose rows come one by one from next_row(); `name` is null for the unnamed statement of `sql`.
    void start_rows(const char* name, const char* sql, const Parameters& parameters, const detail::Deadline& deadline);
    /// A single row, the final result (which has none), or the failure. After one of the last two the stream is over.
    ResultPtr next_row();
    /// Ends a stream before its end: by asking the server to cancel where that cannot undo anything, else by reading
    /// on.
    void stop_rows(bool by_cancel) noexcept;

    // A pipeline: what is sent runs in order, and after a failure the rest is skipped up to the next sync.
    void enter_pipeline(const detail::Deadline& deadline);
    void send(const char* sql, const Parameters& parameters);
    void send_prepared(const char* name, const Parameters& parameters);
    void send_sync();
    /// Asks the server to send what it has, without ending the implicit transaction.
    void send_flush();
    /// The result of the next command.
    ResultPtr receive_one();
    /// Reads up to the answer of send_sync() and makes the channel ready. Returns a failure of the sync itself, which
    /// commits the implicit transaction.
    ResultPtr finish_pipeline();
    /// Runs each statement even if others fail; returns the last failure, or the last result.
    ResultPtr run_each(const std::vector<std::string>& statements, const detail::Deadline& deadline);

    // COPY ... FROM STDIN, once run() has started it.
    /// False when the connection is lost or the server has refused earlier data.
    bool put_copy_data(std::string_view data);
    /// Whether the time limit has come, or another thread has cancelled, while the caller made the rows.
    [[nodiscard]] bool copy_interrupted() noexcept;
    /// Ends the rows; after an interruption as a failure, so that none is taken.
    ResultPtr end_copy();

    /// Ends a COPY that a statement has started itself.
    void leave_copy() noexcept;
    /// The answer of send_only().
    ResultPtr finish_command();
    /// Whether the server has sent nothing since its last answer.
    [[nodiscard]] bool quiet() const noexcept;
    /// Closes the connection, which ends the session's locks and transaction.
    void close() noexcept { give_up(); }

    /// From now on the command that runs has until this deadline: a pipeline's statements each have their own time.
    void restart_deadline(const detail::Deadline& deadline) noexcept {
        if (interruption_ == detail::Interruption::none) deadline_ = deadline;
    }
    /// What is known of a failure of the command that ran last.
    [[nodiscard]] FailedCall failed_call(std::string_view statement, bool values_bound, bool may_write) const noexcept;
    /// Ends the command that runs now, if any. May be called by any thread while the channel lives.
    void cancel() noexcept;
    /// Sends a command whose answer is read by finish_command() later; false when it could not be sent.
    bool send_only(const char* sql, const detail::Deadline& deadline);

private:
    class CancelRequest;

    void begin_command(const detail::Deadline& deadline);
    bool sent(int ok) noexcept;
    void flush();
    void wait();
    bool poll_once(short events, int milliseconds) const;
    void interrupt();
    void settle_request() noexcept;
    void await_cancels() noexcept;
    void give_up() noexcept;
    void leave_to_parent() noexcept;

    PGconn* connection_;
    std::shared_ptr<PGcancel> cancel_;
    detail::Deadline deadline_;
    std::unique_ptr<CancelRequest> request_;  // while the server is being asked to end the command
    detail::Interruption interruption_ = detail::Interruption::none;
    std::atomic<int> cancels_{0};            // requests of cancel() on their way
    std::atomic<bool> cancel_asked_{false};  // by cancel(), since the command began
    bool streaming_ = false;
    bool single_rows_ = false;  // the last command was asked for single rows
    bool was_in_transaction_ = false;
    bool was_broken_ = false;
    bool completed_ = false;
    bool nonblocking_ = false;
    bool given_up_ = false;
    bool inherited_ = false;  // by a fork(): the session belongs to the parent process
    detail::ForkWatch fork_watch_;
};

}  // namespace strata::core::postgresql
