#pragma once

#include <strata/core/engine.hpp>
#include <strata/core/facts.hpp>
#include <strata/core/model.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace bench {

struct Box {
    std::int64_t id{};
    std::string name{};
    std::int32_t shelf{};
};
STRATA_MODEL(Box, boxes, id, name, shelf)

struct Part {
    std::int64_t id{};
    std::int64_t box_id{};
    std::string name{};
    std::int32_t size{};
};
STRATA_MODEL(Part, parts, id, box_id, name, size)
STRATA_FACTS(parts, references(parts.box_id, boxes.id))

inline constexpr std::int64_t boxes_there_are = 1'000;
inline constexpr std::int64_t parts_of_a_box = 10;

/// For each box of a shelf's number or less with parts of a size or more: its name, how many these are and the largest
/// size.
using Summary = std::vector<std::tuple<std::string, std::int64_t, std::optional<std::int32_t>>>;
using Filled = std::vector<std::tuple<Box, std::vector<Part>>>;

/// Boxes and where to put their parts, as a program by hand would keep them.
struct Filling {
    Filled loaded;
    std::unordered_map<std::int64_t, std::size_t> places;

    void add(Box&& box) {
        places.emplace(box.id, loaded.size());
        loaded.emplace_back(std::move(box), std::vector<Part>());
    }
    void add(Part&& part) { std::get<1>(loaded[places.at(part.box_id)]).push_back(std::move(part)); }
};

/// The same queries by the bare driver, with prepared statements.
class BareQueries {
public:
    BareQueries() = default;
    BareQueries(const BareQueries&) = delete;
    BareQueries& operator=(const BareQueries&) = delete;
    virtual ~BareQueries() = default;

    /// The sizes of all parts, which are read into structs one at a time.
    virtual std::int64_t stream() = 0;
    virtual Summary summary(std::int32_t most_shelf, std::int32_t least_size) = 0;
    virtual std::vector<Box> by_keys(std::span<const std::int64_t> keys) = 0;
    /// All boxes with their parts: two statements.
    virtual Filled children() = 0;
};

/// Makes the tables and their rows, and registers the jobs.
void register_queries(const std::string& database, const strata::Engine& engine,
                      const std::function<std::shared_ptr<BareQueries>()>& bare);
void register_queries_sqlite(const std::string& path);
void register_queries_postgresql(const std::string& url);

}  // namespace bench
