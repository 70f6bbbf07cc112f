//! Which family a statement belongs to.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::StatementKind;

/// Words that a statement begins with.
const BEGINNINGS: &[&str] = &[
    "select",
    "with",
    "insert",
    "update",
    "delete",
    "merge",
    "truncate",
    "create",
    "alter",
    "drop",
    "grant",
    "revoke",
    "set",
    "reset",
    "show",
    "begin",
    "start",
    "commit",
    "end",
    "rollback",
    "abort",
    "copy",
    "unload",
    "call",
    "analyze",
    "vacuum",
    "explain",
    "refresh",
    "comment",
    "lock",
    "use",
    "prepare",
    "execute",
    "deallocate",
    "declare",
    "fetch",
    "close",
    "cancel",
    "attach",
    "detach",
    "desc",
    "describe",
];

impl Parser<'_> {
    /// Reads a statement to its end.
    pub(super) fn whole_statement(&mut self) -> Parsed<StatementKind> {
        let kind = self.statement()?;
        if self.at_statement_end() {
            return Ok(kind);
        }
        let mistake = self.unexpected(&[";"]);
        if self.at(TokenKind::RightParenthesis) {
            let sentence = "this bracket closes nothing";
            let mistake = crate::Mistake::new(crate::MistakeKind::Syntax, self.span(), sentence);
            return Err(Box::new(mistake.help("remove it, or open it")));
        }
        Err(mistake)
    }

    /// Reads a statement, not its end.
    pub(crate) fn statement(&mut self) -> Parsed<StatementKind> {
        let Some(keyword) = self.keyword() else {
            if self.at_query_in_parentheses() {
                return Ok(StatementKind::Query(Box::new(self.query()?)));
            }
            self.refuse_beginning()?;
            return Err(self.unexpected(BEGINNINGS));
        };
        match keyword {
            K::Select => Ok(StatementKind::Query(Box::new(self.query()?))),
            K::With => self.with_statement(),
            K::Insert => self.insert(),
            K::Update => self.update(None),
            K::Delete => self.delete(None),
            K::Merge => self.merge(),
            K::Truncate => self.truncate(),
            K::Create if self.at_routine() => self.create_routine(),
            K::Alter if self.at_routine() => self.alter_routine(),
            K::Drop if self.at_routine() => self.drop_routine(),
            K::Create => self.create(),
            K::Alter => self.alter(),
            K::Drop => self.drop_statement(),
            K::Comment => self.comment(),
            K::Refresh => self.refresh(),
            K::Begin | K::Start => self.begin(),
            K::Commit | K::End | K::Rollback | K::Abort => self.end_of_transaction(),
            K::Set => self.set(),
            K::Reset => self.reset(),
            K::Use => self.use_database(),
            K::Copy => self.copy(),
            K::Unload => self.unload(),
            K::Grant => self.grant(),
            K::Revoke => self.revoke(),
            K::Show => self.show(),
            K::Explain => self.explain(),
            K::Analyze | K::Analyse => self.analyze(),
            K::Vacuum => self.vacuum(),
            K::Lock => self.lock(),
            K::Cancel => self.cancel(),
            K::Desc | K::Describe => self.describe(),
            K::Prepare => self.prepare(),
            K::Execute => self.execute(),
            K::Deallocate => self.deallocate(),
            K::Declare => self.declare_cursor(),
            K::Fetch => self.fetch(),
            K::Close => self.close(),
            K::Attach | K::Detach => self.attach(),
            K::Call => self.call_procedure(),
            K::Values => Err(self.values_refused()),
            K::From => {
                let help = "write `select * from …`";
                Err(self.refused(self.span(), "a query begins with SELECT in Redshift", help))
            }
            _ => {
                self.refuse_beginning()?;
                Err(self.unexpected(BEGINNINGS))
            }
        }
    }

    /// WITH in front of a query, an UPDATE or a DELETE.
    fn with_statement(&mut self) -> Parsed<StatementKind> {
        let start = self.span();
        let with = self.with()?;
        match self.keyword() {
            Some(K::Update) => self.update(with),
            Some(K::Delete) => self.delete(with),
            Some(K::Insert) => {
                let help = "write WITH behind INSERT INTO: `insert into t with a as (…) select …`";
                Err(self.refused(self.span(), "Redshift has no WITH in front of INSERT", help))
            }
            _ => {
                let query = self.query_with(start, with)?;
                Ok(StatementKind::Query(Box::new(query)))
            }
        }
    }
}
