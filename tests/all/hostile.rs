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
    let ticks = format!("#!/bin/sh\n{}{}", "(".repeat(15 * MANY), "`a`".repeat(15 * MANY));
    survives("`", "start.sh", &ticks);
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

/// The messages of the findings of `rule` in a tree of these files.
fn messages(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    let report = Tree::new(files).json(&[]);
    let findings = report["findings"].as_array().expect("a list");
    let of_rule = findings.iter().filter(|f| f["rule"] == rule);
    of_rule.map(|f| f["message"].as_str().unwrap_or("").to_owned()).collect()
}

const SERVICE: &str = "services:\n  a:\n    image: nginx:1.27.3\n";

#[test]
fn aliases_and_merge_keys_stand_for_a_bounded_number_of_nodes() {
    let told = ["not valid YAML: the file's aliases and merge keys stand for more than 200000 nodes"];
    let mut levels = "x-0: &a0 {a: b, c: d}\n".to_owned();
    let mut merges = "x-0: &m0 {a: b}\n".to_owned();
    for n in 1..4_000 {
        if n < 40 {
            let _ = writeln!(levels, "x-{n}: &a{n} {{a: *a{0}, b: *a{0}}}", n - 1);
        }
        let _ = writeln!(merges, "x-{n}: &m{n} {{<<: *m{}, k{n}: v}}", n - 1);
    }
    let nested = format!("{levels}{SERVICE}    labels: *a39\n");
    assert_eq!(messages(&[("compose.yml", &nested)], "unparsable-file"), told);
    // No alias alone is large.
    let many = format!("{levels}{SERVICE}    x-many: [{}]\n", "*a10, ".repeat(2_000));
    assert_eq!(messages(&[("compose.yml", &many)], "unparsable-file"), told);
    let chain = format!("{merges}{SERVICE}    environment: *m3999\n");
    assert_eq!(messages(&[("compose.yml", &chain)], "unparsable-file"), told);
    let list = format!("x-m: &m\n{}{SERVICE}    environment: {{<<: [{}]}}\n", keys(2_000), "*m, ".repeat(2_000));
    assert_eq!(messages(&[("compose.yml", &list)], "unparsable-file"), told);
}

fn keys(count: usize) -> String {
    (0..count).fold(String::new(), |mut out, n| {
        let _ = writeln!(out, "  KEY{n}: v");
        out
    })
}

#[test]
fn files_that_include_others_several_times_are_counted() {
    let mut files = vec![("compose.yml".to_owned(), "include: [0.yml]\n".to_owned())];
    for n in 0..40 {
        files.push((format!("{n}.yml"), format!("include: [{0}.yml, {0}.yml, {0}.yml]\n", n + 1)));
    }
    files.push(("40.yml".to_owned(), SERVICE.to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let told = "more than 1000 files are included, each time that one is named counted";
    assert!(messages(&files, "dependency-cycle").contains(&told.to_owned()));
}

#[test]
fn ranges_of_all_ports_are_not_made_into_ports() {
    let mut file = "services:\n".to_owned();
    for n in 0..40 {
        let _ = writeln!(file, "  s{n}:\n    image: nginx:1.27.3\n    ports: ['1-65535:1-65535', '1-65535', '80:80']");
    }
    let facts = Tree::new(&[("compose.yml", &file)]).run(&["facts", "--subject", "compose.port"]);
    let ports = facts.stdout.matches("\n  port  ").count();
    assert!((40..20_000).contains(&ports), "{ports} ports");
}

/// Long flat lists: whoever compares each item with each other does not end before the limit of processor time.
#[test]
fn long_lists_are_read_once() {
    let list = |item: fn(usize) -> String| (0..20_000).map(item).collect::<String>();
    for (key, item) in [
        ("environment", (|n| format!("      - KEY{n}=v\n")) as fn(usize) -> String),
        ("labels", |n| format!("      - key{n}=v\n")),
        ("tmpfs", |n| format!("      - /t{n}\n")),
        ("extra_hosts", |n| format!("      - h{n}:10.0.0.1\n")),
    ] {
        survives(key, "compose.yml", &format!("{SERVICE}    {key}:\n{}", list(item)));
    }
    let lines = (0..4_000).fold("FROM node:22\n".to_owned(), |mut out, n| {
        let _ = writeln!(out, "ENV KEY{n}=v\nRUN echo $KEY{n}");
        out
    });
    survives("ENV", "Dockerfile", &lines);
    let arguments = (0..40_000).fold(String::new(), |mut out, n| {
        let _ = writeln!(out, "ARG KEY{n}=v");
        out
    });
    survives("ARG", "Dockerfile", &format!("{arguments}FROM node:22\n{}", "RUN echo $KEY $WORD\n".repeat(40_000)));
}

#[test]
fn units_and_variables_of_any_number_are_read_once() {
    let ports = "PublishPort=80:80\n".repeat(200_000);
    survives("PublishPort", "app.container", &format!("[Container]\nImage=nginx:1.27.3\nPod=a.pod\n{ports}"));
    let versions = (0..50_000).fold(String::new(), |mut out, n| {
        let _ = writeln!(out, "app{n}_version: 1.10");
        out
    });
    survives("version", "roles/app/defaults/main.yml", &versions);
    let tree = Tree::new(&[
        ("roles/app/defaults/main.yml", "app_port: 80\n"),
        ("roles/app/tasks/main.yml", "- ansible.builtin.template: {src: app.conf.j2, dest: /etc/app.conf}\n"),
        ("roles/app/templates/app.conf.j2", &"{{ app_port }}\n".repeat(300_000)),
    ]);
    assert!(matches!(tree.run(&["check"]).code, 0 | 1));
}

/// Names that are all like each other: whoever compares each with each does not end before the limit of processor time.
#[test]
fn names_are_looked_up_and_not_compared_with_all_others() {
    // Sixty letters, none of them a digit, no two names a slip of each other.
    let name = |n: usize| {
        let digits = format!("{n:04}");
        let letter =
            |d: u8| ["abcdefghij", "klmnopqrst", "uvwxyzabcd"].map(|set| &set[usize::from(d)..=usize::from(d)]);
        let words: String = digits.bytes().flat_map(|d| letter(d - b'0')).collect();
        format!("app_{words}_{}", "letters_of_a_long_name_".repeat(2))
    };
    let lines = |line: fn(&str) -> String| (0..2_000).map(|n| line(&name(n))).collect::<String>();
    let tree = Tree::new(&[
        ("roles/app/defaults/main.yml", &lines(|name| format!("{name}: x\n"))),
        ("roles/app/tasks/main.yml", "- ansible.builtin.template: {src: app.conf.j2, dest: /etc/app.conf}\n"),
        ("roles/app/templates/app.conf.j2", &lines(|name| format!("{{{{ {name}z }}}}\n"))),
        ("compose.yml", &format!("services:\n{}", lines(|name| format!("  {name}: {{image: 'nginx:1.27.3'}}\n")))),
        ("up.sh", &format!("#!/bin/sh\n{}", lines(|name| format!("docker compose up -d {name}z\n")))),
    ]);
    let report = tree.json(&[]);
    let findings = report["findings"].as_array().expect("a list");
    for rule in ["ansible-variable-misspelled", "compose-names-no-service"] {
        assert_eq!(findings.iter().filter(|f| f["rule"] == rule).count(), 2_000, "{rule}");
    }
    survives("apt-get", "Dockerfile", &chain("FROM alpine:3.20\n", "RUN apt-get update\n", ""));
}

#[test]
fn projects_larger_than_any_are_told_and_not_audited() {
    let services = |count: usize, more: &str| {
        (0..count).fold("services:\n".to_owned(), |mut out, n| {
            let _ = writeln!(out, "  s{n}:\n    image: redis:latest\n{more}");
            out
        })
    };
    let many = "the project has 2001 services: one of more than 2000 is not audited";
    assert_eq!(messages(&[("compose.yml", &services(2_001, ""))], "unparsable-file"), [many]);
    let looped = "services:\n{% for i in range(2001) %}\n  s{{ i }}:\n    image: redis:latest\n{% endfor %}\n";
    assert_eq!(messages(&[("templates/docker-compose.yml.j2", looped)], "unparsable-file"), [many]);
    let all = (0..300).map(|n| format!("s{n}")).collect::<Vec<_>>().join(", ");
    let told = "the project's services have more than 200000 values: it is not audited";
    let edges = services(300, &format!("    depends_on: [{all}]\n"));
    assert_eq!(messages(&[("compose.yml", &edges)], "unparsable-file"), [told]);
    assert!(messages(&[("compose.yml", &services(2_000, ""))], "unparsable-file").is_empty());
}

#[test]
fn command_lines_of_any_length_are_read_once() {
    for word in ["--x ", "-p ", "-e X ", "config set password x ", "env "] {
        let line = word.repeat(180_000 / word.len());
        for program in ["docker login", "kubectl", "env docker run", "curl"] {
            survives(word, "compose.yml", &format!("{SERVICE}    command: {program} {line}\n"));
            survives(word, "start.sh", &format!("#!/bin/sh\n{program} {line}\n"));
        }
    }
}

#[test]
fn scripts_with_more_words_than_any_are_told_and_not_audited() {
    let long = "#!/bin/sh\n".to_owned() + &"echo x\n".repeat(30_000);
    let told = "this script is larger or more tangled than any that is parsed: it was not audited";
    assert_eq!(messages(&[("start.sh", &long)], "unparsable-file"), [told]);
    let command = format!("{SERVICE}    command: {}\n", "echo x ".repeat(30_000));
    assert!(messages(&[("compose.yml", &command)], "unparsable-file").len() < 2);
}

#[test]
fn markdown_of_many_blocks_is_audited_to_a_bound() {
    let block = "```yaml\nservices:\n  a:\n    image: redis:latest\n```\n";
    let tree = Tree::new(&[("a.md", &block.repeat(1_001))]);
    let report = tree.json(&["--markdown", "*.md"]);
    let findings = report["findings"].as_array().expect("a list");
    let told: Vec<_> = findings.iter().filter(|f| f["rule"] == "unparsable-file").collect();
    assert_eq!(told.len(), 1);
    let message = "it has more than 1000 fenced blocks: those from here on are not audited";
    assert_eq!((&told[0]["message"], &told[0]["line"]), (&message.into(), &5_002.into()));
}
