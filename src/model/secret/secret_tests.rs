//! Names and values that are secrets, and their near misses.

use super::*;

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
        "passwordless",
    ] {
        assert!(!is_secret_name(name), "{name}");
    }
}

#[test]
fn values_are_weighed() {
    for value in
        ["", "true", "/run/secrets/token", "~/.ssh/id", "${X}", "{{ x }}", "os.environ/KEY", "https://a.b/c", "$TOKEN"]
    {
        assert_eq!(worth(value), Worth::None, "{value}");
    }
    for value in
        ["<token>", "your-api-key", "sk-xxxx", "xxxxxxxxxx", "REPLACE_ME", "example-secret", "sk-your-key-here"]
    {
        assert_eq!(worth(value), Worth::Placeholder, "{value}");
    }
    for value in ["changeme", "postgres", "password123", "secret", "1234", "example", "my-secret-pw"] {
        assert_eq!(worth(value), Worth::Weak, "{value}");
    }
    assert_eq!(worth("b7Qx-92kLm!pz"), Worth::Real);
}

#[test]
fn shapes_are_those_of_real_tokens() {
    // Put together here, so that no scanner takes this file for a leak.
    let key = format!("sk-{}-{}", "ant", "a1B2c3D4e5F6g7H8i9J0kLmNop");
    assert_eq!(shape(&key), Some("an Anthropic API key"));
    assert_eq!(shape(&format!("Bearer ghp_{}", "a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8")), Some("a GitHub token"));
    assert_eq!(shape("sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), None);
    assert_eq!(shape("sk-1234"), None);
    assert_eq!(shape("task-list-of-something-quite-long-indeed-it-is"), None);
}

#[test]
fn an_address_may_hold_a_password() {
    assert_eq!(url_password("postgres://u:secret@db:5432/x"), Some(13..19));
    assert_eq!(url_password("http://host:8080/a@b"), None);
    assert_eq!(url_password("redis://:pw@r"), Some(9..11));
}
