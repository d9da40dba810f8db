//! `--max-time`: ends a run that takes longer, whatever it is busy with.
//!
//! Such a run reports nothing: a part of the findings would look like all of them.

use std::io::Write;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::FAILED;

/// The run may go on for ever once this is dropped.
pub(super) struct Deadline {
    #[allow(dead_code)] // To be dropped is all that it is for.
    done: Option<Sender<()>>,
}

/// Ends the process with the exit code for a run that could not be done when `seconds` are over; never without them.
pub(super) fn start(seconds: Option<u64>) -> Deadline {
    let Some(seconds) = seconds else { return Deadline { done: None } };
    let (done, ended) = channel();
    let watch = move || {
        if ended.recv_timeout(Duration::from_secs(seconds)) == Err(RecvTimeoutError::Timeout) {
            let message = format!("deploylint: the audit takes longer than {seconds} s (--max-time)");
            let _ = writeln!(std::io::stderr(), "{message}: nothing is reported, and no file counts as audited");
            exit();
        }
    };
    // Without room for a thread the run goes on as it can.
    let watched = std::thread::Builder::new().stack_size(64 * 1024).spawn(watch);
    Deadline { done: watched.is_ok().then_some(done) }
}

#[allow(clippy::exit)] // The threads at work can't be asked to stop.
pub(super) fn exit() -> ! {
    std::process::exit(i32::from(FAILED))
}
