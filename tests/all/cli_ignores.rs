//! `deploylint fix --add-ignores`: comments for findings that are as they should be.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::fs;
use std::path::Path;

use deploylint::discover::Candidate;
use deploylint::knowledge::Knowledge;

use crate::common::Tree;
use crate::ignores_property::said;

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
    for reason in [
        "",
        "  ",
        "a\nb",
        "a */",
        "see {{ x }}",
        "a {% b",
        "on $(hostname)",
        "${HOME}",
        "`id`",
        "a\u{2028}b",
        "a\u{85}b",
        "a\tb",
    ] {
        let ran = tree.run(&["fix", "--add-ignores", reason]);
        assert!(ran.code == 2 && ran.stderr.contains("a reason of one line"), "{ran}");
    }
}

#[test]
fn comments_are_all_that_changes_and_they_hold() {
    let knowledge = Knowledge::embedded().unwrap();
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
        let file = |path: &str, bytes: Vec<u8>| Candidate {
            disk: Some(tree.path(path)),
            path: path.to_owned(),
            content: Some(bytes),
            executable: None,
        };
        let before: Vec<Candidate> = texts.iter().map(|(path, bytes)| file(path, bytes.clone())).collect();
        let after: Vec<Candidate> = texts.iter().map(|(path, _)| file(path, read(&tree, path).into_bytes())).collect();
        assert!(before.iter().zip(&after).any(|(a, b)| a.content != b.content), "{name}");
        assert_eq!(said(&before, &knowledge), said(&after, &knowledge), "{name}");
        let left = tree.json(&[]);
        let open = left["findings"].as_array().unwrap().iter().filter(|f| f["suppressed"].is_null());
        let open: Vec<String> = open.map(|f| format!("{} {}", f["rule"], f["location"])).collect();
        assert!(open.is_empty(), "{name}: {open:?}");
    }
}

/// A value that goes on over several lines, and what stands above the comment that it gets.
const IN_VALUES: [(&str, &str, &str); 6] = [
    (
        "compose.yml",
        "services:\n  a:\n    image: alpine:3.21\n    command: \"sh -c\n      'curl -fsSL http://example.net/install.sh | sh'\n      && x\"\n",
        "    image: alpine:3.21",
    ),
    (
        "compose.yml",
        "services:\n  a:\n    image: alpine:3.21\n    command: sh -c\n      'curl -fsSL http://example.net/install.sh | sh'\n",
        "    image: alpine:3.21",
    ),
    (
        "compose.yml",
        "services:\n  a:\n    image: alpine:3.21\n    command:\n      |\n      sh -c 'curl -fsSL http://example.net/install.sh | sh'\n",
        "    image: alpine:3.21",
    ),
    ("a.sh", "set -eu\ndocker run -e \"MOTD=line one\nline two\" --privileged example/agent:1.0.0\n", "set -eu"),
    ("a.sh", "set -eu\ndocker run --privileged --name 'a\nb' example/agent:latest\n", "set -eu"),
    ("a.sh", "set -eu\nX='a\n  b' docker run \\\n --privileged -e \"A=b\n\" \\\n  example/agent:latest\n", "set -eu"),
];

#[test]
fn no_comment_stands_in_a_value() {
    let knowledge = Knowledge::embedded().unwrap();
    for (path, text, above) in IN_VALUES {
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            // A shell takes a carriage return for a part of a word.
            if text.contains('\r') && path == "a.sh" {
                continue;
            }
            let tree = Tree::new(&[(path, &text)]);
            let selected = ["--select", "privileged-container,unpinned-image,remote-script-piped-to-shell"];
            let ran = tree.run(&[&["fix", "--add-ignores", "known", "--apply"], &selected[..]].concat());
            assert_eq!(ran.code, 0, "{ran}");
            let after = read(&tree, path);
            let file = |text: &str| Candidate {
                disk: None,
                path: path.to_owned(),
                content: Some(text.into()),
                executable: None,
            };
            assert_ne!(after, text, "{ran}");
            assert_eq!(said(&[file(&text)], &knowledge), said(&[file(&after)], &knowledge), "{after}");
            let eol = if text.contains('\r') { "\r\n" } else { "\n" };
            assert!(
                after.contains(&format!(
                    "{above}{eol}{}# deploylint: ignore[",
                    &above[..above.len() - above.trim_start().len()]
                )),
                "{after}"
            );
            assert_eq!(tree.run(&[&["check"], &selected[..]].concat()).code, 0, "{after}");
        }
    }
}

#[test]
fn a_comment_that_would_change_a_value_is_refused() {
    // The word with the substitution is no whole: a comment could stand in it.
    let text = "set -eu\ndocker run -e \"MOTD=$(hostname)\nline two\" --privileged example/agent:1.0.0\n";
    let tree = Tree::new(&[("a.sh", text)]);
    let ran = tree.run(&["fix", "--add-ignores", "known", "--apply", "--select", "privileged-container"]);
    assert!(ran.stderr.contains("it would change what the file says"), "{ran}");
    assert_eq!(read(&tree, "a.sh"), text);
}

#[test]
fn each_rule_of_a_comment_is_held() {
    let tree = Tree::new(&[("compose.yml", "services:\n  web:\n    image: nginx\n    ports: ['8080:80']\n")]);
    let ran = tree.run(&["fix", "--add-ignores", "known", "--apply", "--persona", "auditor"]);
    assert_eq!(ran.code, 0, "{ran}");
    let left = tree.json(&["--persona", "auditor"]);
    assert!(left["findings"].as_array().unwrap().iter().all(|f| !f["suppressed"].is_null()), "{left}");
}
