"""Subscribes an HTTP receiver of its own to an endpoint's success and error topics, with boto3 of 2022 or of today.

    eval "$(./millrace env)"                  # of `./millrace up --allow-network 127.0.0.0/8`
    python samples/clients/topics.py

Prints one line a step. Anything that is not as with SageMaker ends it with an error.
"""

import http.server
import json
import os
import pathlib
import queue
import threading
import urllib.request
import uuid

import boto3

DIGITS = pathlib.Path(__file__).resolve().parent.parent / "digits"
NAME = f"topics-{uuid.uuid4().hex[:8]}"
ROLE = "arn:aws:iam::000000000000:role/millrace"
inbox = queue.Queue()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        if body["Type"] == "SubscriptionConfirmation":
            with urllib.request.urlopen(body["SubscribeURL"]) as answer:
                assert answer.status == 200
            inbox.put(("confirmed", body["TopicArn"]))
        else:
            inbox.put(("notified", json.loads(body["Message"])))

    def log_message(self, *_):
        pass


def client(service):
    # Today's boto3 finds both by itself; one of 2022 must be told.
    variable = "AWS_ENDPOINT_URL_S3" if service == "s3" else "AWS_ENDPOINT_URL"
    return boto3.client(service, endpoint_url=os.environ[variable])


def take(kind):
    while True:
        got, what = inbox.get(timeout=60)
        if got == kind:
            return what


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    s3, sns = client("s3"), client("sns")
    sagemaker, runtime = client("sagemaker"), client("sagemaker-runtime")
    success = sns.create_topic(Name=f"{NAME}-success")["TopicArn"]
    error = sns.create_topic(Name=f"{NAME}-error")["TopicArn"]
    for topic in (success, error):
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url)
        take("confirmed")
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=success)["Subscriptions"]
    assert len(subscriptions) == 1 and subscriptions[0]["SubscriptionArn"].startswith("arn:"), subscriptions
    print("confirmed")
    s3.create_bucket(Bucket=NAME)
    s3.upload_file(str(DIGITS / "model.onnx"), NAME, "model.onnx")
    sagemaker.create_model(
        ModelName=NAME,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": "onnxruntime", "ModelDataUrl": f"s3://{NAME}/model.onnx"},
    )
    variant = {"VariantName": "AllTraffic", "ModelName": NAME, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(
        EndpointConfigName=NAME,
        ProductionVariants=[{**variant, "InitialInstanceCount": 1}],
        AsyncInferenceConfig={
            "OutputConfig": {
                "S3OutputPath": f"s3://{NAME}/out",
                "NotificationConfig": {"SuccessTopic": success, "ErrorTopic": error},
            }
        },
    )
    sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    for name, body in (("success", ",".join(["0"] * 64) + "\n"), ("error", "no,numbers\n")):
        s3.put_object(Bucket=NAME, Key=f"in/{name}", Body=body.encode())
        runtime.invoke_endpoint_async(
            EndpointName=NAME,
            InputLocation=f"s3://{NAME}/in/{name}",
            ContentType="text/csv",
            InferenceId=name,
        )
        message = take("notified")
        assert message["inferenceId"] == name, message
        print(name, message["invocationStatus"])
    sagemaker.delete_endpoint(EndpointName=NAME)


if __name__ == "__main__":
    main()
