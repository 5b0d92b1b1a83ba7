#include "queries.hpp"

#include "core_jobs.hpp"

#include <strata/dal.hpp>
#include <strata/dal/relations.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <memory>
#include <numeric>
#include <stdexcept>

namespace bench {

namespace {

void fill(const strata::dal::Database& db) {
    std::vector<Box> some_boxes;
    std::vector<Part> some_parts;
    for (std::int64_t i = 1; i <= boxes_there_are; ++i) {
        some_boxes.push_back({i, "box number " + std::to_string(i), static_cast<std::int32_t>(i % 20)});
        for (std::int64_t k = 0; k < parts_of_a_box; ++k) {
            const std::int64_t id = static_cast<std::int64_t>(some_parts.size()) + 1;
            some_parts.push_back({id, i, "part number " + std::to_string(id), static_cast<std::int32_t>(id * 7 % 100)});
        }
    }
    db.insert_many(some_boxes, {.keep_keys = true});
    db.insert_many(some_parts, {.keep_keys = true});
}

void expect(bool good) {
    if (!good) throw std::runtime_error("the result is not the one that was asked for");
}

}  // namespace

void register_queries(const std::string& database, const strata::Engine& engine,
                      const std::function<std::shared_ptr<BareQueries>()>& make_bare) {
    strata::schema::create_all(
        {strata::schema::table(boxes), strata::schema::table(parts, strata::schema::index(parts.box_id))}, engine);
    const auto db = strata::dal::connect(engine);
    fill(db);
    const std::shared_ptr<BareQueries> bare = make_bare();
    const auto nothing = [] {};

    constexpr std::int64_t all_parts = boxes_there_are * parts_of_a_box;
    const auto twenty = [](const auto& work) {
        for (int i = 0; i < 20; ++i) work();
    };
    const auto add = [&](const std::string& job, std::int64_t rows, const std::function<void()>& by_hand,
                         const std::function<void()>& by_strata) {
        constexpr int turns = 51;
        add_job(database + "/" + job + "/bare", rows, nothing, by_hand, turns);
        add_job(database + "/" + job + "/strata", rows, nothing, by_strata, turns);
    };

    const std::int64_t sizes = bare->stream();
    add(
        "stream into structs", all_parts * 20, [=] { twenty([&] { expect(bare->stream() == sizes); }); },
        [=] {
            twenty([&] {
                std::int64_t total = 0;
                for (const Part& part : db(parts).stream()) total += part.size;
                expect(total == sizes);
            });
        });

    const std::size_t groups = bare->summary(15, 30).size();
    add(
        "filter, join and group", all_parts * 20,
        [=] { twenty([&] { expect(bare->summary(15, 30).size() == groups); }); },
        [=] {
            twenty([&] {
                const Summary found =
                    db.all(strata::select(boxes.name, strata::dal::count(), strata::dal::max(parts.size))
                               .from(boxes)
                               .join(parts, parts.box_id == boxes.id)
                               .where(boxes.shelf <= 15 && parts.size >= 30)
                               .group_by(boxes.id, boxes.name)
                               .order_by(boxes.id));
                expect(found.size() == groups);
            });
        });

    std::vector<std::int64_t> keys(500);
    std::iota(keys.begin(), keys.end(), 101);
    constexpr std::size_t looked_up = 500;
    add(
        "500 keys in a batch", looked_up * 20,
        [=] { twenty([&] { expect(bare->by_keys(keys).size() == looked_up); }); },
        [=] {
            twenty([&] {
                const auto found = db.batch([&](strata::dal::Batch& batch) {
                    std::vector<decltype(batch.get(boxes, keys[0]))> each;
                    each.reserve(keys.size());
                    for (const std::int64_t key : keys) each.push_back(batch.get(boxes, key));
                    return each;
                });
                expect(found.size() == looked_up && found.back()->id == keys.back());
            });
        });

    const auto full = [](const Filled& loaded) {
        return loaded.size() == static_cast<std::size_t>(boxes_there_are) &&
               std::get<1>(loaded.back()).size() == static_cast<std::size_t>(parts_of_a_box);
    };
    add(
        "1,000 parents and children", (all_parts + boxes_there_are) * 20,
        [=] { twenty([&] { expect(full(bare->children())); }); },
        [=] {
            twenty([&] {
                expect(full(db.load(db(boxes).order_by(boxes.id), strata::dal::children(parts).order_by(parts.id))));
            });
        });
}

}  // namespace bench
