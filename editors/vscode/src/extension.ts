// Starts `deploylint lsp` for all folders of the workspace; everything else is the server's.

import { type ExtensionContext, commands, window, workspace } from "vscode";
import { type Executable, LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(commands.registerCommand("deploylint.restart", restart));
  context.subscriptions.push(
    workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("deploylint")) {
        await restart();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  const settings = workspace.getConfiguration("deploylint");
  const command = settings.get<string>("path") || "deploylint";
  const persona = settings.get<string>("persona");
  const server: Executable = { command, args: ["lsp", ...(persona ? ["--persona", persona] : [])] };
  // What a file is for is decided by the server: a template or an env file has no language of its own.
  const options: LanguageClientOptions = { documentSelector: [{ scheme: "file" }] };
  client = new LanguageClient("deploylint", "deploylint", server, options);
  try {
    await client.start();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(`deploylint: \`${command}\` could not be started: ${why}`);
  }
}
