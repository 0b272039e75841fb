// Takes an endpoint through its life with the AWS SDK for JavaScript: create, invoke, scale, update, delete.
//
//     eval "$(./millrace env)"
//     npm install @aws-sdk/client-sagemaker @aws-sdk/client-sagemaker-runtime @aws-sdk/client-s3 \
//                 @aws-sdk/client-application-auto-scaling
//     node samples/clients/lifecycle.mjs
//
// Prints one line a step. Anything that is not as with SageMaker ends it with an error.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

// The packages may be installed elsewhere: CLIENTS names the folder with their node_modules.
const modules = createRequire(process.env.CLIENTS ? pathToFileURL(`${process.env.CLIENTS}/`) : import.meta.url);
const { ApplicationAutoScaling, ObjectNotFoundException } = modules("@aws-sdk/client-application-auto-scaling");
const { S3, waitUntilObjectExists } = modules("@aws-sdk/client-s3");
const { SageMaker, waitUntilEndpointDeleted, waitUntilEndpointInService } = modules("@aws-sdk/client-sagemaker");
const { ModelError, SageMakerRuntime, ValidationError } = modules("@aws-sdk/client-sagemaker-runtime");

const digits = new URL("../digits/", import.meta.url);
const name = `js-${randomBytes(4).toString("hex")}`;
const role = "arn:aws:iam::000000000000:role/millrace";
const region = process.env.AWS_DEFAULT_REGION;

const s3 = new S3({ region, forcePathStyle: true });
const sagemaker = new SageMaker({ region });
const runtime = new SageMakerRuntime({ region });
const scaling = new ApplicationAutoScaling({ region });

async function firstDigit() {
  const [header, row] = (await readFile(new URL("test.csv", digits), "utf8")).split("\n").map((line) => line.split(","));
  const at = header.indexOf("label");
  return { label: Number(row[at]), row: row.filter((_, column) => column !== at).join(",") + "\n" };
}

function labelOf(text) {
  return JSON.parse(text).outputs.find((output) => output.name === "label").data[0];
}

async function inService() {
  await waitUntilEndpointInService({ client: sagemaker, maxWaitTime: 90, minDelay: 1, maxDelay: 1 }, { EndpointName: name });
  return sagemaker.describeEndpoint({ EndpointName: name });
}

async function createConfig(config) {
  await sagemaker.createModel({
    ModelName: config,
    ExecutionRoleArn: role,
    PrimaryContainer: { Image: "onnxruntime", ModelDataUrl: `s3://${name}/model.onnx` },
  });
  await sagemaker.createEndpointConfig({
    EndpointConfigName: config,
    ProductionVariants: [
      { VariantName: "AllTraffic", ModelName: config, InstanceType: "ml.m5.large", InitialInstanceCount: 1 },
    ],
    AsyncInferenceConfig: {
      OutputConfig: { S3OutputPath: `s3://${name}/out`, S3FailurePath: `s3://${name}/failed` },
    },
  });
}

async function create() {
  await s3.createBucket({ Bucket: name });
  await s3.putObject({ Bucket: name, Key: "model.onnx", Body: await readFile(new URL("model.onnx", digits)) });
  await createConfig(name);
  await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name });
  const described = await inService();
  assert.ok(described.CreationTime instanceof Date);
  await assert.rejects(sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name }), {
    name: "ValidationException",
    message: /Cannot create already existing endpoint/,
  });
  console.log("created");
}

async function invokeRealTime({ row, label }) {
  const request = { EndpointName: name, ContentType: "text/csv", Accept: "application/json" };
  const answer = await runtime.invokeEndpoint({ ...request, Body: row });
  assert.equal(answer.InvokedProductionVariant, "AllTraffic");
  assert.equal(labelOf(answer.Body.transformToString()), label);
  await assert.rejects(
    runtime.invokeEndpoint({ ...request, Body: "no,numbers" }),
    (error) => error instanceof ModelError && error.OriginalStatusCode === 400,
  );
  await assert.rejects(
    runtime.invokeEndpoint({ EndpointName: "not-there", Body: "" }),
    (error) => error instanceof ValidationError,
  );
}

async function invokeAsynchronously({ row, label }) {
  await s3.putObject({ Bucket: name, Key: "in/row.csv", Body: row });
  const answer = await runtime.invokeEndpointAsync({
    EndpointName: name,
    InputLocation: `s3://${name}/in/row.csv`,
    ContentType: "text/csv",
    Accept: "application/json",
  });
  assert.ok(answer.InferenceId);
  assert.match(answer.FailureLocation, new RegExp(`^s3://${name}/failed/`));
  const at = { Bucket: name, Key: answer.OutputLocation.slice(`s3://${name}/`.length) };
  await waitUntilObjectExists({ client: s3, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, at);
  const output = await s3.getObject(at);
  assert.equal(labelOf(await output.Body.transformToString()), label);
  console.log("asynchronous");
}

async function scale(digit) {
  await sagemaker.updateEndpointWeightsAndCapacities({
    EndpointName: name,
    DesiredWeightsAndCapacities: [{ VariantName: "AllTraffic", DesiredInstanceCount: 0 }],
  });
  while ((await inService()).ProductionVariants[0].CurrentInstanceCount > 0) {
    await setTimeout(1000);
  }
  await invokeRealTime(digit); // It waits for the worker that it wakes.
  const target = {
    ServiceNamespace: "sagemaker",
    ResourceId: `endpoint/${name}/variant/AllTraffic`,
    ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
  };
  await scaling.registerScalableTarget({ ...target, MinCapacity: 1, MaxCapacity: 2 });
  const policy = { ...target, PolicyName: "by-invocations" };
  const { Alarms } = await scaling.putScalingPolicy({
    ...policy,
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 800,
      PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
    },
  });
  assert.equal(Alarms.length, 2);
  await scaling.deleteScalingPolicy(policy);
  await assert.rejects(scaling.deleteScalingPolicy(policy), (error) => error instanceof ObjectNotFoundException);
  await scaling.deregisterScalableTarget(target);
  console.log("scaled");
}

async function update({ row, label }) {
  await createConfig(`${name}-2`);
  await sagemaker.updateEndpoint({ EndpointName: name, EndpointConfigName: `${name}-2` });
  assert.equal((await inService()).EndpointConfigName, `${name}-2`);
  const answer = await runtime.invokeEndpoint({ EndpointName: name, ContentType: "text/csv", Accept: "application/json", Body: row });
  assert.equal(labelOf(answer.Body.transformToString()), label);
  console.log("updated");
}

async function remove() {
  await sagemaker.deleteEndpoint({ EndpointName: name });
  await waitUntilEndpointDeleted({ client: sagemaker, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { EndpointName: name });
  await assert.rejects(sagemaker.describeEndpoint({ EndpointName: name }), {
    name: "ValidationException",
    message: /Could not find endpoint/,
  });
  for (const config of [name, `${name}-2`]) {
    await sagemaker.deleteEndpointConfig({ EndpointConfigName: config });
    await sagemaker.deleteModel({ ModelName: config });
  }
  console.log("deleted");
}

await create();
const digit = await firstDigit();
await invokeRealTime(digit);
console.log("real-time");
await invokeAsynchronously(digit);
await scale(digit);
await update(digit);
await remove();
