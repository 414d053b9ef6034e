//! What is stored of manifests, and the tables pages read.

use crate::base::Column;
use crate::base::Table;
use crate::facts::Facts;
use crate::facts::View;

use super::lint_tables;

/// Index of the manifest as a whole in [`FACTS`].
pub const MANIFEST: usize = 0;
/// Index of the keys.
pub const KEYS: usize = 1;
/// Index of the dependencies.
pub const DEPENDS: usize = 2;
/// Index of the data files.
pub const DATA: usize = 3;

const NAME: Column =
    Column::text("name", "Name of the addon: that of its folder; empty in the root.");
const MODULE: Column = Column::text("module", "Name of the addon: that of its folder.");
pub(super) const DIR: Column = Column::text("dir", "Folder of the addon; empty for the root.");
pub(super) const KEY: Column = Column::text("key", "The key as text; one that is no text as JSON.");
const DEPENDENCY: Column = Column::text("depends", "Name of the addon it depends on.");
pub(super) const TARGET: Column =
    Column::text("target", "The file as the manifest names it, relative to the addon.");
pub(super) const DATA_KEY: Column =
    Column::text("key", "The key that lists it: data, demo, demo_xml, init_xml, test, update_xml.");
const SERIES: Column = Column::text(
    "series",
    "Odoo series of a version of five numbers (`18.0.1.2.3` is of `18.0`); else empty.",
)
.open();
const VERSION: Column = Column::text("version", "Version as written; empty if not said.").open();
const SPDX: Column = Column::text(
    "spdx",
    "SPDX id of the licence; empty if not said or not one of Odoo's ten values; undecided for `Other OSI approved licence`.",
)
.open();
const LICENSE: Column =
    Column::text("license", "Licence as written; empty if not said, where Odoo assumes LGPL-3.")
        .open();
const AUTHOR: Column =
    Column::text("author", "Authors as written, JSON if not a text; empty if not said.").open();
const WEBSITE: Column = Column::text("website", "Website as written; empty if not said.").open();
const CATEGORY: Column = Column::text("category", "Category as written; empty if not said.").open();
const STATUS: Column = Column::text(
    "development_status",
    "Development status as written (OCA: Alpha, Beta, Production/Stable, Mature); empty if not said.",
)
.open();
const INSTALLABLE: Column =
    Column::flag("installable", "Whether it can be installed; Odoo's default is 1.").open();
const AUTO_INSTALL: Column = Column::flag(
    "auto_install",
    "Whether it is installed with its dependencies; a list, even an empty one, counts as 1. The default is 0.",
)
.open();
const APPLICATION: Column =
    Column::flag("application", "Whether it is an application; the default is 0.").open();
const CONTENT: Column = Column::json(
    "manifest",
    "The manifest: tuples and sets as arrays, of a repeated key the last value, bytes and such as `{\"$bytes\": ...}`.",
)
.open();
const EDITION: Column = Column::text(
    "edition",
    "Whose it is: ee by its licence, oca by its authors, ce or ee by its name where Odoo is the author or none is said, else own.",
)
.open();
const COLUMN_NO: Column = Column::int("column_no", "Column of the key, in characters from 1.");
pub(super) const VALUE: Column = Column::json("value", "Its value.");
const MEANT: Column = Column::text(
    "meant",
    "The key that is meant, if nobody reads this one and it is like one that is read; null: it is read, or like no other.",
);

pub(super) const TYPE: Column = Column::text(
    "type",
    "What Python takes the value for: str, list, tuple, dict, bool, int, None, ...",
);
pub(super) const TRUTHY: Column = Column::flag("truthy", "Python's `bool(value)`.");
const LAST: Column =
    Column::flag("is_last", "Whether the key does not come again, so that this value counts.");

/// The stored facts.
pub const FACTS: &[Facts] = &[
    Facts {
        name: "odoo_manifest",
        columns: &[
            Column::LINE,
            SERIES,
            VERSION,
            SPDX,
            LICENSE,
            AUTHOR,
            WEBSITE,
            CATEGORY,
            STATUS,
            INSTALLABLE,
            AUTO_INSTALL,
            APPLICATION,
            CONTENT,
        ],
    },
    Facts {
        name: "odoo_key",
        columns: &[Column::LINE, COLUMN_NO, KEY, VALUE, MEANT, TYPE, TRUTHY, LAST],
    },
    Facts { name: "odoo_depend", columns: &[Column::LINE, DEPENDENCY] },
    Facts { name: "odoo_datum", columns: &[Column::LINE, DATA_KEY, TARGET] },
    lint_tables::RESOURCE,
    lint_tables::ASSET,
    lint_tables::SILENCE,
];

/// The tables of the contract.
pub const TABLES: &[View] = &[
    MODULES,
    KEY_ROWS,
    DEPEND_ROWS,
    DATA_ROWS,
    FILE_ROWS,
    REFERENCE,
    lint_tables::MANIFESTS,
    lint_tables::ENTRIES,
    lint_tables::RESOURCE_ROWS,
    lint_tables::ASSET_ROWS,
];

/// The second part reads the tree: a manifest whose bytes are not to be had, or that gave no row, is an addon too.
const MODULES: View = View {
    table: Table {
        name: "odoo_modules",
        doc: "Addons: folders with a manifest. Where several manifests lie in one folder, the one Odoo takes.",
        columns: &[
            NAME,
            DIR,
            Column::PATH,
            Column::LINE,
            VERSION,
            SERIES,
            LICENSE,
            SPDX,
            AUTHOR,
            WEBSITE,
            CATEGORY,
            STATUS,
            INSTALLABLE,
            AUTO_INSTALL,
            APPLICATION,
            CONTENT,
            EDITION,
        ],
        named: "name",
    },
    query: concat!(
        "select basename(dirname(f.path)) as name, dirname(f.path) as dir, f.path as path, f.line as line,
            f.version as version, f.series as series, f.license as license, f.spdx as spdx, f.author as author,
            f.website as website, f.category as category, f.development_status as development_status,
            f.installable as installable, f.auto_install as auto_install, f.application as application,
            f.manifest as manifest,
            case when f.spdx = 'LicenseRef-OEEL-1' then 'ee'
                when instr(f.author, 'Odoo Community Association') > 0 then 'oca'
                when (f.author = '' or f.author glob 'Odoo*' or f.author glob 'OpenERP*')
                    and odoo_edition(basename(dirname(f.path)), f.series) in ('ce', 'ee')
                    then odoo_edition(basename(dirname(f.path)), f.series)
                when f.author is not null then 'own' end as edition
        from fact_odoo_manifest f where ",
        in_effect!(),
        " union all
        select basename(dirname(f.path)), dirname(f.path), f.path, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null
        from tree f
        where substr(f.path, -5) = '__.py'
          and basename(f.path) in ('__manifest__.py', '__odoo__.py', '__openerp__.py', '__terp__.py')
          and f.kind <> 'submodule' and not exists (select 1 from fact_odoo_manifest m where m.path = f.path) and ",
        in_effect!()
    ),
};

const KEY_ROWS: View = View {
    table: Table {
        name: "odoo_keys",
        doc: "Keys of manifests in order, repeated ones too.",
        columns: &[DIR, Column::PATH, Column::LINE, COLUMN_NO, KEY, VALUE, MEANT],
        named: "key",
    },
    query: concat!(
        "select dirname(f.path) as dir, f.path as path, f.line as line, f.column_no as column_no, f.key as key,
            f.value as value, f.meant as meant
        from fact_odoo_key f where ",
        in_effect!()
    ),
};

const DEPEND_ROWS: View = View {
    table: Table {
        name: "odoo_depends",
        doc: "What each addon says it depends on.",
        columns: &[
            MODULE,
            DIR,
            Column::PATH,
            Column::LINE,
            DEPENDENCY,
            Column::text(
                "depends_dir",
                "Folder of that addon; empty if it is not in the tree, undecided if several bear the name or a submodule may \
                 hold it.",
            )
            .open(),
            Column::flag(
                "present",
                "Whether an addon of that name is in the tree; undecided if it may be in a submodule, which is not entered.",
            )
            .open(),
            Column::text(
                "edition",
                "Where it comes from: if it is in the tree, as `odoo_modules` says, else ce, ee or oca by its name; undecided if not known.",
            )
            .open(),
        ],
        named: "depends",
    },
    query: concat!(
        "with addons as materialized (
            select name, count(*) as number, min(dir) as dir, max(edition = 'ee') as is_ee, max(edition = 'oca') as is_oca,
                max(edition = 'ce') as is_ce from odoo_modules group by name)
        select basename(dirname(f.path)) as module, dirname(f.path) as dir, f.path as path, f.line as line,
            f.depends as depends,
            case when a.name is null then iif(exists (select 1 from tree where kind = 'submodule'), null, '') when a.number = 1 then a.dir end as depends_dir,
            case when a.name is not null then 1 when exists (select 1 from tree where kind = 'submodule') then null else 0 end as present,
            case when a.is_ee then 'ee' when a.is_oca then 'oca' when a.is_ce then 'ce' when a.name is not null then 'own'
                else nullif(odoo_edition(f.depends,
                    coalesce((select m.series from fact_odoo_manifest m where m.path = f.path), '')), '') end as edition
        from fact_odoo_depend f left join addons a on a.name = f.depends
        where ",
        in_effect!()
    ),
};

const DATA_ROWS: View = View {
    table: Table {
        name: "odoo_data",
        doc: "Files that manifests load.",
        columns: &[
            MODULE,
            DIR,
            Column::PATH,
            Column::LINE,
            DATA_KEY,
            TARGET,
            Column::flag("resolves", "Whether the file is in the addon; undecided behind a symbolic link.").open(),
        ],
        named: "target",
    },
    query: concat!(
        "select basename(dirname(f.path)) as module, dirname(f.path) as dir, f.path as path, f.line as line,
            f.key as key, f.target as target,
            case when t.kind = 'file' then 1 when t.kind = 'symlink' then null else 0 end as resolves
        from fact_odoo_datum f
        left join tree t on t.path = path_join(dirname(f.path), f.target) and substr(f.target, 1, 1) <> '/'
        where ",
        in_effect!()
    ),
};

/// One range of the tree's primary key for each addon; a file inside several belongs to the innermost.
const FILE_ROWS: View = View {
    table: Table {
        name: "odoo_files",
        doc: "Files of addons, each with the innermost addon it lies in.",
        columns: &[
            MODULE,
            DIR,
            Column::text(
                "role",
                "What it is by its place: manifest, init, model, controller, wizard, report, view, data, demo, \
                 security, static, test, i18n, migration, readme, other.",
            ),
            Column::PATH,
        ],
        named: "path",
    },
    query: "with addons as materialized (
            select name, dir, path as manifest, length(dir) as depth,
                case dir when '' then '' else dir || '/' end as low,
                case dir when '' then char(1114111) else dir || '0' end as high
            from odoo_modules),
        inside as (
            select a.name, a.dir, a.manifest, max(a.depth) as depth, t.path, substr(t.path, length(a.low) + 1) as rest
            from addons a cross join tree t on t.path >= a.low and t.path < a.high
            where t.kind <> 'submodule' group by t.path),
        placed as (
            select name, dir, manifest, path, rest, basename(path) as file,
                substr(rest, 1, instr(rest, '/') - 1) as folder
            from inside)
        select name as module, dir, path, case
            when path = manifest then 'manifest'
            when file = '__init__.py' then 'init'
            when folder in ('models', 'model') then 'model'
            when folder in ('controllers', 'controller') then 'controller'
            when folder in ('wizard', 'wizards') then 'wizard'
            when folder in ('report', 'reports') then 'report'
            when folder in ('views', 'view', 'templates') then 'view'
            when folder in ('data', 'datas') then 'data'
            when folder in ('demo', 'demos') then 'demo'
            when folder = 'security' then 'security'
            when folder = 'static' then 'static'
            when folder in ('tests', 'test') then 'test'
            when folder in ('i18n', 'i18n_extra') then 'i18n'
            when folder in ('migrations', 'upgrades') then 'migration'
            when folder = 'readme' or lower(rest) glob 'readme*' then 'readme'
            else 'other' end as role
        from placed",
};

/// Which addons Odoo itself has: nothing of the tree.
const REFERENCE: View = View {
    table: Table {
        name: "odoo_reference",
        doc: "What is known of Odoo's own addons, by series, and what OCA has in their place.",
        columns: &[
            NAME,
            Column::text("edition", "ce or ee."),
            Column::text("series", "Such as 18.0."),
            Column::text("app", "The application it makes, where it is one; null: it is not known as one."),
            Column::text("oca_repo", "Repository of an OCA addon that stands in for it; null: none is known."),
            Column::text("oca_module", "Name of that addon."),
            Column::text("fit", "How far those do: direct, partial, none; null: nobody has compared."),
        ],
        named: "name",
    },
    query: "select value ->> 0 as name, value ->> 1 as edition, value ->> 2 as series, value ->> 3 as app,
            value ->> 4 as oca_repo, value ->> 5 as oca_module, value ->> 6 as fit
        from json_each(built_in('odoo-reference'))",
};
