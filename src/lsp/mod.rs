//! `deploylint lsp`: the audit in an editor, over the language server protocol.
//!
//! One thread reads messages, another one answers them, in order. What is asked about a place waits for the audit of all
//! edits before it, so that an answer never speaks of a text that is gone. Audits are the command line's own, asked through
//! [`Auditor`]: open documents stand in for the files on disk, everything else is what `check` does.

// Each request and notification is answered by a function of one shape: it takes its parameters and may refuse.
#![allow(clippy::unnecessary_wraps, clippy::needless_pass_by_value)]

mod actions;
mod audits;
mod complete;
mod diagnostics;
mod documents;
mod folders;
mod hints;
mod hover;
mod index;
mod navigate;
mod outline;
mod place;
mod queue;
mod rename;
mod requests;
mod server;
mod view;
mod wire;
mod words;

use std::collections::HashMap;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Audit;
use crate::expand::Options;
use crate::finding::Finding;
use crate::load::Kept;
use crate::report::Report;
use crate::source::Span;

pub use actions::Target;

/// What an audit of one folder gave.
#[derive(Debug)]
pub struct Snapshot {
    /// Everything that it found out.
    pub audit: Audit,
    /// What `check` would print.
    pub report: Report,
    /// How the files were expanded.
    pub options: Options,
}

/// Texts that stand in for files on disk.
pub type Unsaved = HashMap<PathBuf, Arc<str>>;

/// Audits as the command line does.
pub trait Auditor {
    /// Audits `paths` as `check` does in the folder `root`; what the last audit of them `kept` of unchanged files counts.
    ///
    /// # Errors
    /// Why it could not run, in words.
    fn audit(&mut self, root: &Path, paths: &[PathBuf], unsaved: Unsaved, kept: &mut Kept) -> Result<Snapshot, String>;

    /// The fix of one finding, as files with their texts before and after, audited again.
    ///
    /// # Errors
    /// Why it can't be made, in words.
    fn fix(
        &mut self,
        root: &Path,
        paths: &[PathBuf],
        unsaved: Unsaved,
        target: &Target,
    ) -> Result<Vec<(PathBuf, String, String)>, String>;

    /// The comment that suppresses a finding of `audit`, and its place; none where there can't be one.
    fn comment(&self, audit: &Audit, finding: &Finding) -> Option<(Span, String)>;

    /// The page of a rule, as Markdown.
    fn page(&mut self, rule: &str) -> Option<String>;
}

/// Serves one client until it is gone; the exit code is 0 where it said good-bye as the protocol wants it, else 1.
pub fn serve(input: impl Read + Send + 'static, output: &mut dyn Write, auditor: &mut dyn Auditor) -> u8 {
    let (sender, receiver) = std::sync::mpsc::channel();
    let mut input = BufReader::new(input);
    std::thread::spawn(move || {
        while let Ok(Some(incoming)) = wire::read(&mut input) {
            if sender.send(incoming).is_err() {
                return;
            }
        }
    });
    let mut server = server::Server::new(output, auditor);
    let mut queue = queue::Queue::new(receiver);
    loop {
        for id in queue.cancelled() {
            server.cancel(id);
        }
        match queue.next(server.wait()) {
            queue::Next::Incoming(incoming) => {
                if let Some(code) = server.handle(incoming) {
                    return code;
                }
            }
            queue::Next::Idle => server.refresh(),
            queue::Next::Gone => return 1,
        }
        if server.broken() {
            return 1;
        }
    }
}
