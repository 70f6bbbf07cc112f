//! CREATE MODEL.
//!
//! Source: AWS pages `CREATE MODEL`, `CREATE EXTERNAL MODEL`.
//!
//! `create model m from (select a, b from t) target b function f iam_role default settings (s3_bucket
//! 'x')` trains with a query.

use super::option::{OptionRule, Takes};
use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{CreateModel, ModelSource, StatementKind};

const SETTINGS: &[OptionRule] = &[
    OptionRule::new("s3_bucket", Takes::Text),
    OptionRule::new("tags", Takes::Text),
    OptionRule::new("kms_key_id", Takes::Text),
    OptionRule::new("s3_garbage_collect", Takes::OneOf(&["on", "off"])),
    OptionRule::new("max_cells", Takes::Number),
    OptionRule::new("max_runtime", Takes::Number),
    OptionRule::new("max_batch_rows", Takes::Number),
    OptionRule::new("max_payload_in_mb", Takes::Number),
    OptionRule::new("horizon", Takes::Number),
    OptionRule::new("frequency", Takes::NameOrText),
    OptionRule::new("percentiles", Takes::Text),
    OptionRule::new("model_id", Takes::Text),
    OptionRule::new("prompt", Takes::Text),
    OptionRule::new("suffix", Takes::Text),
    OptionRule::new("request_type", Takes::OneOf(&["raw", "unified"])),
    OptionRule::new("response_type", Takes::OneOf(&["varchar", "super"])),
];

const RULES: &[OptionRule] = &[
    OptionRule::new("target", Takes::NameOrText),
    OptionRule::new("sagemaker", Takes::Text),
    OptionRule::new("iam_role", Takes::TextOr(&["default"])),
    OptionRule::new("auto on", Takes::Nothing),
    OptionRule::new("auto off", Takes::Nothing),
    OptionRule::new(
        "model_type",
        Takes::OneOf(&[
            "xgboost",
            "mlp",
            "linear_learner",
            "kmeans",
            "k-means",
            "forecast",
            "bedrock",
        ]),
    ),
    OptionRule::new(
        "problem_type",
        Takes::OneOf(&[
            "regression",
            "binary_classification",
            "multiclass_classification",
        ]),
    ),
    OptionRule::new("objective", Takes::Text),
    OptionRule::new("preprocessors", Takes::Text),
    OptionRule::new("hyperparameters default", Takes::Nothing),
    OptionRule::new("hyperparameters default except", Takes::Parameters),
    OptionRule::new("settings", Takes::Options(SETTINGS)),
];

impl Parser<'_> {
    /// Reads from MODEL to the end of CREATE MODEL.
    pub(super) fn create_model(
        &mut self,
        external: bool,
        or_replace: bool,
    ) -> Parsed<StatementKind> {
        self.bump();
        let name = self.object_name("the name of a model")?;
        let mut model = CreateModel {
            external,
            or_replace,
            name,
            source: None,
            function: None,
            returns: None,
            options: Vec::new(),
        };
        while !self.at_statement_end() {
            if !external && model.source.is_none() && self.eat_keyword(K::From) {
                model.source = Some(self.model_source()?);
            } else if model.function.is_none() && self.eat_keyword(K::Function) {
                model.function = Some(self.routine_name()?);
            } else if model.returns.is_none() && self.eat_word("returns") {
                model.returns = Some(self.type_name()?);
            } else {
                let read = self.options_while(RULES)?;
                if read.is_empty() {
                    return Err(self.no_model_option(external));
                }
                model.options.extend(read);
            }
        }
        if model.function.is_none() {
            let sentence = "FUNCTION is missing";
            let help = "name the function that predicts: `function predict_x`";
            self.note(Mistake::new(MistakeKind::Syntax, model.name.span, sentence).help(help));
        }
        Ok(StatementKind::CreateModel(Box::new(model)))
    }

    fn no_model_option(&self, external: bool) -> Box<Mistake> {
        let mut words: Vec<&str> = if external {
            vec!["function", "iam_role", "model_type", "settings"]
        } else {
            vec!["from", "function", "target", "settings"]
        };
        words.extend(RULES.iter().filter_map(|rule| rule.words.split(' ').next()));
        self.unexpected(&words)
    }

    fn model_source(&mut self) -> Parsed<ModelSource> {
        if self.at_query_in_parentheses() {
            return Ok(ModelSource::Query(Box::new(self.query_in_parentheses()?)));
        }
        if self.at(TokenKind::Text) || self.at(TokenKind::Parameter) {
            return Ok(ModelSource::Job(self.text_value("the name of a job")?));
        }
        // A model that is trained further: `from model m`.
        if self.at_keyword(K::Model) && Self::may_be_name(self.ahead(1)) {
            self.bump();
        }
        Ok(ModelSource::Table(
            self.object_name("a table or a query in brackets")?,
        ))
    }
}
