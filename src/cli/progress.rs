//! A spinner on standard error for runs that last longer than a second, on a terminal only.
//!
//! It is drawn by a thread of its own and gone before the report is written; it never changes what is reported.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
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
        if !outlasts(&ended, PATIENCE) {
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

/// Whether the run goes on after `patience`; a run that ends earlier is not waited for.
fn outlasts(ended: &Receiver<()>, patience: Duration) -> bool {
    ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout)
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
    use super::*;

    #[test]
    fn a_run_that_ends_is_not_waited_for() {
        let (done, ended) = channel();
        drop(done);
        assert!(!outlasts(&ended, Duration::MAX));
    }

    #[test]
    fn a_run_that_goes_on_is_noticed() {
        let (_done, ended) = channel();
        assert!(outlasts(&ended, Duration::from_millis(1)));
    }
}
