#pragma once

#include <strata/schema/metadata.hpp>

#include <map>
#include <string_view>
#include <utility>

namespace strata::schema::internal {

/// Finds the tables of a MetaData by name without reading them all. Valid until tables are added, moved or removed.
template <class MetaDataType>
class TableIndex {
public:
    using TablePointer = decltype(std::declval<MetaDataType&>().tables.data());

    explicit TableIndex(MetaDataType& metadata) {
        for (auto& table : metadata.tables) places_.emplace(key(table.name), &table);
    }
    /// Null for a table that is not there.
    [[nodiscard]] TablePointer find(const QualifiedName& name) const {
        const auto found = places_.find(key(name));
        return found == places_.end() ? nullptr : found->second;
    }

private:
    using Key = std::pair<std::string_view, std::string_view>;
    static Key key(const QualifiedName& name) { return {name.schema, name.name}; }

    std::map<Key, TablePointer> places_;
};

}  // namespace strata::schema::internal
