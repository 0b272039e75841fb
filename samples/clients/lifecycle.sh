#!/usr/bin/env bash
# Takes an endpoint through its life with the AWS CLI, of 2022 or of today: create, invoke, scale, update, delete.
#
#     eval "$(./millrace env)"
#     samples/clients/lifecycle.sh
#
# AWS names another `aws`. Prints one line a step; the first failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

# Today's CLI finds the services by itself; one of 2022 must be told.
aws() { "${AWS:-$(type -P aws)}" --endpoint-url "$AWS_ENDPOINT_URL" --output text "$@"; }
s3() { "${AWS:-$(type -P aws)}" --endpoint-url "$AWS_ENDPOINT_URL_S3" --output text "$@"; }

name="cli-$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# The first held-out digit, without its label, which is the first or the last column.
sed -n 2p digits/test.csv >"$folder/labelled.csv"
if [[ "$(head -1 digits/test.csv)" == label,* ]]; then
    label="$(cut -d, -f1 "$folder/labelled.csv")"
    cut -d, -f2- "$folder/labelled.csv" >"$folder/row.csv"
else
    label="$(sed 's/.*,//' "$folder/labelled.csv")"
    sed 's/,[^,]*$//' "$folder/labelled.csv" >"$folder/row.csv"
fi

create_config() {
    aws sagemaker create-model --model-name "$1" \
        --primary-container "Image=onnxruntime,ModelDataUrl=s3://$name/model.onnx" \
        --execution-role-arn arn:aws:iam::000000000000:role/millrace >/dev/null
    aws sagemaker create-endpoint-config --endpoint-config-name "$1" \
        --production-variants "VariantName=AllTraffic,ModelName=$1,InstanceType=ml.m5.large,InitialInstanceCount=1" \
        --async-inference-config "OutputConfig={S3OutputPath=s3://$name/out}" >/dev/null
}

# Fails unless file $1 is an answer with the label.
check_label() {
    python3 - "$1" "$label" <<'PY'
import json, sys
outputs = json.load(open(sys.argv[1]))["outputs"]
given = next(output["data"][0] for output in outputs if output["name"] == "label")
sys.exit(0 if given == int(float(sys.argv[2])) else f"label {given}, not {sys.argv[2]}")
PY
}

# Fails unless the command is refused with the code $1.
refused() {
    local code="$1" said
    shift
    if said="$("$@" 2>&1)" || [[ "$said" != *"($code)"* ]]; then
        echo "not refused with $code: $* $said" >&2
        return 1
    fi
}

invoke() {
    aws sagemaker-runtime invoke-endpoint --endpoint-name "$name" --content-type text/csv --accept application/json \
        --body "$(cat "$folder/row.csv")" "$folder/answer.json" >/dev/null
    check_label "$folder/answer.json"
}

s3 s3 mb "s3://$name" >/dev/null
s3 s3 cp digits/model.onnx "s3://$name/model.onnx" >/dev/null
create_config "$name"
aws sagemaker create-endpoint --endpoint-name "$name" --endpoint-config-name "$name" >/dev/null
aws sagemaker wait endpoint-in-service --endpoint-name "$name"
refused ValidationException aws sagemaker create-endpoint --endpoint-name "$name" --endpoint-config-name "$name"
echo created

invoke
refused ValidationError aws sagemaker-runtime invoke-endpoint --endpoint-name not-there --body 0 "$folder/none"
refused ModelError aws sagemaker-runtime invoke-endpoint --endpoint-name "$name" --content-type text/csv \
    --body no,numbers "$folder/none"
echo real-time

s3 s3 cp "$folder/row.csv" "s3://$name/in/row.csv" >/dev/null
output="$(aws sagemaker-runtime invoke-endpoint-async --endpoint-name "$name" --content-type text/csv \
    --accept application/json --input-location "s3://$name/in/row.csv" --query OutputLocation)"
s3 s3api wait object-exists --bucket "$name" --key "${output#"s3://$name/"}"
s3 s3 cp "$output" "$folder/output.json" >/dev/null
check_label "$folder/output.json"
echo asynchronous

aws sagemaker update-endpoint-weights-and-capacities --endpoint-name "$name" \
    --desired-weights-and-capacities VariantName=AllTraffic,DesiredInstanceCount=0 >/dev/null
until [ "$(aws sagemaker describe-endpoint --endpoint-name "$name" \
    --query 'ProductionVariants[0].CurrentInstanceCount')" = 0 ]; do sleep 1; done
invoke # It waits for the worker that it wakes.
target=(--service-namespace sagemaker --resource-id "endpoint/$name/variant/AllTraffic"
    --scalable-dimension sagemaker:variant:DesiredInstanceCount)
aws application-autoscaling register-scalable-target "${target[@]}" --min-capacity 1 --max-capacity 2 >/dev/null
aws application-autoscaling put-scaling-policy "${target[@]}" --policy-name by-invocations \
    --policy-type TargetTrackingScaling --target-tracking-scaling-policy-configuration '{"TargetValue": 800,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}}' >/dev/null
aws application-autoscaling delete-scaling-policy "${target[@]}" --policy-name by-invocations
refused ObjectNotFoundException \
    aws application-autoscaling delete-scaling-policy "${target[@]}" --policy-name by-invocations
aws application-autoscaling deregister-scalable-target "${target[@]}"
echo scaled

create_config "$name-2"
aws sagemaker update-endpoint --endpoint-name "$name" --endpoint-config-name "$name-2" >/dev/null
aws sagemaker wait endpoint-in-service --endpoint-name "$name"
[ "$(aws sagemaker describe-endpoint --endpoint-name "$name" --query EndpointConfigName)" = "$name-2" ]
invoke
echo updated

aws sagemaker delete-endpoint --endpoint-name "$name"
aws sagemaker wait endpoint-deleted --endpoint-name "$name"
refused ValidationException aws sagemaker describe-endpoint --endpoint-name "$name"
for each in "$name" "$name-2"; do
    aws sagemaker delete-endpoint-config --endpoint-config-name "$each"
    aws sagemaker delete-model --model-name "$each"
done
refused ValidationException aws sagemaker describe-model --model-name "$name"
echo deleted
