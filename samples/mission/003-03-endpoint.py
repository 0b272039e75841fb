"""Document 003, "endpoint": as printed, with the names of names003.py."""

from names003 import *

sagemaker_client.create_endpoint(
    EndpointName=endpoint_name,
    EndpointConfigName=endpoint_config_name,
)
