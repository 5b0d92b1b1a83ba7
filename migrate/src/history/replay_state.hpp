#pragma once

#include "operations/unread.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace strata::migrate {

/// What replay does not know since the user's own SQL ran, or since an operation did not fit. Each entry has the label
/// of the revision.
struct Unknown {
    /// Whether there is any: then the database may hold what no operation describes.
    bool any = false;
    std::map<schema::QualifiedName, std::string> tables;  ///< of the state, that may be changed or gone
    std::map<schema::ObjectRef, std::string> objects;     ///< the same
    std::map<std::string, std::string> names;             ///< in lower case, of what may have been made
};

/// The shape of a database according to its history. It changes by operations, each of which costs what it touches and
/// not what the database holds, and can go back by the way that it came. Not thread safe.
class ReplayState {
public:
    /// Carries the operation out as migrate::apply does. Throws MigrationError where it does not fit; the state is
    /// unchanged then.
    void apply(const Operation& operation);
    /// Notes that SQL of the revision has run of which only the database knows what it did. Without a dialect its texts
    /// for every database count.
    void note_sql(const Execute& sql, const std::string& revision, const core::Dialect* dialect);
    /// Notes that the database has the table otherwise than the state says.
    void lose(const schema::QualifiedName& table, const std::string& revision);
    /// Takes a table out that the user's own SQL may have dropped.
    void forget(const schema::QualifiedName& table);

    /// A place on the way, to go back to.
    using Mark = std::size_t;
    [[nodiscard]] Mark mark() const noexcept { return log_.size(); }
    void undo_to(Mark mark);

    [[nodiscard]] bool has(const schema::QualifiedName& table) const { return by_name_.contains(table); }
    /// The whole state; made when it is asked for.
    [[nodiscard]] const schema::MetaData& metadata() const;
    /// The part of the state that compiling the operations looks at: the tables that they name and those around them,
    /// those with an enum type or a dangling key, which others may share, and all that is not a table.
    [[nodiscard]] schema::MetaData around(const std::vector<Operation>& operations) const;
    [[nodiscard]] const Unread& unread() const noexcept { return unread_; }
    [[nodiscard]] const Unknown& unknown() const noexcept { return unknown_; }
    /// Whether replay does not know what it is: that is in `unknown`, or it is not there and may have been made.
    [[nodiscard]] bool is_unknown(const schema::QualifiedName& table) const;
    [[nodiscard]] bool is_unknown(const schema::ObjectRef& object) const;

    /// How many tables and objects were looked at so far, one by one: what the work is proportional to.
    [[nodiscard]] std::size_t steps() const noexcept { return steps_; }

private:
    /// The place of a table in the order of creation; it keeps it when it is renamed.
    using Place = std::uint64_t;
    using Stored = std::shared_ptr<const schema::Table>;
    template <class Key>
    struct Edit {
        Key key;
        std::optional<std::string> before;
    };
    /// What was before an operation.
    struct Change {
        std::vector<std::pair<Place, Stored>> tables{};  // null: there was none
        std::optional<std::size_t> objects_before{};     // so many; one was added
        std::optional<std::vector<schema::Object>> objects{};
        std::optional<std::vector<schema::Privileges>> privileges{};
        std::optional<std::vector<schema::SeedRows>> rows{};
        std::optional<Unread> unread{};
        std::optional<bool> any{};
        std::vector<Edit<schema::QualifiedName>> unknown_tables{};
        std::vector<Edit<schema::ObjectRef>> unknown_objects{};
        std::vector<Edit<std::string>> unknown_names{};
    };
    struct Reach;

    [[nodiscard]] std::set<Place> reached(const Reach& reach) const;
    [[nodiscard]] std::vector<schema::QualifiedName> with_parents(std::vector<schema::QualifiedName> names) const;
    void put(Place place, Stored table);
    void take(Place place);
    void put_back(std::vector<schema::Table> tables, const std::vector<std::pair<Place, Stored>>& before,
                  Change& change);
    void undo(Change& change);
    void follow_unknown(const Operation& operation, Change& change);
    void set_any(Change& change);
    template <class Key>
    static void set(std::map<Key, std::string>& map, std::vector<Edit<Key>>& edits, const Key& key,
                    std::optional<std::string> value);

    std::map<Place, Stored> tables_;
    std::map<schema::QualifiedName, Place> by_name_;
    std::map<std::string, std::set<Place>, std::less<>> by_word_;  // the name without a schema, in lower case
    std::map<schema::QualifiedName, std::set<Place>> children_;    // partitions, and tables that inherit
    std::map<schema::QualifiedName, std::set<Place>> referrers_;   // by a foreign key
    std::set<Place> shared_;                                       // with an enum type or a dangling key
    schema::MetaData rest_;                                        // all but the tables
    Unread unread_;
    Unknown unknown_;
    Place next_ = 0;
    std::vector<Change> log_;
    mutable std::optional<schema::MetaData> whole_;
    mutable std::size_t steps_ = 0;
};

}  // namespace strata::migrate
