//! What makes a compose file of YAML without compose's name.

use super::compose_like;

#[test]
fn a_catalogue_of_services_is_none() {
    for text in [
        // Settings that switch services on.
        "features: {}\nservices:\n  dashboard: true\n  registry: true\n",
        // A catalogue of software.
        "services:\n  db:\n    container_name: db\n    group: core\n    interfaces:\n      - port: 5432\n",
        "version: '1'\nservices:\n  web:\n    description: The web page\n    port: 80\n    depends_on: [db]\n",
        // A container of objects.
        "services:\n  _defaults:\n    autowire: true\n  App\\:\n    resource: '../src/'\n",
        // Continuous integration, and settings with a section of that name.
        "steps:\n  test:\n    image: golang\nservices:\n  db:\n    image: postgres:16\n",
        "listen:\n  port: 80\nservices:\n  cards:\n    image: large\n",
        // An app store's description around the file.
        "name: Cloud\ncategory: productivity\nservices:\n  web:\n    image: x:1\n",
    ] {
        assert!(!compose_like(text), "{text}");
    }
}

#[test]
fn services_that_run_or_change_something_are() {
    for text in [
        "services:\n  web:\n    restart: always\n    image: x\n",
        "version: '3'\nx-env: &env {A: b}\nservices:\n    # why\n    web:\n        <<: *env\n",
        "services:\n  web:\n    environment:\n      kind: some\n    ports: ['80:80']\n",
        "services:\n  web: *web\n",
        "services:\n  web: {image: x}\n",
        "services:\n  web:\n    image: x\nrestart: always\nnetwork:\n  a: {}\n",
        "services:\n{% for s in all %}\n  {{ s }}:\n    image: x\n{% endfor %}\n",
        "services:\n  web:\n    {{ common }}\n",
    ] {
        assert!(compose_like(text), "{text}");
    }
}

#[test]
fn a_file_that_puts_others_together() {
    assert!(compose_like(
        "name: nas\nnetworks:\n  edge:\ninclude:\n  # the first\n  - ./networks.yml\n  - ../apps/a.yml\n"
    ));
    assert!(compose_like("include:\n  - path: ../apps/a.yml\nvolumes:\n  data:\n"));
    // GitLab's and MkDocs's lists of files.
    assert!(!compose_like("include:\n  - /templates/a.yml\nstages: [build]\n"));
    assert!(!compose_like("include:\n  - /templates/a.yml\n"));
    assert!(!compose_like("name: x\ninclude:\n  - docs\n"));
}
