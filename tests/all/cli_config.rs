//! The configuration file: found, obeyed, and its mistakes shown.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use crate::common::{Tree, run};

const TWICE: &str = "services:\n  web:\n    image: nginx:1.27.3\n    image: nginx:1.27.3\n";

fn findings(tree: &Tree, arguments: &[&str]) -> Vec<String> {
    let report = tree.json(arguments);
    let all = report["findings"].as_array().cloned().unwrap_or_default();
    // Only this rule's, so that new rules change nothing here.
    all.iter()
        .filter(|f| f["rule"] == "duplicate-key")
        .map(|f| {
            let state = f["suppressed"]["kind"].as_str().unwrap_or("open");
            format!("{} {} {state}", f["path"].as_str().unwrap_or(""), f["severity"].as_str().unwrap_or(""))
        })
        .collect()
}

#[test]
fn it_is_found_up_to_the_root_of_the_repository() {
    let off = "[rules.duplicate-key]\nseverity = \"off\"\n";
    let tree = Tree::new(&[("repo/deep/er/compose.yml", TWICE), ("repo/deploylint.toml", off)]);
    let deep = ["repo/deep/er"];
    assert_eq!(findings(&tree, &deep).len(), 1, "outside of a repository nothing above the input counts");
    tree.write("repo/.git/HEAD", b"");
    assert_eq!(findings(&tree, &deep), [] as [&str; 0]);
    assert_eq!(findings(&tree, &["repo/deep/er", "--isolated"]).len(), 1);
    tree.write("repo/deep/pyproject.toml", b"[tool.deploylint.rules.duplicate-key]\nseverity = \"note\"\n");
    assert_eq!(findings(&tree, &deep), ["repo/deep/er/compose.yml note open"], "the nearest one counts");
    tree.write("repo/deep/pyproject.toml", b"[tool.other]\n");
    assert_eq!(findings(&tree, &deep), [] as [&str; 0], "one without our table does not");
    tree.write("other.toml", b"[rules.duplicate-key]\nseverity = \"warning\"\n");
    assert_eq!(findings(&tree, &["repo/deep/er", "--config", "other.toml"]), ["repo/deep/er/compose.yml warning open"]);
}

#[test]
fn findings_are_ignored_by_full_path_with_a_reason() {
    let config = "[rules.duplicate-key]\nignore = [\"lab/*.yml\", \"none/**\"]\nreason = \"the lab is old\"\n";
    let tree = Tree::new(&[("lab/compose.yml", TWICE), ("x/lab/compose.yml", TWICE), ("deploylint.toml", config)]);
    let expected = ["lab/compose.yml error config", "x/lab/compose.yml error open"];
    assert_eq!(findings(&tree, &[]), expected);
    let report = tree.json(&[]);
    let suppressed = &report["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|f| f["rule"] == "duplicate-key")
        .map_or(&serde_json::Value::Null, |f| &f["suppressed"]);
    assert_eq!((suppressed["reason"].as_str(), suppressed["line"].as_u64()), (Some("the lab is old"), Some(2)));
    assert_eq!(suppressed["path"], "deploylint.toml");
    assert!(report["summary"]["suppressed"].as_u64() >= Some(1));
    let ran = tree.run(&["check", "--select", "duplicate-key"]);
    assert_eq!(ran.stderr, "deploylint.toml:2:24: `none/**` matches nothing\n");
    tree.write(".git/HEAD", b"");
    assert_eq!(tree.run(&["check", "lab", "-q", "--select", "duplicate-key"]).code, 0);
}

#[test]
fn files_are_excluded() {
    let tree = Tree::new(&[
        ("a/compose.yml", TWICE),
        ("b/compose.yml", TWICE),
        ("deploylint.toml", "exclude = [\"a/\", \"c/\"]\n[roles]\nagent-gateway = [\"bot\"]\n"),
    ]);
    insta::assert_snapshot!(tree.run(&["check", "--verbose", "--select", "duplicate-key"]));
    // The folder of the configuration counts, not the current one.
    let ran = run(&tree.path("a"), &["check", "..", "--format", "json", "--config", "../deploylint.toml"], b"", &[]);
    assert!(ran.stdout.contains("excluded by ../deploylint.toml"), "{ran}");
}

#[test]
fn the_command_line_wins() {
    let config = "fail-on = \"never\"\npersona = \"auditor\"\nignore = [\"duplicate-key\"]\n";
    let tree = Tree::new(&[("compose.yml", TWICE), ("deploylint.toml", config)]);
    assert_eq!(tree.run(&["check"]).code, 0);
    assert_eq!(findings(&tree, &["--ignore", "unparsable-file"]).len(), 1);
    assert_eq!(tree.run(&["check", "--ignore", "unparsable-file"]).code, 0);
    assert_eq!(tree.run(&["check", "--ignore", "unparsable-file", "--fail-on", "note"]).code, 1);
}

#[test]
fn mistakes_are_shown_with_a_caret() {
    let tree = Tree::new(&[("compose.yml", TWICE)]);
    let mut shown = String::new();
    for config in [
        "persona = \"pedantc\"\n",
        "[rules.duplicate-keys]\nseverity = \"off\"\n",
        "[rules.duplicate-key]\nseverty = \"off\"\n",
        "[rules.duplicate-key.options]\nlimit = 3\n",
        "exclude = [\"a[\"]\n",
        "[roles]\nagent-gatway = [\"bot\"]\n",
        "[[knowledge.images]]\nnames = [\"x\"]\nrolls = []\n",
        "persona = \n",
        "persona = 3\n",
        "select = [\"duplicate-kye\"]\n",
        "[rules]\nduplicate-key = \"off\"\n",
        "[stack]\nfiles = [\"compose.yml\"]\n",
        "[[stack]]\nfiles = [\"compose.yml\", \"compose.prod.yml\"]\n",
        "[[stack]]\nfiles = [\"compose.yml\"]\nenv-files = [\"prod.env\"]\n",
        "vars = [\"extra.yml\"]\n",
        "rule-folders = [\"rules\"]\n",
        "[litellm]\nversion = \"1.81\"\n",
        "rule-url = \"wiki.example.com/{rule}\"\n",
        "rule-url = \"https://wiki.example.com/rules\"\n",
        "rule-url = \"https://wiki.example.com/{rule}\\u001b[31m\"\n",
    ] {
        tree.write("deploylint.toml", config.as_bytes());
        let ran = tree.run(&["check"]);
        assert_eq!(ran.code, 2, "{config}{ran}");
        assert_eq!(ran.stdout, "");
        shown.push_str(&ran.stderr);
        shown.push('\n');
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_matches_nothing_is_told() {
    let config = "\
exclude = [\"/vendor\", \"old\"]
markdown = [\"docs/*.md\"]

[rules.duplicate-key]
ignore = [\"lab/**\"]

[rules.unpinned-image]
ignore = [\"lab/**\"]

[[stack]]
files = [\"compose.yml\"]
profiles = [\"gateway\", \"gatway\"]

[roles]
datastore = [\"web\", \"db\"]

[[knowledge.images]]
names = [\"nginx\"]

[[knowledge.images]]
names = [\"example/never-used\"]
";
    let compose = "services:\n  web:\n    image: nginx:1.27.3\n    profiles: [gateway]\n";
    let tree = Tree::new(&[("compose.yml", compose), ("old/x/compose.yml", compose), ("deploylint.toml", config)]);
    let run = |arguments: &[&str]| tree.run(&[&["check", "--select", "duplicate-key"], arguments].concat());
    insta::assert_snapshot!(run(&[]).stderr);
    // A part of the tree does not show what is left over, and who wants it quiet is not told.
    assert_eq!(run(&["old"]).stderr, "");
    assert_eq!(run(&["-q"]).stderr, "");
    let ran = run(&["--isolated", "--profile", "nope", "--markdown", "*.md", "--profile", "gateway"]);
    assert_eq!(
        ran.stderr,
        "deploylint: no service has the profile `nope`\ndeploylint: --markdown `*.md` matches no file\n"
    );
}

#[test]
fn files_that_are_named_must_be_there() {
    let tree = Tree::new(&[("compose.yml", TWICE)]);
    for arguments in [["-f", "nope.yml"], ["--env-file", "nope.env"], ["--vars", "nope.yml"], ["--rules", "nope"]] {
        let ran = tree.run(&[&["check"], &arguments[..]].concat());
        assert!(ran.code == 2 && ran.stderr.starts_with(&format!("deploylint: {}: ", arguments[1])), "{ran}");
    }
}

#[test]
fn several_reports_at_once() {
    let tree = Tree::new(&[("compose.yml", TWICE)]);
    let ran = tree.run(&[
        "check",
        "--select",
        "duplicate-key",
        "--output",
        "sarif=a.sarif",
        "--output",
        "junit=b.xml",
        "--format",
        "compact",
    ]);
    assert_eq!(ran.stdout.lines().count(), 1, "{ran}");
    let read = |name: &str| std::fs::read_to_string(tree.path(name)).unwrap_or_default();
    assert!(read("a.sarif").contains("\"2.1.0\"") && read("b.xml").starts_with("<?xml"));
    assert_eq!(tree.run(&["check", "--output", "sarif=no/such/folder"]).code, 2);
    let ran = tree.run(&["check", "--output", "serif=x"]);
    assert!(ran.stderr.contains("there is no format `serif`; the formats are human, json,"), "{ran}");
    assert_eq!(tree.run(&["check", "--output", "serif=x"]).code, 2);
}

#[test]
fn github_actions_get_annotations_by_themselves() {
    let tree = Tree::new(&[("compose.yml", TWICE)]);
    let ran = run(&tree.0, &["check", "--select", "duplicate-key"], b"", &[("GITHUB_ACTIONS", "true")]);
    assert!(ran.stdout.starts_with("::error file=compose.yml,line=4,"), "{ran}");
    let ran = run(&tree.0, &["check", "--format", "human"], b"", &[("GITHUB_ACTIONS", "true")]);
    assert!(!ran.stdout.contains("::error"), "{ran}");
}

#[test]
fn colours_follow_the_argument_and_the_variables() {
    let tree = Tree::new(&[("compose.yml", TWICE)]);
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        run(&tree.0, &[&["check"], arguments].concat(), b"", variables).stdout.contains("\u{1b}[")
    };
    assert!(!coloured(&[], &[]), "no terminal");
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn the_schema_and_the_page_are_up_to_date() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for (name, made) in
        [("config.schema.json", deploylint::config::docs::schema()), ("config.md", deploylint::config::docs::page())]
    {
        let path = root.join(name);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &made).expect("write the page");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(written == made, "docs/{name} is out of date: run the tests with UPDATE_DOCS=1");
    }
}

#[test]
fn the_schema_accepts_what_the_program_accepts() {
    let schema: serde_json::Value = serde_json::from_str(&deploylint::config::docs::schema()).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (valid, text) in [
        (true, "persona = \"auditor\"\n[rules.x]\nseverity = \"off\"\nignore = [\"a\"]\n[roles]\nvpn = [\"x\"]\n"),
        (true, "[[stack]]\nfiles = [\"a.yml\"]\nprofiles = []\n[litellm]\nversion = \"1.81.0\"\n"),
        (false, "persona = \"nobody\"\n"),
        (false, "colour = true\n"),
        (false, "[rules.x]\nlevel = 1\n"),
    ] {
        let value: toml::Value = toml::from_str(text).expect("TOML");
        let value = serde_json::to_value(value).expect("JSON");
        assert_eq!(validator.is_valid(&value), valid, "{text}");
        assert_eq!(deploylint::config::parse("x", text).is_ok(), valid, "{text}");
    }
}

#[test]
fn a_role_that_the_user_gives_counts() {
    let compose =
        "services:\n  bot:\n    image: example/bot:1.0.0\n  edge:\n    image: nginx:1.27.3\n    ports: [\"80:80\"]\n";
    let tree = Tree::new(&[("compose.yml", compose)]);
    let told = |tree: &Tree, rule: &str| {
        let report = tree.json(&["--select", rule, "--persona", "auditor"]);
        let all = report["findings"].as_array().cloned().unwrap_or_default();
        all.iter().map(|f| f["message"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told(&tree, "gateway-open-network"), [""; 0]);
    tree.write("deploylint.toml", b"[roles]\nagent-gateway = [\"bot\"]\ndatastore = [\"edge\"]\n");
    let expected = ["the agent gateway `bot` is on `default`, which leads to the internet without an allow list"];
    assert_eq!(told(&tree, "gateway-open-network"), expected);
    // The user's word on the role wins over what the image says.
    let open = told(&tree, "port-on-all-interfaces");
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(open[0].starts_with("`edge` publishes port 80 on all addresses"), "{open:?}");
}
