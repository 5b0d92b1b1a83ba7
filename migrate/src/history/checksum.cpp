#include "checksum.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/render.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <variant>

namespace strata::migrate {
namespace {

// Counts the changes of how operations are written down, which change all checksums: those of older tools are then not
// compared. A test holds the checksums of some operations.
constexpr std::string_view form = "1";

/// The operation as far as it matters on one database; it is written down as text.
class OnDialect {
public:
    explicit OnDialect(const core::Dialect& dialect) : dialect_(dialect) {}

    std::string operator()(const AllowDestructive&) const { return {}; }
    std::string operator()(const Run& run) const { return "run " + run.name + " " + std::to_string(run.version); }
    std::string operator()(Execute execute) const {
        for (auto& [name, sql] : execute.per_dialect)
            if (dialect_.answers_to(name)) execute.sql = std::move(sql);
        return execute.sql.empty() ? std::string() : render_operation(Execute{std::move(execute.sql), {}});
    }
    std::string operator()(CreateTable create) const {
        for (auto& column : create.table.columns) reduce(column.server_default);
        return render_operation(create);
    }
    std::string operator()(AddColumn add) const {
        reduce(add.column.server_default);
        return render_operation(add);
    }
    std::string operator()(AlterColumn alter) const {
        if (const auto* given = alter.patch.find(&schema::Column::server_default)) {
            auto value = *given;
            reduce(value);
            alter.patch.set(&schema::Column::server_default, value);
        }
        return render_operation(alter);
    }
    template <class Other>
    std::string operator()(const Other& operation) const {
        return render_operation(operation);
    }

private:
    /// To the text for this database; where there is none, nothing ran.
    void reduce(std::optional<core::ServerDefault>& value) const {
        if (!value || value->per_dialect.empty()) return;
        for (auto& [name, sql] : value->per_dialect)
            if (dialect_.answers_to(name)) value->text = std::move(sql);
        value->per_dialect.clear();
    }

    const core::Dialect& dialect_;
};

/// SHA-256 of texts; add() counts each one's length, so that their borders matter.
class Digest {
public:
    Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) fail();
    }
    void add(std::string_view text) {
        write(std::to_string(text.size()) + ":");
        write(text);
    }
    void write(std::string_view text) {
        if (EVP_DigestUpdate(context_.get(), text.data(), text.size()) != 1) fail();
    }
    [[nodiscard]] std::string hexadecimal() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
        unsigned int size = 0;
        if (EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) != 1) fail();
        static constexpr char digits[] = "0123456789abcdef";
        std::string text;
        for (unsigned int i = 0; i < size; ++i) {
            text += digits[bytes.at(i) >> 4U];
            text += digits[bytes.at(i) & 15U];
        }
        return text;
    }

private:
    [[noreturn]] static void fail() { throw Error("OpenSSL gives no SHA-256"); }

    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string checksum(const std::vector<Operation>& operations, const core::Dialect& dialect) {
    Digest digest;
    for (const auto& operation : operations)
        if (const auto text = std::visit(OnDialect(dialect), operation); !text.empty()) digest.add(text);
    return std::string(form) + ":" + digest.hexadecimal();
}

std::string checksum_of(const Revision& revision, const core::Dialect& dialect) {
    return revision.upgrade ? checksum(revision.upgrade_operations(), dialect) : std::string();
}

std::string sha256(std::string_view text) {
    Digest digest;
    digest.write(text);
    return digest.hexadecimal();
}

std::string checksum_if_known(const Revision& revision, const core::Dialect& dialect) {
    try {
        return checksum_of(revision, dialect);
    } catch (const MigrationError&) {
        return {};
    }
}

bool are_comparable(std::string_view one, std::string_view other) {
    return one.substr(0, one.find(':')) == other.substr(0, other.find(':'));
}

}  // namespace strata::migrate
