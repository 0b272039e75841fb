"""Deploys the digits with the SageMaker Python SDK (`pip install 'sagemaker<3'`) and calls it in both ways.

    eval "$(./millrace env)"
    export SAGEMAKER_USER_CONFIG_OVERRIDE=samples/clients/sagemaker-config.yaml
    python samples/clients/sagemaker_sdk.py

Prints one line a step. Anything that is not as with SageMaker ends it with an error.
"""

import csv
import pathlib
import tarfile
import tempfile
import uuid

import numpy
from sagemaker.async_inference import AsyncInferenceConfig, WaiterConfig
from sagemaker.deserializers import JSONDeserializer
from sagemaker.model import Model
from sagemaker.predictor import Predictor
from sagemaker.serializers import CSVSerializer
from sagemaker.session import Session

DIGITS = pathlib.Path(__file__).resolve().parent.parent / "digits"
NAME = f"sdk-{uuid.uuid4().hex[:8]}"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/digits:1"


def held_out_digits(count):
    header, *rows = list(csv.reader((DIGITS / "test.csv").open()))[: count + 1]
    label = header.index("label")
    pixels = numpy.array([[float(value) for at, value in enumerate(row) if at != label] for row in rows])
    return pixels, [int(float(row[label])) for row in rows]


def labels_of(answer):
    return next(output["data"] for output in answer["outputs"] if output["name"] == "label")


def upload_archive(session):
    with tempfile.TemporaryDirectory() as folder:
        archive = pathlib.Path(folder) / "model.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(DIGITS / "model.onnx", "model.onnx")
        return session.upload_data(str(archive), key_prefix=NAME)


def deploy(session, model_data, role, name, **more):
    model = Model(IMAGE, model_data, role, name=name, sagemaker_session=session, predictor_cls=Predictor)
    return model.deploy(
        initial_instance_count=1,
        instance_type="ml.c5.xlarge",
        endpoint_name=name,
        serializer=CSVSerializer(),
        deserializer=JSONDeserializer(),
        **more,
    )


def main():
    session = Session()
    pixels, labels = held_out_digits(20)
    model_data = upload_archive(session)

    # A role by its name alone: the SDK asks IAM for its ARN.
    predictor = deploy(session, model_data, "MyRole", NAME)
    assert labels_of(predictor.predict(pixels)) == labels
    print("real-time")

    asynchronous = deploy(
        session,
        model_data,
        "arn:aws:iam::000000000000:role/MyRole",
        NAME + "-async",
        async_inference_config=AsyncInferenceConfig(),
    )
    often = WaiterConfig(delay=1)
    assert labels_of(asynchronous.predict(pixels, waiter_config=often)) == labels
    response = asynchronous.predict_async(pixels)
    assert labels_of(response.get_result(often)) == labels
    print("asynchronous")

    for each in (predictor, asynchronous):
        each.delete_model()
        each.delete_endpoint()
    print("deleted")


if __name__ == "__main__":
    main()
