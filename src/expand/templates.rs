//! Templates to documents.
//!
//! Plain files are taken as they are, Ansible's own with the Jinja of their scalars evaluated, templates in each
//! variant of their expansion. What a variable is worth is `vars`' business, how Jinja is evaluated `jinja`'s.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::deployed::{Deployed, deployed};
use super::jinja::decide::{Decisions, MAX_VARIANTS};
use super::jinja::{self, Syntax};
use super::structure::structural;
use super::vars::{Catalogue, Layer, Lookup, Rank, Scope};
use super::{Deployment, Options, scalars};
use crate::document::{Document, Kind, Problem};
use crate::load::{self, File, Verdict, classify};
use crate::source::{Sources, Span};
use crate::text::Text;

/// The most variants of one template under all its sets of variables.
const MAX_READINGS: usize = 12;

/// The documents of all files: plain ones as they are, templates in each variant of their expansion.
pub fn documents(files: &[File], options: &Options, sources: &Sources) -> Deployment {
    let mut deployment = Deployment::default();
    let plain: Vec<Arc<Document>> = files.par_iter().filter_map(load::document).map(Arc::new).collect();
    let extra = extra_layers(options, sources, &mut deployment);
    let catalogue = Catalogue::new(&plain, extra);
    let places = deployed(&plain, &catalogue);
    let texts: BTreeMap<&str, &Text> = files.iter().map(|f| (f.path.as_str(), &f.text)).collect();
    let expanded = plain.into_par_iter().map(|document| {
        let place = places.get(&document.path);
        let changed = scalars::expand(&document, &catalogue);
        match (changed, place) {
            (None, None) => document,
            (changed, place) => {
                let changed = changed.unwrap_or_else(|| (*document).clone());
                Arc::new(Document { deployed: place.map(|p| p.dest.clone()), ..changed })
            }
        }
    });
    let mut documents: Vec<Arc<Document>> = expanded.collect();
    let templates = files.par_iter().filter(|f| f.template);
    let templates: Vec<Vec<Document>> =
        templates.map(|file| template(file, places.get(&file.path), &catalogue, &texts)).collect();
    documents.extend(templates.into_iter().flatten().map(Arc::new));
    documents.sort_by(|a, b| a.path.cmp(&b.path).then(a.variant.cmp(&b.variant)));
    deployment.documents = documents;
    deployment
}

/// The variables of the files that the user named.
fn extra_layers(options: &Options, sources: &Sources, deployment: &mut Deployment) -> Vec<Layer> {
    let mut layers = Vec::new();
    for path in &options.vars_files {
        let Ok((_, text)) = load::load_one(path, sources) else { continue };
        let (body, problems) = load::parse(Kind::AnsibleVars, &text);
        deployment.problems.extend(problems);
        if let crate::document::Body::Nodes(nodes) = body {
            layers.extend(nodes.first().map(|n| Layer::of(Rank::Extra, path.to_string_lossy().as_ref(), n)));
        }
    }
    layers
}

/// The readings of one template.
fn template(
    file: &File,
    place: Option<&Deployed>,
    catalogue: &Catalogue,
    texts: &BTreeMap<&str, &Text>,
) -> Vec<Document> {
    let Some(kind) = kind(file, place) else { return Vec::new() };
    let (mut syntax, start) = Syntax::of(file.text.value());
    let mut documents = expanded(file, (kind, place), &syntax, start, catalogue, texts);
    // Other programs than Ansible strip the white space before blocks. A template that no task deploys, and that gives
    // YAML only that way, is one of theirs.
    if place.is_none() && start == 0 && yaml(kind) && documents.iter().all(unparsable) {
        syntax.lstrip_blocks = true;
        let stripped = expanded(file, (kind, place), &syntax, start, catalogue, texts);
        if !stripped.iter().any(unparsable) {
            documents = stripped;
        }
    }
    for document in &mut documents {
        document.deployed = place.map(|p| p.dest.clone());
    }
    documents
}

/// The readings of a template under one syntax.
fn expanded(
    file: &File,
    (kind, place): (Kind, Option<&Deployed>),
    syntax: &Syntax,
    start: usize,
    catalogue: &Catalogue,
    texts: &BTreeMap<&str, &Text>,
) -> Vec<Document> {
    let scopes = catalogue.scopes(&file.path);
    let find = |name: &str, _from: Span| neighbour(&file.path, name, texts);
    let locals = place.map_or(&[][..], |p| &p.locals);
    let mut outputs: Vec<Text> = Vec::new();
    let mut failure = None;
    for scope in scopes.iter() {
        match variants(file, syntax, start, &Lookup::new(scope, locals, &find)) {
            Ok(texts) => {
                for text in texts {
                    let text = if yaml(kind) { structural(&text) } else { text };
                    if outputs.len() < MAX_READINGS && !outputs.contains(&text) {
                        outputs.push(text);
                    }
                }
            }
            Err(error) => failure = Some(error),
        }
    }
    readings(file, kind, outputs, syntax, start, failure)
}

/// The outputs of a template under one set of variables.
fn variants(file: &File, syntax: &Syntax, start: usize, env: &Lookup<'_>) -> Result<Vec<Text>, jinja::Failure> {
    let first = jinja::render(&file.text, syntax, start, env, Decisions::variant(0))?;
    let mut all = vec![first.text];
    if first.conditions > 0 {
        for number in 1..(first.conditions + 2).min(MAX_VARIANTS) {
            // A single condition has been both ways by now.
            if number > 1 && first.conditions == 1 {
                break;
            }
            all.extend(jinja::render(&file.text, syntax, start, env, Decisions::variant(number)).map(|r| r.text));
        }
    }
    Ok(all)
}

/// Parses the outputs. Combinations of conditions that do not give a file are left out, as long as one does.
fn readings(
    file: &File,
    kind: Kind,
    outputs: Vec<Text>,
    syntax: &Syntax,
    start: usize,
    failure: Option<jinja::Failure>,
) -> Vec<Document> {
    let broken = |d: &Document| d.problems.len() > file.problems.len() && unparsable(d);
    let mut all = Vec::with_capacity(outputs.len());
    for text in outputs {
        let number = u32::try_from(all.len()).unwrap_or(u32::MAX);
        all.push(load::reading(file, kind, text, number));
    }
    if all.iter().any(|d| !broken(d)) {
        all.retain(|d| !broken(d));
        for (number, document) in all.iter_mut().enumerate() {
            document.variant = u32::try_from(number).unwrap_or(u32::MAX);
        }
        return all;
    }
    let rest = file.text.slice(start..file.text.value().len());
    let mut masked = load::reading(file, kind, structural(&jinja::mask(&rest, syntax)), 0);
    let capped = failure.as_ref().is_some_and(|f| f.message.starts_with("its ") || f.message.starts_with("it "));
    if !broken(&masked) && !capped {
        return vec![masked];
    }
    if let Some(failure) = failure {
        let problem = Problem::new(
            "unresolved-template",
            format!("this template can't be expanded: {}", failure.message),
            failure.span,
        )
        .help("nothing that depends on the expansion was audited; render it and audit the result, or mend it here");
        if broken(&masked) {
            masked.problems.clone_from(&file.problems);
        }
        masked.problems.push(problem);
        return vec![masked];
    }
    all.truncate(1);
    all
}

fn unparsable(document: &Document) -> bool {
    document.problems.iter().any(|p| p.rule == "unparsable-file")
}

/// What a template makes: the deployed name decides, then its own name and content.
fn kind(file: &File, place: Option<&Deployed>) -> Option<Kind> {
    let own = match file.verdict {
        Verdict::Audited(kind) => Some(kind),
        Verdict::Unreadable(_) | Verdict::Ignored(_) => None,
    };
    let named = place.and_then(|p| {
        let dest = p.dest.value();
        let at = dest.rfind('/').map_or(0, |at| at + 1);
        let name = dest.get(at..).unwrap_or("");
        classify::by_name(dest.get(..at).unwrap_or(""), name)
    });
    named.or(own)
}

fn yaml(kind: Kind) -> bool {
    use Kind::{AnsibleInventory, AnsiblePlaybook, AnsibleTasks, AnsibleVars, Compose, LiteLlm, Yaml};
    matches!(kind, Compose | LiteLlm | Yaml | AnsibleVars | AnsibleTasks | AnsiblePlaybook | AnsibleInventory)
}

/// The text of the template that `name` means in the template at `path`, as Ansible searches for it.
fn neighbour(path: &str, name: &str, texts: &BTreeMap<&str, &Text>) -> Option<Text> {
    let folder = path.rfind('/').map_or("", |at| &path[..=at]);
    let mut bases = vec![folder.to_owned()];
    if let Some(at) = path.find("templates/") {
        let role = &path[..at];
        bases.extend([format!("{role}templates/"), format!("{role}files/"), role.to_owned()]);
    }
    let name = name.trim_start_matches("./");
    bases.iter().find_map(|base| texts.get(normal(&format!("{base}{name}")).as_str()).map(|t| (*t).clone()))
}

/// The path without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The text that `text` becomes as a scalar of the file at `path`: for readers of files outside the deployment.
pub fn scalar(text: &Text, path: &Path, catalogue: &Catalogue) -> Text {
    let scopes = catalogue.scopes(&path.to_string_lossy());
    let first: Option<&Arc<Scope>> = scopes.first();
    first.map_or_else(|| text.clone(), |scope| scalars::scalar(text, scope))
}
