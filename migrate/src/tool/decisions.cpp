#include "decisions.hpp"

#include "ask.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

namespace strata::migrate {
namespace {

namespace json = boost::json;
using core::internal::contains;

bool is_filled(const ColumnToFill& column, const Decisions& decisions) {
    return std::any_of(decisions.fills.begin(), decisions.fills.end(),
                       [&](const std::string& fill) { return fill.starts_with(column.name() + "="); });
}

bool is_decided(const ColumnToFill& column, const Decisions& decisions) {
    return is_filled(column, decisions) || contains(decisions.not_filled, column.name());
}

OpenDecision about(const RenameCandidate& each) {
    const std::string what = each.loses_values ? " with what is in it" : "";
    return {"likely_rename",
            each.from,
            each.from + " is gone and " + each.to + " is new, and " + each.reason + ". Was it renamed?",
            each.loses_values,
            {{"--rename " + each.from + ":" + each.to, "renames it, and keeps what is in it"},
             {"--not-renamed " + each.from, "drops " + each.from + what + ", and adds " + each.to}}};
}

OpenDecision about(const ColumnToFill& column) {
    return {"rows_without_value",
            column.name(),
            column.name() + " becomes NOT NULL. What do rows without a value get?",
            false,
            {{"--fill " + column.name() + "=VALUE", "gives them the value first"},
             {"--no-fill " + column.name(), "has no step for them: upgrade refuses where there are such rows"}}};
}

std::string contents(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.good() && !stream.eof()) throw UsageError("cannot read the decisions in " + printable(file));
    return text;
}

json::array things(const std::vector<Difference::Thing>& list) {
    json::array array;
    for (const auto& thing : list) array.push_back(json::object{{"kind", thing.kind}, {"name", thing.name}});
    return array;
}

}  // namespace

std::vector<OpenDecision> open_decisions(const std::vector<RenameCandidate>& renames,
                                         const std::vector<ColumnToFill>& columns, const Decisions& decisions) {
    std::vector<OpenDecision> open;
    for (const auto& each : renames) open.push_back(about(each));
    for (const auto& column : columns)
        if (!is_decided(column, decisions)) open.push_back(about(column));
    return open;
}

json::array to_json(const std::vector<OpenDecision>& open) {
    json::array array;
    for (const auto& decision : open) {
        json::array answers;
        for (const auto& answer : decision.answers)
            answers.push_back(json::object{{"flag", answer.flag}, {"effect", answer.effect}});
        array.push_back(json::object{{"code", decision.code},
                                     {"subject", decision.subject},
                                     {"question", decision.question},
                                     {"loses_values", decision.loses_values},
                                     {"answers", std::move(answers)}});
    }
    return array;
}

json::object to_json(const Difference& difference) {
    return {{"added", things(difference.added)},
            {"gone", things(difference.gone)},
            {"changed", things(difference.changed)}};
}

void add_decisions(const std::string& file, Decisions& decisions) {
    const std::pair<std::string_view, std::vector<std::string>*> members[] = {
        {"rename", &decisions.renames},     {"not-renamed", &decisions.not_renamed}, {"fill", &decisions.fills},
        {"no-fill", &decisions.not_filled}, {"adopt", &decisions.adopted},
    };
    const auto wrong = [&](const std::string& what) {
        throw UsageError("the decisions in " + printable(file) + ": " + what);
    };
    boost::system::error_code error;
    const auto value = json::parse(contents(file), error);
    if (error || !value.is_object())
        wrong("it is no JSON object; write for instance {\"rename\": [\"songs.title:name\"]}");
    for (const auto& [key, list] : value.get_object()) {
        const auto* const member = std::find_if(std::begin(members), std::end(members),
                                                [&, &name = key](const auto& each) { return each.first == name; });
        if (member == std::end(members))
            wrong("it takes rename, not-renamed, fill, no-fill and adopt, and not " + printable(std::string(key)));
        const auto* const texts = list.if_array();
        if (texts == nullptr || !std::all_of(texts->begin(), texts->end(), [](const auto& v) { return v.is_string(); }))
            wrong("its member " + std::string(key) + " must be a list of texts");
        for (const auto& text : *texts) member->second->emplace_back(text.get_string());
    }
}

void check_not_filled(const std::vector<ColumnToFill>& columns, const Decisions& decisions) {
    for (const auto& name : decisions.not_filled) {
        const auto found =
            std::find_if(columns.begin(), columns.end(), [&](const auto& each) { return each.name() == name; });
        if (found == columns.end())
            throw UsageError(
                "--no-fill " + one_line(name) +
                ": the revision makes no such column NOT NULL without a default; name one as songs.rating");
        if (is_filled(*found, decisions)) throw UsageError("--no-fill " + name + ": --fill gives it a value");
    }
}

bool ask_about_renames(const std::vector<RenameCandidate>& likely, Decisions& decisions) {
    if (likely.empty() || !is_interactive()) return false;
    for (const auto& each : likely) {
        if (confirmed(each.from + " is gone and " + each.to + " is new, and " + each.reason +
                      ". Was it renamed, keeping what is in it?"))
            decisions.renames.push_back(each.from + ":" + each.to);
        else
            decisions.not_renamed.push_back(each.from);
    }
    return true;
}

void ask_about_fills(const std::vector<ColumnToFill>& columns, const schema::DdlCompiler& ddl, Decisions& decisions) {
    if (!is_interactive()) return;
    for (const auto& column : columns) {
        for (bool asked = is_decided(column, decisions); !asked;) {
            const auto value = answered(column.name() + " becomes NOT NULL. What do rows without a value get? " +
                                        "(nothing: no step for them)");
            try {
                if (!value.empty()) static_cast<void>(fill_value(column, value, ddl));
                if (!value.empty()) decisions.fills.push_back(column.name() + "=" + value);
                asked = true;
            } catch (const UsageError& error) {
                std::cout << error.what() << "\n";
            }
        }
    }
}

}  // namespace strata::migrate
