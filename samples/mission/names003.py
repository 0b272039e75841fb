"""The clients of document 003, and the names that its snippets leave open."""

import boto3

sagemaker_client = boto3.client("sagemaker")
aas_client = boto3.client("application-autoscaling")
cw_client = boto3.client("cloudwatch")

role = "arn:aws:iam::000000000000:role/millrace"
model_name = "scale-to-zero"
endpoint_config_name = "scale-to-zero"
endpoint_name = "scale-to-zero"
variant_name = "AllTraffic"
inference_component_name = "scale-to-zero"
instance_type = "ml.g5.xlarge"
max_instance_count = 1
max_copy_count = 1
model_data_download_timeout_in_seconds = 600
container_startup_health_check_timeout_in_seconds = 600

service_namespace = "sagemaker"
resource_id = f"inference-component/{inference_component_name}"
scalable_dimension = "sagemaker:inference-component:DesiredCopyCount"
