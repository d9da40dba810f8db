//! Which images a deployment uses, and what is said about them.

use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

/// Image, pin, action and the flags of each use.
fn uses(files: &[(&str, &str)]) -> Vec<String> {
    let facts = facts_of(files);
    let shown = |id| {
        let fact = facts.get(id);
        let text = |name: &str| match fact.field(name).map(|f| &f.value) {
            Some(Value::Str(s)) => s.clone(),
            Some(Value::Unknown(_)) => "?".to_owned(),
            _ => "-".to_owned(),
        };
        let flag = |name: &str| matches!(fact.field(name).map(|f| &f.value), Some(Value::Bool(true)));
        let flags: Vec<&str> = ["built", "unattended", "prepared"].into_iter().filter(|n| flag(n)).collect();
        format!("{} {} {} {}", text("image"), text("pin"), text("action"), flags.join(",")).trim_end().to_owned()
    };
    facts.of(Subject::ImageUse).into_iter().map(shown).collect()
}

#[test]
fn dockerfiles_name_their_bases() {
    let file = "ARG V=3.21\nFROM golang:1.22 AS b\nFROM b AS c\nFROM scratch\nFROM alpine:$V\nCOPY --from=b /x /x\nCOPY --from=redis:7 /y /y\nCOPY --from=ctx /z /z\n";
    let expected = ["golang:1.22 version base", "alpine:3.21 version base", "redis:7 floating base"];
    assert_eq!(uses(&[("Dockerfile", file)]), expected);
}

#[test]
fn what_goes_on_in_the_background_is_no_helper() {
    let helper = |options: &str| {
        let facts = facts_of(&[("start.sh", &format!("docker run --rm {options} alpine:3.21 x\n"))]);
        facts.of(Subject::ImageUse).into_iter().any(|id| {
            let field = facts.get(id).field("helper").map(|f| &f.value);
            matches!(field, Some(Value::Bool(true)))
        })
    };
    assert!(helper("-it") && helper("--name d") && helper("--detach=false"));
    for options in ["-d", "-id", "-tid", "-itd", "-dp 80:80", "--detach"] {
        assert!(!helper(options), "{options}");
    }
}

#[test]
fn scripts_run_pull_and_build() {
    let script = "docker run --rm -v a:/b -e X=1 alpine:3.21 tar c /b\nsudo docker pull redis\ndocker build -t mine:dev .\ndocker run -d mine:dev\ndocker run \"$IMAGE\"\n";
    let expected = [
        "alpine:3.21 version run prepared",
        "redis none pull prepared",
        "mine:dev floating build built,prepared",
        "mine:dev floating run built,prepared",
        "? ? run",
    ];
    assert_eq!(uses(&[("deploy.sh", script)]), expected);
}

#[test]
fn a_job_needs_its_image_pulled_before() {
    let backup = "docker run --rm alpine:3.21 true\n";
    assert_eq!(uses(&[("backup.sh", backup)]), ["alpine:3.21 version run unattended"]);
    let tasks = "- community.docker.docker_image:\n    name: alpine\n    tag: '3.21'\n    source: pull\n";
    let both = uses(&[("roles/m/tasks/main.yml", tasks), ("roles/m/templates/backup.sh", backup)]);
    assert_eq!(both, ["alpine:3.21 version pull prepared", "alpine:3.21 version run unattended,prepared"]);
    let cron = "- cron: {name: x, job: /opt/job.sh}\n";
    let called = uses(&[("roles/m/tasks/main.yml", cron), ("job.sh", backup)]);
    assert_eq!(called, ["alpine:3.21 version run unattended"]);
}
