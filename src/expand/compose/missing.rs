//! What to say of files that a compose file names and that are not there, or that nobody reads.

use std::collections::HashSet;
use std::path::Path;
use std::sync::OnceLock;

use super::beside;
use super::group::{BASES, OVERRIDES};
use super::interpolate::Unset;
use super::read::Context;
use crate::document::Kind;
use crate::expand::Deployment;
use crate::load::Ignores;
use crate::problem::{Problem, ProblemKind};
use crate::text::Text;

/// The rule that reports a file which is not there.
const UNDEFINED: ProblemKind = ProblemKind::UndefinedReference;

/// What scripts and tasks say of files, and where parts of projects lie; each collected when it is first asked for.
#[derive(Default)]
pub(super) struct MentionedFiles {
    /// The names of files that they speak of.
    names: OnceLock<HashSet<String>>,
    /// The words of the lines that fetch something.
    fetched: OnceLock<HashSet<String>>,
    /// The folders whose compose files are parts of a project that is not here.
    parts: OnceLock<HashSet<String>>,
    /// Whether something fills templates of the shell's form.
    filled: OnceLock<bool>,
    /// What git leaves out.
    ignores: Ignores,
}

impl MentionedFiles {
    fn of(&self, file: &str, deployment: &Deployment) -> bool {
        let names = self.names.get_or_init(|| {
            let texts = deployment.texts_of(&[Kind::Script, Kind::AnsibleTasks, Kind::AnsiblePlaybook, Kind::Markdown]);
            texts.flat_map(words).filter(|w| w.contains('.')).map(tidy).map(str::to_owned).collect()
        });
        names.contains(tidy(file))
    }

    /// Whether a line of the tree hands files to `envsubst`, or replaces `${NAME}` in them by `sed`.
    pub(super) fn filled(&self, deployment: &Deployment) -> bool {
        let fills = |line: &str| line.contains("envsubst") || line.contains("sed ") && line.contains("\\${");
        *self.filled.get_or_init(|| {
            let mut texts =
                deployment.texts_of(&[Kind::Script, Kind::AnsibleTasks, Kind::AnsiblePlaybook, Kind::Markdown]);
            texts.any(|text| text.lines().any(fills))
        })
    }

    /// Whether something fetches a repository into a folder of `path`.
    fn fetched(&self, path: &str, deployment: &Deployment) -> bool {
        let fetched = self.fetched.get_or_init(|| {
            let texts = deployment.texts_of(&[Kind::Script, Kind::AnsibleTasks, Kind::AnsiblePlaybook]);
            let words = texts.flat_map(fetching).flat_map(words);
            words.map(|word| word.strip_suffix(".git").unwrap_or(word).to_owned()).collect()
        });
        let (folder, _) = path.rsplit_once('/').unwrap_or_default();
        let mut folders = folder.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
        folders.any(|folder| fetched.contains(folder))
    }

    /// Whether the compose file at `path` is one of several parts in a folder that has no base.
    fn part(&self, path: &str, deployment: &Deployment) -> bool {
        // `docker-fragments/opt-add-chatwoot.yml`
        if path.rsplit('/').nth(1).is_some_and(|folder| folder.to_ascii_lowercase().contains("fragment")) {
            return true;
        }
        let parts = self.parts.get_or_init(|| beside::folders_of_parts(deployment));
        parts.contains(path.rsplit_once('/').map_or(".", |(folder, _)| folder))
    }
}

/// What brings a folder that is not in the tree.
const FETCHES: [&str; 7] = ["git clone", "git submodule", "degit", "tar ", "unzip", "svn ", "rsync"];

/// The lines of a text that fetch something. Programs in Python give the words of a command as a list, which may have
/// several lines.
fn fetching(text: &str) -> impl Iterator<Item = &str> {
    let listed = text.contains("\"clone\"") || text.contains("'clone'");
    text.lines().filter(move |line| listed || FETCHES.iter().any(|word| line.contains(word)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-')))
}

/// A name without the full stop of a sentence.
fn tidy(name: &str) -> &str {
    name.trim_end_matches('.')
}

/// Whether a resource comes from a repository or a registry, which nobody reads here.
pub(super) fn remote(path: &str) -> bool {
    path.contains("://") || ["git@", "github.com/"].iter().any(|p| path.starts_with(p))
}

/// The compose file `disk`, which `what` names, can't be read.
pub(super) fn compose_file(what: &str, name: &Text, disk: &Path, reason: &str, context: &Context<'_>) -> Problem {
    let shown = name.display();
    let message = format!("{what} names `{shown}`, which can't be read: {reason}");
    let problem = Problem::new(UNDEFINED, message, name.span()).help("add the file, or drop the reference");
    if context.unset == Unset::Empty || !made_elsewhere(disk, name, context) {
        return problem;
    }
    problem.doubt(format!("whether `{shown}` is made before the start"))
}

/// What `what` names is remote: rules can't know what it holds, and `config` can't print it.
pub(super) fn unread(what: &str, name: &Text, unset: Unset) -> Problem {
    let message = format!("{what} names a remote file, which is never fetched here");
    if unset == Unset::Empty {
        return Problem::new(ProblemKind::Refused, message, name.span());
    }
    Problem::new(UNDEFINED, message, name.span()).doubt("the remote file, which is never fetched")
}

/// What `what` names lies where nothing is read: rules can't know what it holds.
pub(super) fn beyond(what: &str, name: &Text) -> Problem {
    let message = format!("{what} names a file outside of the repository and the folders that are audited");
    let doubt = "the file outside of what is audited, which is read with `--follow-outside`";
    Problem::new(UNDEFINED, message, name.span()).doubt(doubt)
}

/// An env file that is not there. Whoever keeps it out of the tree on purpose makes it before the start, so nobody can
/// say that it will be missing then.
pub(super) fn env_file(what: &str, name: &Text, disk: &Path, context: &Context<'_>) -> Problem {
    let shown = name.display();
    let problem = Problem::new(UNDEFINED, format!("{what} `{shown}` does not exist"), name.span())
        .help("add the file, or say `required: false` where the service starts without it");
    if context.unset == Unset::Empty || !made_elsewhere(disk, name, context) {
        return problem;
    }
    problem.doubt(format!("whether `{shown}` is made before the start"))
}

/// Whether something says that the file comes into being outside the tree: git ignores it, an example lies beside it, a
/// script or task speaks of it, or nobody can see what is beside the file that names it.
fn made_elsewhere(disk: &Path, name: &Text, context: &Context<'_>) -> bool {
    let Some(file) = disk.file_name().map(|n| n.to_string_lossy().into_owned()) else { return true };
    let by = name.span();
    let from = context.sources.get(by.source);
    let Some(from_disk) = from.disk.as_deref() else { return true };
    // A template lands elsewhere, beside files that are not in its own folder.
    let documents = &context.deployment.documents;
    if documents.iter().any(|d| d.source == by.source && (d.template || d.deployed.is_some())) {
        return true;
    }
    // The paths of an override count from where its base lies, which is not here.
    if override_alone(&from.path, &context.deployment.paths) {
        return true;
    }
    // An absolute path is the host's, and a variable is there to be set.
    if name.value().starts_with(['/', '~']) || !name.is_literal() {
        return true;
    }
    let (mentioned, deployment) = (context.mentioned_files, context.deployment);
    example_beside(disk, from_disk, &from.path, &deployment.paths)
        || mentioned.part(&from.path, deployment)
        || mentioned.of(&file, deployment)
        || mentioned.fetched(name.value(), deployment)
        || mentioned.ignores.by_git(disk)
        || from_above(&mentioned.ignores, from_disk, &from.path, name.value())
}

fn override_alone(path: &str, paths: &[String]) -> bool {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let beside = |base: &&str| {
        let path = if folder.is_empty() { (*base).to_owned() } else { format!("{folder}/{base}") };
        paths.binary_search(&path).is_ok()
    };
    OVERRIDES.contains(&name) && !BASES.iter().any(beside)
}

/// Whether git ignores the file where compose is run in a folder above the one of the file that names it.
fn from_above(ignores: &Ignores, from: &Path, shown: &str, name: &str) -> bool {
    let name = name.trim_start_matches("./");
    let depth = Path::new(shown).components().count();
    from.ancestors().skip(2).take(depth.saturating_sub(1)).any(|folder| ignores.by_git(&folder.join(name)))
}

/// Whether `paths` hold an example of an env file in the folder of `disk`; `from` is a file of the tree, printed as
/// `shown`.
fn example_beside(disk: &Path, from: &Path, shown: &str, paths: &[String]) -> bool {
    let folder = disk.parent().unwrap_or(Path::new(""));
    let depth = Path::new(shown).components().count();
    let root = from.ancestors().nth(depth).filter(|_| from.ends_with(shown));
    let folder = root.and_then(|root| folder.strip_prefix(root).ok()).unwrap_or(folder);
    let folder = crate::discover::display(folder);
    let prefix = if folder == "." { String::new() } else { format!("{folder}/") };
    let words = ["example", "sample", "template", "dist", "default", "tmpl"];
    paths.iter().filter_map(|path| path.strip_prefix(&prefix)).any(|rest| {
        let own = rest.to_ascii_lowercase();
        !own.contains('/') && own.contains("env") && words.iter().any(|w| own.contains(w))
    })
}
