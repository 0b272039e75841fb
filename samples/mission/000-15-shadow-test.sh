#!/usr/bin/env bash
# Document 000, the picture of a shadow test in the console, as the call that makes its variants.
aws sagemaker create-endpoint-config \
--endpoint-config-name shadow-test \
--production-variants '{"VariantName": "Production-01",
                        "ModelName": "model1",
                        "InstanceType": "ml.m5.xlarge",
                        "InitialInstanceCount": 1}' \
--shadow-production-variants '{"VariantName": "Shadow-01",
                               "ModelName": "model2",
                               "InstanceType": "ml.m5.xlarge",
                               "InitialInstanceCount": 1}'
