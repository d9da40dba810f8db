//! `deploylint lsp`: what an editor asks about names, variables, fixes and files.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::path::Path;

use serde_json::{Value, json};

use crate::common::Tree;
use crate::lsp_client::{Client, uri};

const COMPOSE: &str = "\
services:
  web:
    image: nginx:${TAG:-1.27.2}-alpine
    restart: unless-stopped
    depends_on: [db]
    networks: [inner]
    environment:
      PASSWORD: ${DB_PASSWORD}
    healthcheck:
      test: [\"CMD\", \"wget\", \"-q\", \"--spider\", \"http://localhost:8081/\"]
    volumes: [\"./pages.conf:/etc/nginx/conf.d/default.conf:ro\"]
  db:
    image: redis:${REDIS_TAG}
    restart: unless-stopped
    networks: [inner]
    volumes: [data:/data]
networks:
  inner: {}
volumes:
  data: {}
";

const SECRET: &str = "h7Qw2zLp9XvK4sRt8YbN";

fn stack() -> Tree {
    Tree::new(&[
        ("compose.yml", COMPOSE),
        (".env", &format!("REDIS_TAG=7.4.1\nDB_PASSWORD={SECRET}\n")),
        ("pages.conf", "server { listen 0.0.0.0:8081; }\n"),
    ])
}

/// The place of the `n`th `word` in `text`, from 0.
fn find(text: &str, word: &str, n: usize) -> Value {
    let (at, _) = text.match_indices(word).nth(n).unwrap_or_else(|| panic!("no {word}"));
    let before = text.get(..at).expect("a boundary");
    let character = before.rsplit('\n').next().unwrap_or_default().len();
    json!({"line": before.matches('\n').count(), "character": character})
}

fn place(path: &Path, position: &Value) -> Value {
    json!({"textDocument": {"uri": uri(path)}, "position": position})
}

/// The places of an answer, as `file:line`, from 1.
fn lines(answer: &Value) -> Vec<String> {
    let line = |one: &Value| {
        let name = one["uri"].as_str().and_then(|u| u.rsplit('/').next()).expect("a file");
        format!("{name}:{}", one["range"]["start"]["line"].as_u64().expect("a line") + 1)
    };
    let mut all: Vec<String> = answer.as_array().into_iter().flatten().map(line).collect();
    all.sort();
    all
}

/// `text` with the edits of one file made.
fn edited(text: &str, edit: &Value, path: &Path) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().expect("a line");
        let start: usize = text.split_inclusive('\n').take(usize::try_from(line).expect("small")).map(str::len).sum();
        start + usize::try_from(position["character"].as_u64().expect("a character")).expect("small")
    };
    let mut all: Vec<(usize, usize, String)> = edit["changes"][uri(path)]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| {
            let (range, new) = (&one["range"], one["newText"].as_str().expect("a text"));
            (offset(&range["start"]), offset(&range["end"]), new.to_owned())
        })
        .collect();
    all.sort();
    let mut out = text.to_owned();
    for (start, end, new) in all.into_iter().rev() {
        out.replace_range(start..end, &new);
    }
    out
}

#[test]
fn definitions_references_and_hover_of_a_compose_file() {
    let tree = stack();
    let path = tree.path("compose.yml");
    let mut client = Client::start(&[&tree.0]);
    let mut definition =
        |word: &str, n| lines(&client.request("textDocument/definition", place(&path, &find(COMPOSE, word, n))));
    assert_eq!(definition("db]", 0), ["compose.yml:12"]);
    assert_eq!(definition("inner]", 0), ["compose.yml:18"]);
    assert_eq!(definition("data:/", 0), ["compose.yml:20"]);
    assert_eq!(definition("REDIS_TAG", 0), [".env:1"]);
    assert_eq!(definition("redis:", 0), Vec::<String>::new());
    let mut params = place(&path, &find(COMPOSE, "inner", 2));
    params["context"] = json!({"includeDeclaration": true});
    let found = client.request("textDocument/references", params);
    assert_eq!(lines(&found), ["compose.yml:15", "compose.yml:18", "compose.yml:6"]);

    let mut hover =
        |word: &str| client.request("textDocument/hover", place(&path, &find(COMPOSE, word, 0))).to_string();
    let tag = hover("REDIS_TAG");
    assert!(tag.contains("`REDIS_TAG`") && tag.contains("`7.4.1`") && tag.contains("`.env:1`"), "{tag}");
    let fallback = hover("TAG:-");
    assert!(fallback.contains("1.27.2") && fallback.contains("the default in the expression"), "{fallback}");
    let password = hover("DB_PASSWORD");
    assert!(password.contains("`DB_PASSWORD`") && !password.contains("h7Qw2"), "{password}");
    // The page of the rule whose finding is underlined.
    let page = hover("localhost");
    assert!(page.contains("# healthcheck-localhost-ipv6") && page.contains("## Why it matters"), "{page}");
    assert_eq!(hover("restart:"), "null");
    assert_eq!(client.end(), 0);
}

#[test]
fn fixes_and_suppressions_are_offered_and_hold() {
    let tree = stack();
    let path = tree.path("compose.yml");
    let rule = "healthcheck-localhost-ipv6";
    for resolves in [true, false] {
        let mut client = Client::spawn(&[]);
        let support = if resolves { json!({"resolveSupport": {"properties": ["edit"]}}) } else { json!({}) };
        client.initialize(&[&tree.0], json!({"textDocument": {"codeAction": support}}));
        client.open(&path, COMPOSE);
        client.sync();
        let found = client.diagnostics[&uri(&path)].iter().find(|d| d["code"] == rule).expect("a finding").clone();
        let context = json!({"diagnostics": [found]});
        let params = json!({"textDocument": {"uri": uri(&path)}, "range": found["range"], "context": context});
        let all = client.request("textDocument/codeAction", params);
        let actions: Vec<Value> =
            all.as_array().expect("actions").iter().filter(|a| a["diagnostics"] == json!([found])).cloned().collect();
        assert_eq!(actions.len(), 2, "{all}");
        assert_eq!(actions[0]["isPreferred"], true);
        for (action, typed) in
            actions.iter().zip(["http://127.0.0.1:8081/", "      # deploylint: ignore[healthcheck-localhost-ipv6]\n"])
        {
            assert_eq!(action["edit"].is_null(), resolves);
            let whole = if resolves { client.request("codeAction/resolve", action.clone()) } else { action.clone() };
            let after = edited(COMPOSE, &whole["edit"], &path);
            assert!(after.contains(typed), "{after}");
            client.replace(&path, 2, &after);
            client.sync();
            assert!(
                !client.rules(&path).iter().any(|r| r == rule || r == "unused-suppression"),
                "{:?}",
                client.diagnostics
            );
            client.replace(&path, 3, COMPOSE);
            client.sync();
        }
        // What an older audit offered is refused once its finding is gone.
        client.replace(&path, 4, "services: {}\n");
        let late = client.answer("codeAction/resolve", actions[0].clone());
        assert!(late["error"].is_object(), "{late}");
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn a_name_is_changed_everywhere_or_not_at_all() {
    let tree = stack();
    let path = tree.path("compose.yml");
    let mut client = Client::start(&[&tree.0]);
    let rename = |client: &mut Client, word: &str, n: usize, new: &str| {
        let mut params = place(&path, &find(COMPOSE, word, n));
        params["newName"] = json!(new);
        client.answer("textDocument/rename", params)
    };
    for (word, n, new, expected) in [
        ("db]", 0, "store", COMPOSE.replace("[db]", "[store]").replace("  db:", "  store:")),
        ("inner", 2, "backend", COMPOSE.replace("inner", "backend")),
        ("data: {}", 0, "rows", COMPOSE.replace("data:/data", "rows:/data").replace("  data:", "  rows:")),
        ("REDIS_TAG", 0, "CACHE_TAG", COMPOSE.replace("REDIS_TAG", "CACHE_TAG")),
    ] {
        let answer = rename(&mut client, word, n, new);
        assert_eq!(edited(COMPOSE, &answer["result"], &path), expected, "{answer}");
        let env = edited("REDIS_TAG=7.4.1\n", &answer["result"], &tree.path(".env"));
        assert_eq!(env, if word == "REDIS_TAG" { "CACHE_TAG=7.4.1\n" } else { "REDIS_TAG=7.4.1\n" });
    }
    for (word, new) in [("db]", "web"), ("db]", "a b"), ("db]", "true"), ("REDIS_TAG", "1X"), ("restart", "x")] {
        let answer = rename(&mut client, word, 0, new);
        assert!(answer["error"]["message"].is_string(), "{word} {new}: {answer}");
    }
    let ready = client.request("textDocument/prepareRename", place(&path, &find(COMPOSE, "db]", 0)));
    assert_eq!(ready["placeholder"], "db");
    // Another service reaches it by its name.
    let called = COMPOSE.replace("PASSWORD: ${DB_PASSWORD}", "URL: redis://db:6379");
    client.open(&path, &called);
    let answer = rename(&mut client, "db]", 0, "store");
    let message = answer["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("compose.yml:8"), "{answer}");
    assert_eq!(client.end(), 0);
}

#[test]
fn ansible_variables_and_handlers_lead_across_files() {
    let tasks = "- name: Write\n  ansible.builtin.template:\n    src: docker-compose.yml.j2\n    dest: /opt/web/docker-compose.yml\n    mode: \"0644\"\n  notify: restart web\n";
    let template = "services:\n  web:\n    image: nginx:{{ web_tag }}\n    restart: unless-stopped\n";
    let tree = Tree::new(&[
        ("playbook.yml", "- hosts: all\n  roles: [web]\n"),
        ("group_vars/all.yml", "web_tag: 1.27.3\n"),
        ("roles/web/defaults/main.yml", "web_tag: 1.27.2\n"),
        ("roles/web/tasks/main.yml", tasks),
        ("roles/web/handlers/main.yml", "- name: restart web\n  ansible.builtin.command: systemctl restart web\n"),
        ("roles/web/templates/docker-compose.yml.j2", template),
    ]);
    let (role, used) = (tree.path("roles/web"), tree.path("roles/web/templates/docker-compose.yml.j2"));
    let mut client = Client::start(&[&tree.0]);
    let at = place(&used, &find(template, "web_tag", 0));
    let found = client.request("textDocument/definition", at.clone());
    assert_eq!(lines(&found), ["all.yml:1", "main.yml:1"]);
    assert!(found[0]["uri"].as_str().is_some_and(|u| u.ends_with("group_vars/all.yml")), "{found}");
    let text = client.request("textDocument/hover", at.clone()).to_string();
    for part in ["`1.27.3`", "`1.27.2`", "group_vars/all", "role defaults", "(counts)"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let hints = client.request("textDocument/inlayHint", json!({"textDocument": {"uri": uri(&used)}, "range": range}));
    assert_eq!(hints[0]["label"], "= 1.27.3", "{hints}");
    assert_eq!(hints[0]["position"], json!({"line": 2, "character": 30}));

    let notified =
        client.request("textDocument/definition", place(&role.join("tasks/main.yml"), &find(tasks, "restart web", 0)));
    assert_eq!(lines(&notified), ["main.yml:1"]);

    let mut params = at;
    params["newName"] = json!("web_version");
    let edit = client.request("textDocument/rename", params.clone());
    assert_eq!(edited(template, &edit, &used), template.replace("web_tag", "web_version"));
    for (file, text) in
        [("group_vars/all.yml", "web_tag: 1.27.3\n"), ("roles/web/defaults/main.yml", "web_tag: 1.27.2\n")]
    {
        assert_eq!(edited(text, &edit, &tree.path(file)), text.replace("web_tag", "web_version"), "{edit}");
    }
    // Where nobody can tell what a word means, nothing is changed.
    tree.write(
        "roles/web/tasks/main.yml",
        format!("{tasks}- name: Say web_tag\n  ansible.builtin.debug: {{msg: x}}\n").as_bytes(),
    );
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&used)}}));
    let answer = client.answer("textDocument/rename", params);
    assert!(answer["error"]["message"].as_str().is_some_and(|m| m.contains("tasks/main.yml:7")), "{answer}");
    assert_eq!(client.end(), 0);
}

#[test]
fn keys_symbols_and_folds_of_a_file() {
    let config = "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n      api_key: os.environ/OPENAI_API_KEY\nrouter_settings:\n  fallbacks: [{gpt: [other]}]\n";
    let tree = Tree::new(&[
        ("litellm_config.yaml", config),
        (
            "openclaw.json",
            "{\n  gateway: { bind: \"loopback\", port: 18789, auth: { mode: \"token\" } },\n  agents: {},\n}\n",
        ),
        ("compose.yml", COMPOSE),
    ]);
    let (litellm, claw, compose) =
        (tree.path("litellm_config.yaml"), tree.path("openclaw.json"), tree.path("compose.yml"));
    let mut client = Client::start(&[&tree.0]);
    client.sync();
    let labels = |answer: &Value| -> Vec<String> {
        let all = answer.as_array().expect("items").iter();
        all.map(|i| i["label"].as_str().expect("a label").to_owned()).collect()
    };
    let typed = format!("{config}  num");
    client.open(&litellm, &typed);
    let keys = labels(&client.request("textDocument/completion", place(&litellm, &json!({"line": 7, "character": 5}))));
    assert!(keys.iter().any(|k| k == "num_retries"), "{keys:?}");
    let text = "{\n  gateway: {\n    b";
    client.open(&claw, text);
    let keys = labels(&client.request("textDocument/completion", place(&claw, &json!({"line": 2, "character": 5}))));
    assert!(keys.iter().any(|k| k == "bind") && !keys.iter().any(|k| k.contains('.')), "{keys:?}");
    client.replace(&litellm, 2, config);
    let model = client.request("textDocument/definition", place(&litellm, &find(config, "gpt: [", 0)));
    assert_eq!(lines(&model), ["litellm_config.yaml:2"]);

    let document = json!({"textDocument": {"uri": uri(&compose)}});
    let symbols = client.request("textDocument/documentSymbol", document.clone());
    let names: Vec<&str> = symbols.as_array().expect("symbols").iter().filter_map(|s| s["name"].as_str()).collect();
    assert_eq!(names, ["services", "networks", "volumes"]);
    let services: Vec<&str> =
        symbols[0]["children"].as_array().expect("services").iter().filter_map(|s| s["name"].as_str()).collect();
    assert_eq!(services, ["web", "db"]);
    let folds = client.request("textDocument/foldingRange", document);
    let has = |start: u32, end: u32| {
        folds.as_array().expect("folds").iter().any(|f| f["startLine"] == start && f["endLine"] == end)
    };
    assert!(has(0, 15) && has(1, 10) && has(11, 15) && has(16, 17), "{folds}");
    assert_eq!(client.end(), 0);
}
