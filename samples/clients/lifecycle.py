"""Takes an endpoint through its life with boto3, of 2022 or of today: create, invoke, scale, update, delete.

    eval "$(./millrace env)"
    python samples/clients/lifecycle.py

Prints one line a step. Anything that is not as with SageMaker ends it with an error.
"""

import csv
import json
import os
import pathlib
import time
import uuid

import boto3
from botocore.exceptions import ClientError

DIGITS = pathlib.Path(__file__).resolve().parent.parent / "digits"
ROLE = "arn:aws:iam::000000000000:role/millrace"
NAME = f"boto3-{uuid.uuid4().hex[:8]}"
OFTEN = {"Delay": 1, "MaxAttempts": 90}


def client(service):
    # Today's boto3 finds both by itself; one of 2022 must be told.
    variable = "AWS_ENDPOINT_URL_S3" if service == "s3" else "AWS_ENDPOINT_URL"
    return boto3.client(service, endpoint_url=os.environ[variable])


sagemaker, runtime, s3 = client("sagemaker"), client("sagemaker-runtime"), client("s3")
scaling = client("application-autoscaling")


def first_digit():
    header, row = list(csv.reader((DIGITS / "test.csv").open()))[:2]
    label = header.index("label")
    return ",".join(row[:label] + row[label + 1 :]) + "\n", int(float(row[label]))


def label_of(body):
    return next(output["data"][0] for output in json.load(body)["outputs"] if output["name"] == "label")


def refused(code, call, **arguments):
    """The error that the call must end with."""
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error
    raise AssertionError(f"{call.__name__} was not refused")


def in_service():
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME, WaiterConfig=OFTEN)
    return sagemaker.describe_endpoint(EndpointName=NAME)


def create_config(name, model):
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": "onnxruntime", "ModelDataUrl": f"s3://{NAME}/{model}"},
    )
    sagemaker.create_endpoint_config(
        EndpointConfigName=name,
        ProductionVariants=[
            {
                "VariantName": "AllTraffic",
                "ModelName": name,
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
                "InitialVariantWeight": 1,
            }
        ],
        # The boto3 of 2022 knows no S3FailurePath.
        AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": f"s3://{NAME}/out"}},
    )


def create():
    s3.create_bucket(Bucket=NAME)
    s3.upload_file(str(DIGITS / "model.onnx"), NAME, "model.onnx")
    create_config(NAME, "model.onnx")
    sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
    described = in_service()
    assert described["ProductionVariants"][0]["VariantName"] == "AllTraffic", described
    taken = refused("ValidationException", sagemaker.create_endpoint, EndpointName=NAME, EndpointConfigName=NAME)
    assert "Cannot create already existing endpoint" in str(taken), taken
    listed = sagemaker.get_paginator("list_endpoints").paginate(NameContains=NAME).build_full_result()
    assert [endpoint["EndpointStatus"] for endpoint in listed["Endpoints"]] == ["InService"], listed
    print("created")


def invoke_real_time(row, label):
    answer = runtime.invoke_endpoint(
        EndpointName=NAME, ContentType="text/csv", Accept="application/json", Body=row.encode()
    )
    assert answer["InvokedProductionVariant"] == "AllTraffic", answer
    assert label_of(answer["Body"]) == label
    try:
        runtime.invoke_endpoint(EndpointName=NAME, ContentType="text/csv", Body=b"no,numbers")
        raise AssertionError("a bad body was not refused")
    except runtime.exceptions.ModelError as error:
        assert error.response["OriginalStatusCode"] == 400, error.response
    refused("ValidationError", runtime.invoke_endpoint, EndpointName="not-there", Body=b"")


def invoke_asynchronously(row, label):
    s3.put_object(Bucket=NAME, Key="in/row.csv", Body=row.encode())
    answer = runtime.invoke_endpoint_async(
        EndpointName=NAME,
        InputLocation=f"s3://{NAME}/in/row.csv",
        ContentType="text/csv",
        Accept="application/json",
        InferenceId="first",
    )
    assert answer["InferenceId"] == "first", answer
    bucket, key = answer["OutputLocation"][len("s3://") :].split("/", 1)
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key=key, WaiterConfig=OFTEN)
    assert label_of(s3.get_object(Bucket=bucket, Key=key)["Body"]) == label
    try:
        s3.get_object(Bucket=bucket, Key="not-there")
        raise AssertionError("an object that is not there was read")
    except s3.exceptions.NoSuchKey:
        pass
    print("asynchronous")


def scale(row, label):
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=NAME, DesiredWeightsAndCapacities=[{"VariantName": "AllTraffic", "DesiredInstanceCount": 0}]
    )
    while in_service()["ProductionVariants"][0]["CurrentInstanceCount"] > 0:
        time.sleep(1)
    invoke_real_time(row, label)  # It waits for the worker that it wakes.
    target = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{NAME}/variant/AllTraffic",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)
    policy = scaling.put_scaling_policy(
        PolicyName="by-invocations",
        PolicyType="TargetTrackingScaling",
        **target,
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 800,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
            "ScaleInCooldown": 120,
            "ScaleOutCooldown": 60,
        },
    )
    assert len(policy["Alarms"]) == 2, policy
    described = scaling.describe_scaling_policies(ServiceNamespace="sagemaker", ResourceId=target["ResourceId"])
    assert [each["PolicyARN"] for each in described["ScalingPolicies"]] == [policy["PolicyARN"]], described
    scaling.delete_scaling_policy(PolicyName="by-invocations", **target)
    try:
        scaling.delete_scaling_policy(PolicyName="by-invocations", **target)
        raise AssertionError("a policy that is not there was deleted")
    except scaling.exceptions.ObjectNotFoundException:
        pass
    scaling.deregister_scalable_target(**target)
    print("scaled")


def update(row, label):
    create_config(NAME + "-2", "model.onnx")
    sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName=NAME + "-2")
    assert in_service()["EndpointConfigName"] == NAME + "-2"
    answer = runtime.invoke_endpoint(
        EndpointName=NAME, ContentType="text/csv", Accept="application/json", Body=row.encode()
    )
    assert label_of(answer["Body"]) == label
    print("updated")


def delete():
    sagemaker.delete_endpoint(EndpointName=NAME)
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=NAME, WaiterConfig=OFTEN)
    gone = refused("ValidationException", sagemaker.describe_endpoint, EndpointName=NAME)
    assert "Could not find endpoint" in str(gone), gone
    for name in (NAME, NAME + "-2"):
        sagemaker.delete_endpoint_config(EndpointConfigName=name)
        sagemaker.delete_model(ModelName=name)
    refused("ValidationException", sagemaker.describe_model, ModelName=NAME)
    print("deleted")


if __name__ == "__main__":
    create()
    digit = first_digit()
    invoke_real_time(*digit)
    print("real-time")
    invoke_asynchronously(*digit)
    scale(*digit)
    update(*digit)
    delete()
