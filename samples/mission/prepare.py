"""Puts a model where the snippets expect theirs: an archive with the digits in the buckets that they name.

Document 003 leaves the model itself to its reader: it is made here.

    eval "$(./millrace env)"
    python samples/mission/prepare.py
"""

import io
import pathlib
import tarfile

import boto3
from names003 import model_name, role, sagemaker_client

MODEL = pathlib.Path(__file__).resolve().parent.parent / "digits" / "model.onnx"
ARCHIVES = {
    "bkt": ["model1.tar.gz", "model2.tar.gz"],
    "mybucket": ["model.tar.gz"],
    "my-bucket": ["folder-of-tar-gz/model-007.tar.gz"],
}

archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w:gz") as tar:
    tar.add(MODEL, "model.onnx")

s3 = boto3.client("s3")
for bucket, keys in ARCHIVES.items():
    s3.create_bucket(Bucket=bucket)
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=archive.getvalue())
        print(f"s3://{bucket}/{key}")

sagemaker_client.create_model(
    ModelName=model_name,
    ExecutionRoleArn=role,
    PrimaryContainer={"Image": "onnxruntime", "ModelDataUrl": "s3://bkt/model1.tar.gz"},
)
print(model_name)
