//! What is read of a real database: for each table of the contract the question to PostgreSQL's catalog, and the view that
//! sets the answer beside what the static replay knows of the same object.

/// A table that a real database fills.
pub struct Filled {
    /// Its name.
    pub table: &'static str,
    /// The columns of the answer, after the catalog.
    pub columns: &'static [&'static str],
    /// The question: those columns, and the oid of the object (null: it has none of its own). `{user}` is what makes a
    /// schema `n` the user's own, `{exposed}` the list of schemas the API serves.
    pub asks: &'static str,
    /// The table's rows, from `rev.live_<table>` and `static_<table>`.
    pub shows: &'static str,
}

/// Not a part of an extension.
macro_rules! own {
    ($class:literal, $object:literal) => {
        concat!(
            " and not exists (select 1 from pg_depend d where d.classid = '",
            $class,
            "'::regclass and d.objid = ",
            $object,
            " and d.deptype = 'e')"
        )
    };
}

/// Roles that come in over the API.
const ACCESS: &str = concat!(
    "select n.nspname, c.relname, '', case c.relkind when 'r' then 'table' when 'p' then 'partitioned' when 'f' then 'foreign'
            when 'v' then 'view' else 'matview' end,
            r.rolname, has_any_column_privilege(r.oid, c.oid, 'select'),
            has_any_column_privilege(r.oid, c.oid, 'insert') or has_any_column_privilege(r.oid, c.oid, 'update')
                or has_table_privilege(r.oid, c.oid, 'delete'), null::boolean, c.oid
     from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join pg_roles r
     where c.relkind in ('r', 'p', 'f', 'v', 'm') and r.rolname in ('anon', 'authenticated') and {user}",
    own!("pg_class", "c.oid"),
    " union all
     select n.nspname, p.proname, oidvectortypes(p.proargtypes), 'function', r.rolname, null, null,
            has_function_privilege(r.oid, p.oid, 'execute'), p.oid
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace cross join pg_roles r
     where p.prokind in ('f', 'p') and r.rolname in ('anon', 'authenticated') and {user}",
    own!("pg_proc", "p.oid"),
);

/// Every table that is filled, in the order the views read each other.
pub static FILLED: &[Filled] = &[
    Filled {
        table: "sql_schemas",
        columns: &["name", "exposed"],
        asks: concat!(
            "select n.nspname, n.nspname = any ({exposed}), n.oid from pg_namespace n where {user}",
            own!("pg_namespace", "n.oid")
        ),
        shows: "select l.catalog, l.name, l.exposed, coalesce(s.path, l.file) as path, s.line
                from rev.live_sql_schemas l left join static_sql_schemas s on s.catalog = l.catalog and s.name = l.name",
    },
    Filled {
        table: "sql_tables",
        columns: &["schema", "name", "kind", "rls", "force_rls", "exposed", "parent"],
        asks: concat!(
            "select n.nspname, c.relname, case c.relkind when 'p' then 'partitioned' when 'f' then 'foreign' else 'table' end,
                    c.relrowsecurity, c.relforcerowsecurity, n.nspname = any ({exposed}),
                    (select pn.nspname || '.' || pc.relname from pg_inherits i join pg_class pc on pc.oid = i.inhparent
                     join pg_namespace pn on pn.oid = pc.relnamespace where i.inhrelid = c.oid order by i.inhseqno limit 1),
                    c.oid
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p', 'f') and c.relpersistence <> 't' and {user}",
            own!("pg_class", "c.oid")
        ),
        shows: "select l.catalog, l.schema, l.name, l.kind, l.rls, l.force_rls, l.exposed, l.parent,
                       coalesce(s.path, l.file) as path, s.line, s.rls_path, s.rls_line
                from rev.live_sql_tables l
                left join static_sql_tables s on s.catalog = l.catalog and s.schema = l.schema and s.name = l.name",
    },
    Filled {
        table: "sql_columns",
        columns: &["schema", "table_name", "name", "type", "not_null"],
        asks: concat!(
            "select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, c.oid
             from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p', 'f') and c.relpersistence <> 't' and a.attnum > 0 and not a.attisdropped and {user}",
            own!("pg_class", "c.oid")
        ),
        shows: "select l.catalog, l.schema, l.table_name, l.name, l.type, l.not_null, coalesce(s.path, l.file) as path, s.line
                from rev.live_sql_columns l left join static_sql_columns s
                  on s.catalog = l.catalog and s.schema = l.schema and s.table_name = l.table_name and s.name = l.name",
    },
    Filled {
        table: "sql_policies",
        columns: &["schema", "table_name", "name", "command", "permissive", "roles", "using_expr", "check_expr"],
        asks: "select n.nspname, c.relname, p.polname,
                      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
                      p.polpermissive,
                      coalesce((select json_agg(r.rolname order by r.rolname) from pg_roles r where r.oid = any (p.polroles)), '[\"public\"]')::text,
                      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), p.oid
               from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace",
        shows: "select l.catalog, l.schema, l.table_name, l.name, l.command, l.permissive, l.roles, l.using_expr, l.check_expr,
                       coalesce(s.path, l.file) as path, s.line
                from rev.live_sql_policies l left join static_sql_policies s
                  on s.catalog = l.catalog and s.schema = l.schema and s.table_name = l.table_name and s.name = l.name",
    },
    Filled {
        table: "sql_constraints",
        columns: &["schema", "table_name", "name", "kind", "columns", "target", "target_columns"],
        asks: concat!(
            "select n.nspname, c.relname, k.conname,
                    case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key' when 'c' then 'check' else 'exclude' end,
                    coalesce((select json_agg(a.attname order by o.at) from unnest(k.conkey) with ordinality o (number, at)
                              join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.number), '[]')::text,
                    (select tn.nspname || '.' || t.relname from pg_class t join pg_namespace tn on tn.oid = t.relnamespace where t.oid = k.confrelid),
                    (select json_agg(a.attname order by o.at) from unnest(k.confkey) with ordinality o (number, at)
                     join pg_attribute a on a.attrelid = k.confrelid and a.attnum = o.number)::text, k.oid
             from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
             where k.contype in ('p', 'u', 'f', 'c', 'x') and c.relpersistence <> 't' and {user}",
            own!("pg_class", "c.oid")
        ),
        shows: "select l.catalog, l.schema, l.table_name, l.name, l.kind, l.columns, l.target, l.target_columns,
                       coalesce(s.path, t.path, l.file) as path, coalesce(s.line, t.line) as line
                from rev.live_sql_constraints l
                left join static_sql_tables t on t.catalog = l.catalog and t.schema = l.schema and t.name = l.table_name
                left join static_sql_constraints s on s.catalog = l.catalog and s.schema = l.schema
                  and s.table_name = l.table_name and s.name = l.name",
    },
    Filled {
        table: "sql_functions",
        columns: &[
            "schema", "name", "args", "kind", "returns", "language", "security_definer", "search_path", "body",
        ],
        asks: concat!(
            "select n.nspname, p.proname, oidvectortypes(p.proargtypes), case p.prokind when 'p' then 'procedure' else 'function' end,
                    pg_get_function_result(p.oid), l.lanname, p.prosecdef,
                    (select substr(it, 13) from unnest(p.proconfig) it where it like 'search_path=%'), left(p.prosrc, 8000), p.oid
             from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
             where p.prokind in ('f', 'p') and {user}",
            own!("pg_proc", "p.oid")
        ),
        shows: "select l.catalog, l.schema, l.name, l.args, l.kind, l.returns, l.language, l.security_definer, l.search_path, l.body,
                       s.in_effect, s.lacks, coalesce(s.path, l.file) as path, s.line
                from rev.live_sql_functions l left join static_sql_functions s
                  on s.catalog = l.catalog and s.schema = l.schema and s.name = l.name and s.args = l.args",
    },
    Filled {
        table: "sql_views",
        columns: &["schema", "name", "kind", "security_invoker", "body"],
        asks: concat!(
            "select n.nspname, c.relname, case c.relkind when 'v' then 'view' else 'matview' end,
                    exists (select 1 from unnest(c.reloptions) it where lower(it) in
                        ('security_invoker=true', 'security_invoker=on', 'security_invoker=1', 'security_invoker=yes')),
                    left(pg_get_viewdef(c.oid), 8000), c.oid
             from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('v', 'm') and {user}",
            own!("pg_class", "c.oid")
        ),
        shows: "select l.catalog, l.schema, l.name, l.kind, l.security_invoker, l.body, coalesce(s.path, l.file) as path, s.line
                from rev.live_sql_views l
                left join static_sql_views s on s.catalog = l.catalog and s.schema = l.schema and s.name = l.name",
    },
    Filled {
        table: "sql_indexes",
        columns: &["schema", "table_name", "name", "method", "columns", "is_unique", "definition"],
        asks: concat!(
            "select n.nspname, t.relname, c.relname, m.amname,
                    coalesce((select json_agg(a.attname order by o.at) from unnest(i.indkey::int2[]) with ordinality o (number, at)
                              left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = o.number
                              where o.at <= i.indnkeyatts), '[]')::text,
                    i.indisunique,
                    case when i.indisunique then 'unique ' else '' end || substring(pg_get_indexdef(c.oid) from ' USING (.*)$'), c.oid
             from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
             join pg_namespace n on n.oid = t.relnamespace join pg_am m on m.oid = c.relam
             where t.relpersistence <> 't' and t.relkind in ('r', 'p', 'm')
               and not exists (select 1 from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x')) and {user}",
            own!("pg_class", "t.oid")
        ),
        shows: "select l.catalog, l.schema, l.table_name, l.name, l.method, l.columns, l.is_unique, l.definition,
                       coalesce(s.path, l.file) as path, s.line
                from rev.live_sql_indexes l left join static_sql_indexes s
                  on s.catalog = l.catalog and s.schema = l.schema and s.table_name = l.table_name and s.name = l.name",
    },
    Filled {
        table: "sql_triggers",
        columns: &["schema", "table_name", "name", "event", "timing", "function"],
        asks: concat!(
            "select n.nspname, c.relname, t.tgname,
                    array_to_string(array_remove(array[case when t.tgtype & 4 > 0 then 'insert' end, case when t.tgtype & 16 > 0 then 'update' end,
                        case when t.tgtype & 8 > 0 then 'delete' end, case when t.tgtype & 32 > 0 then 'truncate' end], null), ' or '),
                    case when t.tgtype & 64 > 0 then 'instead of' when t.tgtype & 2 > 0 then 'before' else 'after' end,
                    (select pn.nspname || '.' || p.proname from pg_proc p join pg_namespace pn on pn.oid = p.pronamespace where p.oid = t.tgfoid), t.oid
             from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
             where not t.tgisinternal and {user}",
            own!("pg_class", "c.oid")
        ),
        shows: "select l.catalog, l.schema, l.table_name, l.name, l.event, l.timing, l.function, coalesce(s.path, l.file) as path, s.line
                from rev.live_sql_triggers l left join static_sql_triggers s
                  on s.catalog = l.catalog and s.schema = l.schema and s.table_name = l.table_name and s.name = l.name",
    },
    Filled {
        table: "sql_grants",
        columns: &["schema", "name", "kind", "grantee", "privilege", "by_column"],
        asks: "select n.nspname, c.relname, case c.relkind when 'S' then 'sequence' else 'table' end,
                      coalesce(r.rolname, 'public'), lower(a.privilege_type), false, c.oid
               from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join aclexplode(c.relacl) a
               left join pg_roles r on r.oid = a.grantee
               where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S') and a.grantee <> c.relowner and {user}
               union all
               select n.nspname, p.proname, 'function', coalesce(r.rolname, 'public'), lower(a.privilege_type), false, p.oid
               from pg_proc p join pg_namespace n on n.oid = p.pronamespace
               cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a left join pg_roles r on r.oid = a.grantee
               where a.grantee <> p.proowner and {user}
               union all
               select n.nspname, '', 'schema', coalesce(r.rolname, 'public'), lower(a.privilege_type), false, null
               from pg_namespace n cross join aclexplode(n.nspacl) a left join pg_roles r on r.oid = a.grantee
               where a.grantee <> n.nspowner and {user}",
        shows: "select l.catalog, l.schema, l.name, l.kind, l.grantee, l.privilege, l.by_column,
                       coalesce((select s.path from static_sql_grants s where s.catalog = l.catalog and s.schema = l.schema
                                 and s.name = l.name and s.grantee = l.grantee limit 1), l.file) as path,
                       (select s.line from static_sql_grants s where s.catalog = l.catalog and s.schema = l.schema
                        and s.name = l.name and s.grantee = l.grantee limit 1) as line
                from rev.live_sql_grants l",
    },
    Filled {
        table: "sql_extensions",
        columns: &["name", "schema"],
        asks: "select e.extname, n.nspname, e.oid from pg_extension e join pg_namespace n on n.oid = e.extnamespace
               where e.extname <> 'plpgsql'",
        shows: "select l.catalog, l.name, l.schema, coalesce(s.path, l.file) as path, s.line
                from rev.live_sql_extensions l left join static_sql_extensions s on s.catalog = l.catalog and s.name = l.name",
    },
    Filled {
        table: "sql_access",
        columns: &["schema", "name", "args", "kind", "role", "may_read", "may_write", "may_execute"],
        asks: ACCESS,
        shows: "select l.catalog, l.schema, l.name, l.args, l.kind, l.role, l.may_read, l.may_write, l.may_execute
                from rev.live_sql_access l",
    },
];
