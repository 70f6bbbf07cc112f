"""Reads {name: policy document} from stdin; writes what parliament finds, a list of objects, to stdout."""

import json
import sys

from parliament import analyze_policy_string

findings = []
for name, document in json.load(sys.stdin).items():
    policy = analyze_policy_string(json.dumps(document), name, include_community_auditors=True)
    for finding in policy.findings:
        findings.append(
            {
                "policy": name,
                "finding": finding.issue,
                "detail": str(finding.detail),
                "where": str(finding.location),
            }
        )
json.dump(findings, sys.stdout)
