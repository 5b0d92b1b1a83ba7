#pragma once

#include "connection/driver.hpp"
#include "connection/fork_watch.hpp"
#include "write_queue.hpp"

#include <soci/soci.h>

#include <atomic>

struct sqlite3;
struct sqlite3_stmt;

namespace strata::core::sqlite {

class Driver final : public detail::Driver {
public:
    Driver(std::unique_ptr<soci::session> session, ::sqlite3* handle, std::chrono::milliseconds busy_timeout);
    ~Driver() override;

    [[nodiscard]] const Dialect& dialect() const noexcept override;
    [[nodiscard]] soci::session& session() noexcept override;
    [[nodiscard]] std::shared_ptr<detail::PreparedStatement> prepare(std::string_view sql,
                                                                     detail::Reuse reuse) override;
    void script(std::string_view sql) override;
    void run_all(std::span<const std::string_view> statements, std::size_t& done) override;
    [[nodiscard]] std::unique_ptr<detail::PipelineDriver> pipeline(Intent intent) override;
    std::int64_t bulk_insert(const QualifiedName& table, std::span<const std::string_view> columns,
                             detail::NextRow next) override;
    std::int64_t bulk_insert_rows(const QualifiedName& table, std::span<const std::string_view> columns,
                                  std::span<const detail::MemberField> fields,
                                  detail::FunctionRef<const void*()> next_row) override;
    void begin(const TransactionOptions& options) override;
    void control(std::string_view sql) override;
    void commit() override;
    void check_deferred_constraints() override;
    void set_read_only(bool read_only) override;
    [[nodiscard]] bool in_transaction() const override;
    [[nodiscard]] ConnectionState state() const noexcept override;
    void set_access(Access access) override { access_ = access; }
    /// The authorizer notices it.
    [[nodiscard]] bool may_change_session(std::string_view) override { return false; }
    [[nodiscard]] bool ping(const detail::Deadline&) noexcept override {
        return FileIdentity::of(path()) == file_;  // not where the file was moved, deleted or replaced meanwhile
    }
    [[nodiscard]] bool start_restore() noexcept override;
    [[nodiscard]] bool finish_restore(const detail::Deadline&) noexcept override { return true; }
    void restore_session() override;
    [[nodiscard]] bool session_changed() const noexcept override { return changed_; }
    [[nodiscard]] bool broken() const noexcept override { return inherited_; }
    void cancel() noexcept override;
    void lock_migrations(std::chrono::milliseconds timeout) override;
    void unlock_migrations() noexcept override;

    /// Exists while a user's statement runs: holds its limits, and its turn among the writers if it writes.
    class Run {
    public:
        Run(Driver& driver, const detail::PreparedStatement& statement, bool writes) : driver_(driver) {
            driver.check_process();
            driver.cancelled_.store(false, std::memory_order_relaxed);
            driver.busy_since_ = {};
            if (driver.read_only_) driver.settle_transaction();  // a statement of the user's may have ended it
            const bool limited = driver.limits.stop != nullptr || bool(driver.limits.statement_timeout);
            if (limited || (writes && !driver.has_turn_ && driver.queue_)) begin(statement, limited, writes);
        }
        Run(const Run&) = delete;
        Run& operator=(const Run&) = delete;
        ~Run() {
            if (limited_ || entered_) end();
        }

    private:
        void begin(const detail::PreparedStatement& statement, bool limited, bool writes);
        void end() noexcept;

        Driver& driver_;
        bool limited_ = false;
        bool entered_ = false;
    };

    /// Throws when the running statement has reached a limit, or was cancelled, while SQLite did not look.
    void check_limits(const detail::PreparedStatement& statement) const {
        check_process();
        if (cancelled_.load(std::memory_order_relaxed) || deadline_.active()) fail_at_limit(statement);
    }
    /// Throws in a process that was forked while the file was open: SQLite's locks are those of the parent.
    /// https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_file_across_a_fork_
    void check_process() const {
        if (inherited_) fail_inherited(path());
    }
    [[nodiscard]] bool inherited() const noexcept { return inherited_; }
    /// Whether the file was open when this process was forked: then it cannot be opened here either, since SQLite keeps
    /// one record of a file's locks per process.
    [[nodiscard]] static bool is_inherited(const std::string& path);
    [[noreturn]] static void fail_inherited(const std::string& path);
    /// Throws the handle's last error as the matching Error subclass.
    [[noreturn]] void fail(std::string_view statement, bool values_bound = false);
    /// The same for a statement with its values; where it changes rows it may be run again, and undone.
    [[noreturn]] void fail(::sqlite3_stmt* statement, bool values_bound, bool changes_rows);
    [[nodiscard]] ::sqlite3* handle() const noexcept { return handle_; }

    /// Switches a new file to write-ahead logging, if no other connection has it open.
    void prefer_wal() noexcept;

private:
    template <class Insert>
    std::int64_t insert_many(const QualifiedName& table, std::span<const std::string_view> columns,
                             const Insert& insert);
    void remember_defaults();
    static int authorize(void* self, int action, const char* first, const char* second, const char* database,
                         const char*);
    static int busy(void* self, int tries);
    static int progress(void* self);
    [[nodiscard]] int authorize(int action, const char* first, const char* second, const char* database);
    void enter_queue(const detail::PreparedStatement& statement);
    void leave_queue() noexcept;
    void settle_queue() noexcept;
    void fail_at_limit(const detail::PreparedStatement& statement) const;
    void start_limits(const detail::PreparedStatement& statement);
    void end_limits() noexcept;
    void exec(const char* sql);
    [[noreturn]] void fail(std::string_view sql, bool values_bound, ::sqlite3_stmt* changes);
    void run_one(std::string_view statement);
    void settle_transaction();
    void commit_own();
    void roll_back_quietly() noexcept;
    [[nodiscard]] std::string path() const;

    std::unique_ptr<soci::session> session_;
    ::sqlite3* handle_;
    std::chrono::milliseconds busy_timeout_;
    std::vector<std::string> defaults_;  // of a database in memory: statements that set what it had at first
    std::shared_ptr<WriteQueue> queue_;  // null: nobody else can write
    bool has_turn_ = false;
    bool read_only_ = false;  // the open transaction is read-only
    bool own_ = false;        // a statement of ours is being prepared, which may do what a user's may not
    bool searches_ = false;   // a failed statement runs again, to find what it violates
    bool changed_ = false;    // a user's statement has changed the session
    Access access_ = Access::schema;
    detail::Deadline deadline_;
    detail::Interruption interruption_ = detail::Interruption::none;
    std::chrono::steady_clock::time_point busy_since_;
    std::atomic<bool> cancelled_{false};
    int limited_runs_ = 0;
    int lock_file_ = -1;  // of the migration lock that is held
    std::string lock_path_;
    FileIdentity file_;       // nobody's: a database in memory
    bool inherited_ = false;  // by a fork()
    detail::ForkWatch fork_watch_;
};

}  // namespace strata::core::sqlite
