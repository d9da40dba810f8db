//! The program behind wrappers, and words that only look like one.

use super::*;
use crate::source::{Source, Sources, Span};

fn behind_all(line: &str) -> String {
    let id = Sources::default().add(Source::new("a", None, line));
    let words: Vec<Text> = line.split(' ').map(|w| Text::literal(w, Span::new(id, 0, w.len()))).collect();
    words[before_program(words.iter())..].iter().map(Text::value).collect::<Vec<_>>().join(" ")
}

#[test]
fn wrappers_are_looked_through() {
    for (line, program) in [
        ("timeout 5 curl -f x", "curl -f x"),
        ("timeout -k 1 5s curl x", "curl x"),
        ("timeout -t 5 curl x", "curl x"),
        ("timeout --signal=KILL 5 nice -n 5 curl x", "curl x"),
        ("A=1 exec env B=2 -u C curl x", "curl x"),
        ("/usr/bin/env -i curl x", "curl x"),
        ("sudo -u app -- curl x", "curl x"),
        ("runuser -u app -- curl x", "curl x"),
        ("tini -g -- dumb-init gosu app:app curl x", "curl x"),
        ("su-exec 1000 curl x", "curl x"),
        ("setpriv --reuid 1000 --regid=1000 --init-groups curl x", "curl x"),
        ("ionice -c 2 -n 7 curl x", "curl x"),
        ("chroot --userspec=a:b /host curl x", "curl x"),
        ("stdbuf -oL -eL curl x", "curl x"),
        ("xargs -n 1 curl x", "curl x"),
        ("s6-setuidgid app curl x", "curl x"),
        ("flock -w 5 /run/lock curl x", "curl x"),
        ("chrt -f 50 curl x", "curl x"),
    ] {
        assert_eq!(behind_all(line), program, "{line}");
    }
}

#[test]
fn what_runs_nothing_is_no_wrapper() {
    for line in
        ["command -v curl", "sudo -l", "env", "timeout 5", "ionice -p 12", "su app -c x", "runuser app -c x", "A=1"]
    {
        assert_eq!(behind_all(line), line, "{line}");
    }
}

#[test]
fn the_script_of_a_shell_is_found_in_any_bundle() {
    for line in ["sh -c it", "bash -lc it", "bash -o pipefail -euc it"] {
        let id = Sources::default().add(Source::new("a", None, line));
        let words: Vec<Text> = line.split(' ').map(|w| Text::literal(w, Span::new(id, 0, w.len()))).collect();
        assert_eq!(script_of(words.iter()).map(Text::value), Some("it"), "{line}");
    }
}
