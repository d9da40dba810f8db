//! Templates to documents.
//!
//! Plain files are taken as they are, Ansible's own with the Jinja of their scalars evaluated, templates in each
//! variant of their expansion. What a variable is worth is `vars`' business, how Jinja is evaluated `jinja`'s.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::deployed::{Deployed, deployed};
use super::jinja::decide::{Decisions, MAX_VARIANTS};
use super::jinja::value::Value;
use super::jinja::{self, Syntax};
use super::lookups::{looked_up, part};
use super::structure::structural;
use super::vars::choices::Preset;
use super::vars::set_facts::Files;
use super::vars::{Catalogue, Explanation, Layer, Lookup, Rank, Scope, layout};
use super::{Deployment, Options, Reading, scalars};
use crate::document::{Document, Kind, Switch};
use crate::load::{self, File, Verdict, classify};
use crate::problem::{Problem, ProblemKind};
use crate::source::{Sources, Span};
use crate::text::path::clean;
use crate::text::{Builder, PieceKind, Provenance, Text, Variable};

/// The most variants of one template under all its sets of variables.
const MAX_READINGS: usize = 12;

/// The most ways in which one template is used that are told apart.
const MAX_USES: usize = 32;

/// How many folders above a tree's root may hold the playbook.
const MAX_ABOVE: usize = 3;

/// Finds an included template by its name.
type Find<'f> = dyn Fn(&str, Span) -> Option<Text> + Sync + 'f;

/// The documents of all files: plain ones as they are, templates in each variant of their expansion.
pub fn documents(files: &[File], options: &Options, sources: &Sources) -> Deployment {
    let mut deployment = Deployment::default();
    let plain: Vec<Arc<Document>> = files.par_iter().filter_map(load::document).collect();
    let extra = extra_layers(options, sources, &mut deployment);
    let texts: Files<'_> = files.iter().map(|f| (f.path.as_str(), &f.text)).collect();
    let aside: Vec<Arc<Document>> =
        load::untracked_vars::variables(files, &options.reach, sources).into_iter().map(Arc::new).collect();
    let catalogue = Catalogue::new(&with(&plain, &aside), &texts, extra).with_environment(&options.environment);
    deployment.readings.extend(aside.into_iter().map(|document| Reading { by: document.text.span(), document }));
    deployment.owners = catalogue.owners();
    let places = deployed(&plain, &catalogue);
    let parts = looked_up(&plain);
    let expanded = plain.into_par_iter().map(|document| {
        let place = places.get(&document.path);
        let document = part(&document, &parts, place.is_some()).map_or(document, Arc::new);
        let changed = scalars::expand(&document, &catalogue);
        match (changed, place) {
            (None, None) => document,
            (changed, place) => {
                let changed = changed.unwrap_or_else(|| (*document).clone());
                let first = place.and_then(|p| p.first());
                Arc::new(Document { deployed: first.map(|p| p.dest.clone()), ..changed })
            }
        }
    });
    let mut documents: Vec<Arc<Document>> = expanded.collect();
    let of =
        |places: &BTreeMap<String, Vec<Deployed>>, file: &File| places.get(&file.path).cloned().unwrap_or_default();
    let templates = files.par_iter().filter(|f| f.template);
    let templates: Vec<Vec<Document>> =
        templates.map(|file| template(file, of(&places, file), &catalogue, &texts)).collect();
    let whole = |d: Document| part(&d, &parts, d.deployed.is_some()).unwrap_or(d);
    documents.extend(templates.into_iter().flatten().map(whole).map(Arc::new));
    documents.sort_by(|a, b| a.path.cmp(&b.path).then(a.variant.cmp(&b.variant)));
    deployment.documents = documents;
    deployment.encrypted_vars = catalogue.encrypted();
    deployment
}

/// Every definition of the variable `name` that the file at `path` sees, for each reading of it: `explain-var`.
pub fn explain(files: &[File], options: &Options, sources: &Sources, name: &str, path: &str) -> Vec<Explanation> {
    let plain: Vec<Arc<Document>> = files.par_iter().filter_map(load::document).collect();
    let extra = extra_layers(options, sources, &mut Deployment::default());
    let texts: Files<'_> = files.iter().map(|f| (f.path.as_str(), &f.text)).collect();
    let aside: Vec<Arc<Document>> =
        load::untracked_vars::variables(files, &options.reach, sources).into_iter().map(Arc::new).collect();
    let catalogue = Catalogue::new(&with(&plain, &aside), &texts, extra).with_environment(&options.environment);
    catalogue.explain(name, path)
}

fn with(plain: &[Arc<Document>], aside: &[Arc<Document>]) -> Vec<Arc<Document>> {
    plain.iter().chain(aside).cloned().collect()
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

/// The readings of one template, which tasks put to `places`.
fn template(file: &File, places: Vec<Deployed>, catalogue: &Catalogue, texts: &Files<'_>) -> Vec<Document> {
    let Some(kind) = kind(file, places.first()) else { return Vec::new() };
    let (syntax, start) = Syntax::of(file.text.value());
    let scopes = catalogue.scopes(&file.path);
    let find = |name: &str, _from: Span| neighbour(&file.path, name, texts);
    let uses = uses(&scopes, places);
    let attempt = |syntax: &Syntax| outputs(file, kind, syntax, start, &uses, &find);
    let (mut documents, mut failure) = attempt(&syntax);
    let capped = failure.as_ref().is_some_and(|f| f.capped);
    let deployed = uses.iter().any(|u| u.dest.is_some());
    if documents.is_empty() && !deployed && yaml(kind) && start == 0 && !capped {
        // Other programs than Ansible strip the white space before blocks. A template that no task deploys, and that
        // gives YAML only that way, is one of theirs.
        let stripped = Syntax { lstrip_blocks: true, ..syntax.clone() };
        let (other, also) = attempt(&stripped);
        documents = other;
        failure = failure.or(also);
    }
    if documents.is_empty() {
        let first = |used: &Use| {
            let env = Lookup::new(&used.scope, &used.locals, &find).under(&used.given);
            jinja::render(&file.text, &syntax, start, &env, Decisions::variant(0)).ok().map(|r| r.text)
        };
        let first_text = if failure.is_none() { uses.first().and_then(first) } else { None };
        let mut document = fallback(file, kind, first_text, &syntax, start, failure);
        document.deployed = uses.first().and_then(|u| u.dest.clone());
        documents.push(document);
    }
    documents
}

/// One way in which a template is used.
struct Use {
    scope: Arc<Scope>,
    locals: Vec<(String, Value)>,
    dest: Option<Text>,
    given: Preset,
}

/// The ways in which a template is used: each place in the reading that it is of, or once in every reading where no
/// task deploys it.
fn uses(scopes: &[Arc<Scope>], places: Vec<Deployed>) -> Vec<Use> {
    let mut all = Vec::new();
    for place in places {
        // Tasks of other roles have readings of their own; the template's are those of its role.
        let own = scopes.iter().any(|s| Arc::ptr_eq(s, &place.scope));
        let of: Vec<Arc<Scope>> = if own { vec![place.scope] } else { scopes.to_vec() };
        let with = |scope| {
            let (locals, dest, given) = (place.locals.clone(), Some(place.dest.clone()), place.given.clone());
            Use { scope, locals, dest, given }
        };
        all.extend(of.into_iter().map(with).take(MAX_USES.saturating_sub(all.len())));
    }
    if all.is_empty() {
        let bare =
            |scope: &Arc<Scope>| Use { scope: Arc::clone(scope), locals: Vec::new(), dest: None, given: Preset::new() };
        all.extend(scopes.iter().map(bare));
    }
    all
}

/// What a template is under one set of variables.
struct Output {
    texts: Vec<Text>,
    /// The same with one switch each turned on.
    switched: Vec<(Text, Switch)>,
    /// Variables that it needs and that this set does not have.
    lacks: BTreeSet<String>,
    /// Where it goes.
    dest: Option<Text>,
}

/// `text` with each variable that is empty taken for unknown.
fn unblank(text: &Text) -> Text {
    let mut out = Builder::new(text.span());
    for piece in text.pieces() {
        match &piece.kind {
            PieceKind::Variable(v) if piece.range.is_empty() => {
                out.variable(Variable { value: None, ..(**v).clone() }, piece.span);
            }
            _ => out.text(&text.slice(piece.range.clone())),
        }
    }
    out.finish()
}

/// The variables that `text` needs and `env` does not define.
fn lacking(text: &Text, env: &Lookup<'_>) -> Vec<String> {
    let unknown = text.variables().into_iter().filter(|v| v.value.is_none() && v.provenance == Provenance::Undefined);
    let names = unknown.flat_map(|v| &v.names).map(|name| name.split('.').next().unwrap_or(name));
    names.filter(|name| !env.defines(name)).map(str::to_owned).collect()
}

/// Drops the readings for hosts that lack a variable which others have: the template can't be theirs.
fn drop_foreign(readings: &mut Vec<Output>) {
    let common: BTreeSet<String> = match readings.split_first() {
        Some((first, rest)) => {
            first.lacks.iter().filter(|n| rest.iter().all(|r| r.lacks.contains(*n))).cloned().collect()
        }
        None => return,
    };
    let fewest = readings.iter().map(|r| r.lacks.difference(&common).count()).min().unwrap_or(0);
    readings.retain(|r| r.lacks.difference(&common).count() == fewest);
}

/// The readings of a template in `syntax`, those left out that are not valid; and why there are none.
fn outputs(
    file: &File,
    kind: Kind,
    syntax: &Syntax,
    start: usize,
    uses: &[Use],
    find: &Find<'_>,
) -> (Vec<Document>, Option<jinja::Failure>) {
    let mut readings: Vec<Output> = Vec::new();
    let mut failure: Option<jinja::Failure> = None;
    let mut asked: Vec<(Lookup<'_>, &Use)> = Vec::new();
    for used in uses {
        // Most hosts differ in what this template does not ask for.
        let same = |(env, other): &(Lookup<'_>, &Use)| {
            other.dest == used.dest && other.given == used.given && env.same_in(&used.scope, &used.locals)
        };
        if asked.iter().any(same) || failure.as_ref().is_some_and(|f| f.capped) {
            continue;
        }
        let env = Lookup::new(&used.scope, &used.locals, find).under(&used.given);
        match variants(file, syntax, start, &env) {
            Ok((texts, switched)) => {
                let lacks = texts.iter().flat_map(|t| lacking(t, &env)).collect();
                readings.push(Output { texts, switched, lacks, dest: used.dest.clone() });
            }
            Err(error) => failure = Some(error),
        }
        asked.push((env, used));
    }
    drop_foreign(&mut readings);
    let mut texts: Vec<(Text, Option<Text>, Option<Switch>)> = Vec::new();
    let plain = readings.iter().flat_map(|r| r.texts.iter().map(|t| (t, &r.dest, None)));
    let switched = readings.iter().flat_map(|r| r.switched.iter().map(|(t, s)| (t, &r.dest, Some(s))));
    for (text, dest, switch) in plain.chain(switched) {
        let text = if yaml(kind) { structural(text) } else { text.clone() };
        if texts.len() < MAX_READINGS && !texts.iter().any(|(t, d, _)| *t == text && d == dest) {
            texts.push((text, dest.clone(), switch.cloned()));
        }
    }
    let parse = |(text, deployed, switch): &(Text, Option<Text>, Option<Switch>)| {
        let document = load::reading(file, kind, text.clone(), 0);
        let (deployed, switch) = (deployed.clone(), switch.clone());
        (!broken(file, &document)).then_some(Document { switch, deployed, ..document })
    };
    let mut documents: Vec<Document> = texts.iter().filter_map(parse).collect();
    if documents.is_empty() {
        // An empty default that nothing can be made of is a value that somebody still has to give.
        let given = texts.into_iter().map(|(text, dest, switch)| (unblank(&text), dest, switch));
        documents = given.filter_map(|one| parse(&one)).collect();
    }
    for (number, document) in documents.iter_mut().enumerate() {
        document.variant = u32::try_from(number).unwrap_or(u32::MAX);
    }
    (documents, failure)
}

/// The outputs of a template under one set of variables, and those with a switch turned on.
type Variants = (Vec<Text>, Vec<(Text, Switch)>);

/// The outputs of a template under one set of variables: each way that unknown conditions go, and each alternative of
/// what has several; and, once each, what a default turns off.
fn variants(file: &File, syntax: &Syntax, start: usize, env: &Lookup<'_>) -> Result<Variants, jinja::Failure> {
    let first = jinja::render(&file.text, syntax, start, env, Decisions::variant(0))?;
    let lacks = lacking(&first.text, env);
    let switched = first.switches.into_iter().filter_map(|switch| {
        let mut locals = env.locals().to_vec();
        locals.push((switch.name.clone(), Value::bool(true)));
        let on = jinja::render(&file.text, syntax, start, &env.knowing(&locals), Decisions::variant(0)).ok()?;
        Some((on.text, switch))
    });
    let switched = switched.collect();
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
    for preset in env.choices().others() {
        let env = env.choosing(&preset);
        let other = jinja::render(&file.text, syntax, start, &env, Decisions::variant(0)).map(|r| r.text);
        // An alternative that lacks what the first one has is not what runs.
        all.extend(other.ok().filter(|text| lacking(text, &env).iter().all(|name| lacks.contains(name))));
    }
    Ok((all, switched))
}

/// The reading of a template that no evaluation makes a valid file of: its text with the tags masked where that is
/// valid, else its first expansion, broken as it is.
fn fallback(
    file: &File,
    kind: Kind,
    first: Option<Text>,
    syntax: &Syntax,
    start: usize,
    failure: Option<jinja::Failure>,
) -> Document {
    let rest = file.text.slice(start..file.text.value().len());
    let mut masked = load::reading(file, kind, structural(&jinja::mask(&rest, syntax)), 0);
    let valid = !broken(file, &masked);
    let Some(failure) = failure else {
        return if valid { masked } else { load::reading(file, kind, first.unwrap_or(rest), 0) };
    };
    // Jinja itself takes neither a statement that it does not know nor braces that do not match.
    let refused = failure.message.starts_with("unknown statement") || failure.message.contains("unexpected `}`");
    if valid && !failure.capped && !refused {
        return masked;
    }
    if !valid {
        masked.problems.clone_from(&file.problems);
    }
    let message = format!("this template can't be expanded: {}", failure.message);
    let help = "nothing that depends on the expansion was audited; render it and audit the result, or mend it here";
    masked.problems.push(Problem::new(ProblemKind::UnresolvedTemplate, message, failure.span).help(help));
    masked
}

/// Whether an expansion is not a valid file of its kind.
fn broken(file: &File, document: &Document) -> bool {
    document.problems.len() > file.problems.len() && document.problems.iter().any(|p| p.kind.broken())
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
        classify::deployed(dest.get(..at).unwrap_or(""), name, file.text.value())
    });
    named.or(own)
}

fn yaml(kind: Kind) -> bool {
    use Kind::{AnsibleInventory, AnsiblePlaybook, AnsibleTasks, AnsibleVars, Compose, LiteLlm, Yaml};
    matches!(kind, Compose | LiteLlm | Yaml | AnsibleVars | AnsibleTasks | AnsiblePlaybook | AnsibleInventory)
}

/// The text of the template that `name` means in the template at `path`, as Ansible searches for it: beside it, in its
/// role, then beside the playbooks around.
fn neighbour(path: &str, name: &str, texts: &Files<'_>) -> Option<Text> {
    let folder = path.rfind('/').map_or("", |at| &path[..=at]);
    let mut bases = vec![folder.to_owned()];
    let around = |base: &str| [format!("{base}templates/"), format!("{base}files/"), base.to_owned()];
    if let Some(at) = path.find("templates/") {
        bases.extend(around(&path[..at]));
    }
    let mut above = layout::root(path);
    for _ in 0..MAX_ABOVE {
        bases.extend(around(above));
        if above.is_empty() {
            break;
        }
        above = layout::folder(above.trim_end_matches('/'));
    }
    let name = name.trim_start_matches("./");
    bases.iter().find_map(|base| texts.get(clean(&format!("{base}{name}")).as_str()).map(|t| (*t).clone()))
}
