#!/usr/bin/env bash
# Document 000, "Create the endpoint". As printed, but for the backslashes at the ends of its lines.
aws sagemaker create-endpoint \
--endpoint-name my-endpoint \
--endpoint-config-name model1-config
