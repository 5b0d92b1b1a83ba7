#include "identifiers.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/ownership.hpp>
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

std::string qualified(const QualifiedName& name) {
    return (name.schema.empty() ? "" : quoted(name.schema) + ".") + quoted(name.name);
}

schema::Object query_object(ObjectKind kind, QualifiedName name, const std::string& query) {
    std::string statement = kind == ObjectKind::view ? "CREATE VIEW " : "CREATE MATERIALIZED VIEW ";
    statement += qualified(name) + " AS " + query;
    return {{kind, std::move(name)}, std::move(statement)};
}

/// A trigger is in the schema of its table, and has none of its own.
ObjectRef trigger_on(std::string name, QualifiedName table) {
    return {ObjectKind::trigger, std::move(name), std::move(table)};
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
    void operator()(const schema::Index& index) const { table.indexes.push_back(index); }
    void operator()(const TableOption& option) const { option.set(table); }
    void operator()(const TableComment& comment) const { table.comment = comment.text; }
};

}  // namespace

ServerDefault now() { return ServerDefault::now(); }
ServerDefault sql(std::string text, PerDialect per_dialect) {
    return ServerDefault::sql(std::move(text), std::move(per_dialect));
}
ServerDefault sql(PerDialect per_dialect) { return ServerDefault::sql(std::move(per_dialect)); }
ServerDefault literal(const Literal& value) { return ServerDefault::literal(value.value()); }
ServerDefault literal(Kind kind, std::string canonical) {
    return {ServerDefault::Kind::literal, kind, std::move(canonical)};
}

Spec<schema::PrimaryKey> primary_key(std::string name, ColumnNames columns) {
    return Spec<schema::PrimaryKey>({std::move(name), std::move(columns)});
}
Spec<schema::UniqueConstraint> unique(std::string name, ColumnNames columns) {
    return Spec<schema::UniqueConstraint>({std::move(name), std::move(columns)});
}
Spec<schema::CheckConstraint> check(std::string name, std::string condition) {
    return Spec<schema::CheckConstraint>({std::move(name), std::move(condition)});
}
Spec<schema::ForeignKey> foreign_key(std::string name, ColumnNames columns, QualifiedName referred_table,
                                     ColumnNames referred_columns) {
    return Spec<schema::ForeignKey>(
        {std::move(name), std::move(columns), std::move(referred_table), std::move(referred_columns)});
}
Spec<schema::Index> index(std::string name, IndexParts parts) {
    return Spec<schema::Index>({std::move(name), elements(parts)});
}
Spec<schema::ExcludeConstraint> exclude(std::string name, std::string method, IndexParts parts,
                                        std::vector<std::string> operators) {
    return Spec<schema::ExcludeConstraint>({std::move(name), std::move(method), elements(parts), std::move(operators)});
}

TableComment comment(std::string text) { return {std::move(text)}; }

TableItem::TableItem(const schema::ColumnSpec& column) : part_(schema::Column(column)) {}
TableItem::TableItem(schema::Column column) : part_(std::move(column)) {}
TableItem::TableItem(schema::PrimaryKey key) : part_(std::move(key)) {}
TableItem::TableItem(schema::UniqueConstraint unique) : part_(std::move(unique)) {}
TableItem::TableItem(schema::CheckConstraint check) : part_(std::move(check)) {}
TableItem::TableItem(TableComment comment) : part_(std::move(comment)) {}
TableItem::TableItem(TableOption option) : part_(std::move(option)) {}
TableItem::TableItem(Part part) : part_(std::move(part)) {}
TableItem::TableItem(const TableItem&) = default;
TableItem::~TableItem() = default;

Operations::Operations(std::string revision) : revision_(std::move(revision)) {}
Operations::~Operations() = default;

template <class O>
O& Operations::record(O operation) {
    operations_.emplace_back(std::move(operation));
    return std::get<O>(operations_.back());
}

Operations::Addition<CreateTable> Operations::create_table(QualifiedName name, std::initializer_list<TableItem> items) {
    schema::Table table;
    table.name = std::move(name);
    for (const auto& item : items) std::visit(Placement{table}, item.part());
    schema::name_constraints(table);
    const auto settle = [](auto& part) {
        if (part.name == schema::detail::no_name) part.name.clear();
    };
    if (table.primary_key) settle(*table.primary_key);
    for (auto& each : table.uniques) settle(each);
    for (auto& each : table.foreign_keys) settle(each);
    for (auto& each : table.checks) settle(each);
    record(CreateTable{std::move(table)});
    return Addition<CreateTable>(operations_);
}
Operations::Removal<DropTable> Operations::drop_table(QualifiedName name) {
    record(DropTable{std::move(name)});
    return Removal<DropTable>(*this);
}
void Operations::rename_table(QualifiedName from, std::string to) {
    record(RenameTable{std::move(from), std::move(to)});
}
void Operations::set_table_comment(QualifiedName table, std::string comment) {
    record(SetTableComment{std::move(table), std::move(comment)});
}

Operations::Addition<AddColumn> Operations::add_column(QualifiedName table, schema::Column column) {
    record(AddColumn{std::move(table), std::move(column)});
    return Addition<AddColumn>(operations_);
}
Operations::Removal<DropColumn> Operations::drop_column(QualifiedName table, std::string column) {
    record(DropColumn{std::move(table), std::move(column)});
    return Removal<DropColumn>(*this);
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
    record(AlterTable{std::move(table), {}});
    return {operations_, operations_.size() - 1};
}

Operations::Change<CreateIndex> Operations::create_index(std::string name, QualifiedName table, IndexParts parts) {
    schema::Index index{std::move(name), elements(parts)};
    if (index.name.empty()) index.name = schema::index_name(table.name, index.elements);
    record(CreateIndex{std::move(table), std::move(index)});
    return Change<CreateIndex>(operations_);
}
Operations::PartRemoval<DropIndex> Operations::drop_index(std::string name, QualifiedName table) {
    record(DropIndex{std::move(table), std::move(name)});
    return PartRemoval<DropIndex>(operations_);
}
void Operations::rename_index(QualifiedName table, std::string from, std::string to) {
    record(RenameIndex{std::move(table), std::move(from), std::move(to)});
}

Operations::Change<AddForeignKey> Operations::create_foreign_key(std::string name, QualifiedName table,
                                                                 QualifiedName referred_table, ColumnNames columns,
                                                                 ColumnNames referred_columns) {
    if (name.empty()) name = schema::foreign_key_name(table.name, columns, referred_table.name);
    record(
        AddForeignKey{std::move(table),
                      {std::move(name), std::move(columns), std::move(referred_table), std::move(referred_columns)}});
    return Change<AddForeignKey>(operations_);
}
Operations::Change<AddUnique> Operations::create_unique_constraint(std::string name, QualifiedName table,
                                                                   ColumnNames columns) {
    if (name.empty()) name = schema::unique_name(table.name, columns);
    record(AddUnique{std::move(table), {std::move(name), std::move(columns)}});
    return Change<AddUnique>(operations_);
}
Operations::Change<AddCheck> Operations::create_check_constraint(std::string name, QualifiedName table,
                                                                 std::string condition) {
    if (name.empty()) throw UsageError("a check constraint of table " + table + " needs a name");
    record(AddCheck{std::move(table), {std::move(name), std::move(condition)}});
    return Change<AddCheck>(operations_);
}
Operations::Change<AddPrimaryKey> Operations::create_primary_key(std::string name, QualifiedName table,
                                                                 ColumnNames columns) {
    if (name.empty()) name = schema::primary_key_name(table.name);
    record(AddPrimaryKey{std::move(table), {std::move(name), std::move(columns)}});
    return Change<AddPrimaryKey>(operations_);
}
Operations::Change<AddExclude> Operations::create_exclude_constraint(std::string name, QualifiedName table,
                                                                     std::string method, IndexParts parts,
                                                                     std::vector<std::string> operators) {
    if (name.empty()) throw UsageError("an exclude constraint of table " + table + " needs a name");
    record(AddExclude{std::move(table), {std::move(name), std::move(method), elements(parts), std::move(operators)}});
    return Change<AddExclude>(operations_);
}
Operations::PartRemoval<DropConstraint> Operations::drop_constraint(std::string name, QualifiedName table) {
    record(DropConstraint{std::move(table), std::move(name)});
    return PartRemoval<DropConstraint>(operations_);
}
void Operations::validate_constraint(std::string name, QualifiedName table) {
    record(ValidateConstraint{std::move(table), std::move(name)});
}
void Operations::rename_constraint(QualifiedName table, std::string from, std::string to) {
    record(RenameConstraint{std::move(table), std::move(from), std::move(to)});
}

void Operations::create_object(Object object) { record(CreateObject{std::move(object)}); }
void Operations::drop_object(ObjectRef object) { record(DropObject{std::move(object)}); }
void Operations::replace_object(Object object) { record(ReplaceObject{std::nullopt, std::move(object)}); }
void Operations::replace_object(Object before, Object after) {
    record(ReplaceObject{std::move(before), std::move(after)});
}
void Operations::set_privileges(schema::Privileges after) { record(SetPrivileges{std::nullopt, std::move(after)}); }
void Operations::set_privileges(schema::Privileges before, schema::Privileges after) {
    record(SetPrivileges{std::move(before), std::move(after)});
}
void Operations::rename_object(ObjectRef object, std::string to) {
    record(RenameObject{std::move(object), std::move(to)});
}

void Operations::create_view(QualifiedName name, std::string query) {
    create_object(query_object(ObjectKind::view, std::move(name), query));
}
void Operations::replace_view(QualifiedName name, std::string query) {
    replace_object(query_object(ObjectKind::view, std::move(name), query));
}
void Operations::drop_view(QualifiedName name) { drop_object({ObjectKind::view, std::move(name)}); }
void Operations::create_materialized_view(QualifiedName name, std::string query) {
    create_object(query_object(ObjectKind::materialized_view, std::move(name), query));
}
void Operations::replace_materialized_view(QualifiedName name, std::string query) {
    replace_object(query_object(ObjectKind::materialized_view, std::move(name), query));
}
void Operations::drop_materialized_view(QualifiedName name) {
    drop_object({ObjectKind::materialized_view, std::move(name)});
}
void Operations::create_function(QualifiedName name, std::string argument_types, std::string statement) {
    create_object({{ObjectKind::function, std::move(name), {}, std::move(argument_types)}, std::move(statement)});
}
void Operations::replace_function(QualifiedName name, std::string argument_types, std::string statement) {
    replace_object({{ObjectKind::function, std::move(name), {}, std::move(argument_types)}, std::move(statement)});
}
void Operations::drop_function(QualifiedName name, std::string argument_types) {
    drop_object({ObjectKind::function, std::move(name), {}, std::move(argument_types)});
}
void Operations::create_trigger(std::string name, QualifiedName table, std::string statement) {
    create_object({trigger_on(std::move(name), std::move(table)), std::move(statement)});
}
void Operations::replace_trigger(std::string name, QualifiedName table, std::string statement) {
    replace_object({trigger_on(std::move(name), std::move(table)), std::move(statement)});
}
void Operations::drop_trigger(std::string name, QualifiedName table) {
    drop_object(trigger_on(std::move(name), std::move(table)));
}
void Operations::create_enum(QualifiedName name, std::vector<std::string> labels) {
    Object object;
    object.ref = {ObjectKind::enum_type, std::move(name)};
    object.labels = std::move(labels);
    create_object(std::move(object));
}
void Operations::drop_enum(QualifiedName name) { drop_object({ObjectKind::enum_type, std::move(name)}); }
void Operations::rename_enum_label(QualifiedName type, std::string from, std::string to) {
    record(RenameEnumLabel{std::move(type), std::move(from), std::move(to)});
}
void Operations::create_sequence(QualifiedName name, std::string options) {
    std::string statement = "CREATE SEQUENCE " + qualified(name) + (options.empty() ? "" : " " + options);
    create_object({{ObjectKind::sequence, std::move(name)}, std::move(statement)});
}
void Operations::drop_sequence(QualifiedName name) { drop_object({ObjectKind::sequence, std::move(name)}); }
void Operations::create_extension(std::string name) {
    std::string statement = "CREATE EXTENSION " + quoted(name);
    create_object({{ObjectKind::extension, std::move(name)}, std::move(statement)});
}
void Operations::drop_extension(std::string name) { drop_object({ObjectKind::extension, std::move(name)}); }
void Operations::create_schema(std::string name) {
    std::string statement = "CREATE SCHEMA " + quoted(name);
    create_object({{ObjectKind::schema, std::move(name)}, std::move(statement)});
}
void Operations::drop_schema(std::string name) { drop_object({ObjectKind::schema, std::move(name)}); }

std::string Operations::kept(std::size_t position) const {
    const auto& operation = operations_[position];
    if (const auto* table = std::get_if<DropTable>(&operation)) return kept_name(table->table.name, revision_);
    return kept_name(std::get<DropColumn>(operation).column, revision_);
}
void Operations::allow_destructive(std::string why) {
    if (why.find_first_not_of(" \t\n") == std::string::npos)
        throw UsageError("allow_destructive() needs the reason why rows may be lost");
    record(AllowDestructive{std::move(why)});
}

Execution Operations::execute(std::string sql) { return execute(std::move(sql), {}); }
Execution Operations::execute(PerDialect per_dialect) { return execute({}, std::move(per_dialect)); }
Execution Operations::execute(std::string sql, PerDialect per_dialect) {
    record(Execute{std::move(sql), std::move(per_dialect)});
    return {operations_, revision_};
}
Execution& Execution::declares(const std::function<void(Operations&)>& what) {
    Operations declared(revision_);
    if (what) what(declared);
    for (const auto& operation : declared.operations())
        if (std::holds_alternative<Run>(operation) || std::holds_alternative<Execute>(operation))
            throw UsageError("declares() says what SQL does to the schema, which '" + describe(operation) +
                             "' does not");
    execute().declared = std::make_shared<const DeclaredOperations>(DeclaredOperations{declared.operations()});
    return *this;
}
Execution& Execution::touches(std::vector<ObjectRef> objects) {
    execute().touched = std::move(objects);
    return *this;
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
void Operations::insert_rows(QualifiedName table, ColumnNames key, ColumnNames columns,
                             std::vector<std::vector<Literal>> rows) {
    schema::SeedRows none{table, key, columns, {}};
    change_rows(std::move(none), {std::move(table), std::move(key), std::move(columns), std::move(rows)});
}
void Operations::delete_rows(QualifiedName table, ColumnNames key, ColumnNames columns,
                             std::vector<std::vector<Literal>> rows) {
    schema::SeedRows none{table, key, columns, {}};
    change_rows({std::move(table), std::move(key), std::move(columns), std::move(rows)}, std::move(none));
}
void Operations::change_rows(schema::SeedRows before, schema::SeedRows after) {
    if (before.table != after.table || before.key != after.key)
        throw UsageError("change_rows(): what was and what becomes of the rows needs the same table and the same key");
    for (const auto* list : {&before, &after})
        for (const auto& row : list->rows)
            if (row.size() != list->columns.size())
                throw UsageError("the rows of table " + list->table + " name " + std::to_string(list->columns.size()) +
                                 " columns, and one has " + std::to_string(row.size()) + " values");
    record(ChangeRows{std::move(before), std::move(after)});
}
void Operations::fill(QualifiedName table, std::string column, Literal value) {
    if (value.kind == Literal().kind) throw UsageError("fill(\"" + table + "\", \"" + column + "\") needs a value");
    record(Fill{std::move(table), std::move(column), std::move(value)});
}
void Operations::run(std::string name, int version, std::function<void(Connection&)> callback) {
    if (name.find_first_not_of(" \t\n") == std::string::npos) throw UsageError("run() needs a name, or none at all");
    if (version < 1) throw UsageError("run(\"" + name + "\") needs a version, from 1 on");
    if (!callback) throw UsageError("run(\"" + name + "\") needs a callback");
    record(Run{std::move(callback), std::move(name), version});
}
void Operations::run(std::function<void(Connection&)> callback) {
    if (!callback) throw UsageError("run() needs a callback");
    record(Run{std::move(callback)});
}

void Operations::invoke(Operation operation) { operations_.push_back(std::move(operation)); }

}  // namespace strata::migrate
