//! Bad input: one clear finding or message each, and the rest of the tree is still audited.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use crate::common::{Ran, Tree};

const COMPOSE: &str = "services:\n  web:\n    image: nginx:1.27.3\n";

/// Checks a good file beside whatever else is in the tree: it must be audited, and nothing may panic.
fn checked(tree: &Tree) -> Ran {
    tree.write("good/compose.yml", COMPOSE.as_bytes());
    let report = tree.json(&[]);
    let inputs = report["inputs"].as_array().expect("a list");
    let good = inputs.iter().find(|i| i["path"] == "good/compose.yml").expect("the good file is listed");
    assert_eq!(good["status"], "audited");
    let ran = tree.run(&["check"]);
    assert!(!ran.stderr.contains("panicked"), "{ran}");
    ran
}

#[test]
fn invalid_yaml() {
    let tree = Tree::new(&[("compose.yml", "services:\n  web:\n    image: 'nginx\n  db: [\n")]);
    checked(&tree);
    insta::assert_json_snapshot!(tree.json(&[])["inputs"]);
}

#[test]
fn invalid_utf8() {
    let tree = Tree::new(&[]);
    tree.write("compose.yml", b"services:\n  web:\n    image: nginx:\xff1\n");
    tree.write("latin.yml", b"title: caf\xe9\n");
    checked(&tree);
    insta::assert_json_snapshot!(tree.json(&[])["inputs"]);
}

/// docker compose 2.26.1 and 2.40.3 read a compose file in UTF-16 with its mark, and refuse such an env file.
#[test]
fn utf16() {
    let encode = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
    };
    let compose = "services:\n  web:\n    image: nginx:1.29.1\n    privileged: true # für alles\n";
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let tree = Tree::new(&[]);
        tree.write("compose.yml", &encode(compose, unit));
        tree.write("a/.env", &encode("A=b\n", unit));
        checked(&tree);
        let told = tree.run(&["check", "--format", "compact"]).stdout;
        assert!(told.contains("compose.yml:4:17: error[privileged-container]"), "{told}");
        assert!(told.contains("a/.env:1:1: error[unparsable-file]"), "{told}");
        assert!(!told.contains("compose.yml:1:1"), "{told}");
    }
    let tree = Tree::new(&[]);
    tree.write("compose.yml", &encode("services:\n  web:\n    image: nginx:1.29.1\n    environment: {A: $$B, C: '$D'}\n    healthcheck: {test: [CMD-SHELL, curl, -f, 'http://localhost']}\n", u16::to_le_bytes));
    let before = std::fs::read(tree.path("compose.yml")).expect("a file");
    let ran = tree.run(&["fix", "--unsafe", "--apply", "."]);
    assert!(
        ran.stderr.contains("not written: it is UTF-16 text") || ran.stdout.contains("not written: it is UTF-16 text"),
        "{ran}"
    );
    assert_eq!(std::fs::read(tree.path("compose.yml")).expect("a file"), before);
    let tree = Tree::new(&[]);
    let half = [&encode(compose, u16::to_le_bytes)[..], b"x"].concat();
    tree.write("compose.yml", &half);
    checked(&tree);
    let told = tree.run(&["check", "--format", "compact"]).stdout;
    assert!(told.contains("compose.yml:1:1: error[unparsable-file]"), "{told}");
}

#[test]
fn an_empty_file() {
    let tree = Tree::new(&[("compose.yml", ""), ("docker-compose.override.yml", ""), ("b/.env", "")]);
    checked(&tree);
    insta::assert_json_snapshot!(tree.json(&[])["inputs"]);
}

#[test]
fn a_file_of_50_mb() {
    let tree = Tree::new(&[]);
    tree.write("compose.yml", &vec![b'#'; 50 * 1024 * 1024]);
    tree.write("dump", &vec![b'x'; 50 * 1024 * 1024]);
    checked(&tree);
    insta::assert_json_snapshot!(tree.json(&[])["inputs"]);
}

#[cfg(unix)]
#[test]
fn loops_of_links() {
    let tree = Tree::new(&[("a/x.txt", "")]);
    std::os::unix::fs::symlink("..", tree.path("a/up")).expect("a link");
    std::os::unix::fs::symlink("self", tree.path("self")).expect("a link");
    std::os::unix::fs::symlink("nowhere", tree.path("compose.yml")).expect("a link");
    checked(&tree);
    insta::assert_json_snapshot!(tree.json(&[])["inputs"]);
}

#[cfg(unix)]
#[test]
fn a_fifo_is_not_waited_for() {
    let tree = Tree::new(&[]);
    let made = std::process::Command::new("mkfifo").arg(tree.path("compose.yml")).status();
    assert!(made.expect("mkfifo").success());
    checked(&tree);
    insta::assert_json_snapshot!(tree.json(&[])["inputs"]);
    assert_eq!(tree.run(&["check", "compose.yml"]).code, 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_can_not_be_read_is_no_silent_success() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new(&[("compose.yml", COMPOSE), ("closed/compose.yml", COMPOSE)]);
    let set = |path: &str, mode| {
        std::fs::set_permissions(tree.path(path), std::fs::Permissions::from_mode(mode)).expect("set the mode");
    };
    set("compose.yml", 0o000);
    set("closed", 0o000);
    // Who may read everything (root) finds nothing wrong; then both are audited.
    let readable = std::fs::read(tree.path("compose.yml")).is_ok();
    let ran = checked(&tree);
    let report = tree.json(&[]);
    set("closed", 0o755);
    let status: Vec<_> = report["inputs"].as_array().expect("a list").iter().map(|i| i["status"].clone()).collect();
    if readable {
        assert_eq!(status, ["audited", "audited", "audited"]);
    } else {
        assert!(ran.stdout.contains("can't be read: permission denied"), "{ran}");
        assert_eq!(status, ["unparsable", "unparsable", "audited"]);
    }
}

#[test]
fn names_and_contents_can_not_drive_a_terminal() {
    let tree = Tree::new(&[("\u{1b}[31m\u{202e}/compose.yml", "services:\n  \"\u{7}\u{9b}\u{202e}x\u{8}\": [\n")]);
    for format in ["human", "json"] {
        let ran = tree.run(&["check", "--format", format]);
        let raw = ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{8}'];
        assert!(!ran.stdout.contains(raw) && !ran.stderr.contains(raw), "{ran}");
        assert!(ran.stdout.contains("compose.yml"), "{ran}");
    }
}

#[test]
fn hostile_depth_and_width_end_quickly() {
    let tree = Tree::new(&[
        ("a/compose.yml", &"[".repeat(100_000)),
        ("b/compose.yml", &"- ".repeat(100_000)),
        ("c/compose.yml", &format!("services: {}", "{a: ".repeat(50_000))),
        ("d/compose.yml", &format!("services:\n  x: \"{}\"\n", "y".repeat(1_000_000))),
    ]);
    checked(&tree);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let files: Vec<(String, String)> = (0..60)
        .map(|i| (format!("s{i}/compose.yml"), format!("services:\n  web{i}:\n    image: nginx\n  bad: [{i}\n")))
        .collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::new(&files);
    let run = |threads| {
        crate::common::run(&tree.0, &["check", "--format", "json"], b"", &[("RAYON_NUM_THREADS", threads)]).stdout
    };
    let one = run("1");
    assert!(one.len() > 1000);
    for threads in ["2", "3", "8"] {
        assert!(run(threads) == one, "{threads} threads give another report");
    }
}

#[test]
fn nobody_says_what_an_encrypted_env_file_sets() {
    // The data directory of PostgreSQL 18 is another one; which release runs, the encrypted file says.
    let compose = "services:\n  db:\n    image: postgres:${VERSION:-18}\n    volumes: [\"data:/var/lib/postgresql/data\"]\n\
                   volumes: {data: {}}\n";
    let tree = Tree::new(&[("compose.yml", compose)]);
    let select = ["check", ".", "--select", "data-outside-volume,undefined-reference,unparsable-file"];
    assert_eq!(tree.run(&select).code, 1, "without the file the default holds");
    tree.write(".env", b"\0GITCRYPT\0\xff\xfe\x01");
    let out = tree.run(&select);
    assert_eq!(out.code, 0, "{}{}", out.stdout, out.stderr);
    assert!(out.stdout.contains("1 file audited, 1 not audited"), "{}", out.stdout);
}
