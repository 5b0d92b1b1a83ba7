#include "generate/identifiers.hpp"

#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace strata::schema::generation {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A character outside of ASCII as `u00e4`; bytes that are no UTF-8 one by one.
std::string escaped(std::string_view character) {
    std::uint32_t code = static_cast<unsigned char>(character.front());
    if (character.size() > 1) {
        code &= 0x7FU >> character.size();
        for (const char c : character.substr(1)) code = (code << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
    }
    char text[12];
    std::snprintf(text, sizeof text, "u%04x", static_cast<unsigned>(code));
    return text;
}

/// Macros in lower case that headers of the C library or compilers define, and names that would hide a namespace.
const std::set<std::string_view>& cpp_names() {
    static const std::set<std::string_view> names{
        "alignas", "alignof", "and", "and_eq", "asm", "atomic_cancel", "atomic_commit", "atomic_noexcept", "auto",
        "bitand", "bitor", "bool", "break", "case", "catch", "char", "char8_t", "char16_t", "char32_t", "class",
        "compl", "concept", "const", "consteval", "constexpr", "constinit", "const_cast", "continue", "co_await",
        "co_return", "co_yield", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
        "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long",
        "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private",
        "protected", "public", "reflexpr", "register", "reinterpret_cast", "requires", "restrict", "return", "short",
        "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "synchronized", "template",
        "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "union", "unsigned",
        "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq", "final", "override", "import",
        "module",
        // macros
        "alloca", "asctime", "assert", "complex", "contract_assert", "environ", "errno", "far", "fpclassify", "h_errno",
        "huge", "i386", "imaginary", "interface", "isfinite", "isgreater", "isinf", "isless", "isnan", "isnormal",
        "isunordered", "linux", "major", "makedev", "math_errhandling", "minor", "near", "noreturn", "offsetof",
        "pascal", "pic", "sa_handler", "sa_sigaction", "setjmp", "sigev_notify_attributes", "sigev_notify_function",
        "signbit", "small", "st_atime", "st_ctime", "st_mtime", "stderr", "stdin", "stdout", "unix", "va_arg",
        "va_copy", "va_end", "va_start", "vax", "sun", "mips", "arm", "sparc", "hpux", "min", "max", "d_fileno",
        "s6_addr", "uc_flags", "si_pid", "si_uid", "si_value", "si_status", "si_addr", "si_band", "si_fd", "ru_first",
        "signals", "slots", "emit", "foreach", "forever", "putc", "getc", "nil", "atomic", "and", "_exit", "I", "NULL",
        "EOF", "TRUE", "FALSE", "BUFSIZ", "DOMAIN", "OVERFLOW", "UNDERFLOW", "SING", "PLOSS", "TLOSS", "Bool", "Status",
        "None", "Always", "Success", "BOOL", "ERROR", "DELETE", "CONST", "VOID", "IN", "OUT", "NAN", "INFINITY", "HUGE",
        "assert_perror", "atooid", "be16toh", "be32toh", "be64toh", "h_addr", "htobe16", "htobe32", "htobe64",
        "htole16", "htole32", "htole64", "htons", "htonl", "ntohs", "ntohl", "ifa_broadaddr", "ifa_dstaddr", "ifc_buf",
        "ifc_req", "ifr_addr", "ifr_bandwidth", "ifr_broadaddr", "ifr_data", "ifr_dstaddr", "ifr_flags", "ifr_hwaddr",
        "ifr_ifindex", "ifr_map", "ifr_metric", "ifr_mtu", "ifr_name", "ifr_netmask", "ifr_newname", "ifr_qlen",
        "ifr_slave", "issubnormal", "le16toh", "le32toh", "le64toh", "s6_addr16", "s6_addr32", "sched_priority",
        "si_addr_lsb", "si_arch", "si_call_addr", "si_int", "si_lower", "si_overrun", "si_pkey", "si_ptr", "si_stime",
        "si_syscall", "si_timerid", "si_upper", "si_utime", "sigmask", "sigsetjmp", "strdupa", "strndupa", "timeradd",
        "timerclear", "timercmp", "timerisset", "timersub", "InvalidOid",
        // what our macros make
        "strata_alias", "strata_append", "strata_append_query", "strata_column", "strata_column_ref", "strata_columns",
        "strata_correlated", "strata_count", "strata_enum_info", "strata_facts", "strata_facts_say", "strata_fragment",
        "strata_handles", "strata_index", "strata_indexes", "strata_model", "strata_model_kind", "strata_nulls",
        "strata_order", "strata_query", "strata_row", "strata_rules", "strata_set", "strata_source",
        "strata_table_info", "strata_uses", "strata_value",
        // namespaces
        "std", "strata", "boost"};
    return names;
}

/// The words that generated code uses unqualified in its own namespace.
const std::set<std::string_view>& our_words() {
    static const std::set<std::string_view> names{
        "access_method", "add", "aggregate", "cascade", "check", "cluster_on", "codec", "column", "columns", "comment",
        "computed", "core", "dal", "default_privileges", "desc", "domain", "element", "enum_type", "exclude",
        "expression", "extension", "facts", "force_row_security", "foreign_key", "function", "index", "index_on",
        "inherits", "literal", "materialized_view", "max_length", "metadata", "migrate", "needs", "no_action", "no_key",
        "not_generated", "now", "numbered", "object", "of_type", "on_delete", "on_update", "partition_by",
        "partition_of", "policy", "precision", "primary_key", "privileges", "procedure", "references",
        "replica_identity", "restrict", "row_security", "rule", "schema", "schema_named", "sequence", "server_default",
        "set_default", "set_null", "set_on_update", "sql", "storage_parameters", "strict", "table", "tablespace",
        "trigger", "type", "types", "unique", "unique_named", "unlogged", "version_column", "view", "virtual_table",
        "without_rowid",
        // types
        "Array", "BigInteger", "Boolean", "Bytes", "CheckConstraint", "Column", "ColumnItem", "DateTime", "DateTimeTz",
        "DateType", "Deferrable", "Double", "Enum", "ExcludeConstraint", "ForeignKey", "Identity", "Index",
        "IndexElement", "IndexPart", "Integer", "JsonType", "KeyOrder", "Kind", "LargeBinary", "Match", "MetaData",
        "NamingConvention", "Native", "Needs", "NoType", "Nulls", "Numbering", "Numeric", "Object", "ObjectKind",
        "ObjectRef", "PrimaryKey", "QualifiedName", "Real", "ReferentialAction", "SequenceOptions", "ServerDefault",
        "SmallInteger", "Spec", "String", "Table", "TableItem", "Text", "TimeType", "Type", "UniqueConstraint",
        "UnknownType", "UserType", "UuidType"};
    return names;
}

std::string singular_of(const std::string& word) {
    const auto ends = [&](std::string_view ending) {
        return word.size() > ending.size() + 1 && word.ends_with(ending);
    };
    if (ends("ies") && word.size() > 4) return word.substr(0, word.size() - 3) + "y";
    if (ends("sses") || ends("xes") || ends("ches") || ends("shes")) return word.substr(0, word.size() - 2);
    if (ends("ss") || ends("us") || ends("is") || ends("news") || !ends("s")) return word;
    return word.substr(0, word.size() - 1);
}

}  // namespace

std::string snake_case(std::string_view name) {
    std::string result;
    const auto separate = [&] {
        if (!result.empty() && result.back() != '_') result += '_';
    };
    for (std::size_t at = 0; at < name.size();) {
        const char c = name[at];
        if (static_cast<unsigned char>(c) >= 0x80U) {
            const std::size_t length = core::internal::utf8_length(name.substr(at));
            const auto character = name.substr(at, length == 0 ? 1 : length);
            result += escaped(character);
            at += character.size();
            continue;
        }
        if (is_upper(c)) {
            const bool after_lower = at > 0 && (is_lower(name[at - 1]) || is_digit(name[at - 1]));
            const bool before_lower =
                at > 0 && at + 1 < name.size() && is_lower(name[at + 1]) && is_upper(name[at - 1]);
            if (after_lower || before_lower) separate();
            result += static_cast<char>(c - 'A' + 'a');
        } else if (is_lower(c) || is_digit(c)) {
            result += c;
        } else {
            separate();
        }
        ++at;
    }
    while (result.ends_with('_')) result.pop_back();
    if (result.empty()) result = "unnamed";
    if (is_digit(result.front())) result.insert(0, "n");
    return result;
}

std::string pascal_case(std::string_view name, bool singular) {
    std::string words = snake_case(name);
    if (singular) {
        const auto last = words.rfind('_') + 1;  // 0 where there is none
        words = words.substr(0, last) + singular_of(words.substr(last));
    }
    std::string result;
    bool upper = true;
    for (const char c : words) {
        if (c == '_') {
            upper = true;
            continue;
        }
        result += upper && is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
    }
    return result;
}

bool taken_by_cpp(std::string_view identifier) {
    // Our macros make names of others with these endings.
    for (const std::string_view ending :
         {"_strata_table", "_strata_parts", "_strata_part", "_strata_labels", "_strata_info"})
        if (identifier.ends_with(ending)) return true;
    return cpp_names().contains(identifier);
}
bool taken_by_words(std::string_view identifier) { return our_words().contains(identifier); }

bool is_identifier(std::string_view text) {
    return !text.empty() && !is_digit(text.front()) && std::all_of(text.begin(), text.end(), [](char c) {
        return is_lower(c) || is_upper(c) || is_digit(c) || c == '_';
    });
}

bool Scope::free(const std::string& name) const {
    return !used_.contains(name) && !taken_by_cpp(name) && !(words_ && taken_by_words(name));
}

std::string Scope::claim(std::initializer_list<std::string> names) {
    for (const auto& name : names)
        if (free(name)) return *used_.insert(name).first;
    const std::string& last = *(names.end() - 1);
    if (free(last + "_")) return *used_.insert(last + "_").first;
    for (int number = 2;; ++number)
        if (std::string name = last + "_" + std::to_string(number); free(name)) return *used_.insert(name).first;
}

}  // namespace strata::schema::generation
