//! The contract of verdicts: how levels combine, what a matrix may ask for, what a tree can show, how it is counted.

use parity::base::{Interval, Level, Reason, Strength, Verdict};
use parity::matrix::{
    Catalogue, FeatureResult, Guard, Mapping, Matrix, MatrixResult, Node, Score, Standing, all,
    any, built_in_catalogues, built_in_mapping, evaluate, prepare, profiles, scores,
};
use parity::pages::Library;
use parity::snapshot::{Options, Snapshot, Stages};
use parity::source;

const HOLDS: Guard = Guard { surely: true, maybe: true };
const FAILS: Guard = Guard { surely: false, maybe: false };
const UNKNOWN: Guard = Guard { surely: false, maybe: true };

mod algebra {
    use super::*;

    const STRENGTHS: [Strength; 3] = [Strength::Structural, Strength::Textual, Strength::Attested];

    fn child(level: Level, strength: Strength) -> Standing {
        Standing::of(Interval::exactly(level), strength)
    }

    fn structural(level: Level) -> Standing {
        child(level, Strength::Structural)
    }

    /// Every child: a level and a strength, with its name.
    fn children() -> Vec<(String, Standing)> {
        let levels = Level::ALL.into_iter().rev();
        let named = levels.flat_map(|level| STRENGTHS.map(|strength| (level, strength)));
        named
            .map(|(level, strength)| {
                let mark = match strength {
                    Strength::Textual => " (words)",
                    Strength::Attested => " (statement)",
                    _ => "",
                };
                (format!("{level}{mark}"), child(level, strength))
            })
            .collect()
    }

    /// Every selection of `count` children, in whatever order once.
    fn selections(count: usize) -> Vec<Vec<(String, Standing)>> {
        fn extend(
            children: &[(String, Standing)],
            count: usize,
            chosen: &mut Vec<(String, Standing)>,
            into: &mut Vec<Vec<(String, Standing)>>,
        ) {
            if count == 0 {
                into.push(chosen.clone());
                return;
            }
            for (at, child) in children.iter().enumerate() {
                chosen.push(child.clone());
                extend(&children[at..], count - 1, chosen, into);
                chosen.pop();
            }
        }
        let mut into = Vec::new();
        extend(&children(), count, &mut Vec::new(), &mut into);
        into
    }

    fn standings(children: &[(String, Standing)]) -> Vec<Standing> {
        children.iter().map(|child| child.1).collect()
    }

    fn verdict(standing: Standing) -> String {
        let Interval { low, high } = standing.alone;
        if low == high { low.to_string() } else { format!("{low}..{high}") }
    }

    #[test]
    fn every_combination_of_child_levels() {
        let mut table = format!(
            "{:<66} {:<9} {:<9} {:<9} {:<9} {}\n",
            "children", "any", "all", "+ holds", "+ fails", "+ undecided guard"
        );
        for children in selections(2).into_iter().chain(selections(3)) {
            let names: Vec<&str> = children.iter().map(|child| child.0.as_str()).collect();
            let parts = standings(&children);
            let guarded = |guard| verdict(all(&parts, &[guard]));
            table += &format!(
                "{:<66} {:<9} {:<9} {:<9} {:<9} {}\n",
                names.join(" + "),
                verdict(any(&parts)),
                verdict(all(&parts, &[])),
                guarded(HOLDS),
                guarded(FAILS),
                guarded(UNKNOWN)
            );
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn the_order_of_children_does_not_matter() {
        for children in selections(3) {
            let parts = standings(&children);
            for turned in [[1, 0, 2], [2, 1, 0], [1, 2, 0]].map(|order| order.map(|at| parts[at])) {
                assert_eq!(all(&parts, &[]), all(&turned, &[]));
                assert_eq!(any(&parts), any(&turned));
            }
        }
    }

    #[test]
    fn any_is_the_best_and_all_is_the_least() {
        for one in Level::ALL {
            for other in Level::ALL {
                let parts = [structural(one), structural(other)];
                assert_eq!(any(&parts).alone, Interval::exactly(one.max(other)));
                let mixed = one.min(other) == Level::Missing && one.max(other) == Level::Verified;
                let least = if mixed { Level::Partial } else { one.min(other) };
                assert_eq!(all(&parts, &[]).alone, Interval::exactly(least));
            }
        }
    }

    #[test]
    fn all_with_one_verified_and_one_missing_is_partial() {
        let parts = [structural(Level::Verified), structural(Level::Missing)];
        assert_eq!(all(&parts, &[]).alone, Interval::exactly(Level::Partial));
        let third =
            [structural(Level::Verified), structural(Level::Missing), structural(Level::Partial)];
        assert_eq!(all(&third, &[]).alone, Interval::exactly(Level::Partial));
    }

    #[test]
    fn a_guard_never_raises() {
        for children in selections(2).into_iter().chain(selections(3)) {
            let parts = standings(&children);
            let free = all(&parts, &[]).alone;
            assert_eq!(all(&parts, &[HOLDS]).alone, free);
            let capped = free.map(|level| level.min(Level::Partial));
            assert_eq!(all(&parts, &[FAILS]).alone, capped);
            assert_eq!(all(&parts, &[HOLDS, FAILS]).alone, capped);
            assert_eq!(
                all(&parts, &[UNKNOWN]).alone,
                Interval { low: capped.low, high: free.high }
            );
        }
        assert_eq!(all(&[], &[HOLDS]).alone, Interval::exactly(Level::Missing));
    }

    #[test]
    fn words_alone_reach_partial() {
        for strength in [Strength::Textual, Strength::Bare] {
            let words = child(Level::Verified, strength);
            for whole in [
                words,
                any(&[words, words]),
                all(&[words, words], &[]),
                all(&[any(&[words])], &[HOLDS]),
            ] {
                assert_eq!(whole.alone, Interval::exactly(Level::Partial));
            }
            // Something structural beside them in one `all` carries them; as another alternative it does not.
            let structural_piece = structural(Level::Verified);
            assert_eq!(
                all(&[words, structural_piece], &[]).alone,
                Interval::exactly(Level::Verified)
            );
            assert_eq!(
                all(&[all(&[words], &[]), structural_piece], &[]).alone,
                Interval::exactly(Level::Verified)
            );
            assert_eq!(
                any(&[words, structural(Level::Missing)]).alone,
                Interval::exactly(Level::Partial)
            );
            assert_eq!(
                all(&[words, structural(Level::Missing)], &[]).alone,
                Interval::exactly(Level::Partial)
            );
        }
    }

    #[test]
    fn attested_is_never_verified() {
        let statement = child(Level::Verified, Strength::Attested);
        assert_eq!(statement.alone, Interval::exactly(Level::Attested));
        assert_eq!(
            all(&[statement, structural(Level::Verified)], &[]).alone,
            Interval::exactly(Level::Attested)
        );
        assert_eq!(
            any(&[statement, structural(Level::Partial)]).alone,
            Interval::exactly(Level::Attested)
        );
        for children in selections(3) {
            let statements =
                children.iter().filter(|child| child.0.ends_with("(statement)")).count();
            assert!(
                statements == 0 || all(&standings(&children), &[]).alone.high < Level::Verified
            );
        }
    }

    #[test]
    fn an_undecided_child_is_read_both_ways() {
        let open = Standing::of(
            Interval { low: Level::Missing, high: Level::Verified },
            Strength::Structural,
        );
        let verified = structural(Level::Verified);
        assert_eq!(any(&[open, verified]).alone, Interval::exactly(Level::Verified));
        assert_eq!(
            all(&[open, verified], &[]).alone,
            Interval { low: Level::Partial, high: Level::Verified }
        );
        assert_eq!(Verdict::from(all(&[open, verified], &[]).alone), Verdict::Unknown);
        assert_eq!(
            Verdict::from(all(&[open, structural(Level::Partial)], &[FAILS]).alone),
            Verdict::Unknown
        );
        assert_eq!(Verdict::from(all(&[open, verified], &[FAILS]).alone), Verdict::Partial);
    }
}

fn library() -> Library {
    Library::built_in().expect("the built-in pages are sound")
}

fn catalogue() -> Catalogue {
    let text = "{catalogue: shop, version: 1, title: Shop, source: its site, areas: {a: All},
                 features: {'1.1': {title: One, area: a, source: page 1}, '1.2': {title: Two, area: a, source: page 2}}}";
    Catalogue::parse("matrices/shop.yaml", text).expect("a sound catalogue")
}

/// The matrix a mapping makes of the catalogue, or what is said against it.
fn load(mapping: &str) -> Result<Matrix, String> {
    let file = "parity/shop.yaml";
    let mapping = Mapping::parse(file, mapping).map_err(|error| error.to_string())?;
    Matrix::new(&catalogue(), Some((file, &mapping)), &library()).map_err(|error| error.to_string())
}

fn asking(evidence: &str) -> Matrix {
    load(&format!("{{extends: shop@1, features: {{'1.1': {{evidence: {evidence}}}}}}}"))
        .expect("a sound mapping")
}

fn judge(matrix: &Matrix, files: &[(String, String)]) -> MatrixResult {
    let files =
        files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
    let mut snapshot = Snapshot::new(source::memory(files), Options::default(), Stages::default())
        .expect("a snapshot");
    let library = library();
    let prepared = prepare(matrix, &library, &mut snapshot).expect("sound pages");
    snapshot.make_ready(prepared.needs()).expect("readable files");
    evaluate(matrix, &prepared, &snapshot).expect("pages that run")
}

fn first(matrix: &Matrix, files: &[(&str, &str)]) -> FeatureResult {
    let files: Vec<_> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    judge(matrix, &files).features.remove(0)
}

mod trees {
    use super::*;

    /// Every built-in matrix, bare and under every profile.
    fn matrices() -> Vec<Matrix> {
        let library = library();
        let mut matrices = Vec::new();
        for catalogue in built_in_catalogues().expect("sound catalogues") {
            let name = &catalogue.catalogue;
            let mappings = profiles()
                .into_iter()
                .map(|profile| built_in_mapping(&profile, name).expect("a sound profile"));
            for mapping in mappings.chain([None]) {
                let laid = mapping.as_ref().map(|(file, mapping)| (file.as_str(), mapping));
                matrices.push(Matrix::new(&catalogue, laid, &library).expect("a sound matrix"));
            }
        }
        assert!(matrices.len() > 1, "no profile was found");
        matrices
    }

    fn assert_nothing_is_verified(result: &MatrixResult, tree: &str) {
        for judged in &result.features {
            // A draft is not read yet: an empty file may be part of what it asks for.
            let is_part = judged.verdict == Verdict::Partial && !result.matrix.draft;
            let claims =
                is_part || [Verdict::Verified, Verdict::Attested].contains(&judged.verdict);
            assert!(!claims, "{} is {} in {tree}", judged.feature.id, judged.verdict);
        }
        let whole = &scores(result)[0];
        assert_eq!((whole.dimension, whole.low), ("all", 0));
    }

    #[test]
    fn an_empty_tree_verifies_nothing() {
        for matrix in matrices() {
            assert_nothing_is_verified(&judge(&matrix, &[]), "an empty tree");
        }
    }

    #[test]
    fn empty_files_with_the_right_names_verify_nothing() {
        for matrix in matrices() {
            let files = wanted(&matrix);
            assert!(!files.is_empty(), "no path is asked for");
            assert_nothing_is_verified(&judge(&matrix, &files), "a tree of empty files");
        }
    }

    #[test]
    fn every_use_of_evidence_runs_on_a_repository() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/repos/acme");
        let mut files = Vec::new();
        read(std::path::Path::new(root), root, &mut files);
        let mut uses = std::collections::BTreeMap::new();
        for matrix in matrices() {
            let result = judge(&matrix, &files);
            let count = result.features.iter().map(|judged| judged.evidence.len()).sum::<usize>();
            let most = uses.entry(matrix.name).or_insert(0);
            *most = count.max(*most);
        }
        let names: Vec<&str> = uses.keys().map(String::as_str).collect();
        assert_eq!(names, ["databricks", "fivetran", "odoo-ee", "odoo-sh", "org-practices"]);
        assert!(uses.values().sum::<usize>() >= 700, "{uses:?}");
    }

    fn read(folder: &std::path::Path, root: &str, into: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
        {
            match std::fs::read_to_string(&entry) {
                _ if entry.is_dir() => read(&entry, root, into),
                Ok(text) => {
                    let path =
                        entry.strip_prefix(root).expect("below the root").display().to_string();
                    into.push((path, text));
                }
                Err(_) => {}
            }
        }
    }

    /// Empty files at the paths a matrix asks for: one for each glob, a manifest for each addon, a migration.
    fn wanted(matrix: &Matrix) -> Vec<(String, String)> {
        let leaves = matrix
            .features
            .iter()
            .filter_map(|feature| feature.evidence.as_ref())
            .flat_map(Node::leaves);
        let mut paths = vec!["supabase/migrations/20260101000000_first.sql".to_owned()];
        for leaf in leaves {
            let texts = |name: &str| match leaf.parameters.get(name) {
                Some(serde_json::Value::String(text)) => vec![text.clone()],
                Some(serde_json::Value::Array(items)) => {
                    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
                }
                _ => Vec::new(),
            };
            paths.extend(texts("glob").iter().map(|glob| sample(glob)));
            if ["module", "depends-on"].contains(&leaf.kind.as_str()) {
                paths.extend(
                    texts("name")
                        .iter()
                        .map(|name| format!("addons/{}/__manifest__.py", sample(name))),
                );
            }
        }
        paths.sort();
        paths.dedup();
        paths.into_iter().map(|path| (path, String::new())).collect()
    }

    /// A path that a glob matches.
    fn sample(glob: &str) -> String {
        let (mut out, mut rest) = (String::new(), glob);
        while let Some((before, braces)) = rest.split_once('{') {
            let (alternatives, after) = braces.split_once('}').expect("closed braces");
            out = out + before + alternatives.split(',').next().unwrap_or_default();
            rest = after;
        }
        (out + rest).replace("**/", "x/").replace("**", "x").replace('*', "x")
    }

    #[test]
    fn what_must_not_occur_in_no_file_caps() {
        let matrix = asking("[module acme_stock, no-text docs/** secret]");
        let manifest = ("addons/acme_stock/__manifest__.py", "{'name': 'Stock'}");
        let unsearched = first(&matrix, &[manifest]);
        assert_eq!(
            (unsearched.verdict, unsearched.reason),
            (Verdict::Partial, Some(Reason::Absent))
        );
        let clean = first(&matrix, &[manifest, ("docs/a.md", "open")]);
        assert_eq!((clean.verdict, clean.reason), (Verdict::Verified, None));
        let soiled = first(&matrix, &[manifest, ("docs/a.md", "secret")]);
        assert_eq!((soiled.verdict, soiled.reason), (Verdict::Partial, Some(Reason::Forbidden)));
    }

    #[test]
    fn a_guard_is_reported_as_what_it_asks() {
        let matrix = asking("[module acme_stock, not depends-on web_enterprise]");
        let free = first(&matrix, &[("addons/acme_stock/__manifest__.py", "{'name': 'Stock'}")]);
        assert_eq!(free.verdict, Verdict::Verified);
        let guard = &free.evidence[1];
        assert_eq!(guard.evidence, "not depends-on web_enterprise");
        assert_eq!(
            (guard.guard, guard.level, guard.reason),
            (true, Interval::exactly(Level::Verified), None)
        );
        let bound = first(
            &matrix,
            &[(
                "addons/acme_stock/__manifest__.py",
                "{'name': 'Stock', 'depends': ['web_enterprise']}",
            )],
        );
        assert_eq!((bound.verdict, bound.reason), (Verdict::Partial, Some(Reason::Forbidden)));
        let guard = &bound.evidence[1];
        assert_eq!(
            (guard.level, guard.reason),
            (Interval::exactly(Level::Missing), Some(Reason::Forbidden))
        );
    }

    #[test]
    fn any_shows_its_near_misses() {
        let matrix = asking("{any: [module auth_saml, module auth_oidc@18.0]}");
        let judged = first(
            &matrix,
            &[("addons/auth_oidc/__manifest__.py", "{'name': 'Login', 'version': '17.0.1.0.0'}")],
        );
        assert_eq!((judged.verdict, judged.reason), (Verdict::Partial, Some(Reason::WrongShape)));
        let shown: Vec<_> = judged
            .evidence
            .iter()
            .map(|piece| (piece.alternative.as_str(), piece.reason, piece.rows.len()))
            .collect();
        assert_eq!(shown, [("1", Some(Reason::Absent), 0), ("2", Some(Reason::WrongShape), 1)]);
    }

    #[test]
    fn words_verify_only_where_it_is_said_why_they_can_mean_nothing_else() {
        let files = [("app.ini", "mode = strict")];
        let words = first(&asking("{text: 'app.ini strict'}"), &files);
        assert_eq!((words.verdict, words.reason), (Verdict::Partial, Some(Reason::WrongShape)));
        let decisive = first(
            &asking("{text: 'app.ini strict', decisive: 'the mode has no other value'}"),
            &files,
        );
        assert_eq!(decisive.verdict, Verdict::Verified);
        assert_eq!(decisive.evidence[0].decisive.as_deref(), Some("the mode has no other value"));
    }

    #[test]
    fn features_that_are_verified_by_the_same_rows_are_said_to_be() {
        let mapping = "{extends: shop@1, features: {'1.1': {evidence: module a}, '1.2': {evidence: 'module a@18.0'}}}";
        let matrix = load(mapping).expect("a sound mapping");
        let manifest =
            |path: &str| (path.to_owned(), "{'name': 'A', 'version': '18.0.1.0.0'}".to_owned());
        let result = judge(&matrix, &[manifest("addons/a/__manifest__.py")]);
        let same: Vec<&[String]> =
            result.features.iter().map(|judged| judged.same_as.as_slice()).collect();
        assert_eq!(same, [["1.2"], ["1.1"]]);
        assert!(judge(&matrix, &[]).features.iter().all(|judged| judged.same_as.is_empty()));
    }

    #[test]
    fn what_is_not_found_shows_what_comes_nearest() {
        let files = [("addons/acme_stok/__manifest__.py", "{'name': 'Stock'}")];
        let judged = first(&asking("module acme_stock"), &files);
        let near = judged.evidence[0].near.as_ref().expect("one letter is lacking");
        assert_eq!(near.name, "acme_stok");
        assert!(
            judged.why().contains("nearest is `acme_stok` (addons/acme_stok/__manifest__.py:1)")
        );
        assert_eq!(first(&asking("module somewhere_else"), &files).evidence[0].near, None);
    }

    #[test]
    fn less_than_asked_for_is_too_few() {
        let files = [
            ("addons/acme_a/__manifest__.py", "{'name': 'A'}"),
            ("addons/acme_b/__manifest__.py", "{'name': 'B'}"),
        ];
        let judged = first(&asking("{module: 'acme_*', need: {some: 3}}"), &files);
        assert_eq!((judged.verdict, judged.reason), (Verdict::Partial, Some(Reason::TooFew)));
        assert_eq!(
            first(&asking("{module: 'acme_*', need: {some: 2}}"), &files).verdict,
            Verdict::Verified
        );
    }

    #[test]
    fn a_share_that_is_met_exactly_is_met() {
        let row = |number: usize| {
            let version = if number < 11 { "18.0" } else { "17.0" };
            let manifest = format!("{{'name': 'A', 'version': '{version}.1.0.0'}}");
            (format!("addons/acme_{number}/__manifest__.py"), manifest)
        };
        let files: Vec<_> = (0..20).map(row).collect();
        // 0.55 × 20 is a little more than 11 in binary fractions.
        let judged = judge(&asking("{module: 'acme_*@18.0', need: {share: 0.55}}"), &files)
            .features
            .remove(0);
        assert_eq!(judged.evidence[0].counts, [11, 9, 0]);
        assert_eq!(judged.verdict, Verdict::Verified);
    }
}

mod one_mechanism {
    use super::*;

    const LOGIN: (&str, &str) =
        ("addons/login/__manifest__.py", "{'name': 'Login', 'depends': ['base']}");
    const OAUTH: (&str, &str) =
        ("addons/other/__manifest__.py", "{'name': 'Other', 'depends': ['auth_oauth']}");

    fn verdict(evidence: &str, files: &[(&str, &str)]) -> (Verdict, Option<Reason>) {
        let judged = first(&asking(evidence), files);
        (judged.verdict, judged.reason)
    }

    #[test]
    fn pieces_of_two_addons_do_not_verify() {
        let parts = "all: [module login, depends-on auth_oauth]";
        assert_eq!(verdict(&format!("{{{parts}}}"), &[LOGIN, OAUTH]).0, Verdict::Verified);
        let found = verdict(&format!("{{{parts}, same: module}}"), &[LOGIN, OAUTH]);
        assert_eq!(found, (Verdict::Partial, Some(Reason::WrongShape)));
    }

    #[test]
    fn pieces_of_one_addon_do() {
        let both = ("addons/login/__manifest__.py", "{'name': 'Login', 'depends': ['auth_oauth']}");
        let asked = "{all: [module login, depends-on auth_oauth], same: module}";
        assert_eq!(verdict(asked, &[both, OAUTH]), (Verdict::Verified, None));
    }

    #[test]
    fn pieces_of_one_folder_do_and_of_two_do_not() {
        let asked = "{all: [data */a.json /on, data */b.json /on], same: directory}";
        let on = "{\"on\": true}";
        assert_eq!(
            verdict(asked, &[("x/a.json", on), ("x/b.json", on)]),
            (Verdict::Verified, None)
        );
        let apart = verdict(asked, &[("x/a.json", on), ("y/b.json", on)]);
        assert_eq!(apart, (Verdict::Partial, Some(Reason::WrongShape)));
        let top = "{all: [data a.json /on, data b.json /on], same: directory}";
        assert_eq!(verdict(top, &[("a.json", on), ("b.json", on)]), (Verdict::Verified, None));
    }

    #[test]
    fn words_outside_every_addon_are_part_of_none() {
        let asked = "{all: [module login, text **/*.py provider], same: module}";
        let apart = verdict(asked, &[LOGIN, ("tools/a.py", "provider = 1")]);
        assert_eq!(apart, (Verdict::Partial, Some(Reason::WrongShape)));
        assert_eq!(
            verdict(asked, &[LOGIN, ("addons/login/a.py", "provider = 1")]).0,
            Verdict::Verified
        );
        let nowhere = "{all: [text *.py one, text *.py two], same: module}";
        assert_eq!(verdict(nowhere, &[("a.py", "one two")]).0, Verdict::Missing);
    }

    #[test]
    fn a_guard_among_them_looks_everywhere() {
        let asked =
            "{all: [module login, depends-on base, not depends-on web_enterprise], same: module}";
        assert_eq!(verdict(asked, &[LOGIN, OAUTH]), (Verdict::Verified, None));
        let elsewhere =
            ("addons/other/__manifest__.py", "{'name': 'Other', 'depends': ['web_enterprise']}");
        assert_eq!(
            verdict(asked, &[LOGIN, elsewhere]),
            (Verdict::Partial, Some(Reason::Forbidden))
        );
        let searched =
            "{all: [module login, depends-on base, no-text **/*.py enterprise], same: module}";
        assert_eq!(
            verdict(searched, &[LOGIN, elsewhere]),
            (Verdict::Partial, Some(Reason::Forbidden))
        );
    }

    #[test]
    fn what_may_be_anywhere_leaves_it_undecided() {
        let asked = "{all: [module login, depends-on auth_oauth], same: module}";
        let unreadable = ("addons/odd/__manifest__.py", "manifest('odd')");
        let (verdict, reason) = verdict(asked, &[LOGIN, OAUTH, unreadable]);
        assert_eq!(verdict, Verdict::Unknown);
        assert!(matches!(reason, Some(Reason::NotDecidable | Reason::Unreadable)), "{reason:?}");
    }
}

mod loading {
    use super::*;

    /// What is said against evidence of feature 1.1.
    fn refusal(evidence: &str) -> String {
        said(&format!("evidence: {evidence}"))
    }

    /// What is said against a mapping of feature 1.1.
    fn said(feature: &str) -> String {
        let mapping = format!("{{extends: shop@1, features: {{'1.1': {{{feature}}}}}}}");
        load(&mapping).err().unwrap_or_else(|| "nothing".to_owned())
    }

    #[test]
    fn evidence_that_could_not_be_judged_is_refused() {
        let nested = |depth: usize| format!("{}module a{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(refusal(&nested(8)), "nothing");
        let deep = nested(9);
        let beside = "what must not be there counts only inside `all`, beside something that must";
        for (evidence, expected) in [
            ("not module a", beside),
            ("{not: module a}", beside),
            ("{any: [module b, not module a]}", beside),
            ("[not module a, not module b]", beside),
            ("[[not module a], module b]", beside),
            ("no-text ** secret", beside),
            ("{any: [module a, no-text ** secret]}", beside),
            ("[module a, {not: not module b}]", "`not` of `not`"),
            ("[module a, not no-text ** secret]", "`not` of what must not be there"),
            ("modul a", "there is no kind of evidence `modul`; did you mean `module`?"),
            ("not not module a", "`not` of `not`"),
            ("{module: {nam: a}}", "`module` has no parameter `nam`; did you mean `name`?"),
            ("{module: {series: '18.0'}}", "`module` needs `name`"),
            (
                "{module: {name: a, series: [a]}}",
                "`series` of `module` takes a text, not `[\"a\"]`",
            ),
            ("{table: {name: [a]}}", "`name` of `table` takes a text, not `[\"a\"]`"),
            (
                "{module: a, need: most}",
                "need `most` is none of some, every, {some: n}, {share: r}",
            ),
            ("{module: a, need: {some: 0}}", "need `{some: 0}` would hold of nothing"),
            ("{module: a, need: {share: 0}}", "need `{share: 0}` is not above 0 and at most 1"),
            ("{module: a, need: {share: 1.5}}", "need `{share: 1.5}` is not above 0 and at most 1"),
            (
                "{module: a, need: {share: .nan}}",
                "need `{share: NaN}` is not above 0 and at most 1",
            ),
            (
                "{module: a, need: {half: 1}}",
                "`need` is none of some, every, {some: n}, {share: r}",
            ),
            (
                "[module a, {no-text: '** x', need: some}]",
                "`no-text` is of what must not occur, so its need is `every`",
            ),
            (
                "{all: [module a], need: every}",
                "`need` belongs to a kind of evidence, not to `all`",
            ),
            ("{any: [module a], same: module}", "`same` belongs to `all`, not to `any`"),
            ("{module: a, text: '** b'}", "evidence has one kind, not `module` and `text`"),
            ("{need: some}", "evidence names no kind"),
            ("[]", "`evidence` is an empty list"),
            ("{any: []}", "`any` is an empty list"),
            ("{any: module a}", "`any` takes a list"),
            ("7", "evidence is a line, a list or a map"),
            (&deep, "evidence nests deeper than 8"),
            (
                "{all: [module a, rls ops.*], same: module}",
                "`rls` does not say of which module its rows are",
            ),
            (
                "{all: [module a], same: room}",
                "`same` is none of workflow, module, service, directory",
            ),
            ("{all: [{all: [module a], same: module}], same: module}", "`same` inside `same`"),
            (
                "{module: a, decisive: sure}",
                "`decisive` is for words and files, but `module` is structural",
            ),
            (
                "{attested: drill, decisive: sure}",
                "`decisive` is for words and files, but `attested` is attested",
            ),
            ("{text: '** a', decisive: ' '}", "`decisive` does not say why"),
            ("{text: '** a', decisive: true}", "`decisive` is no text"),
            ("table ops.runs(id", "`ops.runs(id` has an open quote or parenthesis"),
        ] {
            assert_eq!(
                refusal(evidence),
                format!("parity/shop.yaml: features.1.1: {expected}"),
                "{evidence}"
            );
        }
    }

    #[test]
    fn a_mapping_of_something_else_is_refused() {
        for (mapping, expected) in [
            (
                "{extends: shop@2}",
                "parity/shop.yaml: extends `shop@2`, but the catalogue is `shop@1`",
            ),
            (
                "{extends: stall@1}",
                "parity/shop.yaml: extends `stall@1`, but the catalogue is `shop@1`",
            ),
            (
                "{extends: shop@1, features: {'1.11': {}}}",
                "parity/shop.yaml: features.1.11: `shop@1` has no such feature; did you mean `1.1`?",
            ),
        ] {
            assert_eq!(load(mapping).err().as_deref(), Some(expected), "{mapping}");
        }
        let unknown =
            load("{extends: shop@1, features: {'1.1': {evidenc: a}}}").expect_err("an unknown key");
        assert!(
            unknown.starts_with("parity/shop.yaml:1:")
                && unknown.ends_with("did you mean `evidence`?"),
            "{unknown}"
        );
    }

    #[test]
    fn a_decision_is_one_and_says_by_whom_and_since_when() {
        let date = "is not a date YYYY-MM-DD";
        for (feature, expected) in [
            (
                "accepted: a, deferred: b, by: ops, on: 2026-01-01",
                "it is only one of not-applicable, accepted and deferred".to_owned(),
            ),
            (
                "accepted: a, on: 2026-01-01",
                "a feature that is accepted says who decided: `by`".to_owned(),
            ),
            ("deferred: a, by: ops", "a feature that is deferred says since when: `on`".to_owned()),
            (
                "not-applicable: a, by: ' ', on: 2026-01-01",
                "a feature that is not-applicable says who decided: `by`".to_owned(),
            ),
            (
                "accepted: '', by: ops, on: 2026-01-01",
                "a feature that is accepted says why: `accepted`".to_owned(),
            ),
            ("accepted: a, by: ops, on: 2026-02-30", format!("`on: 2026-02-30` {date}")),
            ("accepted: a, by: ops, on: soon", format!("`on: soon` {date}")),
            (
                "by: ops",
                "`by` and `on` belong to one of not-applicable, accepted and deferred".to_owned(),
            ),
            ("disputed: {by: ops, date: soon, reason: a}", format!("`disputed.date: soon` {date}")),
        ] {
            assert_eq!(
                said(feature),
                format!("parity/shop.yaml: features.1.1: {expected}"),
                "{feature}"
            );
        }
    }
}

mod counting {
    use super::*;

    fn percent(count: usize, total: usize) -> String {
        let score = Score { total, ..Score::default() };
        score.percent(count)
    }

    #[test]
    fn percentages_have_one_decimal_rounded_half_up() {
        for (count, total, expected) in [
            (57, 60, "95.0"),
            (14, 60, "23.3"),
            (1, 3, "33.3"),
            (2, 3, "66.7"),
            (1, 8, "12.5"),
            (1, 16, "6.3"),
            (1, 2000, "0.1"),
            (999, 1000, "99.9"),
            (1999, 2000, "100.0"),
            (0, 60, "0.0"),
            (60, 60, "100.0"),
            (0, 0, "-"),
        ] {
            assert_eq!(percent(count, total), expected, "{count}/{total}");
        }
    }

    /// The score of features with these verdicts and ends.
    fn score(judged: &[(Verdict, Level, Level)]) -> Score {
        let matrix = asking("module a");
        let result = |&(verdict, low, high): &(Verdict, Level, Level)| FeatureResult {
            feature: matrix.features[0].clone(),
            verdict,
            level: Interval { low, high },
            reason: None,
            evidence: Vec::new(),
            held_by: None,
            claim: None,
            agreement: None,
            same_as: Vec::new(),
            overdue: false,
        };
        let features = judged.iter().map(result).collect();
        let (claims, notes) = (Vec::new(), Vec::new());
        scores(&MatrixResult { matrix: matrix.clone(), features, claims, applies: true, notes })
            .remove(0)
    }

    #[test]
    fn what_is_not_applicable_is_out_of_the_total_and_decisions_stay_in_it() {
        use Level::{Attested, Missing, Partial, Verified};
        let score = score(&[
            (Verdict::Verified, Verified, Verified),
            (Verdict::Partial, Partial, Partial),
            (Verdict::Missing, Missing, Missing),
            (Verdict::Attested, Attested, Attested),
            // What was decided is not verified, whatever is in the tree.
            (Verdict::Accepted, Verified, Verified),
            (Verdict::Deferred, Missing, Verified),
            (Verdict::NotApplicable, Verified, Verified),
        ]);
        assert_eq!((score.total, score.low, score.high), (6, 1, 1));
        assert_eq!(score.count(Verdict::NotApplicable), 1);
    }

    #[test]
    fn the_unknown_lies_between_low_and_high() {
        use Level::{Missing, Partial, Verified};
        let score = score(&[
            (Verdict::Verified, Verified, Verified),
            (Verdict::Unknown, Partial, Verified),
            (Verdict::Unknown, Missing, Partial),
        ]);
        assert_eq!((score.total, score.low, score.high), (3, 1, 2));
        assert_eq!(
            (score.percent(score.low), score.percent(score.high)),
            ("33.3".to_owned(), "66.7".to_owned())
        );
    }

    #[test]
    fn nothing_applicable_has_no_percentage() {
        let score = score(&[(Verdict::NotApplicable, Level::Missing, Level::Missing)]);
        assert_eq!((score.total, score.percent(score.low)), (0, "-".to_owned()));
    }
}
