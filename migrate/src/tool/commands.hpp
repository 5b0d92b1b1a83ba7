#pragma once

#include "settings.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/migrate/tool.hpp>

#include <filesystem>
#include <string>
#include <vector>

/// The commands of the tool. Each prints to standard output, returns the exit code and throws Error when it fails.
namespace strata::migrate {

inline constexpr int exit_done = 0;
inline constexpr int exit_differences = 1;
inline constexpr int exit_failed = 2;

class Commands {
public:
    Commands(const ToolConfig& config, const GlobalOptions& options);

    // commands_write.cpp: what the models say, and the files that follow from it
    int init() const;
    int migrate(const std::string& message) const;
    int revision(const std::string& message) const;
    int merge(const std::string& message, const RevisionIds& revisions) const;
    int check() const;

    // commands_run.cpp: what changes the database
    int upgrade(const std::string& target, bool sql) const;
    int downgrade(const std::string& target, bool sql) const;
    int stamp(const std::string& target, bool purge) const;
    int baseline(const std::string& target) const;
    int create_all() const;
    int drop_all(bool yes) const;

    // commands_show.cpp: what there is
    int current(bool verbose) const;
    int history(bool verbose, bool indicate_current) const;
    int heads(bool verbose) const;
    int branches() const;
    int show(const std::string& target) const;

private:
    /// The models compared with the database, and the shape that was compared.
    struct Comparison {
        std::vector<Operation> operations;
        schema::MetaData before;  ///< in the words of the revisions where they say the same as the database
    };
    [[nodiscard]] RevisionGraph graph() const { return RevisionGraph(config_.revisions); }
    [[nodiscard]] schema::MetaData models() const;
    [[nodiscard]] core::Engine engine() const;
    /// With `first`, a project that has no revisions is compared with an empty database.
    [[nodiscard]] Comparison compare(const RevisionGraph& graph, const schema::MetaData& wanted, bool first) const;
    int write(const RevisionGraph& graph, const std::string& message, const RevisionIds& parents,
              const Comparison& comparison) const;

    const ToolConfig& config_;
    GlobalOptions options_;
    ProjectFile file_;
    std::filesystem::path directory_;
};

}  // namespace strata::migrate
