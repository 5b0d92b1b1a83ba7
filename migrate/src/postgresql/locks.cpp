#include "locks.hpp"

#include <algorithm>
#include <string_view>

namespace strata::migrate::postgresql {
namespace {

using schema::ObjectKind;
using Locks = std::vector<Lock>;

constexpr const char* access_exclusive = "ACCESS EXCLUSIVE";
constexpr const char* share = "SHARE";
constexpr const char* share_row_exclusive = "SHARE ROW EXCLUSIVE";
constexpr const char* share_update_exclusive = "SHARE UPDATE EXCLUSIVE";
constexpr const char* row_exclusive = "ROW EXCLUSIVE";

struct LocksOf {
    Locks operator()(const CreateTable& op) const {
        Locks locks;  // nobody else sees the table
        for (const auto& key : op.table.foreign_keys)
            if (key.referred_table != op.table.name) locks.push_back({share_row_exclusive, key.referred_table});
        if (!op.table.partition_of.empty()) locks.push_back({access_exclusive, op.table.partition_of});
        return locks;
    }
    Locks operator()(const RenameTable& op) const { return {{access_exclusive, op.from}}; }
    Locks operator()(const AlterColumn& op) const {
        const auto fields = op.patch.fields();
        const bool slight = std::all_of(fields.begin(), fields.end(), [](std::string_view field) {
            return field == "comment" || field == "statistics" || field == "options";
        });
        return {{slight ? share_update_exclusive : access_exclusive, op.table}};
    }
    Locks operator()(const CreateIndex& op) const {
        return {{op.concurrently ? share_update_exclusive : share, op.table}};
    }
    Locks operator()(const DropIndex& op) const {
        return {{op.concurrently ? share_update_exclusive : access_exclusive, op.table}};
    }
    Locks operator()(const AddForeignKey& op) const {
        Locks locks{{share_row_exclusive, op.table}};
        if (op.constraint.referred_table != op.table)
            locks.push_back({share_row_exclusive, op.constraint.referred_table});
        return locks;
    }
    Locks operator()(const SetTableComment& op) const { return {{share_update_exclusive, op.table}}; }
    Locks operator()(const CreateObject& op) const { return of(op.object.ref, share_row_exclusive); }
    Locks operator()(const DropObject& op) const { return of(op.object, access_exclusive); }
    Locks operator()(const ReplaceObject& op) const { return of(op.after.ref, share_row_exclusive); }
    Locks operator()(const RenameObject& op) const { return of(op.object, access_exclusive); }
    Locks operator()(const SetPrivileges&) const { return {}; }
    Locks operator()(const AllowDestructive&) const { return {}; }
    Locks operator()(const Execute&) const { return {}; }
    Locks operator()(const Run&) const { return {}; }
    Locks operator()(const BulkInsert& op) const { return {{row_exclusive, op.table}}; }
    Locks operator()(const ChangeRows& op) const { return {{row_exclusive, op.after.table}}; }
    Locks operator()(const RenameEnumLabel&) const { return {}; }
    Locks operator()(const ValidateConstraint& op) const { return {{share_update_exclusive, op.table}}; }
    Locks operator()(const Fill& op) const { return {{row_exclusive, op.table}}; }
    template <class O>
    Locks operator()(const O& op) const {
        return {{access_exclusive, op.table}};
    }

private:
    /// The lock on the table that a trigger or a policy belongs to.
    static Locks of(const schema::ObjectRef& object, const char* of_trigger) {
        if (object.kind == ObjectKind::trigger) return {{of_trigger, object.table}};
        if (object.kind == ObjectKind::policy) return {{access_exclusive, object.table}};
        return {};
    }
};

}  // namespace

Locks locks_of(const Operation& operation) { return std::visit(LocksOf{}, operation); }

}  // namespace strata::migrate::postgresql
