#include "subprocess.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

namespace igvm::guest {
namespace {

class Pipe {
  public:
    Pipe() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
            throw std::system_error(errno, std::generic_category(), "pipe2");
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    int reader() const { return ends_[0]; }
    int writer() const { return ends_[1]; }
    void close_writer() { close_end(1); }

  private:
    void close_end(std::size_t index) {
        if (ends_[index] >= 0) ::close(std::exchange(ends_[index], -1));
    }

    std::array<int, 2> ends_{-1, -1};
};

pid_t spawn(std::vector<std::string>& command, const Pipe& input, const Pipe& output) {
    std::vector<char*> arguments;
    for (std::string& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input.reader(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output.writer(), STDOUT_FILENO);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::system_error(error, std::generic_category(), command[0]);
    return child;
}

std::string read_to_end(int descriptor) {
    std::string text;
    std::array<char, 4096> chunk;
    for (;;) {
        const ssize_t count = ::read(descriptor, chunk.data(), chunk.size());
        if (count > 0) text.append(chunk.data(), static_cast<std::size_t>(count));
        if (count == 0 || (count < 0 && errno != EINTR)) return text;
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProcessResult run_process(std::vector<std::string> command, std::string_view input) {
    Pipe to_child;
    Pipe from_child;
    if (::write(to_child.writer(), input.data(), input.size()) != static_cast<ssize_t>(input.size()))
        throw std::system_error(errno, std::generic_category(), "write");
    to_child.close_writer();

    const pid_t child = spawn(command, to_child, from_child);
    from_child.close_writer();
    std::string output = read_to_end(from_child.reader());
    return {wait_for(child), std::move(output)};
}

bool is_installed(std::string_view program) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');)
        if (::access((std::filesystem::path(folder) / program).c_str(), X_OK) == 0) return true;
    return false;
}

}  // namespace igvm::guest
