"""Makes a stack of the bundle in argv[1] as argv[2], with a small package.

Writes what became of it to stdout: status, resources, outputs, definitions as Step Functions has them,
targets of the rules. Deletes the stack afterwards.
"""

import io
import json
import os
import pathlib
import sys
import time
import zipfile

import boto3

bundle, name = pathlib.Path(sys.argv[1]), sys.argv[2]
template = (bundle / "template.json").read_text()
boto3.setup_default_session(region_name=os.environ["AWS_REGION"])
cloudformation = boto3.client("cloudformation")
s3 = boto3.client("s3")

bucket = "sfc-artifacts-000000000000-" + s3.meta.region_name
location = {"LocationConstraint": s3.meta.region_name}
options = {} if s3.meta.region_name == "us-east-1" else {"CreateBucketConfiguration": location}
s3.create_bucket(Bucket=bucket, **options)
package = io.BytesIO()
with zipfile.ZipFile(package, "w") as archive:
    archive.writestr("bootstrap", "#!/bin/sh\nexit 1\n")
s3.put_object(Bucket=bucket, Key="lambda/test.zip", Body=package.getvalue())
for definition in (bundle / "artifacts").glob("definitions/*"):
    s3.put_object(Bucket=bucket, Key=f"definitions/{definition.name}", Body=definition.read_bytes())

cloudformation.create_change_set(
    StackName=name,
    ChangeSetName="create",
    ChangeSetType="CREATE",
    TemplateBody=template,
    Capabilities=["CAPABILITY_NAMED_IAM"],
    Parameters=[
        {"ParameterKey": "ArtifactsBucket", "ParameterValue": bucket},
        {"ParameterKey": "LambdaPackage", "ParameterValue": "lambda/test.zip"},
    ],
)


def settled(describe, field):
    for _ in range(240):
        answer = describe()
        if not answer[field].endswith(("IN_PROGRESS", "PENDING")):
            return answer
        time.sleep(0.25)
    raise TimeoutError(field)


change_set = settled(
    lambda: cloudformation.describe_change_set(StackName=name, ChangeSetName="create"), "Status"
)
result = {"change_set": change_set["Status"], "reason": change_set.get("StatusReason")}
if change_set["Status"] == "CREATE_COMPLETE":
    cloudformation.execute_change_set(StackName=name, ChangeSetName="create")
    def describe():
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE" and not stack.get("Outputs"):
            # The stand-in shows the outputs a moment after the status.
            stack["StackStatus"] = "OUTPUTS_PENDING"
        return stack

    stack = settled(describe, "StackStatus")
    result["stack"] = stack["StackStatus"]
    result["outputs"] = {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
    resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    result["resources"] = {
        r["LogicalResourceId"]: [r["ResourceType"], r["ResourceStatus"]] for r in resources
    }
    machines = {}
    states = boto3.client("stepfunctions")
    for key, arn in result["outputs"].items():
        if key.endswith("StateMachineArn"):
            machine = states.describe_state_machine(stateMachineArn=arn)
            machines[machine["name"]] = json.loads(machine["definition"])
    result["definitions"] = machines
    events = boto3.client("events")
    result["rules"] = {
        logical: events.list_targets_by_rule(
            Rule=next(
                r["PhysicalResourceId"] for r in resources if r["LogicalResourceId"] == logical
            ).split("/")[-1]
        )["Targets"]
        for logical, (kind, _) in result["resources"].items()
        if kind == "AWS::Events::Rule"
    }
    cloudformation.delete_stack(StackName=name)
json.dump(result, sys.stdout)
