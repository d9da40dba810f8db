"""A real client (pytest-lsp, pygls) does over stdio all that docs/editors.md lists."""

import asyncio
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


VARIABLES = """\
services:
  web:
    image: nginx:${TAG}
    labels: {"\U0001f600\u00e9": "a", b: "1", b: "2"}
    depends_on: [db]
    networks: [inner]
  db:
    image: redis:${TAG}
    networks: [inner]
networks:
  inner: {}
"""
CONFIG = "model_list:\n  - model_name: gpt\n    litellm_params: {model: openai/gpt-4o}\nrouter_settings:\n  num"


def opened(client: LanguageClient, path: pathlib.Path, text: str) -> types.TextDocumentIdentifier:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    uri = path.as_uri()
    item = types.TextDocumentItem(uri=uri, language_id="yaml", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return types.TextDocumentIdentifier(uri=uri)


@pytest.mark.asyncio
async def test_answers_about_names_keys_and_files(client: LanguageClient, folder: pathlib.Path):
    (folder / ".env").write_text("TAG=1.27.3\n")
    document = opened(client, folder / "compose.yml", VARIABLES)
    await found(client, document.uri)
    at = lambda word: {"text_document": document, "position": lines(VARIABLES, word)}  # noqa: E731
    where = lambda answer: sorted((one.uri.rsplit("/", 1)[1], one.range.start.line) for one in answer)  # noqa: E731

    definition = await client.text_document_definition_async(types.DefinitionParams(**at("TAG")))
    assert where(definition) == [(".env", 0)]
    definition = await client.text_document_definition_async(types.DefinitionParams(**at("db]")))
    assert where(definition) == [("compose.yml", 6)]
    context = types.ReferenceContext(include_declaration=True)
    references = await client.text_document_references_async(types.ReferenceParams(**at("inner]"), context=context))
    assert where(references) == [("compose.yml", line) for line in (5, 8, 10)]
    hover = await client.text_document_hover_async(types.HoverParams(**at("TAG")))
    assert "`1.27.3`" in hover.contents.value and ".env:1" in hover.contents.value
    whole = types.Range(types.Position(0, 0), types.Position(11, 0))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    assert [hint.label for hint in hints] == ["= 1.27.3", "= 1.27.3"]
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert [[child.name for child in one.children] for one in symbols] == [["web", "db"], ["inner"]]
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert (1, 5) in {(fold.start_line, fold.end_line) for fold in folds}

    config = opened(client, folder / "litellm_config.yaml", CONFIG)
    await found(client, config.uri)
    position = types.Position(4, 5)
    completion = await client.text_document_completion_async(types.CompletionParams(config, position))
    items = completion if isinstance(completion, list) else completion.items
    assert "num_retries" in {item.label for item in items}


@pytest.mark.asyncio
async def test_follows_parts_of_texts_folders_and_second_thoughts(client: LanguageClient, folder: pathlib.Path):
    document = opened(client, folder / "compose.yml", VARIABLES)
    assert "duplicate-key" in await found(client, document.uri)
    # A part of the text, behind characters that UTF-16 and UTF-8 count in different ways.
    line = VARIABLES.splitlines()[3]
    before = line[: line.rindex("b:")]
    utf8 = client.capabilities.general.position_encodings or []
    width = len(before.encode()) if "utf-8" in utf8 else len(before.encode("utf-16-le")) // 2
    part = types.Range(types.Position(3, width), types.Position(3, width + 1))
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=document.uri, version=2),
            content_changes=[types.TextDocumentContentChangePartial(range=part, text="c")],
        )
    )
    assert "duplicate-key" not in await found(client, document.uri)

    # A second folder.
    other = folder.parent / f"{folder.name}-other"
    other.mkdir()
    (other / "compose.yml").write_text(COMPOSE)
    added = types.WorkspaceFolder(uri=other.as_uri(), name="other")
    for now, gone in (([added], []), ([], [added])):
        client.workspace_did_change_workspace_folders(
            types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent(added=now, removed=gone))
        )
        assert bool(await found(client, (other / "compose.yml").as_uri())) == bool(now)

    # What is cancelled is answered, as done or as cancelled, and the server goes on.
    change(client, document.uri, 3, VARIABLES)
    asked = client.protocol.send_request("deploylint/sync", None, msg_id="cancelled")
    client.cancel_request(types.CancelParams(id="cancelled"))
    try:
        await asyncio.wait_for(asyncio.wrap_future(asked), 60)
    except Exception as error:  # noqa: BLE001
        assert "cancel" in str(error).lower() or isinstance(error, asyncio.CancelledError)
    assert "duplicate-key" in await found(client, document.uri)
