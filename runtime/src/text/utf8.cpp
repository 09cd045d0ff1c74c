#include <array>

#include "igvm/text.hpp"

namespace igvm {
namespace {

/// One row of RFC 3629's syntax: lead bytes, the range of the second byte, bytes in all.
struct Form {
    unsigned char first_lead, last_lead, first_second, last_second;
    std::size_t size;
};

constexpr std::array<Form, 9> kForms{{{0x00, 0x7F, 0, 0, 1},
                                      {0xC2, 0xDF, 0x80, 0xBF, 2},
                                      {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                      {0xE1, 0xEC, 0x80, 0xBF, 3},
                                      {0xED, 0xED, 0x80, 0x9F, 3},
                                      {0xEE, 0xEF, 0x80, 0xBF, 3},
                                      {0xF0, 0xF0, 0x90, 0xBF, 4},
                                      {0xF1, 0xF3, 0x80, 0xBF, 4},
                                      {0xF4, 0xF4, 0x80, 0x8F, 4}}};

const Form* form_of(unsigned char lead) {
    for (const Form& form : kForms) {
        if (lead >= form.first_lead && lead <= form.last_lead) return &form;
    }
    return nullptr;
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

std::size_t utf8_size(std::string_view text) {
    const Form* form = form_of(static_cast<unsigned char>(text[0]));
    if (!form || form->size > text.size()) return 0;
    if (form->size == 1) return 1;
    const auto second = static_cast<unsigned char>(text[1]);
    if (second < form->first_second || second > form->last_second) return 0;
    for (std::size_t i = 2; i < form->size; ++i) {
        if (!is_continuation(text[i])) return 0;
    }
    return form->size;
}

}  // namespace igvm
