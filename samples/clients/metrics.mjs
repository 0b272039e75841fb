// Writes and reads metrics and an alarm with the AWS SDK for JavaScript (JSON).
//
//     eval "$(./millrace env)"
//     npm install @aws-sdk/client-cloudwatch
//     node samples/clients/metrics.mjs
//
// Prints one line a step. Anything that is not as with CloudWatch ends it with an error.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

// The packages may be installed elsewhere: CLIENTS names the folder with their node_modules.
const modules = createRequire(process.env.CLIENTS ? pathToFileURL(`${process.env.CLIENTS}/`) : import.meta.url);
const { CloudWatch } = modules("@aws-sdk/client-cloudwatch");

const name = `metrics-${randomBytes(4).toString("hex")}`;
const metric = { Namespace: "Samples", MetricName: "Calls", Dimensions: [{ Name: "Run", Value: name }] };
const cloudwatch = new CloudWatch({ region: process.env.AWS_DEFAULT_REGION });

async function awaitThat(what, condition) {
  for (let tries = 0; !(await condition()); tries++) {
    assert.ok(tries < 150, `not within 150 s: ${what}`);
    await setTimeout(1000);
  }
  console.log(what);
}

function within() {
  return { StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 60_000) };
}

await cloudwatch.putMetricData({
  Namespace: metric.Namespace,
  MetricData: [{ MetricName: metric.MetricName, Dimensions: metric.Dimensions, Value: 3, Unit: "Count" }],
});
await awaitThat("statistics", async () => {
  const answer = await cloudwatch.getMetricStatistics({ ...metric, ...within(), Period: 60, Statistics: ["Sum"] });
  return answer.Datapoints.some((point) => point.Sum === 3 && point.Timestamp instanceof Date);
});
await cloudwatch.putMetricAlarm({
  ...metric,
  AlarmName: name,
  Statistic: "Sum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: "GreaterThanOrEqualToThreshold",
  TreatMissingData: "ignore",
});
await awaitThat("alarm", async () => {
  const { MetricAlarms } = await cloudwatch.describeAlarms({ AlarmNames: [name] });
  return MetricAlarms[0].StateValue === "ALARM";
});
await cloudwatch.deleteAlarms({ AlarmNames: [name] });
await assert.rejects(cloudwatch.getMetricStatistics({ ...metric, ...within(), Period: 7, Statistics: ["Sum"] }), {
  name: "ValidationException",
  $fault: "client",
});
console.log("refused");
