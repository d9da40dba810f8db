"""A real client (pytest-lsp, pygls) opens, edits, fixes, renames and suppresses over stdio."""

import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

COMPOSE = """\
services:
  web:
    image: nginx:1.27.2-alpine
    restart: unless-stopped
    depends_on: [db]
    healthcheck:
      test: ["CMD", "wget", "-q", "--spider", "http://localhost:8081/"]
    volumes: ["./pages.conf:/etc/nginx/conf.d/default.conf:ro"]
  db:
    image: redis:latest
    restart: unless-stopped
"""
RULE = "healthcheck-localhost-ipv6"


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "compose.yml").write_text(COMPOSE)
    (tmp_path / "pages.conf").write_text("server { listen 0.0.0.0:8081; }\n")
    return tmp_path


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[os.environ["DEPLOYLINT"], "lsp"]),
    params=["visual-studio-code", "neovim"],
)
async def client(request, lsp_client: LanguageClient, folder: pathlib.Path):
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_: types.RegistrationParams) -> None:
        """The server asks to be told of files that change elsewhere."""

    params = types.InitializeParams(
        capabilities=client_capabilities(request.param),
        workspace_folders=[types.WorkspaceFolder(uri=folder.as_uri(), name="folder")],
    )
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


def lines(text: str, word: str) -> types.Position:
    before = text[: text.index(word)]
    return types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)


def apply(text: str, edits: list[types.TextEdit]) -> str:
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    offset = lambda at: starts[at.line] + at.character  # noqa: E731
    for edit in sorted(edits, key=lambda e: offset(e.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


async def found(client: LanguageClient, uri: str) -> set[str]:
    """The rules that are published once all edits are audited."""
    await client.protocol.send_request_async("deploylint/sync", None)
    return {d.code for d in client.diagnostics.get(uri, [])}


def change(client: LanguageClient, uri: str, version: int, text: str) -> None:
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=version),
            content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
        )
    )


@pytest.mark.asyncio
async def test_opens_edits_fixes_renames_and_suppresses(client: LanguageClient, folder: pathlib.Path):
    uri = (folder / "compose.yml").as_uri()
    document = types.TextDocumentIdentifier(uri=uri)
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri=uri, language_id="yaml", version=1, text=COMPOSE))
    )
    assert {RULE, "unpinned-image"} <= await found(client, uri)

    # An edit.
    change(client, uri, 2, COMPOSE.replace("redis:latest", "redis:7.4.1"))
    assert "unpinned-image" not in await found(client, uri)
    change(client, uri, 3, COMPOSE)
    assert "unpinned-image" in await found(client, uri)

    # A fix, and a suppression.
    diagnostic = next(d for d in client.diagnostics[uri] if d.code == RULE)
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=document,
            range=diagnostic.range,
            context=types.CodeActionContext(diagnostics=[diagnostic]),
        )
    )
    actions = [a for a in actions if a.title.startswith(RULE)]
    assert len(actions) == 2 and actions[0].is_preferred
    for version, action in enumerate(actions, 4):
        if action.edit is None:
            action = await client.code_action_resolve_async(action)
        change(client, uri, 2 * version, apply(COMPOSE, action.edit.changes[uri]))
        assert RULE not in await found(client, uri)
        change(client, uri, 2 * version + 1, COMPOSE)
        assert RULE in await found(client, uri)

    # A rename, and a hover.
    edit = await client.text_document_rename_async(
        types.RenameParams(text_document=document, position=lines(COMPOSE, "db]"), new_name="store")
    )
    assert apply(COMPOSE, edit.changes[uri]) == COMPOSE.replace("[db]", "[store]").replace("  db:", "  store:")
    hover = await client.text_document_hover_async(
        types.HoverParams(text_document=document, position=lines(COMPOSE, "localhost"))
    )
    assert "## Why it matters" in hover.contents.value
