//! Which IAM actions CloudFormation needs of whoever deploys, for each type of resource that a
//! template may have. It needs them to read, create, change and delete it (AWS pages: `handlers` of
//! each type in the CloudFormation registry, and the service authorization reference). Data and
//! nothing else.

/// What a type of resource needs.
#[derive(Debug, Clone, Copy)]
pub struct NeededActions {
    /// The type, such as `AWS::SQS::Queue`.
    pub kind: &'static str,
    /// The types whose ARNs its actions are allowed on: most often its own.
    pub on: &'static [&'static str],
    /// Actions that are allowed on those ARNs.
    pub actions: &'static [&'static str],
    /// Actions for which AWS knows no resource-level permission.
    pub anywhere: &'static [&'static str],
}

const COMPUTE_ENVIRONMENT: &str = "AWS::Batch::ComputeEnvironment";
const JOB_DEFINITION: &str = "AWS::Batch::JobDefinition";
const JOB_QUEUE: &str = "AWS::Batch::JobQueue";
const ALARM: &str = "AWS::CloudWatch::Alarm";
const DASHBOARD: &str = "AWS::CloudWatch::Dashboard";
const RULE: &str = "AWS::Events::Rule";
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";
/// Roles, which `iam:PassRole` is about, too.
pub const ROLE: &str = "AWS::IAM::Role";
/// The Lambda, whose code a deploy compares and mends.
pub const FUNCTION: &str = "AWS::Lambda::Function";
const LOG_GROUP: &str = "AWS::Logs::LogGroup";
/// The data bucket, in which the states of runs lie.
pub const BUCKET: &str = "AWS::S3::Bucket";
const TOPIC: &str = "AWS::SNS::Topic";
const QUEUE: &str = "AWS::SQS::Queue";
const SCHEDULE: &str = "AWS::Scheduler::Schedule";
/// The machines, whose definitions a deploy compares and mends.
pub const STATE_MACHINE: &str = "AWS::StepFunctions::StateMachine";

/// Every type that the compiler can emit.
pub const TABLE: &[NeededActions] = &[
    NeededActions {
        kind: COMPUTE_ENVIRONMENT,
        on: &[COMPUTE_ENVIRONMENT],
        actions: &[
            "batch:CreateComputeEnvironment",
            "batch:DeleteComputeEnvironment",
            "batch:TagResource",
            "batch:UntagResource",
            "batch:UpdateComputeEnvironment",
        ],
        anywhere: &["batch:DescribeComputeEnvironments"],
    },
    NeededActions {
        kind: JOB_DEFINITION,
        on: &[JOB_DEFINITION],
        actions: &[
            "batch:DeregisterJobDefinition",
            "batch:RegisterJobDefinition",
            "batch:TagResource",
            "batch:UntagResource",
        ],
        anywhere: &["batch:DescribeJobDefinitions"],
    },
    NeededActions {
        kind: JOB_QUEUE,
        // A queue is made and changed with the environments that it runs in.
        on: &[JOB_QUEUE, COMPUTE_ENVIRONMENT],
        actions: &[
            "batch:CreateJobQueue",
            "batch:DeleteJobQueue",
            "batch:TagResource",
            "batch:UntagResource",
            "batch:UpdateJobQueue",
        ],
        anywhere: &["batch:DescribeJobQueues"],
    },
    NeededActions {
        kind: ALARM,
        on: &[ALARM],
        actions: &[
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:ListTagsForResource",
            "cloudwatch:PutMetricAlarm",
            "cloudwatch:TagResource",
            "cloudwatch:UntagResource",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: DASHBOARD,
        on: &[DASHBOARD],
        actions: &[
            "cloudwatch:DeleteDashboards",
            "cloudwatch:GetDashboard",
            "cloudwatch:PutDashboard",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: RULE,
        on: &[RULE],
        actions: &[
            "events:DeleteRule",
            "events:DescribeRule",
            "events:DisableRule",
            "events:EnableRule",
            "events:ListTagsForResource",
            "events:ListTargetsByRule",
            "events:PutRule",
            "events:PutTargets",
            "events:RemoveTargets",
            "events:TagResource",
            "events:UntagResource",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: MANAGED_POLICY,
        on: &[MANAGED_POLICY],
        actions: &[
            "iam:CreatePolicy",
            "iam:CreatePolicyVersion",
            "iam:DeletePolicy",
            "iam:DeletePolicyVersion",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:ListEntitiesForPolicy",
            "iam:ListPolicyVersions",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: ROLE,
        on: &[ROLE],
        actions: &[
            "iam:AttachRolePolicy",
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies",
            "iam:ListRoleTags",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: FUNCTION,
        on: &[FUNCTION],
        actions: &[
            "lambda:CreateFunction",
            "lambda:DeleteFunction",
            "lambda:GetFunction",
            "lambda:GetFunctionCodeSigningConfig",
            "lambda:GetFunctionConfiguration",
            "lambda:GetFunctionRecursionConfig",
            "lambda:GetRuntimeManagementConfig",
            "lambda:ListTags",
            "lambda:TagResource",
            "lambda:UntagResource",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: "AWS::Lambda::Permission",
        on: &[FUNCTION],
        actions: &[
            "lambda:AddPermission",
            "lambda:GetPolicy",
            "lambda:RemovePermission",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: LOG_GROUP,
        on: &[LOG_GROUP],
        actions: &[
            "logs:AssociateKmsKey",
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:DisassociateKmsKey",
            "logs:GetDataProtectionPolicy",
            "logs:ListTagsForResource",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
            "logs:UntagResource",
        ],
        anywhere: &["logs:DescribeIndexPolicies", "logs:DescribeLogGroups"],
    },
    NeededActions {
        kind: BUCKET,
        on: &[BUCKET],
        actions: &[
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:GetBucketOwnershipControls",
            "s3:GetBucketPublicAccessBlock",
            "s3:GetBucketTagging",
            "s3:GetBucketVersioning",
            "s3:GetEncryptionConfiguration",
            "s3:GetLifecycleConfiguration",
            "s3:ListBucket",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketTagging",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: "AWS::S3::BucketPolicy",
        on: &[BUCKET],
        actions: &[
            "s3:DeleteBucketPolicy",
            "s3:GetBucketPolicy",
            "s3:PutBucketPolicy",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: "AWS::SNS::Subscription",
        on: &[TOPIC],
        actions: &["sns:ListSubscriptionsByTopic", "sns:Subscribe"],
        anywhere: &[
            "sns:GetSubscriptionAttributes",
            "sns:SetSubscriptionAttributes",
            "sns:Unsubscribe",
        ],
    },
    NeededActions {
        kind: TOPIC,
        on: &[TOPIC],
        actions: &[
            "sns:CreateTopic",
            "sns:DeleteTopic",
            "sns:GetDataProtectionPolicy",
            "sns:GetTopicAttributes",
            "sns:ListSubscriptionsByTopic",
            "sns:ListTagsForResource",
            "sns:SetTopicAttributes",
            "sns:TagResource",
            "sns:UntagResource",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: "AWS::SNS::TopicPolicy",
        on: &[TOPIC],
        actions: &["sns:GetTopicAttributes", "sns:SetTopicAttributes"],
        anywhere: &[],
    },
    NeededActions {
        kind: QUEUE,
        on: &[QUEUE],
        actions: &[
            "sqs:CreateQueue",
            "sqs:DeleteQueue",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ListQueueTags",
            "sqs:SetQueueAttributes",
            "sqs:TagQueue",
            "sqs:UntagQueue",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: "AWS::SQS::QueuePolicy",
        on: &[QUEUE],
        actions: &["sqs:GetQueueAttributes", "sqs:SetQueueAttributes"],
        anywhere: &[],
    },
    NeededActions {
        kind: SCHEDULE,
        on: &[SCHEDULE],
        actions: &[
            "scheduler:CreateSchedule",
            "scheduler:DeleteSchedule",
            "scheduler:GetSchedule",
            "scheduler:UpdateSchedule",
        ],
        anywhere: &[],
    },
    NeededActions {
        kind: STATE_MACHINE,
        on: &[STATE_MACHINE],
        actions: &[
            "states:CreateStateMachine",
            "states:DeleteStateMachine",
            "states:DescribeStateMachine",
            "states:ListTagsForResource",
            "states:TagResource",
            "states:UntagResource",
            "states:UpdateStateMachine",
        ],
        anywhere: &[],
    },
    // CloudFormation invokes the Lambda with the permissions of whoever deploys.
    NeededActions {
        kind: "Custom::SfcStackRuns",
        on: &[FUNCTION],
        actions: &["lambda:InvokeFunction"],
        anywhere: &[],
    },
];

/// What a type of resource needs; `None` for a type that the compiler does not emit.
#[must_use]
pub fn of(kind: &str) -> Option<&'static NeededActions> {
    TABLE.iter().find(|row| row.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The types that the files of `stack` have a `Resource` for, which are all that the compiler can emit.
    fn emitted() -> Vec<String> {
        let mut emitted = Vec::new();
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/stack")).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            emitted.extend(text.lines().filter_map(|line| {
                let name = line.trim().strip_prefix("const TYPE: &'static str = \"")?;
                name.strip_suffix("\";").map(str::to_owned)
            }));
        }
        emitted
    }

    #[test]
    fn every_type_that_the_compiler_can_emit_has_a_row() {
        let mut emitted = emitted();
        let mut known: Vec<_> = TABLE.iter().map(|row| row.kind).collect();
        emitted.sort_unstable();
        known.sort_unstable();
        assert!(emitted.len() > 15, "{emitted:?}");
        assert_eq!(known, emitted);
    }

    #[test]
    fn no_action_is_a_pattern_and_every_row_is_on_types_of_the_table() {
        for row in TABLE {
            for action in row.actions.iter().chain(row.anywhere) {
                let (service, name) = action.split_once(':').unwrap();
                let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
                assert!(is_word(service) && is_word(name), "{action}");
            }
            assert!(row.on.iter().all(|kind| of(kind).is_some()), "{}", row.kind);
            assert!(row.actions.is_sorted(), "{}", row.kind);
        }
    }
}
