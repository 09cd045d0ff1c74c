#include "lsp/server.hpp"

#include <fmt/format.h>

#include <ostream>
#include <stdexcept>

#include "lsp/answers.hpp"
#include "lsp/complete.hpp"
#include "lsp/documents.hpp"
#include "lsp/framing.hpp"

namespace igvm::spec::lsp {
namespace {

/// Error codes of JSON-RPC and of the protocol.
enum ErrorCode {
    kParseError = -32700,
    kInvalidRequest = -32600,
    kMethodNotFound = -32601,
    kInvalidParams = -32602,
    kRequestFailed = -32803
};

class Server {
  public:
    Server(std::ostream& out, const Settings& settings) : out_(out), settings_(settings) {}

    /// False after `exit`.
    bool take(const std::string& body);
    bool was_shut_down() const { return shut_down_; }
    void fail(const Json& id, ErrorCode code, std::string_view message) {
        send({{"id", id}, {"error", {{"code", code}, {"message", message}}}});
    }

  private:
    using Handler = Json (Server::*)(const Json& params);
    struct Method {
        std::string_view name;
        Handler handle;
    };
    static const Method kMethods[];

    void send(Json message) {
        Json whole = {{"jsonrpc", "2.0"}};
        whole.update(message);
        write_frame(out_, whole.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    void handle(const Json& message, const std::string& method);

    Json initialize(const Json& params);
    Json shutdown(const Json& params);
    Json open(const Json& params);
    Json change(const Json& params);
    Json close(const Json& params);
    Json complete_at(const Json& params);
    Json hover_at(const Json& params);
    Json define_at(const Json& params);
    Json format_all(const Json& params);
    Json ignore(const Json&) { return nullptr; }

    void update(const std::string& uri, std::string text);
    void publish(const std::string& uri, const Json& diagnostics);
    Document document(const std::string& uri, const std::string& text) const {
        return {uri, text, settings_.include_directories};
    }
    const std::string& text_of(const Json& params) const;
    std::uint32_t offset_in(const std::string& text, const Json& params) const;

    std::ostream& out_;
    const Settings& settings_;
    Documents documents_;
    bool shut_down_ = false;
};

const Server::Method Server::kMethods[] = {
    {"initialize", &Server::initialize},
    {"initialized", &Server::ignore},
    {"shutdown", &Server::shutdown},
    {"textDocument/didOpen", &Server::open},
    {"textDocument/didChange", &Server::change},
    {"textDocument/didClose", &Server::close},
    {"textDocument/didSave", &Server::ignore},
    {"textDocument/completion", &Server::complete_at},
    {"textDocument/hover", &Server::hover_at},
    {"textDocument/definition", &Server::define_at},
    {"textDocument/formatting", &Server::format_all},
};

/// A message without what lies deeper than any message of the protocol: nested values are copied and printed
/// recursively.
Json parse_message(const std::string& body) {
    constexpr int kMaxDepth = 64;
    return Json::parse(
        body, [](int depth, Json::parse_event_t, Json&) { return depth <= kMaxDepth; }, false);
}

bool Server::take(const std::string& body) {
    const Json message = parse_message(body);
    if (message.is_discarded()) {
        fail(nullptr, kParseError, "the message is not JSON");
        return true;
    }
    if (!message.is_object() || !message.contains("method") || !message["method"].is_string()) {
        const bool response =
            message.is_object() && (message.contains("result") || message.contains("error"));
        if (!response) fail(nullptr, kInvalidRequest, "the message has no method");
        return true;
    }
    const std::string method = message["method"];
    if (method == "exit") return false;
    handle(message, method);
    return true;
}

/// A notification, which has no id, gets no answer, not even to its mistakes.
void Server::handle(const Json& message, const std::string& method) {
    Json id = message.value("id", Json());
    if (!id.is_number_integer() && !id.is_string()) id = nullptr;
    const Json params = message.value("params", Json::object());
    for (const Method& row : kMethods) {
        if (row.name != method) continue;
        try {
            const Json result = (this->*row.handle)(params);
            if (!id.is_null()) send({{"id", id}, {"result", result}});
        } catch (const Json::exception&) {
            if (!id.is_null()) fail(id, kInvalidParams, "the params are not those of " + method);
        } catch (const std::out_of_range& error) {
            if (!id.is_null()) fail(id, kRequestFailed, error.what());
        }
        return;
    }
    if (!id.is_null()) fail(id, kMethodNotFound, "unknown method " + method);
}

Json Server::initialize(const Json&) {
    return {{"capabilities",
             {{"textDocumentSync", {{"openClose", true}, {"change", 1}}},
              {"completionProvider", {{"triggerCharacters", {".", "="}}}},
              {"hoverProvider", true},
              {"definitionProvider", true},
              {"documentFormattingProvider", true}}},
            {"serverInfo", {{"name", "igvm"}, {"version", settings_.version}}}};
}

Json Server::shutdown(const Json&) {
    shut_down_ = true;
    return nullptr;
}

Json Server::open(const Json& params) {
    const Json& document = params.at("textDocument");
    update(document.at("uri"), document.at("text"));
    return nullptr;
}

/// Changes are whole texts; the last one counts.
Json Server::change(const Json& params) {
    const Json& document = params.at("textDocument");
    const Json& changes = params.at("contentChanges");
    if (!changes.empty()) update(document.at("uri"), changes.at(changes.size() - 1).at("text"));
    return nullptr;
}

Json Server::close(const Json& params) {
    const std::string uri = params.at("textDocument").at("uri");
    documents_.remove(uri);
    publish(uri, Json::array());
    return nullptr;
}

void Server::update(const std::string& uri, std::string text) {
    const Json found = diagnostics_of(document(uri, text));
    if (documents_.put(uri, std::move(text))) return publish(uri, found);
    documents_.remove(uri);
    send({{"method", "window/showMessage"},
          {"params", {{"type", 1}, {"message", "too much text is open: " + uri + " is left out"}}}});
}

void Server::publish(const std::string& uri, const Json& diagnostics) {
    send({{"method", "textDocument/publishDiagnostics"},
          {"params", {{"uri", uri}, {"diagnostics", diagnostics}}}});
}

const std::string& Server::text_of(const Json& params) const {
    const std::string uri = params.at("textDocument").at("uri");
    if (const std::string* text = documents_.find(uri)) return *text;
    throw std::out_of_range("the document is not open: " + uri);
}

std::uint32_t Server::offset_in(const std::string& text, const Json& params) const {
    const Json& position = params.at("position");
    return offset_of(text, position.at("line").get<std::uint64_t>(),
                     position.at("character").get<std::uint64_t>());
}

Json Server::complete_at(const Json& params) {
    const std::string& text = text_of(params);
    return complete(text, offset_in(text, params));
}

Json Server::hover_at(const Json& params) {
    const std::string& text = text_of(params);
    return hover(document(params["textDocument"]["uri"], text), offset_in(text, params));
}

Json Server::define_at(const Json& params) {
    const std::string& text = text_of(params);
    return definition(document(params["textDocument"]["uri"], text), offset_in(text, params));
}

Json Server::format_all(const Json& params) { return formatting(text_of(params)); }

std::string_view words_of(FrameError error) {
    return error == FrameError::kTooLarge ? "the message is too large" : "the message's header is malformed";
}

}  // namespace

bool serve(std::istream& in, std::ostream& out, const Settings& settings) {
    Server server(out, settings);
    for (;;) {
        const Frame frame = read_frame(in);
        if (frame.error == FrameError::kEnd) return server.was_shut_down();
        if (frame.error) {
            server.fail(nullptr, kParseError, words_of(*frame.error));
            return false;
        }
        if (!server.take(frame.body)) return server.was_shut_down();
    }
}

}  // namespace igvm::spec::lsp
