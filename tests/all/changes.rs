//! `--changed-since` and `--staged`: what counts of two versions that git has.
#![allow(clippy::expect_used, clippy::print_stderr)] // A helper that fails is a failed test.

use std::path::Path;
use std::process::Command;

use crate::common::{Ran, Tree, run};

const GOOD: &str = "services:\n  web:\n    image: nginx:1.27.3\n    restart: always\n";
const LATEST: &str = "services:\n  web:\n    image: nginx:latest\n    restart: always\n";

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    let ours = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
    command.args(ours).args(["-c", "protocol.file.allow=always"]).args(arguments).current_dir(folder).env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path))).env("HOME", folder);
    let output = command.output().expect("git is installed");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    assert!(output.status.success(), "git {arguments:?}: {said}");
    said
}

fn commit(tree: &Tree, folder: &str) -> String {
    let folder = tree.path(folder);
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "--allow-empty", "-m", "x"]);
    git(&folder, &["rev-parse", "HEAD"])
}

/// A repository in `repo` whose first commit has these files.
fn repository(files: &[(&str, &str)]) -> Tree {
    let tree = Tree::new(&[("repo/.keep", "")]);
    for (path, text) in files {
        tree.write(&format!("repo/{path}"), text.as_bytes());
    }
    git(&tree.path("repo"), &["init", "--quiet"]);
    commit(&tree, "repo");
    tree
}

fn check(tree: &Tree, folder: &str, arguments: &[&str]) -> Ran {
    let base = ["check", "--format", "compact", "--isolated"];
    run(&tree.path(folder), &[&base[..], arguments].concat(), b"", &[])
}

/// The findings of a run: path, line, rule.
fn found(ran: &Ran) -> Vec<String> {
    assert!(ran.code == 0 || ran.code == 1, "{ran}");
    let place = |line: &str| {
        let mut parts = line.split(':');
        let (path, at) = (parts.next()?, parts.next()?);
        let rule = line.split_once('[')?.1.split_once(']')?.0;
        at.parse::<u32>().ok().map(|at| format!("{path}:{at} {rule}"))
    };
    ran.stdout.lines().filter_map(place).collect()
}

#[test]
fn only_changed_lines_and_what_they_cause_count() {
    let tree = repository(&[
        ("old/compose.yml", LATEST),
        ("compose.yml", "services:\n  web:\n    image: nginx:${TAG}\n    restart: always\n"),
        (".env", "TAG=1.27.3\n"),
    ]);
    let since = ["--changed-since", "HEAD", "--select", "unpinned-image,unset-variable"];
    let ran = check(&tree, "repo", &since);
    assert_eq!((found(&ran), ran.code), (vec![], 0), "{ran}");
    assert!(ran.stderr.contains("1 finding left out that the change did not cause"), "{ran}");

    // A value reports where it is used, and a line that is gone where it is missed.
    tree.write("repo/.env", b"TAG=latest\n");
    assert_eq!(found(&check(&tree, "repo", &since)), ["compose.yml:3 unpinned-image"]);
    tree.write("repo/.env", b"");
    assert_eq!(found(&check(&tree, "repo", &since)), ["compose.yml:3 unset-variable"]);

    // Lines that only move are not changed, the same defect on a new line is.
    tree.write("repo/.env", b"TAG=1.27.3\n");
    let more = format!("# moved\n\n{LATEST}  more:\n    image: redis:latest\n    restart: always\n");
    tree.write("repo/old/compose.yml", more.as_bytes());
    assert_eq!(found(&check(&tree, "repo", &since)), ["old/compose.yml:8 unpinned-image"]);
}

#[test]
fn a_variable_of_ansible_reports_at_the_template_it_reaches() {
    let tree = repository(&[
        ("site.yml", "- hosts: all\n  roles: [web]\n"),
        ("roles/web/tasks/main.yml", "- template: {src: compose.yml.j2, dest: /srv/compose.yml}\n"),
        ("roles/web/templates/compose.yml.j2", "services:\n  web:\n    image: caddy:{{ tag }}\n    restart: always\n"),
        ("group_vars/all.yml", "tag: \"2.8.4\"\n"),
    ]);
    let since = ["--changed-since", "HEAD", "--select", "unpinned-image"];
    assert_eq!(found(&check(&tree, "repo", &since)), [""; 0]);
    tree.write("repo/group_vars/all.yml", b"other: 1\ntag: \"latest\"\n");
    let at = ["roles/web/templates/compose.yml.j2:3 unpinned-image"];
    assert_eq!(found(&check(&tree, "repo", &since)), at);
    commit(&tree, "repo");
    // The finding was there; its cause changes again.
    tree.write("repo/group_vars/all.yml", b"other: 1\ntag: \"latest\" # for now\n");
    assert_eq!(found(&check(&tree, "repo", &since)), at);
    tree.write("repo/group_vars/all.yml", b"other: 2\ntag: \"latest\"\n");
    assert_eq!(found(&check(&tree, "repo", &since)), [""; 0]);
}

#[test]
fn staged_is_what_git_would_commit() {
    let tree =
        repository(&[("deploy/compose.yml", GOOD), ("old/compose.yml", LATEST), (".gitignore", "*.local\n.env\n")]);
    let repo = tree.path("repo");
    let staged = ["--staged", "--select", "unpinned-image,port-on-all-interfaces"];
    let now = || found(&check(&tree, "repo", &staged));
    tree.write("repo/deploy/compose.yml", LATEST.as_bytes());
    assert_eq!(now(), [""; 0], "not staged");
    git(&repo, &["add", "."]);
    assert_eq!(now(), ["deploy/compose.yml:3 unpinned-image"]);
    // Partially: the working tree is mended, the index is not.
    tree.write("repo/deploy/compose.yml", GOOD.as_bytes());
    assert_eq!(now(), ["deploy/compose.yml:3 unpinned-image"]);
    // From a folder, and from outside.
    assert_eq!(found(&check(&tree, "repo/deploy", &[&["."][..], &staged].concat())), ["compose.yml:3 unpinned-image"]);
    assert_eq!(
        found(&check(&tree, ".", &[&["repo"][..], &staged].concat())),
        ["repo/deploy/compose.yml:3 unpinned-image"]
    );
    let ran = check(&tree, "repo", &[&["--output", "json=report.json"][..], &staged].concat());
    assert!(ran.code == 1 && tree.path("repo/report.json").is_file(), "{ran}");
    std::fs::remove_file(tree.path("repo/report.json")).expect("it goes");
    // An intended file is not there yet; a file that git ignores counts as it is.
    git(&repo, &["add", "deploy"]);
    tree.write("repo/new/compose.yml", LATEST.as_bytes());
    git(&repo, &["add", "--intent-to-add", "new/compose.yml"]);
    assert_eq!(now(), [""; 0]);
    tree.write("repo/new/.env", b"TAG=latest\n");
    tree.write("repo/new/compose.yml", GOOD.replace("1.27.3", "${TAG}").as_bytes());
    git(&repo, &["add", "."]);
    assert_eq!(now(), ["new/compose.yml:3 unpinned-image"]);
}

#[test]
fn all_is_new_before_the_first_commit() {
    let tree = Tree::new(&[("repo/compose.yml", LATEST)]);
    let repo = tree.path("repo");
    git(&repo, &["init", "--quiet"]);
    assert_eq!(check(&tree, "repo", &["--staged"]).code, 3, "nothing is staged");
    git(&repo, &["add", "."]);
    assert_eq!(
        found(&check(&tree, "repo", &["--staged", "--select", "unpinned-image"])),
        ["compose.yml:3 unpinned-image"]
    );
    let ran = check(&tree, "repo", &["--changed-since", "HEAD"]);
    assert!(ran.code == 2 && ran.stderr.contains("there is no commit `HEAD` here"), "{ran}");
}

#[test]
fn files_with_another_name_keep_their_findings() {
    let tree = repository(&[("compose.yml", LATEST)]);
    let repo = tree.path("repo");
    std::fs::create_dir(tree.path("repo/deploy")).expect("a folder");
    git(&repo, &["mv", "compose.yml", "deploy/compose.yaml"]);
    for asked in [&["--staged"][..], &["--changed-since", "HEAD"]] {
        let ran = check(&tree, "repo", &[asked, &["--select", "unpinned-image"]].concat());
        assert_eq!(found(&ran), [""; 0], "{ran}");
    }
    tree.write("repo/deploy/compose.yaml", format!("{LATEST}  b:\n    image: redis:latest\n").as_bytes());
    let ran = check(&tree, "repo", &["--changed-since", "HEAD", "--select", "unpinned-image"]);
    assert_eq!(found(&ran), ["deploy/compose.yaml:6 unpinned-image"], "{ran}");
}

#[test]
fn a_branch_answers_for_itself_alone() {
    let tree = repository(&[("compose.yml", GOOD), ("b/compose.yml", GOOD)]);
    let repo = tree.path("repo");
    git(&repo, &["checkout", "--quiet", "-b", "topic"]);
    tree.write("repo/b/compose.yml", LATEST.as_bytes());
    commit(&tree, "repo");
    git(&repo, &["checkout", "--quiet", "main"]);
    tree.write("repo/compose.yml", LATEST.as_bytes());
    commit(&tree, "repo");
    // main mended a file since; the branch did not break it.
    git(&repo, &["checkout", "--quiet", "topic"]);
    let since = ["--changed-since", "main", "--select", "unpinned-image"];
    assert_eq!(found(&check(&tree, "repo", &since)), ["b/compose.yml:3 unpinned-image"]);
    // While merging, both sides are old.
    git(&repo, &["merge", "--quiet", "--no-commit", "main"]);
    let staged = ["--staged", "--select", "unpinned-image"];
    assert_eq!(found(&check(&tree, "repo", &staged)), [""; 0]);
    tree.write("repo/c/compose.yml", LATEST.as_bytes());
    git(&repo, &["add", "."]);
    assert_eq!(found(&check(&tree, "repo", &staged)), ["c/compose.yml:3 unpinned-image"]);
}

#[test]
fn worktrees_and_submodules_are_read() {
    let tree = repository(&[("compose.yml", LATEST)]);
    let (repo, theirs) = (tree.path("repo"), repository(&[("compose.yml", LATEST)]));
    let url = theirs.path("repo");
    git(&repo, &["submodule", "--quiet", "add", url.to_str().expect("UTF-8"), "sub"]);
    commit(&tree, "repo");
    let since = ["--changed-since", "HEAD", "--select", "unpinned-image"];
    assert_eq!(found(&check(&tree, "repo", &since)), [""; 0], "a submodule that did not change");
    tree.write("repo/sub/compose.yml", format!("{LATEST}  b:\n    image: redis:latest\n").as_bytes());
    assert_eq!(found(&check(&tree, "repo", &since)), ["sub/compose.yml:6 unpinned-image"]);
    assert_eq!(found(&check(&tree, "repo/sub", &since)), ["compose.yml:6 unpinned-image"]);

    git(&repo, &["worktree", "add", "--quiet", "../other", "-b", "other"]);
    tree.write("other/b/compose.yml", LATEST.as_bytes());
    assert_eq!(found(&check(&tree, "other", &since)), ["b/compose.yml:3 unpinned-image"]);
    assert_eq!(found(&check(&tree, "other", &["--staged", "--select", "unpinned-image"])), [""; 0]);
}

#[test]
fn what_git_does_not_have_is_said() {
    let tree = repository(&[("compose.yml", LATEST)]);
    tree.write("repo/b/compose.yml", GOOD.as_bytes());
    let first = git(&tree.path("repo"), &["rev-parse", "HEAD"]);
    commit(&tree, "repo");
    let url = format!("file://{}", tree.path("repo").display());
    git(&tree.0, &["clone", "--quiet", "--depth", "1", &url, "shallow"]);
    let ran = check(&tree, "shallow", &["--changed-since", &first]);
    assert!(
        ran.code == 2 && ran.stderr.contains("there is no commit") && ran.stderr.contains("this clone is shallow"),
        "{ran}"
    );
    assert!(ran.stderr.contains("fetch-depth: 0") && ran.stdout.is_empty(), "{ran}");
    let ran = check(&tree, "repo", &["--changed-since", "no-such-branch"]);
    assert!(ran.code == 2 && ran.stderr.contains("there is no commit `no-such-branch` here"), "{ran}");
    let ran = check(&tree, "repo", &["--changed-since=--output=x"]);
    assert!(ran.code == 2 && !tree.path("repo/x").exists(), "{ran}");
    let ran = check(&Tree::new(&[("compose.yml", GOOD)]), ".", &["--staged"]);
    assert!(ran.code == 2 && ran.stderr.contains("is in no git repository"), "{ran}");
    for other in [&["--write-baseline", "b.json"][..], &["--changed-since", "HEAD"], &["--fix"]] {
        assert_eq!(check(&tree, "repo", &[&["--staged"], other].concat()).code, 2);
    }
}

/// What a repository's own configuration may name is never run.
#[cfg(unix)]
#[test]
fn nothing_of_the_repository_runs() {
    use std::os::unix::fs::PermissionsExt;

    let tree = repository(&[("compose.yml", LATEST), (".gitattributes", "* filter=x diff=x\n")]);
    let repo = tree.path("repo");
    let mark = tree.path("ran");
    let program = tree.path("program");
    tree.write("program", format!("#!/bin/sh\ntouch '{}'\ncat\n", mark.display()).as_bytes());
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("executable");
    let program = program.to_str().expect("UTF-8");
    let names = [
        "core.fsmonitor",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "diff.x.textconv",
        "diff.x.command",
        "diff.external",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "alias.ls-files",
    ];
    for name in names {
        git(&repo, &["config", name, program]);
    }
    let hooks = ["post-index-change", "pre-commit", "post-checkout", "reference-transaction", "fsmonitor-watchman"];
    for hook in hooks {
        let path = repo.join(".git/hooks").join(hook);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::copy(program, path).expect("a hook");
    }
    tree.write("repo/b/compose.yml", LATEST.as_bytes());
    for asked in [&["--staged"][..], &["--changed-since", "HEAD"]] {
        let ran = check(&tree, "repo", asked);
        assert!(ran.code < 2 && !mark.exists(), "{ran}");
    }
    // The trap works: git itself runs the programs.
    let _ = Command::new("git").args(["add", "b"]).current_dir(&repo).output();
    assert!(mark.exists());
}

#[test]
fn settings_of_each_version_are_its_own() {
    let tree =
        repository(&[("compose.yml", LATEST), ("deploylint.toml", "[rules.unpinned-image]\nseverity = \"off\"\n")]);
    let all = ["check", "--format", "compact", "--select", "unpinned-image", "--changed-since", "HEAD"];
    let now = || found(&run(&tree.path("repo"), &all, b"", &[]));
    assert_eq!(now(), [""; 0]);
    tree.write("repo/deploylint.toml", b"");
    assert_eq!(now(), ["compose.yml:3 unpinned-image"], "the change of the settings caused it");
    commit(&tree, "repo");
    tree.write("repo/compose.yml", LATEST.replace("image", "privileged: true\n    image").as_bytes());
    assert_eq!(now(), [""; 0]);
}

/// Lets a file be executed, or not.
#[cfg(unix)]
fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

#[test]
#[cfg(unix)]
fn modes_are_those_of_each_version() {
    let start = "#!/bin/sh\nexec sleep 1000\n";
    let file = "FROM alpine:3.22\nCOPY start.sh /\nENTRYPOINT [\"/start.sh\"]\n";
    let tree = repository(&[("Dockerfile", file), ("start.sh", start)]);
    let (script, select) = (tree.path("repo/start.sh"), ["--select", "start-script-not-executable"]);
    let of = |arguments: &[&str]| found(&check(&tree, "repo", &[arguments, &select[..]].concat()));
    let one = ["Dockerfile:3 start-script-not-executable"];
    assert_eq!(of(&[]), one);
    assert!(of(&["--changed-since", "HEAD"]).is_empty());

    // On this disk it may be executed; what is staged is what others get.
    chmod(&script, 0o755);
    assert!(of(&[]).is_empty() && of(&["--staged"]).is_empty());
    commit(&tree, "repo");
    assert!(of(&[]).is_empty());
    // Git says that it may: a disk that says no has lost it on the way.
    chmod(&script, 0o644);
    assert!(of(&[]).is_empty());
    git(&tree.path("repo"), &["add", "start.sh"]);
    assert_eq!(of(&["--staged"]), one);
    assert_eq!(of(&["--changed-since", "HEAD"]), one);
}

#[test]
#[cfg(unix)]
fn modes_that_the_disk_has_lost_are_not_known() {
    let file = "FROM alpine:3.22\nCOPY start.sh /\nENTRYPOINT [\"/start.sh\"]\n";
    let tree = Tree::new(&[("a/Dockerfile", file), ("a/start.sh", "#!/bin/sh\n"), ("b/other.sh", "#!/bin/sh\n")]);
    let of = || found(&check(&tree, ".", &["--select", "start-script-not-executable"]));
    assert!(of().is_empty());
    chmod(&tree.path("b/other.sh"), 0o755);
    assert_eq!(of(), ["a/Dockerfile:3 start-script-not-executable"]);
}
