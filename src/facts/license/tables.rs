//! What is stored of licences, and the tables pages read.

use crate::base::Column;
use crate::base::Table;
use crate::facts::Facts;
use crate::facts::View;

/// Index of the notices in what heads give.
pub(super) const HEADERS: usize = 0;
/// Index of the copyright lines.
pub(super) const COPYRIGHTS: usize = 1;
/// Index of the licence in [`TEXTS`].
pub(super) const TEXT: usize = 0;

const RAW: Column = Column::text("raw", "As written.");
const DECLARED_SPDX: Column = Column::text(
    "spdx",
    "The SPDX expression; empty where what is written is none, undecided where it points elsewhere.",
)
.open();

/// What heads of source files give, under one name for each style of comments.
macro_rules! heads {
    ($($facts:ident, $header:literal, $copyright:literal;)*) => {
        $(
            #[doc = "What heads with comments of one style give."]
            pub(super) const $facts: &[Facts] = &[
                Facts { name: $header, columns: &[Column::LINE, HEADER_SPDX, QUALIFIER, FORM, HEADER_TEXT, ADDRESS] },
                Facts { name: $copyright, columns: &[Column::LINE, HOLDER, YEARS] },
            ];
        )*
        const HEADERS_QUERY: &str = concat!("select path, line, spdx, qualifier, form, text, address from (select null as path, null as line, null as spdx, null as qualifier, null as form, null as text, null as address where 0",
            $(" union all select path, line, spdx, qualifier, form, text, address from fact_", $header,)* ")");
        const COPYRIGHTS_QUERY: &str = concat!("select path, line, holder, years from (select null as path, null as line, null as holder, null as years where 0",
            $(" union all select path, line, holder, years from fact_", $copyright,)* ")");
    };
}
heads! {
    HASH_HEADS, "license_header_hash", "copyright_hash";
    SLASH_HEADS, "license_header_slash", "copyright_slash";
    HYPHEN_HEADS, "license_header_hyphen", "copyright_hyphen";
    MARKUP_HEADS, "license_header_markup", "copyright_markup";
    PROSE_HEADS, "license_header_prose", "copyright_prose";
    OTHER_HEADS, "license_header", "copyright";
}
/// What licence texts give.
pub(super) const TEXTS: &[Facts] =
    &[Facts { name: "license_text", columns: &[TEXT_SPDX, CONFIDENCE, VERDICT, DIFFERS] }];
/// What packages declare, by format.
pub(super) const JSON: &[Facts] =
    &[Facts { name: "license_json", columns: &[Column::LINE, RAW, DECLARED_SPDX] }];
/// The same in TOML.
pub(super) const TOML: &[Facts] =
    &[Facts { name: "license_toml", columns: &[Column::LINE, RAW, DECLARED_SPDX] }];
/// The same of setuptools.
pub(super) const SETUP: &[Facts] =
    &[Facts { name: "license_setup", columns: &[Column::LINE, RAW, DECLARED_SPDX] }];

/// What REUSE reads in files.
pub(super) const REUSE_TAGS: &[Facts] = &[Facts {
    name: "reuse_tag",
    columns: &[
        Column::text("kind", "license or copyright."),
        Column::text("value", "As written."),
        Column::text("ids", "The ids an expression names, as a JSON array."),
        Column::flag("is_valid", "Whether it is an expression by its grammar."),
    ],
}];
/// What `REUSE.toml` says.
pub(super) const REUSE_TOML: &[Facts] = &[Facts { name: "reuse_toml", columns: ANNOTATION }];
/// What `.reuse/dep5` says.
pub(super) const REUSE_DEP5: &[Facts] = &[Facts { name: "reuse_dep5", columns: ANNOTATION }];
const ANNOTATION: &[Column] = &[
    Column::int("item", "Its number in the file; 0: the file cannot be read."),
    Column::text("pattern", "The paths it is about, from the file's folder on, as a pattern."),
    Column::text("precedence", "closest, aggregate or override; invalid: the file cannot be read."),
    Column::text("copyrights", "Who has the copyright, as written, as a JSON array."),
    Column::text("expressions", "The SPDX expressions, as written, as a JSON array."),
    Column::text("ids", "The ids they name, as a JSON array."),
    Column::flag("is_valid", "Whether all it names is an expression by its grammar."),
];

const HEADER_SPDX: Column = Column::text(
    "spdx",
    "The SPDX expression; a GNU id without `-only` or `-or-later` where neither is said; null: none, or none that is valid.",
);
const QUALIFIER: Column = Column::text("qualifier", "only or or-later; null: neither is said.");
const FORM: Column = Column::text(
    "form",
    "spdx (a tag), line (it names the licence), gnu, apache, mit, bsd, mpl (their notices), text (another in full), public-domain, pointer (see LICENSE).",
);
const HEADER_TEXT: Column = Column::text("text", "The line it begins on.");
const ADDRESS: Column = Column::text(
    "address",
    "The GNU family that an address beside it names: AGPL, LGPL, GPL; null: none.",
);
const HOLDER: Column = Column::text("holder", "Who, as written.");
const YEARS: Column = Column::text("years", "When, as written; null: not said.");
const TEXT_SPDX: Column = Column::text(
    "spdx",
    "The SPDX id; of a GNU licence without `-only` or `-or-later`, which the text does not say; empty: none of those known.",
)
.open();
const CONFIDENCE: Column =
    Column::int("confidence", "Likeness to the text of the SPDX list, in percent.");
const VERDICT: Column = Column::text(
    "verdict",
    "match (98 and more), modified (90), review (80, or a clause that takes away), none.",
);

const DIFFERS: Column = Column::text(
    "differs",
    "Words it has more (+) and lacks (−) beside the text of the list; null: none, or not compared.",
);

/// What READMEs wear.
pub(super) const BADGES: &[Facts] =
    &[Facts { name: "license_badge", columns: &[Column::LINE, RAW, BADGE_SPDX] }];
const BADGE_SPDX: Column =
    Column::text("spdx", "The SPDX id; empty where it names none of those known.");

/// The table of badges.
pub(super) const BADGE_TABLES: &[View] = &[View {
    table: Table {
        name: "license_badges",
        doc: "Badges of READMEs that name a licence.",
        columns: &[Column::PATH, Column::LINE, RAW, BADGE_SPDX],
        named: "path",
    },
    query: "select path, line, raw, spdx from fact_license_badge",
}];

/// The tables of notices.
pub(super) const HEAD_TABLES: &[View] = &[
    View {
        table: Table {
            name: "license_headers",
            doc: "Licence notices in the comments at the head of source files.",
            columns: &[
                Column::PATH,
                Column::LINE,
                HEADER_SPDX,
                QUALIFIER,
                FORM,
                HEADER_TEXT,
                ADDRESS,
            ],
            named: "path",
        },
        query: HEADERS_QUERY,
    },
    View {
        table: Table {
            name: "copyrights",
            doc: "Copyright lines at the head of source files.",
            columns: &[Column::PATH, Column::LINE, HOLDER, YEARS],
            named: "path",
        },
        query: COPYRIGHTS_QUERY,
    },
];

/// The table of licence texts.
pub(super) const TEXT_TABLES: &[View] = &[View {
    table: Table {
        name: "license_texts",
        doc: "Files that by their name hold a licence: LICENSE, COPYING, UNLICENSE, what is in LICENSES; COPYRIGHT if it holds one.",
        columns: &[Column::PATH, TEXT_SPDX, CONFIDENCE, VERDICT, DIFFERS],
        named: "path",
    },
    query: "select path, spdx, confidence, verdict, differs from fact_license_text
        where spdx is not '' or basename(path) not like 'copyright%'",
}];

/// The tables of declarations and of compatibility.
pub(super) const DECLARED_TABLES: &[View] = &[DECLARED, COMPAT];

const DECLARED: View = View {
    table: Table {
        name: "license_declared",
        doc: "Licences that manifests of addons and packages declare.",
        columns: &[
            Column::PATH,
            Column::LINE,
            Column::text("scope", "The folder it is declared for; empty for the root."),
            Column::text("system", "odoo, npm, composer, cargo or python."),
            RAW,
            DECLARED_SPDX,
        ],
        named: "path",
    },
    query: "with declared as (
            select path, line, raw, spdx from fact_license_json
            union all select path, line, raw, spdx from fact_license_toml
            union all select path, line, raw, spdx from fact_license_setup)
        select path, line, dirname(path) as scope,
            case basename(path) when 'package.json' then 'npm' when 'composer.json' then 'composer'
                when 'Cargo.toml' then 'cargo' else 'python' end as system,
            raw, spdx
        from declared
        union all
        select m.path, (select min(k.line) from odoo_keys k where k.path = m.path and k.key = 'license'), m.dir, 'odoo',
            m.license, m.spdx
        from odoo_modules m where m.license <> ''",
};

/// The table of compatibility, which comes with the tool.
const COMPAT: View = View {
    table: Table {
        name: "license_compat",
        doc: "Which licence may build on which, as far as a source that was read says so.",
        columns: &[
            Column::text("relation", "merge (a file is copied in) or depend (it is used, not copied)."),
            Column::text("licensee", "The SPDX id of the work."),
            Column::text("dependency", "The SPDX id of what it takes or uses."),
            Column::text("verdict", "yes, no, or review: a person must look."),
            Column::text("reason", "Why."),
            Column::text("source", "Who says so."),
        ],
        named: "licensee",
    },
    query: "select r.value ->> 0 as relation, r.value ->> 4 as licensee, d.value as dependency, r.value ->> 1 as verdict,
            r.value ->> 3 as reason, r.value ->> 2 as source
        from json_each(built_in('license-compat')) r, json_each(r.value -> 5) d",
};
