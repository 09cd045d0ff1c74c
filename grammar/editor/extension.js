// Starts `igvm lsp` for .igvmspec files.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const settings = workspace.getConfiguration("igvmspec");
  const args = ["lsp", ...settings.get("includeDirectories").flatMap((folder) => ["-I", folder])];
  const server = { command: settings.get("command"), args };
  client = new LanguageClient("igvmspec", "IGVM specs", server, { documentSelector: [{ language: "igvmspec" }] });
  await client.start();
};

exports.deactivate = () => client?.stop();
