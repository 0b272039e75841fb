"""Deploys the digits model and invokes it as any boto3 user would.

    eval "$(./millrace env)"
    python samples/python/digits_async.py

Reads AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 and the keys from the environment; prints one line a step and exits with 1
when a prediction is not the label.
"""

import csv
import io
import json
import pathlib
import sys
import time
import uuid

import boto3

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE.parent / "digits"
ROLE = "arn:aws:iam::000000000000:role/millrace"


def main() -> int:
    run = uuid.uuid4().hex[:8]
    bucket, name, endpoint = f"digits-{run}", f"digits-{run}", f"digits-{run}"
    s3 = boto3.client("s3")
    sagemaker = boto3.client("sagemaker")
    runtime = boto3.client("sagemaker-runtime")

    s3.create_bucket(Bucket=bucket)
    s3.upload_file(str(MODEL / "model.onnx"), bucket, "model.onnx")
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": "onnxruntime", "ModelDataUrl": f"s3://{bucket}/model.onnx"},
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
        AsyncInferenceConfig={
            "OutputConfig": {"S3OutputPath": f"s3://{bucket}/out", "S3FailurePath": f"s3://{bucket}/failed"}
        },
    )
    sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=name)
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=endpoint, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    print("endpoint", sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"])

    rows = list(csv.reader((MODEL / "test.csv").open()))
    header, rows = rows[0], rows[1:]
    label = header.index("label")
    images = [[value for column, value in enumerate(row) if column != label] for row in rows]
    labels = [int(float(row[label])) for row in rows]

    body = io.StringIO()
    csv.writer(body).writerows(images)
    s3.put_object(Bucket=bucket, Key="in/all.csv", Body=body.getvalue().encode(), ContentType="text/csv")
    started = time.monotonic()
    answer = runtime.invoke_endpoint_async(
        EndpointName=endpoint,
        InputLocation=f"s3://{bucket}/in/all.csv",
        ContentType="text/csv",
        Accept="application/json",
        InferenceId="all-digits",
    )
    key = answer["OutputLocation"].split("/", 3)[3]
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key=key, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    outputs = json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])["outputs"]
    predicted = next(output["data"] for output in outputs if output["name"] == "label")
    right = sum(a == b for a, b in zip(predicted, labels))
    print(f"asynchronous: {right} of {len(labels)} right after {time.monotonic() - started:.2f} s")

    request = {
        "inputs": [
            {"name": "image", "shape": [1, 1, 8, 8], "datatype": "FP32", "data": [float(pixel) for pixel in images[0]]}
        ]
    }
    reply = runtime.invoke_endpoint(
        EndpointName=endpoint, ContentType="application/json", Body=json.dumps(request).encode()
    )
    outputs = json.load(reply["Body"])["outputs"]
    first = next(output["data"][0] for output in outputs if output["name"] == "label")
    print(f"real-time: {first}, label {labels[0]}, by variant {reply['InvokedProductionVariant']}")

    try:
        runtime.invoke_endpoint(EndpointName=endpoint, ContentType="application/json", Body=b"{not json")
        print("a bad body was not refused")
        return 1
    except runtime.exceptions.ModelError as refused:
        print("bad input:", refused.response["OriginalStatusCode"], refused.response["OriginalMessage"][:60])

    sagemaker.delete_endpoint(EndpointName=endpoint)
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=endpoint, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    sagemaker.delete_endpoint_config(EndpointConfigName=name)
    sagemaker.delete_model(ModelName=name)
    print("deleted")
    return 0 if right >= 0.98 * len(labels) and first == labels[0] else 1


if __name__ == "__main__":
    sys.exit(main())
