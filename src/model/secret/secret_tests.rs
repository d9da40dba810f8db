//! Names and values that are secrets, and their near misses.

use super::*;

#[test]
fn letters_that_say_what_they_are_are_easy_to_guess() {
    for value in ["reallylongpasswordfromadminrc", "MyN0tS3cr3tPassw0rd", "TestPassword123!", "somerandomsecret"] {
        assert_eq!(worth(value), Worth::Weak, "{value}");
    }
    for value in ["secret_x9fj3k2l8q7", "aN7secretQ2x8Lp", "kTzqWvbLmnpRsdGh"] {
        assert_eq!(worth(value), Worth::Real, "{value}");
    }
}

#[test]
fn the_last_word_of_a_name_decides() {
    for name in [
        "TOKEN",
        "TELEGRAM_BOT_TOKEN",
        "telegram_bot_token",
        "botToken",
        "POSTGRES_PASSWORD",
        "db_pass",
        "MYSQL_PWD",
        "OPENAI_API_KEY",
        "apiKey",
        "AWS_SECRET_ACCESS_KEY",
        "SECRET_KEY_BASE",
        "--requirepass",
        "channels.telegram.token",
        "vault.users['x'].password",
        "LITELLM_MASTER_KEY",
        "rootpassword",
        "CLIENT_SECRET",
        "CORE_ENROLLSECRET",
        "API_TOKEN_2",
        "N8N_ENCRYPTION_KEY",
        "--password",
        "ANTHROPIC_KEY",
    ] {
        assert!(is_secret_name(name), "{name}");
    }
    for name in [
        "TOKEN_FILE",
        "POSTGRES_PASSWORD_FILE",
        "AWS_ACCESS_KEY_ID",
        "PUBLIC_KEY",
        "SSH_KEY_PATH",
        "MAX_TOKENS",
        "TOKENIZER",
        "--password-stdin",
        "--token-file",
        "PWD",
        "KEY",
        "PASS",
        "ALLOW_EMPTY_PASSWORD",
        "SECRET_NAME",
        "token_url",
        "ssh_key",
        "CACHE_KEY",
        "CUSTOM_LLM_MODEL_KEY",
        "SSL_KEY",
        "REDIS_KEY",
        "keyring",
        "monkey",
        "bypass",
        "compass",
        "secrets",
        "",
        "-",
        "tokens",
        "GPG_KEY",
        "PASSWORD_MIN_LENGTH",
        "proxy_pass",
        "initial-cluster-token",
        "linux_user__update_password",
        "ssh_permit_empty_password",
        "locations.0.fastcgi_pass",
        "passwordless",
    ] {
        assert!(!is_secret_name(name), "{name}");
    }
}

#[test]
fn what_may_be_a_secret_is_hidden() {
    for name in [
        "POSTGRES_PASSWORD",
        "password",
        "dbPassword",
        "apiKey",
        "api_key",
        "master-key",
        "redispassword",
        "GITHUB_PAT",
        "secret",
        "auth.token",
        "vault_password.prod",
        "--requirepass",
        "SALT_KEY",
        "SENTRY_DSN",
        "API_TOKENS",
        "a_tokens",
        "traefik.http.middlewares.a.basicauth.users",
        "PASSWORD2",
        "oauth2Token",
        "JWT_SECRET_2",
        "PASS",
    ] {
        assert!(may_be_secret_name(name), "{name}");
    }
    for name in [
        "POSTGRES_PASSWORD_FILE",
        "max_tokens",
        "AWS_ACCESS_KEY_ID",
        "secrets",
        "public_key",
        "key",
        "bypass",
        "proxy_pass",
        "token_ttl",
        "image",
        "compass",
        "tokenizer",
        "password-stdin",
        "path",
    ] {
        assert!(!may_be_secret_name(name), "{name}");
    }
    for name in ["oauth2Token", "JWT_SECRET_2", "ANTHROPIC_KEY", "SECRET_KEY_BASE", "db_pass"] {
        assert!(is_secret_name(name) && may_be_secret_name(name), "{name}");
    }
}

#[test]
fn names_of_users_are_plain() {
    assert!(is_plain_name("vault_registry_username") && is_plain_name("mail_to") && !is_plain_name("vault_token"));
    assert!(is_plain_name("vault_domain_cloud") && !is_plain_name("domain_password"));
    assert!(is_plain_name("vault_authorized_keys") && is_plain_name("admin_ssh_public_key"));
    assert!(is_plain_name("vault_item") && is_plain_name("vault_field") && !is_plain_name("vault_key"));
    assert!(is_plain_name("vault_kv_mount_point") && is_plain_name("vault_backup_bucket"));
    assert!(is_plain_name("user.ssh_keypair.public") && !is_plain_name("vault_private_key"));
    // An agent's session is named by its key.
    assert!(!is_secret_name("agent_session_key") && is_secret_name("SESSION_KEY"));
    assert!(!is_secret_name("ansible_facts.getent_passwd") && !is_secret_name("LETSENCRYPT_KEY"));
    assert!(!is_secret_name("GPG_BUILDER_KEY") && is_secret_name("GPG_PRIVATE_KEY") && is_secret_name("BUILDER_KEY"));
    assert!(!is_secret_name("GF_QUOTA_ORG_API_KEY") && is_secret_name("GF_ORG_API_KEY"));
    assert!(!is_secret_name("NEXT_PUBLIC_ANALYTICS_KEY") && !is_secret_name("SUPABASE_ANON_KEY"));
}

#[test]
fn values_are_weighed() {
    for value in [
        "",
        "true",
        "/run/secrets/token",
        "~/.ssh/id",
        "${X}",
        "{{ x }}",
        "os.environ/KEY",
        "https://a.b/c",
        "$TOKEN",
        "ENC[AES256_GCM,data:b7Qx92kLmpzz,iv:b7Qx92kLmpzz,type:str]",
        "ta.key",
        "user_provided",
        "op://vault/x/y",
        "infisical://x",
        "$apr1$b7Qx92kL$mpzz",
        "orchid:$$apr1$$b7Qx92kL$$mpzz",
        "orchid:$2y$10$b7Qx92kLmpzz",
        "\"\\$TOKEN\" python3 -c \"import json, sys; print(1)\"",
    ] {
        assert_eq!(worth(value), Worth::None, "{value}");
    }
    for value in [
        "<token>",
        "your-api-key",
        "sk-xxxx",
        "xxxxxxxxxx",
        "REPLACE_ME",
        "example-secret",
        "sk-your-key-here",
        "key",
        "API_KEY",
        "missing-token",
        "this_needs_to_be_changed________",
        "请替换为随机字符串或运行 gen_token.sh",
    ] {
        assert_eq!(worth(value), Worth::Placeholder, "{value}");
    }
    for value in [
        "changeme",
        "postgres",
        "password123",
        "secret",
        "1234",
        "example",
        "my-secret-pw",
        "litellm_password",
        "dbpassword9090",
        "quota-test-master-key",
        "MyStrongLoginPassword",
        "'password'",
        "sk-lf-1234567890",
        "MySecureAdminPasswordForLogin",
        "ThisIsAVerySecretString",
        "0123456789abcdef0123456789abcdef01234567",
        "openclaw_change_me",
        "changeme_nextcloud",
        "change-me-in-production",
        "change_this_before_use",
        "minioadmin",
        "example_123",
        "nextcloud",
        "adminadmin",
        "P@ssw0rd",
        "Ch@ngeM3",
        "changeit",
    ] {
        assert_eq!(worth(value), Worth::Weak, "{value}");
    }
    assert_eq!(worth("pk_live_b7Qx92kLmpzz"), Worth::None);
    assert_eq!(worth("000000000000000000000000000000011111"), Worth::Placeholder);
    for value in ["b7Qx-92kLm!pz", "whalehello", "b7Qx92kLmpzz-key", "/b7Qx92kLmpzzb7Qx92kLmpzz="] {
        assert_eq!(worth(value), Worth::Real, "{value}");
    }
}

#[test]
fn shapes_are_those_of_real_tokens() {
    // Put together here, so that no scanner takes this file for a leak.
    let key = format!("sk-{}-{}", "ant", "a1B2c3D4e5F6g7H8i9J0kLmNop");
    assert_eq!(shape(&key), Some("an Anthropic API key"));
    assert_eq!(shape(&format!("Bearer ghp_{}", "a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8")), Some("a GitHub token"));
    assert_eq!(shape("sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), None);
    assert_eq!(shape("sk-1234"), None);
    assert_eq!(shape(&format!("{}-slack-bot-user-oauth-access-token", "xoxb")), None);
    assert_eq!(shape("sk-salt-of-a-test-that-is-fixed-for-good"), None);
    assert_eq!(shape("ghp_1234567890abcdefghijklmnopqrstuvwxyz"), None);
    assert_eq!(shape("-----BEGIN PRIVATE KEY-----"), None);
    assert_eq!(shape(&format!("-----BEGIN {} KEY-----\nMIIEvQIBADANBgkq\n", "PRIVATE")), Some("a private key"));
    // What stands around a token does not make it a placeholder.
    assert_eq!(
        shape(&format!("https://example.org/?t=ghp_{}", "a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8")),
        Some("a GitHub token")
    );
    assert!(shapes("sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx").len() == 1);
    assert_eq!(shape("task-list-of-something-quite-long-indeed-it-is"), None);
}

#[test]
fn words_that_people_choose() {
    assert!(is_few_words("harness-fixture-only") && is_few_words("bootstrap_waiting"));
    assert!(!is_few_words("correct-horse-battery-staple") && !is_few_words("openstory") && !is_few_words("ab-3f9k2"));
    assert!(is_of_tests("portal_test_admin_password") && !is_of_tests("LATEST_TOKEN"));
}

#[test]
fn a_name_of_an_object_is_made_of_words() {
    for value in ["home-gateway-tls", "k8s-eu1-2024-ca", "wildcard-example-com-tls", "pgsql-client-cert"] {
        assert!(names_object("CERT_SECRET", value), "{value}");
    }
    for value in ["8f3k2j9d7h4s-ca", "gateway-8f3k2j9d-tls", "qwkzjhdptrx-ca", "gateway_tls", "Gateway-tls", "-ca"] {
        assert!(!names_object("CLIENT_SECRET", value), "{value}");
    }
    assert!(names_object("nginx.ingress.kubernetes.io/auth-secret", "metrics-login"));
    assert!(names_object("nginx.ingress.kubernetes.io/auth-secret", "home/login"));
    assert!(!names_object("nginx.ingress.kubernetes.io/auth-secret", "qwkzjhdptrx"));
    assert!(!names_object("CLIENT_SECRET", "metrics-login"));
}

#[test]
fn what_is_not_used_says_so_in_words() {
    for value in ["unused", "CHANGE_ME_UNUSED", "not-used", "unused-by-anything", "unusedpassword", "token not_used"] {
        assert_eq!(worth(value), Worth::Placeholder, "{value}");
    }
    for value in ["unused-8f3k2j9d7h4s", "Kq8vunusedTz4mWpRt", "8f3k2j9d7h4s_not_used", "correct-unused-horse-battery"]
    {
        assert_eq!(worth(value), Worth::Real, "{value}");
    }
}

#[test]
fn an_address_may_hold_a_password() {
    assert_eq!(url_password("postgres://u:secret@db:5432/x"), Some(13..19));
    assert_eq!(url_password("http://host:8080/a@b"), None);
    assert_eq!(url_password("redis://:pw@r"), Some(9..11));
    assert_eq!(url_password("postgres://{DB_USER:-app}@db/x"), None);
}

#[test]
fn letters_that_somebody_hammered_are_no_password() {
    for value in ["gfddfgdfggfdfdgfgd", "vnbvbnnbvbnvvnbvbn", "dsadsadfdsfdssasdasdadasasd"] {
        assert_eq!(worth(value), Worth::Placeholder, "{value}");
    }
    for value in ["qkzvrwmtxhpbnjdgfcls", "qwrtpsdfg1234567", "kfjdhgbvncmxlszq"] {
        assert_eq!(worth(value), Worth::Real, "{value}");
    }
    assert_eq!(worth("OIDC_CLIENT_SECRET_"), Worth::None);
}
