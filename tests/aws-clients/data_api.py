"""Every operation and every error of `sfc serve`, by boto3. What botocore makes of each answer is held
against what AWS's own model of the service says. Prints a line a check; exit status 1 if one fails.

Usage: data_api.py URL
"""

import datetime
import socket
import sys
import threading
import time
import uuid

import boto3
import botocore
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

URL = sys.argv[1]
SLOW = (
    "with recursive r(n) as (select 1 union all select n + 1 from r where n < 2000000000) "
    "select count(*) from r"
)
WORKGROUP = {"WorkgroupName": "analytics", "Database": "dev"}
checks = []


def client(**config):
    return boto3.client(
        "redshift-data",
        endpoint_url=URL,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"max_attempts": 0}, max_pool_connections=20, read_timeout=60, **config),
    )


api = client()
unchecked = client(parameter_validation=False)
MODEL = botocore.session.get_session().get_service_model("redshift-data")


def check(function):
    checks.append(function)
    return function


def conforms(shape, value, where):
    """Whether a parsed answer has only what the model knows, in its types."""
    if shape.type_name == "structure":
        for name, member in value.items():
            if name == "ResponseMetadata":
                continue
            if name == "SDK_UNKNOWN_MEMBER":
                raise AssertionError(f"{where}: {member} is unknown to the model")
            conforms(shape.members[name], member, f"{where}.{name}")
        for name in shape.required_members:
            assert name in value, f"{where}: {name} is required"
    elif shape.type_name == "list":
        for item in value:
            conforms(shape.member, item, f"{where}[]")
    elif shape.type_name == "string":
        assert isinstance(value, str), f"{where}: {value!r}"
        if shape.enum:
            assert value in shape.enum, f"{where}: {value!r}"
    elif shape.type_name in ("integer", "long"):
        assert isinstance(value, int) and not isinstance(value, bool), f"{where}: {value!r}"
    elif shape.type_name == "boolean":
        assert isinstance(value, bool), f"{where}: {value!r}"
    elif shape.type_name == "timestamp":
        assert isinstance(value, datetime.datetime), f"{where}: {value!r}"
        age = datetime.datetime.now(datetime.timezone.utc) - value
        assert abs(age.total_seconds()) < 3600 * 25, f"{where}: {value}"


def call(operation, **members):
    answer = getattr(api, botocore.xform_name(operation))(**members)
    conforms(MODEL.operation_model(operation).output_shape, answer, operation)
    metadata = answer["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 200
    assert uuid.UUID(metadata["RequestId"])
    return answer


def fails(operation, error, words, through=unchecked, status=400, **members):
    """The operation raises exactly this exception of the model, with these words."""
    try:
        getattr(through, botocore.xform_name(operation))(**members)
    except ClientError as raised:
        expected = getattr(through.exceptions, error, ClientError)
        assert type(raised) is expected, f"{type(raised).__name__} instead of {error}: {raised}"
        assert raised.response["Error"]["Code"] == error, raised.response
        message = raised.response["Error"]["Message"]
        assert words in message, f"{words!r} is not in {message!r}"
        assert raised.response["ResponseMetadata"]["HTTPStatusCode"] == status
        if error in MODEL.shape_names:
            shape = MODEL.shape_for(error)
            for name in shape.required_members:
                assert name in raised.response or name == "Message", f"{name} is required"
        return raised.response
    raise AssertionError(f"{operation} did not raise {error}")


def run(sql, **members):
    answer = call("ExecuteStatement", Sql=sql, WaitTimeSeconds=30, **{**WORKGROUP, **members})
    return call("DescribeStatement", Id=answer["Id"], WaitTimeSeconds=30)


def finished(sql, **members):
    described = run(sql, **members)
    assert described["Status"] == "FINISHED", described
    return described


def rows(identifier):
    pages = api.get_paginator("get_statement_result").paginate(Id=identifier)
    return [[next(iter(field.values())) for field in row] for page in pages for row in page["Records"]]


def until(holds):
    """Waits until a condition holds."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "it has not happened in a minute"
        time.sleep(0.05)


@check
def one_statement_from_its_start_to_its_result():
    answer = call("ExecuteStatement", Sql="select 1 as one", StatementName="first", **WORKGROUP)
    assert answer["WorkgroupName"] == "analytics" and answer["Database"] == "dev"
    assert "ClusterIdentifier" not in answer and "Status" not in answer
    described = call("DescribeStatement", Id=answer["Id"], WaitTimeSeconds=10)
    for name in ("CreatedAt", "UpdatedAt", "Duration", "HasResultSet", "QueryString", "RedshiftPid",
                 "RedshiftQueryId", "ResultRows", "ResultSize", "ResultFormat", "WorkgroupName",
                 "Database", "DbUser", "Status"):
        assert name in described, f"{name} is missing"
    assert described["Status"] == "FINISHED" and described["HasResultSet"] is True
    assert described["QueryString"] == "select 1 as one" and described["ResultFormat"] == "JSON"
    assert described["ResultRows"] == 1 and described["ResultSize"] > 0
    assert described["RedshiftPid"] > 0 and described["RedshiftQueryId"] > 0
    assert 0 < described["Duration"] < 60e9
    assert described["UpdatedAt"] >= described["CreatedAt"]
    assert "Error" not in described and "SubStatements" not in described
    result = call("GetStatementResult", Id=answer["Id"])
    assert result["Records"] == [[{"longValue": 1}]] and result["TotalNumRows"] == 1
    assert "NextToken" not in result


@check
def columns_are_described_in_full():
    described = finished(
        "select 1 as i, 'a' as t, 1.25::numeric(10,2) as d, true as b, 1.5::float8 as f, "
        "'2026-01-02'::date as day, null::varchar as n"
    )
    result = call("GetStatementResult", Id=described["Id"])
    members = {"isCaseSensitive", "isCurrency", "isSigned", "label", "length", "name", "nullable",
               "precision", "scale", "schemaName", "tableName", "typeName"}
    for column in result["ColumnMetadata"]:
        assert set(column) == members, set(column) ^ members
        assert column["label"] == column["name"]
    columns = {column["name"]: column for column in result["ColumnMetadata"]}
    assert [columns[name]["typeName"] for name in ("i", "t", "d", "b", "f", "day")] == [
        "int4", "varchar", "numeric", "bool", "float8", "date"]
    assert (columns["d"]["precision"], columns["d"]["scale"]) == (10, 2)
    assert columns["i"]["isSigned"] and not columns["i"]["isCaseSensitive"]
    assert columns["t"]["isCaseSensitive"] and not columns["t"]["isSigned"]
    assert result["Records"] == [[
        {"longValue": 1}, {"stringValue": "a"}, {"stringValue": "1.25"}, {"booleanValue": True},
        {"doubleValue": 1.5}, {"stringValue": "2026-01-02"}, {"isNull": True}]]


@check
def statements_without_a_result_set_say_what_they_changed():
    created = finished("create table counted (id int, name varchar(10))")
    assert created["HasResultSet"] is False and created["ResultRows"] == 0
    inserted = finished("insert into counted values (1, 'a'), (2, 'b')")
    assert inserted["ResultRows"] == 2 and inserted["ResultSize"] == 0
    fails("GetStatementResult", "ResourceNotFoundException", "Query does not have result",
          Id=inserted["Id"])
    empty = finished("select id from counted where id > 7")
    assert empty["HasResultSet"] is True and empty["ResultRows"] == 0
    result = call("GetStatementResult", Id=empty["Id"])
    assert result["Records"] == [] and result["TotalNumRows"] == 0 and result["ColumnMetadata"]


@check
def a_failed_statement_has_the_message_of_the_warehouse():
    described = run("select * from missing_table")
    assert described["Status"] == "FAILED" and described["ResultRows"] == -1
    assert described["Error"] == 'ERROR: relation "missing_table" does not exist', described["Error"]
    assert described["HasResultSet"] is False
    fails("GetStatementResult", "ResourceNotFoundException", "Query does not have result",
          Id=described["Id"])


@check
def parameters_are_bound():
    parameters = [{"name": "a", "value": "7"}, {"name": "b", "value": "it's"}]
    described = finished("select :a::int + 1 as a, :b as b", Parameters=parameters)
    assert described["QueryParameters"] == parameters
    assert rows(described["Id"]) == [[8, "it's"]]
    fails("ExecuteStatement", "ValidationException", "Unused parameters: [c]",
          Sql="select :a", Parameters=[{"name": "a", "value": "1"}, {"name": "c", "value": "1"}],
          **WORKGROUP)
    fails("ExecuteStatement", "ValidationException", "parameters.1.member.value",
          Sql="select :a", Parameters=[{"name": "a", "value": ""}], **WORKGROUP)
    fails("ExecuteStatement", "ValidationException", "parameters.1.member.name",
          Sql="select :a", Parameters=[{"name": "a-b", "value": "1"}], **WORKGROUP)
    fails("ExecuteStatement", "ValidationException", "parameters", Sql="select 1", Parameters=[],
          **WORKGROUP)


def batch(sqls, **members):
    answer = call("BatchExecuteStatement", Sqls=sqls, WaitTimeSeconds=30, **{**WORKGROUP, **members})
    return answer, call("DescribeStatement", Id=answer["Id"])


@check
def a_batch_is_one_transaction_and_has_sub_statements():
    sqls = ["create table batched (id int)", "insert into batched values (:x), (2)", "select id from batched"]
    answer, described = batch(sqls, Parameters=[{"name": "x", "value": "1"}])
    assert answer["Status"] == "FINISHED" and answer["HasResultSet"] is True
    assert described["Status"] == "FINISHED" and described["ExecutionMode"] == "TRANSACTION"
    assert described["HasResultSet"] is True and described["ResultRows"] == -1
    subs = described["SubStatements"]
    assert [sub["Id"] for sub in subs] == [f"{answer['Id']}:{n}" for n in (1, 2, 3)]
    assert [sub["QueryString"] for sub in subs] == sqls
    assert [sub["Status"] for sub in subs] == ["FINISHED"] * 3
    assert [sub["HasResultSet"] for sub in subs] == [False, False, True]
    assert [sub["ResultRows"] for sub in subs] == [0, 2, 2]
    assert all(sub["Duration"] > 0 and sub["RedshiftQueryId"] > 0 for sub in subs)
    assert sorted(rows(subs[2]["Id"])) == [[1], [2]]
    one = call("DescribeStatement", Id=subs[1]["Id"])
    assert one["Id"] == subs[1]["Id"] and one["ResultRows"] == 2 and one["QueryString"] == sqls[1]
    for identifier in (answer["Id"], subs[0]["Id"]):
        fails("GetStatementResult", "ResourceNotFoundException", "Query does not have result", Id=identifier)
    fails("DescribeStatement", "ResourceNotFoundException", "Query does not exist", Id=f"{answer['Id']}:4")


@check
def a_batch_that_fails_leaves_nothing():
    finished("create table kept (id int)")
    answer, described = batch(["insert into kept values (1)", "select 1/0", "insert into kept values (2)"])
    assert described["Status"] == "FAILED"
    assert described["Error"] == "Query #2 failed with ERROR: Divide by zero", described["Error"]
    assert [sub["Status"] for sub in described["SubStatements"]] == ["FINISHED", "FAILED", "ABORTED"]
    assert described["SubStatements"][1]["Error"] == "ERROR: Divide by zero"
    assert rows(finished("select count(*) from kept")["Id"]) == [[0]]


@check
def auto_commit_keeps_what_went_well_and_goes_on():
    finished("create table each (id int)")
    answer, described = batch(["insert into each values (1)", "select 1/0", "insert into each values (2)"],
                              ExecutionMode="AUTO_COMMIT")
    assert described["ExecutionMode"] == "AUTO_COMMIT" and described["Status"] == "FAILED"
    assert [sub["Status"] for sub in described["SubStatements"]] == ["FINISHED", "FAILED", "FINISHED"]
    assert rows(finished("select count(*) from each")["Id"]) == [[2]]


@check
def a_wait_ends_with_the_statement():
    started = time.monotonic()
    answer = call("ExecuteStatement", Sql="select 1", WaitTimeSeconds=30, **WORKGROUP)
    assert answer["Status"] == "FINISHED" and answer["HasResultSet"] is True and answer["RedshiftPid"] > 0
    assert time.monotonic() - started < 10
    slow = call("ExecuteStatement", Sql=SLOW, WaitTimeSeconds=1, **WORKGROUP)
    assert slow["Status"] == "STARTED", slow["Status"]
    assert 0.9 < time.monotonic() - started < 15
    ends, asked = [], threading.Event()
    api.meta.events.register("before-send.redshift-data.DescribeStatement", lambda **_: asked.set())

    def wait():
        ends.append((call("DescribeStatement", Id=slow["Id"], WaitTimeSeconds=30)["Status"], time.monotonic()))

    waiting = threading.Thread(target=wait)
    waiting.start()
    # Whichever of the two requests arrives first, the wait ends with the statement.
    assert asked.wait(20)
    cancelled = time.monotonic()
    assert call("CancelStatement", Id=slow["Id"])["Status"] is True
    waiting.join(20)
    assert ends and ends[0][0] == "ABORTED" and ends[0][1] - cancelled < 10, ends


@check
def a_result_can_be_waited_for():
    answer = call("ExecuteStatement", Sql="select 7 as n", **WORKGROUP)
    assert call("GetStatementResult", Id=answer["Id"], WaitTimeSeconds=30)["Records"] == [[{"longValue": 7}]]


@check
def cancelling_stops_the_engine():
    slow = call("ExecuteStatement", Sql=SLOW, StatementName="cancelled", WaitTimeSeconds=1, **WORKGROUP)
    fails("GetStatementResult", "ResourceNotFoundException", "Query does not have result", Id=slow["Id"])
    call("CancelStatement", Id=slow["Id"])
    described = call("DescribeStatement", Id=slow["Id"], WaitTimeSeconds=10)
    assert described["Status"] == "ABORTED" and "cancelled" in described["Error"], described
    spent = described["Duration"]
    # The clock that a duration is measured with goes on.
    time.sleep(0.3)
    assert call("DescribeStatement", Id=slow["Id"])["Duration"] == spent
    fails("CancelStatement", "ValidationException",
          f"Could not cancel a query that is already in ABORTED state with ID: {slow['Id']}", Id=slow["Id"])
    done = finished("select 1")
    fails("CancelStatement", "ValidationException", "already in FINISHED state", Id=done["Id"])


@check
def cancelling_a_batch_aborts_what_was_not_reached():
    answer = call("BatchExecuteStatement", Sqls=["select 1", SLOW, "select 2"], WaitTimeSeconds=1, **WORKGROUP)
    call("CancelStatement", Id=answer["Id"])
    described = call("DescribeStatement", Id=answer["Id"], WaitTimeSeconds=10)
    assert described["Status"] == "ABORTED"
    assert [sub["Status"] for sub in described["SubStatements"]] == ["FINISHED", "ABORTED", "ABORTED"]


@check
def the_same_token_starts_one_statement():
    token = str(uuid.uuid4())
    finished("create table once (id int)")
    members = {"Sql": "insert into once values (1)", "ClientToken": token, **WORKGROUP}
    first = call("ExecuteStatement", **members)
    assert call("ExecuteStatement", WaitTimeSeconds=30, **members)["Id"] == first["Id"]
    ids = []
    threads = [threading.Thread(target=lambda: ids.append(call("ExecuteStatement", **members)["Id"]))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids == [first["Id"]] * 8, ids
    assert rows(finished("select count(*) from once")["Id"]) == [[1]]
    fails("ExecuteStatement", "ValidationException", "ClientToken",
          **{**members, "Sql": "insert into once values (2)"})
    fails("ExecuteStatement", "ValidationException", "clientToken", Sql="select 1", ClientToken="t" * 65,
          **WORKGROUP)


@check
def a_session_keeps_temporary_tables_and_transactions():
    first = call("ExecuteStatement", Sql="create temp table kept_here (id int)", WaitTimeSeconds=30,
                 SessionKeepAliveSeconds=60, **WORKGROUP)
    session = first["SessionId"]
    assert call("DescribeStatement", Id=first["Id"])["SessionId"] == session

    def within(sql):
        answer = call("ExecuteStatement", Sql=sql, SessionId=session, WaitTimeSeconds=30)
        assert answer["SessionId"] == session and answer["Database"] == "dev"
        return call("DescribeStatement", Id=answer["Id"])

    assert within("insert into kept_here values (1)")["Status"] == "FINISHED"
    assert rows(within("select count(*) from kept_here")["Id"]) == [[1]]
    assert run("select * from kept_here")["Status"] == "FAILED"
    finished("create table shared_with (id int)")
    assert within("begin")["Status"] == "FINISHED"
    assert within("insert into shared_with values (1)")["Status"] == "FINISHED"
    assert rows(finished("select count(*) from shared_with")["Id"]) == [[0]]
    assert within("commit")["Status"] == "FINISHED"
    assert rows(finished("select count(*) from shared_with")["Id"]) == [[1]]
    assert within("begin")["Status"] == "FINISHED"
    assert within("select 1/0")["Status"] == "FAILED"
    aborted = within("select 1")
    assert aborted["Status"] == "FAILED" and "current transaction is aborted" in aborted["Error"], aborted
    assert within("rollback")["Status"] == "FINISHED"
    assert within("select 1")["Status"] == "FINISHED"
    slow = call("ExecuteStatement", Sql=SLOW, SessionId=session, WaitTimeSeconds=1)
    fails("ExecuteStatement", "ValidationException", "Session is not available", Sql="select 1",
          SessionId=session)
    listed = call("ListSessions", SessionId=session)["Sessions"]
    assert listed[0]["Status"] == "BUSY" and listed[0]["CurrentStatementId"] == slow["Id"], listed
    call("CancelStatement", Id=slow["Id"])
    listed = call("ListSessions", SessionId=session)["Sessions"][0]
    assert listed["Status"] == "AVAILABLE" and listed["SessionAliveSeconds"] == 60
    assert session in [each["SessionId"] for each in call("ListSessions")["Sessions"]]
    fails("ExecuteStatement", "ValidationException", "SessionId", Sql="select 1", SessionId=session, **WORKGROUP)


@check
def a_session_expires():
    first = call("ExecuteStatement", Sql="select 1", WaitTimeSeconds=30, SessionKeepAliveSeconds=1, **WORKGROUP)
    # The server's clock closes it, a second after its last statement.
    until(lambda: call("ListSessions", SessionId=first["SessionId"])["Sessions"][0]["Status"] == "CLOSED")
    fails("ExecuteStatement", "ValidationException", "Session is not available", Sql="select 1",
          SessionId=first["SessionId"])
    assert call("ListSessions", SessionId=first["SessionId"])["Sessions"][0]["Status"] == "CLOSED"
    assert first["SessionId"] in [each["SessionId"] for each in call("ListSessions", Status="CLOSED")["Sessions"]]
    nobody = str(uuid.uuid4())
    fails("ExecuteStatement", "ValidationException", "is invalid", Sql="select 1", SessionId=nobody)
    fails("ListSessions", "ResourceNotFoundException", "Session", SessionId=nobody)
    fails("ExecuteStatement", "ValidationException", "sessionKeepAliveSeconds", Sql="select 1",
          SessionKeepAliveSeconds=86401, **WORKGROUP)


@check
def a_large_result_is_paged_to_its_end():
    described = finished("select n, 'row ' || n as text from generate_series(1, 100000) as t(n)")
    pages, total, last, largest = 0, 0, 0, 0
    for page in api.get_paginator("get_statement_result").paginate(Id=described["Id"]):
        pages += 1
        assert page["TotalNumRows"] == 100000
        total += len(page["Records"])
        largest = max(largest, int(page["ResponseMetadata"]["HTTPHeaders"]["content-length"]))
        last = page["Records"][-1][0]["longValue"]
    assert (total, last) == (100000, 100000) and pages > 10, (total, last, pages)
    assert largest < 2 * 1024 * 1024, largest
    first = call("GetStatementResult", Id=described["Id"])
    token = first["NextToken"]
    other = finished("select 1")
    for identifier, wrong in ((described["Id"], "garbage"), (described["Id"], token[:-1]), (other["Id"], token),
                              (described["Id"], token + "f")):
        fails("GetStatementResult", "ValidationException", "NextToken", Id=identifier, NextToken=wrong)


@check
def csv_results_come_from_the_second_version():
    described = finished("select 1 as a, 'x,\"y\"' as b, null::int as c, '' as d", ResultFormat="CSV")
    assert described["ResultFormat"] == "CSV"
    result = call("GetStatementResultV2", Id=described["Id"])
    assert result["ResultFormat"] == "CSV" and result["TotalNumRows"] == 1
    assert result["Records"] == [{"CSVRecords": '1,"x,""y""",,""\r\n'}], result["Records"]
    fails("GetStatementResult", "ValidationException", "CSV", Id=described["Id"])
    fails("GetStatementResultV2", "ValidationException", "JSON", Id=finished("select 1")["Id"])
    fails("ExecuteStatement", "ValidationException", "resultFormat", Sql="select 1", ResultFormat="XML", **WORKGROUP)


@check
def statements_are_listed():
    prefix = f"listed/{uuid.uuid4()}"
    ids = [finished(f"select {n}", StatementName=f"{prefix}/{n}")["Id"] for n in range(5)]
    failed = run("select nothing", StatementName=f"{prefix}/failed")["Id"]
    listed = call("ListStatements", StatementName=prefix)["Statements"]
    assert [each["Id"] for each in listed] == ids[::-1]
    assert listed[0]["QueryString"] == "select 4" and listed[0]["IsBatchStatement"] is False
    assert listed[0]["StatementName"] == f"{prefix}/4" and listed[0]["Status"] == "FINISHED"
    everything = call("ListStatements", StatementName=prefix, Status="ALL")["Statements"]
    assert [each["Id"] for each in everything] == [failed, *ids[::-1]]
    only = call("ListStatements", StatementName=prefix, Status="FAILED", RoleLevel=True)["Statements"]
    assert [each["Id"] for each in only] == [failed]
    pages = list(api.get_paginator("list_statements").paginate(
        StatementName=prefix, PaginationConfig={"PageSize": 2}))
    assert [len(page["Statements"]) for page in pages] == [2, 2, 1]
    assert [each["Id"] for page in pages for each in page["Statements"]] == ids[::-1]
    answer, _ = batch(["select 1", "select 2"], StatementName=f"{prefix}/batch")
    first = call("ListStatements", StatementName=f"{prefix}/batch", WorkgroupName="analytics", Database="dev")
    assert first["Statements"][0]["QueryStrings"] == ["select 1", "select 2"]
    assert first["Statements"][0]["IsBatchStatement"] is True
    assert call("ListStatements", StatementName=prefix, ClusterIdentifier="other")["Statements"] == []
    fails("ListStatements", "ValidationException", "maxResults", MaxResults=101)
    fails("ListStatements", "ValidationException", "status", Status="DONE")
    fails("ListStatements", "ValidationException", "NextToken", NextToken="garbage")
    fails("ListStatements", "ValidationException", "together", ClusterIdentifier="c", WorkgroupName="www")


@check
def the_catalog_is_listed():
    finished("create schema if not exists mart")
    finished("create table mart.sales (id int not null, name varchar(20) default 'x', amount numeric(12,2))")
    finished("create view mart.totals as select sum(amount) as total from mart.sales")
    assert call("ListDatabases", **WORKGROUP)["Databases"] == ["dev"]
    schemas = call("ListSchemas", **WORKGROUP)["Schemas"]
    assert {"public", "mart", "pg_catalog", "information_schema"} <= set(schemas), schemas
    assert "redshift" not in schemas and "main" not in schemas
    assert call("ListSchemas", SchemaPattern="ma%", **WORKGROUP)["Schemas"] == ["mart"]
    tables = call("ListTables", SchemaPattern="mart", **WORKGROUP)["Tables"]
    assert tables == [{"name": "sales", "schema": "mart", "type": "TABLE"},
                      {"name": "totals", "schema": "mart", "type": "VIEW"}], tables
    assert [t["name"] for t in call("ListTables", TablePattern="sal_s", **WORKGROUP)["Tables"]] == ["sales"]
    described = call("DescribeTable", Schema="mart", Table="sales", **WORKGROUP)
    assert described["TableName"] == "sales"
    columns = described["ColumnList"]
    assert [(c["name"], c["typeName"], c["nullable"], c["precision"], c["scale"]) for c in columns] == [
        ("id", "int4", 0, 10, 0), ("name", "varchar", 1, 20, 0), ("amount", "numeric", 1, 12, 2)], columns
    assert "'x'" in columns[1]["columnDefault"] and columns[0]["schemaName"] == "mart"
    pages = list(api.get_paginator("list_tables").paginate(
        SchemaPattern="mart", PaginationConfig={"PageSize": 1}, **WORKGROUP))
    assert [len(page["Tables"]) for page in pages] == [1, 1]
    assert call("DescribeTable", Table="nowhere", **WORKGROUP)["ColumnList"] == []
    fails("ListTables", "ValidationException", "Database", WorkgroupName="analytics")
    fails("ListTables", "ValidationException", "maxResults", MaxResults=1001, **WORKGROUP)
    fails("ListSchemas", "ValidationException", "NextToken", NextToken="1", **WORKGROUP)


@check
def requests_are_checked():
    long = "select '" + "x" * (100 * 1024) + "'"
    for words, members in (
        ("'sql' failed to satisfy constraint: Member must not be null", {}),
        ("'sql'", {"Sql": ""}),
        ("102400", {"Sql": long}),
        ("less than or equal to 30", {"Sql": "select 1", "WaitTimeSeconds": 31}),
        ("greater than or equal to 1", {"Sql": "select 1", "WaitTimeSeconds": 0}),
        ("statementName", {"Sql": "select 1", "StatementName": "n" * 501}),
        ("together", {"Sql": "select 1", "ClusterIdentifier": "c"}),
        ("clusterIdentifier", {"Sql": "select 1", "WorkgroupName": None, "ClusterIdentifier": "UPPER"}),
        ("workgroupName", {"Sql": "select 1", "WorkgroupName": "x"}),
        ("DbUser", {"Sql": "select 1", "DbUser": "u"}),
        ("Database", {"Sql": "select 1", "Database": None}),
        ('database "other" does not exist', {"Sql": "select 1", "Database": "other"}),
        ("Either ClusterIdentifier, WorkgroupName or SessionId", {"Sql": "select 1", "WorkgroupName": None}),
    ):
        members = {**WORKGROUP, **members}
        members = {name: value for name, value in members.items() if value is not None}
        fails("ExecuteStatement", "ValidationException", words, **members)
    for words, sqls in (("sqls", None), ("greater than or equal to 1", []), ("less than or equal to 40", ["select 1"] * 41)):
        fails("BatchExecuteStatement", "ValidationException", words, **WORKGROUP,
              **({} if sqls is None else {"Sqls": sqls}))
    fails("BatchExecuteStatement", "ValidationException", "executionMode", Sqls=["select 1"],
          ExecutionMode="SOMEHOW", **WORKGROUP)
    assert len(batch(["select 1"] * 40)[1]["SubStatements"]) == 40
    for operation in ("DescribeStatement", "CancelStatement", "GetStatementResult", "GetStatementResultV2"):
        fails(operation, "ValidationException", "'id'")
        fails(operation, "ValidationException", "id must satisfy regex pattern", Id="no id")
        nobody = str(uuid.uuid4())
        answer = fails(operation, "ResourceNotFoundException", "Query does not exist.", Id=nobody)
        assert answer.get("ResourceId") == nobody, answer
    fails("DescribeStatement", "ValidationException", "waitTimeSeconds", Id=str(uuid.uuid4()), WaitTimeSeconds=31)


@check
def clusters_and_secrets_are_places_too():
    answer = call("ExecuteStatement", Sql="select 1", ClusterIdentifier="c-1", Database="dev", DbUser="ann")
    assert answer["ClusterIdentifier"] == "c-1" and answer["DbUser"] == "ann" and "WorkgroupName" not in answer
    secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:s"
    answer = call("ExecuteStatement", Sql="select 1", SecretArn=secret, Database="dev")
    assert answer["SecretArn"] == secret and "DbUser" not in answer


@check
def ten_clients_at_once():
    finished("create table crowd (client int, n int)")
    failures = []

    def work(number):
        try:
            for n in range(5):
                finished("insert into crowd values (:c, :n)", Parameters=[
                    {"name": "c", "value": str(number)}, {"name": "n", "value": str(n)}])
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    assert rows(finished("select count(*), count(distinct client) from crowd")["Id"]) == [[50, 10]]


@check
def a_client_that_goes_away_disturbs_nobody():
    slow = call("ExecuteStatement", Sql=SLOW, **WORKGROUP)
    host, port = URL.removeprefix("http://").split(":")
    body = '{"Id": "%s", "WaitTimeSeconds": 30}' % slow["Id"]
    for _ in range(60):
        peer = socket.create_connection((host, int(port)))
        peer.sendall((
            f"POST / HTTP/1.1\r\nHost: {host}:{port}\r\nX-Amz-Target: RedshiftData.DescribeStatement\r\n"
            f"Content-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode())
        peer.close()

    def there_is_room():
        try:
            return call("DescribeStatement", Id=slow["Id"], WaitTimeSeconds=1)["Status"] == "STARTED"
        except api.exceptions.ActiveWaitingRequestsExceededException:
            return False

    # Places of who went away are free again.
    until(there_is_room)
    call("CancelStatement", Id=slow["Id"])


@check
def too_many_waiters_are_turned_away():
    slow = call("ExecuteStatement", Sql=SLOW, **WORKGROUP)
    crowd = boto3.client("redshift-data", endpoint_url=URL, region_name="us-east-1", aws_access_key_id="any",
                         aws_secret_access_key="any",
                         config=Config(retries={"max_attempts": 0}, max_pool_connections=60))
    turned_away = []

    def wait():
        try:
            crowd.describe_statement(Id=slow["Id"], WaitTimeSeconds=30)
        except crowd.exceptions.ActiveWaitingRequestsExceededException as error:
            turned_away.append(error)

    threads = [threading.Thread(target=wait) for _ in range(52)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while len(turned_away) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    call("CancelStatement", Id=slow["Id"])
    for thread in threads:
        thread.join(20)
    assert len(turned_away) == 2, turned_away


def http(request):
    host, port = URL.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as peer:
        peer.sendall(request.replace("HOST", f"{host}:{port}").encode())
        answer = b""
        while chunk := peer.recv(65536):
            answer += chunk
    return answer.decode()


@check
def the_protocol_is_kept():
    def post(target, body, host="HOST", more=""):
        return http(f"POST / HTTP/1.1\r\nHost: {host}\r\nX-Amz-Target: {target}\r\n{more}"
                    f"Content-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}\r\n"
                    f"Connection: close\r\n\r\n{body}")

    answer = post("RedshiftData.ListStatements", "{}")
    assert answer.startswith("HTTP/1.1 200") and "application/x-amz-json-1.1" in answer
    assert "x-amzn-requestid: " in answer.lower()
    for target in ("RedshiftData.DropEverything", "DynamoDB_20120810.ListTables", ""):
        answer = post(target, "{}")
        assert answer.startswith("HTTP/1.1 400") and '"UnknownOperationException"' in answer, answer
    for body in ("{", "[]", '{"Sql": 7}', '{"Sql": "select 1", "WaitTimeSeconds": "soon"}'):
        answer = post("RedshiftData.ExecuteStatement", body)
        assert answer.startswith("HTTP/1.1 400") and '"SerializationException"' in answer, answer
    assert post("RedshiftData.ListStatements", '{"Unknown": 1}').startswith("HTTP/1.1 200")
    for host, more in (("evil.example", ""), ("evil.example:15439", ""), ("127.0.0.1.evil.example", ""),
                       ("HOST", "Origin: http://evil.example\r\n"), ("HOST", "Origin: null\r\n")):
        answer = post("RedshiftData.ListStatements", "{}", host, more)
        assert answer.startswith("HTTP/1.1 403") and '"AccessDeniedException"' in answer, answer
    answer = http("POST / HTTP/1.1\r\nHost: HOST\r\nX-Amz-Target: RedshiftData.ListStatements\r\n"
                  "Content-Length: 99999999\r\nConnection: close\r\n\r\n")
    assert answer.startswith("HTTP/1.1 413"), answer


def main():
    wanted = sys.argv[2:]
    failed = 0
    for function in checks:
        if wanted and function.__name__ not in wanted:
            continue
        name = function.__name__.replace("_", " ")
        try:
            function()
            print(f"ok {name}", flush=True)
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"FAILED {name}: {type(error).__name__}: {error}", flush=True)
    print(f"{len(checks) - failed} of {len(checks)} checks", flush=True)
    sys.exit(1 if failed else 0)


main()
