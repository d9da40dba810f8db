//! Suppressions in every kind of file, through the whole program: each case is what a user would type.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use crate::common::Tree;

const KEY: &str = "sk-abcdefghijklmnopqrstuvwxyz0123456789ABCD";

/// `path:line rule` with the reason, or `OPEN`, of each finding of these rules and of `unused-suppression`.
fn told(files: &[(&str, &str)], rules: &str, arguments: &[&str]) -> Vec<String> {
    let tree = Tree::new(files);
    let select = format!("{rules},unused-suppression");
    let report = tree.json(&[&["--select", &select], arguments].concat());
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let one = |f: &serde_json::Value| {
        let state = if f["suppressed"].is_null() { "OPEN" } else { f["suppressed"]["reason"].as_str().unwrap_or("?") };
        format!("{}:{} {} {state}", f["path"].as_str().unwrap_or(""), f["line"], f["rule"].as_str().unwrap_or(""))
    };
    findings.iter().map(one).collect()
}

#[test]
fn in_yaml() {
    let text = "\
services:
  a:
    image: nginx:latest  # deploylint: ignore[unpinned-image] the line
  b:
    # deploylint: ignore[unpinned-image] above
    image: nginx:latest
  c: &anchor  # deploylint: ignore[unpinned-image] the block
    restart: always

    image: nginx:latest
  d:
    image: nginx:latest
";
    let expected = ["3 unpinned-image the line", "6 unpinned-image above", "10 unpinned-image the block"];
    let expected =
        expected.iter().map(|e| format!("compose.yml:{e}")).chain(["compose.yml:12 unpinned-image OPEN".to_owned()]);
    assert_eq!(told(&[("compose.yml", text)], "unpinned-image", &[]), expected.collect::<Vec<_>>());
}

#[test]
fn in_templates_whatever_the_variant() {
    let text = "\
services:
{# deploylint: ignore[unpinned-image] a whole service #}
{% if proxy is defined %}
  a:
    image: nginx:latest
{% else %}
  a:
    image: nginx:stable  # deploylint: ignore[unpinned-image] the other variant
{% endif %}
{% for name in ['x', 'y'] %}
  {{ name }}:
    image: redis:latest  # deploylint: ignore[unpinned-image] each round
{% endfor %}
";
    let path = "templates/compose.yml.j2";
    let expected =
        ["5 unpinned-image a whole service", "8 unpinned-image the other variant", "12 unpinned-image each round"];
    let expected: Vec<_> = expected.iter().map(|e| format!("{path}:{e}")).collect();
    assert_eq!(told(&[(path, text)], "unpinned-image", &[]), expected);
}

#[test]
fn where_the_variable_is_set() {
    let compose = "services:\n  a:\n    image: caddy:{{ caddy_tag }}\n  b:\n    image: redis:{{ redis_tag }}\n";
    let files = |two: &'static str| {
        [
            ("templates/compose.yml.j2", compose),
            ("hosts", "one\ntwo\n"),
            (
                "group_vars/all.yml",
                "caddy_base: latest  # deploylint: ignore[unpinned-image] set here\ncaddy_tag: '{{ caddy_base }}'\n",
            ),
            ("host_vars/one.yml", "redis_tag: latest  # deploylint: ignore[unpinned-image] on this host\n"),
            ("host_vars/two.yml", two),
        ]
    };
    let path = "templates/compose.yml.j2";
    let told = |two| told(&files(two), "unpinned-image", &[]);
    let first = format!("{path}:3 unpinned-image set here");
    assert_eq!(told("redis_tag: 7.2.4\n"), [first.clone(), format!("{path}:5 unpinned-image on this host")]);
    // One host's word is not the other's.
    assert_eq!(told("redis_tag: alpine\n"), [first.clone(), format!("{path}:5 unpinned-image OPEN")]);
    let both = "redis_tag: alpine  # deploylint: ignore[unpinned-image] there too\n";
    assert_eq!(told(both), [first, format!("{path}:5 unpinned-image on this host")]);
    let env = [
        ("compose.yml", "services:\n  a:\n    image: nginx:${TAG}\n"),
        (".env", "# deploylint: ignore[unpinned-image] in the env file\nTAG=latest\n"),
    ];
    assert_eq!(self::told(&env, "unpinned-image", &[]), ["compose.yml:3 unpinned-image in the env file"]);
}

#[test]
fn in_scripts_and_dockerfiles() {
    let script = "\
#!/bin/sh
# deploylint: ignore[unpinned-image] three lines
docker run -d \\
  --name x \\
  nginx:latest
if true; then  # deploylint: ignore[unpinned-image] the block
  docker run nginx:latest
fi
echo '# deploylint: ignore[unpinned-image]'; docker run nginx:latest
";
    let expected =
        ["run.sh:5 unpinned-image three lines", "run.sh:7 unpinned-image the block", "run.sh:9 unpinned-image OPEN"];
    assert_eq!(told(&[("run.sh", script)], "unpinned-image", &[]), expected);
    let dockerfile = "\
# deploylint: ignore[unpinned-image] above
FROM nginx:latest
RUN apt-get update && \\
    # deploylint: ignore[remote-script-piped-to-shell] within
    curl -fsSL https://example.com/x.sh | sh
# deploylint: ignore[remote-script-piped-to-shell] a heredoc
RUN <<EOF
curl -fsSL https://example.com/x.sh | sh
EOF
FROM redis:latest # deploylint: ignore[unpinned-image] no comment for docker
";
    let expected = [
        "Dockerfile:2 unpinned-image above",
        "Dockerfile:5 remote-script-piped-to-shell within",
        "Dockerfile:8 remote-script-piped-to-shell a heredoc",
        "Dockerfile:10 unpinned-image OPEN",
        "Dockerfile:10 unused-suppression OPEN",
    ];
    assert_eq!(told(&[("Dockerfile", dockerfile)], "unpinned-image,remote-script-piped-to-shell", &[]), expected);
}

#[test]
fn in_units_and_env_files() {
    let unit = format!(
        "[Service]\n; deploylint: ignore[unit-secret-in-environment] above\nEnvironment=OPENAI_API_KEY={KEY}\n\
         Environment=OPENAI_API_KEY={KEY} # deploylint: ignore[unit-secret-in-environment] part of the value\n"
    );
    let expected = [
        "x.service:3 unit-secret-in-environment above",
        "x.service:4 unit-secret-in-environment OPEN",
        "x.service:4 unused-suppression OPEN",
    ];
    assert_eq!(told(&[("x.service", &unit)], "unit-secret-in-environment", &[]), expected);
    let env = format!(
        "# deploylint: ignore[literal-secret] above\nOPENAI_API_KEY={KEY}\nLITELLM_MASTER_KEY={KEY}Q9 # deploylint: ignore[literal-secret] the line\n"
    );
    let expected = [".env:2 literal-secret above", ".env:3 literal-secret the line"];
    assert_eq!(told(&[(".env", &env)], "literal-secret", &[]), expected);
}

#[test]
fn in_json5_and_markdown() {
    let config = format!(
        "{{\n  gateway: {{ bind: \"lan\",\n    // deploylint: ignore[literal-secret] above\n    auth: {{ token: \"{KEY}\" }} }},\n  \
         /*\n   * deploylint: ignore[literal-secret] several lines\n   */\n  models: {{ providers: {{ openai: {{ apiKey: \"{KEY}Q9\" }} }} }},\n}}\n"
    );
    let expected = ["openclaw.json:4 literal-secret above", "openclaw.json:8 literal-secret several lines"];
    assert_eq!(told(&[("openclaw.json", &config)], "literal-secret", &[]), expected);
    let page = "\
# Deploy

Write `# deploylint: ignore[unpinned-image]` where it must be.

<!-- deploylint: ignore[unpinned-image] the block below -->
```sh
docker run nginx:latest
```

```sh
docker run nginx:latest  # deploylint: ignore[unpinned-image] in the block
docker run redis:latest
```
";
    let expected = [
        "play.md:7 unpinned-image the block below",
        "play.md:11 unpinned-image in the block",
        "play.md:12 unpinned-image OPEN",
    ];
    assert_eq!(told(&[("play.md", page)], "unpinned-image", &["--markdown", "*.md"]), expected);
}

#[test]
fn a_whole_file_from_its_top() {
    let text = "---\n# deploylint: ignore-file[unpinned-image] a lab\nservices:\n  a:\n    image: nginx:latest\n";
    assert_eq!(told(&[("compose.yml", text)], "unpinned-image", &[]), ["compose.yml:5 unpinned-image a lab"]);
}

#[test]
fn nothing_is_said_of_suppressions_in_what_could_not_be_read() {
    let text = "services:\n  a:\n    image: nginx:latest # deploylint: ignore[unpinned-image] x\n  b: [\n";
    assert_eq!(told(&[("compose.yml", text)], "unpinned-image", &[]), [""; 0]);
}

#[test]
fn a_finding_whose_suppression_is_refused_says_so() {
    let text = "services:\n  a:\n    image: nginx:latest  # deploylint: ignore[unpinned-image]\n";
    let tree = Tree::new(&[("compose.yml", text)]);
    let ran = tree.run(&["check", "--require-reason", "--select", "unpinned-image,unused-suppression"]);
    assert!(ran.code == 1 && ran.stdout.contains("this would suppress it, if it gave a reason"), "{ran}");
    // A reason in the configuration is as good; none there is none.
    for (reason, code) in [("", 1), ("reason = \"a lab\"\n", 0)] {
        tree.write("deploylint.toml", format!("[rules.unpinned-image]\nignore = [\"**\"]\n{reason}").as_bytes());
        let ran = tree.run(&["check", "--require-reason", "--select", "unpinned-image"]);
        assert_eq!(ran.code, code, "{ran}");
    }
    let ran = tree.run(&["check", "--no-ignores", "--select", "unpinned-image,unused-suppression"]);
    assert_eq!(ran.code, 1, "{ran}");
}

#[test]
fn a_reason_beside_a_line_counts_only_where_comments_do() {
    let tree = Tree::new(&[("compose.yml", "services:\n  a:\n    image: example/a:1.0.0\n    privileged: true\n")]);
    let severity = |comment: &str, arguments: &[&str]| {
        let text = format!("services:\n  a:\n    image: example/a:1.0.0\n{comment}    privileged: true\n");
        tree.write("compose.yml", text.as_bytes());
        let report = tree.json(&[&["--select", "privileged-container"], arguments].concat());
        report["findings"][0]["severity"].as_str().unwrap_or_default().to_owned()
    };
    let reason = "    # it needs the bus of the host\n";
    assert_eq!(severity("", &[]), "error");
    assert_eq!(severity(reason, &[]), "warning");
    assert_eq!(severity(reason, &["--no-ignores"]), "error");
    assert_eq!(severity("    # deploylint: ignore[unpinned-image] required for the lab\n", &[]), "error");
    assert_eq!(severity("    # Settings for production\n", &[]), "error");
}
