//! What single statements do to what is already there: the table for rules about locks and losses.

use crate::base::{Column, Table};
use crate::facts::View;

/// The contract's table.
pub static TABLES: &[View] = &[View {
    table: Table {
        name: "sql_changes",
        doc: "What each statement of a script does, action by action, whether or not it is in effect: for rules about locks and losses.",
        columns: &[
            Column::PATH,
            Column::LINE,
            Column::int("position", "The statement's place in the file."),
            Column::text("action", "create index, drop index, add column, add constraint, drop column, rename column, rename, other, drop table, drop schema, truncate, set, begin, ..."),
            Column::text("object", "The table, index or schema it is done to, with its schema; `public` where none is said."),
            Column::text("name", "The column or constraint, where it has a name."),
            Column::json("detail", "The action as it is read."),
            Column::flag("is_new", "Whether the same file made the table before: nobody waits for it yet."),
        ],
        named: "path",
    },
    query: "
        with read as materialized (
            select path, seq, line, kind, object, data from fact_sql_read where data is not null and error is null),
        made as materialized (
            select path, seq, coalesce(json_extract(data, '$.create-table.name.schema'), 'public') || '.'
                   || json_extract(data, '$.create-table.name.name') as name
            from read where data like '{\"create-table\"%'),
        done as (
            select path, seq, line, 'create index' as action,
                   coalesce(json_extract(data, '$.create-index.table.schema'), 'public') || '.' || json_extract(data, '$.create-index.table.name') as object,
                   json_extract(data, '$.create-index.name') as name, json_extract(data, '$.create-index') as detail
            from read where data like '{\"create-index\"%'
            union all
            select r.path, r.seq, r.line, replace(k.key, '-', ' '),
                   coalesce(json_extract(r.data, '$.alter-table.table.schema'), 'public') || '.' || json_extract(r.data, '$.alter-table.table.name'),
                   case when k.type = 'object' then coalesce(json_extract(k.value, '$.column.name'), json_extract(k.value, '$.name'),
                       json_extract(k.value, '$.from')) end,
                   case when k.type in ('object', 'array') then k.value else json_quote(k.value) end
            from read r cross join json_each(r.data, '$.alter-table.actions') a
            cross join json_each(case when a.type = 'object' then a.value else '{}' end) k
            where r.data like '{\"alter-table\"%'
            union all
            select r.path, r.seq, r.line, 'drop table', coalesce(json_extract(t.value, '$.schema'), 'public') || '.' || json_extract(t.value, '$.name'),
                   null, json_object('cascade', json_extract(r.data, '$.drop-tables.cascade'))
            from read r cross join json_each(r.data, '$.drop-tables.tables') t where r.data like '{\"drop-tables\"%'
            union all
            select r.path, r.seq, r.line, 'truncate', coalesce(json_extract(t.value, '$.schema'), 'public') || '.' || json_extract(t.value, '$.name'),
                   null, case when json_extract(r.data, '$.truncate.cascade') then '[\"cascade\"]' else '[]' end
            from read r cross join json_each(r.data, '$.truncate.tables') t where r.data like '{\"truncate\"%'
            union all
            select r.path, r.seq, r.line, 'drop schema', t.value, null, json_object('cascade', json_extract(r.data, '$.drop-schemas.cascade'))
            from read r cross join json_each(r.data, '$.drop-schemas.schemas') t where r.data like '{\"drop-schemas\"%'
            union all
            select r.path, r.seq, r.line, 'drop ' || json_extract(r.data, '$.drop.kind'),
                   coalesce(json_extract(t.value, '$.name.schema'), 'public') || '.' || json_extract(t.value, '$.name.name'), null, '{}'
            from read r cross join json_each(r.data, '$.drop.objects') t where r.data like '{\"drop\"%'
            union all
            select path, seq, line, kind, case when object like '%.%' then object else 'public.' || object end, null,
                   json_extract(data, '$.opaque.words')
            from read where data like '{\"opaque\"%')
        select d.path, d.line, d.seq as position, d.action, d.object, d.name, d.detail,
               exists (select 1 from made m where m.path = d.path and m.name = d.object and m.seq < d.seq) as is_new
        from done d",
}];
