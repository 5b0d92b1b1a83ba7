#pragma once

#include <strata/dal/database.hpp>

#include <functional>

namespace strata::dal {

/// What is called with each row of a model that is written. A callback before may change the row, and one that throws
/// undoes the write; one after gets the row as it is stored. The session is the write's transaction. A set's update and
/// remove, and an upsert, have only callbacks after them: their rows are the database's to find.
template <class Model>
struct Callbacks {
    std::function<void(const Session& session, Model& row)> before_insert{};
    std::function<void(const Session& session, const Model& row)> after_insert{};
    std::function<void(const Session& session, Model& row)> before_update{};
    std::function<void(const Session& session, const Model& row)> after_update{};
    std::function<void(const Session& session, const Model& row)> before_remove{};
    std::function<void(const Session& session, const Model& row)> after_remove{};
};

namespace detail {

template <class Model>
class RowHookOf final : public RowHook {
public:
    explicit RowHookOf(Callbacks<Model>&& callbacks)
        : RowHook(core::table_info<Model>()), callbacks_(std::move(callbacks)) {}

    [[nodiscard]] unsigned events() const override {
        const Callbacks<Model>& all = callbacks_;
        unsigned events = 0;
        if (all.before_insert) events |= detail::before_insert;
        if (all.after_insert) events |= detail::after_insert;
        if (all.before_update) events |= detail::before_update;
        if (all.after_update) events |= detail::after_update;
        if (all.before_remove) events |= detail::before_remove;
        if (all.after_remove) events |= detail::after_remove;
        return events;
    }
    void run(RowEvent event, const BackendPtr& backend, void* row) const override {
        const Transaction session(backend);
        Model& model = *static_cast<Model*>(row);
        switch (event) {
            case detail::before_insert:
                callbacks_.before_insert(session, model);
                break;
            case detail::after_insert:
                callbacks_.after_insert(session, model);
                break;
            case detail::before_update:
                callbacks_.before_update(session, model);
                break;
            case detail::after_update:
                callbacks_.after_update(session, model);
                break;
            case detail::before_remove:
                callbacks_.before_remove(session, model);
                break;
            case detail::after_remove:
                callbacks_.after_remove(session, model);
                break;
        }
    }
    std::int64_t with_changed(Backend& backend, const Request& request,
                              core::detail::FunctionRef<void(void* row)> call) const override {
        std::vector<Stored<Model>> rows;
        backend.plain_fetch(request, RowOf<Items<Whole<Model>>, Uses<>>::layout, AppendTo{rows});
        for (Model& row : rows) call(&row);
        return static_cast<std::int64_t>(rows.size());
    }
    void with_copy(const void* row, core::detail::FunctionRef<void(void* copy)> call) const override {
        Model copy = *static_cast<const Model*>(row);
        call(&copy);
    }

private:
    Callbacks<Model> callbacks_;
};

}  // namespace detail

template <class Model>
Database Database::with_callbacks(Callbacks<Model> callbacks) const {
    static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
    static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
    return hooked(core::detail::Shared<detail::RowHook>(new detail::RowHookOf<Model>(std::move(callbacks))));
}

}  // namespace strata::dal
