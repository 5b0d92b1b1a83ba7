#pragma once

#include <strata/core/detail/shared.hpp>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace strata {

/// Details of a failure besides its message. None of them but server_message ever contains a bound value or a password.
struct ErrorDetails {
    std::string
        code;  ///< SQLSTATE (PostgreSQL, and what Strata itself refuses) or SQLite's extended result code, as text
    std::string statement;             ///< the SQL with its placeholders
    std::string constraint;            ///< its name in the database
    std::string table;                 ///< the one that has the constraint, or the column
    std::vector<std::string> columns;  ///< of the table: those of its key, or the one that is NULL
    /// PostgreSQL's own words where they may hold values, such as those of a function or a trigger that refused the
    /// statement (RAISE). Neither what() nor a log of ours shows them.
    std::string server_message;
    bool retryable = false;        ///< the same transaction may succeed when it is run again
    bool connection_lost = false;  ///< the connection cannot be used any more
};

/// The root of everything that Strata throws. `what()` is one line: what went wrong, where, and what to do about it.
/// Copies share their details; several threads may read an error.
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& message, ErrorDetails details = {});
    Error(const Error& other) noexcept;
    Error& operator=(const Error& other) noexcept;
    ~Error() override;

    [[nodiscard]] const std::string& code() const noexcept { return details().code; }
    [[nodiscard]] const std::string& statement() const noexcept { return details().statement; }
    [[nodiscard]] const std::string& constraint() const noexcept { return details().constraint; }
    [[nodiscard]] const std::string& table() const noexcept { return details().table; }
    [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return details().columns; }
    /// The first of them; empty where there are none.
    [[nodiscard]] const std::string& column() const noexcept;
    [[nodiscard]] const std::string& server_message() const noexcept { return details().server_message; }
    [[nodiscard]] bool retryable() const noexcept { return details().retryable; }
    [[nodiscard]] bool connection_lost() const noexcept { return details().connection_lost; }
    [[nodiscard]] const ErrorDetails& details() const noexcept;

    /// Throws an error of the same class with another message and other details, to say more about where it happened.
    [[noreturn]] void raise_again(const std::string& message, const ErrorDetails& details) const;

private:
    /// Throws. A call of a virtual function is not known to be one that does not return, so raise_again() is not this.
    virtual void raise_same(const std::string& message, const ErrorDetails& details) const;

    struct SharedDetails;
    core::detail::Shared<SharedDetails> shared_;
};

namespace core::detail {

/// An error that can be thrown again as its own class.
template <class Self>
// NOLINTNEXTLINE(bugprone-crtp-constructor-accessibility): the constructors are Error's
class ErrorOf : public Error {
public:
    using Error::Error;

private:
    void raise_same(const std::string& message, const ErrorDetails& details) const override {
        throw Self(message, details);
    }
};

}  // namespace core::detail

/// A row with the same key or unique columns exists already (23505, SQLITE_CONSTRAINT_UNIQUE).
class UniqueViolation : public core::detail::ErrorOf<UniqueViolation> {
public:
    using ErrorOf::ErrorOf;
};

/// A referenced row is missing, or a row is still referenced (23503, SQLITE_CONSTRAINT_FOREIGNKEY).
class ForeignKeyViolation : public core::detail::ErrorOf<ForeignKeyViolation> {
public:
    using ErrorOf::ErrorOf;
};

/// NULL was written into a NOT NULL column (23502, SQLITE_CONSTRAINT_NOTNULL).
class NotNullViolation : public core::detail::ErrorOf<NotNullViolation> {
public:
    using ErrorOf::ErrorOf;
};

/// A CHECK constraint refused the row (23514, SQLITE_CONSTRAINT_CHECK).
class CheckViolation : public core::detail::ErrorOf<CheckViolation> {
public:
    using ErrorOf::ErrorOf;
};

/// The transaction collided with another one and may be run again (40001, 40P01, SQLITE_BUSY_SNAPSHOT).
class SerializationFailure : public core::detail::ErrorOf<SerializationFailure> {
public:
    using ErrorOf::ErrorOf;
};

/// The database cannot be reached, opened or logged in to, or the connection broke.
class ConnectionError : public core::detail::ErrorOf<ConnectionError> {
public:
    using ErrorOf::ErrorOf;
};

/// The connection broke before the answer to a COMMIT, or to a statement that was its own transaction, so it is unknown
/// whether it took effect. Not retryable, since running it again could write twice: first look for what it wrote.
class CommitInDoubt : public core::detail::ErrorOf<CommitInDoubt> {
public:
    using ErrorOf::ErrorOf;
};

/// The statement was ended because another thread requested it. Its effects are undone.
class Cancelled : public core::detail::ErrorOf<Cancelled> {
public:
    using ErrorOf::ErrorOf;
};

/// A table that the statement names does not exist (42P01): most often a migration has not run. table() names it.
class NoSuchTable : public core::detail::ErrorOf<NoSuchTable> {
public:
    using ErrorOf::ErrorOf;
};

/// A column that the statement names does not exist (42703): most often a migration has not run.
class NoSuchColumn : public core::detail::ErrorOf<NoSuchColumn> {
public:
    using ErrorOf::ErrorOf;
};

/// A wait reached its limit: a lock, a statement, or a free connection of the pool.
class Timeout : public core::detail::ErrorOf<Timeout> {
public:
    using ErrorOf::ErrorOf;
};

/// A row that was required does not exist.
class NotFound : public core::detail::ErrorOf<NotFound> {
public:
    using ErrorOf::ErrorOf;
};

/// The call itself is wrong: a malformed URL, an unknown column, a stacked statement, two rows where one was asked for.
class UsageError : public core::detail::ErrorOf<UsageError> {
public:
    using ErrorOf::ErrorOf;
};

/// A value is outside of what its column can hold on every database (22003, 22001, 22008, 22021, ...).
class ValueError : public core::detail::ErrorOf<ValueError> {
public:
    using ErrorOf::ErrorOf;
};

/// A migration cannot go on: an unknown revision, several heads, a revision that failed.
class MigrationError : public core::detail::ErrorOf<MigrationError> {
public:
    using ErrorOf::ErrorOf;
};

}  // namespace strata
