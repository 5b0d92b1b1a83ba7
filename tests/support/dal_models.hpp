#pragma once

#include <strata/dal.hpp>

#include <boost/describe/enum.hpp>

/// The models of the DAL's tests.
namespace dal_test {

struct User {
    std::int64_t id{};
    std::string email{};
    std::optional<std::string> phone{};
};
STRATA_MODEL(User, users, id, email, phone)
STRATA_FACTS(users, max_length(users.email, 20), unique(users.email))

/// Alphabetical order is another one.
enum class Status { queued, processing, done, failed };
BOOST_DESCRIBE_ENUM(Status, queued, processing, done, failed)

struct Song {
    std::int64_t id{};
    std::string title{};
    Status status{};
    bool active{};
    std::int32_t plays{};
    std::optional<std::int64_t> user_id{};
    strata::Decimal price{};
    double rating{};
    strata::TimestampTz created_at{};
    std::optional<strata::TimestampTz> updated_at{};
};
STRATA_MODEL(Song, (songs, "music songs"), id, (title, "select"), status, active, plays, user_id, price, rating,
             created_at, updated_at)
STRATA_FACTS(songs, references(songs.user_id, users.id, on_delete::set_null), precision(songs.price, 10, 2),
             server_default(songs.created_at, now()), set_on_update(songs.updated_at, now()))

struct Person {
    std::int64_t id{};
    std::string name{};
    std::optional<std::int64_t> father_id{};
    std::optional<std::int64_t> mother_id{};
};
STRATA_MODEL(Person, people, id, name, father_id, mother_id)
STRATA_FACTS(people, references(people.father_id, people.id), references(people.mother_id, people.id))

/// A key of two columns and nothing else.
struct SongTag {
    std::int64_t song_id{};
    std::string tag{};
};
STRATA_MODEL(SongTag, song_tags, song_id, tag)
STRATA_FACTS(song_tags, primary_key(song_tags.song_id, song_tags.tag),
             references(song_tags.song_id, songs.id, on_delete::cascade))

struct Account {
    std::int64_t id{};
    std::string owner{};
    strata::Decimal balance{};
    std::int32_t version{};
};
STRATA_MODEL(Account, accounts, id, owner, balance, version)
STRATA_FACTS(accounts, precision(accounts.balance, 30, 10), version_column(accounts.version))

struct Line {
    std::string code{};
    std::int32_t price{};
    std::int32_t quantity{};
    std::int32_t total{};
};
STRATA_MODEL(Line, lines, code, price, quantity, total)
STRATA_FACTS(lines, primary_key(lines.code), computed(lines.total, "price * quantity"))

/// All of it is made by the server.
struct Visit {
    std::int64_t id{};
    strata::TimestampTz at{};
};
STRATA_MODEL(Visit, visits, id, at)
STRATA_FACTS(visits, server_default(visits.at, now()))

/// No table is ever made for it.
struct Device {
    std::int64_t id{};
    std::string name{};
};
STRATA_MODEL(Device, devices, id, name)

struct Keyless {
    std::string name{};
};
STRATA_MODEL(Keyless, keyless, name)

}  // namespace dal_test
