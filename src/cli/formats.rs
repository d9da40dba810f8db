//! `FORMAT=FILE`, as `--output` takes it.

use std::path::PathBuf;

use clap::ValueEnum;

use super::args::Format;

/// # Errors
/// What is missing, or which formats there are.
pub(super) fn output(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, such as sarif=deploylint.sarif")?;
    if file.is_empty() {
        return Err("the file's name is missing".to_owned());
    }
    let Ok(format) = Format::from_str(format, false) else {
        let names = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|name| name.get_name().to_owned()).collect();
        return Err(format!("there is no format `{format}`; the formats are {}", names.join(", ")));
    };
    Ok((format, PathBuf::from(file)))
}
