//! Credentials in each format, and their near misses.

use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

/// Name, kind and origin of each credential.
fn found(path: &str, text: &str) -> Vec<String> {
    let facts = facts_of(&[(path, text)]);
    let shown = |id| {
        let field = |name: &str| match facts.get(id).field(name).map(|f| &f.value) {
            Some(Value::Str(s)) => s.clone(),
            Some(Value::Bool(true)) => name.to_owned(),
            _ => String::new(),
        };
        let all = ["name", "kind", "origin", "weak"].map(field).join(" ");
        all.trim_end().to_owned()
    };
    facts.of(Subject::Credential).into_iter().map(shown).collect()
}

#[test]
fn env_files_hold_real_ones() {
    assert_eq!(found(".env", "DB_PASSWORD=b7Qx92kLmpzz\nUSER=a\n#TOKEN=b7Qx92kLmpzz\n"), ["DB_PASSWORD literal env"]);
    assert_eq!(found(".env", "DB_PASSWORD=postgres\n"), ["DB_PASSWORD literal env weak"]);
    assert_eq!(found(".env", "URL=postgres://u:b7Qx92kLmpzz@h/d\n"), ["the password in an address literal env"]);
    assert_eq!(
        found(".env", "URL=postgres://appuser1:appuser1@h/d\n"),
        ["the password in an address literal env weak"]
    );
    assert_eq!(found(".env", "DB_PASSWORD=ENC[AES256_GCM,data:b7Qx92kLmpzz,type:str]\n"), Vec::<String>::new());
    assert_eq!(
        found(".env", "TOKEN=\nTOKEN_FILE=/x/y\nKEY_ID=b7Qx92kLmpzz\nA_TOKEN=<token>\nB_TOKEN=${X}\n"),
        Vec::<String>::new()
    );
    assert_eq!(found(".env.example", "DB_PASSWORD=b7Qx92kLmpzz\nC=changeme\n"), Vec::<String>::new());
}

#[test]
fn scripts_assign_them() {
    assert_eq!(found("a.sh", "export API_KEY='b7Qx92kLmpzz'\n"), ["API_KEY literal script"]);
    assert_eq!(found("a.sh", "PASSWORD=\"${PASSWORD:-changeme}\"\n"), ["PASSWORD default script weak"]);
    assert_eq!(
        found("a.sh", "docker exec db sh -c 'PGPASSWORD=app_password psql -U app'\n"),
        ["PGPASSWORD literal script weak"]
    );
    assert_eq!(found("a.sh", "ask db_url \"Address (postgresql://app:PASSWORD@db/app)\"\n"), Vec::<String>::new());
    assert_eq!(
        found("a.sh", "TOKEN=$1\nTOKEN=\"$(cat /x)\"\nTOKEN=\nX_TOKEN=${X_TOKEN:-}\nTOKEN=${T:?no}\n"),
        Vec::<String>::new()
    );
}

#[test]
fn ansible_variables_hold_them_unless_encrypted() {
    let vars = "db_password: b7Qx92kLmpzz\nlist:\n  - name: x\n    api_key: b7Qx92kLmpzy\n";
    assert_eq!(found("group_vars/all.yml", vars), ["db_password literal ansible", "api_key literal ansible"]);
    let silent = "a_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\nb_token: \"{{ lookup('env', 'B') }}\"\nc_secret_name: x-y-z-12345\nd_password: ''\n";
    assert_eq!(found("group_vars/all.yml", silent), Vec::<String>::new());
    let task = "- mysql_user:\n    name: a\n    password: b7Qx92kLmpzz\n    update_password: on_create\n";
    assert_eq!(found("roles/a/tasks/main.yml", task), ["password literal ansible"]);
}

#[test]
fn litellm_and_openclaw_configs_hold_them() {
    let config = "model_list:\n  - model_name: a\n    litellm_params: {model: x, api_key: ollama}\n  - model_name: b\n    litellm_params: {model: x, api_key: os.environ/K}\ngeneral_settings:\n  master_key: sk-1234\n";
    assert_eq!(found("litellm.yaml", config), ["master_key literal litellm weak"]);
    assert_eq!(found("openclaw.json", "{gateway: {auth: {token: 'b7Qx92kLmpzz'}}}"), ["token literal openclaw"]);
    assert_eq!(found("openclaw.json", "{gateway: {auth: {token: '${TOKEN}'}}}"), Vec::<String>::new());
}

#[test]
fn images_and_units_hold_them() {
    assert_eq!(found("Dockerfile", "FROM a\nENV API_KEY=b7Qx92kLmpzz\nARG X_TOKEN\n"), ["API_KEY literal dockerfile"]);
    assert_eq!(found("a.service", "[Service]\nEnvironment=TOKEN=b7Qx92kLmpzz A=b\n"), ["TOKEN literal unit"]);
}
