// libFuzzer's way in, compiled once per target.

#include "targets.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    try {
        strata::fuzz::STRATA_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fault: %s\n", error.what());
        std::abort();
    }
    return 0;
}
