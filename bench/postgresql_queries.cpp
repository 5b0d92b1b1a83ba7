#include "postgresql_bare.hpp"
#include "queries.hpp"

#include <array>
#include <cstdlib>

namespace bench {

using namespace postgresql;

namespace {

std::string text(const PGresult* result, int row, int column) {
    return {PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column))};
}
template <class Number>
Number number_at(const PGresult* result, int row, int column) {
    return number<Number>(PQgetvalue(result, row, column), PQgetlength(result, row, column));
}
Box read_box(const PGresult* result, int row) {
    return {number_at<std::int64_t>(result, row, 0), text(result, row, 1), number_at<std::int32_t>(result, row, 2)};
}
Part read_part(const PGresult* result, int row) {
    return {number_at<std::int64_t>(result, row, 0), number_at<std::int64_t>(result, row, 1), text(result, row, 2),
            number_at<std::int32_t>(result, row, 3)};
}

Handle open(const std::string& url) {
    Handle handle(PQconnectdb(url.c_str()));
    if (PQstatus(handle.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(handle.get()));
    return handle;
}

class Bare final : public BareQueries {
public:
    explicit Bare(const std::string& url) : handle_(open(url)), streaming_(open(url)) {
        checked(streaming_.get(),
                PQprepare(streaming_.get(), "stream", "SELECT id, box_id, name, size FROM parts", 0, nullptr));
        prepare("summary",
                "SELECT b.name, count(*), max(p.size) FROM boxes b JOIN parts p ON p.box_id = b.id "
                "WHERE b.shelf <= $1 AND p.size >= $2 GROUP BY b.id, b.name ORDER BY b.id");
        prepare("key", "SELECT id, name, shelf FROM boxes WHERE id = $1");
        prepare("parents", "SELECT id, name, shelf FROM boxes ORDER BY id");
        prepare("children", "SELECT id, box_id, name, size FROM parts WHERE box_id = ANY($1::bigint[]) ORDER BY id");
    }

    std::int64_t stream() override {
        PQsendQueryPrepared(streaming_.get(), "stream", 0, nullptr, nullptr, nullptr, 0);
        PQsetSingleRowMode(streaming_.get());
        std::int64_t total = 0;
        while (PGresult* const answer = PQgetResult(streaming_.get())) {
            if (PQresultStatus(answer) == PGRES_SINGLE_TUPLE) total += read_part(answer, 0).size;
            PQclear(answer);
        }
        return total;
    }
    Summary summary(std::int32_t most_shelf, std::int32_t least_size) override {
        const std::string shelf = std::to_string(most_shelf);
        const std::string size = std::to_string(least_size);
        const std::array<const char*, 2> values{shelf.c_str(), size.c_str()};
        const Result result = run("summary", 2, values.data());
        Summary found;
        for (int row = 0; row < PQntuples(result.get()); ++row) {
            found.emplace_back(text(result.get(), row, 0), number_at<std::int64_t>(result.get(), row, 1),
                               number_at<std::int32_t>(result.get(), row, 2));
        }
        return found;
    }
    std::vector<Box> by_keys(std::span<const std::int64_t> keys) override {
        PQenterPipelineMode(handle_.get());
        for (const std::int64_t key : keys) {
            std::string value;
            append(value, key);
            const char* const values = value.c_str();
            PQsendQueryPrepared(handle_.get(), "key", 1, &values, nullptr, nullptr, 0);
        }
        PQpipelineSync(handle_.get());
        std::vector<Box> found;
        found.reserve(keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const Result result = checked(handle_.get(), PQgetResult(handle_.get()));
            if (PQntuples(result.get()) == 1) found.push_back(read_box(result.get(), 0));
            PQgetResult(handle_.get());
        }
        PQclear(PQgetResult(handle_.get()));
        PQexitPipelineMode(handle_.get());
        return found;
    }
    Filled children() override {
        const Result parents = run("parents", 0, nullptr);
        Filling filling;
        std::string keys = "{";
        for (int row = 0; row < PQntuples(parents.get()); ++row) {
            Box box = read_box(parents.get(), row);
            if (keys.size() > 1) keys += ',';
            append(keys, box.id);
            filling.add(std::move(box));
        }
        keys += '}';
        const char* const values = keys.c_str();
        const Result children = run("children", 1, &values);
        for (int row = 0; row < PQntuples(children.get()); ++row) {
            filling.add(read_part(children.get(), row));
        }
        return std::move(filling.loaded);
    }

private:
    void prepare(const char* name, const char* sql) {
        checked(handle_.get(), PQprepare(handle_.get(), name, sql, 0, nullptr));
    }
    Result run(const char* name, int count, const char* const* values) {
        return checked(handle_.get(), PQexecPrepared(handle_.get(), name, count, values, nullptr, nullptr, 0));
    }

    Handle handle_;
    Handle streaming_;  // libpq would keep its single-row mode for the next pipeline
};

}  // namespace

void register_queries_postgresql(const std::string& url) {
    const strata::Engine engine(url);
    register_queries("postgresql", engine, [&] { return std::make_shared<Bare>(url); });
}

}  // namespace bench
