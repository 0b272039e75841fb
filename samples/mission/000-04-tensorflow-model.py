"""Document 000, the SDK's class TensorFlowModel.

Corrected: `framework_version`, without which the SDK does not know which image is meant.
"""

from sagemaker.tensorflow import TensorFlowModel

model = TensorFlowModel(model_data='s3://mybucket/model.tar.gz', role='MyRole', framework_version='2.12')

predictor = model.deploy(initial_instance_count=1, instance_type='ml.c5.xlarge')

# Beside the snippet: what it made.
print(predictor.endpoint_name)
