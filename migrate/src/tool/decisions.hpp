#pragma once

#include "fills.hpp"

#include <strata/migrate/difference.hpp>

#include <boost/json/fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Decisions as data: what a terminal would ask, for a program to answer.
namespace strata::migrate {

/// A question that nobody has answered yet.
struct OpenDecision {
    struct Answer {
        std::string flag;    ///< `--rename songs.title:name`; `VALUE` stands for what only the user knows
        std::string effect;  ///< what the revision does then
    };
    std::string_view code;  ///< `likely_rename`, `rows_without_value`
    std::string subject;    ///< `songs.title`
    std::string question;
    bool loses_values = false;  ///< whether values go if the answer is the wrong one
    std::vector<Answer> answers;
};

/// `columns` are those that the operations make NOT NULL.
[[nodiscard]] std::vector<OpenDecision> open_decisions(const std::vector<RenameCandidate>& renames,
                                                       const std::vector<ColumnToFill>& columns,
                                                       const Decisions& decisions);
[[nodiscard]] boost::json::array to_json(const std::vector<OpenDecision>& open);
[[nodiscard]] boost::json::object to_json(const Difference& difference);

/// Adds the answers of a JSON file: an object whose members are lists of texts, named as the options are, `rename`,
/// `not-renamed`, `fill`, `no-fill`, `adopt`. Throws UsageError, naming the file and what is wrong with it.
void add_decisions(const std::string& file, Decisions& decisions);

/// Throws UsageError where a decision about a column that is to be filled names none, or contradicts another.
void check_not_filled(const std::vector<ColumnToFill>& columns, const Decisions& decisions);

/// Asks on the terminal about each likely rename, and adds the answers to the decisions. False where there is nothing
/// to ask or nobody who answers.
[[nodiscard]] bool ask_about_renames(const std::vector<RenameCandidate>& likely, Decisions& decisions);
/// Asks on the terminal what the rows get that have no value in a column that becomes NOT NULL, and adds the answers to
/// the decisions.
void ask_about_fills(const std::vector<ColumnToFill>& columns, const schema::DdlCompiler& ddl, Decisions& decisions);

}  // namespace strata::migrate
