//! A run with what the last one kept says what a run without it says.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::load::{document, load};

fn candidates(paths: &[&str]) -> Vec<Candidate> {
    let one = |path: &&str| Candidate {
        disk: Some(PathBuf::from("/t").join(path)),
        path: (*path).to_owned(),
        content: None,
        executable: None,
    };
    paths.iter().map(one).collect()
}

fn sources(texts: &[(&str, &str)]) -> Sources {
    let texts = texts.iter().map(|(path, text)| (PathBuf::from("/t").join(path), Arc::from(*text)));
    Sources::default().over(texts.collect::<HashMap<_, _>>())
}

/// Loads with and without what was kept; the paths of the files whose documents were parsed before.
fn known(paths: &[&str], markdown: &[String], texts: &[(&str, &str)], kept: &mut Kept) -> Vec<String> {
    let (fresh, again) = (sources(texts), sources(texts));
    let candidates = candidates(paths);
    let expected = load(&candidates, markdown, &fresh);
    let parsed = |file: &File| file.parsed.as_ref().is_some_and(|parsed| parsed.get().is_some());
    let files = load_again(&candidates, markdown, &again, kept);
    let before: Vec<String> = files.iter().filter(|f| parsed(f)).map(|f| f.path.clone()).collect();
    for (one, other) in files.iter().zip(&expected) {
        assert_eq!(format!("{:?}", document(one)), format!("{:?}", document(other)), "{}", one.path);
        assert_eq!((&one.verdict, one.aside, one.source), (&other.verdict, other.aside, other.source), "{}", one.path);
        assert_eq!(again.get(one.source).text, fresh.get(other.source).text);
    }
    assert_eq!(files.len(), expected.len());
    before
}

#[test]
fn only_what_changed_is_parsed_again() {
    let (a, b, notes) = (("a/compose.yml", "services: {}\n"), ("b/.env", "A=1\n"), ("notes.md", "```sh\nls\n```\n"));
    let paths = ["a/compose.yml", "b/.env", "notes.md"];
    let mut kept = Kept::default();
    assert!(known(&paths, &[], &[a, b, notes], &mut kept).is_empty());
    assert_eq!(known(&paths, &[], &[a, b, notes], &mut kept), ["a/compose.yml", "b/.env"]);
    // Another text, and back.
    assert_eq!(known(&paths, &[], &[a, ("b/.env", "A=2\n"), notes], &mut kept), ["a/compose.yml"]);
    assert_eq!(known(&paths, &[], &[a, b, notes], &mut kept), ["a/compose.yml"]);
    // A new file moves the numbers of those behind it; one that is gone leaves nothing behind.
    let more = ["a/.env", "a/compose.yml", "b/.env", "notes.md"];
    assert!(known(&more, &[], &[a, b, notes, ("a/.env", "B=1\n")], &mut kept).is_empty());
    assert_eq!(known(&["a/.env", "a/compose.yml"], &[], &[a, ("a/.env", "B=1\n")], &mut kept).len(), 2);
    assert_eq!(kept.files.len(), 2);
    // Other settings.
    assert!(known(&paths, &["*.md".to_owned()], &[a, b, notes], &mut kept).is_empty());
    assert_eq!(known(&paths, &["*.md".to_owned()], &[a, b, notes], &mut kept).len(), 3);
}

#[test]
fn what_cannot_be_read_is_asked_for_each_time() {
    let mut kept = Kept::default();
    for _ in 0..2 {
        let files = load_again(&candidates(&["compose.yml", "a.png"]), &[], &sources(&[]), &mut kept);
        assert!(files.iter().any(|file| !file.problems.is_empty()));
    }
    assert!(known(&["compose.yml"], &[], &[("compose.yml", "services: {}\n")], &mut kept).is_empty());
}
