#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/migrate/revision.hpp>

#include <algorithm>

namespace strata::migrate {

namespace {

constexpr std::size_t longest_id = 32;  // VARCHAR(32) of the version table

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
}

/// Names that stand for a place in every history.
bool is_symbol(std::string_view text) {
    return text == "head" || text == "heads" || text == "base" || text == "current" || text == "nothing";
}

std::vector<Operation> recorded(const Revision& revision, const Revision::Callback& callback, const char* which) {
    if (!callback) {
        throw MigrationError("revision " + revision.label() + " has no " + which + " and cannot be taken that way");
    }
    Operations operations(revision.id);
    try {
        callback(operations);
    } catch (const std::exception& error) {
        throw MigrationError("revision " + revision.label() + ": its " + which + " failed: " + one_line(error.what()));
    } catch (...) {
        throw MigrationError("revision " + revision.label() + ": " + current_exception_text() +
                             "; nothing of it stays");
    }
    return operations.operations();
}

}  // namespace

Revision::Revision(std::string revision_id, std::string_view path, Parents parents, std::string text, Callback up,
                   Callback down)
    : id(std::move(revision_id)),
      file(path.substr(path.find_last_of('/') == std::string_view::npos ? 0 : path.find_last_of('/') + 1)),
      revises(std::move(parents.ids)),
      labels(std::move(parents.labels)),
      depends_on(std::move(parents.dependencies)),
      replaces(std::move(parents.replaced)),
      message(std::move(text)),
      upgrade(std::move(up)),
      downgrade(std::move(down)) {
    if (!is_word(id) || id.size() > longest_id) {
        fault = "'" + id + "' cannot be a revision's id; use letters, digits and underscores, at most " +
                std::to_string(longest_id);
    } else if (is_symbol(id)) {
        fault = "'" + id + "' cannot be a revision's id, since it has a meaning of its own";
    }
    for (const auto& label : labels)
        if (fault.empty() && (!is_word(label) || is_symbol(label)))
            fault = "'" + printable(label) +
                    "' cannot be the label of a branch; use letters, digits and underscores, " +
                    "and none of head, heads, base, current";
}

std::vector<Operation> Revision::upgrade_operations() const { return recorded(*this, upgrade, "upgrade"); }
/// What the upgrade keeps aside is what the downgrade takes back, whether it says so or not.
std::vector<Operation> Revision::downgrade_operations() const {
    auto operations = recorded(*this, downgrade, "downgrade");
    if (!upgrade) return operations;
    for (const auto& up : upgrade_operations()) {
        for (auto& down : operations) {
            if (const auto* table = std::get_if<DropTable>(&up); table != nullptr && !table->kept_as.empty()) {
                auto* made = std::get_if<CreateTable>(&down);
                if (made != nullptr && made->table.name == table->table && made->restored_from.empty())
                    made->restored_from = table->kept_as;
            } else if (const auto* column = std::get_if<DropColumn>(&up);
                       column != nullptr && !column->kept_as.empty()) {
                auto* added = std::get_if<AddColumn>(&down);
                if (added != nullptr && added->table == column->table && added->column.name == column->column &&
                    added->restored_from.empty())
                    added->restored_from = column->kept_as;
            }
        }
    }
    return operations;
}

std::string Revision::label() const { return file.empty() ? id : id + " (" + file + ")"; }

}  // namespace strata::migrate
