#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>

namespace strata::migrate {

namespace {

std::vector<schema::IndexElement> elements(IndexParts parts) {
    std::vector<schema::IndexElement> result;
    result.reserve(parts.size());
    for (const auto& part : parts) result.push_back(part.element());
    return result;
}

/// Both databases quote names in the same way.
std::string quoted(const QualifiedName& name) { return core::dialect_for("postgresql").quoted(name); }

schema::ExcludeConstraint exclude_constraint(std::string name, Exclusions exclusions) {
    schema::ExcludeConstraint exclude;
    exclude.name = std::move(name);
    exclude.method = "gist";
    for (const auto& [part, operation] : exclusions) {
        exclude.elements.push_back(part.element());
        exclude.operators.push_back(operation);
    }
    return exclude;
}

template <class T, class Value>
TableOptions with(T schema::Table::* option, Value value) {
    schema::Table table;
    table.*option = std::move(value);
    return TableOptions(std::move(table));
}

/// Puts an entry of create_table's list into the matching list of the table.
struct Placement {
    schema::Table& table;

    void operator()(const schema::Column& column) const {
        if (table.find_column(column.name) != nullptr) {
            throw UsageError("create_table(\"" + table.name + "\") names the column " + column.name + " twice");
        }
        table.columns.push_back(column);
    }
    void operator()(const schema::PrimaryKey& key) const {
        if (table.primary_key) throw UsageError("create_table(\"" + table.name + "\") has two primary keys");
        table.primary_key = key;
    }
    void operator()(const schema::UniqueConstraint& unique) const { table.uniques.push_back(unique); }
    void operator()(const schema::ForeignKey& key) const { table.foreign_keys.push_back(key); }
    void operator()(const schema::CheckConstraint& check) const { table.checks.push_back(check); }
    void operator()(const schema::ExcludeConstraint& exclude) const { table.excludes.push_back(exclude); }
    void operator()(const TableOptions& options) const {
        schema::difference(schema::Table(), schema::Table(options)).apply(table);
    }
    void operator()(const schema::Index& index) const { table.indexes.push_back(index); }
    void operator()(const TableComment& comment) const { table.comment = comment.text; }
};

}  // namespace

ServerDefault now() { return ServerDefault::now(); }
ServerDefault sql(std::string text) { return ServerDefault::sql(std::move(text)); }
ServerDefault literal(const Literal& value) { return ServerDefault::literal(value.value()); }
ServerDefault literal(Kind kind, std::string canonical) {
    return {ServerDefault::Kind::literal, kind, std::move(canonical)};
}

IndexPart desc(const IndexPart& part) {
    auto element = part.element();
    element.descending = true;
    return element;
}
IndexPart expression(std::string sql) { return schema::IndexElement{{}, std::move(sql), false}; }

IndexPart asc(IndexPart part) { return part; }

PrimaryKeySpec primary_key(std::string name, ColumnNames columns) {
    return PrimaryKeySpec({std::move(name), std::move(columns)});
}
UniqueSpec unique(std::string name, ColumnNames columns) { return UniqueSpec({std::move(name), std::move(columns)}); }
CheckSpec check(std::string name, std::string condition) { return CheckSpec({std::move(name), std::move(condition)}); }
ForeignKeySpec foreign_key(std::string name, ColumnNames columns, QualifiedName referred_table,
                           ColumnNames referred_columns) {
    return ForeignKeySpec(
        {std::move(name), std::move(columns), std::move(referred_table), std::move(referred_columns)});
}
IndexSpec index(std::string name, IndexParts parts) { return IndexSpec({std::move(name), elements(parts)}); }
ExcludeSpec exclude(std::string name, Exclusions exclusions) {
    return ExcludeSpec(exclude_constraint(std::move(name), exclusions));
}
TableComment comment(std::string text) { return {std::move(text)}; }

TableOptions unlogged(bool yes) { return with(&schema::Table::unlogged, yes); }
TableOptions partition_by(std::string key) { return with(&schema::Table::partition_by, std::move(key)); }
TableOptions partition_of(QualifiedName parent) { return with(&schema::Table::partition_of, std::move(parent)); }
TableOptions partition_bound(std::string bound) { return with(&schema::Table::partition_bound, std::move(bound)); }
TableOptions inherits(std::vector<QualifiedName> parents) { return with(&schema::Table::inherits, std::move(parents)); }
TableOptions of_type(QualifiedName type) { return with(&schema::Table::of_type, std::move(type)); }
TableOptions parameters(Names settings) { return with(&schema::Table::parameters, std::move(settings)); }
TableOptions tablespace(std::string name) { return with(&schema::Table::tablespace, std::move(name)); }
TableOptions access_method(std::string name) { return with(&schema::Table::access_method, std::move(name)); }
TableOptions replica_identity(std::string what) { return with(&schema::Table::replica_identity, std::move(what)); }
TableOptions row_security(bool yes) { return with(&schema::Table::row_security, yes); }
TableOptions force_row_security(bool yes) { return with(&schema::Table::force_row_security, yes); }
TableOptions strict(bool yes) { return with(&schema::Table::strict, yes); }
TableOptions without_rowid(bool yes) { return with(&schema::Table::without_rowid, yes); }
TableOptions virtual_table(std::string module) { return with(&schema::Table::module, std::move(module)); }

TableItem::TableItem(const schema::ColumnSpec& column) : part_(schema::Column(column)) {}
TableItem::TableItem(schema::Column column) : part_(std::move(column)) {}
TableItem::TableItem(schema::PrimaryKey key) : part_(std::move(key)) {}
TableItem::TableItem(schema::UniqueConstraint unique) : part_(std::move(unique)) {}
TableItem::TableItem(schema::CheckConstraint check) : part_(std::move(check)) {}
TableItem::TableItem(const PrimaryKeySpec& key) : part_(schema::PrimaryKey(key)) {}
TableItem::TableItem(const UniqueSpec& unique) : part_(schema::UniqueConstraint(unique)) {}
TableItem::TableItem(const ForeignKeySpec& key) : part_(schema::ForeignKey(key)) {}
TableItem::TableItem(const CheckSpec& check) : part_(schema::CheckConstraint(check)) {}
TableItem::TableItem(const ExcludeSpec& exclude) : part_(schema::ExcludeConstraint(exclude)) {}
TableItem::TableItem(const IndexSpec& index) : part_(schema::Index(index)) {}
TableItem::TableItem(TableOptions options) : part_(std::move(options)) {}
TableItem::TableItem(TableComment comment) : part_(std::move(comment)) {}
TableItem::TableItem(const TableItem&) = default;
TableItem::~TableItem() = default;

Operations::Operations() = default;
Operations::~Operations() = default;

template <class O>
O& Operations::record(O operation) {
    operations_.emplace_back(std::move(operation));
    return std::get<O>(operations_.back());
}

void Operations::create_table(QualifiedName name, std::initializer_list<TableItem> items) {
    schema::Table table;
    table.name = std::move(name);
    for (const auto& item : items) std::visit(Placement{table}, item.part());
    schema::name_constraints(table);
    record(CreateTable{std::move(table)});
}
void Operations::drop_table(QualifiedName name) { record(DropTable{std::move(name)}); }
void Operations::rename_table(QualifiedName from, std::string to) {
    record(RenameTable{std::move(from), std::move(to)});
}
void Operations::set_table_comment(QualifiedName table, std::string comment) {
    record(SetTableComment{std::move(table), std::move(comment)});
}

void Operations::add_column(QualifiedName table, schema::Column column) {
    record(AddColumn{std::move(table), std::move(column)});
}
void Operations::drop_column(QualifiedName table, std::string column) {
    record(DropColumn{std::move(table), std::move(column)});
}
void Operations::rename_column(QualifiedName table, std::string from, std::string to) {
    record(RenameColumn{std::move(table), std::move(from), std::move(to)});
}

Operations::ColumnChange Operations::alter_column(QualifiedName table, std::string column) {
    AlterColumn change;
    change.table = std::move(table);
    change.column = std::move(column);
    record(std::move(change));
    return {operations_, operations_.size() - 1};
}
AlterColumn& Operations::ColumnChange::change() const { return std::get<AlterColumn>(operations_[position_]); }
Operations::ColumnChange& Operations::ColumnChange::type(Type type) {
    return change().patch.set(&Column::type, std::move(type)), *this;
}
Operations::ColumnChange& Operations::ColumnChange::drop_server_default() {
    return change().patch.set(&Column::server_default, std::nullopt), *this;
}
Operations::ColumnChange& Operations::ColumnChange::drop_computed() {
    return change().patch.set(&Column::computed, std::nullopt), *this;
}
Operations::ColumnChange& Operations::ColumnChange::using_(std::string expression) {
    return change().using_expression = std::move(expression), *this;
}

Operations::TableChange Operations::alter_table(QualifiedName table) {
    record(AlterTable{std::move(table)});
    return {operations_, operations_.size() - 1};
}

Operations::IndexChange Operations::create_index(std::string name, QualifiedName table, IndexParts parts) {
    schema::Index index{std::move(name), elements(parts)};
    if (index.name.empty()) index.name = schema::index_name(table.name, index.elements);
    record(CreateIndex{std::move(table), std::move(index)});
    return {operations_, operations_.size() - 1};
}
void Operations::drop_index(std::string name, QualifiedName table) {
    record(DropIndex{std::move(table), std::move(name)});
}

Operations::ForeignKeyChange Operations::create_foreign_key(std::string name, QualifiedName table,
                                                            QualifiedName referred_table, ColumnNames columns,
                                                            ColumnNames referred_columns) {
    if (name.empty()) name = schema::foreign_key_name(table.name, columns, referred_table.name);
    record(
        AddForeignKey{std::move(table),
                      {std::move(name), std::move(columns), std::move(referred_table), std::move(referred_columns)}});
    return {operations_, operations_.size() - 1};
}

Operations::UniqueChange Operations::create_unique_constraint(std::string name, QualifiedName table,
                                                              ColumnNames columns) {
    if (name.empty()) name = schema::unique_name(table.name, columns);
    record(AddUnique{std::move(table), {std::move(name), std::move(columns)}});
    return {operations_, operations_.size() - 1};
}
Operations::CheckChange Operations::create_check_constraint(std::string name, QualifiedName table,
                                                            std::string condition) {
    if (name.empty()) throw UsageError("a check constraint of table " + table + " needs a name");
    record(AddCheck{std::move(table), {std::move(name), std::move(condition)}});
    return {operations_, operations_.size() - 1};
}
Operations::ExcludeChange Operations::create_exclude_constraint(std::string name, QualifiedName table,
                                                                Exclusions exclusions) {
    if (name.empty()) throw UsageError("an exclude constraint of table " + table + " needs a name");
    record(AddExclude{std::move(table), exclude_constraint(std::move(name), exclusions)});
    return {operations_, operations_.size() - 1};
}
Operations::PrimaryKeyChange Operations::create_primary_key(std::string name, QualifiedName table,
                                                            ColumnNames columns) {
    if (name.empty()) name = schema::primary_key_name(table.name);
    record(AddPrimaryKey{std::move(table), {std::move(name), std::move(columns)}});
    return {operations_, operations_.size() - 1};
}
void Operations::drop_constraint(std::string name, QualifiedName table) {
    record(DropConstraint{std::move(table), std::move(name)});
}

Operations::ObjectChange Operations::create_object(ObjectKind kind, QualifiedName name, std::string definition) {
    CreateObject operation;
    operation.object.ref = {kind, std::move(name), {}, {}};
    operation.object.definition = std::move(definition);
    record(std::move(operation));
    return {operations_, operations_.size() - 1};
}
Operations::ObjectChange Operations::create_view(QualifiedName name, std::string select) {
    auto definition = "CREATE VIEW " + quoted(name) + " AS " + select;
    return create_object(ObjectKind::view, std::move(name), std::move(definition));
}
Operations::ObjectChange Operations::create_materialized_view(QualifiedName name, std::string select) {
    auto definition = "CREATE MATERIALIZED VIEW " + quoted(name) + " AS " + select;
    return create_object(ObjectKind::materialized_view, std::move(name), std::move(definition));
}
Operations::ObjectChange Operations::create_function(QualifiedName name, std::string argument_types,
                                                     std::string definition) {
    auto change = create_object(ObjectKind::function, std::move(name), std::move(definition));
    change.arguments(std::move(argument_types));
    return change;
}
Operations::ObjectChange Operations::create_trigger(QualifiedName name, QualifiedName table, std::string definition) {
    auto change = create_object(ObjectKind::trigger, std::move(name), std::move(definition));
    change.table(std::move(table));
    return change;
}
Operations::ObjectChange Operations::create_enum(QualifiedName name, std::vector<std::string> labels) {
    auto change = create_object(ObjectKind::enum_type, std::move(name), {});
    change.labels(std::move(labels));
    return change;
}
void Operations::drop_object(schema::ObjectRef object) { record(DropObject{std::move(object)}); }
void Operations::drop_function(QualifiedName name, std::string argument_types) {
    drop_object(schema::ObjectRef{ObjectKind::function, std::move(name), {}, std::move(argument_types)});
}
void Operations::drop_trigger(QualifiedName name, QualifiedName table) {
    drop_object(schema::ObjectRef{ObjectKind::trigger, std::move(name), std::move(table), {}});
}
void Operations::replace_object(schema::Object after) { record(ReplaceObject{std::nullopt, std::move(after)}); }
void Operations::replace_object(schema::Object before, schema::Object after) {
    record(ReplaceObject{std::move(before), std::move(after)});
}
void Operations::rename_object(schema::ObjectRef object, std::string name) {
    record(RenameObject{std::move(object), std::move(name)});
}

void Operations::execute(std::string sql) { record(Execute{std::move(sql), {}}); }
void Operations::execute(PerDialect per_dialect) { record(Execute{{}, std::move(per_dialect)}); }
void Operations::execute(std::string sql, PerDialect per_dialect) {
    record(Execute{std::move(sql), std::move(per_dialect)});
}
void Operations::bulk_insert(QualifiedName table, ColumnNames columns, std::vector<std::vector<Literal>> rows) {
    for (const auto& row : rows) {
        if (row.size() != columns.size()) {
            throw UsageError("bulk_insert(\"" + table + "\") names " + std::to_string(columns.size()) +
                             " columns and has a row of " + std::to_string(row.size()) + " values");
        }
    }
    record(BulkInsert{std::move(table), std::move(columns), std::move(rows)});
}
void Operations::run(std::function<void(Connection&)> callback) {
    if (!callback) throw UsageError("run() needs a callback");
    record(Run{std::move(callback)});
}

void Operations::invoke(Operation operation) { operations_.push_back(std::move(operation)); }

}  // namespace strata::migrate
