//! The reference of all subjects and their fields.

use std::fmt::Write as _;

use crate::check::expr::{FUNCTIONS, TESTS};
use crate::model::fact::FieldKind;
use crate::model::subject::Subject;

/// What rules can see: subjects, fields, and the filters and tests of expressions.
pub fn reference() -> String {
    let mut out = String::from(
        "# Facts\n\nWhat rules can see. Every field may also be null (absent) or unknown (then a rule that touches it is undecided).\n",
    );
    for subject in Subject::ALL {
        let schema = subject.schema();
        let _ = write!(out, "\n## {}\n\n{} Variable: `{}`.\n\n", schema.name, schema.doc, subject.variable());
        out.push_str("| field | holds | meaning |\n|---|---|---|\n");
        for field in schema.fields {
            let doc = field.doc.replace('|', "\\|");
            let _ = writeln!(out, "| `{}` | {} | {doc} |", field.name, words(&field.kind));
        }
    }
    out.push_str("\n# Filters\n\n");
    out.push_str("`value | name(argument)` or `value.name(argument)`.\n\n| filter | gives |\n|---|---|\n");
    for (name, doc) in EACH {
        let _ = writeln!(out, "| `{name}` | {doc} |");
    }
    for function in FUNCTIONS {
        let _ = writeln!(out, "| {} | {} |", names(function.name, function.aliases), function.doc);
    }
    out.push_str("\n# Tests\n\n`value is name(argument)`.\n\n| test | holds when |\n|---|---|\n");
    for (name, doc) in PATTERNS {
        let _ = writeln!(out, "| `{name}` | {doc} |");
    }
    for test in TESTS {
        let _ = writeln!(out, "| {} | {} |", names(test.name, test.aliases), test.doc);
    }
    out
}

/// The filters that take an expression over `item`.
const EACH: &[(&str, &str)] = &[
    ("any(expression)", "Whether it holds for one `item`."),
    ("all(expression)", "Whether it holds for every `item`."),
    ("select(expression)", "The items for which it holds."),
    ("reject(expression)", "The items for which it does not."),
    ("map(expression)", "What it gives for each `item`."),
];

const PATTERNS: &[(&str, &str)] = &[
    ("match(pattern)", "The regular expression matches its beginning."),
    ("search(pattern)", "The regular expression matches any part."),
    ("fullmatch(pattern)", "The regular expression matches all of it."),
];

fn words(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Bool => "true or false".to_owned(),
        FieldKind::Int => "number".to_owned(),
        FieldKind::Str => "text".to_owned(),
        FieldKind::OneOf(words) => {
            let words: Vec<_> = words.iter().map(|w| format!("`{w}`")).collect();
            format!("one of {}", words.join(", "))
        }
        FieldKind::Any => "anything".to_owned(),
        FieldKind::List(item) => format!("list of {}", words(item)),
        FieldKind::Map(value) => format!("mapping to {}", words(value)),
        FieldKind::Fact(subject) => {
            let name = subject.schema().name;
            format!("[{name}](#{})", name.replace('.', ""))
        }
    }
}

fn names(name: &str, aliases: &[&str]) -> String {
    let all: Vec<_> = std::iter::once(&name).chain(aliases).map(|n| format!("`{n}`")).collect();
    all.join(", ")
}
