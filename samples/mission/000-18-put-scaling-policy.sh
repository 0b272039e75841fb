#!/usr/bin/env bash
# Document 000, "Create the scaling policy".
# Corrected: "Value" of the dimensions, which the deck writes "value" (every AWS CLI refuses that before it sends
# anything), and the backslashes at the ends of its lines.
aws application-autoscaling put-scaling-policy \
--policy-name model2-scaling \
--service-namespace sagemaker \
--resource-id endpoint/my-endpoint/variant/model2 \
--scalable-dimension sagemaker:variant:DesiredInstanceCount \
--policy-type TargetTrackingScaling \
--target-tracking-scaling-policy-configuration \
'{"TargetValue": 50,
  "CustomizedMetricSpecification":
    {"MetricName": "CPUUtilization",
     "Namespace": "/aws/sagemaker/Endpoints",
     "Dimensions":
       [{"Name": "EndpointName", "Value": "my-endpoint"},
        {"Name": "VariantName", "Value": "model2"}],
     "Statistic": "Average",
     "Unit": "Percent"}}'
