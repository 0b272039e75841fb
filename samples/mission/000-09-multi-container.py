"""Document 000, multi-container endpoints. Left open there, and filled in here: names, images, the role and `body`."""

import boto3

sm = boto3.client('sagemaker')
smrt = boto3.client('sagemaker-runtime')
endpoint_name = 'multi-container'
ecr_image1 = '123.dkr.ecr.amazonaws.com/first'
ecr_image2 = '123.dkr.ecr.amazonaws.com/second'
body = b'0'

container1 = {
    'Image': ecr_image1,
    'ContainerHostname': 'firstContainer', 'ModelDataUrl': 's3://bkt/model1.tar.gz'}

container2 = {
    'Image': ecr_image2,
    'ContainerHostname': 'secondtContainer', 'ModelDataUrl': 's3://bkt/model2.tar.gz'}

sm.create_model(
    InferenceExecutionConfig = {'Mode': 'Direct'},
    Containers = [container1, container2],
    ModelName = 'multi-container', ExecutionRoleArn = 'arn:aws:iam::123:role/me')

sm.create_endpoint_config(
    EndpointConfigName = 'multi-container',
    ProductionVariants = [{
        'VariantName': 'AllTraffic', 'ModelName': 'multi-container',
        'InstanceType': 'ml.m5.large', 'InitialInstanceCount': 1}])
sm.create_endpoint(EndpointName = endpoint_name, EndpointConfigName = 'multi-container')
sm.get_waiter('endpoint_in_service').wait(EndpointName = endpoint_name)

smrt.invoke_endpoint(
    EndpointName = endpoint_name,
    TargetContainerHostname = 'firstContainer',
    Body = body, ContentType = 'text/csv')
