//! The page of `--output html=…`: it runs nothing but its own script, and nothing of audited files is markup in it.
//! `scripts/prove-html.sh` uses it in a real browser.

#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

use base64::Engine as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::common::Tree;

const HOSTILE: &str = "\
services:
  '</script><script>alert(1)</script>':
    image: \"<!--<img src=x onerror=alert(1)>:latest\"
    privileged: true
    ports: ['6379:6379']
    networks: ['\"><b>net']
  plain:
    image: redis:latest
    depends_on: ['</script><script>alert(1)</script>']
networks:
  '\"><b>net': {}
";

fn page(files: &[(&str, &str)], arguments: &[&str]) -> String {
    let tree = Tree::new(files);
    let ran = tree.run(&[&["check", "--output", "html=page.html", "--persona", "auditor"], arguments].concat());
    assert!(ran.code < 2, "{ran}");
    std::fs::read_to_string(tree.path("page.html")).expect("the page")
}

/// What stands between `open` and `close`, each time.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| rest.split(close).next()).collect()
}

fn data(page: &str) -> Value {
    let found = between(page, "<script type=\"application/json\" id=\"data\">", "</script>");
    assert_eq!(found.len(), 1);
    serde_json::from_str(found[0]).expect("JSON")
}

#[test]
fn the_policy_allows_what_the_page_has_and_nothing_else() {
    let page = page(&[("compose.yml", "services:\n  a:\n    image: redis:latest\n")], &[]);
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")[0];
    let hash = |text: &&str| {
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
        format!("'sha256-{digest}'")
    };
    let styles: Vec<String> = between(&page, "<style>", "</style>").iter().map(hash).collect();
    let scripts: Vec<String> = between(&page, "<script>", "</script>").iter().map(hash).collect();
    let wanted = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        styles.join(" "),
        scripts.join(" ")
    );
    assert_eq!(policy, wanted, "HASHES in src/report/html/mod.rs are not those of the files beside it");
    assert!(!page.contains(" style=\"") && !page.contains(" onclick"), "what the policy refuses");
}

#[test]
fn nothing_of_the_files_is_markup() {
    let page = page(&[("<b>/compose.yml", HOSTILE)], &[]);
    assert_eq!(page.matches("<script").count(), 2, "{page}");
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<img") && !page.contains("<b>") && !page.contains("<!--"), "{page}");
    let data = data(&page);
    let text = data.to_string();
    assert!(text.contains("</script><script>alert(1)</script>") && text.contains("<b>/compose.yml"), "{text}");
}

#[test]
fn every_finding_is_there_with_the_line_that_it_marks() {
    let files = [("compose.yml", HOSTILE)];
    let page = data(&page(&files, &[]));
    let report = Tree::new(&files).json(&["--persona", "auditor"]);
    let key = |f: &Value| format!("{} {}", f["rule"], f["message"]);
    let all = |value: &Value| value["findings"].as_array().expect("a list").iter().map(key).collect::<Vec<_>>();
    assert_eq!(all(&page), all(&report));
    for finding in page["findings"].as_array().expect("a list") {
        let lines = finding["excerpts"][0]["lines"].as_array().expect("lines");
        let own = lines.iter().find(|l| l[0] == finding["place"]["line"]).expect("its line");
        assert!(own[1].as_array().expect("parts").iter().any(|part| part[1] == 1), "{finding}");
        let whole: String = own[1].as_array().expect("parts").iter().filter_map(|p| p[0].as_str()).collect();
        assert!(HOSTILE.lines().any(|line| line == whole), "{whole}");
    }
}

#[test]
fn the_ways_to_the_internet_are_told_in_words() {
    let text = "\
services:
  agent:
    image: ghcr.io/openclaw/openclaw:2026.2.23
    environment: {HTTPS_PROXY: 'http://egress:3128'}
    networks: [inside, edge]
  egress:
    image: ubuntu/squid:5.2-22.04_beta
    networks: [inside, out]
  store:
    image: redis:7.4.2
    networks: [inside]
networks: {inside: {internal: true}, edge: , out: }
";
    let page = data(&page(&[("compose.yml", text)], &[]));
    let ways = page["ways"].as_array().expect("ways").iter();
    let told: Vec<String> = ways.map(|w| format!("{}: {}", w["service"], w["how"]).replace('"', "")).collect();
    assert_eq!(
        told,
        [
            "agent: directly, by the network edge, past its proxy egress",
            "agent: through the proxy egress",
            "egress: directly, by the network out"
        ]
    );
    let at = page["ways"][0]["findings"][0]["finding"].as_u64().expect("a number");
    let at = usize::try_from(at).expect("an index");
    assert_eq!(page["findings"][at]["rule"], page["ways"][0]["findings"][0]["rule"]);
}

#[test]
fn what_the_baseline_holds_is_told_from_what_is_new() {
    let tree = Tree::new(&[("compose.yml", "services:\n  a:\n    image: redis:latest\n")]);
    tree.run(&["check", "--write-baseline", "base.json"]);
    tree.write("compose.yml", b"services:\n  a:\n    image: redis:latest\n  b:\n    image: nginx:latest\n");
    tree.run(&["check", "--baseline", "base.json", "--output", "html=page.html"]);
    let page = data(&std::fs::read_to_string(tree.path("page.html")).expect("the page"));
    let state = |f: &Value| f["suppressed"]["kind"].as_str().unwrap_or("open").to_owned();
    let states: Vec<String> = page["findings"].as_array().expect("a list").iter().map(state).collect();
    assert_eq!(states, ["baseline", "open"]);
}
