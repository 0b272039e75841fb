"""Document 000, the SDK's class Predictor.

Corrected: `--> Returns predictor object` is a remark on the slide and no Python. Left open there, and filled in here:
`xgb`, a model of the built-in XGBoost image, and `inf_data`, a row of 64 numbers.
"""

import sagemaker
from sagemaker.model import Model
from sagemaker.predictor import Predictor

session = sagemaker.Session()
xgb = Model(
    sagemaker.image_uris.retrieve('xgboost', session.boto_region_name, '1.7-1'),
    's3://mybucket/model.tar.gz',
    'MyRole',
    predictor_cls=Predictor,
    sagemaker_session=session,
)
inf_data = [0] * 64

from sagemaker.serializers import CSVSerializer

xgb_predictor = xgb.deploy(initial_instance_count=1,
                           instance_type='ml.m4.xlarge')

xgb_predictor.serializer = CSVSerializer()

predictions = xgb_predictor.predict(inf_data).decode('utf-8')

# Beside the snippet: what it got.
print(xgb_predictor.endpoint_name, predictions)
