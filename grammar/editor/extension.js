// Starts `igvm lsp` for .igvmspec files.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const command = workspace.getConfiguration("igvmspec").get("command");
  const server = { command, args: ["lsp"] };
  client = new LanguageClient("igvmspec", "IGVM specs", server, { documentSelector: [{ language: "igvmspec" }] });
  await client.start();
};

exports.deactivate = () => client?.stop();
