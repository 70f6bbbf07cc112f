//! CREATE FUNCTION in SQL, and CREATE EXTERNAL FUNCTION.
//!
//! In: `create function f(int) returns int immutable as $$ select $1 + 1 $$ language sql`, out:
//! [`CreateFunction`] whose body is a query.
//!
//! Source: AWS pages `CREATE FUNCTION`, `CREATE EXTERNAL FUNCTION`, `Creating a scalar SQL UDF`.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::{Token, TokenKind};
use crate::tree::{
    Argument, ArgumentMode, CreateExternalFunction, CreateFunction, ExternalService, StatementKind,
    TypeName, Volatility,
};

/// Most arguments of a function (AWS page: `CREATE FUNCTION`).
const MOST_ARGUMENTS: usize = 32;

impl Parser<'_> {
    /// From the name of the function on.
    pub(super) fn create_function(&mut self, or_replace: bool) -> Parsed<StatementKind> {
        self.refuse_if_not_exists("FUNCTION")?;
        let name = self.object_name("the name of a function")?;
        let arguments = self.routine_arguments()?;
        self.check_number(&arguments, &name);
        let returns = self.returned()?;
        let mut volatility = None;
        let mut body: Option<Vec<Token>> = None;
        let mut language: Option<Token> = None;
        while !self.at_statement_end() {
            if volatility.is_none()
                && let Some(found) = self.volatility()
            {
                volatility = Some(found);
            } else if self.at_keyword(K::As) && body.is_none() {
                self.bump();
                body = Some(self.literal("a query in `$$`")?);
            } else if self.at_word("language") && language.is_none() {
                self.bump();
                if !matches!(self.kind(), TokenKind::Word(_) | TokenKind::Text) {
                    return Err(self.unexpected(&["sql"]));
                }
                language = Some(self.bump());
            } else {
                return Err(self.unexpected(&["as", "language", "stable", "immutable"]));
            }
        }
        let Some(language) = language else {
            return Err(self.unexpected(&["language sql"]));
        };
        self.function_language(language)?;
        let Some(literals) = body else {
            return Err(self.unexpected(&["as $$ … $$"]));
        };
        let arguments = self.types_only(arguments)?;
        let body = Box::new(self.within(&literals, |inner| {
            inner.in_procedure = false;
            inner.function_query()
        })?);
        let Some(volatility) = volatility else {
            let sentence = "this function does not say how much its result depends on";
            let help = "write `immutable`, `stable` or `volatile` behind the type that it returns";
            let mistake = Mistake::new(MistakeKind::Syntax, returns.span, sentence).help(help);
            return Err(Box::new(mistake));
        };
        Ok(StatementKind::CreateFunction(Box::new(CreateFunction {
            or_replace,
            name,
            arguments,
            returns,
            volatility,
            body_span: Self::span_of(&literals),
            body,
        })))
    }

    fn check_number(&mut self, arguments: &[Argument], name: &crate::tree::ObjectName) {
        if arguments.len() > MOST_ARGUMENTS {
            let sentence = format!("a function has at most {MOST_ARGUMENTS} arguments");
            let mistake = Mistake::new(MistakeKind::Arguments, name.span, sentence);
            self.note(mistake.help("pass several values as one SUPER value"));
        }
    }

    fn returned(&mut self) -> Parsed<TypeName> {
        self.expect_word("returns")?;
        if self.at_keyword(K::Table) || self.at_word("setof") {
            let help = "make a view, or a procedure with a cursor";
            return Err(self.refused(self.span(), "functions of Redshift return one value", help));
        }
        self.type_name()
    }

    fn volatility(&mut self) -> Option<Volatility> {
        let found = match self.option_word()?.as_str() {
            "volatile" => Volatility::Volatile,
            "stable" => Volatility::Stable,
            "immutable" => Volatility::Immutable,
            _ => return None,
        };
        self.bump();
        Some(found)
    }

    /// `sql`; every other language is refused.
    fn function_language(&self, token: Token) -> Parsed<()> {
        let written = super::text::decode(self.text_of(token));
        let name = match token.kind {
            TokenKind::Text => written.to_ascii_lowercase(),
            _ => self.text_of(token).to_ascii_lowercase(),
        };
        match name.as_str() {
            "sql" => Ok(()),
            "plpythonu" | "plpython" | "python" => {
                let sentence = "Redshift ended functions in Python on 2026-06-30";
                let help = "write it in SQL (`language sql`), or as a Lambda function: `create external function … lambda '…'`";
                let mistake = Mistake::new(MistakeKind::Ended, token.span, sentence);
                Err(Box::new(mistake.help(help)))
            }
            "plpgsql" => {
                let help = "write a procedure, or the function in SQL (`language sql`)";
                let sentence = "functions of Redshift are not written in PL/pgSQL";
                Err(self.refused(token.span, sentence, help))
            }
            _ => {
                let sentence = format!("functions of Redshift are not written in `{name}`");
                Err(self.refused(token.span, sentence, "write `language sql`"))
            }
        }
    }

    /// A function in SQL knows its arguments by their positions.
    fn types_only(&self, arguments: Vec<Argument>) -> Parsed<Vec<TypeName>> {
        let mut types = Vec::with_capacity(arguments.len());
        for argument in arguments {
            if argument.mode != ArgumentMode::In {
                let sentence = "arguments of a function only go in";
                let help = "write a procedure, or return the value";
                return Err(self.refused(argument.span, sentence, help));
            }
            if let Some(name) = argument.name {
                let sentence = "arguments of a function in SQL have no names";
                let help = "write the type only, and `$1`, `$2` in the query";
                return Err(self.refused(name.span, sentence, help));
            }
            types.push(argument.data_type);
        }
        Ok(types)
    }

    /// A SELECT of one value, without FROM and what follows it.
    fn function_query(&mut self) -> Parsed<crate::tree::Query> {
        if !self.at_keyword(K::Select) {
            return Err(self.unexpected(&["select"]));
        }
        let query = self.query_alone()?;
        let crate::tree::Body::Select(select) = &query.body else {
            let sentence = "the body of a function is a plain SELECT";
            let help = "write `select` and an expression of `$1`, `$2`";
            return Err(self.refused(query.span, sentence, help));
        };
        // AWS page `CREATE FUNCTION`: "can't include any of FROM, INTO, WHERE, GROUP BY, ORDER BY,
        // LIMIT" in sense.
        let clause = if let Some(from) = select.from.first() {
            Some(("FROM", from.span))
        } else if let Some(into) = &select.into {
            Some(("INTO", into.span))
        } else if let Some(filter) = &select.filter {
            Some(("WHERE", filter.span))
        } else if !select.group_by.is_empty() {
            Some(("GROUP BY", select.span))
        } else if let Some(order) = query.order_by.first() {
            Some(("ORDER BY", order.span))
        } else if query.limit.is_some() {
            Some(("LIMIT", query.span))
        } else {
            None
        };
        if let Some((clause, span)) = clause {
            let sentence = format!("the SELECT of a function has no {clause}");
            let help = "compute from `$1`, `$2` only; a view can read tables";
            return Err(self.refused(span, sentence, help));
        }
        Ok(query)
    }

    /// From the name of the external function on.
    pub(super) fn create_external_function(&mut self, or_replace: bool) -> Parsed<StatementKind> {
        let name = self.object_name("the name of a function")?;
        let arguments = self.routine_arguments()?;
        self.check_number(&arguments, &name);
        let returns = self.returned()?;
        let mut volatility = None;
        let mut service = None;
        let mut authorization = None;
        let (mut retry_timeout, mut max_batch_rows, mut max_batch_size) = (None, None, None);
        const CLAUSES: &[&str] = &[
            "lambda",
            "iam_role",
            "sagemaker",
            "retry_timeout",
            "max_batch_rows",
            "max_batch_size",
            "volatile",
            "stable",
            "immutable",
        ];
        while !self.at_statement_end() {
            if volatility.is_none()
                && let Some(found) = self.volatility()
            {
                volatility = Some(found);
                continue;
            }
            let word = self.option_word();
            match word.as_deref() {
                Some("lambda") if service.is_none() => {
                    self.bump();
                    let text = self.option_text("the name of a Lambda function in quotes")?;
                    service = Some(ExternalService::Lambda(text));
                }
                Some("sagemaker") if service.is_none() => {
                    self.bump();
                    let text = self.option_text("the name of an endpoint in quotes")?;
                    service = Some(ExternalService::SageMaker(text));
                }
                Some("iam_role") if authorization.is_none() => {
                    self.bump();
                    authorization = Some(self.role()?);
                }
                Some("retry_timeout") if retry_timeout.is_none() => {
                    self.bump();
                    let most = u64::from(u32::MAX / 2);
                    retry_timeout = Some(self.option_number_within("retry_timeout", 0, most)?);
                }
                Some("max_batch_rows") if max_batch_rows.is_none() => {
                    self.bump();
                    let most = u64::from(u32::MAX / 2);
                    max_batch_rows = Some(self.option_number_within("max_batch_rows", 1, most)?);
                }
                Some("max_batch_size") if max_batch_size.is_none() => {
                    self.bump();
                    let size = self.option_number()?;
                    max_batch_size = Some((size, self.size_unit()));
                }
                Some("as" | "language") => {
                    let help = "name the Lambda function: `lambda 'name' iam_role default`";
                    let sentence = "an external function has no body";
                    return Err(self.refused(self.span(), sentence, help));
                }
                _ => return Err(self.unexpected(CLAUSES)),
            }
        }
        let Some(service) = service else {
            return Err(self.unexpected(&["lambda 'name'"]));
        };
        let Some(authorization) = authorization else {
            return Err(self.unexpected(&["iam_role default"]));
        };
        Ok(StatementKind::CreateExternalFunction(Box::new(
            CreateExternalFunction {
                or_replace,
                name,
                arguments,
                returns,
                volatility,
                service,
                authorization,
                retry_timeout,
                max_batch_rows,
                max_batch_size,
            },
        )))
    }
}
