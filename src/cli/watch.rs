//! `check --watch`: audits again whenever a file that it could read changes, until somebody interrupts it.
//!
//! Each round is a whole run, as `check` does it: what it says never depends on what it said before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use notify::{ErrorKind, Event, RecursiveMode, Watcher};

use super::{Failure, Io, args, check};
use crate::discover;
use crate::load::classify::{Wanted, wanted};
use crate::report::safe;

/// How long nothing has to happen before it is audited again: an editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// How many changed files are named.
const NAMED: usize = 3;

type Events = Receiver<notify::Result<Event>>;
type Paths = BTreeSet<PathBuf>;

/// Audits again and again; ends only where nothing can be watched or nobody reads the report any more.
pub(super) fn run(args: &args::Check, io: &mut Io<'_>) -> Result<u8, Failure> {
    let (sender, events) = channel();
    // An error means that the run has ended.
    let mut watcher = notify::recommended_watcher(move |event| drop(sender.send(event))).map_err(unwatched)?;
    let ours: Paths = args.output.outputs.iter().map(|(_, file)| absolute(file)).collect();
    let mut last: Option<Vec<u8>> = None;
    loop {
        // Before it is read, so that no change is lost in between. All of them again: a folder that was removed and made
        // again is another one.
        let all = folders(args);
        for folder in &all {
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                // It went away since it was listed, which is a change of the folder around it.
                Err(error) if matches!(error.kind, ErrorKind::PathNotFound) || !folder.is_dir() => {}
                done => done.map_err(unwatched)?,
            }
        }
        let said = once(args, io);
        if last.as_ref() == Some(&said) {
            tell(io, args, "the same as before")?;
        } else {
            io.stdout.write_all(&said)?;
            io.stdout.flush()?;
        }
        last = Some(said);
        tell(io, args, "waiting for changes; Ctrl-C ends")?;
        let changed = next(&events, &all, &ours)?;
        tell(io, args, &format!("changed: {}", names(&changed)))?;
    }
}

/// What one run prints; why it could not be done is told, and may be mended with the next change.
fn once(args: &args::Check, io: &mut Io<'_>) -> Vec<u8> {
    let mut said = Vec::new();
    let Io { stdin, stderr, stdout_terminal, stderr_terminal, threads, .. } = io;
    let mut inner = Io {
        stdin: &mut **stdin,
        stdout: &mut said,
        stderr: &mut **stderr,
        stdout_terminal: *stdout_terminal,
        stderr_terminal: *stderr_terminal,
        threads: *threads,
    };
    if let Err(Failure(why)) = check::once(args, &mut inner) {
        let _ = writeln!(io.stderr, "{}", safe::log(&format!("deploylint: {}", safe::lines(&why))));
    }
    said
}

fn tell(io: &mut Io<'_>, args: &args::Check, what: &str) -> Result<(), Failure> {
    if !args.output.quiet {
        writeln!(io.stderr, "{}", safe::log(&format!("deploylint: {}", safe::line(what))))?;
    }
    Ok(())
}

/// The folders whose files are read: those that an audit enters, and those of the files that are named.
fn folders(args: &args::Check) -> Paths {
    let deployment = &args.deployment;
    let named = [&deployment.files, &deployment.env_files, &deployment.vars, &args.rules];
    let named = named.into_iter().flatten().chain(&args.config.config).chain(&args.baseline);
    let mut found = Paths::from([absolute(Path::new("."))]);
    for path in args.paths.iter().chain(named) {
        let path = absolute(path);
        if !path.is_dir() {
            found.extend(path.parent().filter(|folder| folder.is_dir()).map(Path::to_owned));
            continue;
        }
        let entered = |entry: &walkdir::DirEntry| {
            entry.file_type().is_dir() && (entry.depth() == 0 || discover::not_entered(entry.path()).is_none())
        };
        let all = walkdir::WalkDir::new(&path).into_iter().filter_entry(entered).flatten();
        found.extend(all.map(walkdir::DirEntry::into_path));
    }
    found
}

/// Waits for changes of files that an audit could read; nothing else of what happens counts.
fn next(events: &Events, watched: &Paths, ours: &Paths) -> Result<Paths, Failure> {
    let mut changed = Paths::new();
    while changed.is_empty() {
        let ended = |_| Failure("the folders are no longer watched".to_owned());
        changed.extend(take(events.recv().map_err(ended)?, watched, ours)?);
        while let Ok(event) = events.recv_timeout(QUIET) {
            changed.extend(take(event, watched, ours)?);
        }
    }
    Ok(changed)
}

fn take(event: notify::Result<Event>, watched: &Paths, ours: &Paths) -> Result<Paths, Failure> {
    let event = event.map_err(unwatched)?;
    let rescan = event.attrs.flag() == Some(notify::event::Flag::Rescan);
    // Reading is no change; what was lost may have been anything.
    let access = event.kind.is_access();
    let changed = event.paths.into_iter().filter(|path| !access && counts(path, watched, ours));
    Ok(changed.chain(rescan.then(|| absolute(Path::new(".")))).collect())
}

/// Whether a change of `path` may change the findings: reports that this run writes itself do not.
fn counts(path: &Path, watched: &Paths, ours: &Paths) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let of_ours = |file: &PathBuf| {
        let beside = format!(".{}.", file.file_name().unwrap_or_default().to_string_lossy());
        file == path || file.parent() == path.parent() && name.starts_with(&beside)
    };
    let configuration = matches!(&*name, "deploylint.toml" | "pyproject.toml");
    // A folder that is gone is none any more.
    let folder = watched.contains(path) || path.is_dir();
    let read = configuration || folder || !matches!(wanted(&path.to_string_lossy()), Wanted::Nothing);
    read && name != ".git" && !ours.iter().any(of_ours)
}

fn names(changed: &Paths) -> String {
    let shown: Vec<String> = changed.iter().take(NAMED).map(|path| discover::display(path)).collect();
    let more = changed.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", shown.join(", "))
}

fn absolute(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| discover::normal(&std::path::absolute(path).unwrap_or_default()))
}

#[allow(clippy::needless_pass_by_value)] // What `map_err` hands over.
fn unwatched(error: notify::Error) -> Failure {
    Failure(format!("--watch: the folders can't be watched: {error}"))
}
