"""`sfc serve` between peers: an EventBridge rule that hears of an ended statement, and a state machine
that asks for one by Step Functions' own integration.

Usage: stand_in.py STAND_IN_URL DATA_API_URL
"""

import json
import sys
import time

import boto3

STAND_IN, DATA_API = sys.argv[1:]
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def client(service, url=STAND_IN):
    return boto3.client(service, endpoint_url=url, **KEYS)


def a_rule_hears_of_an_ended_statement():
    sqs, events = client("sqs"), client("events")
    queue = sqs.create_queue(QueueName="ended")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="ended", EventPattern=json.dumps({
        "source": ["aws.redshift-data"],
        "detail-type": ["Redshift Data Statement Status Change"],
        "detail": {"statementName": [{"prefix": "demo/"}], "state": ["FINISHED"]},
    }))
    events.put_targets(Rule="ended", Targets=[{"Id": "1", "Arn": arn}])
    data = client("redshift-data", DATA_API)
    for name in ("other/1", "demo/1"):
        started = data.execute_statement(Sql="select 1", WithEvent=True, StatementName=name,
                                         WorkgroupName="analytics", Database="dev")
    messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    detail = json.loads(messages[0]["Body"])["detail"]
    assert detail["statementName"] == "demo/1" and detail["statementId"] == started["Id"], detail
    assert set(detail) == {"principal", "statementName", "statementId", "redshiftQueryId", "state", "rows",
                           "expireAt"}, detail


def a_state_machine_runs_a_statement():
    steps = client("stepfunctions")
    task = {"Type": "Task", "Arguments": {"Id": "{% $states.input.Id %}"}}
    service = "arn:aws:states:::aws-sdk:redshiftdata:"
    place = {"WorkgroupName": "analytics", "Database": "dev"}
    wait = {"Id": "{% $states.input.Id %}", "WaitTimeSeconds": 20}
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "Execute",
        "States": {
            "Execute": {**task, "Resource": service + "executeStatement",
                        "Arguments": {"Sql": "select 7 as n", **place}, "Next": "Describe"},
            "Describe": {**task, "Resource": service + "describeStatement", "Arguments": wait, "Next": "Result"},
            "Result": {**task, "Resource": service + "getStatementResult", "Next": "Cancel"},
            "Cancel": {"Type": "Task", "Resource": service + "cancelStatement",
                       "Arguments": {"Id": "00000000-0000-4000-8000-000000000000"},
                       "Catch": [{"ErrorEquals": ["RedshiftData.ResourceNotFoundException"], "Next": "Done"}],
                       "End": True},
            "Done": {"Type": "Succeed", "Output": "as expected"},
        },
    }
    machine = steps.create_state_machine(name="statement", definition=json.dumps(definition),
                                         roleArn="arn:aws:iam::000000000000:role/any")["stateMachineArn"]
    execution = steps.start_execution(stateMachineArn=machine)["executionArn"]
    deadline = time.monotonic() + 60
    while (ended := steps.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert ended["status"] == "SUCCEEDED" and json.loads(ended["output"]) == "as expected", ended


for check in (a_rule_hears_of_an_ended_statement, a_state_machine_runs_a_statement):
    check()
    print("ok " + check.__name__.replace("_", " "), flush=True)
