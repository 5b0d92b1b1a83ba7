// expect: use of deleted function
// shows: strata: a double is no exact number: write Decimal::parse("5.25")
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.insert(Song{.title = "x", .price = 5.25}); }
