#pragma once

#include "driver.hpp"

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace strata::core::detail {

/// The least recently used cache of one connection's statements, by key. A statement that a cursor is reading is not
/// found, so that the same query inside its own loop gets another statement.
class StatementCache {
public:
    explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}

    /// Whether a statement of this length is worth its memory, here and on the server.
    [[nodiscard]] bool takes(std::size_t bytes) const noexcept { return capacity_ > 0 && bytes <= longest; }

    std::shared_ptr<PreparedStatement> find(std::string_view key, std::uint64_t hash) {
        if (!entries_.empty()) {  // a loop asks for the same statement again
            const Entry& latest = entries_.front();
            if (latest.hash == hash && latest.key == key) return latest.statement->busy ? nullptr : latest.statement;
        }
        const auto found = locate(key, hash);
        if (found == index_.end() || found->second->statement->busy) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->statement;
    }

    /// The statement that was used last, if it has this key and no cursor reads it: a loop asks for it again and again.
    PreparedStatement* latest(std::string_view key, std::uint64_t hash) const noexcept {
        if (entries_.empty()) return nullptr;
        const Entry& entry = entries_.front();
        return entry.hash == hash && entry.key == key && !entry.statement->busy ? entry.statement.get() : nullptr;
    }

    void insert(std::string_view key, std::uint64_t hash, std::shared_ptr<PreparedStatement> statement) {
        if (capacity_ == 0 || locate(key, hash) != index_.end()) return;
        const std::size_t bytes = statement->sql().size();
        if (!takes(bytes)) return;
        entries_.push_front({std::string(key), hash, std::move(statement), bytes});
        index_.emplace(hash, entries_.begin());
        bytes_ += bytes;
        while (entries_.size() > capacity_ || bytes_ > most_bytes)
            erase(locate(entries_.back().key, entries_.back().hash));
    }

    void erase(std::string_view key, std::uint64_t hash) {
        if (const auto found = locate(key, hash); found != index_.end()) erase(found);
    }

    void clear() {
        index_.clear();
        entries_.clear();
        bytes_ = 0;
    }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        std::string key;
        std::uint64_t hash;
        std::shared_ptr<PreparedStatement> statement;
        std::size_t bytes;
    };
    struct Identity {
        std::size_t operator()(std::uint64_t hash) const noexcept { return hash; }
    };
    using Index = std::unordered_multimap<std::uint64_t, std::list<Entry>::iterator, Identity>;

    Index::iterator locate(std::string_view key, std::uint64_t hash) {
        auto [at, end] = index_.equal_range(hash);
        for (; at != end; ++at) {
            if (at->second->key == key) return at;
        }
        return index_.end();
    }
    void erase(Index::iterator at) {
        bytes_ -= at->second->bytes;
        entries_.erase(at->second);
        index_.erase(at);
    }

    static constexpr std::size_t longest = 64 * 1024;
    static constexpr std::size_t most_bytes = 4 * 1024 * 1024;

    std::size_t capacity_;
    std::size_t bytes_ = 0;     // of all statements' text
    std::list<Entry> entries_;  // the most recently used first
    Index index_;
};

}  // namespace strata::core::detail
