#include "call_place.hpp"

#include <string_view>

#if defined(__linux__)
#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#endif

namespace strata::core::detail {

#if defined(__linux__)

namespace {

/// A file's bytes for as long as the object exists; none when it cannot be read.
class MappedFile {
public:
    explicit MappedFile(const char* path) {
        const int file = ::open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0) return;
        struct stat status{};
        if (::fstat(file, &status) == 0 && status.st_size > 0) {
            size_ = static_cast<std::size_t>(status.st_size);
            void* const mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
            if (mapped != MAP_FAILED) bytes_ = static_cast<const char*>(mapped);
        }
        ::close(file);
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile() {
        if (bytes_ != nullptr) ::munmap(const_cast<char*>(bytes_), size_);
    }

    /// `count` objects at an offset; nullptr: they are not all in the file.
    template <class T>
    [[nodiscard]] const T* at(std::size_t offset, std::size_t count = 1) const {
        const bool inside = bytes_ != nullptr && offset <= size_ && count <= (size_ - offset) / sizeof(T);
        return inside && offset % alignof(T) == 0 ? reinterpret_cast<const T*>(bytes_ + offset) : nullptr;
    }

private:
    const char* bytes_ = nullptr;
    std::size_t size_ = 0;
};

/// The mangled name of the function at an address of an ELF file, from its table of symbols.
std::string function_in(const MappedFile& file, std::uintptr_t address) {
    const auto* const header = file.at<ElfW(Ehdr)>(0);
    if (header == nullptr || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return {};
    const auto* const sections = file.at<ElfW(Shdr)>(header->e_shoff, header->e_shnum);
    if (sections == nullptr) return {};
    for (std::size_t i = 0; i < header->e_shnum; ++i) {
        const ElfW(Shdr)& section = sections[i];
        if (section.sh_type != SHT_SYMTAB || section.sh_link >= header->e_shnum) continue;
        const std::size_t count = section.sh_size / sizeof(ElfW(Sym));
        const auto* const symbols = file.at<ElfW(Sym)>(section.sh_offset, count);
        const ElfW(Shdr)& names = sections[section.sh_link];
        const char* const text = file.at<char>(names.sh_offset, names.sh_size);
        if (symbols == nullptr || text == nullptr) return {};
        for (std::size_t k = 0; k < count; ++k) {
            const ElfW(Sym)& symbol = symbols[k];
            const bool function = (symbol.st_info & 0xFU) == STT_FUNC && symbol.st_name < names.sh_size;
            if (!function || address < symbol.st_value || address - symbol.st_value >= symbol.st_size) continue;
            return {text + symbol.st_name, ::strnlen(text + symbol.st_name, names.sh_size - symbol.st_name)};
        }
    }
    return {};
}

/// Where a call is in a file of code.
struct Located {
    std::string file;
    std::uintptr_t address = 0;
    std::string function;  ///< mangled; empty: unknown
};

Located locate(void* call) {
    Located place;
    Dl_info info{};
    void* extra = nullptr;
    // The address that is returned to may be the next function's first one.
    char* const inside = static_cast<char*>(call) - 1;
    if (::dladdr1(inside, &info, &extra, RTLD_DL_LINKMAP) == 0 || extra == nullptr) return place;
    const auto* const map = static_cast<const link_map*>(extra);
    const bool program = map->l_name == nullptr || *map->l_name == '\0';
    place.file = program ? "/proc/self/exe" : map->l_name;
    place.address = reinterpret_cast<std::uintptr_t>(inside) - map->l_addr;
    place.function = function_in(MappedFile(place.file.c_str()), place.address);
    if (place.function.empty() && info.dli_sname != nullptr) place.function = info.dli_sname;
    if (program) {
        std::array<char, 4096> path{};
        const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
        if (length > 0) place.file.assign(path.data(), static_cast<std::size_t>(length));
    }
    return place;
}

/// Whether a mangled name is one of Strata or of the standard library, or of a lambda in one of them.
bool is_of_library(std::string_view name) {
    if (!name.starts_with("_Z")) return false;
    name.remove_prefix(2);
    while (!name.empty() && (name[0] == 'Z' || name[0] == 'N' || name[0] == 'K')) name.remove_prefix(1);
    return name.starts_with("6strata") || name.starts_with("St");
}

std::string demangled(const std::string& name) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status),
                                                           &std::free);
    return status == 0 && text ? text.get() : name;
}

std::string hexadecimal(std::uintptr_t number) {
    std::string digits;
    for (; number != 0 || digits.empty(); number /= 16) digits += "0123456789abcdef"[number % 16];
    std::reverse(digits.begin(), digits.end());
    return digits;
}

}  // namespace

std::vector<void*> running_calls() {
    constexpr int deepest = 64;
    std::array<void*, deepest> calls{};
    const int count = ::backtrace(calls.data(), deepest);
    return std::vector<void*>(calls.begin(), calls.begin() + std::max(count, 0));
}

std::string describe_caller(const std::vector<void*>& calls) {
    for (void* const call : calls) {
        const Located place = locate(call);
        if (place.function.empty() || is_of_library(place.function)) continue;
        return demangled(place.function) + " (" + place.file + "+0x" + hexadecimal(place.address) + ")";
    }
    return {};
}

#else

std::vector<void*> running_calls() { return {}; }
std::string describe_caller(const std::vector<void*>&) { return {}; }

#endif

}  // namespace strata::core::detail
