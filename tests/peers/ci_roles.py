"""Reads the files in argv, `ci-roles.yaml` each; writes {"FILE/ROLE": {"policy": …, "trust": …}} as JSON.

What `Fn::Sub` fills in is that of one account and Region.
"""

import json
import sys

import yaml

FILLED = {
    "${AWS::Partition}": "aws", "${AWS::Region}": "eu-central-1", "${AWS::AccountId}": "111122223333",
    "${PipelineArtifacts}": "pipeline-artifacts",
    "${CommentToken}": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:github-AbCdEf",
}


class Template(yaml.SafeLoader):
    """YAML with CloudFormation's functions."""


def function(loader, name, node):
    if not isinstance(node, yaml.ScalarNode):
        parts = loader.construct_sequence(node, deep=True)
        # As if every condition held.
        return parts[1] if name == "If" else {name: parts}
    value = loader.construct_scalar(node)
    if name == "Ref":
        return FILLED.get("${" + value + "}", value)
    for text, filled in FILLED.items():
        value = value.replace(text, filled)
    return value


Template.add_multi_constructor("!", function)
roles = {}
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        document = yaml.load(file, Template)
    for name, resource in document["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            properties = resource["Properties"]
            (policy,) = properties["Policies"]
            roles[f"{path}/{name}"] = {
                "policy": policy["PolicyDocument"],
                "trust": properties["AssumeRolePolicyDocument"],
            }
json.dump(roles, sys.stdout)
