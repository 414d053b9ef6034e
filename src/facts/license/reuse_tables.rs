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
            Column::text("expressions", "The SPDX expressions, as written, as a JSON array."),
            Column::text("copyrights", "Who has the copyright, as written, as a JSON array."),
        ],
        named: "path",
    },
    // Lists are joined as text without their brackets. Of what is `closest`, the deepest that names a licence counts and
    // the deepest that states a copyright; beside a file that says one of both, only the upper of the two does. A file that
    // nothing annotates is what it says itself, which is cheap: most trees have no annotations.
    query: r#"with covered as materialized (
            select f.path, coalesce(s.path, f.path) as source
            from files f left join files s on s.path = f.path || '.license' and s.kind = 'file'
            where f.kind = 'file' and (f.size > 0 or f.size is null)
                and not regexp_like(basename(f.path), '^(?:LICEN[CS]E(?:[-.].*)?|COPYING(?:[-.].*)?|\.git|\.hgtags|.*\.license|REUSE\.toml|CAL-1.0(?:-Combined-Work-Exception)?(?:\..+)?|SHL-2.1(?:\..+)?|.*\.spdx|.*\.spdx.(?:rdf|json|xml|ya?ml))$')
                and not regexp_like('/' || dirname(f.path) || '/', '/(?:\.git|\.hg|\.sl|LICENSES|\.reuse|subprojects/[^/]+)/')),
        annotated as (
            select path, dirname(path) as dir, item, pattern, precedence, copyrights, expressions, ids, is_valid from fact_reuse_toml
            where item > 0 and not regexp_like('/' || dirname(path) || '/', '/(?:\.git|\.hg|\.sl|LICENSES|\.reuse|subprojects/[^/]+)/')
            union all select path, '', item, pattern, precedence, copyrights, expressions, ids, is_valid from fact_reuse_dep5 where item > 0),
        own as materialized (
            select c.path, min(case t.kind when 'license' then t.is_valid end) as is_valid,
                group_concat(case t.kind when 'copyright' then json_quote(t.value) end) as copyrights,
                group_concat(case t.kind when 'license' then json_quote(t.value) end) as expressions,
                group_concat(nullif(substr(t.ids, 2, length(t.ids) - 2), '')) as ids
            from covered c left join fact_reuse_tag t on t.path = c.source group by c.path),
        noted as materialized (
            select c.path, length(r.dir) as depth, r.precedence, r.is_valid,
                nullif(substr(r.copyrights, 2, length(r.copyrights) - 2), '') as copyrights,
                nullif(substr(r.expressions, 2, length(r.expressions) - 2), '') as expressions,
                nullif(substr(r.ids, 2, length(r.ids) - 2), '') as ids,
                row_number() over (partition by c.path, r.path order by r.item desc) as place
            from covered c join annotated r on r.dir = '' or substr(c.path, 1, length(r.dir) + 1) = r.dir || '/'
            where regexp_like(case r.dir when '' then c.path else substr(c.path, length(r.dir) + 2) end, r.pattern)),
        said as (
            select path, depth, precedence, is_valid, copyrights, expressions, ids, place from noted
            union all
            select path, null, 'file', is_valid, copyrights, expressions, ids, 1 from own where path in (select path from noted)),
        ranked as (
            select s.*, min(case precedence when 'override' then depth end) over (partition by path) as stop from said s where place = 1),
        heard as (
            select path, depth, precedence, depth is null and stop is not null as is_overridden, is_valid, copyrights, expressions, ids
            from ranked where stop is null or depth is null or depth <= stop),
        weighed as (
            select h.*,
                max(depth is null and not is_overridden and copyrights is not null) over whole as owns_copyright,
                max(depth is null and not is_overridden and expressions is not null) over whole as owns_license,
                max(case when precedence = 'closest' and copyrights is not null then depth end) over whole as copyright_depth,
                max(case when precedence = 'closest' and expressions is not null then depth end) over whole as license_depth
            from heard h window whole as (partition by path)),
        counted as (
            select path, is_valid, copyrights, expressions, ids,
                not is_overridden and (precedence <> 'closest' or depth = copyright_depth and not owns_copyright
                    and (not owns_license or depth <= coalesce(license_depth, depth))) as is_holder,
                not is_overridden and (precedence <> 'closest' or depth = license_depth and not owns_license
                    and (not owns_copyright or depth <= coalesce(copyright_depth, depth))) as is_license
            from weighed)
        select path, max(is_holder and copyrights is not null) as has_copyright, max(is_license and ids is not null) as has_license,
            min(case when is_license then coalesce(is_valid, 1) else 1 end) as is_valid,
            '[' || coalesce(group_concat(case when is_license then ids end), '') || ']' as ids,
            '[' || coalesce(group_concat(case when is_license then expressions end), '') || ']' as expressions,
            '[' || coalesce(group_concat(case when is_holder then copyrights end), '') || ']' as copyrights
        from counted group by path
        union all
        select path, copyrights is not null, ids is not null, coalesce(is_valid, 1),
            '[' || coalesce(ids, '') || ']', '[' || coalesce(expressions, '') || ']', '[' || coalesce(copyrights, '') || ']'
        from own where path not in (select path from noted)"#,
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
    query: r#"select path, case when spdx_status(stem) <> 'bad' then stem when spdx_status(name) <> 'bad' then name else rtrim(stem, '/') end as id,
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
            Column::text("copyrights", "Who has the copyright, as written, as a JSON array."),
            Column::text("expressions", "The SPDX expressions, as written, as a JSON array."),
            Column::text("ids", "The ids they name, as a JSON array."),
        ],
        named: "path",
    },
    query: r"select path, item, pattern, precedence, copyrights, expressions, ids from fact_reuse_toml
        where not regexp_like('/' || dirname(path) || '/', '/(?:\.git|\.hg|\.sl|LICENSES|\.reuse|subprojects/[^/]+)/')
        union all select path, item, pattern, precedence, copyrights, expressions, ids from fact_reuse_dep5",
};
