//! A spinner on standard error for runs that last longer than a second, on a terminal only.
//!
//! It is drawn by a thread of its own and gone before the report is written; it never changes what is reported.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a run stays silent.
const PATIENCE: Duration = Duration::from_secs(1);

/// A spinner that goes away when this is dropped.
pub(super) struct Progress {
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Waits, and then tells that `files` files are being audited; does nothing where nobody would see it.
pub(super) fn start(files: usize, terminal: bool) -> Progress {
    if !terminal {
        return Progress { done: None, thread: None };
    }
    let (done, ended) = channel();
    let thread = thread::spawn(move || {
        if ended.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        spinner.set_style(ProgressStyle::default_spinner());
        spinner.set_message(format!("auditing {files} files"));
        spinner.enable_steady_tick(Duration::from_millis(100));
        // An error means that the run ended, one way or the other.
        let _ = ended.recv();
        spinner.finish_and_clear();
    });
    Progress { done: Some(done), thread: Some(thread) }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(thread) = self.thread.take() {
            // A spinner that failed is no reason to fail.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_short_run_does_not_wait_for_it() {
        let begun = Instant::now();
        drop(start(3, true));
        drop(start(3, false));
        assert!(begun.elapsed() < PATIENCE);
    }
}
