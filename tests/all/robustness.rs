//! Damaged input never panics, never moves a finding outside its file, never changes with the number of threads.
//!
//! Takes the trees of `fixtures/`, damages one file of a tree at a time in ways that real files are damaged, and audits the
//! whole tree. The damage is chosen by a fixed seed, so a failure names a case that can be run again.

#![allow(clippy::unwrap_used)] // Test code outside of test functions.

use std::path::{Path, PathBuf};

use deploylint::check::rules::RuleSet;
use deploylint::discover::Candidate;
use deploylint::knowledge::Knowledge;
use deploylint::source::Span;
use deploylint::{Audit, audit};

/// How many damaged trees are audited.
const CASES: u64 = 1200;

/// What files get wrong: half a construct of some format each.
const TOKENS: &[&str] = &[
    "{{",
    "}}",
    "{%",
    "%}",
    "{% if x %}",
    "{% for a in b %}",
    "{#",
    "${",
    "$(",
    "`",
    "\"",
    "'",
    "|",
    ">",
    "<<: *x",
    "&x ",
    "*x",
    "!reset ",
    "- ",
    ": ",
    "\t",
    "\r\n",
    "\u{0}",
    "\u{202e}",
    "\u{feff}",
    "é\u{f8ff}",
    "[",
    "{",
    "]",
    "}",
    "<<'E'\n",
    "\\",
    "--- \n",
    "? ",
    "%YAML 1.2\n",
    "include: [",
    "extends: {service: x}",
    "0x",
    "1e999",
    "#",
    ";",
];

/// A small generator with a fixed seed (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }
}

fn trees() -> Vec<Vec<Candidate>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut trees = Vec::new();
    let mut stack = vec![root];
    while let Some(folder) = stack.pop() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        let is_tree = entries
            .iter()
            .any(|e| e.is_file() && e.extension().is_none_or(|x| x != "yaml" || folder.ends_with("clean")))
            || folder.ends_with("before")
            || folder.ends_with("after");
        let leaf = is_tree && !folder.ends_with("fixtures");
        if leaf {
            trees.push(deploylint::discover::discover(std::slice::from_ref(&folder)).unwrap().candidates);
        } else {
            stack.extend(entries.into_iter().filter(|e| e.is_dir()));
        }
    }
    trees.sort_by(|a, b| a[0].path.cmp(&b[0].path));
    trees
}

pub(crate) fn damage(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(6) {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + dice.roll(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let end = (at + dice.roll(200)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            3 => bytes.splice(at..at, [u8::try_from(dice.roll(256)).unwrap()]).for_each(drop),
            _ => bytes.splice(at..at, TOKENS[dice.roll(TOKENS.len())].bytes()).for_each(drop),
        }
    }
    bytes
}

fn run(candidates: &[Candidate], rules: &RuleSet, knowledge: &Knowledge, threads: usize) -> Audit {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| audit(candidates, &deploylint::expand::Options::default(), rules, knowledge))
}

fn check_span(audit: &Audit, span: Span, case: u64) {
    let source = audit.sources.get(span.source);
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(end <= source.text.len(), "case {case}: {span:?} is past the end of {}", source.path);
    let whole = source.text.is_char_boundary(start) && source.text.is_char_boundary(end);
    assert!(whole, "case {case}: {span:?} cuts a character of {}", source.path);
}

#[test]
fn damaged_trees_are_audited_to_the_end() {
    let (rules, knowledge) = (RuleSet::embedded().unwrap(), Knowledge::embedded().unwrap());
    let trees = trees();
    assert!(trees.len() >= 10, "only {} trees", trees.len());
    for case in 0..CASES {
        let mut dice = Dice(case);
        let mut tree = trees[dice.roll(trees.len())].clone();
        let file = dice.roll(tree.len());
        let original = std::fs::read(tree[file].disk.as_ref().unwrap()).unwrap();
        tree[file].content = Some(damage(&original, &mut dice));
        let two = run(&tree, &rules, &knowledge, 2);
        for finding in &two.checked.findings {
            check_span(&two, finding.span, case);
            finding.labels.iter().for_each(|label| check_span(&two, label.span, case));
        }
        if case % 8 == 0 {
            let one = run(&tree, &rules, &knowledge, 1);
            assert_eq!(shown(&one), shown(&two), "case {case} depends on the number of threads");
        }
    }
}

fn shown(audit: &Audit) -> Vec<String> {
    let place = |span: Span| format!("{}:{}-{}", audit.sources.get(span.source).path, span.start, span.end);
    let findings = audit.checked.findings.iter();
    findings.map(|f| format!("{} {} {}", place(f.span), f.rule, f.message)).collect()
}
