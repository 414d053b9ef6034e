//! The tables behind the checks of pylint-odoo: of every file with the name of a manifest, in effect or not.

use crate::base::Column;
use crate::base::Table;
use crate::facts::Facts;
use crate::facts::View;

use super::tables::{DATA_KEY, DIR, KEY, TARGET, TRUTHY, TYPE, VALUE};

/// Index of the files that keys list in [`super::tables::FACTS`].
pub const RESOURCES: usize = 4;
/// Index of the addresses among assets.
pub const ASSETS: usize = 5;
/// Index of the lines on which checks are silenced.
pub const SILENCES: usize = 6;

const TIMES: Column = Column::int("times", "How often the key lists it.");
const URL: Column = Column::text("url", "The address.");
const SYMBOL: Column = Column::text("symbol", "The check, as pylint-odoo names it.");
const FIRST: Column = Column::int("first", "The first line.");
const LAST: Column = Column::int("last", "The last line.");
const IN_EFFECT: Column =
    Column::flag("in_effect", "Whether it is the manifest Odoo takes of those in its folder.");
const DISABLED: Column = Column::text(
    "disabled",
    "Checks that a comment `# pylint: disable=` silences on its line, each between spaces.",
);

/// Files that keys list, each once.
pub const RESOURCE: Facts =
    Facts { name: "odoo_resource", columns: &[Column::LINE, DATA_KEY, TARGET, TIMES] };
/// Addresses among assets.
pub const ASSET: Facts = Facts { name: "odoo_asset", columns: &[Column::LINE, URL] };
/// Lines on which checks are silenced.
pub const SILENCE: Facts = Facts { name: "odoo_silence", columns: &[SYMBOL, FIRST, LAST] };

/// The checks that are silenced at `f.path`, on a line.
macro_rules! disabled {
    ($line:literal) => {
        concat!(
            "coalesce((select ' ' || group_concat(s.symbol, ' ') || ' ' from fact_odoo_silence s
                where s.path = f.path and ",
            $line,
            " between s.first and s.last), '') as disabled"
        )
    };
}

/// Every manifest.
pub const MANIFESTS: View = View {
    table: Table {
        name: "odoo_manifests",
        doc: "Files with the name of a manifest, also where another one in the folder is in effect.",
        columns: &[
            DIR,
            Column::PATH,
            Column::int("line", "Where its dict begins; undecided: it cannot be read.").open(),
            Column::text("version", "Version as written; empty if not said.").open(),
            IN_EFFECT,
            DISABLED,
        ],
        named: "path",
    },
    query: concat!(
        "select dirname(f.path) as dir, f.path as path, f.line as line, f.version as version, ",
        in_effect!(),
        " as in_effect, ",
        disabled!("f.line"),
        " from fact_odoo_manifest f"
    ),
};

/// What each says.
pub const ENTRIES: View = View {
    table: Table {
        name: "odoo_entries",
        doc: "What each such file says: of a repeated key the last value, which is the one that counts.",
        columns: &[DIR, Column::PATH, Column::LINE, KEY, VALUE, TYPE, TRUTHY, IN_EFFECT, DISABLED],
        named: "key",
    },
    query: concat!(
        "select dirname(f.path) as dir, f.path as path, f.line as line, f.key as key, f.value as value, f.type as type,
            f.truthy as truthy, ",
        in_effect!(),
        " as in_effect, ",
        disabled!("f.line"),
        " from fact_odoo_key f where f.is_last"
    ),
};

/// The files they load.
pub const RESOURCE_ROWS: View = View {
    table: Table {
        name: "odoo_resources",
        doc: "Files that such files load, each once for a key; where the value is a text, its letters.",
        columns: &[
            DIR,
            Column::PATH,
            Column::LINE,
            DATA_KEY,
            TARGET,
            TIMES,
            Column::flag("resolves", "Whether the file is in the addon; undecided behind a symbolic link.").open(),
            IN_EFFECT,
            DISABLED,
        ],
        named: "target",
    },
    query: concat!(
        "select dirname(f.path) as dir, f.path as path, f.line as line, f.key as key, f.target as target, f.times as times,
            case when t.kind = 'file' then 1 when t.kind = 'symlink' then null else 0 end as resolves, ",
        in_effect!(),
        " as in_effect, ",
        disabled!("f.line"),
        " from (select d.path, coalesce(d.line, m.line) as line, d.key, d.target, d.times
                from fact_odoo_resource d cross join fact_odoo_manifest m on m.path = d.path) f
        left join tree t on t.path = path_join(dirname(f.path), f.target) and substr(f.target, 1, 1) <> '/'"
    ),
};

/// The addresses among their assets.
pub const ASSET_ROWS: View = View {
    table: Table {
        name: "odoo_assets",
        doc: "Addresses elsewhere among the assets of such files.",
        columns: &[DIR, Column::PATH, Column::LINE, URL, IN_EFFECT, DISABLED],
        named: "url",
    },
    query: concat!(
        "select dirname(f.path) as dir, f.path as path, f.line as line, f.url as url, ",
        in_effect!(),
        " as in_effect, ",
        disabled!("f.line"),
        " from fact_odoo_asset f"
    ),
};
