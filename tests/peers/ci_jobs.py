"""Reads the jobs of a CI from the file in argv[1], written by `sfc ci`; writes the lines that each runs as JSON.

A job is a list of [lines, variables]: a line of GitHub runs in a shell of its own, those of the others in one.
"""

import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    document = yaml.safe_load(file)

jobs = {}
if "jobs" in document:
    for name, job in document["jobs"].items():
        steps = [step for step in job["steps"] if "run" in step]
        jobs[name] = [[[step["run"]], step.get("env", {})] for step in steps]
elif "phases" in document:
    lines = [line for phase in document["phases"].values() for line in phase["commands"]]
    jobs["build"] = [[lines, {}]]
else:
    for name, job in document.items():
        if "script" in job:
            above = document[job["extends"]]
            lines = above["before_script"] + job["script"]
            jobs[name.rsplit("-", 1)[1]] = [[lines, {**above.get("variables", {}), **job.get("variables", {})}]]
json.dump(jobs, sys.stdout)
