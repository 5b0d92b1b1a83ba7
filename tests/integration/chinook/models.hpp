#pragma once

// The Chinook database as models, written by hand after its PostgreSQL edition.

#include <strata/core/model.hpp>
#include <strata/schema/metadata.hpp>

namespace chinook {

using strata::Decimal;
using strata::Timestamp;
using Text = std::optional<std::string>;

struct Artist {
    std::int32_t artist_id{};
    Text name{};
    bool operator==(const Artist&) const = default;
};
STRATA_MODEL(Artist, (artists, "artist"), artist_id, name)
STRATA_FACTS(artists, primary_key(artists.artist_id), not_generated(artists.artist_id), max_length(artists.name, 120))

struct Album {
    std::int32_t album_id{};
    std::string title{};
    std::int32_t artist_id{};
    bool operator==(const Album&) const = default;
};
STRATA_MODEL(Album, (albums, "album"), album_id, title, artist_id)
STRATA_FACTS(albums, primary_key(albums.album_id), not_generated(albums.album_id), max_length(albums.title, 160),
             references(albums.artist_id, artists.artist_id))

struct Employee {
    std::int32_t employee_id{};
    std::string last_name{};
    std::string first_name{};
    Text title{};
    std::optional<std::int32_t> reports_to{};
    std::optional<Timestamp> birth_date{};
    std::optional<Timestamp> hire_date{};
    Text address{};
    Text city{};
    Text state{};
    Text country{};
    Text postal_code{};
    Text phone{};
    Text fax{};
    Text email{};
    bool operator==(const Employee&) const = default;
};
STRATA_MODEL(Employee, (employees, "employee"), employee_id, last_name, first_name, title, reports_to, birth_date,
             hire_date, address, city, state, country, postal_code, phone, fax, email)
STRATA_FACTS(employees, primary_key(employees.employee_id), not_generated(employees.employee_id),
             max_length(employees.last_name, 20), max_length(employees.first_name, 20), max_length(employees.title, 30),
             max_length(employees.address, 70), max_length(employees.city, 40), max_length(employees.state, 40),
             max_length(employees.country, 40), max_length(employees.postal_code, 10), max_length(employees.phone, 24),
             max_length(employees.fax, 24), max_length(employees.email, 60),
             references(employees.reports_to, employees.employee_id))

struct Customer {
    std::int32_t customer_id{};
    std::string first_name{};
    std::string last_name{};
    Text company{};
    Text address{};
    Text city{};
    Text state{};
    Text country{};
    Text postal_code{};
    Text phone{};
    Text fax{};
    std::string email{};
    std::optional<std::int32_t> support_rep_id{};
    bool operator==(const Customer&) const = default;
};
STRATA_MODEL(Customer, (customers, "customer"), customer_id, first_name, last_name, company, address, city, state,
             country, postal_code, phone, fax, email, support_rep_id)
STRATA_FACTS(customers, primary_key(customers.customer_id), not_generated(customers.customer_id),
             max_length(customers.first_name, 40), max_length(customers.last_name, 20),
             max_length(customers.company, 80), max_length(customers.address, 70), max_length(customers.city, 40),
             max_length(customers.state, 40), max_length(customers.country, 40), max_length(customers.postal_code, 10),
             max_length(customers.phone, 24), max_length(customers.fax, 24), max_length(customers.email, 60),
             references(customers.support_rep_id, employees.employee_id))

struct Genre {
    std::int32_t genre_id{};
    Text name{};
    bool operator==(const Genre&) const = default;
};
STRATA_MODEL(Genre, (genres, "genre"), genre_id, name)
STRATA_FACTS(genres, primary_key(genres.genre_id), not_generated(genres.genre_id), max_length(genres.name, 120))

struct MediaType {
    std::int32_t media_type_id{};
    Text name{};
    bool operator==(const MediaType&) const = default;
};
STRATA_MODEL(MediaType, (media_types, "media_type"), media_type_id, name)
STRATA_FACTS(media_types, primary_key(media_types.media_type_id), not_generated(media_types.media_type_id),
             max_length(media_types.name, 120))

struct Track {
    std::int32_t track_id{};
    std::string name{};
    std::optional<std::int32_t> album_id{};
    std::int32_t media_type_id{};
    std::optional<std::int32_t> genre_id{};
    Text composer{};
    std::int32_t milliseconds{};
    std::optional<std::int32_t> bytes{};
    Decimal unit_price{};
    bool operator==(const Track&) const = default;
};
STRATA_MODEL(Track, (tracks, "track"), track_id, name, album_id, media_type_id, genre_id, composer, milliseconds, bytes,
             unit_price)
STRATA_FACTS(tracks, primary_key(tracks.track_id), not_generated(tracks.track_id), max_length(tracks.name, 200),
             max_length(tracks.composer, 220), precision(tracks.unit_price, 10, 2),
             references(tracks.album_id, albums.album_id), references(tracks.genre_id, genres.genre_id),
             references(tracks.media_type_id, media_types.media_type_id))

struct Invoice {
    std::int32_t invoice_id{};
    std::int32_t customer_id{};
    Timestamp invoice_date{};
    Text billing_address{};
    Text billing_city{};
    Text billing_state{};
    Text billing_country{};
    Text billing_postal_code{};
    Decimal total{};
    bool operator==(const Invoice&) const = default;
};
STRATA_MODEL(Invoice, (invoices, "invoice"), invoice_id, customer_id, invoice_date, billing_address, billing_city,
             billing_state, billing_country, billing_postal_code, total)
STRATA_FACTS(invoices, primary_key(invoices.invoice_id), not_generated(invoices.invoice_id),
             max_length(invoices.billing_address, 70), max_length(invoices.billing_city, 40),
             max_length(invoices.billing_state, 40), max_length(invoices.billing_country, 40),
             max_length(invoices.billing_postal_code, 10), precision(invoices.total, 10, 2),
             references(invoices.customer_id, customers.customer_id))

struct InvoiceLine {
    std::int32_t invoice_line_id{};
    std::int32_t invoice_id{};
    std::int32_t track_id{};
    Decimal unit_price{};
    std::int32_t quantity{};
    bool operator==(const InvoiceLine&) const = default;
};
STRATA_MODEL(InvoiceLine, (invoice_lines, "invoice_line"), invoice_line_id, invoice_id, track_id, unit_price, quantity)
STRATA_FACTS(invoice_lines, primary_key(invoice_lines.invoice_line_id), not_generated(invoice_lines.invoice_line_id),
             precision(invoice_lines.unit_price, 10, 2), references(invoice_lines.invoice_id, invoices.invoice_id),
             references(invoice_lines.track_id, tracks.track_id))

struct Playlist {
    std::int32_t playlist_id{};
    Text name{};
    bool operator==(const Playlist&) const = default;
};
STRATA_MODEL(Playlist, (playlists, "playlist"), playlist_id, name)
STRATA_FACTS(playlists, primary_key(playlists.playlist_id), not_generated(playlists.playlist_id),
             max_length(playlists.name, 120))

struct PlaylistTrack {
    std::int32_t playlist_id{};
    std::int32_t track_id{};
    bool operator==(const PlaylistTrack&) const = default;
};
STRATA_MODEL(PlaylistTrack, (playlist_tracks, "playlist_track"), playlist_id, track_id)
STRATA_FACTS(playlist_tracks, primary_key(playlist_tracks.playlist_id, playlist_tracks.track_id),
             references(playlist_tracks.playlist_id, playlists.playlist_id),
             references(playlist_tracks.track_id, tracks.track_id))

/// With the names that Chinook's PostgreSQL edition gives its constraints and indexes.
strata::schema::MetaData metadata();

}  // namespace chinook
