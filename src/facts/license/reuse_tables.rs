//! The tables of REUSE: what each file is covered by, and the texts in `LICENSES`.

use crate::base::{Column, Table};
use crate::facts::View;

/// Read by `.reuse/dep5`'s analyzer, since all of REUSE must be known before.
pub(super) const TABLES: &[View] = &[FILES, TEXTS, ANNOTATIONS];

const FILES: View = View {
    table: Table {
        name: "reuse_files",
        doc: "Files that REUSE 3.3 wants a licence and a copyright for, with what tags, `.license` files, REUSE.toml and dep5 say.",
        columns: &[
            Column::PATH,
            Column::flag("has_copyright", "Whether a copyright is stated."),
            Column::flag("has_license", "Whether a valid expression names a licence."),
            Column::flag("is_valid", "Whether all expressions are such by their grammar."),
            Column::text("ids", "The ids of licences and exceptions, as a JSON array."),
        ],
        named: "path",
    },
    query: r#"with covered as materialized (
            select f.path, coalesce(s.path, f.path) as source
            from files f left join files s on s.path = f.path || '.license' and s.kind = 'file'
            where f.kind = 'file' and f.size > 0
                and not regexp_like(basename(f.path), '^(?:LICEN[CS]E(?:[-.].*)?|COPYING(?:[-.].*)?|\.git|\.hgtags|.*\.license|REUSE\.toml|CAL-1.0(?:-Combined-Work-Exception)?(?:\..+)?|SHL-2.1(?:\..+)?|.*\.spdx|.*\.spdx.(?:rdf|json|xml|ya?ml))$')
                and not regexp_like('/' || dirname(f.path) || '/', '/(?:\.git|\.hg|\.sl|LICENSES|\.reuse)/')
                and not (regexp_like('/' || f.path, '/subprojects/[^/]+/') and exists (select 1 from files m where m.path = 'meson.build'))),
        annotated as (
            select path, dirname(path) as dir, item, pattern, precedence, copyright, ids, is_valid from fact_reuse_toml where item > 0
            union all select path, '', item, pattern, precedence, copyright, ids, is_valid from fact_reuse_dep5),
        said as (
            select c.path, length(r.dir) as depth, r.precedence, r.copyright, substr(r.ids, 2, length(r.ids) - 2) as ids, r.is_valid,
                row_number() over (partition by c.path, r.path order by r.item desc) as place
            from covered c join annotated r on r.dir = '' or substr(c.path, 1, length(r.dir) + 1) = r.dir || '/'
            where regexp_like(case r.dir when '' then c.path else substr(c.path, length(r.dir) + 2) end, r.pattern)
            union all
            select c.path, 100000, 'file', max(t.kind = 'copyright'), group_concat(nullif(substr(t.ids, 2, length(t.ids) - 2), '')),
                min(case t.kind when 'license' then t.is_valid end), 1
            from covered c join fact_reuse_tag t on t.path = c.source group by c.path),
        counting as (
            select s.*, min(case precedence when 'override' then depth end) over (partition by path) as stop from said s where place = 1),
        summed as (
            select path, max(copyright) as copyright, group_concat(case when precedence <> 'closest' then nullif(ids, '') end) as ids,
                max(precedence = 'file' and is_valid is not null) as is_tagged,
                min(case when precedence <> 'closest' then is_valid end) as is_valid,
                min(case precedence when 'closest' then is_valid end) as is_closest_valid,
                substr(max(case when precedence = 'closest' and ids <> '' then (1000000 + depth) || ids end), 8) as closest
            from counting where stop is null or depth <= stop group by path)
        select c.path, coalesce(s.copyright, 0) as has_copyright,
            coalesce(s.ids, case when not s.is_tagged then s.closest end) is not null as has_license,
            coalesce(s.is_valid, 1) and (coalesce(s.is_tagged, 0) or coalesce(s.is_closest_valid, 1)) as is_valid,
            '[' || coalesce(case when s.is_tagged then s.ids when s.ids is null then s.closest else s.ids || coalesce(',' || s.closest, '') end, '') || ']' as ids
        from covered c left join summed s on s.path = c.path"#,
};

const TEXTS: View = View {
    table: Table {
        name: "reuse_texts",
        doc: "Files in the folder LICENSES at the root, by the licence or exception their name says.",
        columns: &[
            Column::PATH,
            Column::text("id", "The id its name says."),
            Column::text(
                "status",
                "listed, deprecated, own (LicenseRef-), bad: none of them, no-extension: the name has none.",
            ),
        ],
        named: "path",
    },
    query: r#"select path, case when spdx_status(stem) <> 'bad' then stem when spdx_status(name) <> 'bad' then name else stem end as id,
            case when spdx_status(stem) <> 'bad' then spdx_status(stem) when spdx_status(name) <> 'bad' then 'no-extension' else 'bad' end as status
        from (select path, basename(path) as name,
                case when instr(ltrim(basename(path), '.'), '.') then rtrim(rtrim(basename(path), replace(basename(path), '.', '')), '.') else basename(path) || '/' end as stem
            from files where path glob 'LICENSES/*' and kind in ('file', 'symlink') and path not glob '*.license' and basename(path) not glob '.*')"#,
};

const ANNOTATIONS: View = View {
    table: Table {
        name: "reuse_annotations",
        doc: "What REUSE.toml and dep5 say of paths, in the order of the files.",
        columns: &[
            Column::PATH,
            Column::int("item", "Its number in the file; 0: the file cannot be read."),
            Column::text(
                "pattern",
                "The paths it is about, from the file's folder on, as a pattern.",
            ),
            Column::text(
                "precedence",
                "closest, aggregate or override; invalid: the file cannot be read.",
            ),
            Column::flag("copyright", "Whether it states a copyright."),
            Column::text("ids", "The ids it names, as a JSON array."),
        ],
        named: "path",
    },
    query: "select path, item, pattern, precedence, copyright, ids from fact_reuse_toml
        union all select path, item, pattern, precedence, copyright, ids from fact_reuse_dep5",
};
