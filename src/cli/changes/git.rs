//! What git is asked: which commits there are, what their trees hold, and the content of files.
//!
//! Git is run so that nothing of the repository's own runs with it: no hooks, no file system monitor, no filters or
//! diff programs (only raw objects are read), and nothing is fetched.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::cli::Failure;

/// The object that all empty files are, in repositories of SHA-1 and of SHA-256.
const EMPTY: [&str; 2] =
    ["e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"];

/// A repository with a working tree.
pub(super) struct Repository {
    top: PathBuf,
    option: &'static str,
}

/// A file, a link or a submodule of a version.
pub(super) struct Entry {
    /// Its path from the root of the repository on.
    pub(super) path: PathBuf,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether it may be executed.
    pub(super) executable: bool,
    /// The name of its content.
    pub(super) object: String,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A regular file.
    File,
    /// A symbolic link.
    Link,
    /// The commit of another repository.
    Submodule,
}

impl Repository {
    /// The one whose root is `top`; `option` is what the user typed.
    pub(super) fn new(top: PathBuf, option: &'static str) -> Self {
        Self { top, option }
    }

    /// The submodule at `path`, where it is checked out.
    pub(super) fn submodule(&self, path: &Path) -> Option<Self> {
        let top = self.top.join(path);
        top.join(".git").exists().then(|| Self::new(top, self.option))
    }

    /// The commit where `rev` and the current one parted: what came to `rev` afterwards is no change of this tree.
    pub(super) fn fork_point(&self, rev: &str) -> Result<String, Failure> {
        let commit = self.commit(rev)?;
        if self.line(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])?.is_none() {
            return Err(Failure("--changed-since: nothing is committed here yet; use --staged".to_owned()));
        }
        if let Some(common) = self.line(&["merge-base", &commit, "HEAD"])? {
            return Ok(common);
        }
        let hint = self.hint("the two have no history in common")?;
        Err(Failure(format!("--changed-since: no common commit of `{rev}` and the current one; {hint}")))
    }

    /// The commit that `rev` names.
    pub(super) fn commit(&self, rev: &str) -> Result<String, Failure> {
        let asked = format!("{rev}^{{commit}}");
        if let Some(commit) = self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &asked])? {
            return Ok(commit);
        }
        let hint = self.hint("`git fetch` it, or name a branch, a tag or a commit that is here")?;
        Err(Failure(format!("{}: there is no commit `{rev}` here; {hint}", self.option)))
    }

    /// What to do where a commit is missing: a shallow clone may lack it.
    fn hint(&self, otherwise: &str) -> Result<String, Failure> {
        let shallow = self.line(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true");
        let fetch =
            "this clone is shallow: fetch more of it (`git fetch --unshallow`; for actions/checkout: `fetch-depth: 0`)";
        Ok(if shallow { fetch.to_owned() } else { otherwise.to_owned() })
    }

    /// The commits that the next one will have for parents: none before the first, several while merging.
    pub(super) fn parents(&self) -> Result<Vec<String>, Failure> {
        let Some(head) = self.line(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])? else {
            return Ok(Vec::new());
        };
        let Some(path) = self.line(&["rev-parse", "--git-path", "MERGE_HEAD"])? else { return Ok(vec![head]) };
        let merged = std::fs::read_to_string(self.top.join(path)).unwrap_or_default();
        let others = merged.lines().filter(|line| line.bytes().all(|b| b.is_ascii_hexdigit())).map(str::to_owned);
        Ok([head].into_iter().chain(others).collect())
    }

    /// What the tree of a commit holds.
    pub(super) fn tree(&self, commit: &str) -> Result<Vec<Entry>, Failure> {
        let listed = self.ask(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        // `<mode> <type> <object>\t<path>`
        Ok(records(&listed).filter_map(|(words, path)| entry(words.first()?, words.get(2)?, path)).collect())
    }

    /// What is staged; `head` is what the current commit holds.
    pub(super) fn index(&self, head: Option<&Vec<Entry>>) -> Result<Vec<Entry>, Failure> {
        let listed = self.ask(&["ls-files", "--stage", "-z"])?;
        // `<mode> <object> <stage>\t<path>`; of a conflict, our side.
        let staged = records(&listed).filter(|(words, _)| matches!(words.get(2).copied(), Some("0" | "2")));
        let mut found: Vec<Entry> =
            staged.filter_map(|(words, path)| entry(words.first()?, words.get(1)?, path)).collect();
        let empty = |entry: &Entry| EMPTY.contains(&entry.object.as_str());
        if let Some(head) = head
            && found.iter().any(empty)
        {
            // `git add --intent-to-add` enters a file as an empty one that is not there.
            let added =
                self.ask(&["diff-index", "--cached", "-z", "--name-only", "--no-ext-diff", "--no-renames", "HEAD"])?;
            let added: Vec<PathBuf> = added.split(|b| *b == 0).filter_map(path_of).collect();
            found.retain(|e| !empty(e) || added.contains(&e.path) || head.iter().any(|old| old.path == e.path));
        }
        Ok(found)
    }

    /// The files that a sparse checkout leaves out.
    pub(super) fn not_checked_out(&self) -> Result<Vec<PathBuf>, Failure> {
        let listed = self.ask(&["ls-files", "-t", "-z"])?;
        let absent = listed.split(|b| *b == 0).filter_map(|line| line.strip_prefix(b"S "));
        Ok(absent.filter_map(path_of).collect())
    }

    /// Files that git ignores, and folders that hold nothing else (with a `/` at the end).
    pub(super) fn ignored(&self) -> Result<Vec<PathBuf>, Failure> {
        let listed = self.ask(&["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"])?;
        Ok(listed.split(|b| *b == 0).filter_map(path_of).collect())
    }

    /// Where the list of files is that this clone alone ignores.
    pub(super) fn excludes(&self) -> Option<PathBuf> {
        Some(self.top.join(self.line(&["rev-parse", "--git-path", "info/exclude"]).ok()??))
    }

    /// Reads the objects, in order: `each` gets the number of the object and its content's length and bytes.
    pub(super) fn contents(
        &self,
        objects: &[&str],
        mut each: impl FnMut(usize, u64, &mut dyn Read) -> std::io::Result<()>,
    ) -> Result<(), Failure> {
        let mut child = self.spawn(&["cat-file", "--batch"])?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(self.failed("it has no standard streams"));
        };
        let names = objects.iter().fold(String::new(), |all, object| all + object + "\n");
        // Both at once: git answers before it has read all names.
        let writer = std::thread::spawn(move || stdin.write_all(names.as_bytes()));
        let mut answers = BufReader::new(stdout);
        let done = (0..objects.len()).try_for_each(|n| answer(&mut answers, |size, bytes| each(n, size, bytes)));
        if done.is_err() {
            let _ = child.kill();
        }
        drop(answers);
        let _ = writer.join();
        let _ = child.wait();
        done.map_err(|why| self.failed(&why))
    }

    /// The first line that git prints; `None` where it refuses.
    fn line(&self, arguments: &[&str]) -> Result<Option<String>, Failure> {
        let output = self.output(arguments)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return if said.trim().is_empty() { Ok(None) } else { Err(self.failed(&said)) };
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().next().map(str::to_owned).filter(|line| !line.is_empty()))
    }

    /// What git prints.
    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let output = self.output(arguments)?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(self.failed(&String::from_utf8_lossy(&output.stderr)))
        }
    }

    fn output(&self, arguments: &[&str]) -> Result<Output, Failure> {
        self.spawn(arguments)?.wait_with_output().map_err(|e| self.failed(&e.to_string()))
    }

    fn spawn(&self, arguments: &[&str]) -> Result<Child, Failure> {
        let mut command = Command::new("git");
        for setting in ["core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never"] {
            command.args(["-c", setting]);
        }
        command.args(arguments).current_dir(&self.top);
        // What a hook's surroundings say of another repository; its index is what it commits.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_EXTERNAL_DIFF"] {
            command.env_remove(name);
        }
        let ours = std::env::current_dir().is_ok_and(|current| current.starts_with(&self.top));
        if !ours {
            command.env_remove("GIT_INDEX_FILE");
        }
        command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
        command.env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map_err(|error| {
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            self.failed(&if missing { "it is not installed".to_owned() } else { error.to_string() })
        })
    }

    fn failed(&self, why: &str) -> Failure {
        Failure(format!("{} asks git, and it fails: {}", self.option, why.trim()))
    }
}

/// One answer of `git cat-file --batch`: `<object> <type> <size>`, the content, a line break.
fn answer(
    answers: &mut impl BufRead,
    each: impl FnOnce(u64, &mut dyn Read) -> std::io::Result<()>,
) -> Result<(), String> {
    let broken = |error: std::io::Error| error.to_string();
    let mut head = String::new();
    answers.read_line(&mut head).map_err(broken)?;
    let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
    let Some(size) = size else {
        let name = head.split(' ').next().unwrap_or("").trim();
        return Err(format!("the object {name} is not in this clone; fetch it first"));
    };
    let mut content = answers.by_ref().take(size);
    each(size, &mut content).map_err(broken)?;
    std::io::copy(&mut content, &mut std::io::sink()).map_err(broken)?;
    answers.read_exact(&mut [0]).map_err(broken)
}

/// The records of a list: the words before the tab, and the path behind it.
fn records(listed: &[u8]) -> impl Iterator<Item = (Vec<&str>, PathBuf)> {
    listed.split(|b| *b == 0).filter_map(|record| {
        let tab = record.iter().position(|b| *b == b'\t')?;
        let words = std::str::from_utf8(record.get(..tab)?).ok()?;
        Some((words.split(' ').collect(), path_of(record.get(tab + 1..)?)?))
    })
}

fn entry(mode: &str, object: &str, path: PathBuf) -> Option<Entry> {
    let kind = match mode {
        "100644" | "100755" | "100664" => Kind::File,
        "120000" => Kind::Link,
        "160000" => Kind::Submodule,
        _ => return None,
    };
    Some(Entry { path, kind, executable: mode == "100755", object: object.to_owned() })
}

/// A path of git's, unless it would leave the folder that it is written to.
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty())?;
    let inside = |part: &str| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git");
    let plain = text.strip_suffix('/').unwrap_or(text);
    (plain.split('/').all(inside) && Path::new(plain).is_relative()).then(|| PathBuf::from(text))
}
