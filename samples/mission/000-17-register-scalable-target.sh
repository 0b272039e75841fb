#!/usr/bin/env bash
# Document 000, "Register the autoscaling target". As printed, but for the backslashes at the ends of its lines.
# The variant is AllTraffic, not model2 (000-13): the target of an endpoint with one variant stands for that one.
aws application-autoscaling register-scalable-target \
--service-namespace sagemaker \
--resource-id endpoint/my-endpoint/variant/model2 \
--scalable-dimension sagemaker:variant:DesiredInstanceCount \
--min-capacity 2 \
--max-capacity 5
