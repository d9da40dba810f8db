//! One compose file, or several over each other, to one canonical project.
//!
//! The order of steps is docker compose's: tags, interpolation, validation, long forms, includes, extends, merge.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::interpolate::{Unset, interpolate};
use super::missing::MentionedFiles;
use super::outside::Outside;
use super::paths::Base;
use super::reset::Resets;
use super::tree::{self, MAX_DEPTH, Path as Keys, matches};
use super::{canonical, merge, schema, schema_whole};
use crate::document::{Document, Kind};
use crate::expand::Deployment;
use crate::load::Ignores;
use crate::problem::{Problem, ProblemKind};
use crate::source::{Sources, Span};
use crate::text::Text;
use crate::yaml::{Node, Resolved, Scalar, Schema, Style, Value};

/// Everything that the loading of one stack reads.
pub(super) struct Context<'a> {
    /// All documents.
    pub(super) deployment: &'a Deployment,
    /// Plain documents by their path on disk.
    pub(super) by_disk: &'a HashMap<PathBuf, usize>,
    /// The `.env` files among the documents, by the directory in which they are or will be.
    pub(super) dotenv: &'a HashMap<String, PathBuf>,
    /// The files that nobody asked to audit.
    pub(super) outside: &'a Outside<'a>,
    /// The files that scripts speak of.
    pub(super) mentioned_files: &'a MentionedFiles,
    /// What git leaves out, each folder read once.
    pub(super) ignores: &'a Ignores,
    /// All texts.
    pub(super) sources: &'a Sources,
    /// What becomes of variables without a value; `Empty` is docker compose's own way in everything.
    pub(super) unset: Unset,
}

/// One compose file as nodes.
#[derive(Clone)]
pub(super) struct Input {
    /// Its YAML documents.
    pub(super) nodes: Vec<Node>,
    /// Where it is on disk; for a template, the template.
    pub(super) disk: Option<PathBuf>,
    /// Which document it is, where it is one.
    pub(super) document: Option<usize>,
    /// The whole text's place.
    pub(super) span: Span,
    /// What is wrong with its syntax; reported elsewhere.
    pub(super) problems: Vec<Problem>,
}

/// The loading of one stack, or of one include of it.
pub(super) struct Loader<'a> {
    /// What is read.
    pub(super) context: &'a Context<'a>,
    /// The variables.
    pub(super) environment: Environment,
    /// The project directory on disk.
    pub(super) folder: PathBuf,
    /// Where relative paths of this project start, as the result shall say it.
    pub(super) base: Base,
    /// The included files on the way here, outermost first.
    pub(super) including: Vec<PathBuf>,
    /// The documents that were pulled in by `include` and `extends`.
    pub(super) used: Vec<usize>,
    /// How many files were included so far.
    pub(super) included: usize,
    /// Whether something that was included could not be read.
    pub(super) incomplete: bool,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
}

impl Input {
    /// The document at index `at`.
    pub(super) fn document(at: usize, document: &Document) -> Self {
        Self {
            nodes: document.nodes().to_vec(),
            disk: document.disk.clone(),
            document: Some(at),
            span: document.text.span(),
            problems: document.problems.clone(),
        }
    }
}

impl Context<'_> {
    /// The file that is, or is made into, the one at `disk`: itself, or the template beside it.
    pub(super) fn locate(&self, disk: &Path) -> Option<PathBuf> {
        if self.by_disk.contains_key(disk) || disk.is_file() {
            return Some(disk.to_owned());
        }
        let template = |suffix: &str| PathBuf::from(format!("{}{suffix}", disk.display()));
        [".j2", ".jinja", ".jinja2"].into_iter().map(template).find(|path| self.by_disk.contains_key(path))
    }

    /// What encrypted the file at `path`, and where its text is; none where it can be read.
    pub(super) fn sealed(&self, path: &Path) -> Option<(&'static str, Span)> {
        if self.outside.reaches(path) || self.sources.find(&crate::discover::normal(path)).is_some() {
            let how = crate::load::encrypted(path, self.sources)?;
            let source = self.sources.find(&crate::discover::normal(path))?;
            return Some((how, Span::new(source, 0, 0)));
        }
        None
    }

    /// Whether the file at `disk` lies where nothing is read because a file names it.
    pub(super) fn beyond(&self, disk: &Path) -> bool {
        // What is not there is missing, wherever that is.
        let known = self.by_disk.contains_key(disk) || self.sources.find(disk).is_some();
        !known && disk.symlink_metadata().is_ok() && !self.outside.reaches(disk)
    }

    /// The file at `disk`, which `by` names, where it can be read.
    ///
    /// # Errors
    /// The reason in words.
    pub(super) fn open(&self, disk: &Path, by: Span) -> Result<Input, String> {
        let Some(disk) = self.locate(disk) else { return Err("there is no such file".to_owned()) };
        if let Some(at) = self.by_disk.get(&disk)
            && let Some(document) = self.deployment.documents.get(*at)
        {
            return Ok(Input::document(*at, document));
        }
        let document = self.outside.read(&disk, Kind::Compose, Some(by))?;
        Ok(Input { document: None, ..Input::document(0, &document) })
    }
}

impl Loader<'_> {
    /// The canonical project of `files`, the first being the base; paths start at this loader's base. `None` only
    /// without files.
    pub(super) fn model(&mut self, files: &[Input]) -> Option<Node> {
        let span = files.first()?.span;
        let mut project = tree::map(Vec::new(), Span { end: span.start, ..span });
        for file in files {
            self.syntax(file);
            for node in &file.nodes {
                project = self.over(&project, node, file);
            }
        }
        let branches = files.iter().any(|f| self.branches(f));
        schema_whole::check(&project, branches, &mut self.problems);
        Some(self.base.project(&project))
    }

    /// Whether the items of one list may stand in different branches.
    fn branches(&self, file: &Input) -> bool {
        crate::syntax::ytt::is_template(&self.context.sources.get(file.span.source).text)
    }

    fn over(&mut self, project: &Node, node: &Node, file: &Input) -> Node {
        if node.map().is_none() {
            self.problems.push(Problem::new(ProblemKind::Refused, "the top level is no mapping", node.span()));
            return project.clone();
        }
        let (node, resets) = Resets::take(node);
        let platform_keys = self.environment.platform().map_or(&[][..], |p| p.keys);
        let node = self.interpolated(&node);
        // What all stands in conditions is there in none of a variant's branches, and nobody may deploy that variant.
        let template =
            file.document.and_then(|at| self.context.deployment.documents.get(at)).is_some_and(|d| d.template);
        let hollow = template && self.context.sources.get(file.span.source).text.contains("{%");
        let filled =
            self.context.unset == Unset::Unknown && self.context.mentioned_files.filled(self.context.deployment);
        let around = schema::Around { hollow, platform_keys, branches: self.branches(file), filled };
        schema::check(&merge::said(project, &node), around, &mut self.problems);
        let node = canonical::project(&node, &mut self.problems);
        let node = self.with_includes(&node, file, &resets);
        let project = resets.apply(project);
        let node = self.with_extends(&node, file, &resets);
        let merged = merge::project(&project, &node, &mut self.problems);
        let kept = tree::entries(&merged).into_iter().filter(|e| e.key.known() != Some("version")).collect();
        tree::with(&node, Value::Map(kept))
    }

    /// `node` with its variables replaced.
    pub(super) fn interpolated(&mut self, node: &Node) -> Node {
        let environment = std::mem::take(&mut self.environment);
        let unset = self.context.unset;
        let mut walk = Walk { environment: &environment, unset, problems: &mut self.problems, grown: 0 };
        let out = walk.node(node, &mut Vec::new());
        self.environment = environment;
        out
    }
}

struct Walk<'a> {
    environment: &'a Environment,
    unset: Unset,
    problems: &'a mut Vec<Problem>,
    /// The bytes of all texts that variables were put into.
    grown: usize,
}

/// The most bytes that texts with variables grow to in one file; later ones are not known.
const MAX_GROWN: usize = 32 * 1024 * 1024;

impl Walk<'_> {
    fn node<'n>(&mut self, node: &'n Node, path: &mut Keys<'n>) -> Node {
        if path.len() > MAX_DEPTH {
            return node.clone();
        }
        match node.value() {
            Value::Scalar(scalar) => self.scalar(node, scalar, path),
            Value::Seq(items) => {
                path.push("[]");
                let changed = items.iter().map(|i| self.node(i, path)).collect();
                path.pop();
                tree::with_items(node, items, changed)
            }
            Value::Map(entries) => {
                let mut values = Vec::with_capacity(entries.len());
                for entry in entries {
                    path.push(entry.key.known().unwrap_or_default());
                    values.push(self.node(&entry.value, path));
                    path.pop();
                }
                tree::with_values(node, entries, values)
            }
        }
    }

    fn scalar(&mut self, node: &Node, scalar: &Scalar, path: &Keys<'_>) -> Node {
        let dollar = scalar.text.value().contains('$');
        if !dollar && !castable(path) {
            return node.clone();
        }
        if scalar.text.is_known() && !matches!(node.resolve(Schema::Compose), Some(Resolved::Str(_))) {
            return node.clone();
        }
        let cast = cast_at(path);
        if !dollar && cast.is_none() {
            return node.clone();
        }
        let lookup = |name: &str| self.environment.get(name).cloned();
        let text = match interpolate(&scalar.text, &lookup, self.unset) {
            Ok(_) if self.grown > MAX_GROWN => Text::opaque("the file's variables grow too large", node.span()),
            Ok(text) => text,
            Err(failed) => {
                self.problems.push(Problem::new(ProblemKind::InvalidValue, failed.message, failed.span));
                return Node::new(
                    Value::Scalar(Scalar {
                        text: Text::opaque("a variable docker compose refuses", node.span()),
                        style: Style::Quoted,
                    }),
                    node.span(),
                );
            }
        };
        self.grown += text.value().len();
        let Some(cast) = cast else {
            return tree::with(node, Value::Scalar(Scalar { text, style: Style::Quoted }));
        };
        let text = self.cast(text, cast, path);
        tree::with(node, Value::Scalar(Scalar { text, style: Style::Plain }))
    }

    /// The text as docker compose casts a string at a place that wants a number or a boolean.
    fn cast(&mut self, text: Text, cast: Cast, path: &Keys<'_>) -> Text {
        let Some(known) = text.known() else { return text };
        let (valid, wanted) = match cast {
            Cast::Bool => match known.to_ascii_lowercase().as_str() {
                "true" | "false" => (true, "true or false"),
                "y" | "yes" | "on" => return Text::literal("true", text.span()),
                "n" | "no" | "off" => return Text::literal("false", text.span()),
                _ => (false, "true or false"),
            },
            Cast::Int => (known.parse::<i64>().is_ok(), "a whole number"),
            Cast::Float => (known.parse::<f64>().is_ok(), "a number"),
        };
        if !valid {
            let name = path.iter().rev().find(|p| **p != "[]").copied().unwrap_or_default();
            let shown = if known.is_empty() { "the empty string".to_owned() } else { format!("`{known}`") };
            let message = format!("`{name}` wants {wanted}, and this is {shown}");
            self.problems.push(Problem::new(ProblemKind::InvalidValue, message, text.span()));
        }
        text
    }
}

/// The cast at this place.
fn cast_at(path: &[&str]) -> Option<Cast> {
    let at = |patterns: &[&str]| patterns.iter().any(|p| matches(path, p));
    castable(path).then(|| CASTS.iter().find(|(_, patterns)| at(patterns)).map(|(kind, _)| *kind)).flatten()
}

/// Whether a cast is possible at all below this key: nearly always not, which spares the patterns.
fn castable(path: &[&str]) -> bool {
    match path {
        ["services", _, key, ..] => matches!(
            *key,
            "cpu_count"
                | "cpu_percent"
                | "cpu_period"
                | "cpu_quota"
                | "cpu_rt_period"
                | "cpu_rt_runtime"
                | "cpu_shares"
                | "cpus"
                | "depends_on"
                | "deploy"
                | "healthcheck"
                | "init"
                | "oom_kill_disable"
                | "oom_score_adj"
                | "pids_limit"
                | "ports"
                | "privileged"
                | "read_only"
                | "scale"
                | "stdin_open"
                | "tty"
                | "ulimits"
                | "volumes"
        ),
        ["networks" | "volumes" | "secrets" | "configs", _, _] => true,
        _ => false,
    }
}

/// What docker compose turns a string into at certain places, after interpolation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cast {
    Bool,
    Int,
    Float,
}

const CASTS: &[(Cast, &[&str])] = &[
    (
        Cast::Bool,
        &[
            "services.*.init",
            "services.*.depends_on.*.required",
            "services.*.depends_on.*.restart",
            "services.*.healthcheck.disable",
            "services.*.oom_kill_disable",
            "services.*.privileged",
            "services.*.read_only",
            "services.*.stdin_open",
            "services.*.tty",
            "services.*.volumes.[].read_only",
            "services.*.volumes.[].volume.nocopy",
            "networks.*.external",
            "networks.*.internal",
            "networks.*.attachable",
            "networks.*.enable_ipv4",
            "networks.*.enable_ipv6",
            "volumes.*.external",
            "secrets.*.external",
            "configs.*.external",
        ],
    ),
    (
        Cast::Int,
        &[
            "services.*.cpu_count",
            "services.*.cpu_period",
            "services.*.cpu_quota",
            "services.*.cpu_rt_period",
            "services.*.cpu_rt_runtime",
            "services.*.cpu_shares",
            "services.*.deploy.replicas",
            "services.*.deploy.update_config.parallelism",
            "services.*.deploy.rollback_config.parallelism",
            "services.*.deploy.restart_policy.max_attempts",
            "services.*.deploy.placement.max_replicas_per_node",
            "services.*.healthcheck.retries",
            "services.*.oom_score_adj",
            "services.*.pids_limit",
            "services.*.ports.[].target",
            "services.*.scale",
            "services.*.ulimits.*",
            "services.*.ulimits.*.hard",
            "services.*.ulimits.*.soft",
        ],
    ),
    (
        Cast::Float,
        &[
            "services.*.cpu_percent",
            "services.*.cpus",
            "services.*.deploy.update_config.max_failure_ratio",
            "services.*.deploy.rollback_config.max_failure_ratio",
        ],
    ),
];
