//! Which paths are those of files that deploy nothing.

use super::{below, copied, deploys_nothing, is_dated_copy, is_dump};

#[test]
fn tests_and_examples_deploy_nothing() {
    for path in [
        "tests/compose.yml",
        "tests/install-e2e/run.sh",
        "a/e2e_tests/compose.yml",
        "a/examples/redis/docker-compose.yml",
        "third_party/x/Dockerfile",
        "compose.test.yml",
        "docker-compose-integration-test.yml",
        "scripts/run_tests.sh",
        "molecule/default/converge.yml",
        "apps-not-used/db.yml",
        "stacks_unused/db.yml",
        "_archived/db/pod.yaml",
        "roles/web/tasks/_verify.yml",
        "roles/web/tasks/verify_ports.yml",
        "docker-compose.example.yml",
        "inspiration/harbor/compose.dify.yml",
        ".planning/moves/evidence/before/db.yaml",
        "scripts/funnel_monitor_test.sh",
    ] {
        assert!(deploys_nothing(path), "{path}");
    }
}

#[test]
fn what_only_sounds_like_a_test_deploys() {
    for path in [
        "speed-test/compose.yml",
        "smoke-detector/compose.yml",
        "inventories/test/group_vars/all.yml",
        "docs-site/compose.yml",
        "host_vars/example.com/vars.yml",
        "latest/compose.yml",
        "backup/compose.yml",
        "docs/install.md",
        "scripts/verify.sh",
        "verify/compose.yml",
        "scripts/fetch_latest.sh",
        "preference/compose.yml",
    ] {
        assert!(!deploys_nothing(path), "{path}");
    }
}

#[test]
fn copies_with_a_date_deploy_nothing() {
    for path in
        ["backups/version_2.4.0_beta_20250901_193155/roles/a/tasks/main.yml", "site/backup-2025-09-01/compose.yml"]
    {
        assert!(is_dated_copy(path), "{path}");
    }
    for path in [
        "backups/compose.yml",
        "backup/20-web/compose.yml",
        "releases/20250901/compose.yml",
        "versions/2.4.0/compose.yml",
        "backup_20250901.yml",
    ] {
        assert!(!is_dated_copy(path), "{path}");
    }
    let dump = "apiVersion: v1\nitems:\n- kind: Pod\n  metadata:\n    resourceVersion: \"1\"\n    uid: a\nkind: List\n";
    assert!(is_dump(dump));
    assert!(!is_dump("apiVersion: v1\nkind: List\nitems: []\n"));
}

#[test]
fn a_copy_names_its_original() {
    assert_eq!(copied("compose.old.yml").as_deref(), Some("compose.yml"));
    assert_eq!(copied("docker-compose-backup.yml").as_deref(), Some("docker-compose.yml"));
    assert_eq!(copied("site/backups/compose.yml").as_deref(), Some("compose.yml"));
    assert_eq!(copied("backup.yml"), None);
    assert_eq!(copied("compose.yml"), None);
}

#[test]
fn a_named_folder_is_no_reason() {
    assert_eq!(below("tests/a/compose.yml", &["tests".to_owned()]), "a/compose.yml");
    assert_eq!(below("tests/a/compose.yml", &[".".to_owned()]), "tests/a/compose.yml");
    assert_eq!(below("../tests/x.yml", &[]), "tests/x.yml");
}
