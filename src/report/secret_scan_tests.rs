//! What is hidden and what stays readable.

use super::{Form, secrets};

/// `text` with each secret as `*`.
fn hidden(text: &str) -> String {
    let mut out = String::new();
    let mut done = 0;
    for range in secrets(text, Form { shell: text.starts_with("#!"), yaml: false }).hidden {
        out.push_str(&text[done..range.start]);
        out.push('*');
        done = range.end;
    }
    out + &text[done..]
}

#[test]
fn values_of_names() {
    for (text, expected) in [
        ("POSTGRES_PASSWORD: hunter2", "POSTGRES_PASSWORD: *"),
        ("  password: \"hunter 2\" # why", "  password: \"*\" # why"),
        ("- DB_PASSWORD=hunter2 x", "- DB_PASSWORD=*"),
        ("- \"DB_PASSWORD=hunter2\"", "- \"DB_PASSWORD=*\""),
        ("{\"token\": \"abc\", \"port\": 1}", "{\"token\": \"*\", \"port\": 1}"),
        ("x: {password: abc, user: me}", "x: {password: *, user: me}"),
        ("Environment=API_KEY=abc", "Environment=API_KEY=*"),
        ("  - API_KEY:abcdef", "  - API_KEY:*"),
        ("  - api-key:1.2", "  - api-key:1.2"),
        ("Environment=API_KEY=abc def A=b c", "Environment=API_KEY=* * A=b c"),
        ("Environment=\"API_KEY=abc def\" ghi", "Environment=\"API_KEY=*\" *"),
        ("master_key: sk-1234", "master_key: *"),
        ("password:\n  hunter2\nuser: me", "password:\n  *\nuser: me"),
        ("secret: |\n  line one\n  line two\nuser: me", "secret: |\n  *\n  *\nuser: me"),
        ("- name: DB_PASSWORD\n  value: hunter2", "- name: DB_PASSWORD\n  value: *"),
        ("passwords:\n  - hunter2\n  - x", "passwords:\n  - *\n  - *"),
        ("{\\\"token\\\": \\\"abc\\\", \\\"port\\\": 1}", "{\\\"token\\\": \\\"*\\\", \\\"port\\\": 1}"),
        ("PASSWORD=\"hunter\ntwo\"\nA=b", "PASSWORD=\"*\n*\"\nA=b"),
        ("ENV DB_PASSWORD hunter2", "ENV DB_PASSWORD *"),
        ("{pasword: abc, tokne: abc}", "{pasword: *, tokne: *}"),
        ("#!/bin/sh\nTOKEN=abc run --fast", "#!/bin/sh\nTOKEN=* run --fast"),
    ] {
        assert_eq!(hidden(text), expected);
    }
}

#[test]
fn words_of_commands() {
    for (text, expected) in [
        ("redis-server --requirepass hunter2 --appendonly yes", "redis-server --requirepass * --appendonly yes"),
        (
            "command: [\"redis-server\", \"--requirepass\", \"hunter2\"]",
            "command: [\"redis-server\", \"--requirepass\", \"*\"]",
        ),
        ("test: redis-cli -a hunter2 ping", "test: redis-cli -a * ping"),
        ("docker run -e API_TOKEN=abc nginx", "docker run -e API_TOKEN=* nginx"),
        ("curl -u me:hunter2 http://x", "curl -u me:* http://x"),
        (
            "test: [\"CMD\", \"curl\", \"-u\", \"me:hunter2\", \"http://x\"]",
            "test: [\"CMD\", \"curl\", \"-u\", \"me:*\", \"http://x\"]",
        ),
        ("curl -H \"Authorization: Bearer abcdefghij\"", "curl -H \"Authorization: Bearer *\""),
        ("X: Basic bWU6aHVudGVyMg==", "X: Basic *"),
        ("X: Basic abcdefghijkl==", "X: Basic *"),
        ("X: Basic abcdefghIjkl", "X: Basic *"),
        ("X: Basic a1bcdefg", "X: Basic *"),
        ("# Basic IP4 set, Basic plan2", "# Basic IP4 set, Basic plan2"),
        ("# Basic configuration options", "# Basic configuration options"),
        ("curl -H \"Authorization: token abcdefghij\"", "curl -H \"Authorization: token *\""),
        ("docker login -u me -p hunter2 r.test", "docker login -u me -p * r.test"),
        ("echo \"hunter2\" | docker login --password-stdin", "echo \"*\" | docker login --password-stdin"),
        ("echo \"$T\" | docker login --password-stdin", "echo \"$T\" | docker login --password-stdin"),
        ("openclaw config set gateway.auth.token hunter2", "openclaw config set gateway.auth.token *"),
        ("mysqldump -uroot -phunter2 db", "mysqldump -uroot -p* db"),
        ("grep '^API_TOKEN=' \"$HOME/app/.env\"", "grep '^API_TOKEN=' \"$HOME/app/.env\""),
        ("grep -q \"^DB_PASSWORD=\" /opt/app/.env; then", "grep -q \"^DB_PASSWORD=\" /opt/app/.env; then"),
        ("docker run -e \"DB_PASSWORD=\"hunter2 a", "docker run -e \"DB_PASSWORD=\"*"),
        ("printf '%s%s' 'DB_PASSWORD=' hunter2", "printf '%s%s' 'DB_PASSWORD=' *"),
        ("export X='PASSWORD=' ; Y=hunter2", "export X='PASSWORD=' *"),
        ("\"PASSWORD:\" : hunter2", "\"PASSWORD:\" *"),
        ("echo 'DB_PASSWORD=' 'hunter2' > x", "echo 'DB_PASSWORD=' '*' > x"),
        ("echo \"DB_PASSWORD=\" -n \"hunter2\" x", "echo \"DB_PASSWORD=\" * \"*\" x"),
        ("environment: ['API_TOKEN=', 'hunter2', 'A=b']", "environment: ['API_TOKEN=', '*', 'A=b']"),
        ("environment: ['API_TOKEN=', 'PORT=80', 'x']", "environment: ['API_TOKEN=', 'PORT=80', 'x']"),
        ("DB_PASSWORD=''hunter2 run 'x'", "DB_PASSWORD=''* run 'x'"),
        ("#!/bin/sh\nDB_PASSWORD=''hunter2 run 'x'", "#!/bin/sh\nDB_PASSWORD=''* run 'x'"),
        ("#!/bin/sh\nTOKEN=\"ab\"'cd'\"$X\"ef && run 'x'", "#!/bin/sh\nTOKEN=\"*\"'*'\"$X\"* && run 'x'"),
        ("#!/bin/sh\nsh -c 'TOKEN=\"ab\"' && echo 'x'", "#!/bin/sh\nsh -c 'TOKEN=\"*\"' && echo 'x'"),
        ("#!/bin/sh\nTOKEN='' run 'x'", "#!/bin/sh\nTOKEN='' run 'x'"),
        ("token = \"ab\".strip()", "token = \"*\".strip()"),
        (
            "sed -i \"s/DB_PASSWORD=.*/DB_PASSWORD=\"hunter2\"/\" .env",
            "sed -i \"s/DB_PASSWORD=.*/DB_PASSWORD=\"*\"/\" .env",
        ),
        ("sed -i 's/DB_PASSWORD=.*/hunter2/' .env", "sed -i 's/DB_PASSWORD=*' .env"),
        ("- --password\n- hunter2\n- other", "- --password\n- *\n- other"),
        ("  key: DB_PASSWORD\n- name: N8N_BASIC_AUTH_ACTIVE", "  key: DB_PASSWORD\n- name: N8N_BASIC_AUTH_ACTIVE"),
        ("url: postgres://me:hunter2@db/x", "url: postgres://me:*@db/x"),
        ("url: https://Kq8vTz4mWpRtLb2x@git.example.com/x", "url: https://*@git.example.com/x"),
        ("url: https://git@git.example.com/x", "url: https://git@git.example.com/x"),
        ("key sk-abcdefghijklmnopqrstuvwx end", "key * end"),
    ] {
        assert_eq!(hidden(text), expected);
    }
}

#[test]
fn defaults_of_variables_are_hidden_and_names_stay() {
    for (text, expected) in [
        ("PASSWORD: ${DB_PASSWORD}", "PASSWORD: ${DB_PASSWORD}"),
        ("PASSWORD: ${DB_PASSWORD:-hunter2}", "PASSWORD: ${DB_PASSWORD:-*}"),
        ("password: \"{{ db_password }}\"", "password: \"{{ db_password }}\""),
        ("password: \"{{ db_password | default('hunter2') }}\"", "password: \"{{ db_password | default('*') }}\""),
        (
            "password: \"{{ db_password if engine.kind == 'postgresql' else 'hunter2' }}\"",
            "password: \"{{ db_password if engine.kind == 'postgresql' else '*' }}\"",
        ),
        (
            "password: \"{{ x if db_password != 'hunter2' else y }}\"",
            "password: \"{{ x if db_password != '*' else y }}\"",
        ),
        ("api_key: os.environ/OPENAI_API_KEY", "api_key: os.environ/OPENAI_API_KEY"),
        ("url: redis://:${PW}@cache", "url: redis://:${PW}@cache"),
        ("PASSWORD_FILE: /run/secrets/db", "PASSWORD_FILE: /run/secrets/db"),
        ("secrets:\n  - db_password", "secrets:\n  - db_password"),
        ("max_tokens: 4096", "max_tokens: 4096"),
        ("token: null", "token: null"),
        ("volumes: [app_secret:/data]", "volumes: [app_secret:/data]"),
    ] {
        assert_eq!(hidden(text), expected);
    }
}

#[test]
fn what_only_may_be_a_secret_is_hidden_where_it_stands() {
    for (text, expected) in [
        ("X_KEY=abc # old was Lemon64Leakx", "X_KEY=* # old was *"),
        (
            "# a password was Lemon64Leakx, see https://a.test/1b3d5f7h",
            "# a password was *, see https://a.test/1b3d5f7h",
        ),
        ("# needs postgres17 and redis7-alpine", "# needs postgres17 and redis7-alpine"),
        ("# the token is new since v2026.2.23-rc1", "# the token is new since v2026.2.23-rc1"),
        ("  DB_PASSWORD Lemon64Leakx", "  DB_PASSWORD *"),
    ] {
        assert_eq!(hidden(text), expected);
    }
    let found = secrets("X_KEY=abc # for postgres17-alpine", Form::default());
    assert_eq!((found.hidden.len(), found.values.len()), (2, 1), "a suspect is no value to look for elsewhere");
}

#[test]
fn private_keys_are_hidden_whole() {
    let told = "# a file that begins with `-----BEGIN PRIVATE KEY-----` is refused\ndocker run -d nginx:latest\n";
    assert_eq!(hidden(told), told);
    let head = "-----BEGIN RSA PRIVATE KEY-----";
    for text in [
        "K='{} MIIEvQIBADANBgkqhkiG9w0B AQEF'",
        "K='{} MIIEvQIBADANBg kqhkiG9w0B AQEF'",
        "command: [\"printf\", \"{}\", \"MIIEvQSecretTagqq77yy\"]",
        "printf '%s\\n' '{}' 'MIIEvQab' > k",
        "echo '{}' | tee k\necho MIIEvQab >> k",
        "# {} of staging\n# MIIEvQSECRETbody0123\n# MIIEvQab\ndocker run -d MIIEvQcd",
        "# {} of staging\nMIIEvQSECRETbody0123\nMIIEvQab",
        "# {} of staging\n# and then:\n# echo 'MIIEvQSECRETbody0123'",
        "- 'KEY={} # prod key'\n- MIIEvQab",
        "max_size: 5m # {} , MIIEvQhunter9xA7qBBBB1234567",
        "K='[\"{}\", \"MIIEvQ-_b12\",\n\"MIIEvQab\"]'",
    ] {
        let text = text.replace("{}", head);
        assert!(!hidden(&text).contains("MIIEvQ"), "{text}: {}", hidden(&text));
    }
    let text = "key: |\n  -----BEGIN RSA PRIVATE KEY-----\n  abc\n  -----END RSA PRIVATE KEY-----\nafter: x";
    assert_eq!(hidden(text), "key: |\n  *\n  *\n  *\nafter: x");
}
