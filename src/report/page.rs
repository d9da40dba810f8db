//! A rule's page as Markdown: what `explain` shows, what docs/rules holds, what code scanning offers as help.

use std::fmt::Write as _;

use crate::check::rules::Rule;
use crate::check::rules::written::{EvidenceKind, Example, Safety};

/// The page of `rule`.
pub fn markdown(rule: &Rule) -> String {
    let file = &rule.file;
    let mut out = format!("# {}\n\n{}\n\n", file.id, file.title);
    let fix = match &file.fix {
        None => "no",
        Some(fix) if fix.safety == Safety::Safe => "safe",
        Some(_) => "unsafe",
    };
    let _ = writeln!(out, "| group | severity | confidence | persona | subject | fix |\n|---|---|---|---|---|---|");
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | `{}` | {fix} |\n",
        rule.group,
        file.severity.name(),
        file.confidence.name(),
        file.persona.name(),
        file.subject
    );
    section("Why", &file.why, &mut out);
    let kind = match file.evidence.kind {
        EvidenceKind::Ran => "Seen by running the software.",
        EvidenceKind::Source => "Read in the software's source.",
        EvidenceKind::Documented => "Read in the software's documentation.",
    };
    let mut refs = String::new();
    for one in &file.evidence.refs {
        let _ = write!(refs, "\n- {one}");
    }
    section("How this is known", &format!("{kind} {}\n{refs}", file.evidence.note.trim()), &mut out);
    if !file.options.is_empty() {
        out.push_str("## Options\n\n| option | default | meaning |\n|---|---|---|\n");
        for (name, option) in &file.options {
            let default = serde_json::to_string(&option.default).unwrap_or_default();
            let _ = writeln!(out, "| `{name}` | `{default}` | {} |", option.doc.trim());
        }
        out.push('\n');
    }
    examples("Wrong", &file.examples.bad, &mut out);
    examples("Right", &file.examples.good, &mut out);
    if !file.misses.is_empty() {
        out.push_str("## Known misses\n\n");
        for miss in &file.misses {
            let _ = writeln!(out, "- {}: {}", miss.name.trim(), miss.why.trim());
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn section(title: &str, text: &str, out: &mut String) {
    let _ = write!(out, "## {title}\n\n{}\n\n", text.trim());
}

fn examples(title: &str, examples: &[Example], out: &mut String) {
    if examples.is_empty() {
        return;
    }
    let _ = write!(out, "## {title}\n\n");
    for example in examples {
        let _ = write!(out, "{}:\n\n", example.name.trim().trim_end_matches(':'));
        if let Some(text) = &example.text {
            code(example.file.as_deref().unwrap_or("compose.yml"), text, out);
        }
        for (path, text) in &example.files {
            code(path, text, out);
        }
    }
}

fn code(path: &str, text: &str, out: &mut String) {
    // The fence has to be longer than any within.
    let fence = if text.contains("```") { "`````" } else { "```" };
    let _ = write!(out, "`{path}`\n{fence}\n{}\n{fence}\n\n", text.trim_end());
}
