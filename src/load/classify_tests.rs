//! What files are, by name and content.

use super::{Wanted, classify, wanted};
use crate::document::Kind;

fn kind(path: &str, text: &str) -> Option<Kind> {
    classify(path, text).kind
}

#[test]
fn licences_of_files_are_not_those_files() {
    let text = "SPDX-FileCopyrightText: nobody\nSPDX-License-Identifier: MIT\n";
    for path in ["Dockerfile.j2.license", "a/Dockerfile.license", ".env.license", "x.service.license", "run.sh.license"]
    {
        assert_eq!(wanted(path), Wanted::Nothing, "{path}");
        assert_eq!(kind(path, text), None, "{path}");
    }
    assert_eq!(kind("Dockerfile.j2", "FROM alpine:3.20\n"), Some(Kind::Dockerfile));
}

#[test]
fn units_have_sections() {
    let xml = "<?xml version=\"1.0\"?>\n<service-group><name>x [y]</name></service-group>\n";
    let yaml = "name: web\nports: [80]\nlist:\n  - [1, 2]\n";
    for text in [xml, yaml] {
        for path in ["smb.service", "smb.service.j2", "etc/x.socket", "web.target"] {
            assert_eq!(kind(path, text), None, "{path}");
        }
    }
    for text in
        ["[Service]\nExecStart=/bin/true\n", "# why\r\n[Unit]\r\n", "", "{% include 'unit.j2' %}\n", "[X-{{ a }}]\n"]
    {
        assert_eq!(kind("x.service", text), Some(Kind::Unit), "{text:?}");
    }
}

#[test]
fn manifests_are_no_openclaw_configs() {
    let text = r#"{"id": "x", "gateway": {"controlUi": {}}, "channels": ["matrix"], "x": {"channels": 1, "trustedProxies": 1}}"#;
    for path in
        ["openclaw.plugin.json", "ext/openclaw.plugin.json", "my.plugin.json", "package.json", "openclaw.schema.json"]
    {
        assert_eq!(kind(path, text), None, "{path}");
    }
    for path in ["openclaw.json", "openclaw.prod.json5", "openclaw.json.j2", "gateway.json"] {
        assert_eq!(kind(path, text), Some(Kind::OpenClaw), "{path}");
    }
}

#[test]
fn content_makes_a_compose_file_only_with_a_mapping_of_services() {
    for text in [
        "services: []\n",
        "services: [a, b]\n",
        "services:\n  - name: a\n    project: b\n",
        "services:\n- name: a\n",
        "services: # none\n\ndefault:\n  name: x\n",
        "services:\n",
        "services: some\n",
        "services: \"{{ all_services }}\"\n",
        "services: |\n  web:\n",
        "  services:\n    web:\n      image: x\n",
        "services:web\n",
    ] {
        assert_eq!(kind("acl.yaml", text), None, "{text:?}");
        // A name that docker compose looks for decides alone: there the list is a mistake to report.
        assert_eq!(kind("compose.yaml", text), Some(Kind::Compose), "{text:?}");
    }
    for text in [
        "services:\n  web:\n    image: x\n",
        "services: {}\n",
        "services: {web: {image: x}}\n",
        "\"services\":\r\n\r\n  # first\r\n  web:\r\n    image: x\r\n",
        "services: &all\n  web: {}\n",
        "services: *all\n",
        "services:\n{% for s in all %}\n  {{ s }}:\n    image: x\n{% endfor %}\n",
        "services: {{ all | to_json }}\n",
        "services:\n{{ all | to_yaml }}\n",
        "services: []\n---\nservices:\n  web:\n    image: x\n",
    ] {
        assert_eq!(kind("stack.yaml", text), Some(Kind::Compose), "{text:?}");
    }
}

#[test]
fn templates_of_django_are_none_of_ours() {
    let text =
        "user: a\n{% if x %}\nport: {{ x }}\n{% endif %}\n{% verbatim %}\nname: \"{{ user }}\"\n{% endverbatim %}\n";
    let class = classify("api/templates/bundle/group_vars/all.yml", text);
    assert_eq!((class.kind, class.reason.as_str()), (None, "a Django template"));
}

#[test]
fn templates_of_handlebars_are_none_of_ours() {
    let unit = "[Container]\nImage=docker.io/library/caddy:2.8.4\n{{#if tls}}\nPublishPort=443:443\n{{/if}}\n";
    let class = classify("quadlet/proxy.container", unit);
    assert_eq!((class.kind, class.reason.as_str()), (None, "a Handlebars template"));
    // A script may write one, and comments of Jinja begin with `{#`.
    let script = "#!/bin/sh\ncat > page.hbs <<'X'\n{{#each items}}\n{{/each}}\nX\n";
    assert_eq!(kind("write.sh", script), Some(Kind::Script));
    assert_eq!(kind("compose.yml", "services:\n  a:\n    image: x # {{#if}}\n"), Some(Kind::Compose));
}

#[test]
fn units_in_the_language_of_go_are_none_of_ours() {
    let unit = "[Container]\nImage=docker.io/library/caddy:2.8.4\nPublishPort={{ .published.web }}:{{ .ports.web }}\n";
    let class = classify("containers/systemd/web.container", unit);
    assert_eq!((class.kind, class.reason.as_str()), (None, "a Go template"));
    // What a command prints is written in that language too.
    let unit = "[Service]\n# {{ .x }} = y\nExecStart=/usr/bin/docker ps --filter=name=a --format {{.Names}}\n";
    assert_eq!(kind("web.service", unit), Some(Kind::Unit));
}

#[test]
fn what_git_crypt_encrypted_is_not_audited() {
    let class = classify(".env", super::GIT_CRYPT);
    assert_eq!((class.kind, class.reason.as_str()), (None, "encrypted (git-crypt)"));
}

#[test]
fn configurations_to_copy_are_configurations() {
    let models = "model_list:\n  - model_name: a\n    litellm_params: {model: openai/a}\n";
    for name in ["litellm.yaml.example", "config.yaml.sample"] {
        assert_eq!(kind(name, models), Some(Kind::LiteLlm), "{name}");
        assert_eq!(wanted(name), Wanted::Whole, "{name}");
    }
    assert_eq!(kind("openclaw.json.example", "{}"), Some(Kind::OpenClaw));
    // Parts of a compose file, and notes about anything, are left alone.
    assert_eq!(kind("docker-compose.override.yml.example", "services: {a: {ports: []}}\n"), None);
    assert_eq!(kind("routes.yaml.example", "routes: []\n"), None);
}

#[test]
fn what_lies_among_templates_is_expanded_and_no_inventory() {
    let nginx = "{{ ansible_managed | comment }}\nserver {\n  listen 80;\n}\n";
    assert!(classify("web/templates/default.conf", nginx).template);
    assert!(!classify("web/files/default.conf", "server {\n  listen 80;\n}\n").template);
    let unit = "[Service]\n{%if server -%}\nExecStart=/bin/a\n{% else %}\nExecStart=/bin/b\n{% endif %}\n";
    assert!(classify("state/nomad/files/nomad.service", unit).template);
    let proxied = "server {\n  location / { proxy_pass http://{{grains['ip']}}:{{port}}/; }\n}\n";
    assert!(classify("salt/stack/nginx/files/proxy.conf", proxied).template);
    assert!(!classify("nginx/lua.conf", "content_by_lua_block {\n  t = {{name = 1}}\n}\n").template);
    let hosts = "127.0.0.1 localhost\n{% if a %}\n::1 {{ a }}\n{% endif %}\n";
    assert_eq!(kind("net/templates/hosts", hosts), None);
    assert_eq!(kind("inventories/prod/hosts", "[web]\na\n"), Some(Kind::AnsibleInventory));
}

#[test]
fn an_env_file_with_a_statement_of_jinja_is_a_template() {
    for (text, template) in [
        ("A=1\n{{ 'B=' if b else '' }}\n", true),
        ("{% if b %}\nB=1\n{% endif %}\n", true),
        // What a value holds is the value: compose takes it as it is.
        ("FORMAT={{ title }}\n", false),
        ("LIST={{range .Hosts}}\n{{.Name}}\n", false),
    ] {
        let class = classify("app/app.env", text);
        assert_eq!((class.kind, class.template), (Some(Kind::Env), template), "{text}");
    }
}
