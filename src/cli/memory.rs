//! Ends a run before the system refuses it memory: an allocation that fails aborts the process, without a word on what
//! became of the audit.
//!
//! Only where there is a limit: of the address space (`ulimit -v`), of data (`ulimit -d`), or of the control group.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::deadline::exit;

/// How often it is looked.
const PAUSE: Duration = Duration::from_millis(10);

/// What has to be free, in bytes: no single value of a run is larger.
const RESERVE: u64 = 32 * 1024 * 1024;

/// Nothing is looked at any more once this is dropped.
pub(super) struct Memory {
    #[allow(dead_code)] // To be dropped is all that it is for.
    done: Option<Sender<()>>,
}

/// What the system grants.
struct Limits {
    /// Whether it refuses addresses at some time.
    addresses: bool,
    /// The most bytes that the control group may hold.
    group: Option<u64>,
}

/// Watches until the result is dropped.
pub(super) fn start() -> Memory {
    let limits = Limits { addresses: addresses(), group: group() };
    if !limits.addresses && limits.group.is_none() {
        return Memory { done: None };
    }
    // Where the limit is lower than what a run begins with, a watch comes too late.
    limits.hold();
    let (done, ended) = channel();
    let watch = move || {
        while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
            limits.hold();
        }
    };
    // Without room for a thread the run goes on as it can.
    let watched = std::thread::Builder::new().stack_size(64 * 1024).spawn(watch);
    Memory { done: watched.is_ok().then_some(done) }
}

impl Limits {
    /// Ends the run where the reserve is gone.
    fn hold(&self) {
        if self.reached() {
            let message = "deploylint: the audit needs more memory than the system grants";
            let _ = writeln!(std::io::stderr(), "{message}: nothing is reported, and no file counts as audited");
            exit();
        }
    }

    fn reached(&self) -> bool {
        let held =
            || number(&fs::read_to_string("/proc/self/status").unwrap_or_default(), "VmRSS:").unwrap_or(0) * 1024;
        self.addresses && refused() || self.group.is_some_and(|most| held() + RESERVE > most)
    }
}

/// Whether a request of the reserve fails now.
fn refused() -> bool {
    let mut reserve: Vec<u8> = Vec::new();
    let asked = reserve.try_reserve_exact(usize::try_from(RESERVE).unwrap_or(usize::MAX));
    // Nobody uses it, and it has to be asked for all the same.
    std::hint::black_box(&mut reserve);
    asked.is_err()
}

/// Whether the process has a limit of its own.
fn addresses() -> bool {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    ["Max address space", "Max data size"].iter().any(|name| number(&limits, name).is_some())
}

/// The first number of the line that begins so.
fn number(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The least limit of the control group and of those around it.
fn group() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limits = groups.lines().filter_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        match controllers {
            "" => least(Path::new("/sys/fs/cgroup"), path, "memory.max"),
            "memory" => least(Path::new("/sys/fs/cgroup/memory"), path, "memory.limit_in_bytes"),
            _ => None,
        }
    });
    // Without a limit the old interface tells the largest number of pages.
    limits.min().filter(|bytes| *bytes < 1 << 60)
}

fn least(root: &Path, path: &str, name: &str) -> Option<u64> {
    let inner = root.join(path.trim_start_matches('/'));
    let folders = inner.ancestors().take_while(|folder| folder.starts_with(root)).map(Path::to_path_buf);
    let limit = |folder: PathBuf| fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok();
    folders.filter_map(limit).min()
}
