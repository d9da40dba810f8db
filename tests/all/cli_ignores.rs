//! `deploylint fix --add-ignores`: comments for findings that are as they should be.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::fs;
use std::path::Path;

use crate::common::Tree;

const COMPOSE: &str = "\
services:
  web:
    image: nginx:latest
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
  job:
    image: alpine:3.21
    command: |
      sh -c 'wget -qO- https://example.net/install.sh | sh'
";

const SCRIPT: &str = "\
#!/bin/sh
set -eu
docker run -d --name agent \\
  --privileged \\
  example/agent:1.0.0
";

fn read(tree: &Tree, path: &str) -> String {
    fs::read_to_string(tree.path(path)).unwrap()
}

#[test]
fn each_finding_gets_a_comment_above_what_it_belongs_to() {
    let tree = Tree::new(&[("compose.yml", COMPOSE), ("deploy.sh", SCRIPT)]);
    let shown = tree.run(&["fix", "--add-ignores", "the lab"]);
    assert_eq!((shown.code, read(&tree, "compose.yml").as_str()), (1, COMPOSE), "a preview: {shown}");
    let ran = tree.run(&["fix", "--add-ignores", "the lab", "--apply"]);
    assert_eq!(ran.code, 0, "{ran}");
    let compose = read(&tree, "compose.yml");
    let above = |comment: &str, line: &str| {
        assert!(compose.contains(&format!("{comment} the lab\n{line}\n")), "{compose}");
    };
    above("    # deploylint: ignore[unpinned-image]", "    image: nginx:latest");
    above("      # deploylint: ignore[docker-socket-mount]", "      - /var/run/docker.sock:/var/run/docker.sock");
    let script = read(&tree, "deploy.sh");
    assert!(
        script.contains("set -eu\n# deploylint: ignore[privileged-container] the lab\ndocker run -d --name agent \\\n"),
        "{script}"
    );
    assert_eq!(tree.run(&["check"]).code, 0, "nothing is left");
    assert_eq!(tree.run(&["fix", "--add-ignores", "the lab"]).code, 0, "and nothing to add");
}

#[test]
fn a_reason_is_one_line() {
    let tree = Tree::new(&[("compose.yml", COMPOSE)]);
    for reason in ["", "  ", "a\nb", "a */"] {
        let ran = tree.run(&["fix", "--add-ignores", reason]);
        assert!(ran.code == 2 && ran.stderr.contains("a reason of one line"), "{ran}");
    }
}

#[test]
fn comments_are_all_that_changes_and_they_hold() {
    for name in ["gateway-billing", "optional-gateway", "proxy-hazards"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        let tree = Tree::new(&[]);
        let mut texts = Vec::new();
        for entry in walkdir::WalkDir::new(&from).into_iter().filter_map(Result::ok).filter(|e| e.file_type().is_file())
        {
            let path = entry.path().strip_prefix(&from).unwrap().to_string_lossy().into_owned();
            let text = fs::read(entry.path()).unwrap();
            tree.write(&path, &text);
            texts.push((path, text));
        }
        let ran = tree.run(&["fix", "--add-ignores", "known", "--apply"]);
        assert_eq!(ran.code, 0, "{name}: {ran}");
        for (path, before) in &texts {
            let after = read(&tree, path);
            let kept: String = after.split_inclusive('\n').filter(|l| !l.contains("deploylint: ignore[")).collect();
            let own: String = String::from_utf8_lossy(before)
                .split_inclusive('\n')
                .filter(|l| !l.contains("deploylint: ignore["))
                .collect();
            assert_eq!(kept, own, "{name}/{path}");
        }
        let left = tree.json(&[]);
        let open = left["findings"].as_array().unwrap().iter().filter(|f| f["suppressed"].is_null());
        let open: Vec<String> = open.map(|f| format!("{} {}", f["rule"], f["location"])).collect();
        assert!(open.is_empty(), "{name}: {open:?}");
    }
}
