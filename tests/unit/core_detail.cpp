#include "support/catch.hpp"

#include <strata/core/detail/function_ref.hpp>
#include <strata/core/detail/shared.hpp>

#include <string>
#include <thread>
#include <utility>
#include <vector>

using strata::core::detail::FunctionRef;
using strata::core::detail::Shared;
using strata::core::detail::SharedCount;

namespace {

int call_twice(const FunctionRef<int(int)>& function) { return function(1) + function(10); }

struct Counter {
    int calls = 0;
    int operator()(int number) { return calls += number; }
    int operator()(int number) const { return -number; }
};

struct Watched : SharedCount {
    explicit Watched(int& its_ends) : ends(its_ends) {}
    Watched(const Watched&) = default;
    Watched& operator=(const Watched&) = delete;
    ~Watched() { ++ends; }
    int& ends;
    std::string text = "kept";
};

}  // namespace

TEST_CASE("a function reference calls a lambda with its captures", "[unit][detail]") {
    int sum = 0;
    CHECK(call_twice([&](int number) { return sum += number; }) == 12);
    CHECK(sum == 11);
}

TEST_CASE("a function reference changes the callable itself and calls a const one as const", "[unit][detail]") {
    Counter counter;
    CHECK(call_twice(counter) == 12);
    CHECK(counter.calls == 11);
    const Counter constant;
    CHECK(call_twice(constant) == -11);
}

TEST_CASE("a function reference passes arguments on without copies", "[unit][detail]") {
    std::string kept;
    const auto keep = [&](std::string&& text) { kept = std::move(text); };
    const FunctionRef<void(std::string&&)> function = keep;
    function("a text that is too long to be kept without memory of its own");
    CHECK(kept == "a text that is too long to be kept without memory of its own");

    const auto name = [](const std::string& text) -> const std::string& { return text; };
    const FunctionRef<const std::string&(const std::string&)> same = name;
    CHECK(&same(kept) == &kept);
}

TEST_CASE("a copied function reference refers to the same callable", "[unit][detail]") {
    Counter counter;
    const FunctionRef<int(int)> first = counter;
    const FunctionRef<int(int)> second = first;  // NOLINT(performance-unnecessary-copy-initialization)
    CHECK(first(1) == 1);
    CHECK(second(1) == 2);
}

TEST_CASE("a shared object is deleted with its last owner", "[unit][detail]") {
    int ends = 0;
    {
        const Shared<Watched> first(new Watched(ends));
        {
            Shared<Watched> second = first;
            const Shared<Watched> third = std::move(second);
            CHECK(second.get() == nullptr);  // NOLINT(bugprone-use-after-move): that it is empty is what is tested
            CHECK(third.get() == first.get());
        }
        CHECK(ends == 0);
        CHECK(first->text == "kept");
    }
    CHECK(ends == 1);
}

TEST_CASE("an assigned shared pointer releases its old object, and self-assignment is safe", "[unit][detail]") {
    int first_ends = 0;
    int second_ends = 0;
    Shared<Watched> pointer(new Watched(first_ends));
    const Shared<Watched> other(new Watched(second_ends));
    pointer = other;
    CHECK(first_ends == 1);
    const Shared<Watched>& itself = pointer;
    pointer = itself;
    CHECK(pointer.get() == other.get());
    CHECK(second_ends == 0);
}

TEST_CASE("a copied object has owners of its own", "[unit][detail]") {
    int ends = 0;
    const Shared<Watched> first(new Watched(ends));
    const Shared<Watched> second = first;
    {
        const Shared<Watched> copy(new Watched(*first));
    }
    CHECK(ends == 1);
}

TEST_CASE("an object that threads share is deleted exactly once", "[unit][detail]") {
    int ends = 0;
    {
        const Shared<Watched> shared(new Watched(ends));
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([shared] {
                for (int turn = 0; turn < 10'000; ++turn) {
                    const Shared<Watched> copy = shared;
                    const Shared<Watched> another = copy;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        CHECK(ends == 0);
    }
    CHECK(ends == 1);
}
