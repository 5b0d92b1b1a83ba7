#pragma once

#include <strata/migrate/revision.hpp>

#include <deque>
#include <string>

namespace bench {

/// A history of so many revisions, one after another, over a schema that grows by a table every ten of them: each ten
/// make a table with a foreign key, a check and an index, add two columns and an index, rename a column and a table,
/// change a type, drop an index, a column and, every second time, the oldest table.
class History {
public:
    explicit History(int revisions) {
        for (int i = 0; i < revisions; ++i) {
            const std::string parent = i == 0 ? std::string() : "r" + std::to_string(i - 1);
            revisions_.emplace_back(
                "r" + std::to_string(i), "",
                strata::migrate::Parents{parent.empty() ? std::vector<std::string>()
                                                        : std::vector<std::string>{parent}},
                "", [i](strata::migrate::Operations& op) { upgrade(op, i); }, strata::migrate::Revision::Callback());
        }
    }

    [[nodiscard]] strata::migrate::Revisions all() const {
        strata::migrate::Revisions list;
        for (const auto& revision : revisions_) list.push_back(&revision);
        return list;
    }
    [[nodiscard]] std::string head() const { return revisions_.back().id; }

private:
    static std::string name_of(int table) { return "table_" + std::to_string(table); }

    static void upgrade(strata::migrate::Operations& op, int revision) {
        using namespace strata::migrate;
        const int table = revision / 10;
        const auto made = name_of(table);
        const auto renamed = made + "_renamed";
        switch (revision % 10) {
            case 0:
                op.create_table(made,
                                {column("id", BigInteger{}), column("name", String{50}), column("price", Integer{}),
                                 column("parent", BigInteger{}).nullable(), primary_key("pk_" + made, {"id"}),
                                 foreign_key("fk_" + made, {"parent"}, made, {"id"}), check("ck_" + made, "price >= 0"),
                                 index("ix_" + made + "_name", {"name"})});
                break;
            case 1:
                op.add_column(made, column("note", Text{}).nullable());
                break;
            case 2:
                op.create_index("ix_" + made + "_price", made, {"price"});
                break;
            case 3:
                op.rename_column(made, "price", "cost");
                break;
            case 4:
                op.add_column(made, column("amount", Integer{}).nullable());
                break;
            case 5:
                op.alter_column(made, "amount").type(BigInteger{});
                break;
            case 6:
                op.drop_index("ix_" + made + "_name", made);
                break;
            case 7:
                op.rename_table(made, renamed);
                break;
            case 8:
                op.drop_column(renamed, "note");
                break;
            default:
                if (table % 2 == 1) op.drop_table(name_of(table / 2) + "_renamed");
                break;
        }
    }

    std::deque<strata::migrate::Revision> revisions_;
};

}  // namespace bench
