#include "qemu.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "qemu_process.hpp"
#include "save_area.hpp"

namespace igvm::guest {
namespace {

constexpr std::uint64_t kBiosUnit = 64 * 1024;  // QEMU refuses a BIOS image that is not a multiple of this
constexpr std::uint64_t kBiosEnd = std::uint64_t{1} << 32;
constexpr std::uint64_t kMaxBiosSize = 16 * 1024 * 1024;
constexpr std::uint64_t kLastPage = kBiosEnd - kPageSize;
constexpr std::uint64_t kUsableRamStart = 1024 * 1024;
constexpr std::uint64_t kManagementModeEntry = 0x38000;  // SMBASE + 0x8000, at reset

/// The files that QEMU loads, removed after the run.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "igvm-guest-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string write(const std::string& name, Bytes content) const {
        const std::filesystem::path path = path_ / name;
        std::ofstream file(path, std::ios::binary);
        std::copy(content.begin(), content.end(), std::ostreambuf_iterator<char>(file));
        if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
        return path.string();
    }

    std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

Page read_page(const char* path) {
    std::ifstream file(path, std::ios::binary);
    Page page{};
    if (!file.read(reinterpret_cast<char*>(page.data()), page.size()))
        throw std::runtime_error(std::string(path) + " is not a page");
    return page;
}

void require_inside(const Pages& pages, std::uint64_t start, std::uint64_t end) {
    for (const auto& [gpa, page] : pages)
        if (gpa < start || gpa > end - page.size())
            throw std::runtime_error("the machine has no memory for a page");
}

std::vector<std::uint8_t> bios_image(const Pages& pages) {
    require_inside(pages, kBiosEnd - kMaxBiosSize, kBiosEnd);
    const std::uint64_t start = pages.begin()->first / kBiosUnit * kBiosUnit;
    std::vector<std::uint8_t> image(kBiosEnd - start, 0);
    for (const auto& [gpa, page] : pages)
        std::copy(page.begin(), page.end(), image.begin() + static_cast<std::ptrdiff_t>(gpa - start));
    return image;
}

/// Pages without a hole between them as one piece, by the address of the first.
std::map<std::uint64_t, std::vector<std::uint8_t>> pieces_of(const Pages& pages) {
    std::map<std::uint64_t, std::vector<std::uint8_t>> pieces;
    std::uint64_t end = 0;
    for (const auto& [gpa, page] : pages) {
        if (pieces.empty() || gpa != end) pieces.try_emplace(gpa);
        auto& piece = pieces.rbegin()->second;
        piece.insert(piece.end(), page.begin(), page.end());
        end = gpa + page.size();
    }
    return pieces;
}

/// The arguments that put the pages into RAM, where QEMU keeps them over its reset.
std::vector<std::string> loader_arguments(const TemporaryFolder& folder, const Pages& pages) {
    std::vector<std::string> arguments;
    for (const auto& [gpa, piece] : pieces_of(pages)) {
        const std::string address = std::to_string(gpa);
        const std::string file = folder.write(address, piece);
        arguments.insert(arguments.end(),
                         {"-device", "loader,force-raw=on,addr=" + address + ",file=" + file});
    }
    return arguments;
}

/// isa-debug-exit turns the guest's code into the odd status (code << 1) | 1. Status 1 is QEMU's own error,
/// and `timeout` gives 124 and more.
std::optional<std::uint8_t> debug_exit_code(int status) {
    if (status % 2 == 0 || status == 1 || status >= 124) return std::nullopt;
    return static_cast<std::uint8_t>(status >> 1);
}

Outcome run(const TemporaryFolder& folder, const Pages& bios, std::vector<std::string> arguments) {
    const std::string bios_path = folder.write("bios", bios_image(bios));
    arguments.insert(arguments.end(), {"-bios", bios_path, "-serial", "stdio", "-device",
                                       "isa-debug-exit,iobase=0xf4,iosize=4"});
    ProcessResult result = run_qemu(arguments, "");
    return {std::move(result.output), debug_exit_code(result.status),
            "QEMU left with status " + std::to_string(result.status)};
}

/// The CPU enters the context of `start` by way of its reset vector, which the BIOS leads to the page that
/// does so.
Outcome run_with_bios(const GuestStart& start, const Pages& bios) {
    require_inside(start.pages, kUsableRamStart, kRamSize);
    Pages memory = start.pages;
    memory[kManagementModeEntry] = read_page(IGVM_ENTER_CONTEXT_PAGE);
    const SaveArea state = save_area(start.context);
    std::ranges::copy(bytes_of(state), memory[kManagementModeEntry + kPageSize].begin());

    const TemporaryFolder folder;
    return run(folder, bios, loader_arguments(folder, memory));
}

/// At reset the CPU is in 16-bit mode, so it takes only two bytes of the distance of a 32-bit jump, from the
/// third byte on: it lands two bytes before the target. There the fill becomes a jump to another, and that
/// one leads to the reset vector of the page before. Nothing that 32-bit code runs through changes.
void add_detour(Page& page) {
    constexpr std::size_t kVector = 0xFF0;
    constexpr std::size_t kDetour = 16;  // bytes of fill before the target
    const auto distance = read<U32>(page, kVector + 1);
    const std::size_t target = (kVector + 5 + *distance) % kPageSize;
    const auto fill = target < kDetour ? std::nullopt : slice(page, target - kDetour, kDetour);
    const auto is_fill = [](std::uint8_t byte) { return byte == 0xCC; };
    if (page[kVector] != 0xE9 || !fill || !std::ranges::all_of(*fill, is_fill))
        throw std::runtime_error("the page at the reset vector leaves no room for a detour");

    const std::size_t first = target - 2;
    const std::size_t second = target - kDetour;
    page[first] = 0xEB;  // jmp rel8
    page[first + 1] = static_cast<std::uint8_t>(second - target);
    const U16 to_vector_before(static_cast<std::uint16_t>(kVector - kPageSize - (second + 3)));
    page[second] = 0xE9;  // jmp rel16
    std::ranges::copy(bytes_of(to_vector_before), &page[second + 1]);
}

}  // namespace

bool qemu_is_installed() { return is_installed("qemu-system-x86_64"); }

Outcome run_from_reset(const Pages& pages) { return run(TemporaryFolder(), pages, {}); }

Outcome run_firmware(const Pages& pages, std::string_view startup_script) {
    Pages bios = pages;
    for (auto low = bios.begin(); low != bios.end() && low->first < kUsableRamStart; low = bios.erase(low))
        if (low->second != bios.at(low->first + kBiosEnd - kUsableRamStart))
            throw std::runtime_error("a page below 1 MiB is not that of the firmware's end");

    const TemporaryFolder folder;
    const TemporaryFolder disk;
    disk.write("startup.nsh",
               {reinterpret_cast<const std::uint8_t*>(startup_script.data()), startup_script.size()});
    return run(folder, bios, {"-drive", "file=fat:rw:" + disk.path() + ",format=raw,if=ide"});
}

Outcome run_from_context(const GuestStart& start) {
    return run_with_bios(start, {{kLastPage, read_page(IGVM_ENTER_CONTEXT_PAGE)}});
}

Outcome run_from_last_page(const GuestStart& start) {
    GuestStart rest = start;
    Page last = rest.pages.at(kLastPage);
    rest.pages.erase(kLastPage);
    add_detour(last);
    return run_with_bios(rest,
                         {{kLastPage - kPageSize, read_page(IGVM_ENTER_CONTEXT_PAGE)}, {kLastPage, last}});
}

}  // namespace igvm::guest
