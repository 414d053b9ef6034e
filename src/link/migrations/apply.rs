//! What one statement does to a catalog, and whether a server certainly takes it.

use std::rc::Rc;

use super::catalog::{Catalog, Doubt, Doubted, Found, Held, Key, Place, Policy, Table};
use super::effects;
use super::replay::LOCAL_PATH;
use super::tables;
use super::typing::{Scope, Stop, all};
use crate::facts::sql::{CreateIndex, CreatePolicy, Expr, Name, Statement, Survey};

/// Where a statement runs.
pub struct Step<'a> {
    /// What it changes.
    pub catalog: &'a mut Catalog,
    /// Where it stands.
    pub place: Place,
    /// Its kind, as in `sql_statements`.
    pub kind: &'a str,
    /// What it is about, if the head of the statement says so.
    pub object: Option<&'a str>,
    /// Whether the platform's schemas, functions and roles are there.
    pub supabase: bool,
}

/// Shorthand for a reason that decides nothing.
pub fn open<T>(reason: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Open(reason.into()))
}

/// Shorthand for a certain failure.
pub fn fails<T>(error: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Fails(error.into()))
}

/// Whether the platform provides the schema, so that what is in it is not known from the tree.
pub fn is_provided(schema: &str) -> bool {
    let known = [
        "auth",
        "storage",
        "realtime",
        "_realtime",
        "vault",
        "extensions",
        "graphql",
        "graphql_public",
        "cron",
        "net",
        "pgmq",
        "pgsodium",
        "pgbouncer",
        "information_schema",
        "pgtle",
        "pgmq_public",
    ];
    known.contains(&schema) || schema.starts_with("pg_") || schema.starts_with("supabase_")
}

impl Step<'_> {
    /// Runs a statement. Its effects are those of success, unless it certainly fails.
    pub fn run(&mut self, statement: &Statement) -> Result<(), Stop> {
        match statement {
            Statement::CreateSchema { name, if_not_exists, plain } => {
                self.create_schema(name, *if_not_exists, *plain)
            }
            Statement::CreateTable(table) => tables::create(self, table),
            Statement::AlterTable { table, if_exists, actions } => {
                tables::alter(self, table, *if_exists, actions)
            }
            Statement::CreatePolicy(policy) => self.create_policy(policy),
            Statement::DropPolicy { name, table, if_exists } => {
                self.drop_policy(name, table, *if_exists)
            }
            Statement::DropTables { tables, if_exists, cascade } => {
                tables::drop(self, tables, *if_exists, *cascade)
            }
            Statement::DropSchemas { schemas, if_exists, cascade } => all(schemas
                .iter()
                .map(|schema| self.drop_schema(schema, *if_exists, *cascade))
                .collect::<Vec<_>>())
            .map(|_| ()),
            Statement::CreateIndex(index) => self.create_index(index),
            Statement::Comment { table, column } => self.comment(table, column.as_deref()),
            Statement::Relation { name, survey } => self.create_relation(name, survey),
            Statement::Function { name, survey } => self.create_function(name, survey),
            Statement::SearchPath { schemas, local } => self.set_search_path(schemas, *local),
            Statement::Opaque(survey) => effects::opaque(self, survey),
        }
    }

    /// What is not certain because of this statement.
    pub fn doubt(&self, reason: impl Into<String>) -> Doubt {
        Doubt { path: self.place.0.clone(), line: self.place.1, reason: reason.into().into() }
    }

    /// The table or relation a name means.
    pub fn key(&self, name: &Name) -> Result<Key, Stop> {
        resolve(self.catalog, name)
    }

    /// A scope in which expressions are typed.
    pub fn with_scope<T>(
        &self,
        frames: Vec<Vec<(String, &Table)>>,
        then: impl FnOnce(&mut Scope<'_>) -> T,
    ) -> T {
        let resolve = |name: &Name| resolve(self.catalog, name);
        then(&mut Scope {
            catalog: self.catalog,
            resolve: &resolve,
            supabase: self.supabase,
            frames,
        })
    }

    /// Whether a schema can be made in: it is there and ours.
    pub fn usable_schema(&self, schema: &str) -> Result<(), Stop> {
        if is_provided(schema) {
            return open(format!("schema \"{schema}\" is the platform's"));
        }
        match self.catalog.schema(schema) {
            Found::Yes(_) => Ok(()),
            Found::No => fails(format!("schema \"{schema}\" does not exist")),
            Found::Maybe(reason) => open(format!("schema \"{schema}\" is not certain ({reason})")),
        }
    }

    /// The table a statement needs; `None`: it is certainly not there and the statement tolerates that.
    pub fn needs(&self, name: &Name, if_exists: bool) -> Result<Option<Key>, Stop> {
        let key = self.key(name)?;
        match self.catalog.table(&key) {
            Found::Yes(_) => Ok(Some(key)),
            Found::Maybe(reason) => open(format!("relation \"{name}\" is not certain ({reason})")),
            Found::No if is_provided(&key.0) => {
                open(format!("relation \"{name}\" is the platform's"))
            }
            Found::No => match self.catalog.relation(&key) {
                Found::No if if_exists => Ok(None),
                Found::No => fails(format!("relation \"{name}\" does not exist")),
                _ => open(format!("relation \"{name}\" is not a table")),
            },
        }
    }

    fn create_schema(&mut self, name: &str, if_not_exists: bool, plain: bool) -> Result<(), Stop> {
        if is_provided(name) {
            return if if_not_exists && plain && !name.starts_with("pg_") {
                Ok(())
            } else {
                open(format!("schema \"{name}\" is the platform's"))
            };
        }
        let result = match self.catalog.schema(name) {
            Found::Yes(_) if if_not_exists => return Ok(()),
            Found::Yes(_) => return fails(format!("schema \"{name}\" already exists")),
            Found::Maybe(reason) if !if_not_exists => {
                open(format!("schema \"{name}\" is not certain ({reason})"))
            }
            _ => Ok(()),
        };
        self.catalog.schemas.insert(name.to_owned(), Held::certain(Some(self.place.clone())));
        if plain {
            result
        } else {
            result.and_then(|()| open("a schema with an owner or with elements"))
        }
    }

    fn drop_schema(&mut self, name: &str, if_exists: bool, cascade: bool) -> Result<(), Stop> {
        if is_provided(name) {
            return open(format!("schema \"{name}\" is the platform's"));
        }
        match self.catalog.schema(name) {
            Found::No if if_exists => return Ok(()),
            Found::No => return fails(format!("schema \"{name}\" does not exist")),
            _ => {}
        }
        let held = |open: &Doubted, doubt: &Doubted| open.is_none() && doubt.is_none();
        let certain = self
            .catalog
            .tables
            .iter()
            .any(|(key, table)| key.0 == name && held(&None, &table.doubt));
        if certain
            && !cascade
            && held(&self.catalog.schemas_open, &self.catalog.schemas[name].doubt)
        {
            return fails(format!("cannot drop schema {name} because other objects depend on it"));
        }
        let doubt = self.doubt(format!("schema \"{name}\" is dropped"));
        let tables: Vec<Key> = self
            .catalog
            .tables
            .keys()
            .filter(|key| key.0 == name)
            .map(|key| Key::clone(key))
            .collect();
        tables.iter().for_each(|key| tables::remove(self.catalog, key, &doubt));
        self.catalog.relations.retain(|key, _| key.0 != name);
        self.catalog.schemas.remove(name);
        // Functions and types of the schema may carry columns and policies elsewhere.
        for table in self.catalog.tables.values_mut() {
            table.value.doubt_policies(&doubt);
            table.value.doubt_shape(&doubt);
        }
        open("what a dropped schema takes along is not decided")
    }

    fn create_policy(&mut self, policy: &CreatePolicy) -> Result<(), Stop> {
        let key = match self.needs(&policy.table, false) {
            Ok(key) => key.expect("a table that must be there is there"),
            Err(stop) => return self.policy_on_unsure(policy, stop),
        };
        let table = &self.catalog.tables[&key].value;
        let exists = match table.policy(&policy.name) {
            Found::Yes(_) => {
                fails(format!("policy \"{}\" for table \"{}\" already exists", policy.name, key.1))
            }
            Found::Maybe(reason) => {
                open(format!("policy \"{}\" is not certain ({reason})", policy.name))
            }
            Found::No => Ok(()),
        };
        let clauses = match policy.command.as_str() {
            "insert" if policy.using.is_some() => {
                fails("only WITH CHECK expression allowed for INSERT")
            }
            "select" | "delete" if policy.check.is_some() => {
                fails("WITH CHECK cannot be applied to SELECT or DELETE")
            }
            _ => Ok(()),
        };
        let kind =
            if table.kind == "foreign" { open("a policy on a foreign table") } else { Ok(()) };
        let conditions = policy.using.iter().chain(&policy.check).map(|(_, expr)| {
            self.with_scope(vec![vec![(key.1.clone(), table)]], |scope| scope.condition(expr))
        });
        let roles = policy.roles.iter().map(|role| self.role(role));
        let checks: Vec<_> =
            [exists, clauses, kind].into_iter().chain(conditions).chain(roles).collect();
        self.settle(all(checks).map(|_| ()), |step| step.add_policy(&key, policy, None))
    }

    /// Applies effects unless the statement certainly fails.
    pub fn settle(
        &mut self,
        result: Result<(), Stop>,
        effect: impl FnOnce(&mut Self),
    ) -> Result<(), Stop> {
        if !matches!(result, Err(Stop::Fails(_))) {
            effect(self);
        }
        result
    }

    fn policy_on_unsure(&mut self, policy: &CreatePolicy, stop: Stop) -> Result<(), Stop> {
        if let (Stop::Open(reason), Ok(key)) = (&stop, self.key(&policy.table))
            && self.catalog.tables.contains_key(&key)
        {
            let doubt = self.doubt(reason.clone());
            self.add_policy(&key, policy, Some(doubt));
        }
        Err(stop)
    }

    fn add_policy(&mut self, key: &Key, policy: &CreatePolicy, doubt: Doubted) {
        let value = Policy { says: policy.clone(), place: self.place.clone() };
        let table = self.catalog.tables.get_mut(key).expect("the table was found");
        table.value.policies.insert(policy.name.clone(), Held { value, doubt });
    }

    fn role(&self, role: &str) -> Result<(), Stop> {
        let always = ["public", "current_user", "session_user", "current_role"];
        let platform = ["anon", "authenticated", "service_role", "postgres", "authenticator"];
        match always.contains(&role) || (self.supabase && platform.contains(&role)) {
            true => Ok(()),
            false => open(format!("role \"{role}\" is not known")),
        }
    }

    fn drop_policy(&mut self, name: &str, table: &Name, if_exists: bool) -> Result<(), Stop> {
        let needed = self.needs(table, if_exists);
        let key = match (&needed, self.key(table)) {
            (Ok(Some(key)), _) => key.clone(),
            (Ok(None), _) => return Ok(()),
            (Err(Stop::Open(_)), Ok(key)) if self.catalog.tables.contains_key(&key) => key,
            (Err(stop), _) => return Err(stop.clone()),
        };
        let held = &mut self.catalog.tables.get_mut(&key).expect("the table was found").value;
        let result = match held.policy(name) {
            Found::No if !if_exists => {
                return needed.and_then(|_| {
                    fails(format!("policy \"{name}\" for table \"{}\" does not exist", key.1))
                });
            }
            Found::Maybe(reason) if !if_exists => {
                open(format!("policy \"{name}\" is not certain ({reason})"))
            }
            _ => Ok(()),
        };
        held.policies.remove(name);
        // A tolerant drop leaves no doubt whether the table is there or not.
        if if_exists { result } else { needed.and(result) }
    }

    fn create_index(&mut self, index: &CreateIndex) -> Result<(), Stop> {
        let Some(key) = self.needs(&index.table, false)? else { return Ok(()) };
        let table = &self.catalog.tables[&key].value;
        let items = index.items.iter().chain(&index.include).map(|item| {
            let typed =
                self.with_scope(vec![vec![(key.1.clone(), table)]], |scope| scope.type_of(item));
            typed.and_then(|ty| tables::indexable(item, &ty, &index.method))
        });
        let predicate = index.predicate.iter().map(|expr| {
            self.with_scope(vec![vec![(key.1.clone(), table)]], |scope| scope.condition(expr))?;
            if is_immutable(expr) { Ok(()) } else { open("whether the condition is immutable") }
        });
        let clauses = [
            index.unread.as_ref().map(|clause| format!("`{clause}` of an index")),
            index.concurrently.then(|| "`concurrently`".to_owned()),
            (table.provided || table.kind == "foreign")
                .then(|| "an index on such a table".to_owned()),
            self.catalog
                .rows_open
                .as_ref()
                .filter(|_| index.unique)
                .map(|_| "whether rows are unique".to_owned()),
        ];
        let clauses = clauses.into_iter().flatten().map(open::<()>);
        let checks: Vec<_> = items.chain(predicate).chain(clauses).collect();
        let checked = all(checks).map(|_| ());
        let name = index.name.clone().map(|name| (key.0.clone(), name));
        let exists = name.as_ref().map_or(Ok(false), |name| tables::taken(self.catalog, name));
        let exists = match exists {
            Ok(true) if index.if_not_exists => return checked,
            Ok(true) => fails(format!(
                "relation \"{}\" already exists",
                name.as_ref().map_or("", |name| &name.1)
            )),
            Ok(false) => Ok(()),
            Err(stop) => Err(stop),
        };
        let result = all([checked, exists]).map(|_| ());
        self.settle(result, |step| tables::add_index(step, &key, index, name))
    }

    fn comment(&mut self, table: &Name, column: Option<&str>) -> Result<(), Stop> {
        let Some(key) = self.needs(table, false)? else { return Ok(()) };
        let Some(column) = column else { return Ok(()) };
        match self.catalog.tables[&key].value.column(column) {
            Found::Yes(_) => Ok(()),
            Found::No => {
                fails(format!("column \"{column}\" of relation \"{}\" does not exist", key.1))
            }
            Found::Maybe(reason) => open(format!("column \"{column}\" is not certain ({reason})")),
        }
    }

    fn create_relation(&mut self, name: &Name, survey: &Survey) -> Result<(), Stop> {
        self.catalog.dependents.push(Rc::new(survey.clone()));
        let Ok(key) = self.key(name) else {
            self.catalog.relations_open = Some(self.doubt(format!("`{}`", self.kind)));
            return open(format!("`{}`", self.kind));
        };
        if let Err(Stop::Fails(error)) = self.usable_schema(&key.0) {
            return fails(error);
        }
        self.catalog.relations.insert(key.into(), Held::certain(None));
        open(format!("`{}` is not modelled yet", self.kind))
    }

    fn create_function(&mut self, name: &Name, survey: &Survey) -> Result<(), Stop> {
        if let Some(schema) = &name.schema
            && let Err(Stop::Fails(error)) = self.usable_schema(schema)
        {
            return fails(error);
        }
        let survey = Rc::new(survey.clone());
        self.catalog.dependents.push(Rc::clone(&survey));
        self.catalog.functions.entry(name.name.clone()).or_default().push(survey);
        open("`create function` is not modelled yet")
    }

    fn set_search_path(&mut self, schemas: &[String], local: bool) -> Result<(), Stop> {
        let first = schemas.iter().find(|schema| *schema != "$user").map(String::as_str);
        let usual =
            first.is_none_or(|first| first == "public" || first.eq_ignore_ascii_case("default"));
        self.catalog.path_open =
            (!usual).then(|| self.doubt(if local { LOCAL_PATH } else { "search_path is set" }));
        Ok(())
    }
}

fn resolve(catalog: &Catalog, name: &Name) -> Result<Key, Stop> {
    if let Some(schema) = &name.schema {
        return Ok((schema.clone(), name.name.clone()));
    }
    if catalog.path_open.is_some() {
        return open(format!("`{name}` depends on search_path"));
    }
    let temporary = ("pg_temp".to_owned(), name.name.clone());
    if name.name.starts_with("pg_") || catalog.relations.contains_key(&temporary) {
        return open(format!("`{name}` may be a catalog's or a temporary table"));
    }
    Ok(("public".to_owned(), name.name.clone()))
}

/// Whether an expression certainly gives the same for the same row: it calls and casts nothing.
fn is_immutable(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) | Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Null => true,
        Expr::Prefix(_, operand) | Expr::Is(operand) => is_immutable(operand),
        Expr::Binary(operator, left, right) => {
            operator != "||" && is_immutable(left) && is_immutable(right)
        }
        Expr::Among(operand, others) => is_immutable(operand) && others.iter().all(is_immutable),
        _ => false,
    }
}
