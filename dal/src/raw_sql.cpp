#include "detail/raw_sql.hpp"

#include "detail/sql_writer.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>

namespace strata::dal::detail {

namespace {

using core::detail::SqlLexer;
using core::detail::SqlToken;

void check_class(const QueryCompiler& compiler, std::string_view sql) {
    using core::StatementClass;
    if (core::detail::split_script(sql, compiler.dialect.lexis(), true).size() > 1)
        throw UsageError("the text holds several statements; run one at a time");
    const StatementClass its_class = compiler.dialect.classify(sql);
    if (its_class == StatementClass::rows) return;
    const SqlToken first = SqlLexer(sql, compiler.dialect.lexis()).next();
    const std::string word = first.kind == SqlToken::Kind::word ? std::string(first.text) : "the statement";
    switch (its_class) {
        case StatementClass::schema:
            throw UsageError(
                word + " would change the schema, and dal::connect only reads and writes rows; write a migration");
        case StatementClass::transaction:
            throw UsageError(word + " controls the transaction; use db.transaction(...)");
        case StatementClass::rows:
        case StatementClass::other:
            throw UsageError(word +
                             " is not a statement about rows: SELECT, VALUES, INSERT, UPDATE, DELETE, WITH or EXPLAIN");
    }
}

/// The marks ? and :name are ours, whatever the database uses, so the lexer returns each symbol as one token.
core::detail::SqlLexis without_own_marks(core::detail::SqlLexis lexis) {
    lexis.numbered_parameter = '\0';
    lexis.named_parameters = {};
    lexis.operators = {};
    return lexis;
}

/// Rewrites the text with the database's placeholders.
class RawBinder {
public:
    RawBinder(const QueryCompiler& compiler, std::string_view sql, const RawArguments& arguments)
        : compiler_(compiler),
          sql_(sql),
          arguments_(arguments.list),
          may_be_unused_(arguments.may_be_unused),
          reads_(core::detail::only_reads(sql, compiler.dialect.lexis())),
          numbers_(arguments.list.size(), 0),
          null_numbers_(arguments.list.size(), 0),
          out_(compiler) {}

    RawSql bind() {
        check_arguments();
        SqlLexer lexer(sql_, without_own_marks(compiler_.dialect.lexis()));
        SqlToken token = lexer.next();
        while (token.kind != SqlToken::Kind::end) {
            if (token.symbol('?')) {
                question_mark(lexer, token);
            } else if (token.symbol('\\') && next_is(token, ':')) {
                copy_until(token.begin);
                copied_ = token.begin + 1;
                token = lexer.next();  // the colon, unchanged
            } else if (token.symbol(':') && next_is(token, ':')) {
                token = lexer.next();  // a cast
            } else if (token.symbol(':') && !is_slice(last_, token)) {
                token = name(lexer, token);
            } else if (token.symbol('[')) {
                ++brackets_;
            } else if (token.symbol(']')) {
                --brackets_;
            }
            before_last_ = last_;
            last_ = token;
            token = lexer.next();
        }
        copy_until(sql_.size());
        check_used();
        result_.sql = std::move(out_).finish();
        return std::move(result_);
    }

private:
    void check_arguments() {
        for (std::size_t i = 0; i < arguments_.size(); ++i) {
            if (arguments_[i].name.empty() != arguments_.front().name.empty()) {
                throw UsageError("raw SQL takes its values either by position or by name, not both");
            }
            for (std::size_t j = 0; j < i; ++j) {
                if (!arguments_[i].name.empty() && arguments_[i].name == arguments_[j].name) {
                    throw UsageError("the value :" + std::string(arguments_[i].name) + " is given twice");
                }
            }
        }
    }

    [[nodiscard]] bool next_is(const SqlToken& token, char c) const {
        return token.begin + 1 < sql_.size() && sql_[token.begin + 1] == c;
    }
    /// Whether the colon belongs to a slice `a[low:high]`: it is right after an operand, inside brackets.
    [[nodiscard]] bool is_slice(const SqlToken& before, const SqlToken& colon) const {
        const bool touches = before.begin + before.text.size() == colon.begin && before.kind != SqlToken::Kind::end;
        return brackets_ > 0 && touches && !before.symbol('[') && !before.symbol(',');
    }

    void question_mark(SqlLexer& lexer, const SqlToken& token) {
        copy_until(token.begin);
        if (next_is(token, '?')) {
            (void)lexer.next();
            copied_ = token.begin + 1;  // skips one of the two
            return;
        }
        if (token.begin + 1 < sql_.size() && sql_[token.begin + 1] >= '0' && sql_[token.begin + 1] <= '9') {
            throw UsageError("numbered placeholders are not taken; write ? or :name");
        }
        if (!arguments_.empty() && !arguments_.front().name.empty()) {
            throw UsageError(
                "raw SQL takes its values either by position or by name, not both; write ?? for a question mark");
        }
        if (position_ == arguments_.size()) fail_count();
        placeholder(position_++, lexer);
        copied_ = token.begin + 1;
    }

    /// Binds the parameter at the colon, if there is one; returns the last token that was read.
    SqlToken name(SqlLexer& lexer, const SqlToken& colon) {
        SqlLexer ahead = lexer;
        const SqlToken word = ahead.next();
        if (word.kind != SqlToken::Kind::word || word.begin != colon.begin + 1) return colon;
        lexer = ahead;
        for (std::size_t i = 0; i < arguments_.size(); ++i) {
            if (arguments_[i].name != word.text) continue;
            copy_until(colon.begin);
            placeholder(i, lexer);
            copied_ = word.begin + word.text.size();
            return word;
        }
        throw UsageError("no value is given for :" + std::string(word.text) + R"(; write \: for a colon that is none)");
    }

    /// An argument that is used twice gets the same number, so that the database sees the same expression.
    void placeholder(std::size_t argument, const SqlLexer& after) {
        const core::Value& value = arguments_[argument].value;
        if (is_whole_operand() && is_null_test(after)) {
            null_test(argument);
            return;
        }
        if (value.kind() == core::Value::Kind::array && last_.symbol('(') && before_last_.is("IN")) {
            throw UsageError(
                "IN (...) in raw SQL takes one placeholder for each element, and not one for a list; a typed query "
                "takes "
                "a list: songs.id.in(list)");
        }
        if (numbers_[argument] == 0) {
            result_.values.push_back(arguments_[argument].value);
            numbers_[argument] = static_cast<int>(result_.values.size());
        }
        if (reads_) {
            compiler_.compared(out_, value, numbers_[argument]);
        } else {
            compiler_.value(out_, numbers_[argument]);
        }
    }

    /// Whether the placeholder begins an operand, so that what is before it does not belong to it.
    [[nodiscard]] bool is_whole_operand() const {
        return last_.symbol('(') || last_.symbol(',') || last_.is("AND") || last_.is("OR") || last_.is("NOT") ||
               last_.is("WHERE") || last_.is("ON") || last_.is("HAVING") || last_.is("WHEN") || last_.is("SELECT");
    }
    /// Whether IS NULL or IS NOT NULL comes next.
    static bool is_null_test(SqlLexer lexer) {
        if (!lexer.next().is("IS")) return false;
        SqlToken token = lexer.next();
        if (token.is("NOT")) token = lexer.next();
        return token.is("NULL");
    }
    /// Binds whether the argument is NULL, with a type and a number of its own: `:p IS NULL OR x = :p` says nothing
    /// about the type of :p before it is compared, which PostgreSQL refuses.
    void null_test(std::size_t argument) {
        if (null_numbers_[argument] == 0) {
            const bool null = arguments_[argument].value.is_null();
            result_.values.push_back(null ? core::Value::null() : core::Value::text(""));
            null_numbers_[argument] = static_cast<int>(result_.values.size());
        }
        out_ << "CAST(";
        compiler_.value(out_, null_numbers_[argument]);
        out_ << " AS text)";
    }

    void check_used() {
        for (std::size_t i = 0; i < arguments_.size(); ++i) {
            if (numbers_[i] != 0 || null_numbers_[i] != 0) continue;
            if (arguments_[i].name.empty()) fail_count();
            if (may_be_unused_) continue;
            throw UsageError("the statement has no :" + std::string(arguments_[i].name));
        }
    }
    [[noreturn]] void fail_count() const {
        throw UsageError("the statement has another number of ? than the " + std::to_string(arguments_.size()) +
                         " values given");
    }

    void copy_until(std::size_t end) {
        out_ << sql_.substr(copied_, end - copied_);
        copied_ = end;
    }

    const QueryCompiler& compiler_;
    std::string_view sql_;
    std::span<const Argument> arguments_;
    bool may_be_unused_;
    SqlToken last_;  // before the one that is read
    SqlToken before_last_;
    bool reads_;                     // nothing is written, so that a value is only computed with
    std::vector<int> numbers_;       // the placeholder's number, by argument
    std::vector<int> null_numbers_;  // the same of those that are only compared with NULL
    SqlWriter out_;
    RawSql result_;
    std::size_t copied_ = 0;
    std::size_t position_ = 0;
    int brackets_ = 0;
};

}  // namespace

void keep_argument(std::vector<Argument>& list, core::Scratch& texts, std::string_view name, const core::Value& value) {
    list.push_back({name.empty() ? name : texts.keep(std::string(name)),
                    value.borrows() ? value.relocated(texts.keep(std::string(value.chars())).data()) : value});
}

RawSql bind_raw(const QueryCompiler& compiler, std::string_view sql, const RawArguments& arguments) {
    check_class(compiler, sql);
    return RawBinder(compiler, sql, arguments).bind();
}

}  // namespace strata::dal::detail
