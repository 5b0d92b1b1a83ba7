#pragma once

#include "channel.hpp"
#include "connection/driver.hpp"
#include "session_effects.hpp"

#include <strata/core/engine.hpp>

#include <soci/soci.h>

namespace strata::core::postgresql {

class Driver final : public detail::Driver {
public:
    /// `until` limits the set-up of the session.
    Driver(std::unique_ptr<soci::session> session, PGconn* handle, PoolerMode pooler, std::string own_settings,
           const detail::Deadline& until);
    ~Driver() override;

    [[nodiscard]] const Dialect& dialect() const noexcept override;
    [[nodiscard]] soci::session& session() noexcept override;
    [[nodiscard]] std::shared_ptr<detail::PreparedStatement> prepare(std::string_view sql,
                                                                     detail::Reuse reuse) override;
    [[nodiscard]] std::string native_placeholders(std::string_view sql) const override;
    void script(std::string_view sql) override;
    void run_all(std::span<const std::string_view> statements, std::size_t& done) override;
    [[nodiscard]] std::unique_ptr<detail::PipelineDriver> pipeline(Intent intent) override;
    std::int64_t bulk_insert(const QualifiedName& table, std::span<const std::string_view> columns,
                             detail::NextRow next) override;
    void begin(const TransactionOptions& options) override;
    void control(std::string_view sql) override;
    void commit() override;
    void check_deferred_constraints() override;
    void set_read_only(bool read_only) override;
    [[nodiscard]] bool in_transaction() const override { return channel_.in_transaction(); }
    [[nodiscard]] ConnectionState state() const noexcept override;
    void check_access(std::string_view sql) const override;
    [[nodiscard]] bool may_change_session(std::string_view sql) override;
    [[nodiscard]] bool ping(const detail::Deadline& until) noexcept override;
    [[nodiscard]] bool quiet() const noexcept override { return channel_.quiet(); }
    [[nodiscard]] bool broken() const noexcept override { return channel_.broken(); }
    [[nodiscard]] detail::Staleness staleness(const Error& error) const noexcept override;
    [[nodiscard]] bool start_restore() noexcept override;
    [[nodiscard]] bool finish_restore(const detail::Deadline& until) noexcept override;
    void restore_session() override;
    void abandon_stream() noexcept override { channel_.stop_rows(true); }
    void cancel() noexcept override { channel_.cancel(); }

    void lock_migrations(std::chrono::milliseconds timeout) override;
    void unlock_migrations() noexcept override;

    [[nodiscard]] Channel& channel() noexcept { return channel_; }
    [[nodiscard]] detail::Deadline deadline() const noexcept { return limits.start(); }
    /// Whether statements may be kept on the server under a name.
    [[nodiscard]] bool names_statements() const noexcept { return !shared_; }
    [[nodiscard]] std::string next_name();
    /// Remembers a prepared statement that is no longer needed; see deallocate_pending().
    void forget_statement(const std::string& name);
    /// Throws UsageError for a text that this session would read in another way than we do, or that would leave
    /// something in a session that is shared.
    void check_text(std::string_view sql);
    /// Throws the failure of a statement that was only prepared.
    [[noreturn]] void fail_prepare(const PGresult* result, std::string_view statement) const;
    /// Throws where the statement was to commit and the server has rolled back instead.
    static void check_committed(const PGresult* result, std::string_view sql);
    /// Throws the failure of the last command.
    [[noreturn]] void fail_last(const PGresult* result, std::string_view statement, bool values_bound, bool may_write,
                                bool commits = false) const;

private:
    [[nodiscard]] detail::Deadline control_deadline() const noexcept;
    void check_shared_session(const detail::Deadline& until);
    void check_shared(std::string_view sql);
    void deallocate_pending() noexcept;
    void expect_done(const PGresult* result, std::string_view sql, bool commits = false);
    void run_pipelined(std::span<const std::string_view> statements, std::size_t& at);
    void roll_back_quietly() noexcept;
    std::int64_t copy(const std::string& target, std::size_t width, detail::NextRow next);
    std::int64_t insert_rows(const std::string& target, std::size_t width, detail::NextRow next);
    [[nodiscard]] bool takes_copy(const QualifiedName& table, std::span<const std::string_view> columns);
    void wait_in_transaction(std::chrono::milliseconds timeout, const std::string& key);
    void lock_transaction();
    void wait_for_lock(std::chrono::milliseconds timeout, const std::string& sql);
    [[nodiscard]] std::string migration_lock_key();

    std::unique_ptr<soci::session> session_;
    Channel channel_;
    std::string own_settings_;
    bool unrestorable_ = false;    // a statement left something that no command undoes
    bool shared_ = false;          // other clients use the server's session too
    bool undo_at_commit_ = false;  // the transaction has changed a shared session
    HiddenEffects hidden_effects_;
    std::string lock_key_;  // of the migration lock that is held
    std::uint64_t names_ = 0;
    std::vector<std::string> forgotten_;                                   // names of prepared statements
    mutable detail::Staleness last_staleness_ = detail::Staleness::fresh;  // of the failure that came last
};

}  // namespace strata::core::postgresql
