use super::*;

fn round(text: &str) -> String {
    format!("{:?}", expression(text))
}

#[test]
fn operators_bind_as_the_server_binds_them() {
    assert_eq!(expression("a -> 'b' ->> 'c'"), expression("(a -> 'b') ->> 'c'"));
    assert_eq!(expression("not a = 1 and b or c"), expression("((not (a = 1)) and b) or c"));
    assert_eq!(expression("1 + 2 * 3"), expression("1 + (2 * 3)"));
    assert_eq!(expression("a || b = c || d"), expression("(a || b) = (c || d)"));
    assert_eq!(expression("a not in (1, 2)"), expression("not (a in (1, 2))"));
    assert_eq!(expression("a between 1 and 2 and b"), expression("(a between 1 and 2) and b"));
    assert_eq!(expression("-1::int"), expression("-(1::int)"));
}

#[test]
fn forms_with_words_are_calls() {
    for text in [
        "extract(year from x)",
        "substring(a from 1 for 2)",
        "position('a' in b)",
        "trim(both ' ' from a)",
        "cast(a as int)",
        "interval '1 day'",
        "x is not distinct from y",
        "a = any(array[1, 2])",
        "a <> all (select 1)",
        "count(distinct a order by b) filter (where c)",
        "row_number() over (partition by a order by b desc rows between 1 preceding and current row)",
        "case x when 1 then 2 else 3 end",
        "(x).f",
        "x[1]",
        "x[1:2]",
        "row(a, b)",
        "array(select 1)",
        "f(a => 1)",
        "f(variadic x)",
        "a at time zone 'utc'",
        "a::character varying(10)[]",
        "a ilike any (array['x'])",
        "e'x\\n'",
        "t.*",
        "exists (select 1)",
        "date_part('year', a)",
        "(select a from b) = c",
        "(a, b) = (1, 2)",
        "a collate \"C\" < b",
        "((select auth.uid()) = user_id)",
        "(storage.foldername(name))[1]",
        "a is null",
        "current_date - 1",
        "'{}'::jsonb",
        "operator",
        "a operator(pg_catalog.=) b",
    ] {
        assert!(!round(text).contains("Other("), "{text}: {}", round(text));
    }
}

#[test]
fn queries_with_all_their_clauses_are_read() {
    for text in [
        "with recursive t(a, b) as (select 1, 2 union all select a, b from t), d as materialized (delete from x returning *) select distinct a from t left join lateral (select 1) z on true join u using (id) cross join lateral unnest(x) with ordinality as q(a, b), generate_series(1, 2) g, (values (1, 2), (3, 4)) v(x, y), jsonb_to_recordset(j) as r(a int, b text[]) where x group by a having count(*) > 1 window w as (partition by a) order by a desc nulls last limit 1 offset 2 for update",
        "(select 1) union all (select 2 order by 1)",
        "select",
        "values (1, 2)",
        "table a",
        "select * from a natural join b, c",
        "select a.*, b as \"B\" from (a join b on true) left join c on c.id = a.id",
        "select a into from b",
    ] {
        assert_eq!(query(text).is_some(), !text.contains(" into "), "{text}");
    }
    for text in [
        "insert into t as x (a) select 1 union select 2 on conflict (a) where b do update set a = excluded.a, (b, c) = (1, 2) where t.a > 1 returning id",
        "insert into t default values",
        "insert into t values (1, default), (2, null) on conflict do nothing;",
        "update t set a = 1, b = default from u where u.id = t.id returning *",
        "delete from only t x using u where true",
        "update t x set a = (select 1)",
        "with a as (select 1) insert into t select * from a",
    ] {
        assert!(command(text).is_some(), "{text}");
    }
}

#[test]
fn what_is_too_deep_is_its_text() {
    let text = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(matches!(expression(&text), Expr::Other(_)));
    assert!(matches!(expression(&"not ".repeat(5000)), Expr::Other(_)));
}
