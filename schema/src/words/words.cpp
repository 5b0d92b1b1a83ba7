#include <strata/schema/words.hpp>

namespace strata::schema {
namespace {

/// Sets one field of a table.
template <class Value>
TableOption option(Value Table::* field, Value value) {
    return {[field, value = std::move(value)](Table& table) { table.*field = value; }};
}

}  // namespace

IndexPart desc(IndexPart part) { return part.descending(); }
IndexPart expression(std::string sql) { return IndexElement{{}, std::move(sql), false}; }

TableOption unlogged() { return option(&Table::unlogged, true); }
TableOption partition_by(std::string key) { return option(&Table::partition_by, std::move(key)); }
TableOption partition_of(QualifiedName parent, std::string bound) {
    return {[parent = std::move(parent), bound = std::move(bound)](Table& table) {
        table.partition_of = parent;
        table.partition_bound = bound;
    }};
}
TableOption inherits(std::vector<QualifiedName> parents) { return option(&Table::inherits, std::move(parents)); }
TableOption of_type(QualifiedName type) { return option(&Table::of_type, std::move(type)); }
TableOption storage_parameters(std::vector<std::string> list) { return option(&Table::parameters, std::move(list)); }
TableOption tablespace(std::string name) { return option(&Table::tablespace, std::move(name)); }
TableOption access_method(std::string name) { return option(&Table::access_method, std::move(name)); }
TableOption replica_identity(std::string text) { return option(&Table::replica_identity, std::move(text)); }
TableOption cluster_on(std::string constraint) { return option(&Table::cluster_on, std::move(constraint)); }
TableOption row_security() { return option(&Table::row_security, true); }
TableOption force_row_security() { return option(&Table::force_row_security, true); }
TableOption strict() { return option(&Table::strict, true); }
TableOption without_rowid() { return option(&Table::without_rowid, true); }
TableOption virtual_table(std::string module_with_arguments) {
    return option(&Table::module, std::move(module_with_arguments));
}
TableOption needs(Needs objects) { return option(&Table::needs, std::move(objects)); }

}  // namespace strata::schema
