//! What each name of a statement means, and the type of each expression.
//!
//! Tables come from a [`Catalog`]. What it does not know is open: a name in it may mean anything, and
//! nothing that touches it is a mistake. So there is no false alarm because a table is made
//! elsewhere.
//!
//! | file | binds |
//! |---|---|
//! | `catalog` | – : what tables there are |
//! | `at` | – : what stands at a place |
//! | `sketch` | – : what tokens tell of a statement that has no tree |
//! | `scope` | names to relations and columns |
//! | `relation` | FROM |
//! | `correlated` | – : what subqueries take from queries around them |
//! | `query` | queries to their columns |
//! | `expression` | expressions to their types |
//! | `call` | functions |
//! | `body` | the bodies of procedures |
//! | `body_rules` | – : what Redshift refuses of a procedure, whatever its names mean |
//! | `variables` | – : variables of a procedure |
//! | `rows` | INSERT, UPDATE, DELETE, MERGE |
//! | `derivation` | – : how a value depends on a column |

mod at;
mod body;
mod body_rules;
mod call;
mod catalog;
mod correlated;
mod declared;
mod derivation;
mod expression;
mod found;
mod own_function;
mod query;
mod relation;
mod rows;
mod scope;
mod shared;
pub mod sketch;
mod variables;

pub use at::{Means, NameAt, Visible, VisibleRelation};
pub use body::procedure;
pub use catalog::{Catalog, CatalogAnswer, Column, NoCatalog, Table, TableKind};
pub use declared::{DeclaredTables, is_system};
pub use derivation::Derivation;
pub use found::{
    ANY_COLUMN, ColumnFlow, OutputColumn, ResultColumns, SourceColumn, TableRead, Typed,
};
pub use own_function::{FunctionChoice, OwnFunction, choose};
pub use shared::{JoinedColumn, SharedColumn};

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use smol_str::SmolStr;

use crate::Span;
use crate::mistake::{Mistake, MistakeKind};
use crate::tree::{
    Body, Expression, Join, ObjectName, Query, SelectItem, Statement, StatementKind, UnloadQuery,
};
use crate::types::Type;
pub(crate) use variables::VariableNames;

/// Most pairs of columns that one comparison stands for: behind UNION a value comes from several columns.
pub(crate) const MAX_EQUALITIES: usize = 64;

/// Names that stand for values of known types, before any column is looked for: the variables of a
/// procedure that runs.
pub trait TypedNames {
    /// The type of what a name stands for; none: it stands for no value.
    fn named(&self, name: &ObjectName) -> Option<Type>;

    /// The type of `$1` and so on.
    fn at(&self, number: u32) -> Option<Type>;
}

/// Binds statements against a catalog.
pub struct Binder<'a> {
    catalog: &'a dyn Catalog,
    /// Names in front of all columns.
    typed_names: Option<&'a dyn TypedNames>,
    /// Types of a step's parameters, by name.
    parameters: &'a HashMap<SmolStr, Type>,
    /// Variables of the procedure that the statement stands in, if it stands in one.
    variables: Option<Rc<VariableNames>>,
    used: BTreeSet<SmolStr>,
    mistakes: Vec<Mistake>,
    reads: Vec<TableRead>,
    inserted: Vec<TableRead>,
    flows: Vec<ColumnFlow>,
    influences: BTreeSet<SourceColumn>,
    equalities: BTreeSet<[SourceColumn; 2]>,
    stored: Option<ResultColumns>,
    /// By the address of the expression, which does not move while the tree is borrowed.
    types: HashMap<*const Expression, Type>,
    /// By the address of the name.
    steps: HashMap<*const ObjectName, SuperSteps>,
    /// By the address of the body.
    columns: HashMap<*const Body, Rc<[OutputColumn]>>,
    /// By the address of the expression.
    selected: HashMap<*const Expression, usize>,
    shared: shared::SharedUses,
    watch: Option<at::WatchedPlace>,
}

/// What binding a statement found.
#[derive(Debug, Default)]
pub struct Findings {
    /// What is wrong, by its place in the text.
    pub mistakes: Vec<Mistake>,
    /// Tables that are read, in the order of the text.
    pub reads: Vec<TableRead>,
    /// Those into whose names something is inserted, so that nobody knows whether they are there.
    pub inserted: Vec<TableRead>,
    /// The columns of the result, where the statement has one.
    pub result: Option<ResultColumns>,
    /// What stands at the place that was watched.
    pub at: Option<NameAt>,
    /// The columns of the query that the statement stores, prepares or unloads.
    pub stored: Option<ResultColumns>,
    /// The columns that INSERT, UPDATE or MERGE writes, in the order of the text.
    pub flows: Vec<ColumnFlow>,
    /// Columns that decide which rows there are, wherever in the statement.
    pub influences: Vec<SourceColumn>,
    /// Columns of two tables that are compared by `=`, IN or USING, wherever in the statement: each pair in
    /// the order of their names.
    pub equalities: Vec<[SourceColumn; 2]>,
    /// Variables of the procedure around it that the statement names.
    pub variables: Vec<SmolStr>,
    types: HashMap<*const Expression, Type>,
    steps: HashMap<*const ObjectName, SuperSteps>,
    columns: HashMap<*const Body, Rc<[OutputColumn]>>,
    selected: HashMap<*const Expression, usize>,
    shared: shared::SharedUses,
}

/// A name that leads into a SUPER value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuperSteps {
    /// How many parts of the name are the column; the others are steps into its value.
    pub column: usize,
    /// Whether the first part is the name of the elements of an array in FROM, which is the value.
    pub element: bool,
}

impl Findings {
    /// The type of an expression of the tree that was bound.
    ///
    /// Where `amount` is `numeric(8,2)`, `sum(amount)` is `numeric(38,2)`.
    pub fn type_of(&self, expression: &Expression) -> Type {
        let found = self.types.get(&std::ptr::from_ref(expression));
        found.copied().unwrap_or(Type::Unknown)
    }

    /// How a name of the tree that was bound leads into a SUPER value. The value is that of a
    /// column, or a relation of FROM that is an array in such a value. None of any other name.
    ///
    /// Where `event` is a column of type SUPER, one part of `event.user.id` is the column.
    pub fn steps_of(&self, name: &ObjectName) -> Option<SuperSteps> {
        self.steps.get(&std::ptr::from_ref(name)).copied()
    }

    /// The columns of a query of the tree that was bound, where all of them are known.
    ///
    /// `select id, amount from orders` has the columns `id` and `amount`.
    pub fn columns_of(&self, body: &Body) -> Option<&[OutputColumn]> {
        self.columns
            .get(&std::ptr::from_ref(body))
            .map(|all| &**all)
    }

    /// The columns that a join with USING or NATURAL is by, where all tables around it are known.
    ///
    /// `orders join items using (id)` is by `id`.
    pub fn joined_by(&self, join: &Join) -> Option<&[JoinedColumn]> {
        let found = self.shared.joins.get(&std::ptr::from_ref(join));
        found.map(|all| &**all)
    }

    /// The tables of a column that such a join shares, if a name without a table means one. Of
    /// several, the first value that is not NULL counts.
    ///
    /// In `select id from orders full join items using (id)` these are `orders` and `items`.
    pub fn shared(&self, name: &ObjectName) -> Option<&[SmolStr]> {
        let found = self.shared.names.get(&std::ptr::from_ref(name));
        found.map(|all| &**all)
    }

    /// What `*` stands for behind such joins, where all tables are known.
    ///
    /// Behind `orders join items using (id)` it has `id` once.
    pub fn star(&self, item: &SelectItem) -> Option<&[SharedColumn]> {
        let found = self.shared.stars.get(&std::ptr::from_ref(item));
        found.map(|all| &**all)
    }

    /// The column of the select list, counted from 0, that an item of GROUP BY or ORDER BY means.
    /// The item means it by its number, its name or its alias.
    ///
    /// In `select a, b from t order by 2` the item `2` is column 1.
    pub fn selected(&self, item: &Expression) -> Option<usize> {
        self.selected.get(&std::ptr::from_ref(item)).copied()
    }
}

impl<'a> Binder<'a> {
    /// A binder over a catalog and the types of the step's parameters.
    pub fn new(catalog: &'a dyn Catalog, parameters: &'a HashMap<SmolStr, Type>) -> Self {
        Self {
            catalog,
            typed_names: None,
            parameters,
            variables: None,
            used: BTreeSet::new(),
            mistakes: Vec::new(),
            reads: Vec::new(),
            inserted: Vec::new(),
            flows: Vec::new(),
            influences: BTreeSet::new(),
            equalities: BTreeSet::new(),
            stored: None,
            types: HashMap::new(),
            steps: HashMap::new(),
            columns: HashMap::new(),
            selected: HashMap::new(),
            shared: shared::SharedUses::default(),
            watch: None,
        }
    }

    /// Lets names stand for values, before any column is looked for.
    #[must_use]
    pub fn with_names(mut self, names: &'a dyn TypedNames) -> Self {
        self.typed_names = Some(names);
        self
    }

    /// Lets names mean the variables of a procedure.
    pub(crate) fn in_body(mut self, variables: &Rc<VariableNames>) -> Self {
        self.variables = Some(Rc::clone(variables));
        self
    }

    /// Whether a name may mean a variable.
    fn is_variable(&self, name: &SmolStr) -> bool {
        let variables = self.variables.as_ref();
        variables.is_some_and(|variables| variables.may_have(name))
    }

    /// Binds a statement: what its names mean, and what is wrong with them.
    ///
    /// ```text
    /// create table orders (id int, customer int, amount decimal(8, 2))   -- what the catalog knows
    ///
    /// select customer, sum(amount) as total from orders group by 1
    /// reads   orders
    /// result  customer integer, total numeric(38,2)
    ///
    /// select custmer from orders
    /// mistake at `custmer`: `orders` has no such column
    /// ```
    pub fn statement(mut self, statement: &Statement) -> Findings {
        let result = self.kind(&statement.kind);
        self.finish(result)
    }

    /// Binds a query that stands by itself.
    ///
    /// `select customer from orders` gives a result with the column `customer`.
    pub fn whole_query(mut self, query: &crate::tree::Query) -> Findings {
        let result = self.query(query, &scope::NameScope::top());
        self.finish(Some(result))
    }

    /// Binds an expression over the columns of a query's result, such as a condition of `expect`.
    ///
    /// Over a result with the column `total`, `total > 0` is right, and `totl > 0` is a mistake.
    pub fn condition(mut self, expression: &Expression, columns: &ResultColumns) -> Findings {
        let relation = scope::RelationInScope::of_result(columns);
        let top = scope::NameScope::top();
        let scope = scope::NameScope::inside(&top, vec![relation]);
        self.expression(expression, &scope);
        self.finish(None)
    }

    fn finish(mut self, result: Option<ResultColumns>) -> Findings {
        self.mistakes.sort_by_key(|mistake| mistake.span);
        self.mistakes.dedup();
        Findings {
            mistakes: self.mistakes,
            reads: self.reads,
            inserted: self.inserted,
            result,
            at: self.watch.and_then(at::WatchedPlace::found),
            stored: self.stored,
            flows: self.flows,
            influences: self.influences.into_iter().collect(),
            equalities: self.equalities.into_iter().collect(),
            variables: self.used.into_iter().collect(),
            types: self.types,
            steps: self.steps,
            columns: self.columns,
            shared: self.shared,
            selected: self.selected,
        }
    }

    fn kind(&mut self, kind: &StatementKind) -> Option<ResultColumns> {
        let top = scope::NameScope::top();
        match kind {
            StatementKind::Query(query) => Some(self.query(query, &top)),
            StatementKind::Insert(insert) => {
                self.insert(insert);
                None
            }
            StatementKind::Update(update) => {
                self.update(update);
                None
            }
            StatementKind::Delete(delete) => {
                self.delete(delete);
                None
            }
            StatementKind::Merge(merge) => {
                self.merge(merge);
                None
            }
            StatementKind::Copy(copy) => {
                self.copy(copy);
                None
            }
            StatementKind::Truncate(truncate) => {
                self.truncate(truncate);
                None
            }
            StatementKind::CreateFunction(function) => {
                self.query(&function.body, &top);
                None
            }
            StatementKind::Explain(explain) => {
                self.kind(&explain.statement.kind);
                None
            }
            StatementKind::CreateView(view) if view.no_schema_binding => {
                self.types_alone(&view.query);
                None
            }
            kind => {
                if let Some(query) = query_within(kind) {
                    self.stored = Some(self.query(query, &top));
                }
                None
            }
        }
    }

    /// Binds the query of a view that is bound late for the types in it alone. Its tables need not be there,
    /// and reading them is the business of whoever reads the view.
    fn types_alone(&mut self, query: &Query) {
        let (mistakes, reads, inserted) =
            (self.mistakes.len(), self.reads.len(), self.inserted.len());
        let influences = self.influences.clone();
        let equalities = self.equalities.clone();
        let watch = self.watch.take();
        self.query(query, &scope::NameScope::top());
        self.watch = watch;
        self.influences = influences;
        self.equalities = equalities;
        self.mistakes.truncate(mistakes);
        self.reads.truncate(reads);
        self.inserted.truncate(inserted);
    }

    fn mistake(&mut self, kind: MistakeKind, span: Span, sentence: String, help: Option<String>) {
        let mut mistake = Mistake::new(kind, span, sentence);
        mistake.help = help;
        self.mistakes.push(mistake);
    }

    /// Notes that a value decides which rows there are.
    fn influenced(&mut self, value: &Typed, derivation: Derivation) {
        self.influences
            .extend(value.sources.iter().map(|source| SourceColumn {
                derivation,
                ..source.clone()
            }));
    }

    /// Notes that two values are compared for equality, where each is a column's as it is.
    fn equal(&mut self, one: &Typed, other: &Typed) {
        if one.sources.len().saturating_mul(other.sources.len()) > MAX_EQUALITIES {
            return;
        }
        let is_itself = |source: &&SourceColumn| {
            source.derivation == Derivation::Identity && source.column != ANY_COLUMN
        };
        for one in one.sources.iter().filter(is_itself) {
            for other in other.sources.iter().filter(is_itself) {
                if one.table != other.table {
                    let mut pair = [one.clone(), other.clone()];
                    pair.sort_unstable();
                    self.equalities.insert(pair);
                }
            }
        }
    }

    /// Notes that a name leads into a SUPER value behind its first parts. In FROM every name that is noted
    /// is one; of an expression it takes a step.
    fn steps(&mut self, name: &ObjectName, column: usize, element: bool) {
        let steps = SuperSteps { column, element };
        self.steps.insert(std::ptr::from_ref(name), steps);
    }

    /// Keeps the columns of a query, if nobody has to guess at them.
    fn keep(&mut self, body: &Body, bound: &ResultColumns) {
        if !bound.open {
            let columns = Rc::from(bound.columns.as_slice());
            self.columns.insert(std::ptr::from_ref(body), columns);
        }
    }

    fn known(&mut self, expression: &Expression, found: Typed) -> Typed {
        self.types
            .insert(std::ptr::from_ref(expression), found.kind);
        found
    }
}

/// The query that a statement stores, prepares or unloads; none of a view that is bound late, whose
/// tables need not be there.
fn query_within(kind: &StatementKind) -> Option<&Query> {
    match kind {
        StatementKind::CreateTableAs(create) => Some(&create.query),
        StatementKind::CreateView(view) if !view.no_schema_binding => Some(&view.query),
        StatementKind::CreateMaterializedView(view) => Some(&view.query),
        StatementKind::DeclareCursor(cursor) => Some(&cursor.query),
        StatementKind::Unload(unload) => match &unload.query {
            UnloadQuery::Query(query) => Some(query),
            UnloadQuery::Unknown => None,
        },
        _ => None,
    }
}

/// Sources of a value that comes from nowhere.
fn nowhere() -> Rc<[SourceColumn]> {
    Rc::from([])
}
