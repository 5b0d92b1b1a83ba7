#include "support/corpus.hpp"

#include "support/paths.hpp"

namespace strata::test {

std::optional<std::filesystem::path> corpus_file(const std::string& name) {
    for (std::filesystem::path folder = source_directory(); folder.has_relative_path(); folder = folder.parent_path()) {
        std::filesystem::path file = folder / "shared" / "corpus" / name;
        if (std::filesystem::exists(file)) return file;
    }
    return std::nullopt;
}

}  // namespace strata::test
