#include "destructive.hpp"

#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/core/internal/type_kinds.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

namespace strata::migrate {
namespace {

using core::TypeKind;
using core::internal::contains;
using core::internal::integer_digits;
using core::internal::is_float;
using core::internal::is_timestamp;
using schema::MetaData;
using schema::QualifiedName;
using schema::Type;

bool holds_labels(const Type& from, const Type& to) {
    return std::all_of(from.labels.begin(), from.labels.end(),
                       [&](const std::string& label) { return contains(to.labels, label); });
}

struct Loss {
    const MetaData& before;

    std::string operator()(const DropTable& op) const {
        return op.kept_as.empty() ? "drops table " + op.table + " and its rows" : std::string();
    }
    std::string operator()(const DropColumn& op) const {
        const auto* table = before.find(op.table);
        const auto* column = table == nullptr ? nullptr : table->find_column(op.column);
        if (!op.kept_as.empty() || (column != nullptr && column->computed)) return {};
        return "drops column " + op.table + "." + op.column + " and its values";
    }
    std::string operator()(const AlterColumn& op) const {
        const Type* to = op.patch.find(&schema::Column::type);
        if (to == nullptr) return {};
        const auto* table = before.find(op.table);
        const auto* column = table == nullptr ? nullptr : table->find_column(op.column);
        const Type* from = column == nullptr ? nullptr : &column->type;
        const std::string name = op.table + "." + op.column;
        if (from == nullptr || column->computed || widens(*from, *to)) return {};
        const bool labels = from->generic() && to->generic() && from->kind == TypeKind::enumeration &&
                            to->kind == TypeKind::enumeration;
        return labels ? "takes labels from the enum of column " + name
                      : "changes the type of column " + name + " to one that may not hold its values";
    }
    std::string operator()(const ReplaceObject& op) const {
        const auto* known = before.find(op.after.ref);
        const auto* old = known != nullptr ? known : op.before ? &*op.before : nullptr;
        if (op.after.ref.kind != schema::ObjectKind::enum_type || old == nullptr) return {};
        for (const auto& label : old->labels)
            if (!contains(op.after.labels, label)) return "takes labels from " + op.after.ref.text();
        return {};
    }
    template <class O>
    std::string operator()(const O&) const {
        return {};
    }
};

/// The tables and columns that operations have made or changed, so that nothing from before is in them, or that undoing
/// them is what the operations say.
class Made {
public:
    void add(const Operation& operation) {
        if (const auto* created = std::get_if<CreateTable>(&operation)) {
            if (created->restored_from.empty()) tables_.insert(created->table.name);
        } else if (const auto* renamed = std::get_if<RenameTable>(&operation)) {
            if (tables_.contains(renamed->from)) tables_.insert({renamed->from.schema, renamed->to});
        } else if (const auto* added = std::get_if<AddColumn>(&operation)) {
            if (added->restored_from.empty()) columns_.insert({added->table, added->column.name});
        } else if (const auto* column = std::get_if<RenameColumn>(&operation)) {
            if (columns_.contains({column->table, column->from})) columns_.insert({column->table, column->to});
        }
    }
    /// Of an upgrade that is taken back, also what it has changed.
    void add_changed(const Operation& operation) {
        add(operation);
        if (const auto* altered = std::get_if<AlterColumn>(&operation)) {
            types_.insert({altered->table, altered->column});
            const auto* computed = altered->patch.find(&schema::Column::computed);
            if (computed != nullptr && !*computed) columns_.insert({altered->table, altered->column});
        }
        if (const auto* replaced = std::get_if<ReplaceObject>(&operation)) objects_.insert(replaced->after.ref);
        if (std::holds_alternative<Execute>(operation) || std::holds_alternative<Run>(operation)) unknown_ = true;
    }
    [[nodiscard]] bool has(const Operation& operation) const {
        if (unknown_) return true;  // the user's own SQL may have made it
        if (const auto* table = std::get_if<DropTable>(&operation)) return tables_.contains(table->table);
        if (const auto* column = std::get_if<DropColumn>(&operation))
            return tables_.contains(column->table) || columns_.contains({column->table, column->column});
        if (const auto* altered = std::get_if<AlterColumn>(&operation)) {
            const std::pair name{altered->table, altered->column};
            return tables_.contains(altered->table) || columns_.contains(name) || types_.contains(name);
        }
        if (const auto* replaced = std::get_if<ReplaceObject>(&operation))
            return objects_.contains(replaced->after.ref);
        return false;
    }

private:
    std::set<QualifiedName> tables_;
    std::set<std::pair<QualifiedName, std::string>> columns_;
    std::set<std::pair<QualifiedName, std::string>> types_;
    std::set<schema::ObjectRef> objects_;
    bool unknown_ = false;
};

template <class State>
void advance(State& state, const Operation& operation) {
    try {
        if constexpr (std::is_same_v<State, ReplayState>)
            state.apply(operation);
        else
            apply(state, operation);
    } catch (const MigrationError&) {  // the run itself says what does not fit
    }
}

/// Whether loss_of() looks at the state for such an operation, or knows without it.
bool may_lose(const Operation& operation) {
    return std::holds_alternative<DropTable>(operation) || std::holds_alternative<DropColumn>(operation) ||
           std::holds_alternative<AlterColumn>(operation) || std::holds_alternative<ReplaceObject>(operation);
}

bool allowed(const std::vector<Operation>& operations) {
    return std::any_of(operations.begin(), operations.end(),
                       [](const Operation& operation) { return std::holds_alternative<AllowDestructive>(operation); });
}

}  // namespace

bool widens(const Type& from, const Type& to) {
    const bool any_text = to.generic() && to.kind == TypeKind::text && to.length == 0;
    if (from == to || any_text) return !from.generic() || from.kind != TypeKind::bytes || from == to;
    if (!from.generic() || !to.generic()) return false;
    const auto as_fine = [&] { return to.fraction < 0 || (from.fraction >= 0 && from.fraction <= to.fraction); };
    const int digits = from.kind == TypeKind::boolean ? 1 : integer_digits(from.kind);
    switch (to.kind) {
        case TypeKind::text:
            return from.kind == TypeKind::text && from.length > 0 && from.length <= to.length;
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return digits > 0 && digits <= integer_digits(to.kind);
        case TypeKind::numeric:
            if (to.precision == 0) return digits > 0 || from.kind == TypeKind::numeric;
            if (digits > 0) return digits <= to.precision - to.scale;
            return from.kind == TypeKind::numeric && from.precision > 0 && from.scale <= to.scale &&
                   from.precision - from.scale <= to.precision - to.scale;
        case TypeKind::real:
            return digits > 0 && digits <= 5;
        case TypeKind::double_precision:
            return (digits > 0 && digits <= 10) || is_float(from.kind);
        case TypeKind::timestamp:
        case TypeKind::timestamptz:
            return from.kind == TypeKind::date || (is_timestamp(from.kind) && as_fine());
        case TypeKind::time:
            return from.kind == TypeKind::time && as_fine();
        case TypeKind::enumeration:
            return from.kind == TypeKind::enumeration && holds_labels(from, to);
        case TypeKind::array:
            return from.kind == TypeKind::array && !from.element.empty() && !to.element.empty() &&
                   widens(from.element.front(), to.element.front());
        case TypeKind::boolean:
        case TypeKind::bytes:
        case TypeKind::date:
        case TypeKind::uuid:
        case TypeKind::json:
            return from.kind == to.kind;
    }
    return false;
}

std::string loss_of(const Operation& operation, const MetaData& before) { return std::visit(Loss{before}, operation); }

std::vector<std::string> destructive_notes(const std::vector<Operation>& operations, const MetaData& before) {
    std::vector<std::string> notes;
    std::optional<MetaData> state;  // a copy, where an operation comes before one that may lose something
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const auto loss = loss_of(operations[i], state ? *state : before);
        notes.push_back(loss.empty() ? std::string() : "destructive: " + loss);
        if (std::none_of(operations.begin() + static_cast<std::ptrdiff_t>(i) + 1, operations.end(), may_lose)) continue;
        if (!state) state = before;
        advance(*state, operations[i]);
    }
    return notes;
}

void check_losses(ReplayState& state, const Revisions& path, Direction direction) {
    const bool up = direction == Direction::up;
    Made made;  // by the revisions of this run
    std::string losses;
    for (const Revision* revision : path) {
        std::vector<Operation> operations;
        try {
            operations = up ? revision->upgrade_operations() : revision->downgrade_operations();
        } catch (const MigrationError&) {
            break;  // the run stops there, and says why
        }
        Made undone;
        if (!up && revision->upgrade)
            for (const auto& operation : revision->upgrade_operations()) undone.add_changed(operation);
        const bool may = allowed(operations);
        std::string of_this;
        for (const auto& operation : operations) {
            const bool loses = !may && may_lose(operation) && !made.has(operation) && !undone.has(operation);
            const auto loss = loses ? loss_of(operation, state.around({operation})) : std::string();
            if (!loss.empty()) of_this += (of_this.empty() ? "" : ", ") + loss;
            made.add(operation);
            advance(state, operation);
        }
        if (!of_this.empty())
            losses += (losses.empty() ? "revision " : "; revision ") + revision->label() + " " + of_this;
    }
    if (losses.empty()) return;
    throw MigrationError(losses +
                         "; nothing was run. Say op.allow_destructive(\"why\") in the revision, keep the rows " +
                         "with .keep(), or run it with --allow-destructive");
}

}  // namespace strata::migrate
