//! Which provider LiteLLM would take for a model name.
//!
//! LiteLLM looks at `custom_llm_provider`, at the prefix before the first `/`, at known API hosts, and at its list of
//! model names, which it fetches when it starts. So a bare name is judged by its family only, never by that list.

use super::deployment::Deployment;
use super::keys;
use super::parameter::Place;
use super::version::{Holds, Version};

/// First words of the bare names that both measured versions map to a provider.
const FAMILIES: &[&str] = &[
    "ai21",
    "amazon",
    "anthropic",
    "apac",
    "au",
    "babbage",
    "c4ai",
    "chat",
    "chatdolphin",
    "chatgpt",
    "claude",
    "code",
    "codechat",
    "codex",
    "cohere",
    "command",
    "computer",
    "dall",
    "davinci",
    "daybreak",
    "deep",
    "deepseek",
    "dolphin",
    "doubao",
    "embed",
    "eu",
    "fallback",
    "fireworks",
    "ft",
    "gemini",
    "glm",
    "global",
    "google",
    "gpt",
    "in",
    "j2",
    "jamba",
    "jina",
    "jp",
    "kimi",
    "luminous",
    "medlm",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "multimodalembedding",
    "nvidia",
    "o1",
    "o3",
    "o4",
    "omni",
    "openai",
    "qwen",
    "rerank",
    "sample",
    "sora",
    "stability",
    "text",
    "textembedding",
    "together",
    "tts",
    "twelvelabs",
    "us",
    "whisper",
    "writer",
    "zai",
];

/// Whether LiteLLM knows a provider for `model`, and the prefix (empty for a bare name). `None` where something else
/// than the name decides.
pub(super) fn of(model: &str, entry: &Deployment<'_>, version: Option<Version>) -> Option<(Holds, String)> {
    let decides = ["custom_llm_provider", "litellm_credential_name", "use_litellm_proxy"];
    if model.is_empty()
        || model.starts_with("os.environ/")
        || decides.iter().any(|k| entry.get(Place::Params, k).is_some())
    {
        return None;
    }
    if let Some(base) = entry.get(Place::Params, "api_base").or(entry.get(Place::Params, "base_url")) {
        // The API of a known provider names the provider; a server of one's own does not.
        base.value.known().filter(|url| url.starts_with("http://"))?;
    }
    let Some((prefix, _)) = model.split_once('/') else {
        let family = model.split(['-', '.', '_', ':', '@', ' ']).next().unwrap_or(model).to_ascii_lowercase();
        let known = model == "*" || model.len() > 64 || FAMILIES.contains(&family.as_str());
        return Some((Holds::of(known), String::new()));
    };
    // `owner/name:` with the 64 digits of a Replicate version.
    if model.rsplit_once(':').is_some_and(|(_, version)| version.len() == 64) {
        return Some((Holds::Yes, prefix.to_owned()));
    }
    Some((keys::known("providers", prefix, version), prefix.to_owned()))
}
