//! Input that is written to break the program: what nests, chains or doubles without end.
//!
//! Each case ends with a report (no full stack, no time without end: the system ends a run that takes more processor time
//! than [`crate::common::PROCESSOR_SECONDS`]), and the good file beside it is still audited.
//! What single mistakes lead to is `cli_bad_input`'s, random damage `robustness`'s.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use std::fmt::Write as _;

use crate::common::Tree;

/// How often the construct is repeated: enough to fill any stack.
const MANY: usize = 20_000;

fn survives(name: &str, path: &str, content: &str) {
    let tree = Tree::new(&[(path, content), ("good/compose.yml", "services:\n  web:\n    image: nginx:1.27.3\n")]);
    let ran = tree.run(&["check", "--format", "json"]);
    let code = ran.code;
    assert!(matches!(code, 0 | 1), "{name}: exit code {code}: {}", ran.stderr);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("a report");
    let inputs = report["inputs"].as_array().expect("a list");
    let good = inputs.iter().find(|i| i["path"] == "good/compose.yml").expect("the good file is listed");
    assert_eq!(good["status"], "audited", "{name}");
}

fn template(body: &str) -> String {
    format!("services:\n  a:\n    image: x:1.2.3\n    command: |\n      {body}\n")
}

/// `head`, then `unit` many times, then `tail`.
fn chain(head: &str, unit: &str, tail: &str) -> String {
    format!("{head}{}{tail}", unit.repeat(MANY))
}

#[test]
fn jinja_expressions_that_chain() {
    for unit in [".a", "[0]", "(1)", "|default(1)", " and x", " + 1", " ~ x", " is defined", " == x", " if x", "**2"] {
        survives(unit, "templates/docker-compose.yml.j2", &template(&chain("{{ x", unit, " }}")));
    }
    for unit in ["not ", "-"] {
        survives(unit, "templates/docker-compose.yml.j2", &template(&chain("{{ ", unit, "x }}")));
    }
}

#[test]
fn jinja_blocks_that_nest() {
    let elif = chain("{% if a %}1", "{% elif a %}2", "{% endif %}");
    survives("elif", "templates/docker-compose.yml.j2", &template(&elif));
    for (open, close) in [
        ("{% if a %}", "{% endif %}"),
        ("{% for a in b %}", "{% endfor %}"),
        ("{% filter upper %}", "{% endfilter %}"),
        ("{{ f(", ") }}"),
    ] {
        let body = format!("{}{}", open.repeat(MANY), close.repeat(MANY));
        survives(open, "templates/docker-compose.yml.j2", &template(&body));
    }
}

#[test]
fn variables_made_of_variables_made_of_variables() {
    let mut defaults = String::new();
    for n in 0..40 {
        let filters = "|default(1)".repeat(140);
        let _ = writeln!(defaults, "v{n}: '{{{{ v{}{filters} }}}}'", n + 1);
    }
    let tree = Tree::new(&[
        ("roles/r/defaults/main.yml", &defaults),
        ("roles/r/templates/docker-compose.yml.j2", "services:\n  a:\n    image: '{{ v0 }}'\n"),
    ]);
    assert!(matches!(tree.run(&["check"]).code, 0 | 1));
}

#[test]
fn values_that_double() {
    for first in ["", "x"] {
        let mut file = format!("A0={first}\n");
        for n in 1..200 {
            let _ = writeln!(file, "A{n}=${{A{}}}${{A{}}}", n - 1, n - 1);
        }
        let tree = Tree::new(&[(".env", &file), ("compose.yml", "services:\n  a:\n    image: nginx:$A199\n")]);
        assert!(matches!(tree.run(&["check"]).code, 0 | 1));
    }
}

#[test]
fn scripts_that_nest() {
    for (open, close) in
        [("$(", ")"), ("(", ")"), ("{ ", " }"), ("\"$(echo ", ")\""), ("${a:-", "}"), ("if a; then\n", "fi\n")]
    {
        let body = format!("#!/bin/sh\necho {}a{}\n", open.repeat(MANY / 10), close.repeat(MANY / 10));
        survives(open, "start.sh", &body);
    }
    for letter in ["é", "中", "🚀", "\u{10fffd}"] {
        survives(
            letter,
            "start.sh",
            &format!("#!/bin/sh\necho {{{letter} {{1..{letter}}} ${{a%{letter}}} ~{letter}\n"),
        );
        survives(letter, "templates/start.sh.j2", "#!/bin/sh\necho {{{ x }} { {{ x }} }\n");
    }
    survives("&&", "start.sh", &chain("#!/bin/sh\na", " && b", "\n"));
    survives("<<", "start.sh", &chain("#!/bin/sh\n", "$(cat <<EOF\n", "\n"));
}

#[test]
fn yaml_that_nests_or_multiplies() {
    survives("[", "compose.yml", &format!("services: {}{}", "[".repeat(MANY), "]".repeat(MANY)));
    survives("{", "compose.yml", &format!("services: {}{}", "{a: ".repeat(MANY), "}".repeat(MANY)));
    survives("-", "compose.yml", &format!("services:\n{}a\n", "- ".repeat(MANY)));
    let mut aliases = "a0: &a0 [x]\n".to_owned();
    for n in 1..40 {
        let _ = writeln!(aliases, "a{n}: &a{n} [*a{0},*a{0},*a{0},*a{0}]", n - 1);
    }
    survives("*", "compose.yml", &format!("{aliases}services: {{a: {{image: x, labels: *a39}}}}\n"));
}

#[test]
fn services_that_all_wait_for_all() {
    let mut file = "services:\n".to_owned();
    for n in 0..120 {
        let others: Vec<_> = (0..120).filter(|m| *m != n).map(|m| format!("s{m}")).collect();
        let _ = writeln!(file, "  s{n}:\n    image: nginx:1.27.3\n    depends_on: [{}]", others.join(", "));
    }
    let tree = Tree::new(&[("compose.yml", &file)]);
    let report = tree.json(&[]);
    let findings = report["findings"].as_array().expect("a list");
    let circles = findings.iter().filter(|f| f["rule"] == "dependency-cycle").count();
    assert!((1..=20).contains(&circles), "{circles} circles");
}
