//! deploylint audits the files that deploy AI agent gateways and container stacks, before they are deployed.
//!
//! One way down: discover → load → expand → model → check → fix → graph → report. A stage uses only what stands above it in this
//! list; ARCHITECTURE.md has the picture.

pub mod source;
pub mod text;
pub mod yaml;

pub mod problem;
pub mod syntax;

pub mod discover;
pub mod document;
pub mod load;

pub mod ansible;

pub mod expand;

pub mod knowledge;
pub mod model;

pub mod finding;

pub mod check;

pub mod fix;

pub mod graph;

pub mod examples;
pub mod pages;

pub mod report;

pub mod config;

pub mod lsp;

pub mod cli;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use check::Checked;
use check::rules::RuleSet;
use discover::Candidate;
use expand::Deployment;
use knowledge::Knowledge;
use load::File;
use model::fact::Facts;
use source::Sources;

/// Everything that one run found out.
#[derive(Debug)]
pub struct Audit {
    /// The texts that spans point into.
    pub sources: Arc<Sources>,
    /// All files that were met, in order of their paths.
    pub files: Vec<File>,
    /// What the files say together.
    pub deployment: Deployment,
    /// What rules could see.
    pub facts: Facts,
    /// What rules said.
    pub checked: Checked,
}

/// Audits the candidates: load, expand, model, check.
pub fn audit(candidates: &[Candidate], options: &expand::Options, rules: &RuleSet, knowledge: &Knowledge) -> Audit {
    audit_with(candidates, HashMap::new(), options, rules, knowledge)
}

/// The same, with texts that stand in for files on disk.
#[allow(clippy::implicit_hasher)] // One caller, one kind of map.
pub fn audit_with(
    candidates: &[Candidate],
    unsaved: HashMap<PathBuf, Arc<str>>,
    options: &expand::Options,
    rules: &RuleSet,
    knowledge: &Knowledge,
) -> Audit {
    let sources = Sources::limited(options.max_file_size).over(unsaved).counted(options.parsed.clone());
    let files = load::load(candidates, &options.markdown, &sources);
    audited(files, sources, options, rules, knowledge)
}

/// The same again and again, in which a file that did not change is not parsed anew.
#[allow(clippy::implicit_hasher)] // One caller, one kind of map.
pub fn audit_again(
    candidates: &[Candidate],
    unsaved: HashMap<PathBuf, Arc<str>>,
    options: &expand::Options,
    (rules, knowledge): (&RuleSet, &Knowledge),
    kept: &mut load::Kept,
) -> Audit {
    let sources = Sources::limited(options.max_file_size).over(unsaved).counted(options.parsed.clone());
    let files = load::load_again(candidates, &options.markdown, &sources, kept);
    audited(files, sources, options, rules, knowledge)
}

/// Audits files that are read.
fn audited(
    files: Vec<File>,
    sources: Sources,
    options: &expand::Options,
    rules: &RuleSet,
    knowledge: &Knowledge,
) -> Audit {
    let sources = Arc::new(sources);
    let deployment = expand::expand(&files, options, &sources);
    let facts = model::model(&deployment, knowledge);
    let mut checked = check::check(&facts, rules, &sources);
    let documents = deployment.documents.iter().map(AsRef::as_ref);
    check::suppress::suppress(&mut checked, documents, rules, &sources);
    check::purpose::lower(&mut checked, &sources, &options.roots, &deployment.brought);
    check::remark::lower(&mut checked, &sources);
    Audit { sources, files, deployment, facts, checked }
}
