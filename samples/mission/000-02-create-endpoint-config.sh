#!/usr/bin/env bash
# Document 000, "Create the endpoint config". As printed, but for the backslashes at the ends of its lines.
aws sagemaker create-endpoint-config \
--endpoint-config-name model1-config \
--production-variants '{"InitialInstanceCount": 2,
                        "InstanceType": "ml.m4.xlarge",
                        "InitialVariantWeight": 1,
                        "ModelName": "model1",
                        "VariantName": "AllTraffic"}'
