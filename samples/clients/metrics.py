"""Writes and reads metrics and an alarm with boto3, of 2022 (Query) or of today (JSON).

    eval "$(./millrace env)"
    python samples/clients/metrics.py

Prints one line a step. Anything that is not as with CloudWatch ends it with an error.
"""

import datetime
import os
import time
import uuid

import boto3

NAME = f"metrics-{uuid.uuid4().hex[:8]}"
DIMENSIONS = [{"Name": name, "Value": NAME} for name in ("Run", "Region", "Host", "Process")]
DATA = 1000

cloudwatch = boto3.client("cloudwatch", endpoint_url=os.environ["AWS_ENDPOINT_URL"])


def await_that(what, condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(1)
    print(what)


def window():
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"StartTime": now - datetime.timedelta(minutes=10), "EndTime": now + datetime.timedelta(minutes=1)}


def put():
    # As many as one call may have. Today's clients compress it; in 2022 it is a form of 11,002 parameters and more.
    datum = {"MetricName": "Calls", "Dimensions": DIMENSIONS, "Value": 1, "Unit": "Count"}
    cloudwatch.put_metric_data(Namespace="Samples", MetricData=[datum] * DATA)


def statistics():
    answer = cloudwatch.get_metric_statistics(
        Namespace="Samples", MetricName="Calls", Dimensions=DIMENSIONS, Period=60, Statistics=["Sum"], **window()
    )
    return sum(point["Sum"] for point in answer["Datapoints"])


def data():
    metric = {"Namespace": "Samples", "MetricName": "Calls", "Dimensions": DIMENSIONS}
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "calls", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}], **window()
    )
    return sum(answer["MetricDataResults"][0]["Values"])


def listed():
    return cloudwatch.list_metrics(Namespace="Samples", Dimensions=DIMENSIONS)["Metrics"]


def alarm_state():
    return cloudwatch.describe_alarms(AlarmNames=[NAME])["MetricAlarms"][0]["StateValue"]


def alarm():
    cloudwatch.put_metric_alarm(
        AlarmName=NAME,
        Namespace="Samples",
        MetricName="Calls",
        Dimensions=DIMENSIONS,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=100,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="ignore",
    )
    await_that("alarm", lambda: alarm_state() == "ALARM", 150)
    cloudwatch.set_alarm_state(AlarmName=NAME, StateValue="OK", StateReason="by hand")
    assert cloudwatch.describe_alarm_history(AlarmName=NAME)["AlarmHistoryItems"]
    cloudwatch.delete_alarms(AlarmNames=[NAME])
    assert not cloudwatch.describe_alarms(AlarmNames=[NAME])["MetricAlarms"]


def refused():
    try:
        cloudwatch.get_metric_statistics(
            Namespace="Samples", MetricName="Calls", Period=7, Statistics=["Sum"], **window()
        )
        raise AssertionError("a period of 7 seconds was taken")
    except cloudwatch.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationError", error.response
        print("refused")


if __name__ == "__main__":
    put()
    await_that("statistics", lambda: statistics() == DATA)
    await_that("data", lambda: data() == DATA)
    await_that("listed", lambda: len(listed()) == 1)
    alarm()
    refused()
