//! Templates through load and expand: what a tree of files becomes.

use deploylint::discover::Candidate;
use deploylint::document::Document;
use deploylint::expand::{Deployment, Options, expand, templates};
use deploylint::load;
use deploylint::problem::ProblemKind;
use deploylint::source::{Sources, Span};
use deploylint::text::{PieceKind, Text};
use deploylint::yaml::Node;

struct Tree {
    sources: Sources,
    deployment: Deployment,
}

fn candidate((path, text): &(&str, &str)) -> Candidate {
    let content = Some(text.as_bytes().to_vec());
    Candidate { disk: None, path: (*path).to_owned(), content, executable: None }
}

fn tree(files: &[(&str, &str)]) -> Tree {
    let sources = Sources::default();
    let mut candidates: Vec<Candidate> = files.iter().map(candidate).collect();
    candidates.sort_by(|a, b| a.path.cmp(&b.path));
    let files = load::load(&candidates, &[], &sources);
    let deployment = expand(&files, &Options::default(), &sources);
    Tree { sources, deployment }
}

impl Tree {
    fn variants(&self, path: &str) -> Vec<&Document> {
        self.deployment.documents.iter().map(AsRef::as_ref).filter(|d| d.path == path).collect()
    }

    fn only(&self, path: &str) -> &Document {
        let all = self.variants(path);
        assert_eq!(all.len(), 1, "{:#?}", all.iter().map(|d| d.text.value()).collect::<Vec<_>>());
        all[0]
    }

    fn slice(&self, span: Span) -> String {
        self.sources.get(span.source).slice(span).to_owned()
    }

    fn path(&self, span: Span) -> String {
        self.sources.get(span.source).path.clone()
    }

    /// Asserts that every literal piece stands where it says.
    fn exact(&self, text: &Text) {
        for piece in text.pieces() {
            let value = &text.value()[piece.range.clone()];
            match &piece.kind {
                PieceKind::Literal if piece.span.len() == value.len() => assert_eq!(self.slice(piece.span), value),
                PieceKind::Variable(variable) => variable.value.iter().for_each(|v| self.exact(v)),
                PieceKind::Literal | PieceKind::Opaque(_) => {}
            }
        }
    }
}

fn at<'n>(document: &'n Document, path: &[&str]) -> &'n Node {
    let found = document.nodes()[0].path(path);
    assert!(found.is_some(), "no {path:?} in {}", document.text.value());
    found.unwrap_or(&document.nodes()[0])
}

#[test]
fn a_version_from_group_vars_keeps_both_places() {
    let tree = tree(&[
        ("group_vars/all.yml", "caddy_version: \"2-alpine\"\n"),
        ("roles/web/templates/docker-compose.yml.j2", "services:\n  caddy:\n    image: caddy:{{ caddy_version }}\n"),
    ]);
    let document = tree.only("roles/web/templates/docker-compose.yml.j2");
    let image = at(document, &["services", "caddy", "image"]).text().unwrap();
    assert_eq!(image.known(), Some("caddy:2-alpine"));
    assert_eq!(tree.slice(image.span()), "caddy:{{ caddy_version }}");
    let place = image.place();
    assert_eq!(place.definitions.len(), 1, "{place:?}");
    let (name, span) = &place.definitions[0];
    assert_eq!(name, "caddy_version");
    assert_eq!(tree.path(*span), "group_vars/all.yml");
    assert_eq!(tree.slice(*span).trim_matches('"'), "2-alpine");
    tree.exact(&document.text);
}

#[test]
fn the_strongest_definition_wins() {
    let template = ("roles/a/templates/compose.yml.j2", "services:\n  x:\n    image: {{ v }}\n");
    let defaults = ("roles/a/defaults/main.yml", "v: default\n");
    let all = ("group_vars/all.yml", "v: all\n");
    let group = ("group_vars/web.yml", "v: web\n");
    let vars = ("roles/a/vars/main.yml", "v: vars\n");
    let image = |files: &[(&str, &str)]| {
        let tree = tree(files);
        at(tree.only(template.0), &["services", "x", "image"]).known().map(str::to_owned)
    };
    assert_eq!(image(&[template, defaults]).as_deref(), Some("default"));
    assert_eq!(image(&[template, defaults, all]).as_deref(), Some("all"));
    assert_eq!(image(&[template, defaults, all, group]).as_deref(), Some("web"));
    assert_eq!(image(&[template, defaults, all, group, vars]).as_deref(), Some("vars"));
}

#[test]
fn groups_that_differ_are_read_one_by_one() {
    let tree = tree(&[
        ("group_vars/blue.yml", "tag: '1'\n"),
        ("group_vars/green.yml", "tag: latest\n"),
        ("roles/a/templates/compose.yml.j2", "services:\n  x:\n    image: app:{{ tag }}\n"),
    ]);
    let all = tree.variants("roles/a/templates/compose.yml.j2");
    let mut images: Vec<_> = all.iter().map(|d| at(d, &["services", "x", "image"]).known().unwrap()).collect();
    images.sort_unstable();
    assert_eq!(images, ["app:1", "app:latest"]);
}

#[test]
fn unknown_conditions_are_explored_both_ways() {
    let text = "services:\n  x:\n    image: a:1\n{% if debug_mode %}\n    privileged: true\n{% endif %}\n";
    let tree = tree(&[("roles/a/templates/compose.yml.j2", text)]);
    let all = tree.variants("roles/a/templates/compose.yml.j2");
    assert_eq!(all.len(), 2);
    assert!(at(all[0], &["services", "x"]).get("privileged").is_some());
    assert!(at(all[1], &["services", "x"]).get("privileged").is_none());
}

#[test]
fn an_unknown_block_between_entries_stays_an_unknown_entry() {
    let text = "services:\n  x:\n    image: a:1\n    {{ extra | to_nice_yaml }}\n    restart: always\n";
    let tree = tree(&[("roles/a/templates/compose.yml.j2", text)]);
    let document = tree.only("roles/a/templates/compose.yml.j2");
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    assert_eq!(at(document, &["services", "x", "image"]).known(), Some("a:1"));
    assert_eq!(at(document, &["services", "x", "restart"]).known(), Some("always"));
    let entries = at(document, &["services", "x"]).map().unwrap();
    assert!(entries.iter().any(|e| e.key.known().is_none()));
}

#[test]
fn the_deployed_name_decides_the_kind() {
    let tree = tree(&[
        ("roles/a/defaults/main.yml", "dir: /opt/app\n"),
        ("roles/a/tasks/main.yml", "- template:\n    src: stack.j2\n    dest: \"{{ dir }}/docker-compose.yml\"\n"),
        ("roles/a/templates/stack.j2", "services:\n  x:\n    image: a:1\n"),
    ]);
    let document = tree.only("roles/a/templates/stack.j2");
    assert_eq!(document.kind.name(), "compose");
    assert_eq!(document.deployed.as_ref().and_then(Text::known), Some("/opt/app/docker-compose.yml"));
}

#[test]
fn task_scalars_hold_their_variables() {
    let tasks = "- name: pull\n  command: docker pull {{ image }}:{{ item }}\n  loop: \"{{ tags }}\"\n";
    let tree = tree(&[("roles/a/defaults/main.yml", "image: redis\n"), ("roles/a/tasks/main.yml", tasks)]);
    let document = tree.only("roles/a/tasks/main.yml");
    let command = document.nodes()[0].seq().unwrap()[0].get("command").unwrap().text().unwrap();
    assert!(command.value().starts_with("docker pull redis:"));
    assert_eq!(command.known(), None);
    assert_eq!(command.display(), "docker pull redis:{{ item }}");
    assert_eq!(tree.slice(command.span()), "docker pull {{ image }}:{{ item }}");
}

#[test]
fn omit_takes_the_key_away() {
    let tasks = "- docker_container:\n    name: a\n    user: \"{{ nobody_sets_this | default(omit) }}\"\n";
    let tree = tree(&[("roles/a/tasks/main.yml", tasks)]);
    let document = tree.only("roles/a/tasks/main.yml");
    let module = document.nodes()[0].seq().unwrap()[0].get("docker_container").unwrap();
    assert!(module.get("name").is_some());
    assert!(module.get("user").is_none());
}

#[test]
fn vault_values_are_secret_and_unknown() {
    let tree = tree(&[
        ("group_vars/all.yml", "pw: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n"),
        ("roles/a/templates/app.env.j2", "PASSWORD={{ pw }}\n"),
    ]);
    let document = tree.only("roles/a/templates/app.env.j2");
    let variables = document.text.variables();
    assert_eq!(variables.len(), 1);
    assert!(variables[0].secret);
    assert!(variables[0].value.is_none());
}

#[test]
fn bombs_end_with_a_problem() {
    let bombs = [
        "services:\n  x: {% for a in range(10000) %}{% for b in range(10000) %}{{ a }}{% endfor %}{% endfor %}\n",
        "{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "a: {{ 'x' * 1000000000 }}\n",
        "a: {{ range(1000000000) | list }}\n",
        "a: {{ ('x' * 900000) | replace('x', 'y' * 900000) }}\n",
        "a: {% set l = [1] * 10000 %}{% set l = [l] * 10000 %}{% set l = [l] * 10000 %}{{ l | to_json }}{{ l == l }}\n",
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}a: {{ ns.l == ns.l }}\n",
        "{% set ns = namespace(x='') %}{% for i in range(10000) %}{% set ns.x = ns.x ~ i %}{% endfor %}{{ ns.x }}",
        "{% set l = range(10000) | list %}{% for i in range(10000) %}{% if l == l %}{% endif %}{% endfor %}a: 1\n",
        "a: {{ ('a' * 900000) | replace('a', 'b') | replace('b', 'c') | replace('c', 'd') }}\n",
        "a: {{ ('a\n' * 400000) | indent(2) | indent(2) }}\n",
        "a: {{ 'x\ny' | indent(1000000000) }}\n",
    ];
    for bomb in bombs {
        let tree = tree(&[("roles/a/templates/compose.yml.j2", bomb)]);
        let document = tree.only("roles/a/templates/compose.yml.j2");
        // Where only one value is too large, only that value is unknown.
        let survives = bomb.contains("x\ny") || bomb.contains("ns.l") || bomb.contains("to_json");
        assert_eq!(document.problems.iter().any(|p| p.kind == ProblemKind::UnresolvedTemplate), !survives, "{bomb}");
        assert!(document.text.value().len() < 2_000_000);
    }
}

#[test]
fn a_block_for_the_key_above_stays_its_value() {
    let text = "services:\n  x:\n    environment:\n{{ env | to_nice_yaml | indent(6, true) }}\n    image: a:1\n";
    let tree = tree(&[("roles/a/templates/compose.yml.j2", text)]);
    let document = tree.only("roles/a/templates/compose.yml.j2");
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    assert_eq!(at(document, &["services", "x", "image"]).known(), Some("a:1"));
    assert_eq!(at(document, &["services", "x", "environment"]).known(), None);
}

#[test]
fn hosts_take_the_variables_of_their_groups() {
    let tree = tree(&[
        ("group_vars/all.yml", "tag: '1'\n"),
        ("hosts.ini", "[edge]\nh1 extra=yes\n[core]\nh2\n[edge:vars]\nlevel=2\n"),
        ("group_vars/edge.yml", "tag: latest\n"),
        ("roles/a/templates/compose.yml.j2", "services:\n  x:\n    image: app:{{ tag }}\n"),
    ]);
    let all = tree.variants("roles/a/templates/compose.yml.j2");
    let mut images: Vec<_> = all.iter().map(|d| at(d, &["services", "x", "image"]).known().unwrap()).collect();
    images.sort_unstable();
    assert_eq!(images, ["app:1", "app:latest"]);
}

#[test]
fn other_programs_indent_their_blocks() {
    let text = "services:\n  x:\n    {% if a -%}\n    image: a:1\n    {% else %}\n    image: a:2\n    {% endif %}\n    restart: always\n";
    let tree = tree(&[("stacks/compose.yaml.j2", text)]);
    for document in tree.variants("stacks/compose.yaml.j2") {
        assert!(document.problems.is_empty(), "{:?}", document.problems);
    }
}

#[test]
fn explain_var_names_every_definition_and_the_winner() {
    let files = [
        ("group_vars/all.yml", "v: all\ndb_password: hunter2\n"),
        ("roles/a/defaults/main.yml", "v: default\n"),
        ("roles/a/templates/compose.yml.j2", "services: {}\n"),
    ];
    let sources = Sources::default();
    let candidates: Vec<Candidate> = files.iter().map(candidate).collect();
    let files = load::load(&candidates, &[], &sources);
    let explain =
        |name: &str| templates::explain(&files, &Options::default(), &sources, name, "roles/a/templates/x.j2");
    let all = explain("v");
    assert_eq!(all.len(), 1);
    let written: Vec<_> = all[0].definitions.iter().map(|d| (d.written.as_deref(), d.wins)).collect();
    assert_eq!(written, [(Some("default"), false), (Some("all"), true)]);
    assert_eq!(all[0].value.as_deref(), Some("all"));
    let secret = explain("db_password");
    assert_eq!((&secret[0].definitions[0].written, &secret[0].value), (&None, &None));
}

#[test]
fn a_fact_that_repeats_a_variable_is_that_variable() {
    let tree = tree(&[
        ("roles/a/defaults/main.yml", "home: /home/app\nround: '{{ trip }}'\ntrip: '{{ round }}'\n"),
        ("roles/a/tasks/main.yml", "- set_fact:\n    home: '{{ home }}'\n    path: '{{ home }}/x'\n"),
        ("roles/a/templates/app.env.j2", "HOME={{ home }}\nX={{ path }}\nY={{ round }}\n"),
    ]);
    let text = &tree.only("roles/a/templates/app.env.j2").text;
    assert!(text.value().starts_with("HOME=/home/app\nX=/home/app/x\nY="), "{}", text.value());
    assert!(!text.is_known());
}

#[test]
fn macros_are_found_beside_the_playbook() {
    let macros = "{% macro labels(name) -%}\n- traefik.name={{ name }}\n{%- endmacro %}\n";
    let text = "{% from 'traefik.yml.j2' import labels with context %}\nservices:\n  x:\n    image: a:1\n    labels:\n      {{ labels('x') }}\n";
    let tree =
        tree(&[("ansible/templates/traefik.yml.j2", macros), ("ansible/roles/a/templates/compose.yml.j2", text)]);
    let document = tree.only("ansible/roles/a/templates/compose.yml.j2");
    assert_eq!(at(document, &["services", "x", "labels"]).seq().unwrap()[0].known(), Some("traefik.name=x"));
}

#[test]
fn unknown_blocks_stand_after_deeper_lines() {
    let text = "services:\n  x:\n    image: a:1\n    labels:\n      {{ a() }}\n      {{ b() }}\n    # limits\n    {{ c() }}\n\n{{ d() }}\n";
    let tree = tree(&[("roles/a/templates/compose.yml.j2", text)]);
    let document = tree.only("roles/a/templates/compose.yml.j2");
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    assert_eq!(at(document, &["services", "x", "image"]).known(), Some("a:1"));
}

#[test]
fn a_host_that_lacks_a_variable_does_not_get_the_template() {
    let tree = tree(&[
        ("hosts.ini", "[web]\nw1\n[db]\nd1\n"),
        ("group_vars/web.yml", "tag: '1'\n"),
        ("group_vars/db.yml", "other: '2'\n"),
        ("roles/a/templates/compose.yml.j2", "services:\n  x:\n    image: app:{{ tag }}\n"),
    ]);
    let document = tree.only("roles/a/templates/compose.yml.j2");
    assert_eq!(at(document, &["services", "x", "image"]).known(), Some("app:1"));
}

#[test]
fn values_that_sops_encrypts_are_secret_and_unknown() {
    let tree = tree(&[
        ("group_vars/all.sops.yaml", "pw: ENC[AES256_GCM,data:aa==,iv:bb==,tag:cc==,type:str]\n"),
        ("roles/a/templates/app.env.j2", "PASSWORD={{ pw }}\n"),
    ]);
    let variables = tree.only("roles/a/templates/app.env.j2").text.variables();
    assert!(variables[0].secret && variables[0].value.is_none());
}

#[test]
fn a_tree_that_is_a_role_sees_its_own_defaults() {
    let tree = tree(&[
        ("defaults/main.yml", "tag: '1'\n"),
        ("templates/compose.yml.j2", "services:\n  x:\n    image: app:{{ tag }}\n"),
        ("tests/test.yml", "- hosts: all\n  roles:\n    - role: me.app\n      tag: '2'\n"),
    ]);
    let all = tree.variants("templates/compose.yml.j2");
    let images: Vec<_> = all.iter().map(|d| at(d, &["services", "x", "image"]).known().unwrap()).collect();
    assert_eq!(images, ["app:2", "app:1"]);
}

#[test]
fn each_item_of_a_loop_is_a_deployment_of_its_own() {
    let tree = tree(&[
        ("roles/a/defaults/main.yml", "sites: [{name: one, tag: '1'}, {name: two, tag: '2'}]\n"),
        (
            "roles/a/tasks/main.yml",
            "- template:\n    src: compose.yml.j2\n    dest: /opt/{{ item.name }}/compose.yml\n  loop: '{{ sites }}'\n",
        ),
        ("roles/a/templates/compose.yml.j2", "services:\n  x:\n    image: app:{{ item.tag }}\n"),
    ]);
    let all = tree.variants("roles/a/templates/compose.yml.j2");
    let read = |d: &&Document| {
        let image = at(d, &["services", "x", "image"]).known().map(str::to_owned);
        (d.deployed.as_ref().and_then(Text::known).map(str::to_owned), image)
    };
    let pair = |dest: &str, image: &str| (Some(dest.to_owned()), Some(image.to_owned()));
    let expected = [pair("/opt/one/compose.yml", "app:1"), pair("/opt/two/compose.yml", "app:2")];
    assert_eq!(all.iter().map(read).collect::<Vec<_>>(), expected);
}

#[test]
fn files_chosen_by_the_system_are_alternatives() {
    let tree = tree(&[
        ("roles/a/tasks/main.yml", "- include_vars: '{{ ansible_os_family }}.yml'\n"),
        ("roles/a/vars/Debian.yml", "tag: bookworm\nuser: deb\n"),
        ("roles/a/vars/RedHat.yml", "tag: ubi\nuser: red\n"),
        ("roles/a/templates/compose.yml.j2", "services:\n  x:\n    image: app:{{ tag }}\n    user: {{ user }}\n"),
    ]);
    let all = tree.variants("roles/a/templates/compose.yml.j2");
    let read = |d: &&Document| ["image", "user"].map(|k| at(d, &["services", "x", k]).known().unwrap().to_owned());
    let read: Vec<_> = all.iter().map(read).collect();
    assert_eq!(read, [["app:bookworm", "deb"], ["app:ubi", "red"]]);
}

#[test]
fn an_empty_default_that_breaks_the_file_is_still_to_be_given() {
    let tree = tree(&[
        ("roles/a/defaults/main.yml", "version: ''\nname: web\n"),
        ("roles/a/templates/compose.yml.j2", "services:\n  {{ name }}:\n    image: app:{{ version }}\n"),
    ]);
    let document = tree.only("roles/a/templates/compose.yml.j2");
    assert_eq!(at(document, &["services", "web", "image"]).known(), None);
}

#[test]
fn plays_say_which_hosts_get_a_role() {
    let tree = tree(&[
        ("hosts.ini", "[web]\nw1\n[db]\nd1\n"),
        ("group_vars/web.yml", "tag: '1'\n"),
        ("group_vars/db.yml", "tag: '2'\n"),
        ("site.yml", "- hosts: web\n  roles: [outer]\n- hosts: db\n  roles: [other]\n"),
        ("roles/outer/tasks/main.yml", "- include_role:\n    name: a\n  vars:\n    port: 80\n"),
        ("roles/a/templates/compose.yml.j2", "services:\n  x:\n    image: app:{{ tag }}\n    expose: [{{ port }}]\n"),
    ]);
    let document = tree.only("roles/a/templates/compose.yml.j2");
    assert_eq!(at(document, &["services", "x", "image"]).known(), Some("app:1"));
    assert_eq!(at(document, &["services", "x", "expose"]).seq().unwrap()[0].known(), Some("80"));
}
