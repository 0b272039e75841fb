"""Document 000, multi-model endpoints. Left open there, and filled in here: names, the image, the role and `body`."""

import boto3

sm = boto3.client('sagemaker')
smrt = boto3.client('sagemaker-runtime')
endpoint_name = 'multi-model'
body = b'0'

container = {
    'Image': '123.dkr.ecr.amazonaws.com/multi-model',
    'ModelDataUrl': 's3://my-bucket/folder-of-tar-gz',
    'Mode': 'MultiModel'}

sm.create_model(
    Containers = [container], ModelName = 'multi-model', ExecutionRoleArn = 'arn:aws:iam::123:role/me')

sm.create_endpoint_config(
    EndpointConfigName = 'multi-model',
    ProductionVariants = [{
        'VariantName': 'AllTraffic', 'ModelName': 'multi-model',
        'InstanceType': 'ml.m5.large', 'InitialInstanceCount': 1}])
sm.create_endpoint(EndpointName = endpoint_name, EndpointConfigName = 'multi-model')
sm.get_waiter('endpoint_in_service').wait(EndpointName = endpoint_name)

smrt.invoke_endpoint(
    EndpointName = endpoint_name,
    TargetModel = 'model-007.tar.gz',
    Body = body, ContentType = 'text/csv')
