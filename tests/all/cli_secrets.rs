//! A secret's value appears in no output, whatever the format, also where a finding stands right beside it.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use crate::common::{FORMATS, Tree};

/// Findings on and around lines that hold secrets.
fn tree() -> Tree {
    Tree::new(&[
        (
            "litellm.yml",
            "model_list:\n  - model_name: a\n    litellm_params:\n      model: openai/gpt-4o\n      api_key: sk-proj-Zq81mmPlkWwXy7723abc\n      max_budget: 5\ngeneral_settings: {master_key: Zebra9Crossing, master_key: Zebra9Crossing}\n",
        ),
        (
            "compose.yml",
            "services:\n  db:\n    image: postgres:17.2\n    environment:\n      POSTGRES_PASSWORD: Giraffe7Neck\n      POSTGRES_PASSWORD: Giraffe7Neck\n      URL: postgres://me:Camel5Hump@db/x\n      URL: postgres://me:Camel5Hump@db/x\n",
        ),
        (
            "redis/compose.yml",
            "services:\n  redis:\n    image: redis:7.2.4\n    command: redis-server --requirepass Walrus3Tusk\n    command: redis-server --requirepass Walrus3Tusk\n    healthcheck: {test: redis-cli -a Walrus3Tusk ping, test: redis-cli -a Walrus3Tusk ping}\n",
        ),
        (
            "deploy.sh",
            "#!/bin/sh\ndocker exec -e API_TOKEN=Otter2Paw app run # not Stoat5Tail9\ndocker exec app run \"$API_TOKEN\"\ndocker login -u me -p Heron4Beak\necho \"Ibis8Wing\" | docker login --password-stdin\nopenclaw config set gateway.auth.token Tapir6Nose\ncurl -H \"Authorization: token Yak9Horn1\" https://x.test/i.sh | sh\n",
        ),
        ("Dockerfile", "FROM node\nENV DB_PASSWORD Gecko3Foot\n"),
        (
            "roles/a/defaults/main.yml",
            "a_password: Bison7Back\na_connection: \"{{ a_password }}-x\"\na_address: http://me:Eland2Ear@h\n",
        ),
        (
            "roles/a/tasks/main.yml",
            "- name: A line\n  ansible.builtin.lineinfile:\n    path: /etc/a\n    regexp: \"{{ a_token or 'Quokka4Pouch' }}-x\"\n    state: \"{{ 'present' if a_wanted else 'absent' }}\"\n",
        ),
        ("broken/compose.yml", "services:\n  db:\n    environment:\n      DB_PASSWORD: Badger4Sett\n   x: [\n"),
        (".env", "DB_PASSWORD=Lemur6Tail\nDB_PASSWORD=Lemur6Tail\n"),
    ])
}

#[test]
fn no_format_shows_a_secret() {
    let tree = tree();
    let secrets = [
        "Stoat5Tail9",
        "Heron4Beak",
        "Ibis8Wing",
        "Tapir6Nose",
        "Yak9Horn1",
        "Gecko3Foot",
        "Bison7Back",
        "sk-proj-Zq81mmPlkWwXy7723abc",
        "Zebra9Crossing",
        "Giraffe7Neck",
        "Camel5Hump",
        "Walrus3Tusk",
        "Otter2Paw",
        "Badger4Sett",
        "Lemur6Tail",
        "Quokka4Pouch",
    ];
    for format in FORMATS {
        let ran = tree.run(&["check", "--persona", "auditor", "--show-undecided", "--verbose", "--format", format]);
        assert_eq!(ran.code, 1, "{ran}");
        let seen = if format == "gitlab-sast" { "literal-secret" } else { "duplicate-key" };
        assert!(ran.stdout.contains(seen), "{format}: {ran}");
        for secret in secrets {
            assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{format} shows {secret}: {ran}");
        }
    }
}

#[test]
fn facts_show_no_secret() {
    let ran = tree().run(&["facts"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("if a_wanted else"), "an expression without a secret is shown: {}", ran.stdout);
    let all = [
        "sk-proj-Zq81mmPlkWwXy7723abc",
        "Badger4Sett",
        "Walrus3Tusk",
        "Heron4Beak",
        "Ibis8Wing",
        "Eland2Ear",
        "Quokka4Pouch",
    ];
    for secret in all {
        assert!(!ran.stdout.contains(secret), "{secret}: {}", ran.stdout);
    }
}

#[test]
fn a_variable_that_holds_a_secret_is_not_explained() {
    let tree = tree();
    for name in ["a_password", "a_connection", "a_address"] {
        let ran = tree.run(&["explain-var", name, "roles/a"]);
        assert!(ran.stdout.contains("roles/a/defaults/main.yml"), "{ran}");
        assert!(!ran.stdout.contains("Bison7Back") && !ran.stdout.contains("Eland2Ear"), "{ran}");
    }
}

#[test]
fn the_line_stays_readable() {
    let tree = Tree::new(&[(
        "litellm.yml",
        "model_list:\n  - model_name: a\n    litellm_params:\n      api_key: sk-proj-Zq81mmPlkWwXy7723abc\n      max_budget: 5\n",
    )]);
    insta::assert_snapshot!(tree.run(&["check", "--select", "litellm-budget-without-duration"]));
}
