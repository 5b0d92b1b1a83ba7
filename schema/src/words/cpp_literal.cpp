#include <strata/core/internal/text.hpp>
#include <strata/schema/internal/cpp_literal.hpp>

namespace strata::schema::internal {

namespace {

unsigned byte(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// Characters that a compiler warns about or an editor displays as something else: C1 controls, bidirectional controls,
/// line separators, a BOM.
bool misleading(std::string_view character) {
    if (character.size() == 2) return byte(character, 0) == 0xC2U && byte(character, 1) < 0xA0U;
    if (character.size() != 3) return false;
    const unsigned second = byte(character, 1);
    const unsigned third = byte(character, 2);
    if (byte(character, 0) == 0xEFU) return second == 0xBBU && third == 0xBFU;
    if (byte(character, 0) != 0xE2U) return false;
    return (second == 0x80U && (third == 0x8EU || third == 0x8FU || (third >= 0xA8U && third <= 0xAEU))) ||
           (second == 0x81U && third >= 0xA6U && third <= 0xA9U);
}

/// Always three digits, so that a digit that follows is not read as a part of the escape.
void append_octal(std::string& out, unsigned value) {
    out += '\\';
    out += static_cast<char>('0' + ((value >> 6U) & 7U));
    out += static_cast<char>('0' + ((value >> 3U) & 7U));
    out += static_cast<char>('0' + (value & 7U));
}

void append_line(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = core::internal::utf8_length(text.substr(at));
        const auto character = text.substr(at, length == 0 ? 1 : length);
        at += character.size();
        const unsigned first = byte(character, 0);
        if (length == 0 || misleading(character)) {
            for (std::size_t i = 0; i < character.size(); ++i) append_octal(out, byte(character, i));
        } else if (first == '"' || first == '\\') {
            out.append("\\").append(character);
        } else if (first == '\n') {
            out += "\\n";
        } else if (first == '\t') {
            out += "\\t";
        } else if (first == '\r') {
            out += "\\r";
        } else if (first < 0x20U || first == 0x7FU) {
            append_octal(out, first);
        } else if (first == '?' && out.ends_with('?')) {
            out += "\\?";  // avoids a trigraph
        } else {
            out += character;
        }
    }
    out += '"';
}

}  // namespace

std::string cpp_literal(std::string_view text, std::size_t indent) {
    std::string out;
    const auto newline = text.find('\n');
    const bool several = indent != 0 && newline != std::string_view::npos && newline + 1 < text.size();
    for (auto rest = text; several && !rest.empty();) {
        const auto end = rest.find('\n');
        const auto line = rest.substr(0, end == std::string_view::npos ? end : end + 1);
        rest.remove_prefix(line.size());
        out.append("\n").append(indent, ' ');
        append_line(out, line);
    }
    if (!several) append_line(out, text);
    if (text.find('\0') == std::string_view::npos) return out;
    return "std::string(" + out + ", " + std::to_string(text.size()) + ")";
}

std::string cpp_list(const std::vector<std::string>& texts) {
    std::string out = "{";
    for (const auto& text : texts) {
        if (&text != &texts.front()) out += ", ";
        out += cpp_literal(text);
    }
    return out + "}";
}

}  // namespace strata::schema::internal
