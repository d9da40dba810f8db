//! The `deploylint` command: prints and exits; everything else is the library's.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::OnceLock;

use deploylint::cli::{self, Io};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The stack of each thread, in bytes. Bounded input nests (templates whose variables are templates), and the two
/// megabytes that threads get by default hold only a part of what the bounds allow. Pages that nobody touches cost nothing.
const STACK: usize = 64 * 1024 * 1024;

/// How many files one thread audits: to start more threads costs as much as the audit of some files.
const FEW: usize = 8;

fn main() -> ExitCode {
    huge_pages(false);
    if !room() {
        let _ = writeln!(io::stderr(), "deploylint: the audit needs more memory than the system grants");
        return ExitCode::from(cli::FAILED);
    }
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    thread.map_or_else(|_| run(), |thread| thread.join().unwrap_or(ExitCode::from(cli::FAILED)))
}

fn run() -> ExitCode {
    let mut stdin = io::stdin();
    let stdout_terminal = io::stdout().is_terminal();
    let stderr_terminal = io::stderr().is_terminal();
    let mut stdout = io::BufWriter::new(Pipe { gone: false });
    let mut stderr = io::stderr();
    let mut io =
        Io { stdin: &mut stdin, stdout: &mut stdout, stderr: &mut stderr, stdout_terminal, stderr_terminal, threads };
    let code = cli::run(std::env::args_os(), &mut io);
    if let Err(error) = stdout.flush()
        && code != cli::FAILED
    {
        let _ = writeln!(io::stderr(), "deploylint: can't write the report: {error}");
        return ExitCode::from(cli::FAILED);
    }
    ExitCode::from(code)
}

/// Whether the system grants what a run begins with: its stack, and as much as `cli::memory` watches over. Without this the
/// first values would be refused, which ends the process without a word.
fn room() -> bool {
    let mut begins: Vec<u8> = Vec::new();
    let granted = begins.try_reserve_exact(STACK + STACK / 2).is_ok();
    // Nobody uses it, and it has to be asked for all the same.
    std::hint::black_box(&mut begins);
    granted
}

/// Whether the system may back memory with pages of two megabytes. To fill the first few with noughts takes longer than the
/// audit of a file, which touches a little of each; the audit of many takes a tenth less time with them.
fn huge_pages(on: bool) {
    // A system that does not know the question has its own answer.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(!on);
    #[cfg(not(target_os = "linux"))]
    let _ = on;
}

/// Starts the threads for so many files, once. For a few it is the one that runs already.
fn threads(files: usize) -> Result<(), String> {
    static STARTED: OnceLock<Result<(), String>> = OnceLock::new();
    let start = || {
        huge_pages(files > FEW);
        let builder = rayon::ThreadPoolBuilder::new().stack_size(STACK);
        let builder = match files {
            ..=FEW => builder.num_threads(1).use_current_thread(),
            // A language server asks from several threads, and the one that started it may be busy.
            usize::MAX => builder,
            // The thread that runs already takes part: its caches hold what the others would have to fetch.
            _ => builder.use_current_thread(),
        };
        let started = builder.build_global();
        started.map_err(|error| format!("the system gives no threads (RAYON_NUM_THREADS asks for fewer): {error}"))
    };
    STARTED.get_or_init(start).clone()
}

/// Standard output, whose reader may go away (`| head`): that is no failure of ours, and the exit code stays what it is.
struct Pipe {
    gone: bool,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        let written = io::stdout().write(bytes);
        self.unless_gone(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = io::stdout().flush();
        self.unless_gone(flushed, ())
    }
}

impl Pipe {
    fn unless_gone<T>(&mut self, result: io::Result<T>, otherwise: T) -> io::Result<T> {
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            self.gone = true;
            return Ok(otherwise);
        }
        result
    }
}
