#include "jobs.hpp"
#include "postgresql_bare.hpp"

#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>
#include <array>
#include <memory>

namespace bench {

using namespace postgresql;

namespace {

void read(const PGresult* result, int row, Item& item) {
    const auto cell = [&](int column) { return PQgetvalue(result, row, column); };
    const auto length = [&](int column) { return PQgetlength(result, row, column); };
    item.id = number<std::int64_t>(cell(0), length(0));
    item.name.assign(cell(1), static_cast<std::size_t>(length(1)));
    if (PQgetisnull(result, row, 2) == 0) item.note.emplace(cell(2), static_cast<std::size_t>(length(2)));
    item.quantity = number<std::int64_t>(cell(3), length(3));
    item.price = number<double>(cell(4), length(4));
    item.active = *cell(5) == 't';
}

class Bare {
public:
    explicit Bare(const std::string& url) : handle_(PQconnectdb(url.c_str())) {
        PGconn* handle = handle_.get();
        if (PQstatus(handle) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(handle));
        checked(handle,
                PQprepare(
                    handle, "insert",
                    "INSERT INTO items (name, note, quantity, price, active) VALUES ($1, $2, $3, $4, $5) RETURNING id",
                    0, nullptr));
        checked(handle, PQprepare(handle, "update",
                                  "UPDATE items SET name = $1, note = $2, quantity = $3, price = $4, active = $5 "
                                  "WHERE id = $6",
                                  0, nullptr));
        checked(handle,
                PQprepare(handle, "select", "SELECT id, name, note, quantity, price, active FROM items", 0, nullptr));
        checked(handle,
                PQprepare(handle, "key", "SELECT id, name, note, quantity, price, active FROM items WHERE id = $1", 0,
                          nullptr));
    }

    void clear() { run("TRUNCATE items"); }
    /// In a pipeline, whose answers are read for half a thousand rows at a time.
    void update_many(const std::vector<Item>& rows) {
        PGconn* const handle = handle_.get();
        run("BEGIN");
        PQenterPipelineMode(handle);
        constexpr std::size_t part = 512;
        for (std::size_t first = 0; first < rows.size(); first += part) {
            const std::size_t last = std::min(first + part, rows.size());
            for (std::size_t i = first; i < last; ++i) send_update(rows[i]);
            PQsendFlushRequest(handle);
            PQflush(handle);
            for (std::size_t i = first; i < last; ++i) {
                checked(handle, PQgetResult(handle));
                PQgetResult(handle);
            }
        }
        PQpipelineSync(handle);
        PQclear(PQgetResult(handle));
        PQexitPipelineMode(handle);
        run("COMMIT");
    }
    void insert(std::vector<Item>& rows) {
        run("BEGIN");
        for (Item& item : rows) {
            std::string quantity;
            std::string price;
            append(quantity, item.quantity);
            append(price, item.price);
            const std::array<const char*, 5> values{item.name.c_str(), item.note ? item.note->c_str() : nullptr,
                                                    quantity.c_str(), price.c_str(), item.active ? "t" : "f"};
            const Result made =
                checked(handle_.get(), PQexecPrepared(handle_.get(), "insert", 5, values.data(), nullptr, nullptr, 0));
            item.id = number<std::int64_t>(PQgetvalue(made.get(), 0, 0), PQgetlength(made.get(), 0, 0));
        }
        run("COMMIT");
    }
    void insert_many(const std::vector<Item>& rows) {
        run("COPY items (name, note, quantity, price, active) FROM STDIN");
        std::string lines;
        const auto send = [&] {
            if (PQputCopyData(handle_.get(), lines.data(), static_cast<int>(lines.size())) != 1)
                throw std::runtime_error(PQerrorMessage(handle_.get()));
            lines.clear();
        };
        for (const Item& item : rows) {
            append_field(lines, item.name);
            lines += '\t';
            if (item.note)
                append_field(lines, *item.note);
            else
                lines += "\\N";
            lines += '\t';
            append(lines, item.quantity);
            lines += '\t';
            append(lines, item.price);
            lines += item.active ? "\tt\n" : "\tf\n";
            if (lines.size() >= 64UL * 1024) send();
        }
        send();
        PQputCopyEnd(handle_.get(), nullptr);
        while (PGresult* result = PQgetResult(handle_.get())) checked(handle_.get(), result);
    }
    std::vector<Item> select_all() {
        const Result result =
            checked(handle_.get(), PQexecPrepared(handle_.get(), "select", 0, nullptr, nullptr, nullptr, 0));
        std::vector<Item> rows;
        const int count = PQntuples(result.get());
        for (int row = 0; row < count; ++row) read(result.get(), row, rows.emplace_back());
        return rows;
    }
    Item by_key(std::int64_t id) {
        std::string key;
        append(key, id);
        const char* values[] = {key.c_str()};
        const Result result =
            checked(handle_.get(), PQexecPrepared(handle_.get(), "key", 1, values, nullptr, nullptr, 0));
        Item item;
        if (PQntuples(result.get()) == 1) read(result.get(), 0, item);
        return item;
    }

private:
    void send_update(const Item& item) {
        std::string quantity;
        std::string price;
        std::string id;
        append(quantity, item.quantity);
        append(price, item.price);
        append(id, item.id);
        const std::array<const char*, 6> values{item.name.c_str(),       item.note ? item.note->c_str() : nullptr,
                                                quantity.c_str(),        price.c_str(),
                                                item.active ? "t" : "f", id.c_str()};
        PQsendQueryPrepared(handle_.get(), "update", 6, values.data(), nullptr, nullptr, 0);
    }
    void run(const char* sql) { checked(handle_.get(), PQexec(handle_.get(), sql)); }
    static void append_field(std::string& out, const std::string& text) {
        for (const char c : text) {
            if (c == '\\' || c == '\n' || c == '\t' || c == '\r') out += '\\';
            out += c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : c;
        }
    }

    Handle handle_;
};

}  // namespace

void register_postgresql(const std::string& url) {
    const strata::Engine engine(url);
    strata::schema::create_all({strata::schema::table(items)}, engine);
    const auto bare = std::make_shared<Bare>(url);
    register_jobs("postgresql", 50'000,
                  {.clear = [bare] { bare->clear(); },
                   .insert = [bare](std::vector<Item>& rows) { bare->insert(rows); },
                   .insert_many = [bare](const std::vector<Item>& rows) { bare->insert_many(rows); },
                   .select_all = [bare] { return bare->select_all(); },
                   .by_key = [bare](std::int64_t id) { return bare->by_key(id); },
                   .update_many = [bare](const std::vector<Item>& rows) { bare->update_many(rows); }},
                  strata::dal::connect(engine));
}

}  // namespace bench
