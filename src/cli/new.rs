//! `parity new`: something to begin with; of a specification, a bundle that passes the rules about bundles.

use std::fs;
use std::path::Path;

use super::Done;
use super::adopt::writable;
use super::args::Args;
use super::args::Layout;
use super::args::New;
use super::args::NewSpec;
use super::error::CliError;
use super::new_matrix::new_matrix;
use super::prepare::as_of;

/// A file of a bundle: its name and its text, in which `{{…}}` is filled in.
type Template = (&'static str, &'static str);

const CONSTITUTION_PRD: [Template; 4] = [
    ("constitution.md", include_str!("../../templates/spec/constitution-prd/constitution.md")),
    ("prd.md", include_str!("../../templates/spec/constitution-prd/prd.md")),
    ("plan.md", include_str!("../../templates/spec/constitution-prd/plan.md")),
    ("tasks.md", include_str!("../../templates/spec/constitution-prd/tasks.md")),
];
const SPEC_KIT: [Template; 3] = [
    ("spec.md", include_str!("../../templates/spec/spec-kit/spec.md")),
    ("plan.md", include_str!("../../templates/spec/spec-kit/plan.md")),
    ("tasks.md", include_str!("../../templates/spec/spec-kit/tasks.md")),
];
const PARITY: [Template; 4] = [
    ("constitution.md", include_str!("../../templates/spec/parity/constitution.md")),
    ("prd.md", include_str!("../../templates/spec/parity/prd.md")),
    ("plan.md", include_str!("../../templates/spec/parity/plan.md")),
    ("tasks.md", include_str!("../../templates/spec/parity/tasks.md")),
];

pub(super) fn new(args: &Args, new: &New) -> Result<Done, CliError> {
    let asked = match new {
        New::Spec(asked) => asked,
        New::Matrix(asked) => return new_matrix(args, asked),
    };
    if !is_slug(&asked.slug) {
        let why = "is no slug: lower-case letters, digits and single hyphens";
        return Err(CliError::Usage(format!("`{}` {why}", asked.slug)));
    }
    let root = writable(args, "")?;
    let parent = asked.folder.clone().unwrap_or_else(|| match asked.layout {
        Layout::SpecKit => "specs".into(),
        Layout::ConstitutionPrd | Layout::Parity => "spec".into(),
    });
    let folder = match asked.layout {
        Layout::SpecKit => format!("{:03}-{}", next_number(&root.join(&parent)), asked.slug),
        Layout::ConstitutionPrd | Layout::Parity => asked.slug.clone(),
    };
    let (date, _) = as_of(&args.common)?;
    let filled = |text: &str| {
        let text = text.replace("{{title}}", &title(&asked.slug)).replace("{{date}}", &date);
        text.replace("{{slug}}", &asked.slug).replace("{{folder}}", &folder)
    };
    let place = root.join(&parent).join(&folder);
    let shown = format!("{}/{folder}", parent.display());
    if place.exists() {
        return Err(CliError::Usage(format!("`{shown}` is there already")));
    }
    let failed = |error| CliError::Usage(format!("cannot write `{shown}`: {error}"));
    fs::create_dir_all(&place).map_err(failed)?;
    let mut names = Vec::new();
    for (name, text) in templates(asked) {
        fs::write(place.join(name), filled(text)).map_err(failed)?;
        names.push(*name);
    }
    Ok(Done::with(format!("wrote {shown}: {}\n", names.join(", "))))
}

fn templates(asked: &NewSpec) -> &'static [Template] {
    match asked.layout {
        Layout::ConstitutionPrd => &CONSTITUTION_PRD,
        Layout::SpecKit => &SPEC_KIT,
        Layout::Parity => &PARITY,
    }
}

/// Lower-case letters, digits and single hyphens.
pub(super) fn is_slug(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= 80 && text.split('-').all(is_part)
}

/// The slug as words, the first with a capital.
pub(super) fn title(slug: &str) -> String {
    let words = slug.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The number after the highest one of a folder's bundles.
fn next_number(parent: &Path) -> u32 {
    let numbers = fs::read_dir(parent).into_iter().flatten().filter_map(|entry| {
        let name = entry.ok()?.file_name();
        let (number, _) = name.to_str()?.split_once('-')?;
        number.parse::<u32>().ok().filter(|_| (3..=4).contains(&number.len()))
    });
    numbers.max().unwrap_or(0).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_no_way_out_of_its_folder() {
        assert!(is_slug("nightly-backup-2"));
        for text in ["", "..", "a/b", "A", "a--b", "-a", "a b"] {
            assert!(!is_slug(text), "{text}");
        }
    }

    #[test]
    fn a_title_begins_with_a_capital() {
        assert_eq!(title("nightly-backup"), "Nightly backup");
    }
}
