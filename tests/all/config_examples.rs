//! Each example of docs/config.md, on a tree in which every line of it changes something.

#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

use crate::common::{Tree, run};
use serde_json::Value;

const COMPOSE: &str = "services:\n  web:\n    image: nginx:latest\n";

/// The examples of the page, in order.
fn examples() -> Vec<String> {
    let page = deploylint::config::docs::page();
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(str::to_owned).collect()
}

/// The example with this line in it.
fn example(line: &str) -> String {
    let found: Vec<_> = examples().into_iter().filter(|e| e.lines().any(|l| l == line)).collect();
    let [one] = &found[..] else { panic!("{} examples hold `{line}`", found.len()) };
    one.clone()
}

/// `path rule severity state` of the findings of these rules, all where none is named.
fn told(tree: &Tree, arguments: &[&str], rules: &[&str]) -> Vec<String> {
    let report = tree.json(arguments);
    let text = |value: &Value| value.as_str().unwrap_or("open").to_owned();
    let findings = report["findings"].as_array().expect("findings").iter();
    let of_rules = findings.filter(|f| rules.is_empty() || rules.contains(&f["rule"].as_str().unwrap_or("")));
    let line = |f: &Value| {
        format!("{} {} {} {}", text(&f["path"]), text(&f["rule"]), text(&f["severity"]), text(&f["suppressed"]["kind"]))
    };
    of_rules.map(line).collect()
}

#[test]
fn all_are_shown_to_work_and_hold_every_key() {
    let all = examples();
    assert_eq!(all.len(), 6, "an example without its test below");
    let schema: Value = serde_json::from_str(&deploylint::config::docs::schema()).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for example in &all {
        let value: Value = toml::from_str(example).expect("TOML");
        assert!(validator.is_valid(value["tool"].get("deploylint").unwrap_or(&value)), "{example}");
    }
    for key in schema["properties"].as_object().expect("properties").keys() {
        let shown = |line: &str| line.starts_with(&format!("{key} =")) || line.contains(&format!("[{key}"));
        assert!(all.iter().any(|example| example.lines().any(shown)), "no example has `{key}`");
    }
}

#[test]
fn what_counts_and_for_whom() {
    let tree = Tree::new(&[
        ("compose.yml", "services:\n  web:\n    image: nginx:1.27.3\n"),
        (
            "old/compose.yml",
            "services:\n  web:\n    image: nginx:latest\n    privileged: true  # deploylint: ignore[privileged-container]\n",
        ),
        ("examples/compose.yml", COMPOSE),
        ("x/vendor/y/compose.yml", COMPOSE),
    ]);
    let pedantic = ["--persona", "pedantic"];
    let before = told(&tree, &pedantic, &["unpinned-image", "unbounded-logs", "missing-restart-policy"]);
    assert!(before.iter().any(|f| f.starts_with("examples/")) && before.iter().any(|f| f.starts_with("x/vendor/")));
    tree.run(&["check", "old", "--select", "unpinned-image", "--write-baseline", "deploylint-baseline.json"]);
    tree.write("deploylint.toml", example("fail-on = \"error\"").as_bytes());
    let after = told(&tree, &[], &["unpinned-image", "unbounded-logs", "privileged-container"]);
    let expected =
        ["old/compose.yml unpinned-image warning baseline", "old/compose.yml privileged-container error open"];
    assert_eq!(after, expected, "baseline, require-reason, ignore and exclude");
    let isolated = told(&tree, &["--isolated"], &["privileged-container", "missing-restart-policy"]);
    assert!(isolated.contains(&"old/compose.yml privileged-container error comment".to_owned()), "{isolated:?}");
    let pedantic = ["compose.yml missing-restart-policy note open", "old/compose.yml missing-restart-policy note open"];
    assert_eq!(told(&tree, &[], &["missing-restart-policy"]), pedantic, "persona");
    assert!(!isolated.iter().any(|f| f.contains("missing-restart-policy")), "{isolated:?}");
    assert_eq!(tree.run(&["check"]).code, 1);
    tree.write("old/compose.yml", b"services:\n  web:\n    image: nginx:latest\n");
    assert_eq!((tree.run(&["check"]).code, tree.run(&["check", "--isolated"]).code), (0, 1), "fail-on");
}

#[test]
fn single_rules() {
    let tree = Tree::new(&[("compose.yml", COMPOSE), ("lab/compose.yml", COMPOSE)]);
    let rules = ["unpinned-image", "missing-restart-policy"];
    let auditor = ["--persona", "auditor"];
    let before = told(&tree, &auditor, &rules);
    assert!(before.contains(&"compose.yml unpinned-image warning open".to_owned()), "{before:?}");
    assert!(before.contains(&"compose.yml missing-restart-policy note open".to_owned()), "{before:?}");
    tree.write("deploylint.toml", example("[rules.unpinned-image]").as_bytes());
    let after = told(&tree, &auditor, &rules);
    assert_eq!(after, ["compose.yml unpinned-image note open", "lab/compose.yml unpinned-image note config"]);
    assert!(tree.json(&auditor)["findings"].to_string().contains("the lab follows the newest images"));
}

#[test]
fn an_option_of_a_rule() {
    // One path in two places: one too few for the rule as it is.
    let service =
        |name: &str| format!("  {name}:\n    image: example/x:1.0.0\n    volumes: [\"/srv/app/billing:/{name}\"]\n");
    let tree = Tree::new(&[("compose.yml", &format!("services:\n{}{}", service("a"), service("b")))]);
    let told = || told(&tree, &["--persona", "auditor", "--select", "repeated-path-literal"], &[]).len();
    assert_eq!(told(), 0);
    let lines = example("places = 2");
    let (_, options) = lines.split_once("[rules.repeated-path-literal.options]").expect("its table");
    tree.write("deploylint.toml", format!("[rules.repeated-path-literal.options]{options}").as_bytes());
    assert_eq!(told(), 1);
}

#[test]
fn what_belongs_together() {
    let compose = "services:\n  web:\n    image: nginx:${REGISTRY_TAG}\n  index:\n    image: redis:${INDEX_TAG}\n";
    let tools = "services:\n  web:\n    privileged: true\n  tool:\n    profiles: [tools]\n    image: busybox:latest\n";
    let tree = Tree::new(&[
        ("compose.yml", compose),
        ("compose.tools.yml", tools),
        ("production.env", "INDEX_TAG=latest\n"),
        ("production.yml", "queue_tag: latest\n"),
        ("templates/queue/compose.yml.j2", "services:\n  queue:\n    image: rabbitmq:{{ queue_tag }}\n"),
        ("playbooks/a.md", "```sh\ndocker run alpine:latest\n```\n"),
    ]);
    let told = || {
        let ran = run(
            &tree.0,
            &["check", "--format", "compact", "--select", "unpinned-image,privileged-container"],
            b"",
            &[("REGISTRY_TAG", "latest")],
        );
        let name = |line: &str| match line.split_once("version of ") {
            Some((_, image)) => image.split_whitespace().next().unwrap_or("").to_owned(),
            None => line.split('`').nth(1).unwrap_or("").to_owned(),
        };
        ran.stdout.lines().map(name).collect::<std::collections::BTreeSet<_>>()
    };
    let set = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(told(), set(&["busybox", "web"]));
    let whole = example("env = [\"REGISTRY_TAG\"]");
    tree.write("deploylint.toml", whole.as_bytes());
    assert_eq!(told(), set(&["alpine", "nginx", "rabbitmq", "redis", "web"]), "no busybox");
    // Each line has its part in it.
    for (line, lost) in [
        ("env = [\"REGISTRY_TAG\"]", "nginx"),
        ("env-files = [\"production.env\"]", "redis"),
        ("vars = [\"production.yml\"]", "rabbitmq"),
        ("markdown = [\"playbooks/*.md\"]", "alpine"),
    ] {
        tree.write("deploylint.toml", whole.replace(line, "").as_bytes());
        assert!(!told().contains(lost), "{line}");
    }
}

#[test]
fn what_is_known_about_software() {
    let compose = "services:\n  queue:\n    image: example/queue:1.0.0\n    ports: [\"9000:9000\"]\n  index:\n    image: registry.example.com/team/index:1.0.0\n    ports: [\"9001:9001\"]\n";
    let litellm = "model_list:\n  - model_name: a\n    litellm_params: {model: openai/a, max_budget: 1, budget_duration: daily}\n";
    let tree = Tree::new(&[("compose.yml", compose), ("litellm_config.yaml", litellm)]);
    let told = |rule: &str| {
        let report = tree.json(&["--select", rule]);
        let all = report["findings"].as_array().cloned().unwrap_or_default();
        all.iter()
            .map(|f| f["message"].as_str().unwrap_or("").split('`').nth(1).unwrap_or("").to_owned())
            .collect::<Vec<_>>()
    };
    let warned = |rule: &str| tree.json(&["--select", rule, "--fail-on", "warning"])["summary"]["warning"].clone();
    assert_eq!(warned("port-on-all-interfaces"), 0);
    let errors = || tree.json(&["--select", "litellm-budget-duration-invalid"])["summary"]["error"].clone();
    assert_eq!(errors(), 0, "newer versions know the word");
    tree.write("deploylint.toml", example("datastore = [\"queue\"]").as_bytes());
    assert_eq!(told("port-on-all-interfaces"), ["queue", "index"]);
    assert_eq!(warned("port-on-all-interfaces"), 2);
    assert_eq!(errors(), 1);
}

#[test]
fn rules_of_your_own() {
    let rule = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/_template.yaml")).expect("a rule");
    let rule = rule.replace("something-bad", "service-without-owner");
    let compose = "services:\n  web:\n    image: nginx:latest\n    ports: [\"80:80\"]\n    privileged: true\n";
    let tree = Tree::new(&[("compose.yml", compose), ("rules/service-without-owner.yaml", &rule)]);
    assert!(told(&tree, &[], &[]).iter().any(|f| f.contains("privileged-container")));
    tree.write("deploylint.toml", example("rule-folders = [\"rules\"]").as_bytes());
    let expected = ["compose.yml unpinned-image warning open", "compose.yml service-without-owner warning open"];
    assert_eq!(told(&tree, &[], &[]), expected);
    let sarif = tree.run(&["check", "--format", "sarif"]).stdout;
    assert!(sarif.contains("\"helpUri\": \"https://wiki.example.com/deploylint/service-without-owner\""), "{sarif}");
}

#[test]
fn the_same_for_python_projects() {
    let tree = Tree::new(&[("compose.yml", COMPOSE)]);
    tree.write("pyproject.toml", example("[tool.deploylint]").as_bytes());
    let expected = ["compose.yml missing-restart-policy note open", "compose.yml unpinned-image note open"];
    assert_eq!(told(&tree, &[], &["unpinned-image", "missing-restart-policy"]), expected);
}
