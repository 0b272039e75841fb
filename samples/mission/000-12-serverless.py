"""Document 000, serverless inference (the fragment before it, 000-11, is a part of this).

Corrected: the comma after `EndpointConfigName`. Filled in: the names in square brackets, and the client.
"""

import boto3

sm_client = boto3.client('sagemaker')

response = sm_client.create_endpoint_config(
    EndpointConfigName="my-serverless-config",
    ProductionVariants=[
        {
            "ModelName": "model1",
            "VariantName": "AllTraffic",
            "ServerlessConfig": {
                "MemorySizeInMB": 2048,
                "MaxConcurrency": 20
            }
        }
    ]
)
