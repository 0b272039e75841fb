"""Subscribes an HTTP receiver of its own to an endpoint's success and error topics, as a boto3 user does."""

import http.server
import json
import os
import pathlib
import queue
import threading
import urllib.request

import boto3

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


def take(kind):
    while True:
        got, what = inbox.get(timeout=60)
        if got == kind:
            return what


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    s3, sns = boto3.client("s3"), boto3.client("sns")
    sagemaker, runtime = boto3.client("sagemaker"), boto3.client("sagemaker-runtime")
    success = sns.create_topic(Name="it-success")["TopicArn"]
    error = sns.create_topic(Name="it-error")["TopicArn"]
    for topic in (success, error):
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url)
        take("confirmed")
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=success)["Subscriptions"]
    assert len(subscriptions) == 1 and subscriptions[0]["SubscriptionArn"].startswith("arn:"), subscriptions
    print("confirmed")
    s3.create_bucket(Bucket="it-topics")
    s3.upload_file(str(pathlib.Path(os.environ["TEST_SAMPLES"]) / "model.onnx"), "it-topics", "model.onnx")
    sagemaker.create_model(
        ModelName="it-topics",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": "onnxruntime", "ModelDataUrl": "s3://it-topics/model.onnx"},
    )
    variant = {"VariantName": "AllTraffic", "ModelName": "it-topics", "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(
        EndpointConfigName="it-topics",
        ProductionVariants=[{**variant, "InitialInstanceCount": 1}],
        AsyncInferenceConfig={
            "OutputConfig": {
                "S3OutputPath": "s3://it-topics/out",
                "S3FailurePath": "s3://it-topics/failed",
                "NotificationConfig": {"SuccessTopic": success, "ErrorTopic": error},
            }
        },
    )
    sagemaker.create_endpoint(EndpointName="it-topics", EndpointConfigName="it-topics")
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName="it-topics", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    for name, body in (("success", ",".join(["0"] * 64) + "\n"), ("error", "no,numbers\n")):
        s3.put_object(Bucket="it-topics", Key=f"in/{name}", Body=body.encode())
        runtime.invoke_endpoint_async(
            EndpointName="it-topics",
            InputLocation=f"s3://it-topics/in/{name}",
            ContentType="text/csv",
            InferenceId=name,
        )
        message = take("notified")
        assert message["inferenceId"] == name, message
        print(name, message["invocationStatus"])


if __name__ == "__main__":
    main()
