//! Ids of a network: subnets, and the security groups that guard what runs in them.

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};

/// Most subnets and security groups of a job on Fargate, and of a Lambda (AWS pages: `AwsVpcConfiguration`
/// of Amazon ECS, `VpcConfig` of AWS Lambda).
const MOST_SUBNETS: usize = 16;
const MOST_SECURITY_GROUPS: usize = 5;

/// Reports what is wrong with the `subnets` and the `security_groups` under these keys.
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    keys: &[&str],
    (subnets, security_groups): (&[String], &[String]),
    code: Code,
) {
    let kinds = [
        ("subnets", "subnet-", MOST_SUBNETS, subnets),
        (
            "security_groups",
            "sg-",
            MOST_SECURITY_GROUPS,
            security_groups,
        ),
    ];
    for (field, prefix, most, given) in kinds {
        let keys = [keys, &[field]].concat();
        ids(resolver, &keys, given, (prefix, most), code);
    }
}

/// Ids of a kind: at least one, and not more than AWS takes.
fn ids(
    resolver: &mut Resolver<'_>,
    keys: &[&str],
    given: &[String],
    (prefix, most): (&str, usize),
    code: Code,
) {
    let document = resolver.document;
    let field = keys.last().copied().unwrap_or_default();
    let example = format!("`{field}: [{prefix}0123456789abcdef0]`");
    if given.is_empty() || given.len() > most {
        let sentence = match given.len() {
            0 => format!("`{field}` is empty"),
            count => format!("`{field}` has {count} items; {most} are the most"),
        };
        resolver.push(
            Diagnostic::error(code, sentence)
                .at(&document.file, document.key_at(keys), "")
                .help(format!("name 1 to {most} of them, such as {example}")),
        );
    }
    for (number, id) in given.iter().enumerate() {
        let digits = id.strip_prefix(prefix).unwrap_or_default();
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            continue;
        }
        let number = number.to_string();
        let place = document.at(&[keys, &[number.as_str()]].concat());
        resolver.push(
            Diagnostic::error(
                code,
                format!("`{id}` in `{field}` is no id that starts with `{prefix}`"),
            )
            .at(&document.file, place, "")
            .help(format!("give ids, such as {example}")),
        );
    }
}
