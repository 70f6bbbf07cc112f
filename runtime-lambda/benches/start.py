"""A Lambda handler as one would write it in Python, and the loop that feeds it."""

import http.client
import json
import os

import boto3

redshift = boto3.client("redshift-data")
s3 = boto3.client("s3")
sns = boto3.client("sns")
step_functions = boto3.client("stepfunctions")


def handler(event):
    return {"action": event["action"]}


connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    connection.request("GET", "/2018-06-01/runtime/invocation/next")
    response = connection.getresponse()
    request = response.headers["Lambda-Runtime-Aws-Request-Id"]
    answer = json.dumps(handler(json.loads(response.read())))
    connection.request("POST", f"/2018-06-01/runtime/invocation/{request}/response", answer)
    connection.getresponse().read()
