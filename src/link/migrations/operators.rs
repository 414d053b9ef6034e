//! Operators: which one is meant, and what it gives.

use super::candidates::{Candidate, Choice, agree, choose, result};
use super::catalog::{Catalog, Found};
use super::coercion::{Context, base_of, coerces, is_polymorphic};
use super::objects::ExtraKind;
use super::server::{Operator, SERVER};
use super::typing::{Scope, Stop, Type, Typed, all, fails, known, open};
use crate::facts::sql::Expr;

/// Whether what comes from an extension is there; none: not certain.
pub fn brought(catalog: &Catalog, extension: &str) -> Option<bool> {
    if extension.is_empty() {
        return Some(true);
    }
    match catalog.extra(ExtraKind::Extension, &[extension]) {
        Found::Yes(_) => Some(true),
        Found::No => Some(false),
        Found::Maybe(_) => None,
    }
}

impl Scope<'_> {
    /// The type of an expression with an operator between two sides.
    pub fn binary(&mut self, operator: &str, left: &Expr, right: &Expr) -> Typed {
        if matches!(operator, "and" | "or") {
            all([self.condition(left), self.condition(right)])?;
            return Ok(known("boolean"));
        }
        if let (Expr::Row(a), Expr::Row(b)) = (left, right)
            && a.len() == b.len()
        {
            let pairs: Vec<Typed> =
                a.iter().zip(b).map(|(a, b)| self.binary(operator, a, b)).collect();
            return all(pairs).map(|_| known("boolean"));
        }
        let sides = all([self.type_of(left), self.type_of(right)])?;
        self.operator(operator, &sides[0], &sides[1])
    }

    /// The type of an operator between values of two types.
    pub fn operator(&self, operator: &str, left: &Type, right: &Type) -> Typed {
        let named = match operator {
            "is distinct from" | "is not distinct from" => "=",
            "like" => "~~",
            "ilike" => "~~*",
            "similar to" => "~",
            "at time zone" => return self.function("timezone", &[right.clone(), left.clone()]),
            other => other,
        };
        if *left == Type::Row && *right == Type::Row {
            return Ok(known("boolean"));
        }
        let unsure =
            SERVER.operators(named).iter().any(|it| brought(self.catalog, it.extension).is_none());
        let there: Vec<&Operator> = SERVER
            .operators(named)
            .iter()
            .filter(|it| !it.left.is_empty() && brought(self.catalog, it.extension) == Some(true))
            .collect();
        if matches!((left, right), (Type::Null, Type::Null)) {
            return open("an operator between nulls");
        }
        let given = [left.clone(), right.clone()];
        if let (Type::Known(a), Type::Known(b)) = (left, right)
            && let Some(exact) = there.iter().find(|it| it.left == a && it.right == b)
        {
            return Ok(known(exact.returns));
        }
        // One literal is first taken to be of the other's type.
        let assumed = match (left, right) {
            (Type::Known(ty), Type::Literal(_) | Type::Null)
            | (Type::Literal(_) | Type::Null, Type::Known(ty)) => {
                let ty = base_of(self.catalog, ty);
                there.iter().position(|it| it.left == ty && it.right == ty)
            }
            _ => None,
        };
        let choice = match assumed {
            Some(at) => Choice::One(at),
            None => {
                let candidates = there.iter().enumerate().map(|(index, it)| Candidate {
                    inputs: vec![it.left.to_owned(), it.right.to_owned()],
                    index,
                });
                choose(self.catalog, &given, candidates.collect())
            }
        };
        let Choice::One(at) = choice else {
            return self.no_operator(operator, unsure, &given, choice == Choice::Several);
        };
        let inputs = [there[at].left.to_owned(), there[at].right.to_owned()];
        if !agree(self.catalog, &inputs, &given) {
            return self.no_operator(operator, unsure, &given, false);
        }
        self.arguments_fit(&inputs, &given)?;
        match result(self.catalog, there[at].returns, &inputs, &given) {
            Some(ty) => Ok(Type::Known(ty)),
            None => open(format!("operator `{operator}`")),
        }
    }

    fn no_operator(&self, operator: &str, unsure: bool, given: &[Type], several: bool) -> Typed {
        let words: Vec<String> = given.iter().map(described).collect();
        if unsure || given.contains(&Type::Row) || self.catalog.operators_open {
            return open(format!("operator `{operator}`"));
        }
        if several && words.iter().any(|it| it.ends_with("[]")) {
            return open(format!("operator `{operator}`"));
        }
        match several {
            true => fails(format!("operator is not unique: {} {operator} {}", words[0], words[1])),
            false => {
                fails(format!("operator does not exist: {} {operator} {}", words[0], words[1]))
            }
        }
    }

    /// The type of a prefix operator.
    pub fn prefix(&self, operator: &str, operand: &Type) -> Typed {
        let there: Vec<&Operator> = SERVER
            .operators(operator)
            .iter()
            .filter(|it| it.left.is_empty() && brought(self.catalog, it.extension) == Some(true))
            .collect();
        let candidates = there.iter().enumerate();
        let candidates =
            candidates.map(|(index, it)| Candidate { inputs: vec![it.right.to_owned()], index });
        let given = [operand.clone()];
        match choose(self.catalog, &given, candidates.collect()) {
            Choice::One(at) => {
                self.arguments_fit(&[there[at].right.to_owned()], &given)?;
                Ok(known(there[at].returns))
            }
            _ => open(format!("operator `{operator}`")),
        }
    }

    /// Literals must be values of the types that are wanted of them.
    pub fn arguments_fit(&self, inputs: &[String], given: &[Type]) -> Result<(), Stop> {
        let known: Vec<&str> = given
            .iter()
            .filter_map(|it| if let Type::Known(ty) = it { Some(ty.as_str()) } else { None })
            .collect();
        let checks = inputs.iter().zip(given).map(|(to, from)| match from {
            Type::Literal(text) if is_polymorphic(to) => match (to.as_str(), known.as_slice()) {
                ("\"any\"" | "any", _) | (_, []) => Ok(()),
                ("anyarray" | "anycompatiblearray", [first, ..]) => {
                    let ty = if first.ends_with("[]") {
                        (*first).to_owned()
                    } else {
                        format!("{first}[]")
                    };
                    self.literal(&ty, text)
                }
                (_, [first, ..]) => self.literal(first.strip_suffix("[]").unwrap_or(first), text),
            },
            Type::Literal(text) => self.literal(to, text),
            _ => Ok(()),
        });
        all(checks.collect::<Vec<_>>()).map(|_| ())
    }

    /// `in (...)`.
    pub fn among(&mut self, operand: &Expr, others: &[Expr]) -> Typed {
        if let Expr::Row(items) = operand {
            let rows = others.iter().map(|it| match it {
                Expr::Row(other) if other.len() == items.len() => {
                    let pairs: Vec<Typed> =
                        items.iter().zip(other).map(|(a, b)| self.binary("=", a, b)).collect();
                    all(pairs).map(|_| known("boolean"))
                }
                Expr::Query(query) => {
                    let given = self.gives(query)?;
                    let items = all(items.iter().map(|it| self.type_of(it)).collect::<Vec<_>>())?;
                    let pairs = items.iter().zip(&given);
                    let pairs: Vec<Typed> =
                        pairs.map(|(a, (_, ty))| self.operator("=", a, &known(ty))).collect();
                    all(pairs).map(|_| known("boolean"))
                }
                _ => open("a row among others"),
            });
            return all(rows.collect::<Vec<_>>()).map(|_| known("boolean"));
        }
        let operand = self.type_of(operand)?;
        let others = all(others.iter().map(|other| self.type_of(other)).collect::<Vec<_>>())?;
        // Where all have a type in common that is compared; else each for itself.
        let mut values = vec![operand.clone()];
        values.extend(others.iter().cloned());
        if let Some(ty) = super::coercion::common(self.catalog, &values)
            && others.len() > 1
            && ty != "record"
        {
            let compared = values.iter().map(|it| self.operator("=", &known(&ty), it));
            return all(compared.collect::<Vec<_>>()).map(|_| known("boolean"));
        }
        all(others.iter().map(|other| self.operator("=", &operand, other)).collect::<Vec<_>>())?;
        Ok(known("boolean"))
    }

    /// `= any (...)`.
    pub fn any(&mut self, operator: &str, left: &Expr, right: &Expr) -> Typed {
        let given = self.type_of(left)?;
        let element = match right {
            Expr::Query(_) => self.type_of(right)?,
            _ => match self.type_of(right)? {
                Type::Known(ty) => match base_of(self.catalog, &ty).strip_suffix("[]") {
                    Some(element) => known(element),
                    None if matches!(ty.as_str(), "int2vector" | "oidvector") => known("integer"),
                    None => return fails("op ANY/ALL (array) requires array on right side"),
                },
                Type::Literal(text) => {
                    let Type::Known(ty) = &given else { return open("`any` of a literal") };
                    self.literal(&format!("{ty}[]"), &text)?;
                    given.clone()
                }
                Type::Null => return Ok(known("boolean")),
                Type::Row => return open("`any` of a row"),
            },
        };
        self.operator(operator, &given, &element)
    }

    /// Whether a value goes into a column of a type.
    pub fn assigns(&self, to: &str, from: &Type) -> Result<(), Stop> {
        let base = super::types::base(to);
        match from {
            Type::Literal(text) => self.literal(to, text),
            from if coerces(self.catalog, from, &base, Context::Assignment) => Ok(()),
            Type::Known(from) => {
                fails(format!("column is of type {base} but expression is of type {from}"))
            }
            _ => open(format!("a value for type `{to}`")),
        }
    }
}

/// How the server names a type in its errors.
pub fn described(ty: &Type) -> String {
    match ty {
        Type::Known(name) => name.clone(),
        Type::Literal(_) | Type::Null => "unknown".to_owned(),
        Type::Row => "record".to_owned(),
    }
}
