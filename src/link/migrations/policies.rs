//! Policies: made and dropped.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Doubted, Found, Held, Key, Policy};
use super::constraints::blame;
use super::failure::{Failure, dotted};
use super::typing::{Stop, Used, all, fails, open};
use crate::facts::sql::{CreatePolicy, Name};

impl Step<'_> {
    /// `create policy`.
    pub fn create_policy(&mut self, policy: &CreatePolicy) -> Result<(), Stop> {
        let key = match self.needs(&policy.table, false) {
            Ok(key) => key.expect("a table that must be there is there"),
            Err(stop) => return self.policy_on_unsure(policy, stop),
        };
        let table = &self.catalog.tables[&key].value;
        let exists = match table.policy(&policy.name) {
            Found::Yes(old) => {
                let error =
                    format!("policy \"{}\" for table \"{}\" already exists", policy.name, key.1);
                let needs = format!("{}: {}", dotted(&key), policy.name);
                fails(Failure::new(error).lacking("there", needs).behind(&old.place))
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
        let mut used = BTreeSet::new();
        let conditions: Vec<_> = policy
            .using
            .iter()
            .chain(&policy.check)
            .map(|(_, expr)| {
                let checked = self.with_scope(vec![vec![(key.1.clone(), &**table)]], |scope| {
                    let checked = scope.condition(expr);
                    used.append(&mut scope.used);
                    checked
                });
                blame(checked, &key, table)
            })
            .collect();
        let roles = policy.roles.iter().map(|role| self.role(role));
        let checks: Vec<_> =
            [exists, clauses, kind].into_iter().chain(conditions).chain(roles).collect();
        self.settle(all(checks).map(|_| ()), |step| step.add_policy(&key, policy, used, None))
    }

    fn policy_on_unsure(&mut self, policy: &CreatePolicy, stop: Stop) -> Result<(), Stop> {
        if let (Stop::Open(reason), Ok(key)) = (&stop, self.key(&policy.table))
            && self.catalog.tables.contains_key(&key)
        {
            let doubt = self.doubt(reason.clone());
            self.add_policy(&key, policy, BTreeSet::new(), Some(doubt));
        }
        Err(stop)
    }

    fn add_policy(
        &mut self,
        key: &Key,
        policy: &CreatePolicy,
        used: BTreeSet<Used>,
        doubt: Doubted,
    ) {
        let used = Rc::new(used);
        let value = Policy { says: policy.clone(), used, place: self.place.clone() };
        let table = self.catalog.tables.get_mut(key).expect("the table was found");
        table.value.policies.insert(policy.name.clone(), Held { value, doubt });
    }

    /// `drop policy`.
    pub fn drop_policy(&mut self, name: &str, table: &Name, if_exists: bool) -> Result<(), Stop> {
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
}
