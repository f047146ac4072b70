"""What a program that uses Amazon's SDK for Python meets at the endpoint: each operation once, results as documented.

Usage: endpoint_boto3.py URL ACCESS_KEY_ID SECRET_ACCESS_KEY
Ends with status 0 and no output when everything is as it should be.
"""
import sys
import time
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.config import Config
from botocore.exceptions import ClientError


def session_arguments(url, key, secret):
    return {
        "endpoint_url": url,
        "aws_access_key_id": key,
        "aws_secret_access_key": secret,
        "region_name": "eu-central-1",
        "config": Config(retries={"max_attempts": 1}, parameter_validation=False),
    }


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r} instead of {wanted!r}")


def expect_error(name, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        expect(error.response["Error"]["Code"], name, "error")
        return error.response
    raise AssertionError(f"{name} was expected")


def wait_until(condition, what):
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within a minute")
        time.sleep(0.05)


def key(name, kind="HASH"):
    return {"AttributeName": name, "KeyType": kind}


def attribute(name, type_="S"):
    return {"AttributeName": name, "AttributeType": type_}


class Check:
    def __init__(self, arguments):
        self.client = boto3.client("dynamodb", **arguments)
        self.streams = boto3.client("dynamodbstreams", **arguments)
        self.resource = boto3.resource("dynamodb", **arguments)

    def active(self, table):
        def is_active():
            description = self.client.describe_table(TableName=table)["Table"]
            indexes = description.get("GlobalSecondaryIndexes", [])
            return description["TableStatus"] == "ACTIVE" and all(i["IndexStatus"] == "ACTIVE" for i in indexes)

        wait_until(is_active, f"{table} becomes active")

    def tables(self):
        client = self.client
        for name, type_ in (("ByText", "S"), ("ByNumber", "N"), ("ByBytes", "B")):
            client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[key("id")],
                                AttributeDefinitions=[attribute("id", type_)])
        client.create_table(
            TableName="Orders",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[key("customer"), key("at", "RANGE")],
            AttributeDefinitions=[attribute("customer"), attribute("at", "N"), attribute("phase"), attribute("amount", "N")],
            GlobalSecondaryIndexes=[{"IndexName": "phase-index", "KeySchema": [key("phase"), key("amount", "RANGE")],
                                     "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["note"]}}],
            LocalSecondaryIndexes=[{"IndexName": "amount-index", "KeySchema": [key("customer"), key("amount", "RANGE")],
                                    "Projection": {"ProjectionType": "KEYS_ONLY"}}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            Tags=[{"Key": "team", "Value": "desk"}],
        )
        for name in ("ByText", "ByNumber", "ByBytes", "Orders"):
            self.active(name)
        names = client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2}).build_full_result()
        expect([n for n in names["TableNames"] if n.startswith("By")], ["ByBytes", "ByNumber", "ByText"], "ListTables")
        expect_error("ResourceInUseException", client.create_table, TableName="ByText", BillingMode="PAY_PER_REQUEST",
                     KeySchema=[key("id")], AttributeDefinitions=[attribute("id")])
        expect_error("ResourceNotFoundException", client.describe_table, TableName="Nowhere")
        expect_error("ValidationException", client.create_table, TableName="No", KeySchema=[], AttributeDefinitions=[])

        arn = client.describe_table(TableName="Orders")["Table"]["TableArn"]
        client.tag_resource(ResourceArn=arn, Tags=[{"Key": "cost", "Value": "1"}])
        client.untag_resource(ResourceArn=arn, TagKeys=["team"])
        expect(client.list_tags_of_resource(ResourceArn=arn)["Tags"], [{"Key": "cost", "Value": "1"}], "tags")
        if client.describe_limits()["TableMaxWriteCapacityUnits"] <= 0:
            raise AssertionError("DescribeLimits")
        if not client.describe_endpoints()["Endpoints"]:
            raise AssertionError("DescribeEndpoints")

    def items(self):
        table = self.resource.Table("Orders")
        item = {
            "customer": "anna", "at": 1, "phase": "open", "amount": Decimal("12.50"), "note": "",
            "big": Decimal("12345678901234567890123456789012345678"), "small": Decimal("1E-130"),
            "flag": True, "nothing": None, "bytes": b"\x00\x01", "list": [1, "two", {"three": 3}],
            "map": {"a": {"b": [1, 2]}}, "texts": {"x", "y"}, "numbers": {1, 2}, "blobs": {b"a", b"b"},
        }
        expect(table.put_item(Item=item).get("Attributes"), None, "PutItem")
        found = table.get_item(Key={"customer": "anna", "at": 1}, ConsistentRead=True,
                               ReturnConsumedCapacity="TOTAL")
        expect(found["ConsumedCapacity"]["CapacityUnits"], 1.0, "capacity")
        for name, value in item.items():
            got = found["Item"][name]
            expect(bytes(got) if name == "bytes" else {bytes(b) for b in got} if name == "blobs" else got, value, name)
        expect(table.get_item(Key={"customer": "anna", "at": 2}).get("Item"), None, "absent item")
        expect(table.get_item(Key={"customer": "anna", "at": 1}, ProjectionExpression="#m.a.b[1], amount",
                              ExpressionAttributeNames={"#m": "map"})["Item"],
               {"map": {"a": {"b": [2]}}, "amount": Decimal("12.50")}, "projection")
        expect_error("ConditionalCheckFailedException", table.put_item, Item=item,
                     ConditionExpression=Attr("customer").not_exists())
        updated = table.update_item(
            Key={"customer": "anna", "at": 1},
            UpdateExpression="SET amount = amount + :more, #l = list_append(#l, :tail), seen = if_not_exists(seen, :zero) "
                             "REMOVE note ADD visits :one DELETE texts :x",
            ExpressionAttributeNames={"#l": "list"},
            ExpressionAttributeValues={":more": 1, ":tail": [4], ":zero": 0, ":one": 1, ":x": {"x"}},
            ReturnValues="UPDATED_NEW")["Attributes"]
        expect(updated["amount"], Decimal("13.50"), "SET +")
        expect(updated["texts"], {"y"}, "DELETE")
        expect((updated["visits"], updated["seen"], updated["list"][-1]), (1, 0, 4), "UPDATED_NEW")
        expect(table.delete_item(Key={"customer": "anna", "at": 1}, ReturnValues="ALL_OLD")["Attributes"]["amount"],
               Decimal("13.50"), "DeleteItem")
        expect_error("ValidationException", table.put_item, Item={"customer": "anna"})
        expect_error("ValidationException", table.put_item, Item={"customer": "", "at": 1})
        # The parameters of before expressions.
        low = self.client
        low.put_item(TableName="ByText", Item={"id": {"S": "old"}}, Expected={"id": {"Exists": False}})
        low.update_item(TableName="ByText", Key={"id": {"S": "old"}},
                        AttributeUpdates={"n": {"Action": "ADD", "Value": {"N": "2"}}})
        expect(low.get_item(TableName="ByText", Key={"id": {"S": "old"}}, AttributesToGet=["n"])["Item"],
               {"n": {"N": "2"}}, "AttributesToGet")
        low.put_item(TableName="ByNumber", Item={"id": {"N": "1.0"}})
        expect(low.get_item(TableName="ByNumber", Key={"id": {"N": "1"}})["Item"], {"id": {"N": "1"}}, "number key")
        low.put_item(TableName="ByBytes", Item={"id": {"B": b"\xff\x00"}})
        expect(low.get_item(TableName="ByBytes", Key={"id": {"B": b"\xff\x00"}})["Item"], {"id": {"B": b"\xff\x00"}},
               "binary key")

    def pages(self):
        table = self.resource.Table("Orders")
        with table.batch_writer() as batch:  # 5 MB and some
            for number in range(110):
                batch.put_item(Item={"customer": "bert", "at": number, "phase": "even" if number % 2 == 0 else "odd",
                                     "amount": number, "note": str(number), "filler": "x" * 50_000})
        pages = list(self.client.get_paginator("query").paginate(
            TableName="Orders", KeyConditionExpression="customer = :c", ExpressionAttributeValues={":c": {"S": "bert"}}))
        if len(pages) < 5:
            raise AssertionError("5 MB in fewer than 5 pages of 1 MB")
        expect([int(i["at"]["N"]) for p in pages for i in p["Items"]], list(range(110)), "Query")
        expect(pages[0]["Count"], pages[0]["ScannedCount"], "counts")
        backwards = table.query(KeyConditionExpression=Key("customer").eq("bert") & Key("at").between(3, 9),
                                ScanIndexForward=False, Limit=3)
        expect([i["at"] for i in backwards["Items"]], [9, 8, 7], "backwards")
        by_status = table.query(IndexName="phase-index", ProjectionExpression="amount, note",
                                KeyConditionExpression=Key("phase").eq("odd") & Key("amount").lt(6))
        expect(by_status["Items"], [{"amount": n, "note": str(n)} for n in (1, 3, 5)], "GSI")
        local = table.query(IndexName="amount-index", ConsistentRead=True,
                            KeyConditionExpression=Key("customer").eq("bert") & Key("amount").gte(108))
        expect(local["Items"], [{"customer": "bert", "at": n, "amount": n} for n in (108, 109)], "LSI")
        expect_error("ValidationException", table.query, IndexName="phase-index", ConsistentRead=True,
                     KeyConditionExpression=Key("phase").eq("odd"))
        seen = []
        for segment in range(3):
            pages = self.client.get_paginator("scan").paginate(
                TableName="Orders", Segment=segment, TotalSegments=3, FilterExpression="#s = :odd",
                ExpressionAttributeNames={"#s": "phase"}, ExpressionAttributeValues={":odd": {"S": "odd"}})
            seen += [int(i["at"]["N"]) for p in pages for i in p["Items"]]
        expect(sorted(seen), list(range(1, 110, 2)), "Scan in segments")
        expect(table.scan(Select="COUNT", Limit=7)["Count"], 7, "COUNT")
        got = self.client.batch_get_item(RequestItems={"Orders": {
            "Keys": [{"customer": {"S": "bert"}, "at": {"N": str(n)}} for n in range(40)],
            "ProjectionExpression": "#a", "ExpressionAttributeNames": {"#a": "at"}}})
        expect(sorted(int(i["at"]["N"]) for i in got["Responses"]["Orders"]), list(range(40)), "BatchGetItem")
        expect(got["UnprocessedKeys"], {}, "UnprocessedKeys")

    def transactions(self):
        client = self.client
        put = {"Put": {"TableName": "ByText", "Item": {"id": {"S": "t1"}, "n": {"N": "1"}},
                       "ConditionExpression": "attribute_not_exists(id)",
                       "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}
        update = {"Update": {"TableName": "Orders", "Key": {"customer": {"S": "bert"}, "at": {"N": "1"}},
                             "UpdateExpression": "ADD visits :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}}
        for _ in range(2):  # the token makes the second one have no effect
            client.transact_write_items(TransactItems=[put, update], ClientRequestToken="once")
        expect_error("IdempotentParameterMismatchException", client.transact_write_items, TransactItems=[update],
                     ClientRequestToken="once")
        cancelled = expect_error("TransactionCanceledException", client.transact_write_items,
                                 TransactItems=[update, put])
        expect([r["Code"] for r in cancelled["CancellationReasons"]], ["None", "ConditionalCheckFailed"], "reasons")
        expect(cancelled["CancellationReasons"][1]["Item"]["id"], {"S": "t1"}, "item of the refusal")
        both = client.transact_get_items(TransactItems=[
            {"Get": {"TableName": "ByText", "Key": {"id": {"S": "t1"}}}},
            {"Get": {"TableName": "Orders", "Key": {"customer": {"S": "bert"}, "at": {"N": "1"}},
                     "ProjectionExpression": "visits"}}])
        expect(both["Responses"], [{"Item": {"id": {"S": "t1"}, "n": {"N": "1"}}}, {"Item": {"visits": {"N": "1"}}}],
               "TransactGetItems")

    def statements(self):
        client = self.client
        client.execute_statement(Statement="""INSERT INTO "ByText" VALUE {'id': 'p', 'n': 1, 'tags': <<'a', 'b'>>}""")
        expect_error("DuplicateItemException", client.execute_statement,
                     Statement="""INSERT INTO "ByText" VALUE {'id': 'p'}""")
        client.execute_statement(Statement='UPDATE "ByText" SET n = n + ? WHERE id = ?',
                                 Parameters=[{"N": "4"}, {"S": "p"}])
        found = client.execute_statement(Statement='SELECT n FROM "ByText" WHERE id = ?', Parameters=[{"S": "p"}])
        expect(found["Items"], [{"n": {"N": "5"}}], "SELECT")
        several = client.batch_execute_statement(Statements=[
            {"Statement": """SELECT * FROM "ByText" WHERE id = 'nobody'"""},
            {"Statement": """SELECT n FROM "ByText" WHERE id = 'p'"""}])
        expect(several["Responses"][1]["Item"], {"n": {"N": "5"}}, "BatchExecuteStatement")
        client.execute_transaction(TransactStatements=[
            {"Statement": """DELETE FROM "ByText" WHERE id = 'p'"""},
            {"Statement": """INSERT INTO "ByText" VALUE {'id': 'q'}"""}])
        expect(client.get_item(TableName="ByText", Key={"id": {"S": "p"}}).get("Item"), None, "DELETE")

    def changes(self):
        client = self.client
        arn = client.describe_table(TableName="Orders")["Table"]["LatestStreamArn"]
        expect([s["StreamArn"] for s in self.streams.list_streams(TableName="Orders")["Streams"]], [arn], "ListStreams")
        shard = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = self.streams.get_shard_iterator(StreamArn=arn, ShardId=shard,
                                                   ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        records = []
        while True:
            page = self.streams.get_records(ShardIterator=iterator)
            if not page["Records"]:
                break
            records += page["Records"]
            iterator = page["NextShardIterator"]
        expect([r["eventName"] for r in records[:3]], ["INSERT", "MODIFY", "REMOVE"], "events")
        expect(records[1]["dynamodb"]["OldImage"]["amount"], {"N": "12.5"}, "old image")
        numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in records]
        expect(numbers, sorted(set(numbers)), "sequence numbers")
        if not 21 <= len(records[0]["dynamodb"]["SequenceNumber"]) <= 40:
            raise AssertionError("sequence numbers have 21 to 40 digits")

    def live_changes(self):
        client = self.client
        client.update_table(TableName="ByText", AttributeDefinitions=[attribute("id"), attribute("n", "N")],
                            GlobalSecondaryIndexUpdates=[{"Create": {
                                "IndexName": "n-index", "KeySchema": [key("n")],
                                "Projection": {"ProjectionType": "ALL"}}}])
        self.active("ByText")
        found = client.query(TableName="ByText", IndexName="n-index", KeyConditionExpression="n = :two",
                             ExpressionAttributeValues={":two": {"N": "2"}})
        expect([i["id"]["S"] for i in found["Items"]], ["old"], "index made later")
        client.update_table(TableName="ByText", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "n-index"}}])
        wait_until(lambda: "GlobalSecondaryIndexes" not in client.describe_table(TableName="ByText")["Table"],
                   "the index goes")
        client.update_time_to_live(TableName="ByText", TimeToLiveSpecification={"Enabled": True,
                                                                                "AttributeName": "expires"})
        expect(client.describe_time_to_live(TableName="ByText")["TimeToLiveDescription"],
               {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}, "TTL")
        client.put_item(TableName="ByText", Item={"id": {"S": "late"}, "expires": {"N": str(int(time.time()) - 60)}})
        wait_until(lambda: "Item" not in client.get_item(TableName="ByText", Key={"id": {"S": "late"}}),
                   "the expired item goes")

    def recovery(self):
        client = self.client
        expect(client.describe_continuous_backups(TableName="Orders")["ContinuousBackupsDescription"]
               ["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "DISABLED", "recovery")
        expect_error("PointInTimeRecoveryUnavailableException", client.restore_table_to_point_in_time,
                     SourceTableName="Orders", TargetTableName="Earlier", UseLatestRestorableTime=True)
        client.update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True})
        arn = client.create_backup(TableName="Orders", BackupName="before")["BackupDetails"]["BackupArn"]
        wait_until(lambda: client.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"]
                   == "AVAILABLE", "the backup is made")
        expect([b["BackupName"] for b in client.list_backups(TableName="Orders")["BackupSummaries"]], ["before"],
               "ListBackups")
        client.put_item(TableName="Orders", Item={"customer": {"S": "carl"}, "at": {"N": "1"}})
        client.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn)
        self.active("Restored")
        expect(client.scan(TableName="Restored", Select="COUNT", Limit=1000)["ScannedCount"] > 0, True, "restored")
        expect(client.get_item(TableName="Restored", Key={"customer": {"S": "carl"}, "at": {"N": "1"}}).get("Item"),
               None, "what came after the backup")
        client.delete_backup(BackupArn=arn)
        expect_error("BackupNotFoundException", client.describe_backup, BackupArn=arn)
        client.restore_table_to_point_in_time(SourceTableName="Orders", TargetTableName="Earlier",
                                              UseLatestRestorableTime=True)
        self.active("Earlier")
        client.delete_table(TableName="Earlier")

        table = client.describe_table(TableName="Restored")["Table"]["TableArn"]
        client.update_continuous_backups(TableName="Restored", PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True})
        export = client.export_table_to_point_in_time(TableArn=table, S3Bucket="out", S3Prefix="orders")
        export = export["ExportDescription"]["ExportArn"]

        def exported():
            status = client.describe_export(ExportArn=export)["ExportDescription"]["ExportStatus"]
            expect(status in ("IN_PROGRESS", "COMPLETED"), True, f"export {status}")
            return status == "COMPLETED"

        wait_until(exported, "the export is made")
        expect([e["ExportArn"] for e in client.list_exports(TableArn=table)["ExportSummaries"]], [export],
               "ListExports")
        folder = export.rsplit("/", 1)[1]
        imported = client.import_table(
            S3BucketSource={"S3Bucket": "out", "S3KeyPrefix": f"orders/AWSDynamoDB/{folder}/data"},
            InputFormat="DYNAMODB_JSON", InputCompressionType="GZIP",
            TableCreationParameters={"TableName": "Imported", "BillingMode": "PAY_PER_REQUEST",
                                     "KeySchema": [key("customer"), key("at", "RANGE")],
                                     "AttributeDefinitions": [attribute("customer"), attribute("at", "N")]},
        )["ImportTableDescription"]["ImportArn"]

        def is_imported():
            description = client.describe_import(ImportArn=imported)["ImportTableDescription"]
            expect(description["ImportStatus"] in ("IN_PROGRESS", "COMPLETED"), True, str(description))
            return description["ImportStatus"] == "COMPLETED"

        wait_until(is_imported, "the import is done")
        count = client.describe_table(TableName="Restored")["Table"]["ItemCount"]
        expect(client.describe_table(TableName="Imported")["Table"]["ItemCount"], count, "imported items")
        for name in ("Restored", "Imported"):
            client.delete_table(TableName=name)

    def end(self):
        for name in ("ByText", "ByNumber", "ByBytes", "Orders"):
            self.client.delete_table(TableName=name)
            self.client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})

    def run(self):
        for step in (self.tables, self.items, self.pages, self.transactions, self.statements, self.changes,
                     self.live_changes, self.recovery, self.end):
            try:
                step()
            except (AssertionError, ClientError, KeyError) as error:
                sys.exit(f"{step.__name__}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    Check(session_arguments(*sys.argv[1:])).run()
