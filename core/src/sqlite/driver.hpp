#pragma once

#include "../detail/driver.hpp"

#include <soci/soci.h>

struct sqlite3;

namespace strata::core::sqlite {

class Driver final : public detail::Driver {
public:
    Driver(std::unique_ptr<soci::session> session, ::sqlite3* handle, std::chrono::milliseconds busy_timeout);
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
    void set_access(Access access) override { access_ = access; }
    [[nodiscard]] bool ping() noexcept override { return true; }
    [[nodiscard]] bool is_stale(const Error&) const noexcept override { return false; }
    void lock_migrations(std::chrono::milliseconds) override {}
    void unlock_migrations() noexcept override {}

private:
    static int authorize(void* self, int action, const char* first, const char* second, const char* database,
                         const char*);
    void run_one(std::string_view statement);

    std::unique_ptr<soci::session> session_;
    ::sqlite3* handle_;
    Access access_ = Access::schema;
};

}  // namespace strata::core::sqlite
