#!/usr/bin/env bash
# Document 000, "Create the model". As printed, but for the backslashes at the ends of its lines.
aws sagemaker create-model \
--model-name model1 \
--primary-container '{"Image": "123.dkr.ecr.amazonaws.com/algo",
                        "ModelDataUrl": "s3://bkt/model1.tar.gz"}' \
--execution-role-arn arn:aws:iam::123:role/me
