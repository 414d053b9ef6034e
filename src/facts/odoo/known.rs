//! Keys of manifests that somebody reads, and which of them a misspelt one means.

use crate::config::nearly;

/// Keys that Odoo reads in any series since 6.1, that its shop of apps reads, or that OCA's tools read; sorted.
const KEYS: [&str; 66] = [
    "active",
    "application",
    "assets",
    "author",
    "auto_install",
    "bootstrap",
    "category",
    "certificate",
    "cloc_exclude",
    "complexity",
    "configurator_snippets",
    "configurator_snippets_addons",
    "conflicts",
    "contributors",
    "countries",
    "css",
    "currency",
    "data",
    "demo",
    "demo_xml",
    "depends",
    "description",
    "development_status",
    "excludes",
    "external_dependencies",
    "icon",
    "images",
    "images_preview_theme",
    "img",
    "init_xml",
    "installable",
    "js",
    "license",
    "live_test_url",
    "maintainer",
    "maintainers",
    "name",
    "new_page_templates",
    "oca_data_manual",
    "post_init_hook",
    "post_load",
    "pre_init_hook",
    "preloadable",
    "price",
    "qweb",
    "security",
    "sequence",
    "shortdesc",
    "snippet_lists",
    "summary",
    "support",
    "test",
    "test_depends",
    "tests",
    "theme_customizations",
    "uninstall_hook",
    "update_xml",
    "url",
    "version",
    "views",
    "web",
    "web_depends",
    "web_preload",
    "website",
    "website_theme_install",
    "xml",
];

/// Words people write that no slip of the finger explains.
const WORDS: [(&str, &str); 19] = [
    ("auto-install", "auto_install"),
    ("autoinstall", "auto_install"),
    ("authors", "author"),
    ("categories", "category"),
    ("datas", "data"),
    ("demo_data", "demo"),
    ("demos", "demo"),
    ("dependance", "depends"),
    ("dependances", "depends"),
    ("dependencies", "depends"),
    ("dependency", "depends"),
    ("depend", "depends"),
    ("dependes", "depends"),
    ("external_dependency", "external_dependencies"),
    ("install_hook", "post_init_hook"),
    ("licence", "license"),
    ("licenses", "license"),
    ("short_description", "summary"),
    ("web_site", "website"),
];

/// The key meant by one that nobody reads; none: it is read, or is like no other.
pub fn meant_key(key: &str) -> Option<&'static str> {
    if KEYS.binary_search(&key).is_ok() {
        return None;
    }
    let plain = key.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    let same = |known: &str| KEYS.into_iter().find(|key| *key == known);
    if let Some(known) = same(&plain) {
        return Some(known);
    }
    if let Some((_, meant)) = WORDS.iter().find(|(word, _)| *word == plain || *word == key) {
        return Some(meant);
    }
    // Short words are like too many others; nobody means a key of Odoo 6.
    let meant = KEYS.iter().filter(|key| key.len() > 5 && !key.ends_with("_xml"));
    let near = nearly(&plain, meant.map(|key| (*key).to_owned()));
    near.and_then(|near| same(&near)).filter(|near| near.len().abs_diff(plain.len()) < 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_means_the_key_it_is_like() {
        for (key, meant) in [
            ("licence", "license"),
            ("maintainter", "maintainer"),
            ("maintener", "maintainer"),
            ("sumamry", "summary"),
            ("Summary", "summary"),
            ("autoinstall", "auto_install"),
            ("auto-install", "auto_install"),
            ("instalable", "installable"),
            ("dependes", "depends"),
            ("external_dependancies", "external_dependencies"),
        ] {
            assert_eq!(meant_key(key), Some(meant), "{key}");
        }
    }

    #[test]
    fn what_is_read_or_is_like_nothing_means_itself() {
        assert!(KEYS.is_sorted());
        for key in KEYS.into_iter().chain(["acme_note", "demo_url", "saas_title", "x", "", "text"])
        {
            assert_eq!(meant_key(key), None, "{key}");
        }
    }
}
