//! A bar on standard error with the files that are read, for runs that last longer than a second, on a terminal only.
//!
//! It is drawn by a thread of its own and gone before the report is written; it never changes what is reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a run stays silent.
const PATIENCE: Duration = Duration::from_secs(1);

const READING: &str = "auditing [{bar:30}] {pos} of {len} files";
const TOGETHER: &str = "{spinner} auditing what {len} files say together";

/// How often the bar is drawn.
const PAUSE: Duration = Duration::from_millis(100);

/// A bar that goes away when this is dropped.
pub(super) struct Progress {
    parsed: Option<Arc<AtomicUsize>>,
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Waits, and then tells how many of `files` files are read; does nothing where nobody would see it.
pub(super) fn start(files: usize, terminal: bool) -> Progress {
    if !terminal {
        return Progress { parsed: None, done: None, thread: None };
    }
    let (done, ended) = channel();
    let parsed = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&parsed);
    let thread = thread::spawn(move || {
        if !outlasts(&ended, PATIENCE) {
            return;
        }
        let bar = ProgressBar::with_draw_target(Some(length(files)), ProgressDrawTarget::stderr());
        bar.set_style(style(READING));
        // An error of another kind means that the run ended, one way or the other.
        while outlasts(&ended, PAUSE) {
            let read = counter.load(Ordering::Relaxed);
            if read >= files {
                // What they say together has no end that is known.
                bar.set_style(style(TOGETHER));
                bar.tick();
            } else {
                bar.set_position(length(read));
            }
        }
        bar.finish_and_clear();
    });
    Progress { parsed: Some(parsed), done: Some(done), thread: Some(thread) }
}

fn length(files: usize) -> u64 {
    u64::try_from(files).unwrap_or(u64::MAX)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Progress {
    /// What counts the files that are read.
    pub(super) fn parsed(&self) -> Option<Arc<AtomicUsize>> {
        self.parsed.clone()
    }
}

/// Whether the run goes on after `patience`; a run that ends earlier is not waited for.
fn outlasts(ended: &Receiver<()>, patience: Duration) -> bool {
    ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout)
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(thread) = self.thread.take() {
            // A bar that failed is no reason to fail.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_understood() {
        assert!([READING, TOGETHER].iter().all(|template| ProgressStyle::with_template(template).is_ok()));
    }

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
