"""Document 003, a serverless endpoint config. Filled in: the names in angle brackets, and the client."""

import boto3

client = boto3.client("sagemaker")

response = client.create_endpoint_config(
   EndpointConfigName="my-serverless-config",
   ProductionVariants=[
        {
            "ModelName": "model1",
            "VariantName": "AllTraffic",
            "ServerlessConfig": {
                "MemorySizeInMB": 2048,
                "MaxConcurrency": 20,
                "ProvisionedConcurrency": 10,
            }
        } 
    ]
)
