//! Our reading of Quadlet files against Podman's own generator, in its dry run: accept or refuse, and what it runs.
//!
//! Nobody writes down what is expected: the generator says it.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stderr)] // A helper that fails is a failed test.

use std::path::{Path, PathBuf};
use std::process::Command;

use deploylint::discover::Candidate;
use deploylint::knowledge::Knowledge;
use deploylint::model::fact::{Facts, Value};
use deploylint::model::subject::Subject;
use deploylint::source::Sources;
use deploylint::{expand, load, model};

use crate::common::Tree;

/// Files of one folder each: what makes a unit, and what makes none.
const SITUATIONS: &[&[(&str, &str)]] = &[
    &[("a.container", "[Container]\nImage=docker.io/library/nginx:1.27\n")],
    &[("a.container", "[Container]\nExec=nginx\n")],
    &[("a.container", "[Container]\nRootfs=/srv/root\n")],
    &[("a.container", "[Container]\nImage=docker.io/library/nginx:1.27\nRestart=always\n")],
    &[("a.container", "[Container]\nImage=docker.io/library/nginx:1.27\nreadonly=true\n")],
    &[("a.container", "[Container]\nImage=docker.io/library/nginx:1.27\n[Quadlet]\nDefaultDependencies=false\n")],
    &[("a.container", "[Container]\nImage=docker.io/library/nginx:1.27\n[Quadlet]\nNothing=false\n")],
    &[("a.container", "[Container]\nImage=docker.io/library/nginx:1.27\n[Service]\nRestart=always\n[X-Own]\nA=b\n")],
    &[
        (
            "a.container",
            "[Container]\nImage=docker.io/library/nginx:1.27\nReadOnly=yes\nUser=0\nGroup=5\nAddCapability=NET_ADMIN sys_time\n\
             Volume=/srv/a:/a:ro\nVolume=./b:/b\nTmpfs=/tmp\nMount=type=bind,source=/srv/c,target=/c\nAddDevice=/dev/fuse\n\
             Network=host\nPodmanArgs=--privileged --pid=host\nNoNewPrivileges=true\nHealthCmd=curl -f http://127.0.0.1/\n",
        ),
        ("a.container.d/10.conf", "[Container]\nGroupAdd=keep-groups\nDropCapability=CHOWN\n"),
    ],
    &[("a.container", "[Container]\nImage=docker.io/library/nginx:1.27\nReadOnly=y\nNoNewPrivileges=t\n")],
    &[("a.container", "[Container]\nImage=a.image\n"), ("a.image", "[Image]\nImage=docker.io/library/nginx:1.27\n")],
    &[
        ("a.container", "[Container]\nImage=docker.io/library/nginx:1.27\n"),
        ("n.network", "[Network]\nInternal=true\n"),
    ],
    &[("i.image", "[Image]\nTLSVerify=true\n")],
    &[("b.build", "[Build]\nSetWorkingDirectory=unit\n")],
    &[("k.kube", "[Kube]\nNetwork=host\n")],
    &[("v.volume", "[Volume]\nLabels=a=b\n")],
    &[("w@.container", "[Container]\nImage=docker.io/library/nginx:1.27\nExec=nginx -g %i\n")],
];

#[test]
fn we_see_what_podman_makes_of_a_quadlet() {
    let Some(binary) = binary() else { return };
    for files in SITUATIONS {
        let tree = Tree::new(files);
        let ran = Command::new(&binary).arg("--dryrun").env("QUADLET_UNIT_DIRS", &tree.0).output().unwrap();
        let says = String::from_utf8_lossy(&ran.stderr);
        let refused = !ran.status.success() || says.contains("converting \"");
        let facts = facts(files);
        let ours = ["unknown", "missing"].iter().any(|problem| {
            let of = |id| shown(&facts, id, "problem");
            facts.of(Subject::QuadletKey).into_iter().any(|id| of(id) == *problem)
        });
        assert_eq!(ours, refused, "{files:?}\n{says}");
        if !refused {
            compare(&facts, &String::from_utf8_lossy(&ran.stdout), files);
        }
    }
}

/// What our facts say against the command line of the generated services.
fn compare(facts: &Facts, units: &str, files: &[(&str, &str)]) {
    let starts = |l: &&str| l.starts_with("ExecStart=") && l.contains(" run ");
    let line = units.lines().find(starts).unwrap_or_default().replace('"', "");
    for id in facts.of(Subject::Container) {
        let has = |word: &str| line.split_whitespace().any(|w| w == word);
        let told = |name: &str| shown(facts, id, name) == "true";
        assert_eq!(told("privileged"), has("--privileged"), "{files:?}\n{line}");
        assert_eq!(told("read_only"), has("--read-only"), "{files:?}\n{line}");
        assert_eq!(told("no_new_privileges"), line.contains("no-new-privileges"), "{files:?}\n{line}");
        for (name, option) in [("user", "--user"), ("network_mode", "--network"), ("image", "")] {
            let value = shown(facts, id, name);
            let written = if option.is_empty() {
                has(&value) || value == "?"
            } else {
                line.contains(&format!("{option} {value}"))
            };
            let unit = value.is_empty()
                || files.iter().any(|(path, _)| path.rsplit_once('.').is_some_and(|(_, ending)| ending == "image"));
            assert!(written || unit, "{name} {value}: {line}");
        }
        for (name, option) in
            [("cap_add", "--cap-add"), ("cap_drop", "--cap-drop"), ("devices", "--device"), ("groups", "--group-add")]
        {
            let ours = shown(facts, id, name);
            let theirs: Vec<&str> =
                line.split(&format!("{option} ")).skip(1).filter_map(|r| r.split_whitespace().next()).collect();
            assert_eq!(ours.to_lowercase(), theirs.join(" ").to_lowercase(), "{name}: {line}");
        }
    }
    for id in facts.of(Subject::Mount) {
        let target = shown(facts, id, "target");
        assert!(line.contains(&target), "{target}: {line}");
    }
}

fn shown(facts: &Facts, id: deploylint::model::fact::FactId, name: &str) -> String {
    fn text(value: &Value) -> String {
        match value {
            Value::Str(text) => text.clone(),
            Value::Bool(yes) => yes.to_string(),
            Value::List(items) => items.iter().map(|i| text(&i.value)).collect::<Vec<_>>().join(" "),
            Value::Unknown(_) => "?".to_owned(),
            _ => String::new(),
        }
    }
    facts.get(id).field(name).map(|f| text(&f.value)).unwrap_or_default()
}

fn facts(files: &[(&str, &str)]) -> Facts {
    let candidate = |(path, text): &(&str, &str)| Candidate {
        disk: None,
        path: (*path).to_owned(),
        content: Some(text.as_bytes().to_vec()),
        executable: None,
    };
    let candidates: Vec<Candidate> = files.iter().map(candidate).collect();
    let sources = Sources::default();
    let files = load::load(&candidates, &[], &sources);
    let deployment = expand::expand(&files, &expand::Options::default(), &sources);
    model::model(&deployment, &Knowledge::default())
}

/// Podman's generator; `None`, with one line, where it is missing outside of CI.
fn binary() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let installed = root.join(".tools/podman/root/usr/libexec/podman/quadlet");
    if !installed.is_file() {
        let _ = Command::new("bash").arg(root.join("scripts/install-podman.sh")).status();
    }
    if installed.is_file() {
        return Some(installed);
    }
    assert!(std::env::var_os("CI").is_none(), "Podman's generator is not installed: run scripts/install-podman.sh");
    eprintln!("NOT TESTED: Podman's generator is not installed; run scripts/install-podman.sh");
    None
}
