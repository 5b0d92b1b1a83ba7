#include "call_place.hpp"
#include "watched_statements.hpp"

#include <strata/core/error.hpp>
#include <strata/core/log.hpp>
#include <strata/core/statement_watch.hpp>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace strata::core {

/// What a watch has counted.
struct StatementWatch::State {
    using Calls = std::vector<const void*>;
    /// How often a statement ran with a tag from these calls.
    using Places = std::map<std::pair<std::string, Calls>, std::size_t>;

    std::source_location made;
    State* outer = nullptr;
    std::size_t count = 0;
    std::map<std::pair<std::string, detail::Author>, std::string> shown;  // texts as they may be shown
    std::map<std::string, std::pair<std::size_t, Places>> statements;     // by shown text
};

namespace detail {

thread_local constinit StatementWatch::State* innermost_watch = nullptr;

void count_statement(std::string_view sql, Author author, std::string_view tag, const SqlLexis& lexis) {
    const std::vector<const void*> calls = running_calls();
    for (StatementWatch::State* watch = innermost_watch; watch != nullptr; watch = watch->outer) {
        ++watch->count;
        const auto [shown, is_new] = watch->shown.try_emplace({std::string(sql), author});
        if (is_new) shown->second = masked_for_log(sql, lexis, author);
        auto& [count, places] = watch->statements[shown->second];
        ++count;
        ++places[{std::string(tag), calls}];
    }
}

}  // namespace detail

StatementWatch::StatementWatch(std::source_location made) : state_(std::make_unique<State>()) {
    state_->made = made;
    state_->outer = std::exchange(detail::innermost_watch, state_.get());
}

StatementWatch::~StatementWatch() { detail::innermost_watch = state_->outer; }

std::size_t StatementWatch::count() const noexcept { return state_->count; }

namespace {

template <class T>
void sort_by_count(std::vector<T>& list) {
    std::sort(list.begin(), list.end(), [](const T& left, const T& right) { return left.count > right.count; });
}

std::string described(const StatementWatch::Repeated& statement) {
    std::string text = std::to_string(statement.count) + " times " + statement.sql;
    for (const StatementWatch::Place& place : statement.places) {
        if (place.function.empty() && place.tag.empty()) continue;
        text += ", " + std::to_string(place.count);
        if (!place.function.empty()) text += " from " + place.function;
        if (!place.tag.empty()) text += " with the tag " + place.tag;
    }
    return text;
}

std::string scope(const std::source_location& made) {
    return std::string("the scope at ") + made.file_name() + ":" + std::to_string(made.line());
}

[[noreturn]] void fail(std::string message, const std::vector<StatementWatch::Repeated>& statements) {
    for (const StatementWatch::Repeated& statement : statements) message += "; " + described(statement);
    throw UsageError(message);
}

}  // namespace

std::vector<StatementWatch::Repeated> StatementWatch::repeated(std::size_t least) const {
    std::vector<Repeated> all;
    for (const auto& [sql, ran] : state_->statements) {
        const auto& [count, places] = ran;
        if (count < least) continue;
        std::map<std::pair<std::string, std::string>, std::size_t> by_name;
        for (const auto& [place, times] : places)
            by_name[{detail::describe_caller(place.second), place.first}] += times;
        Repeated& statement = all.emplace_back(Repeated{sql, count, {}});
        for (const auto& [place, times] : by_name) statement.places.push_back({place.first, place.second, times});
        sort_by_count(statement.places);
    }
    sort_by_count(all);
    return all;
}

void StatementWatch::require_at_most(std::size_t statements) const {
    if (count() <= statements) return;
    fail(std::to_string(count()) + " statements ran where at most " + std::to_string(statements) + " may, in " +
             scope(state_->made),
         repeated(1));
}

void StatementWatch::require_no_repeats(std::size_t times) const {
    const std::vector<Repeated> more = repeated(times + 1);
    if (more.empty()) return;
    fail("a statement ran more often than " + std::to_string(times) + " times, in " + scope(state_->made), more);
}

void StatementWatch::log_repeated(std::size_t least) const {
    for (const Repeated& statement : repeated(least))
        log::write(log::Level::warning, "repeated statement in " + scope(state_->made) + ": " + described(statement));
}

}  // namespace strata::core
