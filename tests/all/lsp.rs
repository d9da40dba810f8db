//! `deploylint lsp`: what an editor is told, and how the conversation goes.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::common::{Tree, run};
use crate::lsp_client::{Client, uri};

const PLAIN: &str = "services:\n  web:\n    image: redis:latest\n    ports: [\"6379:6379\"]\n";

/// Line and UTF-16 unit of a byte, counted in the plainest way.
fn place(text: &str, byte: &Value) -> Value {
    let at = usize::try_from(byte.as_u64().expect("an offset")).expect("small");
    let before = text.get(..at).expect("a boundary");
    let line = before.matches('\n').count();
    let last = before.rsplit('\n').next().unwrap_or_default();
    json!({"line": line, "character": last.encode_utf16().count()})
}

/// What `check` finds in `folder`, as the diagnostics that it should give: file, range, rule, severity, message.
pub(crate) fn checked(folder: &Path) -> Vec<String> {
    let ran = run(folder, &["check", "--format", "json"], b"", &[]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr));
    let all = report["findings"].as_array().expect("findings").iter().filter(|f| f["suppressed"].is_null());
    let mut lines: Vec<String> = all
        .map(|f| {
            let path = folder.join(f["path"].as_str().expect("a path"));
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let severity =
                ["error", "warning", "note"].iter().position(|s| f["severity"] == *s).expect("a severity") + 1;
            let help = f["help"].as_str().filter(|h| !h.is_empty()).map(|h| format!("\nhelp: {h}"));
            let message = f["message"].as_str().expect("a message").to_owned() + &help.unwrap_or_default();
            let range = json!({"start": place(&text, &f["start"]), "end": place(&text, &f["end"])});
            let labels = f["labels"].as_array().map_or(0, Vec::len);
            format!("{} {range} {} {severity} {message:?} {labels}", uri(&path), f["rule"])
        })
        .collect();
    lines.sort();
    lines
}

/// The same of what was published.
pub(crate) fn published(client: &Client) -> Vec<String> {
    let each = client.diagnostics.iter().flat_map(|(uri, all)| all.iter().map(move |d| (uri, d)));
    let mut lines: Vec<String> = each
        .map(|(uri, d)| {
            let message = d["message"].as_str().expect("a message");
            let labels = d["relatedInformation"].as_array().map_or(0, Vec::len);
            format!("{uri} {} {} {} {message:?} {labels}", d["range"], d["code"], d["severity"])
        })
        .collect();
    lines.sort();
    lines
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().expect("the repository").join("fixtures").join(name)
}

#[test]
fn diagnostics_are_the_findings_of_check() {
    let folders = ["clean", "gateway-billing", "native-gateway", "openclaw-ansible", "optional-gateway"].map(fixture);
    let all: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
    let mut client = Client::start(&all);
    client.sync();
    let mut expected: Vec<String> = all.iter().flat_map(|folder| checked(folder)).collect();
    expected.sort();
    assert!(expected.len() > 10, "only {} findings", expected.len());
    assert_eq!(published(&client), expected);
    assert_eq!(client.end(), 0);
}

#[test]
fn an_edit_shows_in_the_files_that_it_concerns() {
    let tree = Tree::new(&[
        ("playbook.yml", "- hosts: all\n  roles: [web]\n"),
        ("group_vars/all.yml", "web_tag: latest\n"),
        (
            "roles/web/tasks/main.yml",
            "- name: Write the file\n  ansible.builtin.template:\n    src: docker-compose.yml.j2\n    dest: /opt/web/docker-compose.yml\n    mode: \"0644\"\n",
        ),
        (
            "roles/web/templates/docker-compose.yml.j2",
            "services:\n  web:\n    image: redis:{{ web_tag }}\n    restart: unless-stopped\n",
        ),
    ]);
    let (vars, template) = (tree.path("group_vars/all.yml"), tree.path("roles/web/templates/docker-compose.yml.j2"));
    let mut client = Client::start(&[&tree.0]);
    client.sync();
    let has = |client: &Client| client.rules(&template).contains(&"unpinned-image".to_owned());
    assert!(has(&client), "{:?}", client.diagnostics);
    assert_eq!(published(&client), checked(&tree.0));
    let found = client.diagnostics[&uri(&template)].iter().find(|d| d["code"] == "unpinned-image").expect("found");
    let related = found["relatedInformation"].to_string();
    assert!(related.contains(&uri(&vars)), "{related}");

    client.open(&vars, "web_tag: latest\n");
    client.edit(&vars, 2, (0, 9), (0, 15), "7.4.1");
    client.sync();
    assert!(!has(&client), "{:?}", client.diagnostics);
    tree.write("group_vars/all.yml", b"web_tag: 7.4.1\n");
    assert_eq!(published(&client).len(), checked(&tree.0).len());

    // Closed without being saved: the file on disk counts again.
    tree.write("group_vars/all.yml", b"web_tag: latest\n");
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&vars)}}));
    client.sync();
    assert!(has(&client), "{:?}", client.diagnostics);
}

#[test]
fn places_are_counted_as_the_client_wants() {
    let text =
        "services:\n  web:\n    image: redis:latest\n    labels: {\"\u{1f600}\u{e9}\": \"a\", b: \"1\", b: \"2\"}\n";
    let tree = Tree::new(&[("compose.yml", text)]);
    for (encodings, name, width) in [(json!(["utf-16"]), "utf-16", 3), (json!(["utf-16", "utf-8"]), "utf-8", 6)] {
        let mut client = Client::spawn(&["--stdio"]);
        let answer = client.initialize(&[&tree.0], json!({"general": {"positionEncodings": encodings}}));
        assert_eq!(answer["capabilities"]["positionEncoding"], name);
        client.sync();
        let path = tree.path("compose.yml");
        let found = client.diagnostics[&uri(&path)].iter().find(|d| d["code"] == "duplicate-key").expect("a finding");
        // `    labels: {"`, the odd characters, `": "a", b: "1", `.
        assert_eq!(found["range"]["start"], json!({"line": 3, "character": 14 + width + 16}), "{name}");
        // An edit behind the odd characters: the second `b` becomes `c`.
        client.open(&path, text);
        let at = 14 + width + 16;
        client.edit(&path, 2, (3, at), (3, at + 1), "c");
        client.sync();
        assert!(!client.rules(&path).contains(&"duplicate-key".to_owned()), "{name}: {:?}", client.diagnostics);
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn folders_come_and_go_and_a_file_may_be_alone() {
    let (one, two) = (Tree::new(&[("compose.yml", PLAIN)]), Tree::new(&[("compose.yml", PLAIN)]));
    let (first, second) = (one.path("compose.yml"), two.path("compose.yml"));
    let mut client = Client::start(&[&one.0]);
    client.sync();
    assert!(!client.rules(&first).is_empty() && client.rules(&second).is_empty());
    let folder = json!([{"uri": uri(&two.0), "name": "two"}]);
    let change = |added: &Value, removed: &Value| json!({"event": {"added": added, "removed": removed}});
    client.notify("workspace/didChangeWorkspaceFolders", change(&folder, &json!([])));
    client.sync();
    assert_eq!(client.rules(&first), client.rules(&second));
    client.notify("workspace/didChangeWorkspaceFolders", change(&json!([]), &folder));
    client.sync();
    assert!(client.rules(&second).is_empty() && !client.rules(&first).is_empty());
    // A file of no folder is audited by itself while it is open.
    client.open(&second, PLAIN);
    client.sync();
    assert_eq!(client.rules(&first), client.rules(&second));
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&second)}}));
    client.sync();
    assert!(client.rules(&second).is_empty());
}

#[test]
fn files_that_change_elsewhere_are_read_again() {
    let tree = Tree::new(&[("compose.yml", PLAIN)]);
    let path = tree.path("compose.yml");
    let mut client = Client::spawn(&[]);
    let watching = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    client.initialize(&[&tree.0], watching);
    client.sync();
    assert!(client.told.iter().any(|m| m["method"] == "client/registerCapability"), "{:?}", client.told);
    let before = client.published;
    client.sync();
    assert_eq!(client.published, before, "nothing changed, and something was published");
    tree.write("deploylint.toml", b"[rules.unpinned-image]\nseverity = \"off\"\n");
    let event = json!({"changes": [{"uri": uri(&tree.path("deploylint.toml")), "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", event.clone());
    client.sync();
    assert!(!client.rules(&path).contains(&"unpinned-image".to_owned()));
    assert_eq!(published(&client), checked(&tree.0));
    // A mistake in the configuration is told, and the server goes on.
    tree.write("deploylint.toml", b"nonsense = 1\n");
    client.notify("workspace/didChangeWatchedFiles", event.clone());
    client.sync();
    let told = client.told.iter().find(|m| m["method"] == "window/showMessage").expect("a message");
    assert!(told["params"]["message"].as_str().is_some_and(|m| m.contains("nonsense")), "{told}");
    tree.write("deploylint.toml", b"");
    client.notify("workspace/didChangeWatchedFiles", event);
    client.sync();
    assert!(client.rules(&path).contains(&"unpinned-image".to_owned()));
}

#[test]
fn nothing_malformed_ends_the_server() {
    let tree = Tree::new(&[("compose.yml", PLAIN)]);
    let mut client = Client::spawn(&[]);
    let code = |answer: &Value| answer["error"]["code"].as_i64();
    assert_eq!(code(&client.answer("deploylint/sync", Value::Null)), Some(-32002));
    client.initialize(&[&tree.0], json!({}));
    client.write(b"rubbish\r\n\r\nContent-Length: 1\r\n\r\n{Content-Length: 2\r\n\r\n[]");
    client.write(b"Content-Length: x\r\n\r\nContent-Length: 3\r\n\r\n\xff\xfe\xfd");
    client.send(&json!({"id": [], "method": "initialize"}));
    client.send(&json!({"id": 4_000_000_000_u64, "method": "deploylint/sync"}));
    for method in ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "nothing/known"] {
        for params in [Value::Null, json!([]), json!({"textDocument": 1}), json!("x")] {
            client.notify(method, params);
        }
    }
    let path = tree.path("compose.yml");
    client.edit(&path, 2, (0, 0), (0, 0), "not open");
    client.open(&path, PLAIN);
    // Places that are not there, backwards ranges, several changes at once.
    client.edit(&path, 2, (99, 99), (0, 0), "#");
    client.edit(&path, 3, (u32::MAX, u32::MAX), (u32::MAX, u32::MAX), "# end\n");
    assert_eq!(code(&client.answer("nothing/known", Value::Null)), Some(-32601));
    assert_eq!(code(&client.answer("initialize", json!({"capabilities": {}}))), Some(-32600));
    client.replace(&path, 4, PLAIN);
    client.sync();
    assert_eq!(published(&client), checked(&tree.0));
    let errors = client.told.iter().filter(|m| m["error"].is_object()).count();
    assert!(errors >= 6, "{:?}", client.told);
    client.request("shutdown", Value::Null);
    assert_eq!(code(&client.answer("deploylint/sync", Value::Null)), Some(-32600));
    client.notify("exit", Value::Null);
    assert_eq!(client.gone(), 0);
}

#[test]
fn the_exit_code_says_whether_the_client_said_good_bye() {
    let tree = Tree::new(&[]);
    let client = Client::start(&[&tree.0]);
    assert_eq!(client.gone(), 1, "the input ended");
    let mut client = Client::start(&[&tree.0]);
    client.notify("exit", Value::Null);
    assert_eq!(client.gone(), 1, "no shutdown before the exit");
    assert_eq!(Client::start(&[&tree.0]).end(), 0);
}

#[test]
fn what_is_cancelled_in_time_is_not_done() {
    let tree = Tree::new(&[("compose.yml", PLAIN)]);
    let mut client = Client::start(&[&tree.0]);
    client.sync();
    let request = |id: i32| json!({"jsonrpc": "2.0", "id": id, "method": "deploylint/sync"}).to_string();
    let cancel = json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1002}}).to_string();
    let framed = |body: &String| format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let all: String = [request(1001), request(1002), cancel, request(1003)].iter().map(framed).collect();
    // The audit that the first one waits for leaves time to read the others.
    client.open(&tree.path("compose.yml"), "services: {}\n");
    client.write(all.as_bytes());
    let answers: Vec<Value> = (0..3)
        .map(|_| {
            loop {
                let message = client.read().expect("an answer");
                if message.get("method").is_none() {
                    return message;
                }
            }
        })
        .collect();
    for answer in &answers {
        let (id, code) = (answer["id"].as_i64(), answer["error"]["code"].as_i64());
        // Cancelling what was answered already is no error: it came too late.
        assert!(code.is_none() || code == Some(-32800) && id == Some(1002), "{answer}");
    }
    assert_eq!(client.end(), 0);
}
