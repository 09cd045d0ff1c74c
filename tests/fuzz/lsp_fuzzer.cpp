// Any text in an editor, asked about at places all over it; and any bytes as the protocol itself. The server
// must answer every request, and end when the editor says so.
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lsp/framing.hpp"
#include "lsp/server.hpp"

namespace {

using Json = nlohmann::json;
using namespace igvm::spec;

constexpr const char* kUri = "file:///t.igvmspec";
constexpr std::size_t kPlaces = 8;

class Session {
  public:
    void notify(const char* method, Json params) {
        send({{"method", method}, {"params", std::move(params)}});
    }
    void request(const char* method, Json params) {
        send({{"method", method}, {"params", std::move(params)}, {"id", ++requests_}});
    }
    /// The number of answers that bear an id.
    std::size_t answers() {
        std::istringstream in(sent_.str());
        std::ostringstream out;
        if (!lsp::serve(in, out, {"0", {}})) std::abort();
        std::istringstream replies(out.str());
        std::size_t count = 0;
        for (lsp::Frame frame = lsp::read_frame(replies); !frame.error; frame = lsp::read_frame(replies))
            count += Json::parse(frame.body).contains("id") ? 1 : 0;
        return count;
    }
    std::size_t requests() const { return requests_; }

  private:
    void send(Json message) {
        message["jsonrpc"] = "2.0";
        lsp::write_frame(sent_, message.dump(-1, ' ', false, Json::error_handler_t::replace));
    }

    std::ostringstream sent_;
    std::size_t requests_ = 0;
};

void edit(const std::string& text) {
    Session session;
    session.request("initialize", Json::object());
    session.notify("textDocument/didOpen", {{"textDocument", {{"uri", kUri}, {"text", text}}}});
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    for (std::size_t i = 0; i < kPlaces; ++i) {
        const Json position = {{"line", lines * i / kPlaces}, {"character", i * 7}};
        const Json params = {{"textDocument", {{"uri", kUri}}}, {"position", position}};
        for (const char* method :
             {"textDocument/completion", "textDocument/hover", "textDocument/definition"})
            session.request(method, params);
    }
    session.request("textDocument/formatting", {{"textDocument", {{"uri", kUri}}}});
    session.request("shutdown", Json::object());
    session.notify("exit", Json::object());
    if (session.answers() != session.requests()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::istringstream in(text);
    std::ostringstream out;
    (void)lsp::serve(in, out, {"0", {}});
    edit(text);
    return 0;
}
