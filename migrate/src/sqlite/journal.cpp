#include "journal.hpp"

namespace strata::migrate::sqlite {

void Journal::execute(const std::string& sql) {
    connection_.execute(sql);
    if (script_ != nullptr) script_->push_back(sql);
}

std::string Journal::count_hindrances(const std::string& from) {
    if (script_ != nullptr)
        script_->push_back("INSERT INTO " + std::string(hindrances) + " SELECT count(*) FROM " + from);
    return connection_.scalar("SELECT count(*) FROM " + from).value_or("0");
}

void Journal::savepoint(const std::string& name) {
    connection_.savepoint(name);
    if (script_ != nullptr) marks_.push_back(script_->size());
}

void Journal::rollback_to_savepoint(const std::string& name) {
    connection_.rollback_to_savepoint(name);
    if (script_ != nullptr) script_->resize(marks_.back());
}

void Journal::release_savepoint(const std::string& name) {
    connection_.release_savepoint(name);
    if (script_ != nullptr) marks_.pop_back();
}

}  // namespace strata::migrate::sqlite
