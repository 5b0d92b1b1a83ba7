#include "channel.hpp"

#include "parameters.hpp"

#include <strata/core/error.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace strata::core::postgresql {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How often a wait checks whether another thread has requested a stop.
constexpr milliseconds look_every{10};
/// How long a server may take to answer a cancel request.
constexpr milliseconds grace{5000};
/// A cancel request that arrives before its command has no effect, so it is sent again.
constexpr milliseconds cancel_again{50};

bool is_copy(ExecStatusType status) {
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

bool is_failure(ExecStatusType status) {
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR;
}

}  // namespace

/// A cancel request on a thread of its own: libpq waits in it without limit for a server that does not answer.
/// https://www.postgresql.org/docs/15/libpq-cancel.html
class Channel::CancelRequest {
public:
    explicit CancelRequest(std::shared_ptr<PGcancel> cancel)
        : done_(std::make_shared<std::atomic<bool>>(false)), started_(Clock::now()) {
        std::thread([cancel = std::move(cancel), done = done_] {
            char message[256];
            PQcancel(cancel.get(), message, sizeof message);
            done->store(true, std::memory_order_release);
        }).detach();
    }
    [[nodiscard]] bool done() const noexcept { return done_->load(std::memory_order_acquire); }
    [[nodiscard]] Clock::time_point started() const noexcept { return started_; }

private:
    std::shared_ptr<std::atomic<bool>> done_;
    Clock::time_point started_;
};

Channel::Channel(PGconn* connection)
    : connection_(connection),
      cancel_(PQgetCancel(connection), PQfreeCancel),
      fork_watch_(this, [](void* self, detail::ForkMoment moment) {
          if (moment == detail::ForkMoment::in_child) static_cast<Channel*>(self)->leave_to_parent();
      }) {}

Channel::~Channel() = default;

ChannelState Channel::state() const noexcept {
    if (broken()) return ChannelState::broken;
    if (streaming_) return ChannelState::streaming;
    if (PQpipelineStatus(connection_) != PQ_PIPELINE_OFF) return ChannelState::pipelining;
    return ChannelState::ready;
}

bool Channel::in_transaction() const noexcept {
    const PGTransactionStatusType status = PQtransactionStatus(connection_);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || (status == PQTRANS_ACTIVE && was_in_transaction_);
}

void Channel::begin_command(const detail::Deadline& deadline) {
    if (inherited_) {
        ErrorDetails details;
        details.retryable = details.connection_lost = true;  // a new connection does it
        throw ConnectionError(
            "the connection was opened by the process that this one was forked from, and belongs to that one; connect "
            "again here",
            std::move(details));
    }
    if (streaming_) {
        throw UsageError(
            "a cursor is streaming on this connection; read it to its end or let it go before the next statement");
    }
    if (PQpipelineStatus(connection_) != PQ_PIPELINE_OFF)
        throw UsageError("a pipeline is open on this connection; finish it before the next statement");
    if (deadline.stop != nullptr && deadline.reached() == detail::Interruption::cancelled)
        throw Cancelled("the statement was not run, since the caller has been asked to stop");
    await_cancels();
    deadline_ = deadline;
    interruption_ = detail::Interruption::none;
    completed_ = false;
    cancel_asked_.store(false, std::memory_order_relaxed);
    was_broken_ = broken();
    const PGTransactionStatusType status = PQtransactionStatus(connection_);
    was_in_transaction_ = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
    if (const bool wanted = deadline.active(); wanted != nonblocking_) {
        PQsetnonblocking(connection_, wanted ? 1 : 0);
        nonblocking_ = wanted;
    }
}

FailedCall Channel::failed_call(std::string_view statement, bool values_bound, bool may_write) const noexcept {
    return {.statement = statement,
            .values_bound = values_bound,
            .may_write = may_write,
            .in_transaction = was_in_transaction_,
            .not_sent = was_broken_,
            .completed = completed_,
            .interruption = interruption_ == detail::Interruption::none && cancel_asked_.load(std::memory_order_relaxed)
                                ? detail::Interruption::cancelled
                                : interruption_};
}

bool Channel::poll_once(short events, int wait_for) const {
    pollfd socket{PQsocket(connection_), events, 0};
    if (socket.fd < 0) return true;  // libpq will report the error
    return ::poll(&socket, 1, wait_for) > 0;
}

/// Gives up a server that hangs: its socket is shut down, so that libpq finds the connection broken.
void Channel::give_up() noexcept {
    given_up_ = true;
    if (inherited_) return;
    if (const int socket = PQsocket(connection_); socket >= 0) ::shutdown(socket, SHUT_RDWR);
}

/// In a forked process: puts /dev/null in the place of the socket, so that nothing that libpq still sends, such as the
/// end of the session, reaches the server.
void Channel::leave_to_parent() noexcept {
    inherited_ = given_up_ = true;
    request_.reset();
    cancels_.store(0, std::memory_order_relaxed);  // the threads that ask exist in the parent only
    const int socket = PQsocket(connection_);
    if (socket < 0) return;
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    // libpq sends to sockets only, so that any other file is as good.
    ::dup3(nothing >= 0 ? nothing : STDERR_FILENO, socket, O_CLOEXEC);
    if (nothing >= 0) ::close(nothing);
}

/// Asks the server to end the command, repeatedly while it runs on.
void Channel::interrupt() {
    if (interruption_ == detail::Interruption::none) {
        interruption_ = deadline_.reached();
        if (interruption_ == detail::Interruption::none) return;
        if (deadline_.closes) {
            give_up();
            return;
        }
        deadline_.at = Clock::now() + grace;
        deadline_.stop = nullptr;
    } else if (Clock::now() >= deadline_.at) {
        give_up();
        return;
    }
    const bool again = !request_ || (request_->done() && Clock::now() - request_->started() >= cancel_again);
    if (again) request_ = std::make_unique<CancelRequest>(cancel_);
}

/// Returns when a result can be read without waiting, or the connection is lost.
void Channel::wait() {
    if (!deadline_.active() && !nonblocking_) return;  // PQgetResult waits by itself
    while (!given_up_ && PQisBusy(connection_) != 0) {
        const auto left = std::chrono::ceil<milliseconds>(deadline_.at - Clock::now());
        const bool looks = deadline_.stop != nullptr || interruption_ != detail::Interruption::none;
        milliseconds slice = looks ? look_every : milliseconds(60'000);
        slice = std::clamp(std::min(slice, left), milliseconds(0), slice);
        const bool unsent = nonblocking_ && PQflush(connection_) > 0;
        if (poll_once(unsent ? POLLIN | POLLOUT : POLLIN, static_cast<int>(slice.count()))) {
            if (PQconsumeInput(connection_) == 0) return;
        } else if (deadline_.active() || interruption_ != detail::Interruption::none) {
            interrupt();
        }
    }
}

/// Sends what libpq has buffered, and reads meanwhile: a server that cannot send its results does not read either.
void Channel::flush() {
    if (!nonblocking_) return;
    while (!given_up_) {
        const int left = PQflush(connection_);
        if (left <= 0) return;
        if (poll_once(POLLIN | POLLOUT, static_cast<int>(look_every.count()))) {
            if (poll_once(POLLIN, 0) && PQconsumeInput(connection_) == 0) return;
        } else if (deadline_.active()) {
            interrupt();
        }
    }
}

ResultPtr Channel::finish_command() {
    ResultPtr last;
    for (;;) {
        wait();
        ResultPtr result(PQgetResult(connection_));
        if (!result) break;
        const ExecStatusType status = PQresultStatus(result.get());
        const bool failed = last && is_failure(PQresultStatus(last.get()));
        if (!is_failure(status)) completed_ = true;
        if (!failed) last = std::move(result);
        if (is_copy(status)) break;  // the caller must end it
    }
    settle_request();
    return last;
}

/// A cancel request that is still on its way would hit the next command.
void Channel::settle_request() noexcept {
    while (request_ && !request_->done() && Clock::now() - request_->started() < milliseconds(1000))
        std::this_thread::sleep_for(milliseconds(1));
    if (request_ && !request_->done()) give_up();
    request_.reset();
}

/// The same for a request of another thread's.
void Channel::await_cancels() noexcept {
    if (cancels_.load(std::memory_order_acquire) == 0) [[likely]]
        return;
    const auto begin = Clock::now();
    while (cancels_.load(std::memory_order_acquire) != 0) {
        if (Clock::now() - begin > milliseconds(1000)) {
            give_up();
            return;
        }
        std::this_thread::sleep_for(milliseconds(1));
    }
}

bool Channel::sent(int ok) noexcept {
    if (ok == 0) return false;
    single_rows_ = false;
    flush();
    return true;
}

ResultPtr Channel::run(const char* sql, const detail::Deadline& deadline) {
    begin_command(deadline);
    return sent(PQsendQuery(connection_, sql)) ? finish_command() : nullptr;
}

ResultPtr Channel::prepare(const char* name, const char* sql, const detail::Deadline& deadline) {
    begin_command(deadline);
    return sent(PQsendPrepare(connection_, name, sql, 0, nullptr)) ? finish_command() : nullptr;
}

ResultPtr Channel::execute(const char* name, const Parameters& parameters, const detail::Deadline& deadline) {
    begin_command(deadline);
    return sent(PQsendQueryPrepared(connection_, name, parameters.count(), parameters.values(), parameters.lengths(),
                                    parameters.formats(), 0))
               ? finish_command()
               : nullptr;
}

ResultPtr Channel::execute_unnamed(const char* sql, const Parameters& parameters, const detail::Deadline& deadline) {
    begin_command(deadline);
    return sent(PQsendQueryParams(connection_, sql, parameters.count(), nullptr, parameters.values(),
                                  parameters.lengths(), parameters.formats(), 0))
               ? finish_command()
               : nullptr;
}

bool Channel::send_only(const char* sql, const detail::Deadline& deadline) {
    begin_command(deadline);
    return sent(PQsendQuery(connection_, sql));
}

void Channel::start_rows(const char* name, const char* sql, const Parameters& parameters,
                         const detail::Deadline& deadline) {
    begin_command(deadline);
    const int ok = name != nullptr
                       ? PQsendQueryPrepared(connection_, name, parameters.count(), parameters.values(),
                                             parameters.lengths(), parameters.formats(), 0)
                       : PQsendQueryParams(connection_, sql, parameters.count(), nullptr, parameters.values(),
                                           parameters.lengths(), parameters.formats(), 0);
    if (!sent(ok)) return;
    PQsetSingleRowMode(connection_);
    single_rows_ = true;
    streaming_ = true;
}

ResultPtr Channel::next_row() {
    if (!streaming_) return nullptr;
    // Rows that have arrived keep wait() from looking at the time that the caller takes.
    if (deadline_.active() &&
        (interruption_ != detail::Interruption::none || deadline_.reached() != detail::Interruption::none))
        interrupt();
    wait();
    ResultPtr result(PQgetResult(connection_));
    if (result && PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE) return result;
    streaming_ = false;
    if (!result || is_copy(PQresultStatus(result.get()))) return result;
    if (!is_failure(PQresultStatus(result.get()))) completed_ = true;
    if (ResultPtr rest = finish_command(); rest && is_failure(PQresultStatus(rest.get()))) return rest;
    return result;
}

void Channel::stop_rows(bool by_cancel) noexcept {
    if (!streaming_) return;
    try {
        if (by_cancel && interruption_ == detail::Interruption::none) {
            interruption_ = detail::Interruption::cancelled;
            deadline_ = {Clock::now() + grace, nullptr};
            PQsetnonblocking(connection_, 1);
            nonblocking_ = true;
            request_ = std::make_unique<CancelRequest>(cancel_);
        }
        while (const ResultPtr row = next_row()) {
        }
    } catch (...) {
        give_up();
    }
    streaming_ = false;
}

void Channel::enter_pipeline(const detail::Deadline& deadline) {
    // libpq forgets that a stream asked for single rows at the next command, but not at the first of a pipeline.
    if (single_rows_) (void)run("", deadline);
    begin_command(deadline);
    PQsetnonblocking(connection_, 1);
    nonblocking_ = true;
    PQenterPipelineMode(connection_);
}

void Channel::send(const char* sql, const Parameters& parameters) {
    if (PQsendQueryParams(connection_, sql, parameters.count(), nullptr, parameters.values(), parameters.lengths(),
                          parameters.formats(), 0) != 0)
        PQflush(connection_);
}

/// What is small waits in the buffer for send_flush(), since a system call for each statement would cost more than it.
void Channel::send_prepared(const char* name, const Parameters& parameters) {
    PQsendQueryPrepared(connection_, name, parameters.count(), parameters.values(), parameters.lengths(),
                        parameters.formats(), 0);
}

void Channel::send_sync() {
    if (PQpipelineSync(connection_) != 0) flush();
}

void Channel::send_flush() {
    if (PQsendFlushRequest(connection_) != 0) flush();
}

ResultPtr Channel::receive_one() {
    wait();
    ResultPtr result(PQgetResult(connection_));
    if (!result || PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) return result;
    wait();
    while (const ResultPtr more{PQgetResult(connection_)}) wait();  // the null that ends the command
    return result;
}

ResultPtr Channel::finish_pipeline() {
    ResultPtr failure;
    while (!broken()) {
        ResultPtr result = receive_one();
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_PIPELINE_SYNC || !result) break;
        if (is_failure(status) && !failure) failure = std::move(result);
    }
    if (PQexitPipelineMode(connection_) == 0) give_up();
    settle_request();
    return failure;
}

ResultPtr Channel::run_each(const std::vector<std::string>& statements, const detail::Deadline& deadline) {
    const Parameters none;
    enter_pipeline(deadline);
    for (const std::string& statement : statements) {
        send(statement.c_str(), none);
        send_sync();
    }
    ResultPtr last;
    for (std::size_t i = 0; i < statements.size() && !broken(); ++i) {
        ResultPtr result = receive_one();
        if (!last || !is_failure(PQresultStatus(last.get()))) last = std::move(result);
        (void)receive_one();  // the sync
    }
    if (PQexitPipelineMode(connection_) == 0) give_up();
    return last;
}

bool Channel::put_copy_data(std::string_view data) {
    constexpr std::size_t most = 1 << 30;  // libpq counts in an int
    while (!data.empty()) {
        const std::string_view part = data.substr(0, most);
        const int put = PQputCopyData(connection_, part.data(), static_cast<int>(part.size()));
        if (put < 0 || given_up_) return false;
        if (put > 0) data.remove_prefix(part.size());
        if (put == 0) flush();
    }
    return true;
}

bool Channel::copy_interrupted() noexcept {
    if (cancel_asked_.load(std::memory_order_relaxed)) interruption_ = detail::Interruption::cancelled;
    if (interruption_ == detail::Interruption::none && deadline_.active()) interruption_ = deadline_.reached();
    return interruption_ != detail::Interruption::none;
}

ResultPtr Channel::end_copy() {
    // With a reason the server takes nothing of it.
    const char* const reason = interruption_ == detail::Interruption::none ? nullptr : "ended by the client";
    if (reason != nullptr) deadline_ = {Clock::now() + grace, nullptr};
    while (PQputCopyEnd(connection_, reason) == 0 && !given_up_) flush();
    flush();
    return finish_command();
}

bool Channel::quiet() const noexcept {
    pollfd socket{PQsocket(connection_), POLLIN, 0};
    return socket.fd >= 0 && ::poll(&socket, 1, 0) == 0;
}

void Channel::leave_copy() noexcept {
    PQsetnonblocking(connection_, 0);
    nonblocking_ = false;
    PQputCopyEnd(connection_, "COPY is not expected here");
    while (const ResultPtr result{PQgetResult(connection_)}) {
        if (PQresultStatus(result.get()) != PGRES_COPY_OUT) continue;
        char* data = nullptr;
        while (PQgetCopyData(connection_, &data, 0) > 0) PQfreemem(data);
    }
}

void Channel::cancel() noexcept {
    if (inherited_) return;
    cancels_.fetch_add(1, std::memory_order_acq_rel);
    cancel_asked_.store(true, std::memory_order_relaxed);
    char message[256];
    if (cancel_) PQcancel(cancel_.get(), message, sizeof message);
    cancels_.fetch_sub(1, std::memory_order_acq_rel);
}

}  // namespace strata::core::postgresql
