#include <strata/core/error.hpp>
#include <strata/core/internal/scratch_place.hpp>

#include <filesystem>
#include <system_error>

namespace strata::core::sqlite {
namespace {

using detail::end_quietly;
using detail::scratch_name;
using detail::ScratchPlace;
using detail::ScratchPlacePtr;

class InMemory final : public ScratchPlace {
public:
    explicit InMemory(Url url) : url_(std::move(url)) {}
    [[nodiscard]] Url url() const override { return url_; }

private:
    const Url url_;
};

class InFolder final : public ScratchPlace {
public:
    explicit InFolder(Url url)
        : url_(std::move(url)), folder_(std::filesystem::temp_directory_path() / scratch_name()) {
        std::filesystem::create_directory(folder_);
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
        url_.database = (folder_ / std::filesystem::path(url_.database).filename()).string();
    }
    ~InFolder() override {
        end_quietly(folder_.string(), [this] { std::filesystem::remove_all(folder_); });
    }

    [[nodiscard]] Url url() const override { return url_; }
    [[nodiscard]] bool can_be_copied() const noexcept override { return true; }
    /// The last connection that closes moves what a write-ahead log has into the file.
    [[nodiscard]] ScratchPlacePtr copy() const override {
        auto made = std::make_unique<InFolder>(url_);
        if (std::filesystem::exists(url_.database)) std::filesystem::copy_file(url_.database, made->url_.database);
        return made;
    }

private:
    Url url_;
    const std::filesystem::path folder_;
};

}  // namespace

detail::ScratchPlacePtr make_scratch_place(const Url& url) {
    if (url.database == ":memory:") return std::make_unique<InMemory>(url);
    return std::make_unique<InFolder>(url);
}

/// A file, which several connections share, whatever the URL names.
detail::ScratchPlacePtr make_scratch_database(const Url& url) {
    Url file = url;
    if (file.database == ":memory:") file.database = "scratch.db";
    return std::make_unique<InFolder>(file);
}

}  // namespace strata::core::sqlite
