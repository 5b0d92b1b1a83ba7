#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/metadata.hpp>

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate::postgresql {

/// The SQLSTATE with which a statement of ours refuses to lose something. Its message is ours, too.
inline constexpr std::string_view lost_code = "ST001";

/// Gives objects another definition for which they are dropped and made again, in one revision. What depends on one is
/// taken off before that and put back, each when all that it needs is what the revision makes of it. Nothing is lost:
/// what no revision has made is refused by the database, and owners and grants that nobody has said are kept.
class Replacements {
public:
    explicit Replacements(const schema::DdlCompiler& ddl) : ddl_(ddl) {}

    /// The statements of one replacement; `rest` are the operations after it. Throws MigrationError where a table needs
    /// the object.
    [[nodiscard]] std::vector<std::string> replace(const schema::MetaData& state, const schema::Object& before,
                                                   const schema::Object& after, std::span<const Operation> rest);
    /// Drops the object, unless it is taken off already. One that a later operation makes again keeps
    /// its owner and its grants.
    [[nodiscard]] std::vector<std::string> drop(const schema::MetaData& state, const schema::ObjectRef& object,
                                                std::span<const Operation> rest);
    /// Completions that need what a later operation makes wait for that.
    [[nodiscard]] std::vector<std::string> create(const schema::MetaData& state, const schema::Object& object,
                                                  std::span<const Operation> rest);
    /// The statements that put back what can be put back now. They follow each operation.
    [[nodiscard]] std::vector<std::string> put_back(const schema::MetaData& state, std::span<const Operation> rest);
    /// At the end: throws MigrationError naming what was taken off and cannot be put back.
    void check_complete() const;

private:
    void take_off(const schema::MetaData& state, const schema::Object& object, std::vector<std::string>& statements);
    void make(const schema::MetaData& state, const schema::Object& object, std::vector<std::string>& statements,
              std::span<const Operation> rest);

    const schema::DdlCompiler& ddl_;
    std::map<schema::ObjectRef, schema::Object> off_;  // as they shall come back
    /// Objects in a circle, which wait for the rest of it: a view that calls a function of its own rows.
    std::map<schema::ObjectRef, schema::Object> unfinished_;
    std::map<schema::ObjectRef, std::string> rights_;  // the setting that keeps an object's owner and grants
};

}  // namespace strata::migrate::postgresql
