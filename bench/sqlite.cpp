#include "jobs.hpp"
#include "sqlite_bare.hpp"

#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <memory>

namespace bench {

using namespace sqlite;

namespace {

void bind(sqlite3_stmt* statement, const Item& item) {
    sqlite3_bind_text(statement, 1, item.name.data(), static_cast<int>(item.name.size()), SQLITE_STATIC);
    if (item.note) {
        sqlite3_bind_text(statement, 2, item.note->data(), static_cast<int>(item.note->size()), SQLITE_STATIC);
    } else {
        sqlite3_bind_null(statement, 2);
    }
    sqlite3_bind_int64(statement, 3, item.quantity);
    sqlite3_bind_double(statement, 4, item.price);
    sqlite3_bind_int(statement, 5, item.active ? 1 : 0);
}

void read(sqlite3_stmt* statement, Item& item) {
    item.id = sqlite3_column_int64(statement, 0);
    item.name = text(statement, 1);
    if (sqlite3_column_type(statement, 2) != SQLITE_NULL) item.note = text(statement, 2);
    item.quantity = sqlite3_column_int64(statement, 3);
    item.price = sqlite3_column_double(statement, 4);
    item.active = sqlite3_column_int(statement, 5) != 0;
}

class Bare {
public:
    explicit Bare(const std::string& path) : handle_(open(path)), janitor_(open(path)) {
        sqlite3* const handle = handle_.get();
        insert_ = prepare(handle, "INSERT INTO items (name, note, quantity, price, active) VALUES (?, ?, ?, ?, ?)");
        select_ = prepare(handle, "SELECT id, name, note, quantity, price, active FROM items");
        update_ =
            prepare(handle, "UPDATE items SET name = ?, note = ?, quantity = ?, price = ?, active = ? WHERE id = ?");
        key_ = prepare(handle, "SELECT id, name, note, quantity, price, active FROM items WHERE id = ?");
    }

    void clear() { run(janitor_.get(), "DELETE FROM items"); }
    void insert(std::vector<Item>& rows) {
        run(handle_.get(), "BEGIN IMMEDIATE");
        for (Item& item : rows) {
            put(item);
            item.id = sqlite3_last_insert_rowid(handle_.get());
        }
        run(handle_.get(), "COMMIT");
    }
    void insert_many(const std::vector<Item>& rows) {
        run(handle_.get(), "BEGIN IMMEDIATE");
        for (const Item& item : rows) put(item);
        run(handle_.get(), "COMMIT");
    }
    std::vector<Item> select_all() {
        std::vector<Item> rows;
        while (sqlite3_step(select_.get()) == SQLITE_ROW) read(select_.get(), rows.emplace_back());
        sqlite3_reset(select_.get());
        return rows;
    }
    void update_many(const std::vector<Item>& rows) {
        run(handle_.get(), "BEGIN IMMEDIATE");
        for (const Item& item : rows) {
            bind(update_.get(), item);
            sqlite3_bind_int64(update_.get(), 6, item.id);
            check(handle_.get(), sqlite3_step(update_.get()));
            sqlite3_reset(update_.get());
        }
        run(handle_.get(), "COMMIT");
    }
    Item by_key(std::int64_t id) {
        Item item;
        sqlite3_bind_int64(key_.get(), 1, id);
        if (sqlite3_step(key_.get()) == SQLITE_ROW) read(key_.get(), item);
        sqlite3_reset(key_.get());
        return item;
    }

private:
    void put(const Item& item) {
        bind(insert_.get(), item);
        check(handle_.get(), sqlite3_step(insert_.get()));
        sqlite3_reset(insert_.get());
    }

    Handle handle_;
    Handle janitor_;  // of neither side, so that both meet the table with a cold cache
    Prepared insert_;
    Prepared select_;
    Prepared key_;
    Prepared update_;
};

}  // namespace

void register_sqlite(const std::string& path) {
    const strata::Engine engine("sqlite:////" + path.substr(1));
    strata::schema::create_all({strata::schema::table(items)}, engine);
    const auto bare = std::make_shared<Bare>(path);
    register_jobs("sqlite", 300'000,
                  {.clear = [bare] { bare->clear(); },
                   .insert = [bare](std::vector<Item>& rows) { bare->insert(rows); },
                   .insert_many = [bare](const std::vector<Item>& rows) { bare->insert_many(rows); },
                   .select_all = [bare] { return bare->select_all(); },
                   .by_key = [bare](std::int64_t id) { return bare->by_key(id); },
                   .update_many = [bare](const std::vector<Item>& rows) { bare->update_many(rows); }},
                  strata::dal::connect(engine));
}

}  // namespace bench
