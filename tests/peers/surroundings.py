"""Makes what a company has before any pipeline: a permissions boundary, a network, a key, a bucket.

Writes their names to stdout.
"""

import json
import os
import sys

import boto3

boto3.setup_default_session(region_name=os.environ["AWS_REGION"])
everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
boundary = boto3.client("iam").create_policy(
    PolicyName="boundary",
    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
)["Policy"]["Arn"]
ec2 = boto3.client("ec2")
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
subnets = [
    ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")["Subnet"]["SubnetId"]
    for number in range(2)
]
group = ec2.create_security_group(VpcId=vpc, GroupName="lambda", Description="of a test")["GroupId"]
key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
s3 = boto3.client("s3")
location = {"LocationConstraint": s3.meta.region_name}
options = {} if s3.meta.region_name == "us-east-1" else {"CreateBucketConfiguration": location}
s3.create_bucket(Bucket="team-data", **options)
json.dump(
    {
        "boundary": boundary,
        "subnets": subnets,
        "security_groups": [group],
        "kms_key": key,
        "bucket": "team-data",
    },
    sys.stdout,
)
