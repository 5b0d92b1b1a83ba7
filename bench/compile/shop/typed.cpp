// 35 queries of a shop, as an application has them.

#include "models.hpp"

#include <strata/dal.hpp>

#include <tuple>
#include <vector>

namespace shop {

using namespace strata;
using dal::Database;

std::optional<Customer> q1(const Database& db, std::int64_t id) { return db.get(customers, id); }
std::optional<Customer> q2(const Database& db, const std::string& email) {
    return db(customers.email == email && customers.active).first();
}
std::vector<Customer> q3(const Database& db, Tier tier) {
    return db(customers.tier == tier).order_by(customers.name, customers.id).limit(50).all();
}
std::int64_t q4(const Database& db) { return db(customers.active == false).count(); }
bool q5(const Database& db, const std::string& email) { return db(customers.email == email).exists(); }
std::int64_t q6(const Database& db, std::int64_t id) {
    return db(customers.id == id).update(customers.tier = Tier::gold, customers.active = true);
}
std::vector<Address> q7(const Database& db, std::int64_t id) {
    return db(addresses.customer_id == id).order_by(addresses.town).all();
}
std::vector<Address> q8(const Database& db, const std::vector<std::string>& towns) {
    return db(addresses.town.in(towns) && addresses.postcode != std::nullopt).all();
}
std::vector<Product> q9(const Database& db, const std::string& words) {
    return db(products.name.contains(words) || products.code == words).order_by(products.name).limit(20).all();
}
std::vector<Product> q10(const Database& db, const Decimal& least, const Decimal& most) {
    return db(products.price.between(least, most) && products.removed_at == std::nullopt).all();
}
std::vector<std::tuple<std::string, std::int64_t>> q11(const Database& db) {
    return db.all(select(categories.name, dal::count(products.id))
                      .from(categories)
                      .join(products, products.category_id == categories.id)
                      .group_by(categories.name)
                      .order_by(categories.name));
}
auto q12(const Database& db) {
    return db.all(select(categories.name, products.name)
                      .from(categories)
                      .left_join(products, products.category_id == categories.id && products.stock > 0));
}
std::vector<Order> q13(const Database& db, std::int64_t customer) {
    return db(orders.customer_id == customer && orders.status != Status::returned)
        .order_by(orders.ordered_at.desc())
        .limit(10)
        .all();
}
auto q14(const Database& db, TimestampTz since) {
    return db.all(select(customers.email, orders.id, orders.total)
                      .from(orders)
                      .join(customers, customers.id == orders.customer_id)
                      .where(orders.ordered_at >= since)
                      .order_by(orders.ordered_at));
}
auto q15(const Database& db) {
    return db.all(select(orders.status, dal::count(), dal::sum(orders.total)).from(orders).group_by(orders.status));
}
auto q16(const Database& db, std::int64_t least) {
    return db.all(select(customers.id, dal::count(orders.id))
                      .from(customers)
                      .join(orders, orders.customer_id == customers.id)
                      .group_by(customers.id)
                      .having(dal::count(orders.id) >= least));
}
std::int64_t q17(const Database& db, std::int64_t order) {
    return db(orders.id == order).update(orders.status = Status::paid, orders.version = orders.version + 1);
}
std::vector<Line> q18(const Database& db, std::int64_t order) {
    return db(lines.order_id == order).order_by(lines.id).all();
}
auto q19(const Database& db, std::int64_t order) {
    return db.all(select(products.name, lines.quantity, lines.price * lines.quantity)
                      .from(lines)
                      .join(products, products.id == lines.product_id)
                      .where(lines.order_id == order));
}
auto q20(const Database& db) {
    return db.first(select(dal::max(lines.price), dal::min(lines.price), dal::avg(lines.quantity)).from(lines));
}
std::int64_t q21(const Database& db, std::int64_t order) { return db(lines.order_id == order).remove(); }
std::vector<Payment> q22(const Database& db, Method method, TimestampTz from, TimestampTz to) {
    return db(payments.method == method && payments.paid_at >= from && payments.paid_at < to).all();
}
auto q23(const Database& db) {
    return db.all(select(orders.id, orders.total)
                      .from(orders)
                      .left_join(payments, payments.order_id == orders.id)
                      .where(payments.id == std::nullopt));
}
std::vector<Review> q24(const Database& db, std::int64_t product) {
    return db(reviews.product_id == product && reviews.stars >= 4).order_by(reviews.day.desc()).all();
}
auto q25(const Database& db) {
    return db.all(select(products.name, dal::avg(reviews.stars))
                      .from(products)
                      .join(reviews, reviews.product_id == products.id)
                      .group_by(products.name)
                      .order_by(products.name)
                      .limit(10));
}
std::vector<Event> q26(const Database& db, const std::string& kind, TimestampTz since) {
    return db(events.kind == kind && events.at > since).order_by(events.at).all();
}
std::int64_t q27(const Database& db, TimestampTz before) { return db(events.at < before).remove(); }
Customer q28(const Database& db, Customer customer) { return db.insert(std::move(customer)); }
Order q29(const Database& db, Order order) { return db.update(std::move(order)); }
std::int64_t q30(const Database& db, const std::vector<Line>& some) { return db.insert_many(some); }
auto q31(const Database& db, std::int64_t customer) {
    return db.all(select(products)
                      .from(products)
                      .join(lines, lines.product_id == products.id)
                      .join(orders, orders.id == lines.order_id)
                      .where(orders.customer_id == customer)
                      .distinct());
}
auto q32(const Database& db) {
    return db.all(select(products.id, products.stock).from(products).where(products.id.in(
        select(lines.product_id).from(lines).where(lines.quantity > 5))));
}
std::vector<Product> q33(const Database& db, std::optional<std::int64_t> category, bool in_stock) {
    dal::Condition<Product> wanted;
    if (category) wanted = products.category_id == *category;
    if (in_stock) wanted = wanted && products.stock > 0;
    return db(wanted).order_by(products.id).all();
}
auto q34(const Database& db, std::int64_t last) {
    return db.all(select(customers.id, customers.email, customers.name)
                      .from(customers)
                      .where(customers.id > last && customers.name.starts_with("A"))
                      .order_by(customers.id)
                      .limit(100));
}
std::int64_t q35(const Database& db, std::int64_t product, std::int32_t sold) {
    return db(products.id == product && products.stock >= sold).update(products.stock = products.stock - sold);
}

}  // namespace shop
