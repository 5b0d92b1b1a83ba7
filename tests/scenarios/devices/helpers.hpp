#pragma once

#include "models.hpp"

#include <strata/dal.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace devices {

User create_user(const strata::dal::Session& db, const std::string& username, const std::string& email);
std::optional<User> get_user_by_id(const strata::dal::Session& db, std::int64_t id);
std::vector<User> get_all_users(const strata::dal::Session& db);
std::int64_t update_email(const strata::dal::Session& db, std::int64_t id, const std::string& email);
std::int64_t delete_user(const strata::dal::Session& db, std::int64_t id);

}  // namespace devices
