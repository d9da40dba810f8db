//! Facts of subject `script.slip`: lines of shell scripts that the shell refuses, or that it reads in another way than they look.
//!
//! The lines are looked at as the shell cuts them: comments, here-documents and quoted text over several lines are left out. What a
//! whole script runs is `command`.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Model;
use super::fact::{Fact, FieldKind, FieldSchema, Schema};
use super::subject::Subject;
use crate::document::{Body, Document};
use crate::syntax::script::{Script, quotes};
use crate::text::Text;

/// The fields of `script.slip`.
pub const SCHEMA: Schema = Schema {
    name: "script.slip",
    doc: "A line of a shell script that the shell refuses or reads in another way than it looks.",
    fields: &[
        FieldSchema {
            name: "kind",
            kind: FieldKind::OneOf(&[
                "bracket",
                "call",
                "redirect",
                "space",
                "operator",
                "arithmetic",
                "split",
                "default",
                "literal",
                "comma",
                "heredoc",
                "quote",
                "apostrophe",
            ]),
            doc: "`bracket`: `]` without a space; `call`: `name()` as a call; `redirect`: one in a `for` list; `space`: `< (`; `operator`: `$x==`; `arithmetic`: `((n++))` under `set -e`; `split`: `export $(… | xargs)`; `default`: `${X=:-}`; `literal`: `{X}` compared as it stands; `comma`: one in an array; `heredoc`: `$(…)` in a quoted here-document; `quote`: one that nothing closes; `apostrophe`: one that closes a text in quotes.",
        },
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "The function or variable that it is about." },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The file." },
    ],
};

/// What is looked for in one line; the first group is underlined, the group `name` is its variable or function.
struct Pattern {
    kind: &'static str,
    /// What each match holds: a search for it is much cheaper than the expression.
    needle: &'static str,
    regex: LazyLock<Option<Regex>>,
    /// Whether the shell refuses the script, so that the parser has met an error as well.
    refused: bool,
}

impl Pattern {
    fn captures<'t>(&self, line: &'t str) -> Option<Captures<'t>> {
        if line.contains(self.needle) { self.regex.as_ref()?.captures(line) } else { None }
    }
}

const fn pattern(kind: &'static str, needle: &'static str, refused: bool, make: fn() -> Option<Regex>) -> Pattern {
    Pattern { kind, needle, regex: LazyLock::new(make), refused }
}

/// Names, blanks and words of a shell are ASCII: the classes of Unicode take many times as long to build.
fn ascii(expression: &str) -> Option<Regex> {
    let narrow = expression.replace(r"\b", r"(?-u:\b)").replace(r"\w", "[A-Za-z0-9_]").replace(r"\s", r"[ \t\r]");
    Regex::new(&narrow).ok()
}

static PATTERNS: [Pattern; 9] = [
    pattern("bracket", "[ ", false, || {
        ascii(r#"(?:^|[;&|]|\bif|\belif|\bwhile|\buntil|!)\s*(\[ [^\[\]]*["'}\w]\])\s*(?:$|;|&&|\|\||then\b)"#)
    }),
    pattern("call", "()", true, || {
        ascii(r"^\s*(?:if\s+|elif\s+|while\s+)(?P<name>[A-Za-z_]\w*)(\(\))\s*;\s*(?:then|do)\b")
    }),
    pattern("redirect", "/dev/null", true, || {
        ascii(r"^\s*for\s+(?P<name>\w+)\s+in\s[^;]*?(\s[12]?>\s*/dev/null)\s*;\s*do\b")
    }),
    pattern("space", "<", true, || ascii(r"(?:^|\s)(?:source|\.|cat|done)\s+(<\s+\()")),
    pattern("operator", "=", false, || ascii(r#"\[\[?\s+"?\$\{?(?P<name>\w+)\}?"?(==|!=)\s"#)),
    pattern("split", "xargs", false, || {
        ascii(r"(?:^|[;&]|\bthen|\bdo)\s*(export\s+\$\([^)]*\.env[^)]*\|\s*xargs(?:\s+-0)?\s*\))")
    }),
    pattern("default", "=:-", false, || ascii(r"(\$\{(?P<name>\w+)=:-[^}]*\})")),
    pattern("literal", "\"{", false, || ascii(r#"\[\[?\s+("\{(?P<name>[A-Z][A-Z0-9_]+)\}")\s+(?:==|=|!=)\s"#)),
    pattern("comma", "\",", false, || {
        ascii(r#"^\s*(?:local\s+|declare\s+-a\s+|readonly\s+)?\w+=\((?:\s*"[^"\s]*")*\s*("[^"\s,]*",)\s+""#)
    }),
];

/// What other lines decide about: a call with brackets, and a count that begins at zero.
static CALL: Pattern = pattern("call", "()", true, || ascii(r"^\s*([A-Za-z_]\w*\(\))\s*(?:#.*)?$"));
static COUNT: Pattern =
    pattern("arithmetic", "++", false, || ascii(r"^\s*(\(\(\s*(?P<name>\w+)\+\+\s*\)\))\s*(?:#.*)?$"));

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    for document in deployment.documents.iter().filter(|d| d.variant == 0) {
        let Body::Script(script) = &document.body else { continue };
        for fact in of_script(document, script) {
            model.facts.add(fact);
        }
    }
}

fn of_script(document: &Document, script: &Script) -> Vec<Fact> {
    let value = document.text.value();
    let mut found = Vec::new();
    let lines = lines(value);
    for (index, (at, line)) in lines.iter().enumerate() {
        let mut add = |kind: &'static str, range: std::ops::Range<usize>, name: Option<&str>| {
            found.push(fact(document, kind, &document.text.slice(at + range.start..at + range.end), name));
        };
        for pattern in PATTERNS.iter().filter(|p| !p.refused || script.partial) {
            let Some(hit) = pattern.captures(line) else { continue };
            let name = hit.name("name").map(|n| n.as_str());
            let groups = hit.iter().skip(1).flatten();
            let shown = groups.filter(|g| Some(g.as_str()) != name).min_by_key(regex::Match::start);
            if let Some(group) = shown {
                add(pattern.kind, group.range(), name);
            }
        }
        if let Some(group) = CALL.captures(line).and_then(|c| c.get(1)) {
            let next = lines
                .get(index + 1..)
                .unwrap_or(&[])
                .iter()
                .map(|(_, l)| l.trim())
                .find(|l| !l.is_empty() && !l.starts_with('#'));
            let closed = next.is_none_or(|l| {
                ["fi", "else", "done", "esac", "elif", ";;"].iter().any(|w| l == *w || l.starts_with(&format!("{w} ")))
            });
            if closed && script.partial {
                add("call", group.range(), Some(group.as_str().trim_end_matches("()")));
            }
        }
    }
    if script.strict.errexit {
        for (range, name) in counters(&lines) {
            found.push(fact(document, "arithmetic", &document.text.slice(range), Some(name)));
        }
    }
    found.extend(heredocs(document));
    // Both readers have to meet the mistake: each knows less than the shell.
    if script.partial
        && !document.template
        && let Some(slip) = quotes::slip(value)
        && !ended(value.get(..slip.at).unwrap_or_default())
    {
        let kind = if slip.apostrophe { "apostrophe" } else { "quote" };
        found.push(fact(document, kind, &document.text.slice(slip.at..slip.at + 1), None));
    }
    found
}

/// Whether a script ends before it comes to what follows `before`: a shell reads a script while it runs it, and what stands
/// behind an `exit` at the left margin (another program's text, an archive) is never read.
fn ended(before: &str) -> bool {
    before.lines().any(|line| {
        let rest = line.strip_prefix("exit").unwrap_or("-").trim();
        rest.is_empty() || rest.chars().all(|c| c.is_ascii_digit()) || rest == "$?"
    })
}

/// What `set -o errexit` says on a line.
fn errexit(line: &str) -> Option<bool> {
    let mut words = line.trim().strip_prefix("set ")?.split([' ', ';']);
    let first = words.next()?;
    let long = first.ends_with('o') && words.next() == Some("errexit");
    (long || first.contains('e')).then(|| first.starts_with('-'))
}

/// The counters that begin at zero and are counted where `set -e` is in force, with their names: bash suspends it in all of a
/// function that is called in a condition, and nobody can say it of one that other files call.
fn counters<'t>(lines: &[(usize, &'t str)]) -> Vec<(Range<usize>, &'t str)> {
    let (mut stops, mut margin) = (true, "");
    let mut counted = Vec::new();
    for (at, line) in lines {
        stops = errexit(line).unwrap_or(stops);
        let hit = COUNT.captures(line).filter(|_| stops);
        if let Some((group, name)) = hit.and_then(|hit| Some((hit.get(1)?.range(), hit.name("name")?.as_str()))) {
            let inside = line.starts_with([' ', '\t']);
            counted.push((at + group.start..at + group.end, name, function(margin).filter(|_| inside)));
        }
        // A function at the left margin ends at a brace there.
        if !line.starts_with([' ', '\t']) && !line.trim().is_empty() {
            margin = line;
        }
    }
    if counted.is_empty() {
        return Vec::new();
    }
    let zeros: HashSet<&str> = lines.iter().filter_map(|(_, line)| begun(line)).collect();
    let calls: HashSet<&str> = lines.iter().filter_map(|(_, line)| called(line.trim())).collect();
    let told = |name: &str, function: Option<&str>| zeros.contains(name) && function.is_none_or(|f| calls.contains(f));
    counted.into_iter().filter(|(_, name, function)| told(name, *function)).map(|(at, name, _)| (at, name)).collect()
}

/// The variable that a line sets to zero.
fn begun(line: &str) -> Option<&str> {
    line.trim().trim_start_matches("local ").trim_start_matches("declare -i ").strip_suffix("=0")
}

/// The command that stands alone on a line, outside of a condition.
fn called(line: &str) -> Option<&str> {
    let end = line.find([' ', ';']).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    (!line.contains("||") && !line.contains("&&") && !rest.trim_start().starts_with("()")).then_some(name)
}

/// The name of the function that begins on a line at the left margin.
fn function(margin: &str) -> Option<&str> {
    let head = margin.strip_prefix("function ").unwrap_or(margin);
    let end = head.find(|c: char| !c.is_ascii_alphanumeric() && !"_-:.".contains(c))?;
    let (name, rest) = head.split_at(end);
    let defines = rest.trim_start().starts_with("()") || margin.len() != head.len();
    (defines && !name.is_empty()).then_some(name)
}

fn fact(document: &Document, kind: &'static str, text: &Text, name: Option<&str>) -> Fact {
    Fact::new(Subject::ScriptSlip, text.place())
        .with("kind", kind)
        .with("name", name.map(str::to_owned))
        .with("path", document.path.as_str())
}

/// The lines that the shell reads as commands, with their offsets: without comments and here-documents.
fn lines(value: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut until: Option<&str> = None;
    for line in value.split_inclusive('\n') {
        let plain = line.trim_end_matches(['\n', '\r']);
        match until {
            Some(end) if plain.trim_start_matches('\t') == end || plain.trim() == end => until = None,
            Some(_) => {}
            None => {
                until = opens(plain).map(|(_, word)| word);
                if !plain.trim_start().starts_with('#') {
                    found.push((at, plain));
                }
            }
        }
        at += line.len();
    }
    found
}

/// The word that ends the here-document which a line opens, and whether it is quoted.
fn opens(line: &str) -> Option<(bool, &str)> {
    let at = line.find("<<").filter(|at| !line.get(at + 2..).is_some_and(|r| r.starts_with('<')))?;
    let rest = line.get(at + 2..)?.trim_start_matches('-').trim_start();
    let quoted = rest.starts_with(['\'', '"']);
    let word = rest.trim_start_matches(['\'', '"', '\\']);
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(word.len());
    word.get(..end)
        .filter(|w| !w.is_empty() && w.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
        .map(|w| (quoted, w))
}

/// Values of an env file that a quoted here-document writes and that hold a command.
fn heredocs(document: &Document) -> Vec<Fact> {
    let value = document.text.value();
    let mut found = Vec::new();
    let mut at = 0;
    let mut until: Option<&str> = None;
    for line in value.split_inclusive('\n') {
        let plain = line.trim_end_matches(['\n', '\r']);
        match until {
            Some(end) if plain.trim() == end => until = None,
            Some(_) => {
                let pair = plain
                    .split_once("=$(")
                    .filter(|(key, _)| key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
                if let (Some((key, _)), false) = (pair, plain.contains("=$((")) {
                    found.push(fact(
                        document,
                        "heredoc",
                        &document.text.slice(at + key.len() + 1..at + plain.len()),
                        Some(key),
                    ));
                }
            }
            None => {
                let env = plain.contains("> .env") || plain.contains(">.env") || plain.contains("/.env");
                until = opens(plain).filter(|(quoted, _)| *quoted && env).map(|(_, word)| word);
            }
        }
        at += line.len();
    }
    found
}
