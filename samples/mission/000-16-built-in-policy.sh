#!/usr/bin/env bash
# Document 000, the picture of the built-in scaling policy in the console, as the calls that the console makes.
set -e
aws application-autoscaling register-scalable-target \
--service-namespace sagemaker \
--resource-id endpoint/my-endpoint/variant/AllTraffic \
--scalable-dimension sagemaker:variant:DesiredInstanceCount \
--min-capacity 2 \
--max-capacity 5

aws application-autoscaling put-scaling-policy \
--policy-name SageMakerEndpointInvocationScalingPolicy \
--service-namespace sagemaker \
--resource-id endpoint/my-endpoint/variant/AllTraffic \
--scalable-dimension sagemaker:variant:DesiredInstanceCount \
--policy-type TargetTrackingScaling \
--target-tracking-scaling-policy-configuration \
'{"TargetValue": 800,
  "PredefinedMetricSpecification":
    {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
  "ScaleInCooldown": 120,
  "ScaleOutCooldown": 60}'
