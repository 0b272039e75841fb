"""Scales an inference component to zero copies and back by two policies and two alarms, with the newest boto3.

    eval "$(./millrace env)"
    python samples/clients/scale_to_zero.py

As the report in samples/mission (003-02 to 003-07) does it: target tracking, and a step policy for the way up from
zero. Target tracking needs 15 idle minutes for its way down, and no caller can change that; another step policy
takes the last copy here. Prints one line a step.
"""

import csv
import json
import pathlib
import time
import uuid

import boto3

DIGITS = pathlib.Path(__file__).resolve().parent.parent / "digits"
NAME = f"zero-{uuid.uuid4().hex[:8]}"
ROLE = "arn:aws:iam::000000000000:role/millrace"
TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": f"inference-component/{NAME}",
    "ScalableDimension": "sagemaker:inference-component:DesiredCopyCount",
}

s3, sagemaker, runtime = boto3.client("s3"), boto3.client("sagemaker"), boto3.client("sagemaker-runtime")
scaling, cloudwatch = boto3.client("application-autoscaling"), boto3.client("cloudwatch")


def first_digit():
    header, row = list(csv.reader((DIGITS / "test.csv").open()))[:2]
    label = header.index("label")
    return ",".join(row[:label] + row[label + 1 :]) + "\n", int(float(row[label]))


def await_that(what, condition, seconds=180):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(1)
    print(what)


def copies():
    return sagemaker.describe_inference_component(InferenceComponentName=NAME)["RuntimeConfig"]


def deploy():
    s3.create_bucket(Bucket=NAME)
    s3.upload_file(str(DIGITS / "model.onnx"), NAME, "model.onnx")
    sagemaker.create_model(
        ModelName=NAME,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": "onnxruntime", "ModelDataUrl": f"s3://{NAME}/model.onnx"},
    )
    sagemaker.create_endpoint_config(
        EndpointConfigName=NAME,
        ExecutionRoleArn=ROLE,
        ProductionVariants=[
            {
                "VariantName": "AllTraffic",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
                "ManagedInstanceScaling": {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 1},
                "RoutingConfig": {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"},
            }
        ],
    )
    sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    sagemaker.create_inference_component(
        InferenceComponentName=NAME,
        EndpointName=NAME,
        VariantName="AllTraffic",
        Specification={"ModelName": NAME, "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 512}},
        RuntimeConfig={"CopyCount": 1},
    )
    await_that(
        "component in service",
        lambda: sagemaker.describe_inference_component(InferenceComponentName=NAME)["InferenceComponentStatus"]
        == "InService",
    )


def step_policy(direction, change, interval):
    return scaling.put_scaling_policy(
        PolicyName=f"{NAME}-{direction}",
        PolicyType="StepScaling",
        **TARGET,
        StepScalingPolicyConfiguration={
            "AdjustmentType": "ChangeInCapacity",
            "MetricAggregationType": "Maximum",
            "Cooldown": 1,
            "StepAdjustments": [{interval: 0, "ScalingAdjustment": change}],
        },
    )["PolicyARN"]


def alarm(direction, metric, policy, comparison):
    cloudwatch.put_metric_alarm(
        AlarmName=f"{NAME}-{direction}",
        AlarmActions=[policy],
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[{"Name": "InferenceComponentName", "Value": NAME}],
        Statistic="Maximum",
        Period=10,
        EvaluationPeriods=1,
        DatapointsToAlarm=1,
        Threshold=1,
        ComparisonOperator=comparison,
        TreatMissingData="missing",
    )


def scale_to_zero():
    scaling.register_scalable_target(**TARGET, MinCapacity=0, MaxCapacity=1)
    tracking = scaling.put_scaling_policy(
        PolicyName=f"{NAME}-tracking",
        PolicyType="TargetTrackingScaling",
        **TARGET,
        TargetTrackingScalingPolicyConfiguration={
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution"
            },
            "TargetValue": 5,
        },
    )
    assert len(tracking["Alarms"]) == 2, tracking
    alarm(
        "out",
        "NoCapacityInvocationFailures",
        step_policy("out", 1, "MetricIntervalLowerBound"),
        "GreaterThanOrEqualToThreshold",
    )
    alarm(
        "in",
        "ConcurrentRequestsPerCopy",
        step_policy("in", -1, "MetricIntervalUpperBound"),
        "LessThanThreshold",
    )
    await_that("no copy is wanted", lambda: copies()["DesiredCopyCount"] == 0)
    await_that("no copy runs", lambda: copies()["CurrentCopyCount"] == 0)
    cloudwatch.delete_alarms(AlarmNames=[f"{NAME}-in"])


def scaled_by(alarm_name):
    """Whether a step policy has changed the capacity because of the alarm."""
    activities = scaling.describe_scaling_activities(
        ServiceNamespace="sagemaker", ResourceId=TARGET["ResourceId"]
    )["ScalingActivities"]
    return any(each["StatusCode"] == "Successful" and alarm_name in each["Cause"] for each in activities)


def invoke():
    row, label = first_digit()
    try:
        answer = runtime.invoke_endpoint(
            EndpointName=NAME,
            InferenceComponentName=NAME,
            ContentType="text/csv",
            Accept="application/json",
            Body=row.encode(),
        )
    except runtime.exceptions.ValidationError:
        return False  # `gateway.hold-without-capacity=false`: refused as SageMaker does, and counted.
    outputs = json.load(answer["Body"])["outputs"]
    assert next(output["data"][0] for output in outputs if output["name"] == "label") == label
    return True


def delete():
    cloudwatch.delete_alarms(AlarmNames=[f"{NAME}-out"])
    scaling.deregister_scalable_target(**TARGET)
    sagemaker.delete_inference_component(InferenceComponentName=NAME)
    await_that(
        "the component is gone",
        lambda: not sagemaker.list_inference_components(EndpointNameEquals=NAME)["InferenceComponents"],
    )
    sagemaker.delete_endpoint(EndpointName=NAME)
    sagemaker.delete_endpoint_config(EndpointConfigName=NAME)
    sagemaker.delete_model(ModelName=NAME)


if __name__ == "__main__":
    deploy()
    assert invoke()
    scale_to_zero()
    await_that("a call is answered", invoke)
    await_that("a copy is wanted again", lambda: copies()["DesiredCopyCount"] == 1)
    await_that("the alarm has done it", lambda: scaled_by(f"{NAME}-out"))
    delete()
    print("deleted")
