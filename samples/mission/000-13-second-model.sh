#!/usr/bin/env bash
# Document 000, "Update the endpoint": the new model and its config. As printed, but for the backslashes.
set -e
aws sagemaker create-model \
--model-name model2 \
--primary-container '{"Image": "123.dkr.ecr.amazonaws.com/algo",
                    "ModelDataUrl": "s3://bkt/model2.tar.gz"}' \
--execution-role-arn arn:aws:iam::123:role/me

aws sagemaker create-endpoint-config \
--endpoint-config-name model2-config \
--production-variants '{"InitialInstanceCount": 2,
                        "InstanceType": "ml.m4.xlarge",
                        "InitialVariantWeight": 1,
                        "ModelName": "model2",
                        "VariantName": "AllTraffic"}'
