#include "queries.hpp"
#include "sqlite_bare.hpp"

namespace bench {

using namespace sqlite;

namespace {

Box read_box(sqlite3_stmt* row) { return {sqlite3_column_int64(row, 0), text(row, 1), sqlite3_column_int(row, 2)}; }
Part read_part(sqlite3_stmt* row) {
    return {sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1), text(row, 2), sqlite3_column_int(row, 3)};
}

class Bare final : public BareQueries {
public:
    explicit Bare(const std::string& path) : handle_(open(path)) {
        sqlite3* const handle = handle_.get();
        stream_ = prepare(handle, "SELECT id, box_id, name, size FROM parts");
        summary_ = prepare(handle,
                           "SELECT b.name, count(*), max(p.size) FROM boxes b JOIN parts p ON p.box_id = b.id "
                           "WHERE b.shelf <= ? AND p.size >= ? GROUP BY b.id, b.name ORDER BY b.id");
        key_ = prepare(handle, "SELECT id, name, shelf FROM boxes WHERE id = ?");
        parents_ = prepare(handle, "SELECT id, name, shelf FROM boxes ORDER BY id");
        children_ = prepare(handle,
                            "SELECT id, box_id, name, size FROM parts "
                            "WHERE box_id IN (SELECT value FROM json_each(?)) ORDER BY id");
    }

    std::int64_t stream() override {
        std::int64_t total = 0;
        while (sqlite3_step(stream_.get()) == SQLITE_ROW) total += read_part(stream_.get()).size;
        sqlite3_reset(stream_.get());
        return total;
    }
    Summary summary(std::int32_t most_shelf, std::int32_t least_size) override {
        sqlite3_stmt* const row = summary_.get();
        sqlite3_bind_int(row, 1, most_shelf);
        sqlite3_bind_int(row, 2, least_size);
        Summary found;
        while (sqlite3_step(row) == SQLITE_ROW)
            found.emplace_back(text(row, 0), sqlite3_column_int64(row, 1), sqlite3_column_int(row, 2));
        sqlite3_reset(row);
        return found;
    }
    std::vector<Box> by_keys(std::span<const std::int64_t> keys) override {
        run(handle_.get(), "BEGIN");
        std::vector<Box> found;
        found.reserve(keys.size());
        for (const std::int64_t key : keys) {
            sqlite3_bind_int64(key_.get(), 1, key);
            if (sqlite3_step(key_.get()) == SQLITE_ROW) found.push_back(read_box(key_.get()));
            sqlite3_reset(key_.get());
        }
        run(handle_.get(), "COMMIT");
        return found;
    }
    Filled children() override {
        Filling filling;
        std::string keys = "[";
        while (sqlite3_step(parents_.get()) == SQLITE_ROW) {
            Box box = read_box(parents_.get());
            if (keys.size() > 1) keys += ',';
            keys += std::to_string(box.id);
            filling.add(std::move(box));
        }
        sqlite3_reset(parents_.get());
        keys += ']';
        sqlite3_bind_text(children_.get(), 1, keys.data(), static_cast<int>(keys.size()), SQLITE_STATIC);
        while (sqlite3_step(children_.get()) == SQLITE_ROW) {
            filling.add(read_part(children_.get()));
        }
        sqlite3_reset(children_.get());
        return std::move(filling.loaded);
    }

private:
    Handle handle_;
    Prepared stream_;
    Prepared summary_;
    Prepared key_;
    Prepared parents_;
    Prepared children_;
};

}  // namespace

void register_queries_sqlite(const std::string& path) {
    const strata::Engine engine("sqlite:////" + path.substr(1));
    register_queries("sqlite", engine, [&] { return std::make_shared<Bare>(path); });
}

}  // namespace bench
