//! Nothing that an audited file holds is effective where a report is shown: on a terminal, in a log of a CI system, as an
//! annotation, in a page.
//!
//! Text that would be effective is planted into every fixture, at places chosen by a fixed seed, and into the names of the
//! files; then each output of each command is looked at.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use std::path::Path;

use deploylint::report::safe::harmful;

use crate::common::{FORMATS, Ran, Tree};

/// What terminals, CI systems and browsers act upon, raw and as YAML, JSON and shells spell it.
const PLANTED: [&str; 26] = [
    "\u{1b}[31m",
    "\u{1b}]8;;https://example.com\u{7}",
    "\u{1b}]0;title\u{7}",
    "\u{9b}2J",
    "\u{90}q\u{9c}",
    "\u{8}\u{8}",
    "\r",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{2028}",
    "\u{feff}",
    "\u{e0041}",
    "\"\\e[31m\\r\\u202e\"",
    "\"x\\n::error::planted\"",
    "$'\\e[31m'",
    "::error::planted",
    "\n::set-output name=planted::x\n",
    "\n  ::stop-commands::planted\n",
    "##[error]planted",
    "##[add-mask]planted",
    "##vso[task.setvariable variable=planted]x",
    "%0A::error::planted",
    "]]>",
    "<script>planted</script>",
    "&planted;",
];

/// A small generator with a fixed seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides.max(1) as u64).expect("a small number")
    }

    fn text(&mut self) -> &'static str {
        PLANTED[self.roll(PLANTED.len())]
    }
}

/// `text` with some of its words followed or replaced by what is planted.
fn planted(text: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let word = line.rfind([' ', '=', ':']).map_or(0, |at| at + 1);
        let end = line.trim_end().len().max(word);
        match dice.roll(6) {
            0 => out.extend([&line[..end], dice.text(), &line[end..]]),
            1 => out.extend([&line[..word], dice.text(), &line[end..]]),
            2 => out.extend([&line[..word], "\"", dice.text(), "\"", &line[end..]]),
            _ => out.push_str(line),
        }
    }
    out
}

/// Copies `folder` into the tree, the names of folders with something planted, and says which files there are.
fn copy(folder: &Path, tree: &Tree, to: &str, dice: &mut Dice) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            let mark = if dice.roll(3) == 0 { dice.text().replace('/', "") } else { String::new() };
            copy(&entry.path(), tree, &format!("{to}/{mark}{name}"), dice);
        } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
            tree.write(&format!("{to}/{name}"), planted(&text, dice).as_bytes());
        }
    }
}

/// What is effective in `output`, if anything.
fn effective(output: &str, github: bool) -> Option<String> {
    if let Some(c) = output.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t') || harmful(*c)) {
        return Some(format!("the character {c:?}"));
    }
    let own = ["::error file=", "::warning file=", "::notice file="];
    output.lines().find_map(|line| {
        let command = line.trim_start().starts_with("::") && !(github && own.iter().any(|own| line.starts_with(own)));
        (command || line.contains("##[") || line.contains("##vso[")).then(|| format!("the line {line:?}"))
    })
}

fn look(what: &str, ran: &Ran) {
    let github = what.contains("github");
    assert!(matches!(ran.code, 0..=3), "{what}: {ran}");
    for (stream, text) in [("report", &ran.stdout), ("messages", &ran.stderr)] {
        let found = effective(text, github);
        assert_eq!(found, None, "{what}, {stream}");
    }
}

#[test]
fn what_is_planted_into_fixtures_is_effective_in_no_output() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for (seed, name) in (0..).zip(["::error::planted\u{202e}", "\u{1b}[31m##[error]", "a\rb\u{9b}"]) {
        let tree = Tree::new(&[]);
        copy(&fixtures, &tree, name, &mut Dice(seed));
        let loud = ["--persona", "auditor", "--show-undecided", "--verbose", "--all"];
        for format in FORMATS {
            let arguments = [&["check", "--format", format][..], &loud[..]].concat();
            look(format, &tree.run(&arguments));
        }
        look("facts", &tree.run(&["facts"]));
        look("statistics", &tree.run(&["check", "--statistics"]));
    }
}

#[test]
fn what_the_command_line_names_is_told_harmlessly() {
    let tree =
        Tree::new(&[("compose.yml", "services: {\"a\\e[31m\": {image: 'x:1.2.3##[error]y', foo: '::error::x'}}\n")]);
    for name in ["\u{1b}[31m", "x\n::error::planted", "##[error]planted", "\u{202e}"] {
        for arguments in [
            &["check", name][..],
            &["check", "--config", name],
            &["check", "--select", name],
            &["check", "--baseline", name],
            &["check", "--rules", name],
            &["check", "--vars", name],
            &["explain", name],
            &["facts", "--subject", name],
            &["test", name],
            &["config", name],
            &["explain-var", name, "compose.yml"],
            &[name],
        ] {
            look(&format!("{arguments:?}"), &tree.run(arguments));
        }
    }
    look("config", &tree.run(&["config"]));
    tree.write("deploylint.toml", "[rules.\"::error::\\u001b[31m\"]\nseverity = \"##[error]\u{202e}\"\n".as_bytes());
    look("a configuration", &tree.run(&["check"]));
}
