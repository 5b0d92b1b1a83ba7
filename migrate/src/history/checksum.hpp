#pragma once

#include <strata/core/dialect.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/migrate/revision.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate {

/// The SHA-256 of what the operations do on this database, in hexadecimal digits after the name of the form in which
/// they were written down: `1:9f86d0...`. How the revision's file is laid out, what it says for other databases and for
/// reviewers, and its downgrade play no part; of a callback its name and version do.
[[nodiscard]] std::string checksum(const std::vector<Operation>& operations, const core::Dialect& dialect);

/// Of the revision's upgrade; empty where it has none, as one whose file was only just written.
[[nodiscard]] std::string checksum_of(const Revision& revision, const core::Dialect& dialect);

/// The SHA-256 of the text alone, in hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view text);

/// The same; also empty where the revision's callback throws, for what records a revision without running it.
[[nodiscard]] std::string checksum_if_known(const Revision& revision, const core::Dialect& dialect);

/// Whether two checksums are of the same form, so that they can be compared.
[[nodiscard]] bool are_comparable(std::string_view one, std::string_view other);

}  // namespace strata::migrate
