//! Which comments beside a line count.

use super::{beside, lower, says, undo};
use crate::check::Checked;
use crate::finding::{Confidence, Finding, Persona, Remark, Severity, Ties};
use crate::source::{Source, Sources, Span};

fn comments(text: &str, at: &str) -> Vec<String> {
    let id = Sources::default().add(Source::new("x".to_owned(), None, text));
    let start = text.find(at).expect("it is there");
    beside(&Source::new("x".to_owned(), None, text), Span::new(id, start, start + at.len())).collect()
}

#[test]
fn a_comment_behind_the_line_or_directly_above_it_counts() {
    assert_eq!(comments("a: 1\nprivileged: true # for USB\n", "true"), ["for USB"]);
    assert_eq!(comments("# it needs\n# the bus\nprivileged: true\n", "true"), [" it needs  the bus"]);
    assert_eq!(comments("security_opt: # see https://x.test/1\n  - a\n", "- a"), ["see https://x.test/1"]);
    assert!(comments("# about a\na: 1\n\nprivileged: true\n", "true").is_empty());
    assert!(comments("url: http://x/#top\n", "http").is_empty());
}

#[test]
fn a_reason_is_more_than_a_heading() {
    for comment in [
        "Required for /dev access to read SMART data",
        "recommended to access /dev/sdX",
        "it needs the USB bus",
        "so that it can bind port 53",
    ] {
        assert!(says(comment, Remark::Reason), "{comment}");
    }
    for comment in [
        "cAdvisor",
        "Optional: Docker integration",
        "privileged mode",
        "needed for what?",
        "for USB",
        "hack, needed for the bus",
    ] {
        assert!(!says(comment, Remark::Reason), "{comment}");
    }
}

#[test]
fn headings_hints_and_denials_are_no_reason() {
    for comment in [
        "Settings for production",
        "Mounts for the agent",
        "unchanged since version 2",
        "Required settings of production",
        "adjust this as needed",
        "remove this if not needed",
        "it is not needed, sorry for this",
        "the agent doesn't need this, it reads because it can",
        "no longer required for the agent",
        "Uncomment to enable the GPU",
        "mount it to read-only folders",
    ] {
        assert!(!says(comment, Remark::Reason), "{comment}");
    }
    for comment in
        ["required for metrics, remove if not needed", "the host network is required", "needed for mDNS here"]
    {
        assert!(says(comment, Remark::Reason), "{comment}");
    }
}

#[test]
fn a_suppression_is_no_remark() {
    let none: [&str; 0] = [];
    let above = "# DeployLint: ignore[unpinned-image] required for the lab\n# and for its bus\nprivileged: true\n";
    assert_eq!(comments(above, "true"), none);
    assert_eq!(comments("privileged: true # deploylint: ignore[a] required for the lab\n", "true"), none);
    assert_eq!(comments(&format!("# it needs the bus\n{above}"), "true"), [" it needs the bus"]);
}

#[test]
fn what_is_no_comment_or_not_in_use_is_no_remark() {
    let none: [&str; 0] = [];
    for text in [
        "labels: {x: \"y # this is required for that one\"}\n",
        "a: true\nlabels: {x: 'y # because of it', z: true}\n",
        "#!/bin/sh to run it\ntrue\n",
        "# - for: 5m severity\na: true\n",
        "# devices:\n#   - /dev/ttyUSB0 # needed for Zigbee\na: true\n",
        "# NEEDS_BUS: required for x\na: true\n",
    ] {
        let at = if text.contains("true") { "true" } else { "y" };
        assert_eq!(comments(text, at), none, "{text}");
    }
    assert_eq!(comments("# Note: it needs the bus\na: true\n", "true"), [" Note: it needs the bus"]);
    assert_eq!(comments("# why: it needs the bus\na: true\n", "true"), [" why: it needs the bus"]);
    assert_eq!(comments("a: \"#1\" # it needs the bus\n", "1"), ["it needs the bus"]);
}

#[test]
fn a_value_that_has_to_be_replaced_is_marked() {
    for comment in ["CHANGEME", "change me!", "Replace this with a provisioned key", "must be changed before use"] {
        assert!(says(comment, Remark::Replace), "{comment}");
    }
    for comment in ["the admin's password", "do not change", "changes are read at start"] {
        assert!(!says(comment, Remark::Replace), "{comment}");
    }
}

#[test]
fn an_error_becomes_a_warning_and_a_warning_is_for_the_pedant() {
    let text = "a: true # it needs the bus\nb: true # the bus\n";
    let sources = Sources::default();
    let id = sources.add(Source::new("x".to_owned(), None, text));
    let finding = |at: usize, severity, remark| Finding {
        rule: "a".to_owned(),
        severity,
        confidence: Confidence::High,
        persona: Persona::Regular,
        message: String::new(),
        help: String::new(),
        span: Span::new(id, at, at + 4),
        labels: Vec::new(),
        definitions: Vec::new(),
        fixes: Vec::new(),
        suppressed: None,
        ties: Ties { remark, ..Ties::default() },
    };
    let reason = Some(Remark::Reason);
    let findings = vec![
        finding(3, Severity::Error, reason),
        finding(3, Severity::Warning, reason),
        finding(3, Severity::Error, None),
        finding(30, Severity::Error, reason),
        finding(3, Severity::Warning, Some(Remark::ReasonOfError)),
    ];
    let mut checked = Checked { findings, undecided: Vec::new() };
    lower(&mut checked, &sources);
    let told: Vec<_> = checked.findings.iter().map(|f| (f.severity, f.persona)).collect();
    assert_eq!(
        told,
        [
            (Severity::Warning, Persona::Regular),
            (Severity::Warning, Persona::Pedantic),
            (Severity::Error, Persona::Regular),
            (Severity::Error, Persona::Regular),
            (Severity::Warning, Persona::Regular),
        ]
    );
    undo(&mut checked.findings);
    assert!(checked.findings.iter().all(|f| f.persona == Persona::Regular && f.ties.before_remark.is_none()));
    let severities: Vec<_> = checked.findings.iter().map(|f| f.severity).collect();
    let as_before = [Severity::Error, Severity::Warning, Severity::Error, Severity::Error, Severity::Warning];
    assert_eq!(severities, as_before);
}

#[test]
fn another_linter_is_told_to_accept_a_tag() {
    for comment in ["hadolint ignore=DL3007", " hadolint ignore=DL3018,DL3006 and a reason"] {
        assert!(says(comment, Remark::Tag), "{comment}");
    }
    for comment in ["hadolint ignore=DL3018", "see DL3007", "hadolint ignore=DL3018 # DL3007 is kept"] {
        assert!(!says(comment, Remark::Tag), "{comment}");
    }
}
