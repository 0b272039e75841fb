#!/usr/bin/env bash
# Document 000, "Update the endpoint". As printed, but for the backslashes at the ends of its lines.
aws sagemaker update-endpoint \
--endpoint-name my-endpoint \
--endpoint-config-name model2-config
