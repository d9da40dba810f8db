//! The page of one rule, and the list of all.

use std::fmt::Write as _;

use crate::check::rules::written::{Evidence, EvidenceKind, Example, OptionFile, Safety};
use crate::check::rules::{Rule, RuleSet};
use crate::examples;
use crate::finding::Finding;
use crate::knowledge::Knowledge;

/// The page of a rule. The headings are fixed; the message and the help are those of its first bad example.
pub fn page(rule: &Rule, all: &RuleSet, knowledge: &Knowledge) -> String {
    let file = &rule.file;
    let mut out = format!("# {}\n\n{}\n\n", file.id, file.title);
    let _ = writeln!(
        out,
        "Severity **{}** · confidence {} · persona {} · group {} · looks at `{}`\n",
        rule.severity.unwrap_or(file.severity).name(),
        file.confidence.name(),
        file.persona.name(),
        rule.group,
        file.subject
    );
    let shown = file.examples.bad.first().and_then(|e| first_finding(rule, e, all, knowledge));
    out.push_str("## What it finds\n\n");
    if let Some(finding) = &shown {
        let _ = writeln!(out, "> {}\n", finding.message);
    }
    out.push_str("It reports:\n\n");
    names(&mut out, &file.examples.bad);
    out.push_str("\nIt is silent on:\n\n");
    names(&mut out, &file.examples.good);
    let _ = writeln!(out, "\n## Why it matters\n\n{}\n", file.why.trim());
    if let Some(help) = shown.as_ref().map(|f| &f.help).filter(|h| !h.is_empty()) {
        let _ = writeln!(out, "## How to fix it\n\n{help}\n");
    }
    fix(&mut out, rule, shown.as_ref());
    cases(&mut out, rule);
    out.push_str("## Examples\n\n");
    for example in &file.examples.bad {
        code(&mut out, "Reported", example);
    }
    for example in &file.examples.good {
        code(&mut out, "Not reported", example);
    }
    options(&mut out, rule);
    evidence(&mut out, &file.evidence);
    if !file.misses.is_empty() {
        out.push_str("## Known gaps\n\n");
        for miss in &file.misses {
            let _ = writeln!(out, "- {}: {}", miss.name, miss.why.trim());
        }
        out.push('\n');
    }
    let _ = writeln!(out, "## Suppress\n\n`# deploylint: ignore[{}] the reason`", file.id);
    out
}

/// Whether the program fixes it, and how safely.
fn fix(out: &mut String, rule: &Rule, shown: Option<&Finding>) {
    let Some(first) = rule.fixes().next() else { return };
    let fix = shown.and_then(|finding| finding.fixes.first());
    let title = fix.map_or_else(String::new, |fix| format!(", here: {}", fix.title));
    let (safe, command) = match first.safety {
        Safety::Safe => ("safe", "deploylint fix"),
        Safety::Unsafe => ("unsafe", "deploylint fix --unsafe"),
    };
    let breaks = fix.map(|fix| &fix.breaks).filter(|breaks| !breaks.is_empty());
    let breaks = breaks.map_or_else(String::new, |breaks| format!(" It may break something: {breaks}."));
    let _ = writeln!(out, "`{command}` does it ({safe}){title}.{breaks}\n");
}

/// `safe`, `unsafe`, or nothing.
fn safety(rule: &Rule) -> &'static str {
    let has = |safety| rule.fixes().any(|fix| fix.safety == safety);
    match (has(Safety::Safe), has(Safety::Unsafe)) {
        (true, true) => "safe or unsafe",
        (true, false) => "safe",
        (false, true) => "unsafe",
        (false, false) => "",
    }
}

/// The list of all rules, by group.
pub fn index(rules: &RuleSet) -> String {
    let mut out = String::from("# Rules\n\n");
    let mut groups: Vec<&str> = rules.iter().map(|r| r.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    let _ = writeln!(out, "{} rules in {} groups.", rules.len(), groups.len());
    for group in groups {
        let _ = write!(out, "\n## {group}\n\n| rule | finds | severity | persona | fix |\n|---|---|---|---|---|\n");
        for rule in rules.iter().filter(|r| r.group == group) {
            let file = &rule.file;
            let (id, severity) = (&file.id, rule.severity.unwrap_or(file.severity).name());
            let title = file.title.replace('|', "\\|");
            let _ = writeln!(
                out,
                "| [{id}](rules/{id}.md) | {title} | {severity} | {} | {} |",
                file.persona.name(),
                safety(rule)
            );
        }
    }
    out
}

fn first_finding(rule: &Rule, example: &Example, all: &RuleSet, knowledge: &Knowledge) -> Option<Finding> {
    examples::audit(rule, example, all, knowledge).ok()?.checked.findings.into_iter().next()
}

fn names(out: &mut String, examples: &[Example]) {
    for example in examples {
        let _ = writeln!(out, "- {}", example.name);
    }
}

fn cases(out: &mut String, rule: &Rule) {
    if rule.file.cases.is_empty() {
        return;
    }
    out.push_str("## When it is judged differently\n\n| when | severity | confidence | persona |\n|---|---|---|---|\n");
    for case in &rule.file.cases {
        let when = case.when.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
        let severity = case.severity.unwrap_or(rule.file.severity).name();
        let confidence = case.confidence.unwrap_or(rule.file.confidence).name();
        let persona = case.persona.unwrap_or(rule.file.persona).name();
        let _ = writeln!(out, "| `{when}` | {severity} | {confidence} | {persona} |");
    }
    out.push('\n');
}

fn code(out: &mut String, verdict: &str, example: &Example) {
    let _ = writeln!(out, "### {verdict}: {}\n", example.name);
    let one = example.text.as_ref().map(|text| (example.file.as_deref().unwrap_or(examples::FILE), text));
    let several = example.files.iter().map(|(path, text)| (path.as_str(), text));
    for (path, text) in one.into_iter().chain(several) {
        let fence = if text.contains("```") { "````" } else { "```" };
        // What nobody sees is shown.
        let shown = text.trim_end().replace('\r', "␍");
        let _ = writeln!(out, "`{path}`\n\n{fence}{}\n{shown}\n{fence}\n", language(path));
    }
}

fn language(path: &str) -> &'static str {
    let path = path.strip_suffix(".j2").unwrap_or(path);
    match path.rsplit(['.', '/']).next() {
        Some("yml" | "yaml") => "yaml",
        Some("sh") => "bash",
        Some("json" | "json5") => "json5",
        Some("Dockerfile") => "dockerfile",
        Some("service" | "timer" | "socket" | "conf" | "ini") => "ini",
        Some("md") => "markdown",
        _ => "text",
    }
}

fn options(out: &mut String, rule: &Rule) {
    if rule.file.options.is_empty() {
        return;
    }
    out.push_str("## Options\n\n| option | default | meaning |\n|---|---|---|\n");
    for (name, OptionFile { default, doc }) in &rule.file.options {
        let default = serde_json::to_string(default).unwrap_or_default();
        let _ = writeln!(out, "| `{name}` | `{default}` | {} |", doc.replace('|', "\\|"));
    }
    out.push('\n');
}

fn evidence(out: &mut String, evidence: &Evidence) {
    let kind = match evidence.kind {
        EvidenceKind::Ran => "Seen by running it.",
        EvidenceKind::Source => "Read in the source.",
        EvidenceKind::Documented => "As documented.",
    };
    let _ = writeln!(out, "## Evidence\n\n{kind} {}\n", evidence.note.trim());
    for reference in &evidence.refs {
        // A file of this repository, from its root; the page stands in docs/rules/.
        let _ = if reference.contains("://") {
            writeln!(out, "- {reference}")
        } else {
            writeln!(out, "- [{reference}](../../{reference})")
        };
    }
    if !evidence.refs.is_empty() {
        out.push('\n');
    }
}
