//! What looks like a feature and is none: whatever evidence asks for it, nothing of it is verified.

use std::collections::BTreeMap;

use parity::base::{Level, Verdict};
use parity::matrix::{Catalogue, FeatureResult, Mapping, Matrix, evaluate, prepare};
use parity::pages::Library;
use parity::snapshot::{Options, Snapshot, Stages};
use parity::source;

const CATALOGUE: &str =
    "{catalogue: shop, version: 1, title: Shop, source: its site, areas: {a: All},
    features: {'1': {title: One, area: a, source: page 1}}}";

/// A tree, and evidence that a hopeful author asks for.
struct Impostor {
    what: &'static str,
    files: &'static [(&'static str, &'static str)],
    evidence: &'static [&'static str],
}

const IMPOSTORS: &[Impostor] = &[
    Impostor {
        what: "a function of the edge that simulates",
        files: &[(
            "supabase/functions/sync-orders/index.ts",
            "import { serve } from 'https://deno.land/std/http/server.ts'\n\
             serve(async (request) => {\n\
               // TODO: call the shop; simulate for now\n\
               await new Promise((done) => setTimeout(done, 100))\n\
               return new Response(JSON.stringify({ status: 'simulated', synced: 42 }))\n\
             })\n",
        )],
        evidence: &["edge-function sync-orders", "edge-function sync-*"],
    },
    Impostor {
        what: "a function of the edge that is not implemented",
        files: &[(
            "supabase/functions/refund/index.ts",
            "Deno.serve(() => new Response('not implemented', { status: 501 }))\n",
        )],
        evidence: &["edge-function refund"],
    },
    Impostor {
        what: "a workflow below a folder that is not the root",
        files: &[(
            "sandbox/dev/.github/workflows/build.yml",
            "on: {push: {branches: [main]}}\njobs:\n  build:\n    environment: production\n    steps:\n      - uses: docker/build-push-action@v6\n",
        )],
        evidence: &[
            "workflow on:push",
            "workflow on:push uses:docker/build-push-action",
            "workflow on:push environment:prod*",
            "workflow glob:sandbox/**",
        ],
    },
    Impostor {
        what: "a workflow that is kept under another ending",
        files: &[(
            ".github/workflows/build.yml.disabled",
            "on: push\njobs:\n  build:\n    steps:\n      - uses: docker/build-push-action@v6\n",
        )],
        evidence: &["workflow on:push", "workflow on:push uses:docker/build-push-action"],
    },
    Impostor {
        what: "a workflow whose only job is switched off",
        files: &[(
            ".github/workflows/backup.yml",
            "on: {schedule: [{cron: '0 3 * * *'}]}\njobs:\n  dump:\n    if: false\n    steps:\n      - run: pg_dump app > app.sql\n",
        )],
        evidence: &["workflow on:schedule", "workflow on:schedule run:pg_dump"],
    },
    Impostor {
        what: "a dbt project without models",
        files: &[
            (
                "dbt/dbt_project.yml",
                "name: shop\nversion: '1.0'\nprofile: shop\nmodel-paths: [models]\n",
            ),
            ("dbt/models/.gitkeep", ""),
        ],
        evidence: &["dbt model", "dbt project", "dbt project shop", "dbt test", "dbt source"],
    },
    Impostor {
        what: "a dbt project whose only model is switched off",
        files: &[
            ("dbt/dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n"),
            ("dbt/models/orders.sql", "{{ config(enabled=false) }}\nselect 1 as id\n"),
        ],
        evidence: &["dbt model orders", "dbt model"],
    },
    Impostor {
        what: "a function whose tables never come to exist",
        files: &[(
            "supabase/migrations/20260101000000_f.sql",
            "create schema ops;\ncreate function ops.queue_run(p text) returns bigint language sql as $$\n  insert into ops.runs (name) values (p) returning id\n$$;\n",
        )],
        evidence: &["function ops.queue_run"],
    },
    Impostor {
        what: "the same in PL/pgSQL, which is not looked into when it is made",
        files: &[(
            "supabase/migrations/20260101000000_f.sql",
            "create schema ops;\ncreate function ops.queue_run(p text) returns void language plpgsql as $$\nbegin\n  insert into ops.runs (name) values (p);\nend $$;\n",
        )],
        evidence: &["function ops.queue_run"],
    },
    Impostor {
        what: "a policy on a table whose row level security is off",
        files: &[(
            "supabase/migrations/20260101000000_p.sql",
            "create table public.orders (id bigint primary key);\ncreate policy mine on public.orders for select using (true);\n",
        )],
        evidence: &["rls public.orders"],
    },
    Impostor {
        what: "a view over a table that does not exist",
        files: &[(
            "supabase/migrations/20260101000000_v.sql",
            "create view public.totals as select sum(amount) from public.payments;\n",
        )],
        evidence: &["view public.totals"],
    },
    Impostor {
        what: "a table that was dropped again",
        files: &[
            (
                "supabase/migrations/20260101000000_a.sql",
                "create table public.orders (id bigint primary key);\n",
            ),
            ("supabase/migrations/20260102000000_b.sql", "drop table public.orders;\n"),
        ],
        evidence: &["table public.orders", "column public.orders.id"],
    },
    Impostor {
        what: "a table that is only in a comment",
        files: &[(
            "supabase/migrations/20260101000000_a.sql",
            "-- create table public.orders (id bigint primary key);\n/* create table public.orders (id bigint); */\nselect 1;\n",
        )],
        evidence: &["table public.orders"],
    },
    Impostor {
        what: "a page with rows of its own",
        files: &[(
            "apps/console/src/pages/Backups.tsx",
            "const BACKUPS = [\n  { id: 1, name: 'nightly', status: 'ok', size: '1.2 GB' },\n  { id: 2, name: 'weekly', status: 'ok', size: '1.3 GB' },\n]\n\
             export default function Backups() {\n  return <table>{BACKUPS.map((row) => <tr key={row.id}><td>{row.name}</td><td>{row.status}</td></tr>)}</table>\n}\n",
        )],
        evidence: &[
            "path apps/console/**/Backups.tsx",
            "text apps/**/*.tsx backup",
            "[path apps/console/**/Backups.tsx, 'text apps/**/*.tsx status']",
        ],
    },
    Impostor {
        what: "an addon that cannot be installed",
        files: &[(
            "addons/shop_loyalty/__manifest__.py",
            "{'name': 'Loyalty', 'version': '18.0.1.0.0', 'installable': False}\n",
        )],
        evidence: &["module shop_loyalty", "module shop_loyalty@18.0"],
    },
    Impostor {
        what: "a service that is commented out",
        files: &[(
            "compose.yaml",
            "services:\n  web:\n    image: odoo:18.0\n  # redis:\n  #   image: redis:7\n",
        )],
        evidence: &["service redis", "service image:redis"],
    },
    Impostor {
        what: "a resource of which there are none",
        files: &[(
            "infra/main.tf",
            "resource \"cloudflare_healthcheck\" \"site\" {\n  count = 0\n  name  = \"site\"\n}\n",
        )],
        evidence: &["resource cloudflare_healthcheck"],
    },
    Impostor {
        what: "an n8n workflow that is not active",
        files: &[(
            "n8n/backup.json",
            "{\"name\": \"Backup\", \"active\": false, \"connections\": {\"Every night\": {\"main\": [[{\"node\": \"Dump\"}]]}}, \"nodes\": [\n\
             {\"name\": \"Every night\", \"type\": \"n8n-nodes-base.scheduleTrigger\", \"parameters\": {}},\n\
             {\"name\": \"Dump\", \"type\": \"n8n-nodes-base.executeCommand\", \"parameters\": {}}]}\n",
        )],
        evidence: &["n8n schedule", "n8n schedule backup.json"],
    },
    Impostor {
        what: "a statement that has expired",
        files: &[(
            "parity.toml",
            "[[attestation]]\ntopic = \"restore drill\"\nowner = \"platform\"\ndate = \"2024-01-01\"\nexpires = \"2024-06-30\"\n",
        )],
        evidence: &["attested \"restore drill\"", "attested \"restore drill\" within 95d"],
    },
    Impostor {
        what: "a document that says all is there",
        files: &[(
            "docs/parity.md",
            "# Backups\n\nScheduled backups: ✅ 100 %, production ready. pg_dump runs every night.\n",
        )],
        evidence: &["path docs/parity.md", "text docs/** pg_dump", "section docs/** Backups"],
    },
];

fn first(evidence: &str, files: &[(&str, &str)]) -> FeatureResult {
    let library = Library::built_in().expect("the built-in pages are sound");
    let catalogue = Catalogue::parse("shop.yaml", CATALOGUE).expect("a sound catalogue");
    let evidence =
        if evidence.starts_with('[') { evidence.to_owned() } else { format!("'{evidence}'") };
    let mapping = format!("{{extends: shop@1, features: {{'1': {{evidence: {evidence}}}}}}}");
    let mapping = Mapping::parse("parity/shop.yaml", &mapping).expect("a sound mapping");
    let laid = Some(("parity/shop.yaml", &mapping));
    let matrix = Matrix::new(&catalogue, laid, &library).expect("a sound matrix");
    let config = files.iter().find(|(path, _)| *path == "parity.toml").map_or("", |file| file.1);
    let parsed =
        parity::config::Config::parse("parity.toml", config).expect("a sound configuration");
    let day = parity::config::day("2026-03-01").expect("a day");
    let options = Options::of(&parsed, config, day);
    let files: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let mut snapshot =
        Snapshot::new(source::memory(files), options, Stages::default()).expect("a snapshot");
    let prepared = prepare(&matrix, &library, &mut snapshot).expect("sound pages");
    snapshot.make_ready(prepared.needs()).expect("readable files");
    evaluate(&matrix, &prepared, &snapshot).expect("pages that run").features.remove(0)
}

#[test]
fn nothing_of_what_only_looks_like_it_is_verified() {
    let mut wrong = Vec::new();
    for Impostor { what, files, evidence } in IMPOSTORS {
        for asked in *evidence {
            let judged = first(asked, files);
            let claims = [Verdict::Verified, Verdict::Attested].contains(&judged.verdict);
            if claims || judged.level.high == Level::Verified {
                wrong.push(format!("{what}: `{asked}` is {} ({})", judged.verdict, judged.why()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
