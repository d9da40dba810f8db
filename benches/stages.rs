//! How long each stage takes, over the deployments of `fixtures/` a hundred times.
//!
//! `cargo bench` runs it. The copies stand in folders of their own, so that nothing is shared between them but what
//! real trees share.

#![allow(clippy::expect_used)] // A bench that can't be set up is a failed bench.

use std::path::PathBuf;
use std::sync::Arc;

use deploylint::check::check;
use deploylint::check::rules::RuleSet;
use deploylint::discover::{Candidate, discover};
use deploylint::expand::{Deployment, Options, expand};
use deploylint::knowledge::Knowledge;
use deploylint::load::{File, load};
use deploylint::model::model;
use deploylint::source::Sources;
use divan::Bencher;

const COPIES: usize = 100;

fn main() {
    divan::main();
}

/// The fixtures' files, each tree a hundred times.
fn candidates() -> Vec<Candidate> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let found = discover(&[root]).expect("the fixtures").candidates;
    let read = |c: &Candidate| std::fs::read(c.disk.as_ref().expect("a file")).expect("its content");
    let contents: Vec<(String, Vec<u8>)> = found.iter().map(|c| (c.path.clone(), read(c))).collect();
    let copies = (0..COPIES).flat_map(|n| contents.iter().map(move |(path, content)| (n, path, content)));
    let copy = |(n, path, content): (usize, &String, &Vec<u8>)| Candidate {
        disk: None,
        path: format!("{n:03}/{path}"),
        content: Some(content.clone()),
        executable: None,
    };
    copies.map(copy).collect()
}

fn loaded() -> (Vec<File>, Arc<Sources>) {
    let sources = Arc::new(Sources::default());
    (load(&candidates(), &[], &sources), sources)
}

fn expanded() -> (Deployment, Arc<Sources>) {
    let (files, sources) = loaded();
    (expand(&files, &Options::default(), &sources), sources)
}

#[divan::bench(sample_count = 10)]
fn parse(bencher: Bencher<'_, '_>) {
    let candidates = candidates();
    bencher.bench(|| load(&candidates, &[], &Sources::default()));
}

#[divan::bench(sample_count = 10)]
fn expand_all(bencher: Bencher<'_, '_>) {
    let (files, sources) = loaded();
    bencher.bench(|| expand(&files, &Options::default(), &sources));
}

#[divan::bench(sample_count = 10)]
fn model_all(bencher: Bencher<'_, '_>) {
    let (deployment, _sources) = expanded();
    let knowledge = Knowledge::embedded().expect("valid knowledge");
    bencher.bench(|| model(&deployment, &knowledge));
}

#[divan::bench(sample_count = 10)]
fn check_all(bencher: Bencher<'_, '_>) {
    let (deployment, sources) = expanded();
    let knowledge = Knowledge::embedded().expect("valid knowledge");
    let rules = RuleSet::embedded().expect("valid rules");
    let facts = model(&deployment, &knowledge);
    bencher.bench(|| check(&facts, &rules, &sources));
}
