package dev.millrace.standalone.demo;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Deploys the digits model and invokes it in the four ways, from zero workers, checking every answer.
///
/// Uses nothing that a user does not have: the HTTP API, an S3 client, a Kafka producer and a webhook
/// receiver.
public final class Demonstration {
    private static final String ENDPOINT = "digits";
    private static final String ROLE = "arn:aws:iam::000000000000:role/millrace";
    private static final BucketName BUCKET = new BucketName("digits-demo");
    private static final int SINGLE_IMAGES = 8;
    private static final int UPLOAD_TIMES = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ApiClient api;
    private final ObjectStore store;
    private final String bootstrapServers;
    private final Path samples;
    private final PrintStream out;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, WebhookInbox.Received> webhooks = new HashMap<>();

    /// One invocation of the demonstration as its last table shows it.
    private record Row(String way, Call call, int right, int images, JsonNode status) {}

    /// @param accept how long the 202 took, or null for a Kafka record
    private record Call(String id, @Nullable Duration accept) {}

    /// @param token of the caller
    /// @param store the user's own client of the S3 endpoint; stays open
    /// @param samples the folder of the digits model
    public Demonstration(
            URI api, String token, ObjectStore store, String bootstrapServers, Path samples, PrintStream out) {
        this.api = new ApiClient(api, token);
        this.store = store;
        this.bootstrapServers = bootstrapServers;
        this.samples = samples;
        this.out = out;
    }

    /// Runs it.
    ///
    /// @return whether every prediction was the reference model's and every webhook was signed and came
    public boolean run() throws IOException, InterruptedException {
        HeldOutDigits digits = HeldOutDigits.read(samples);
        try (var inbox = new WebhookInbox()) {
            deploy();
            inbox.useSecret(api.get("/endpoints/" + ENDPOINT + "/webhook-secret")
                    .path("webhookSecret")
                    .asString(""));
            awaitNoWorkers();
            inlineCalls(digits, inbox);
            pointerCall(digits, inbox);
            uploadCall(digits, inbox);
            kafkaCall(digits, inbox);
            boolean isNotified = collectWebhooks(inbox);
            return report(digits) && isNotified;
        }
    }

    private void deploy() throws IOException, InterruptedException {
        step("Storing the model in s3://" + BUCKET + "/model.onnx");
        store.ensureBucket(BUCKET);
        store.put(
                new ObjectLocation(BUCKET, "model.onnx"),
                Payload.of(Files.readAllBytes(samples.resolve("model.onnx"))),
                ObjectAttributes.NONE,
                WriteCondition.ALWAYS);
        step("CreateModel, CreateEndpointConfig, CreateEndpoint");
        String config = "digits-" + Long.toString(System.currentTimeMillis(), 36);
        api.sageMaker(
                "CreateModel",
                Map.of(
                        "ModelName", config,
                        "ExecutionRoleArn", ROLE,
                        "PrimaryContainer",
                                Map.of("Image", "onnxruntime", "ModelDataUrl", "s3://" + BUCKET + "/model.onnx")));
        var variant = new LinkedHashMap<String, Object>();
        variant.put("VariantName", "AllTraffic");
        variant.put("ModelName", config);
        variant.put("InstanceType", "ml.m5.large");
        variant.put("InitialInstanceCount", 1);
        api.sageMaker(
                "CreateEndpointConfig",
                Map.of(
                        "EndpointConfigName", config,
                        "ProductionVariants", List.of(variant),
                        "AsyncInferenceConfig",
                                Map.of("OutputConfig", Map.of("S3OutputPath", "s3://" + BUCKET + "/out"))));
        boolean isNew = endpointStatus().equals("absent");
        api.sageMaker(
                isNew ? "CreateEndpoint" : "UpdateEndpoint",
                Map.of("EndpointName", ENDPOINT, "EndpointConfigName", config));
        long start = System.nanoTime();
        String status = endpointStatus();
        while (!status.equals("InService")) {
            if (status.equals("Failed") || System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("the endpoint is " + status + ": " + failureReason());
            }
            TimeUnit.MILLISECONDS.sleep(20);
            status = endpointStatus();
        }
        done(start, "InService");
    }

    private String failureReason() throws IOException, InterruptedException {
        return api.sageMaker("DescribeEndpoint", Map.of("EndpointName", ENDPOINT))
                .path("FailureReason")
                .asString("not ready in time");
    }

    private String endpointStatus() throws IOException, InterruptedException {
        try {
            return api.sageMaker("DescribeEndpoint", Map.of("EndpointName", ENDPOINT))
                    .path("EndpointStatus")
                    .asString("");
        } catch (ApiClient.ApiException e) {
            if (e.status() == 400) {
                return "absent";
            }
            throw e;
        }
    }

    private void awaitNoWorkers() throws IOException, InterruptedException {
        step("Waiting until the idle worker is gone, so that the first call starts from zero");
        long start = System.nanoTime();
        int workers = 1;
        while (workers > 0) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("the idle worker was not stopped");
            }
            TimeUnit.MILLISECONDS.sleep(50);
            JsonNode variants = api.sageMaker("DescribeEndpoint", Map.of("EndpointName", ENDPOINT))
                    .path("ProductionVariants");
            workers = variants.path(0).path("CurrentInstanceCount").asInt(1);
        }
        done(start, "0 workers");
    }

    private void inlineCalls(HeldOutDigits digits, WebhookInbox inbox) throws IOException, InterruptedException {
        step("Inline: " + SINGLE_IMAGES + " images, one call each; the first one wakes a worker");
        List<Call> calls = new ArrayList<>();
        for (int image = 0; image < SINGLE_IMAGES; image++) {
            calls.add(invoke(inbox, "application/json", Map.of(), BodyPublishers.ofString(digits.json(image))));
        }
        for (int image = 0; image < SINGLE_IMAGES; image++) {
            Call call = calls.get(image);
            JsonNode status = completed(call.id());
            int predicted = Predictions.ofJson(api.parse(api.output(ENDPOINT, call.id())))
                    .getFirst();
            rows.add(new Row("inline", call, predicted == digits.label(image) ? 1 : 0, 1, status));
            show(digits, image, predicted);
        }
    }

    private void pointerCall(HeldOutDigits digits, WebhookInbox inbox) throws IOException, InterruptedException {
        step("S3 pointer: all " + digits.count() + " images as one CSV object");
        var input = new ObjectLocation(BUCKET, "in/digits.csv");
        store.put(input, Payload.ofUtf8(digits.csv()), new ObjectAttributes("text/csv", null), WriteCondition.ALWAYS);
        Call call = invoke(
                inbox,
                "text/csv",
                Map.of("X-Amzn-SageMaker-InputLocation", input.uri(), "X-Amzn-SageMaker-Accept", "application/json"),
                BodyPublishers.noBody());
        JsonNode status = completed(call.id());
        check("s3 pointer", call, digits, 1, status);
    }

    private void uploadCall(HeldOutDigits digits, WebhookInbox inbox) throws IOException, InterruptedException {
        byte[] npy = digits.npy(UPLOAD_TIMES);
        step("Upload: " + digits.count() * UPLOAD_TIMES + " images as a NumPy body of " + npy.length / 1000 + " kB");
        Call call = invoke(
                inbox,
                "application/x-npy",
                Map.of("X-Amzn-SageMaker-Accept", "application/json"),
                BodyPublishers.ofByteArray(npy));
        JsonNode status = completed(call.id());
        check("upload", call, digits, UPLOAD_TIMES, status);
    }

    private void kafkaCall(HeldOutDigits digits, WebhookInbox inbox) throws IOException, InterruptedException {
        String topic = "millrace.invoke." + ENDPOINT;
        step("Kafka: one image as a record on " + topic);
        String inferenceId = "demo-" + Long.toString(System.nanoTime(), 36);
        try (var producer = new DigitsProducer(bootstrapServers)) {
            producer.send(
                    topic,
                    digits.json(SINGLE_IMAGES),
                    Map.of(
                            "content-type",
                            "application/json",
                            "inference-id",
                            inferenceId,
                            "webhook-url",
                            inbox.url()));
        }
        long start = System.nanoTime();
        while (true) {
            try {
                JsonNode status = completed(inferenceId);
                int predicted = Predictions.ofJson(api.parse(api.output(ENDPOINT, inferenceId)))
                        .getFirst();
                rows.add(new Row(
                        "kafka",
                        new Call(inferenceId, null),
                        predicted == digits.label(SINGLE_IMAGES) ? 1 : 0,
                        1,
                        status));
                show(digits, SINGLE_IMAGES, predicted);
                return;
            } catch (ApiClient.ApiException e) {
                if (e.status() != 404 || System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private Call invoke(WebhookInbox inbox, String contentType, Map<String, String> more, BodyPublisher body)
            throws IOException, InterruptedException {
        var headers = new HashMap<>(more);
        headers.put("X-Amzn-SageMaker-Content-Type", contentType);
        headers.put("X-Millrace-Webhook-Url", inbox.url());
        long start = System.nanoTime();
        String id = api.invokeAsync(ENDPOINT, headers, body);
        return new Call(id, Duration.ofNanos(System.nanoTime() - start));
    }

    private JsonNode completed(String id) throws IOException, InterruptedException {
        JsonNode status = api.status(ENDPOINT, id);
        if (!status.path("status").asString("").equals("Completed")) {
            throw new IllegalStateException("invocation " + id + ": " + status);
        }
        return status;
    }

    private void check(String way, Call call, HeldOutDigits digits, int times, JsonNode status)
            throws IOException, InterruptedException {
        List<Integer> predicted = Predictions.ofJson(api.parse(api.output(ENDPOINT, call.id())));
        int right = 0;
        for (int i = 0; i < predicted.size(); i++) {
            right += predicted.get(i) == digits.label(i % digits.count()) ? 1 : 0;
        }
        int images = digits.count() * times;
        rows.add(new Row(way, call, predicted.size() == images ? right : 0, images, status));
        out.printf("    %d of %d right (%.4f)%n", right, images, right / (double) images);
    }

    private boolean collectWebhooks(WebhookInbox inbox) throws InterruptedException {
        step("Waiting for the webhooks");
        long start = System.nanoTime();
        while (webhooks.size() < rows.size() && System.nanoTime() - start < PATIENCE.toNanos()) {
            WebhookInbox.Received received = inbox.await(Duration.ofSeconds(1));
            if (received != null) {
                String id = api.parse(received.body()).path("inferenceId").asString("");
                webhooks.putIfAbsent(id, received);
            }
        }
        boolean isSigned = webhooks.values().stream().allMatch(WebhookInbox.Received::isSigned);
        done(start, webhooks.size() + " of " + rows.size() + " came, " + (isSigned ? "each signed" : "NOT ALL SIGNED"));
        return isSigned && webhooks.size() == rows.size();
    }

    private boolean report(HeldOutDigits digits) throws IOException {
        double wanted = api.parse(Files.readString(samples.resolve("manifest.json")))
                .path("test_accuracy")
                .asDouble();
        out.println();
        new Timeline(out)
                .print(rows.stream()
                        .map(row -> new Timeline.Line(
                                row.way(),
                                row.right(),
                                row.images(),
                                row.call().accept(),
                                row.status(),
                                webhooks.get(row.call().id())))
                        .toList());
        boolean isAccurate = rows.stream()
                .filter(row -> row.images() >= digits.count())
                .allMatch(row -> Math.abs(row.right() / (double) row.images() - wanted) < 0.0001);
        boolean areSinglesRight = rows.stream().filter(row -> row.images() == 1).allMatch(row -> row.right() == 1);
        out.printf(
                "%nAccuracy on the held-out digits: %s the %.4f of the model's manifest.%n",
                isAccurate ? "equal to" : "NOT", wanted);
        return isAccurate && areSinglesRight;
    }

    private void show(HeldOutDigits digits, int image, int predicted) {
        String[] drawing = digits.drawing(image);
        boolean isRight = predicted == digits.label(image);
        for (int line = 0; line < drawing.length; line++) {
            String note = switch (line) {
                case 2 -> "   predicted " + predicted;
                case 3 -> "   label     " + digits.label(image);
                case 4 -> isRight ? "   right" : "   WRONG";
                default -> "";
            };
            if (image == 0) {
                out.println("    " + drawing[line] + note);
            }
        }
        if (image > 0) {
            out.println("    predicted " + predicted + "  label " + digits.label(image) + (isRight ? "" : "  WRONG"));
        }
    }

    private void step(String text) {
        out.println("\n» " + text);
    }

    private void done(long start, String what) {
        out.printf("    %s after %.2f s%n", what, (System.nanoTime() - start) / 1e9);
    }
}
