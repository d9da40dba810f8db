//! Stacks from compose files: which belong together, and what they say.

use std::sync::Arc;

use super::*;
use crate::document::Kind;
use crate::load::classify::by_name;
use crate::source::Source;
use crate::yaml::Node;

/// The stacks of files given as (path, content); all of them below one folder that does not exist on disk.
fn expand(files: &[(&str, &str)]) -> (Deployment, Sources) {
    expand_with(files, &Options::default())
}

fn expand_with(files: &[(&str, &str)], options: &Options) -> (Deployment, Sources) {
    let sources = Sources::default();
    let mut deployment = Deployment::default();
    for (path, content) in files {
        let disk = PathBuf::from(format!("/nowhere/{path}"));
        let id = sources.add(Source::new(*path, Some(disk.clone()), *content));
        let text = Text::literal(*content, Span::new(id, 0, content.len()));
        let name = path.rsplit('/').next().unwrap_or(path);
        let kind = by_name("", name).unwrap_or(Kind::Compose);
        let parsed = crate::load::parse(kind, &text);
        let document = crate::document::Document::plain((*path).to_owned(), Some(disk), kind, text, parsed);
        deployment.documents.push(Arc::new(document));
    }
    stacks(&mut deployment, options, &sources);
    (deployment, sources)
}

fn at<'a>(deployment: &'a Deployment, path: &[&str]) -> &'a Node {
    deployment.stacks[0].project.path(path).unwrap_or_else(|| panic!("nothing at {path:?}"))
}

#[test]
fn short_forms_become_long_ones_and_keep_their_places() {
    let file = "services:\n  web:\n    image: redis:${TAG:-7}\n    ports: ['127.0.0.1:80:8080/udp']\n    volumes: ['./data:/data:ro', 'named:/x']\n    command: sh -c 'a b'\n    environment: [A=1, B]\nvolumes: {named: }\n";
    let (deployment, sources) = expand(&[("app/compose.yml", file)]);
    let web = at(&deployment, &["services", "web"]);
    let shown = |path: &[&str]| web.path(path).and_then(Node::known).map(str::to_owned);
    let source = |node: &Node| sources.get(node.span().source).slice(node.span()).to_owned();
    assert_eq!(shown(&["image"]).as_deref(), Some("redis:7"));
    let port = &web.get("ports").unwrap().seq().unwrap()[0];
    assert_eq!(port.get("published").and_then(Node::known), Some("80"));
    assert_eq!(source(port.get("host_ip").unwrap()), "127.0.0.1");
    let mounts = web.get("volumes").unwrap().seq().unwrap();
    assert_eq!(mounts[0].get("type").and_then(Node::known), Some("bind"));
    assert_eq!(source(mounts[0].get("source").unwrap()), "./data");
    assert_eq!(mounts[1].get("type").and_then(Node::known), Some("volume"));
    assert_eq!(web.get("command").unwrap().seq().unwrap()[2].known(), Some("a b"));
    assert_eq!(source(web.path(&["environment", "A"]).unwrap()), "1");
    assert!(web.path(&["environment", "B"]).unwrap().is_null());
    assert!(web.path(&["networks", "default"]).is_some());
    assert_eq!(at(&deployment, &["networks", "default", "name"]).known(), Some("app_default"));
    assert_eq!(at(&deployment, &["volumes", "named", "name"]).known(), Some("app_named"));
}

#[test]
fn dotenv_values_point_into_dotenv() {
    let files = [("compose.yml", "services: {a: {image: 'x:${TAG}', user: '${NONE}'}}\n"), (".env", "V=1\nTAG=v$V\n")];
    let (deployment, sources) = expand(&files);
    let image = at(&deployment, &["services", "a", "image"]).text().unwrap();
    assert_eq!(image.known(), Some("x:v1"));
    let (name, span) = &image.place().definitions[0];
    assert_eq!((name.as_str(), sources.get(span.source).path.as_str()), ("TAG", ".env"));
    assert_eq!(at(&deployment, &["services", "a", "user"]).known(), None);
}

#[test]
fn an_override_merges_by_itself_and_a_fragment_goes_over_its_base() {
    let files = [
        ("compose.override.yml", "services: {a: {ports: !override ['2:2']}}\n"),
        ("compose.prod.yml", "services: {a: {restart: always}}\n"),
        ("compose.yml", "services: {a: {image: x, ports: ['1:1']}}\n"),
    ];
    let (deployment, _) = expand(&files);
    let stacks: Vec<_> = deployment.stacks.iter().map(|s| s.documents.clone()).collect();
    assert_eq!(stacks, [vec![2, 0], vec![2, 1]]);
    assert_eq!(at(&deployment, &["services", "a", "ports"]).seq().unwrap().len(), 1);
    let prod = &deployment.stacks[1].project;
    assert_eq!(prod.path(&["services", "a", "restart"]).and_then(Node::known), Some("always"));
    assert_eq!(prod.path(&["services", "a", "image"]).and_then(Node::known), Some("x"));
}

#[test]
fn extends_and_include_reach_into_other_files_and_cycles_are_said() {
    let files = [
        (
            "compose.yml",
            "include: [inc/compose.yml]\nservices:\n  a: {extends: {file: base/common.yml, service: b}, image: y}\n  c: {extends: d}\n  d: {extends: c}\n",
        ),
        ("base/common.yml", "services: {b: {image: x, volumes: ['./d:/d']}}\n"),
        ("inc/compose.yml", "services: {i: {image: z, volumes: ['./e:/e']}}\n"),
    ];
    let (deployment, sources) = expand(&files);
    let source = |service: &str| {
        let mounts = at(&deployment, &["services", service, "volumes"]).seq().unwrap();
        mounts[0].get("source").and_then(Node::known).unwrap().to_owned()
    };
    assert_eq!(at(&deployment, &["services", "a", "image"]).known(), Some("y"));
    assert_eq!(source("a"), "./base/d");
    assert_eq!(source("i"), "./inc/e");
    let cycle = deployment.problems.iter().find(|p| p.kind == ProblemKind::DependencyCycle).unwrap();
    assert_eq!(sources.get(cycle.span.source).slice(cycle.span), "d");
    // The included file is audited where it is included.
    assert!(deployment.stacks.iter().all(|s| s.documents != [2]));
}

#[test]
fn what_one_stack_of_a_file_defines_is_not_missing_in_another() {
    let base = "services: {a: {image: x, volumes: ['data:/d', 'gone:/g']}}\n";
    let files = [("compose.prod.yml", "services: {a: {tty: true}}\nvolumes: {data: }\n"), ("compose.yml", base)];
    let (deployment, sources) = expand(&files);
    let said: Vec<_> =
        deployment.problems.iter().map(|p| sources.get(p.span.source).slice(p.span).to_owned()).collect();
    assert_eq!(said, ["gone"]);
}

#[test]
fn a_circle_counts_only_where_one_profile_starts_all_of_it() {
    let circle = |profiles: &str| {
        let file = format!(
            "services:\n  a: {{image: x, profiles: {profiles}, depends_on: [b]}}\n  b: {{image: x, profiles: [q], depends_on: [a]}}\n"
        );
        let (deployment, _) = expand(&[("compose.yml", file.as_str())]);
        deployment.problems.iter().filter(|p| p.kind == ProblemKind::DependencyCycle).count()
    };
    assert_eq!((circle("[p, q]"), circle("[p]")), (1, 0));
}

#[test]
fn a_long_chain_of_extends_is_refused_and_not_followed_forever() {
    use std::fmt::Write as _;
    let mut file = "services:\n".to_owned();
    for n in 0..300 {
        let _ = writeln!(file, "  s{n}: {{extends: s{}}}", n + 1);
    }
    file.push_str("  s300: {image: x}\n");
    let (deployment, _) = expand(&[("compose.yml", file.as_str())]);
    assert!(deployment.problems.iter().any(|p| p.message.contains("chain")));
}

#[test]
fn services_that_are_a_list_under_another_programs_name_are_no_stack() {
    let (deployment, _) = expand(&[("config.yml", "title: x\nservices:\n  - name: y\n")]);
    assert!(deployment.stacks.is_empty() && deployment.problems.is_empty());
}

#[test]
fn an_audit_looks_at_all_profiles_or_at_those_that_are_named() {
    let file = "services:\n  a: {image: x, profiles: [p]}\n  b: {image: y, profiles: [q]}\n  c: {image: z}\n";
    let seen = |profiles: Option<&str>| {
        let options = Options { profiles: profiles.map(|p| vec![p.to_owned()]), ..Options::default() };
        let (deployment, _) = expand_with(&[("compose.yml", file), (".env", "COMPOSE_PROFILES=q\n")], &options);
        let services = at(&deployment, &["services"]).map().unwrap();
        services.iter().filter_map(|e| e.key.known()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(seen(None), ["a", "b", "c"]);
    assert_eq!(seen(Some("p")), ["a", "c"]);
}

#[test]
fn label_files_become_labels_below_the_own_ones() {
    let file = "services:\n  a:\n    image: x\n    label_file: [one.env, two.env]\n    labels: {own: here}\n";
    let (one, two) = ("own=there\nfirst=1\n", "first=2\nsecond=${first}${HOME}x\nraw='${first}'\n");
    let (deployment, sources) = expand(&[("compose.yml", file), ("one.env", one), ("two.env", two)]);
    let labels = at(&deployment, &["services", "a", "labels"]);
    let shown: Vec<_> = labels.map().unwrap().iter().map(|e| (e.key.known().unwrap(), e.value.known())).collect();
    assert_eq!(shown, [("own", Some("here")), ("first", Some("2")), ("second", None), ("raw", Some("${first}"))]);
    assert_eq!(sources.get(labels.get("first").unwrap().span().source).path, "two.env");
}

#[test]
fn compose_file_in_dotenv_says_which_files_belong_together() {
    let (dotenv, base) = ("COMPOSE_FILE=base.yml:more/extra.yml\nTAG=1\n", "services: {a: {image: 'x:${TAG}'}}\n");
    let more = "services: {a: {privileged: true}, b: {image: y}}\n";
    let files = [("app/.env", dotenv), ("app/base.yml", base), ("app/more/extra.yml", more), ("app/compose.yml", base)];
    let (deployment, _) = expand(&files);
    let stacks: Vec<usize> = deployment.stacks.iter().map(|s| s.documents.len()).collect();
    assert_eq!(stacks, [2, 1], "{:?}", deployment.problems);
    assert_eq!(at(&deployment, &["services", "a", "image"]).known(), Some("x:1"));
    assert_eq!(at(&deployment, &["services", "a", "privileged"]).known(), Some("true"));
    let (missing, sources) = expand(&[("app/.env", "COMPOSE_FILE=compose.yml:gone.yml\n"), ("app/compose.yml", base)]);
    let problem = &missing.problems[0];
    let source = sources.get(problem.span.source);
    assert_eq!((source.path.as_str(), source.slice(problem.span)), ("app/.env", "gone.yml"));
}
