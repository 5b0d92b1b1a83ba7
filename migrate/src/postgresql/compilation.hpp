#pragma once

#include "operations/compiler.hpp"
#include "replacement.hpp"

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace strata::migrate::postgresql {

/// Compiles one revision's operations and keeps track of the state between them. It decides which statements are needed
/// and in what order; schema/internal/postgresql/ has their words.
class Compilation {
public:
    Compilation(const schema::DdlCompiler& ddl, schema::MetaData before);

    [[nodiscard]] std::vector<Statement> run(const std::vector<Operation>& operations);

private:
    void emit(std::string sql);
    void emit(std::vector<std::string> statements);
    void emit(std::vector<Statement> list);
    [[nodiscard]] std::string altered(const schema::QualifiedName& table, const std::string& action) const;
    void alter(const schema::QualifiedName& table, const std::string& action) { emit(altered(table, action)); }
    [[nodiscard]] schema::Table table(const schema::QualifiedName& name) const;

    // Tables and all that is not a column.
    void compile(const CreateTable& o);
    void compile(const DropTable& o);
    void compile(const RenameTable& o);
    void compile(const AlterTable& o);
    void compile(const SetTableComment& o);
    void compile(const CreateIndex& o);
    void compile(const DropIndex& o);
    void compile(const AddUnique& o);
    void compile(const AddForeignKey& o);
    void compile(const AddCheck& o);
    void compile(const AddExclude& o);
    void compile(const AddPrimaryKey& o);
    void compile(const DropConstraint& o);
    void compile(const RenameIndex& o);
    void compile(const RenameConstraint& o);
    void compile(const ValidateConstraint& o);
    void compile(const RenameEnumLabel& o);
    void compile(const CreateObject& o);
    void compile(const DropObject& o);
    void compile(const ReplaceObject& o);
    void compile(const RenameObject& o);
    void compile(const SetPrivileges& o);
    void compile(const AllowDestructive&) {}
    void compile(const Execute& o);
    void compile(const BulkInsert& o);
    void compile(const ChangeRows& o);
    void compile(const Fill& o);
    void compile(const Run& o);
    /// What an operation with if_exists or if_not_exists runs only where the database lacks its result: the statements
    /// from `begun` on.
    void make_conditional(const Operation& operation, std::size_t begun);
    /// Throws MigrationError where the revision has other operations beside one that runs outside of its transaction.
    void need_only_concurrent() const;
    /// A type must not lose its rights and waiting checks: see Fill.
    void check_now(const schema::Table& table);
    template <class O>
    void add_constraint(const O& o);
    /// The body of a function may name what a later operation makes.
    void let_functions_name_what_comes(const std::vector<Operation>& operations);
    /// What is said of an object, for one that is made anew.
    void grant_again(const schema::ObjectRef& ref);

    // Columns.
    void compile(const AddColumn& o);
    void compile(const DropColumn& o);
    void compile(const RenameColumn& o);
    void compile(const AlterColumn& o);
    void set_fields(const AlterColumn& o, const schema::Column& before);
    void drop_numbering(const schema::QualifiedName& table, const std::string& column);
    /// Adds the labels to the type that columns have, where that is enough; false where it is not.
    [[nodiscard]] bool extend(const schema::Type& type);
    void add_labels_to(const schema::ObjectRef& type, const std::vector<std::string>& before,
                       const std::vector<std::string>& after);
    /// Before a column can have the type. A type that is made anew keeps what was said of the old one.
    void prepare(const schema::Type& type);
    /// Drops the type after the operation, if no column uses it then.
    void release_after(const schema::Type& type);
    [[nodiscard]] std::vector<const schema::Table*> with_partitions(const schema::Table& table) const;
    [[nodiscard]] bool follows(const schema::Table& table, const schema::Column& column,
                               const schema::Type& type) const;
    [[nodiscard]] std::vector<std::string> drop_dependents(const schema::Table& table, const schema::Column& column);

    const schema::DdlCompiler& ddl_;
    const core::Dialect& dialect_;
    schema::MetaData state_;
    bool opaque_ = false;  // the database may hold what no operation describes
    std::vector<Statement> statements_;
    std::vector<schema::QualifiedName> released_;                   // types that after_ checks already
    std::vector<std::function<std::vector<std::string>()>> after_;  // need the state after the operation
    std::vector<std::string> trailing_;                             // run after after_
    /// A foreign key that waits until the table it refers to is created.
    struct LateKey {
        schema::QualifiedName table;
        schema::ForeignKey key;
        std::size_t operation;
    };
    std::vector<LateKey> pending_;
    Replacements replacements_{ddl_};
    std::map<schema::QualifiedName, std::vector<std::string>>
        extended_;                                 // enum types, with the labels that they have now
    std::set<schema::QualifiedName> known_types_;  // enum types that are there before the revision
    std::span<const Operation> operations_;
    std::span<const Operation> rest_;  // those after it
    std::size_t place_ = 0;            // index of the operation that is being compiled
};

/// The parameters of `before` that `after` has not.
[[nodiscard]] std::vector<std::string> dropped_parameters(std::vector<std::string> before,
                                                          const std::vector<std::string>& after);

}  // namespace strata::migrate::postgresql
