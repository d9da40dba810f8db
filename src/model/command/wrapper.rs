//! Programs that run the rest of their words as a command, as one table: `sudo`, `timeout`, `tini`, `sh -c`.
//!
//! Every reader of commands (scripts, tasks, units, `command:`, health checks) looks through them here, so that a wrapper
//! is known to all or to none. The options are from each program's manual; one that is not named is a flag.

use crate::text::Text;

/// A program that runs its arguments.
struct Wrapper {
    /// What it is called.
    names: &'static [&'static str],
    /// Options that take the next word.
    valued: &'static [&'static str],
    /// The words of its own that come before the program.
    operand: Operand,
    /// Options with which it runs nothing: `command -v x` asks where `x` is.
    runs_nothing: &'static [&'static str],
}

/// What stands between a wrapper's options and the program.
#[derive(Clone, Copy)]
enum Operand {
    /// Nothing.
    None,
    /// One word: a user, a lock file, a new root.
    One,
    /// A number, maybe with a unit. Old versions of `BusyBox` take it as an option, and then no word stands here.
    Number,
}

const fn wrapper(names: &'static [&'static str], valued: &'static [&'static str], operand: Operand) -> Wrapper {
    Wrapper { names, valued, operand, runs_nothing: &[] }
}

const SUDO: &[&str] = &[
    "-u",
    "-g",
    "-h",
    "-p",
    "-C",
    "-D",
    "-r",
    "-t",
    "-T",
    "-R",
    "-U",
    "--user",
    "--group",
    "--host",
    "--prompt",
    "--close-from",
    "--chdir",
    "--chroot",
    "--role",
    "--type",
    "--command-timeout",
];

const SETPRIV: &[&str] = &[
    "--reuid",
    "--regid",
    "--ruid",
    "--euid",
    "--rgid",
    "--egid",
    "--groups",
    "--inh-caps",
    "--ambient-caps",
    "--bounding-set",
    "--securebits",
    "--pdeathsig",
    "--selinux-label",
    "--apparmor-profile",
    "--seccomp-filter",
    "--landlock-access",
    "--landlock-rule",
];

const CHPST: &[&str] =
    &["-u", "-U", "-b", "-e", "-/", "-C", "-n", "-l", "-L", "-m", "-d", "-o", "-p", "-f", "-c", "-r", "-t"];

const WRAPPERS: &[Wrapper] = &[
    Wrapper {
        runs_nothing: &["-l", "-v", "-k", "-K", "--list", "--validate"],
        ..wrapper(&["sudo"], SUDO, Operand::None)
    },
    Wrapper { runs_nothing: &["-L"], ..wrapper(&["doas"], &["-u", "-C"], Operand::None) },
    wrapper(&["env"], &["-u", "--unset", "-C", "--chdir", "--argv0", "-a"], Operand::None),
    wrapper(&["timeout", "gtimeout"], &["-k", "-s", "-t", "--kill-after", "--signal"], Operand::Number),
    wrapper(&["nice"], &["-n", "--adjustment"], Operand::None),
    Wrapper {
        runs_nothing: &["-p", "--pid", "-P", "--pgid", "-u", "--uid"],
        ..wrapper(&["ionice"], &["-n", "-c", "--class", "--classdata"], Operand::None)
    },
    Wrapper {
        runs_nothing: &["-p", "--pid", "-m", "--max"],
        ..wrapper(&["chrt"], &["-T", "-P", "-D"], Operand::Number)
    },
    Wrapper { runs_nothing: &["-p", "--pid"], ..wrapper(&["taskset"], &[], Operand::One) },
    wrapper(&["numactl"], &["-C", "-m", "-N", "-i", "-p"], Operand::None),
    wrapper(&["stdbuf"], &["-i", "-o", "-e", "--input", "--output", "--error"], Operand::None),
    wrapper(&["flock"], &["-w", "-E", "--timeout", "--wait", "--conflict-exit-code"], Operand::One),
    Wrapper { runs_nothing: &["-v", "-V"], ..wrapper(&["command"], &[], Operand::None) },
    wrapper(&["exec"], &["-a"], Operand::None),
    wrapper(&["time"], &["-f", "-o", "--format", "--output"], Operand::None),
    wrapper(&["nohup", "setsid", "builtin", "chronic", "unbuffer", "catchsegv", "with-contenv"], &[], Operand::None),
    wrapper(
        &["xargs"],
        &[
            "-I",
            "-n",
            "-P",
            "-a",
            "-L",
            "-d",
            "-s",
            "-E",
            "--max-args",
            "--max-procs",
            "--arg-file",
            "--delimiter",
            "--replace",
        ],
        Operand::None,
    ),
    wrapper(&["systemd-cat"], &["-t", "-p", "--identifier", "--priority", "--stderr-priority"], Operand::None),
    wrapper(&["tini", "tini-static", "docker-init"], &["-p", "-e"], Operand::None),
    wrapper(&["dumb-init"], &["-r", "--rewrite"], Operand::None),
    wrapper(&["catatonit"], &[], Operand::None),
    wrapper(&["gosu", "su-exec", "setuidgid", "s6-setuidgid", "envdir", "s6-envdir"], &[], Operand::One),
    wrapper(
        &["s6-softlimit", "softlimit"],
        &["-a", "-c", "-d", "-f", "-l", "-m", "-o", "-p", "-r", "-s", "-t"],
        Operand::None,
    ),
    wrapper(&["chpst"], CHPST, Operand::None),
    wrapper(&["setpriv"], SETPRIV, Operand::None),
    wrapper(&["chroot"], &["--userspec", "--groups"], Operand::One),
    wrapper(
        &["unshare"],
        &["--setuid", "--setgid", "-S", "-G", "-R", "-w", "--root", "--wd", "--propagation"],
        Operand::None,
    ),
    wrapper(&["nsenter"], &["-t", "--target", "-S", "-G", "--setuid", "--setgid"], Operand::None),
];

/// How many of `words` stand before the program that they run in the end: `sudo -u x`, `env A=b`, `timeout 5`.
pub(crate) fn before_program<'t>(words: impl ExactSizeIterator<Item = &'t Text>) -> usize {
    let words: Vec<&Text> = words.collect();
    let mut at = 0;
    loop {
        // `A=1 program`, where a list of words is no line of shell.
        at += words.get(at..).unwrap_or(&[]).iter().take_while(|w| is_assignment(w.value())).count();
        match behind(words.get(at..).unwrap_or(&[])) {
            Some(taken) if at + taken < words.len() => at += taken,
            _ => break,
        }
    }
    if at < words.len() { at } else { 0 }
}

/// The words that the wrapper at the start of `words` takes; `None` where there is none, or it runs nothing.
fn behind(words: &[&Text]) -> Option<usize> {
    let name = base(words.first()?.known()?);
    let rest = words.get(1..)?;
    if name == "runuser" {
        // Without `-u` it is a kind of `su`, which starts a shell.
        let user = rest.iter().position(|w| matches!(w.value(), "-u" | "--user"))?;
        let after = rest.get(user + 2)?;
        return Some(user + 3 + usize::from(after.value() == "--"));
    }
    let wrapper = WRAPPERS.iter().find(|w| w.names.contains(&name))?;
    let mut at = 0;
    while let Some(option) = rest.get(at).map(|w| w.value()) {
        if option == "--" {
            at += 1;
            break;
        }
        if wrapper.runs_nothing.contains(&option) {
            return None;
        }
        if !option.starts_with('-') && !is_assignment(option) {
            break;
        }
        at += 1 + usize::from(wrapper.valued.contains(&option));
    }
    let number = || rest.get(at).is_some_and(|w| !w.is_known() || w.value().starts_with(|c: char| c.is_ascii_digit()));
    at += usize::from(match wrapper.operand {
        Operand::None => false,
        Operand::One => true,
        Operand::Number => number(),
    });
    Some(1 + at)
}

/// Whether `program` is a shell that runs a script after `-c`.
pub(crate) fn is_shell(program: &str) -> bool {
    matches!(base(program), "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh")
}

/// The script that the shell at the start of `words` is given by `-c`, in any bundle of its options: `-lc`, `-euxc`.
pub(crate) fn script_of<'t>(words: impl Iterator<Item = &'t Text>) -> Option<&'t Text> {
    let mut words = words.skip(1);
    let flag = |value: &str| {
        value == "--command" || value.starts_with('-') && !value.starts_with("--") && value.ends_with('c')
    };
    words.find(|w| flag(w.value()))?;
    words.next()
}

/// The last part of a program's path.
pub(crate) fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// Whether a word sets a variable for the program after it.
fn is_assignment(word: &str) -> bool {
    let name = |n: &str| !n.is_empty() && n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    word.split_once('=').is_some_and(|(n, _)| name(n) && !n.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
#[path = "wrapper_tests.rs"]
mod tests;
