//! What belongs together: templates expanded with their variables, compose files merged into stacks.
//!
//! Knows formats and their semantics; knows no rules and makes no facts.

mod aliases;
pub mod compose;
mod deployed;
mod embedded;
mod ignored;
pub mod jinja;
mod lookups;
mod playbook;
mod scalars;
mod structure;
pub mod templates;
pub mod vars;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

pub use compose::Completion;

use crate::document::{Document, Kind};
use crate::load::{File, Mode, Verdict};
use crate::problem::Problem;
use crate::source::{SourceId, Sources, Span};
use crate::text::Text;
use crate::yaml::Node;

/// How to expand; all of it comes from the command line and the config file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Compose files that the user named together (`-f A -f B`, `[[stack]]`), as paths that reports print.
    pub stacks: Vec<StackOptions>,
    /// Variables of the process environment that interpolation may see (`--env NAME`), with their values.
    pub environment: Vec<(String, String)>,
    /// The active profiles (`--profile`), where a stack does not name its own; `None` means all.
    pub profiles: Option<Vec<String>>,
    /// Env files that replace `.env` (`--env-file`).
    pub env_files: Vec<std::path::PathBuf>,
    /// Extra Ansible variable files (`--vars FILE`); they win over all others.
    pub vars_files: Vec<std::path::PathBuf>,
    /// The folders that were named, as paths that reports print: what a file is for is read from its path below them.
    pub roots: Vec<String>,
    /// Where files are read that an audited one names.
    pub reach: crate::load::Reach,
    /// The size in bytes above which a file is not read; `None` for the usual one.
    pub max_file_size: Option<u64>,
    /// Markdown files whose fenced blocks are audited, as globs over the printed path.
    pub markdown: Vec<String>,
    /// Counts the files that are read, for who watches the run.
    pub parsed: Option<Arc<AtomicUsize>>,
}

/// One stack that the user described.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StackOptions {
    /// The compose files, base first.
    pub files: Vec<std::path::PathBuf>,
    /// The active profiles; `None` means all.
    pub profiles: Option<Vec<String>>,
    /// Env files instead of `.env`.
    pub env_files: Vec<std::path::PathBuf>,
    /// The project directory, where it is not the base file's.
    pub project_directory: Option<std::path::PathBuf>,
    /// The project name, where one is given.
    pub name: Option<String>,
}

/// Everything that the audited files say, before any rule looks at it.
#[derive(Debug, Clone, Default)]
pub struct Deployment {
    /// All readings of all audited files, by path and variant.
    pub documents: Vec<Arc<Document>>,
    /// Where texts stand that are files of their own: those that a script or a task writes.
    pub embedded: Vec<Span>,
    /// The compose projects.
    pub stacks: Vec<Stack>,
    /// Problems that concern several files (a missing `include`, a cycle), or templates that could not be expanded.
    pub problems: Vec<Problem>,
    /// The files that were read because an audited one names them, by path.
    pub readings: Vec<Reading>,
    /// Which group or host a variable's definition is for.
    pub owners: vars::Owners,
    /// The compose files that a project includes or extends, each with the project's own files.
    pub brought: Vec<(SourceId, Vec<SourceId>)>,
    /// The paths of all files that were met, audited or not, sorted.
    pub paths: Vec<String>,
    /// Whether scripts may be executed, by their paths; what is not known is left out.
    pub executable: BTreeMap<String, bool>,
    /// The texts of files that are not audited and say what happens before a start: Makefiles, workflows.
    pub helpers: Vec<Text>,
    /// The compose files that people copy and change, with their paths: `compose.override.yaml.example`.
    pub examples: Vec<(String, Text)>,
    /// The templates of roles that are audited as nothing: their paths and texts.
    pub templates: Vec<(String, Text)>,
    /// Whether a file of variables is encrypted: which names it defines is not seen.
    pub encrypted_vars: bool,
    /// The paths that Dockerfiles copy, that are not there and that git ignores, sorted.
    pub ignored: Vec<String>,
}

impl Deployment {
    /// The texts of all audited files, and of those that say what happens before a start.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.documents.iter().map(|d| d.text.value()).chain(self.helpers.iter().map(Text::value))
    }

    /// The texts of the audited files of some kinds, and of those that say what happens before a start.
    pub fn texts_of(&self, kinds: &'static [Kind]) -> impl Iterator<Item = &str> {
        let documents = self.documents.iter().filter(|d| kinds.contains(&d.kind)).map(|d| d.text.value());
        documents.chain(self.helpers.iter().map(Text::value))
    }

    /// The files that the project at the index `stack` is made of; variants of it are made of the same ones.
    pub(crate) fn sources_of(&self, stack: usize) -> Vec<SourceId> {
        let documents = self.stacks.get(stack).map(|stack| stack.documents.iter());
        documents.into_iter().flatten().filter_map(|d| self.documents.get(*d)).map(|d| d.source).collect()
    }
}

/// A file that nobody asked to audit, read because an audited one names it.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The file.
    pub document: Arc<Document>,
    /// The first place that names it; without length where docker compose looks for the file by itself.
    pub by: Span,
}

/// One compose project, merged and in docker compose's own normal form.
#[derive(Debug, Clone)]
pub struct Stack {
    /// The project's name, as docker compose would choose it.
    pub name: Text,
    /// The files it is made of, base first: indexes into [`Deployment::documents`].
    pub documents: Vec<usize>,
    /// The project directory as reports print it, with `/`; for deployed templates the directory of `dest`.
    pub directory: String,
    /// The whole project in the shape that `docker compose config --format json` prints, but with unknown values kept
    /// as unknown texts, each node with its place. See `expand::compose` for the shape.
    pub project: Node,
    /// Which variant of its templates this is.
    pub variant: u32,
    /// What a platform adds to the files before docker compose reads them, where they are written for one.
    pub platform: Option<Arc<Completion>>,
    /// The sources of its bind mounts that are not there and that git ignores, as written.
    pub ignored: Vec<String>,
}

/// The files that a line of a script makes others of: what envsubst reads, and what `cat a b > c` puts together.
fn read_by(line: &str) -> impl Iterator<Item = &str> {
    let filled = line.contains("envsubst");
    let joined = line.contains('>') && !line.contains("<<") && line.split([' ', ';', '|', '(']).any(|w| w == "cat");
    let line = if filled || joined { line } else { "" };
    // What stands behind `>` is made.
    let pieces = line.split('>').enumerate().map(|(at, piece)| {
        let piece = piece.trim_start();
        if at == 0 { piece } else { piece.split_once([' ', ';', '|', '&']).map_or("", |(_, rest)| rest) }
    });
    let words = pieces.flat_map(|piece| piece.split([' ', '\t', '<', ';', '|', '&', '"', '\'', '(', ')']));
    words.filter_map(|word| word.rsplit('/').next()).filter(|name| name.contains('.'))
}

/// Whether a value begins with a conversion of Python's, `%(name)s`: no YAML begins so, and a program fills it.
fn percent(text: &str) -> bool {
    let begins = |rest: &str| {
        let name = rest.split_once(")s").map(|(name, _)| name);
        name.is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
    };
    text.match_indices(": %(").any(|(at, begin)| text.get(at + begin.len()..).is_some_and(begins))
}

/// What a script hands to envsubst, or puts behind another file, need not parse before: nobody reads it as it stands.
fn filled_first(deployment: &mut Deployment) {
    let broken = |d: &Document| d.problems.iter().any(|p| p.kind.broken());
    for document in deployment.documents.iter_mut().filter(|d| broken(d) && percent(d.text.value())) {
        for problem in &mut Arc::make_mut(document).problems {
            problem.doubt = Some("the file as a program fills it".into());
        }
    }
    if !deployment.documents.iter().any(|d| broken(d)) {
        return;
    }
    let texts = deployment.texts_of(&[Kind::Script, Kind::AnsibleTasks]);
    let read: HashSet<String> = texts.flat_map(str::lines).flat_map(read_by).map(str::to_owned).collect();
    for document in deployment.documents.iter_mut().filter(|d| broken(d)) {
        if read.contains(document.path.rsplit('/').next().unwrap_or(&document.path)) {
            for problem in &mut Arc::make_mut(document).problems {
                problem.doubt = Some("the file as a script makes it".into());
            }
        }
    }
}

/// Which scripts may be executed. A tree of which nothing may has lost its modes on the way here, but for what git says.
fn executable(files: &[File]) -> BTreeMap<String, bool> {
    let kept = files.iter().any(|file| file.mode == Mode::Executable);
    let known = files.iter().filter_map(|file| match file.mode {
        Mode::Executable => Some((file.path.clone(), true)),
        Mode::Plain => Some((file.path.clone(), false)),
        Mode::PlainHere if kept => Some((file.path.clone(), false)),
        Mode::PlainHere | Mode::Unknown => None,
    });
    known.collect()
}

/// Expands all files.
pub fn expand(files: &[File], options: &Options, sources: &Sources) -> Deployment {
    let mut deployment = templates::documents(files, options, sources);
    let unreadable = files.iter().filter(|f| matches!(f.verdict, Verdict::Unreadable(_)));
    deployment.problems.extend(unreadable.flat_map(|f| f.problems.iter().cloned()));
    deployment.paths = files.iter().map(|f| f.path.clone()).collect();
    deployment.paths.sort_unstable();
    deployment.executable = executable(files);
    deployment.helpers = files.iter().filter(|f| f.aside.helper).map(|f| f.text.clone()).collect();
    deployment.examples = files.iter().filter(|f| f.aside.example).map(|f| (f.path.clone(), f.text.clone())).collect();
    deployment.templates =
        files.iter().filter(|f| f.aside.template).map(|f| (f.path.clone(), f.text.clone())).collect();
    filled_first(&mut deployment);
    aliases::joined(&mut deployment, files);
    playbook::blocks(&mut deployment);
    embedded::files(&mut deployment);
    compose::stacks(&mut deployment, options, sources);
    deployment.ignored = ignored::sources(&deployment);
    deployment
}

#[cfg(test)]
mod tests {
    use super::read_by;

    #[test]
    fn what_a_line_reads_is_not_what_it_makes() {
        let all = |line: &'static str| read_by(line).collect::<Vec<_>>();
        assert_eq!(all("envsubst < conf/a.yml > b.yml"), ["a.yml"]);
        assert_eq!(
            all("cat ../global.yml \"x/c.yml\" >merged.yml && run merged.yml"),
            ["global.yml", "c.yml", "merged.yml"]
        );
        assert_eq!(all("cat > /opt/docker-compose.yml <<EOF"), [""; 0]);
        assert_eq!(all("cat compose.yml"), [""; 0]);
    }
}
