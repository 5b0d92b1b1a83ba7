#pragma once

#include "../detail/driver.hpp"
#include "error.hpp"

#include <soci/soci.h>

namespace strata::core::postgresql {

class Driver final : public detail::Driver {
public:
    Driver(std::unique_ptr<soci::session> session, PGconn* handle);
    ~Driver() override;

    [[nodiscard]] const Dialect& dialect() const noexcept override;
    [[nodiscard]] soci::session& session() noexcept override { return *session_; }
    [[nodiscard]] std::shared_ptr<detail::PreparedStatement> prepare(std::string_view sql) override;
    void script(std::string_view sql) override;
    std::int64_t bulk_insert(std::string_view table, std::span<const std::string_view> columns,
                             const std::function<bool(std::span<Value>)>& next) override;
    void begin(TransactionMode mode) override;
    void control(std::string_view sql) override;
    [[nodiscard]] bool in_transaction() const override;
    void set_access(Access) override {}
    [[nodiscard]] bool ping() noexcept override;
    [[nodiscard]] bool broken() const noexcept override { return PQstatus(handle_) != CONNECTION_OK; }
    [[nodiscard]] bool is_stale(const Error& error) const noexcept override;
    void lock_migrations(std::chrono::milliseconds timeout) override;
    void unlock_migrations() noexcept override;

    [[nodiscard]] PGconn* handle() const noexcept { return handle_; }
    [[nodiscard]] std::string next_statement_name();
    /// Remembers a prepared statement that nobody needs any more; it is given up with the next one that is prepared,
    /// since a failed transaction would refuse it now.
    void forget_statement(const std::string& name);
    /// Ends a COPY that a statement has started by itself.
    void leave_copy() noexcept;

private:
    void give_up_statements() noexcept;
    void copy_rows(std::span<Value> values, const std::function<bool(std::span<Value>)>& next, std::int64_t& count);

    std::unique_ptr<soci::session> session_;
    PGconn* handle_;
    std::string lock_key_;  // of the migration lock that is held
    std::uint64_t statements_ = 0;
    std::string forgotten_;  // DEALLOCATE statements
};

}  // namespace strata::core::postgresql
