//! Grammars of lines: `HAProxy`'s sections, logrotate's blocks, Squid's and Redis's flat files.

use std::ops::Range;

use super::Directive;
use crate::text::Text;

/// Words that open a section of `HAProxy`'s file.
const SECTIONS: &[&str] = &[
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "resolvers",
    "peers",
    "mailers",
    "userlist",
    "cache",
    "program",
    "http-errors",
    "ring",
    "fcgi-app",
    "log-forward",
    "crt-store",
    "traces",
    "log-profile",
    "acme",
];

/// The lines of a file, each a directive.
pub(super) fn flat(text: &Text) -> Vec<Directive> {
    each(text).collect()
}

/// Sections of lines; lines before the first section stand for themselves.
pub(super) fn sections(text: &Text) -> Vec<Directive> {
    let mut found: Vec<Directive> = Vec::new();
    let mut inside = false;
    for line in each(text) {
        if SECTIONS.contains(&line.name()) {
            inside = true;
            found.push(line);
        } else if let Some(section) = found.last_mut().filter(|_| inside) {
            section.block.push(line);
        } else {
            found.push(line);
        }
    }
    found
}

/// logrotate: files with a block of lines in braces; lines outside stand for themselves, scripts are left out.
pub(super) fn blocks(text: &Text) -> Vec<Directive> {
    let (mut found, mut files, mut inside, mut script) = (Vec::<Directive>::new(), Vec::new(), false, false);
    for mut line in each(text) {
        let name = line.name().to_owned();
        if script {
            script = name != "endscript";
        } else if inside {
            match name.as_str() {
                "}" => inside = false,
                "postrotate" | "prerotate" | "firstaction" | "lastaction" | "preremove" => script = true,
                _ => found.last_mut().into_iter().for_each(|block| block.block.push(line.clone())),
            }
        } else if line.words.last().is_some_and(|w| w.value() == "{") {
            line.words.pop();
            files.extend(line.words);
            found.push(Directive { words: std::mem::take(&mut files), block: Vec::new() });
            inside = true;
        } else if name.starts_with(['/', '~', '*']) {
            files.extend(line.words);
        } else {
            found.push(line);
        }
    }
    found
}

fn each(text: &Text) -> impl Iterator<Item = Directive> + '_ {
    let value = text.value();
    let mut start = 0;
    let lines = value.split_inclusive('\n').map(move |line| {
        let range = start..start + line.len();
        start = range.end;
        range
    });
    lines.filter_map(|range| {
        let words = words(text, range);
        (!words.is_empty()).then_some(Directive { words, block: Vec::new() })
    })
}

/// The words of a line: cut at white space, quotes removed; `#` begins a comment where a word begins.
fn words(text: &Text, line: Range<usize>) -> Vec<Text> {
    let value = text.value();
    let mut found = Vec::new();
    let mut at = line.start;
    while at < line.end {
        let rest = value.get(at..line.end).unwrap_or("");
        let blank = rest.len() - rest.trim_start().len();
        at += blank;
        let rest = rest.get(blank..).unwrap_or("");
        let Some(first) = rest.chars().next().filter(|c| *c != '#') else { break };
        let quoted = matches!(first, '"' | '\'');
        let (from, length, after) = if quoted {
            let inner = rest.get(1..).unwrap_or("");
            let end = inner.find(first).unwrap_or(inner.trim_end().len());
            (at + 1, end, at + (end + 2).min(rest.len()))
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            (at, end, at + end)
        };
        found.push(text.slice(from..from + length));
        at = after;
    }
    found
}
