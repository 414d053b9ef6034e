//! Deleting any one piece of evidence lowers the verdict of exactly the features that rest on it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use parity::base::{Level, Truth, Verdict};
use parity::matrix::{
    Catalogue, FeatureResult, Mapping, Matrix, MatrixResult, built_in_catalogues, evaluate, prepare,
};
use parity::pages::Library;
use parity::snapshot::{Options, Snapshot, Stages};
use parity::source;

type Files = BTreeMap<String, Vec<u8>>;

fn judge(matrices: &[Matrix], library: &Library, files: &Files) -> Vec<MatrixResult> {
    let source = source::memory(files.clone());
    let mut snapshot =
        Snapshot::new(source, Options::default(), Stages::default()).expect("a snapshot");
    let prepared: Vec<_> = matrices
        .iter()
        .map(|matrix| prepare(matrix, library, &mut snapshot).expect("sound pages"))
        .collect();
    snapshot.make_ready(prepared.iter().flat_map(|asked| asked.needs())).expect("readable files");
    let judged = matrices.iter().zip(&prepared);
    judged.map(|(matrix, asked)| evaluate(matrix, asked, &snapshot).expect("pages run")).collect()
}

/// The files of a fixture, each with the feature that asks for what it holds.
const FIXTURE: &[(&str, &str, &str)] = &[
    (
        "table ops.runs(id)",
        "supabase/migrations/20260101000000_runs.sql",
        "create schema if not exists ops; create table ops.runs (id bigint primary key);",
    ),
    (
        "rls ops.roles",
        "supabase/migrations/20260102000000_roles.sql",
        "create schema if not exists ops; create table ops.roles (id bigint primary key); alter table ops.roles enable row level security; create policy r on ops.roles for select using (true);",
    ),
    (
        "function lib.twice",
        "supabase/migrations/20260103000000_twice.sql",
        "create schema if not exists lib; create function lib.twice(n int) returns int language sql as $$ select n * 2 $$;",
    ),
    (
        "view lib.one",
        "supabase/migrations/20260104000000_one.sql",
        "create schema if not exists lib; create view lib.one as select 1 as n;",
    ),
    (
        "extension hstore",
        "supabase/migrations/20260105000000_hstore.sql",
        "create extension hstore;",
    ),
    (
        "index app.orders(name)",
        "supabase/migrations/20260106000000_orders.sql",
        "create schema if not exists app; create table app.orders (id bigint primary key, name text); create index orders_name on app.orders (name);",
    ),
    (
        "workflow on:push uses:docker/build-push-action",
        ".github/workflows/image.yml",
        "on: push\njobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n",
    ),
    (
        "workflow on:schedule environment:drill",
        ".github/workflows/drill.yml",
        "on: {schedule: [{cron: '0 3 * * *'}]}\njobs:\n  a:\n    environment: drill\n    steps:\n      - run: ./drill.sh\n",
    ),
    (
        "module shop_base@18.0",
        "addons/shop_base/__manifest__.py",
        "{'name': 'Shop', 'version': '18.0.1.0.0'}",
    ),
    (
        "depends-on auth_oauth",
        "addons/shop_login/__manifest__.py",
        "{'name': 'Login', 'version': '18.0.1.0.0', 'depends': ['auth_oauth']}",
    ),
    ("service redis", "compose.yaml", "services:\n  redis:\n    image: redis:7\n"),
    (
        "edge-function orders",
        "supabase/functions/orders/index.ts",
        "import { createClient } from 'npm:@supabase/supabase-js'\nDeno.serve(async (request) => {\n  const db = createClient(Deno.env.get('URL')!, Deno.env.get('KEY')!)\n  const { id } = await request.json()\n  const { data, error } = await db.from('orders').select('*').eq('id', id)\n  if (error) return new Response(error.message, { status: 500 })\n  return Response.json(data)\n})\n",
    ),
    (
        "n8n schedule nightly.json",
        "n8n/nightly.json",
        "{\"name\": \"Nightly\", \"active\": true, \"connections\": {\"Every night\": {\"main\": [[{\"node\": \"Dump\"}]]}}, \"nodes\": [{\"name\": \"Every night\", \"type\": \"n8n-nodes-base.scheduleTrigger\", \"parameters\": {}}, {\"name\": \"Dump\", \"type\": \"n8n-nodes-base.executeCommand\", \"parameters\": {}}]}",
    ),
    (
        "resource cloudflare_record",
        "infra/dns.tf",
        "resource \"cloudflare_record\" \"www\" {\n  name = \"www\"\n}\n",
    ),
    ("data settings.toml /auth/signup", "settings.toml", "[auth]\nsignup = false\n"),
    ("data other.json /on", "other.json", "{\"on\": true}\n"),
];

/// Features that ask for several of them: evidence, and the files whose loss lowers it.
const COMBINED: &[(&str, &[&str])] = &[
    (
        "[table ops.runs, module shop_base]",
        &["supabase/migrations/20260101000000_runs.sql", "addons/shop_base/__manifest__.py"],
    ),
    ("{any: [service redis, resource cloudflare_record]}", &[]),
    ("{any: [service nothing, resource cloudflare_record]}", &["infra/dns.tf"]),
    (
        "{module: 'shop_*', need: {some: 2}}",
        &["addons/shop_base/__manifest__.py", "addons/shop_login/__manifest__.py"],
    ),
    ("{module: 'shop_*', need: {some: 1}}", &[]),
    (
        "[{any: [view lib.one, service redis]}, index app.orders(name), not module web_enterprise]",
        &["supabase/migrations/20260106000000_orders.sql"],
    ),
    ("[data other.json /on, path settings.toml]", &["other.json", "settings.toml"]),
];

fn fixture() -> (Matrix, Files, BTreeMap<String, BTreeSet<String>>) {
    let (mut features, mut evidence) = (String::new(), String::new());
    let (mut files, mut rests) = (Files::new(), BTreeMap::<String, BTreeSet<String>>::new());
    let mut add = |id: usize, asked: &str, on: &[&str]| {
        let asked =
            if asked.starts_with(['[', '{']) { asked.to_owned() } else { format!("'{asked}'") };
        let _ = writeln!(features, "  '{id}': {{title: F{id}, area: a, source: s}}");
        let _ = writeln!(evidence, "  '{id}': {{evidence: {asked}}}");
        on.iter().for_each(|path| {
            rests.entry((*path).to_owned()).or_default().insert(id.to_string());
        });
    };
    for (id, (asked, path, text)) in (1..).zip(FIXTURE) {
        files.insert((*path).to_owned(), text.as_bytes().to_vec());
        add(id, asked, &[path]);
    }
    for (id, (asked, paths)) in (1 + FIXTURE.len()..).zip(COMBINED) {
        add(id, asked, paths);
    }
    let catalogue = format!(
        "catalogue: shop\nversion: 1\ntitle: Shop\nsource: s\nareas: {{a: All}}\nfeatures:\n{features}"
    );
    let catalogue = Catalogue::parse("shop.yaml", &catalogue).expect("a sound catalogue");
    let mapping = format!("extends: shop@1\nfeatures:\n{evidence}");
    let mapping = Mapping::parse("parity/shop.yaml", &mapping).expect("a sound mapping");
    let library = Library::built_in().expect("sound pages");
    let matrix = Matrix::new(&catalogue, Some(("parity/shop.yaml", &mapping)), &library);
    (matrix.expect("a sound matrix"), files, rests)
}

/// The features that stand lower than before.
fn lowered(before: &[FeatureResult], after: &[FeatureResult]) -> BTreeSet<String> {
    let both = before.iter().zip(after);
    let lower = both.filter(|(before, after)| after.level.low < before.level.low);
    lower.map(|(before, _)| before.feature.id.clone()).collect()
}

#[test]
fn deleting_a_file_lowers_exactly_the_features_that_rest_on_it() {
    let (matrix, files, rests) = fixture();
    let (library, matrices) = (Library::built_in().expect("sound pages"), [matrix]);
    let before = judge(&matrices, &library, &files).remove(0).features;
    for judged in &before {
        let (id, verdict) = (&judged.feature.id, judged.verdict);
        assert_eq!(verdict, Verdict::Verified, "{id}: {}", judged.why());
    }
    for path in files.keys() {
        let mut without = files.clone();
        without.remove(path);
        let after = judge(&matrices, &library, &without).remove(0).features;
        assert_eq!(
            lowered(&before, &after),
            rests.get(path).cloned().unwrap_or_default(),
            "{path}"
        );
    }
}

#[test]
fn of_a_repository_too_for_every_feature_of_every_matrix() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/repos/acme");
    let mut files = Files::new();
    read(std::path::Path::new(root), root, &mut files);
    let library = Library::built_in().expect("sound pages");
    let matrices = acme(&library, &files);
    let before = judge(&matrices, &library, &files);
    let paths: BTreeSet<&String> =
        before.iter().flat_map(|result| &result.features).flat_map(found_in).collect();
    assert!(paths.len() > 5, "{paths:?}");
    for path in paths {
        let mut without = files.clone();
        without.remove(path);
        for (was, is) in before.iter().zip(judge(&matrices, &library, &without)) {
            for (was, is) in was.features.iter().zip(&is.features) {
                let id = format!("{}/{}", was.feature.id, path);
                let is_lower = is.level.low < was.level.low;
                // What a migration does may rest on one before it.
                let may = found_in(was).contains(path)
                    || rests_on_migrations(was, path)
                    || is_named(was, path);
                assert!(may || !is_lower, "{id} does not rest on it: {}", is.why());
                assert!(is_lower || !must(was, path), "{id} rests on it: {}", is.why());
            }
        }
    }
}

/// The five matrices, that of Odoo.sh with the mapping of the repository.
fn acme(library: &Library, files: &Files) -> Vec<Matrix> {
    let catalogues = built_in_catalogues().expect("sound catalogues");
    let matrix = |catalogue: &Catalogue| {
        let file = format!("parity/{}.yaml", catalogue.catalogue);
        let mapping = files.get(&file).map(|text| {
            let text = std::str::from_utf8(text).expect("text");
            Mapping::parse(&file, text).expect("a sound mapping")
        });
        let laid = mapping.as_ref().map(|mapping| (file.as_str(), mapping));
        Matrix::new(catalogue, laid, library).expect("a sound matrix")
    };
    catalogues.iter().map(matrix).collect()
}

/// Where what holds of a feature is found.
fn found_in(judged: &FeatureResult) -> BTreeSet<&String> {
    let pieces = judged.evidence.iter().filter(|piece| !piece.guard);
    let rows = pieces.flat_map(|piece| &piece.rows).filter(|row| row.ok == Truth::Holds);
    rows.filter_map(|row| row.path.as_ref()).collect()
}

fn rests_on_migrations(judged: &FeatureResult, path: &str) -> bool {
    let mut rows = judged.evidence.iter().flat_map(|piece| &piece.rows);
    path.contains("/migrations/")
        && rows.any(|row| row.path.as_ref().is_some_and(|path| path.contains("/migrations/")))
}

/// Whether what was found, be it short of what is asked for, says that it stands in the file.
fn is_named(judged: &FeatureResult, path: &str) -> bool {
    let rows = judged.evidence.iter().flat_map(|piece| &piece.rows);
    rows.into_iter().any(|row| row.path.as_deref() == Some(path) || row.message.contains(path))
}

/// Whether a feature that is verified by one row alone lies in the file.
fn must(judged: &FeatureResult, path: &str) -> bool {
    let [piece] = judged.evidence.as_slice() else { return false };
    let only = |row: &parity::pages::Row| row.path.as_deref() == Some(path);
    piece.counts == [1, 0, 0] && piece.level.low > Level::Missing && piece.rows.iter().any(only)
}

fn read(folder: &std::path::Path, root: &str, into: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(&path, root, into);
        } else {
            let name = path.strip_prefix(root).expect("below the root").display().to_string();
            into.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
}
